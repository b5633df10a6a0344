package ingest

import (
	"context"

	"candour/models/fhir"
)

// adopt gives items that wait under another name of a patient (a full URL, an
// identifier) to the patient who has now come.
func (w *work) adopt(ctx context.Context, parcels []*parcel) error {
	owner := map[string]string{}
	for _, p := range parcels {
		for _, n := range p.names {
			if key := waitingKey(fhir.ParseReference(n), n); key != p.id {
				owner[key] = p.id
			}
		}
	}
	if len(owner) == 0 {
		return nil
	}
	var waiting []string
	err := w.each(ctx, "SELECT DISTINCT patient_local FROM held_resources WHERE source_id = ? AND patient_local"+among(w.db), func(scan func(...any) error) error {
		var key string
		err := scan(&key)
		waiting = append(waiting, key)
		return err
	}, w.source.id, list(w.db, keys(owner)))
	if err != nil {
		return err
	}
	for _, key := range waiting {
		err := w.exec(ctx, "INSERT INTO held_resources (source_id, patient_local, type, local_id, hash, updated_at, received_at, raw)"+
			" SELECT source_id, CAST(? AS TEXT), type, local_id, hash, updated_at, received_at, raw FROM held_resources WHERE source_id = ? AND patient_local = ?"+
			" ON CONFLICT (source_id, patient_local, type, local_id) DO NOTHING", owner[key], w.source.id, key)
		if err == nil {
			err = w.exec(ctx, "DELETE FROM held_resources WHERE source_id = ? AND patient_local = ?", w.source.id, key)
		}
		if err != nil {
			return err
		}
		w.moves = append(w.moves, move{who: &sourcePatient{source: w.source, local: owner[key]}, to: "?"})
	}
	return nil
}

// move takes the items of patients along to where they now belong: out of the
// record of whoever they were taken for, into that of whoever they are.
func (w *work) move(ctx context.Context) error {
	moves := w.moves
	w.moves = nil
	state := map[[2]string]string{}
	for _, m := range moves {
		if m.to != "?" {
			state[[2]string{m.who.source.id, m.who.local}] = m.to
		}
	}
	leaving := map[string]bool{}
	for _, m := range moves {
		leaving[m.from] = m.from != ""
	}
	delete(leaving, "")
	if err := w.lock(ctx, leaving); err != nil {
		return err
	}
	for _, m := range moves {
		if m.from != "" {
			if err := w.withdraw(ctx, m); err != nil {
				return err
			}
		}
	}
	var coming []*sourcePatient
	for _, m := range moves {
		to, known := state[[2]string{m.who.source.id, m.who.local}]
		if m.to == "?" && !known || to != "" {
			coming = append(coming, m.who)
		}
	}
	return w.releaseAll(ctx, coming)
}

// withdraw takes a source's items of one patient out of a person's record and
// holds them. What was shown stays in item_versions.
func (w *work) withdraw(ctx context.Context, m move) error {
	mine := "person_id = ? AND source_id = ? AND patient_local = ?"
	args := []any{m.from, m.who.source.id, m.who.local}
	statements := []string{
		"INSERT INTO held_resources (source_id, patient_local, type, local_id, hash, updated_at, received_at, raw)" +
			" SELECT source_id, patient_local, type, local_id, hash, updated_at, received_at, raw FROM items WHERE " + mine +
			" ON CONFLICT (source_id, patient_local, type, local_id) DO NOTHING",
		"DELETE FROM consent_events WHERE person_id = ? AND item_id IN (SELECT item_id FROM items WHERE " + mine + ")",
		"DELETE FROM relationships WHERE person_id = ? AND item_id IN (SELECT item_id FROM items WHERE " + mine + ")",
	}
	if err := w.exec(ctx, statements[0], args...); err != nil {
		return err
	}
	for _, s := range statements[1:] {
		if err := w.exec(ctx, s, append([]any{m.from}, args...)...); err != nil {
			return err
		}
	}
	err := w.exec(ctx, "INSERT INTO item_versions (item_id, version, person_id, superseded_at, gone, raw)"+
		" SELECT item_id, version, person_id, CAST(? AS BIGINT), CAST(? AS BOOLEAN), raw FROM items WHERE "+mine+" ON CONFLICT (item_id, version) DO NOTHING",
		append([]any{w.now, false}, args...)...)
	if err == nil {
		err = w.exec(ctx, "DELETE FROM items WHERE "+mine, args...)
	}
	w.touched[m.from], w.asked[m.from] = true, true
	w.closures[[2]string{m.who.source.id, m.from}] = true
	return err
}

// released is how many held resources come back at once.
const releasedAtOnce = 1000

// releaseAll brings in what was held of some patients. Nearly all are new, and nothing
// was: one question for each source finds the others.
func (w *work) releaseAll(ctx context.Context, people []*sourcePatient) error {
	bySource := map[string][]string{}
	for _, p := range people {
		bySource[p.source.id] = append(bySource[p.source.id], p.local)
	}
	waits := map[[2]string]bool{}
	for id, locals := range bySource {
		err := w.each(ctx, "SELECT DISTINCT patient_local FROM held_resources WHERE source_id = ? AND patient_local"+among(w.db), func(scan func(...any) error) error {
			var local string
			err := scan(&local)
			waits[[2]string{id, local}] = true
			return err
		}, id, list(w.db, locals))
		if err != nil {
			return err
		}
	}
	for _, p := range people {
		if !waits[[2]string{p.source.id, p.local}] {
			continue
		}
		if err := w.release(ctx, p.source, p.local); err != nil {
			return err
		}
	}
	return nil
}

// release brings the held items of a patient into the record they belong to.
func (w *work) release(ctx context.Context, src source, local string) error {
	matched := false
	err := w.each(ctx, "SELECT state = 'matched' FROM source_patients WHERE source_id = ? AND local_id = ?", func(scan func(...any) error) error {
		return scan(&matched)
	}, src.id, local)
	if err != nil || !matched {
		return err
	}
	for {
		var batch []*parcel
		err := w.each(ctx, "SELECT type, local_id, updated_at, raw FROM held_resources WHERE source_id = ? AND patient_local = ? ORDER BY type, local_id LIMIT ?", func(scan func(...any) error) error {
			var kind, id string
			var updated int64
			var raw []byte
			if err := scan(&kind, &id, &updated, &raw); err != nil {
				return err
			}
			p := w.rules.prepare(message{source: src.id, at: w.clock(), time: updated}, piece{place: "held", raw: raw})
			p.kind, p.id, p.local, p.updated, p.dated = kind, id, local, updated, true
			p.item = itemID(src.id, kind, id)
			batch = append(batch, p)
			return nil
		}, src.id, local, int64(releasedAtOnce))
		if err != nil || len(batch) == 0 {
			return err
		}
		err = w.exec(ctx, "DELETE FROM held_resources WHERE source_id = ? AND patient_local = ? AND (type, local_id) IN"+
			" (SELECT type, local_id FROM held_resources WHERE source_id = ? AND patient_local = ? ORDER BY type, local_id LIMIT ?)",
			src.id, local, src.id, local, int64(releasedAtOnce))
		if err != nil {
			return err
		}
		other, err := w.as(ctx, src)
		if err != nil {
			return err
		}
		if err := other.store(ctx, batch); err != nil {
			return err
		}
	}
}

// as is the same work in the name of another source, whose receipt this is not.
func (w *work) as(ctx context.Context, src source) (*work, error) {
	if src.name == "" { // asked for by its id alone
		known, err := w.Intake.source(ctx, src.id)
		if err != nil {
			return nil, err
		}
		src = known
	}
	r := *w.run
	r.source, r.opt, r.receipt, r.withheld = src, Options{}, Receipt{Counts: map[string]*Count{}}, map[[2]string]string{}
	other := *w
	other.run, other.counted, other.missing, other.message, other.named = &r, map[string]*parcel{}, map[string]bool{}, 0, map[string][2]string{}
	return &other, r.loadWithheld(ctx)
}

// findPatients finds out, for each item, whose the source says it is.
func (w *work) findPatients(ctx context.Context, items []*parcel) error {
	wanted := map[string]bool{}
	for _, p := range items {
		for _, ref := range p.about {
			if n := aliasOf(ref); n != "" {
				wanted[n] = true
			}
		}
		if len(w.withheld) > 0 {
			for _, ref := range p.leans {
				for _, n := range leanNames(ref) {
					wanted[n] = true
				}
			}
		}
	}
	w.named = map[string][2]string{}
	if len(wanted) > 0 {
		err := w.each(ctx, "SELECT alias, type, local_id FROM aliases WHERE source_id = ? AND alias"+among(w.db), func(scan func(...any) error) error {
			var n, kind, id string
			err := scan(&n, &kind, &id)
			w.named[n] = [2]string{kind, id}
			return err
		}, w.source.id, list(w.db, keys(wanted)))
		if err != nil {
			return err
		}
	}
	for _, p := range items {
		p.local = w.patientOf(p.about)
	}
	return nil
}

// patientOf is the source's id of the patient that one of the references means:
// one that is known by another name, else a plain id, else the name under which
// the item waits until its patient comes.
func (w *work) patientOf(about []fhir.Ref) string {
	var waiting string
	for _, ref := range about {
		if to, ok := w.named[aliasOf(ref)]; ok {
			if to[0] == "Patient" {
				return to[1]
			}
			continue // it means somebody else, for instance a practitioner
		}
		if ref.ID != "" {
			return ref.ID
		}
		if waiting == "" {
			waiting = waitingKey(ref, aliasOf(ref))
		}
	}
	return waiting
}

// aliasOf is the name, in the aliases table, of what a reference to a patient means.
func aliasOf(ref fhir.Ref) string {
	switch {
	case ref.Value != "":
		return fhir.Alias("Patient", ref.System, ref.Value)
	case ref.URL != "":
		return ref.URL
	}
	return ""
}

// waitingKey is what an unknown patient's items wait under.
func waitingKey(ref fhir.Ref, name string) string {
	return first(ref.ID, ref.UUID, name)
}

func leanNames(ref fhir.Ref) []string {
	switch {
	case ref.Value != "" && ref.Type != "":
		return []string{fhir.Alias(ref.Type, ref.System, ref.Value)}
	case ref.Value != "":
		return []string{fhir.Alias("Organization", ref.System, ref.Value), fhir.Alias("Location", ref.System, ref.Value), fhir.Alias("HealthcareService", ref.System, ref.Value)}
	case ref.URL != "":
		return []string{ref.URL}
	}
	return nil
}
