package ingest

import (
	"context"
	"sort"

	"candour/models/fhir"
	"candour/models/patient"
)

// sourcePatient is a row of source_patients with what it says.
type sourcePatient struct {
	source   source
	local    string
	person   string
	state    string
	reason   string
	version  version
	complete int64
	who      *identity
	stored   bool // there is a row of them
	changed  bool // in what it says or whose it is
	raised   bool // the same was confirmed for a later time
}

// move is a source's patient who now belongs to another person, or to nobody.
type move struct {
	who      *sourcePatient
	from, to string
}

// meet takes Patients in and settles whom they are.
func (w *work) meet(ctx context.Context, parcels []*parcel) error {
	if len(parcels) == 0 && len(w.numbers) == 0 {
		return nil
	}
	mine, err := w.patientsBefore(ctx, parcels)
	if err != nil {
		return err
	}
	for _, p := range parcels {
		w.receive(mine, p)
	}
	if err := w.adopt(ctx, parcels); err != nil {
		return err
	}
	all, err := w.claimants(ctx, mine)
	if err != nil {
		return err
	}
	if err := w.settle(ctx, all); err != nil {
		return err
	}
	for _, p := range parcels {
		w.tellPatient(mine[p.id], p)
	}
	return w.move(ctx)
}

// receive compares one Patient with what is stored and takes the newer.
func (w *work) receive(mine map[string]*sourcePatient, p *parcel) {
	have := mine[p.id]
	if w.opt.Complete && !p.within {
		w.people[p.id] = max(w.people[p.id], w.message)
	}
	if have == nil {
		mine[p.id] = &sourcePatient{source: w.source, local: p.id, version: version{p.hash, p.updated, p.raw}, who: p.who, changed: true}
		w.numbers[p.who.Number], w.restated[p.who.Number] = true, true
		return
	}
	switch p.compare(have.version) {
	case same:
		if p.dated && p.updated > have.version.updated {
			have.version.updated, have.raised = p.updated, true
		}
		return
	case clashNewer:
		w.reportClashes([]*parcel{p})
	case clashOlder:
		w.reportClashes([]*parcel{p})
		return
	case older:
		return
	}
	for _, number := range []string{have.who.Number, p.who.Number} {
		w.numbers[number], w.restated[number] = true, true
	}
	have.version, have.who, have.changed = version{p.hash, p.updated, p.raw}, p.who, true
}

// tellPatient counts what became of a Patient.
func (w *work) tellPatient(have *sourcePatient, p *parcel) {
	c := w.receipt.count("Patient")
	if p.within {
		c = &Count{}
	}
	switch {
	case have.state == "held":
		c.Held++
		w.receipt.problem(Problem{p.place, "Patient", p.id, have.reason, ""})
	case have.changed && string(have.version.hash) == string(p.hash):
		c.Stored++
	default:
		c.Unchanged++
	}
}

const patientColumns = "SELECT sp.source_id, s.organisation_id, o.ods_code, o.kind, o.name, sp.local_id, sp.person_id, sp.state, sp.reason, sp.hash, sp.updated_at, sp.complete_at, sp.raw" +
	" FROM source_patients sp JOIN sources s ON s.id = sp.source_id JOIN organisations o ON o.id = s.organisation_id WHERE "

func (w *work) patientsBefore(ctx context.Context, parcels []*parcel) (map[string]*sourcePatient, error) {
	ids := map[string]bool{}
	for _, p := range parcels {
		ids[p.id] = true
	}
	mine := map[string]*sourcePatient{}
	if len(ids) == 0 {
		return mine, nil
	}
	found, err := w.patients(ctx, patientColumns+"sp.source_id = ? AND sp.local_id"+among(w.db), w.source.id, list(w.db, keys(ids)))
	for _, p := range found {
		mine[p.local] = p
	}
	return mine, err
}

func (w *work) patients(ctx context.Context, query string, args ...any) ([]*sourcePatient, error) {
	var all []*sourcePatient
	err := w.each(ctx, query, func(scan func(...any) error) error {
		p := &sourcePatient{stored: true}
		var kind string
		err := scan(&p.source.id, &p.source.org, &p.source.ods, &kind, &p.source.name, &p.local, &p.person, &p.state, &p.reason,
			&p.version.hash, &p.version.updated, &p.complete, &p.version.raw)
		p.source.practice = kind == "practice"
		all = append(all, p)
		return err
	}, args...)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		res, err := fhir.DecodeAs("Patient", p.version.raw)
		if err != nil {
			return nil, err
		}
		id := identify(res.(*fhir.Patient), w.rules.p.PersonRestricted, w.clock())
		p.who = &id
	}
	return all, nil
}

// claimants are all source patients who say they have one of the numbers in
// question, or no usable number at all.
func (w *work) claimants(ctx context.Context, mine map[string]*sourcePatient) ([]*sourcePatient, error) {
	delete(w.numbers, "")
	var all []*sourcePatient
	if len(w.numbers) > 0 {
		stored, err := w.patients(ctx, patientColumns+"sp.nhs_number"+among(w.db), list(w.db, keys(w.numbers)))
		if err != nil {
			return nil, err
		}
		for _, p := range stored {
			if p.source.id != w.source.id || mine[p.local] == nil {
				all = append(all, p)
			}
		}
	}
	for _, p := range mine {
		if p.changed || p.raised || w.numbers[p.who.Number] {
			all = append(all, p)
		}
	}
	sort.Slice(all, func(a, b int) bool {
		if all[a].source.id != all[b].source.id {
			return all[a].source.id < all[b].source.id
		}
		return all[a].local < all[b].local
	})
	return all, nil
}

// settle decides, number by number, who is matched, and writes it down.
func (w *work) settle(ctx context.Context, all []*sourcePatient) error {
	byNumber := map[string][]*sourcePatient{}
	for _, p := range all {
		byNumber[p.who.Number] = append(byNumber[p.who.Number], p)
	}
	persons, err := w.persons(ctx)
	if err != nil {
		return err
	}
	for _, p := range byNumber[""] {
		w.decide(p, "", p.who.Reason)
	}
	var fresh, rows [][]any
	for number := range w.numbers {
		people := byNumber[number]
		claims := make([]Claim, len(people))
		for i, p := range people {
			claims[i] = Claim{p.source.id, p.local, p.source.practice, number, p.who.Birth, p.who.Family, p.who.Reason}
		}
		var matched []*sourcePatient
		person := persons[number]
		verdict := Match(claims)
		for i, reason := range verdict {
			if reason == "" {
				matched = append(matched, people[i])
			}
		}
		if len(matched) > 0 && person == nil {
			person = w.bear(number)
			persons[number] = person
		}
		for i, reason := range verdict {
			id := ""
			if reason == "" {
				id = person.id
			}
			w.decide(people[i], id, reason)
		}
		if person == nil {
			continue
		}
		row, changed, err := w.describe(ctx, person, matched, people)
		if err != nil {
			return err
		}
		switch {
		case person.fresh:
			fresh = append(fresh, row)
		case changed:
			rows = append(rows, row)
		}
		if changed || w.restated[number] { // a patient held under the number is told on the person's page
			w.touched[person.id] = true
		}
	}
	if err := personsTable.put(ctx, w.db, fresh, rows); err != nil {
		return err
	}
	return w.writePatients(ctx, all)
}

// decide gives a source patient its person, and notes a move.
func (w *work) decide(p *sourcePatient, person, reason string) {
	state := "matched"
	if person == "" {
		state = "held"
	}
	if p.person == person && p.state == state && p.reason == reason {
		return
	}
	if p.person != person {
		w.moves = append(w.moves, move{p, p.person, person})
	}
	p.person, p.state, p.reason, p.changed = person, state, reason, true
}

func (w *work) writePatients(ctx context.Context, all []*sourcePatient) error {
	var fresh, rows [][]any
	for _, p := range all {
		if !p.changed && !p.raised {
			continue
		}
		row := []any{p.source.id, p.local, p.person, p.state, p.reason, p.who.Number, p.who.Birth, p.who.Family,
			p.version.hash, p.version.updated, w.now, p.complete, p.version.raw}
		if p.stored {
			rows = append(rows, row)
		} else {
			fresh = append(fresh, row)
		}
		if p.person != "" && p.changed {
			w.touched[p.person] = true // the comparison of identities on the page rests on it
		}
	}
	return patientsTable.put(ctx, w.db, fresh, rows)
}

// describe makes a person's row from the best source. A person whom no source
// vouches for any more cannot be found by anything. Protection is asked of all who
// claim the number: a source that protects somebody must not lose its say by sending
// a new name, and being held for it.
func (w *work) describe(ctx context.Context, person *personRow, matched, claimants []*sourcePatient) ([]any, bool, error) {
	d := details{}
	if len(matched) > 0 {
		w.lead(matched)
		best := matched[0].who
		practice, err := w.practiceOf(ctx, matched)
		if err != nil {
			return nil, false, err
		}
		d = details{birth: best.Birth, family: best.Family, key: familyKey(best.Family), given: best.Given, title: best.Title, preferred: best.Preferred,
			gender: best.Gender, address: best.Address, postcode: best.Postcode, postKey: patient.PostcodeKey(best.Postcode),
			phone: best.Phone, email: best.Email, practice: practice}
		if w.rules.service(matched[0].source.name) != "" { // nobody else knows them
			d.address, d.postcode, d.postKey, d.phone, d.email = "", "", "", "", ""
		}
		for _, p := range matched {
			if d.died == "" || d.died == "unknown" && p.who.Died != "" {
				d.died = p.who.Died
			}
		}
	}
	for _, p := range claimants {
		d.restricted = d.restricted || p.who.Restricted
	}
	if !person.fresh && d == person.details {
		return nil, false, nil
	}
	if person.fresh {
		person.version = 1
	} else if d.practice != person.practice {
		w.asked[person.id] = true // who may take an objection back has changed
	}
	person.details = d
	return []any{person.id, person.number, d.birth, d.family, d.key, d.given, d.title, d.preferred, d.gender, d.address, d.postcode, d.postKey,
		d.phone, d.email, d.practice, d.died, d.restricted, false, person.since, person.version, w.now}, true, nil
}

// practiceOf is the ODS code of the practice where somebody is registered: as the
// best source says, else the practice whose own feed knows them.
func (w *work) practiceOf(ctx context.Context, matched []*sourcePatient) (string, error) {
	for _, p := range matched {
		code, err := w.odsOf(ctx, p.source.id, p.who.GP)
		if code != "" || err != nil {
			return code, err
		}
		if p.source.practice && p.who.Active {
			return p.source.ods, nil
		}
	}
	return "", nil
}
