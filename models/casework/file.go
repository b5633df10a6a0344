package casework

import (
	"context"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"candour/models/access"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/opaque"
)

// Clock is one term of a case, as it stands today.
type Clock struct {
	Name string
	Term deadline.Term
	Due  deadline.Due
}

// File is what one viewer may see of one case.
type File struct {
	Case   Case
	Whom   Subject // to staff, once it is known whom it is about
	Events []Event // oldest first
	Texts  []Text
	Clocks []Clock
}

// Subject is whom a case is about, as far as it takes to know them again. Of somebody
// whose details may not be shown there is nothing but the name that was given.
type Subject struct {
	Family, Given, Title, Born, Died, Gender, NHSNumber, Practice string
}

// Whom says who somebody is for whom a request is to be written down. Of somebody who
// is not held, and of whoever's details may not be shown, nothing is found.
func (s *Store) Whom(ctx context.Context, by access.Viewer, person opaque.ID, req Request) (Subject, error) {
	var w Subject
	ask := access.WorkAsk{By: by, Person: person, Owner: by.Organisation, Open: access.Handlers | access.Clinicians, Act: "identify", Route: req.Route, RequestID: req.RequestID}
	_, err := s.gate.Work(ctx, ask, func(ctx context.Context, _ access.Pass) (access.Shown, error) {
		var err error
		if w, err = s.whom(ctx, person); err == nil && w == (Subject{}) {
			err = fault.NotFound
		}
		return access.Shown{}, err
	})
	return w, wrap("whom", err)
}

// ByReference finds a case of the viewer's organisation as people say it: K7M3-Q2P9.
func (s *Store) ByReference(ctx context.Context, by access.Viewer, ref string, req Request) (Case, error) {
	var id opaque.ID
	err := s.each(ctx, "SELECT id FROM cases WHERE ref = ?", func(scan func(...any) error) error { return scan(&id) }, Reference(ref))
	if err != nil {
		return Case{}, wrap("by reference", err)
	}
	c, err := s.find(ctx, by, id, access.Handlers|access.Clinicians, "find", req, func(context.Context, Case) error { return nil })
	return c, wrap("by reference", err)
}

func (s *Store) whom(ctx context.Context, person opaque.ID) (Subject, error) {
	var w Subject
	err := s.each(ctx, `SELECT p.family, p.given, p.title, p.birth_date, p.died_on, p.gender, p.nhs_number, COALESCE((SELECT MIN(o.name) FROM organisations o
 WHERE o.ods_code = p.practice_ods AND o.ods_code <> ''), '') FROM persons p WHERE p.id = ? AND NOT p.restricted`, func(scan func(...any) error) error {
		return scan(&w.Family, &w.Given, &w.Title, &w.Born, &w.Died, &w.Gender, &w.NHSNumber, &w.Practice)
	}, string(person))
	return w, err
}

// Open shows one case: to staff of the organisation that holds it all of it, to
// those who made it and to whom it is about what is theirs to read.
func (s *Store) Open(ctx context.Context, by access.Viewer, id opaque.ID, req Request) (File, error) {
	var f File
	_, err := s.find(ctx, by, id, access.Applicants|access.Handlers|access.Clinicians|access.Machines, "open", req, func(ctx context.Context, c Case) error {
		f = File{Case: c.shownTo(by)}
		var err error
		if f.Events, err = s.events(ctx, by, c, -1); err != nil {
			return err
		}
		if f.Texts, err = s.texts(ctx, by, c); err != nil {
			return err
		}
		if f.Clocks, err = s.clocks(ctx, c); err == nil && by.Kind == access.Staff {
			f.Whom, err = s.whom(ctx, c.Person)
		}
		return err
	})
	if err != nil {
		return File{}, wrap("open", err)
	}
	return f, nil
}

// Look lets what is kept beside a case, such as its evidence, be read by those who may
// open the case: the gate is asked about the case itself, and read, which says what it
// found, runs inside.
func (s *Store) Look(ctx context.Context, by access.Viewer, id opaque.ID, act string, req Request, read func(ctx context.Context, c Case) (access.Shown, error)) error {
	_, err := s.findShown(ctx, by, id, access.Applicants|access.Handlers|access.Clinicians, act, req, read)
	return wrap(act, err)
}

// Mine lists the cases that somebody made, joined, or that are about them, newest
// first.
func (s *Store) Mine(ctx context.Context, by access.Viewer, req Request) ([]Case, error) {
	var all []Case
	ask := access.WorkAsk{By: by, Person: by.Person, Parties: []string{by.ID}, Open: access.Applicants, Act: "mine", Route: req.Route, RequestID: req.RequestID}
	_, err := s.gate.Work(ctx, ask, func(ctx context.Context, _ access.Pass) (access.Shown, error) {
		all = nil
		err := s.each(ctx, "SELECT "+caseColumns+` FROM cases c WHERE c.id IN (SELECT p.case_id FROM case_parties p WHERE p.account_id = ?)
 OR (c.person_id = ? AND c.person_id <> '') ORDER BY c.opened_at DESC, c.id`, func(scan func(...any) error) error {
			c, err := scanCase(scan)
			all = append(all, c.shownTo(by))
			return err
		}, by.ID, string(by.Person))
		return access.Shown{Items: refs(all...)}, err
	})
	if err != nil {
		return nil, wrap("mine", err)
	}
	return all, nil
}

// shownTo leaves out what is the staff's own, and what somebody who acts for another
// must not learn from a case: whether a person of that name is held here.
func (c Case) shownTo(by access.Viewer) Case {
	if by.Kind != access.Patient {
		return c
	}
	c.AssignedTo, c.AssignedName, c.Lock, c.Alarm, c.AlarmAt = "", "", Lock{}, "", instant(0)
	if c.Person != by.Person {
		c.Person = ""
	}
	return c
}

// may are the audiences that a viewer of a case belongs to.
func may(by access.Viewer, c Case, party bool) []Audience {
	switch {
	case by.Kind != access.Patient:
		return []Audience{ForAll, ForStaff, ForSubject, ForApplicant}
	case by.Person != "" && by.Person == c.Person && party:
		return []Audience{ForAll, ForSubject, ForApplicant}
	case by.Person != "" && by.Person == c.Person:
		return []Audience{ForAll, ForSubject}
	}
	return []Audience{ForAll, ForApplicant}
}

func (s *Store) audiences(ctx context.Context, by access.Viewer, c Case) ([]Audience, error) {
	parties, err := s.parties(ctx, c.ID)
	return may(by, c, slices.Contains(parties, by.ID)), err
}

// events are those after a version that a viewer may read.
func (s *Store) events(ctx context.Context, by access.Viewer, c Case, after int) ([]Event, error) {
	audiences, err := s.audiences(ctx, by, c)
	if err != nil {
		return nil, err
	}
	var all []Event
	err = s.each(ctx, `SELECT seq, at, version, kind, from_state, to_state, by_kind, by_id, by_name, by_role, reason, detail, shown_to
 FROM case_events WHERE case_id = ? AND version > ? ORDER BY seq`, func(scan func(...any) error) error {
		var e Event
		var at int64
		var detail string
		err := scan(&e.Seq, &at, &e.Version, &e.Kind, &e.From, &e.To, &e.By.Kind, &e.By.ID, &e.By.Name, &e.By.Role, &e.Reason, &detail, &e.ShownTo)
		if err != nil {
			return err
		}
		e.At = instant(at)
		if err := json.Unmarshal([]byte(detail), &e.Detail); err != nil {
			return err
		}
		if slices.Contains(audiences, e.ShownTo) {
			all = append(all, e)
		}
		return nil
	}, string(c.ID), after)
	return all, err
}

// History is what a viewer may read of a case's history; the system reads all of it,
// for the kind's checks.
func (s *Store) History(ctx context.Context, by access.Viewer, c Case) ([]Event, error) {
	return s.events(ctx, by, c, -1)
}

func (s *Store) clocks(ctx context.Context, c Case) ([]Clock, error) {
	var all []Clock
	err := s.each(ctx, "SELECT name, term FROM case_terms WHERE case_id = ? ORDER BY name", func(scan func(...any) error) error {
		var k Clock
		var term string
		if err := scan(&k.Name, &term); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(term), &k.Term); err != nil {
			return err
		}
		k.Due = k.Term.Due(s.calendar, s.today())
		all = append(all, k)
		return nil
	}, string(c.ID))
	return all, err
}

func (s *Store) putTerm(ctx context.Context, id opaque.ID, term deadline.Term) error {
	body, err := json.Marshal(&term, json.Deterministic(true))
	if err != nil {
		return err
	}
	return s.exec(ctx, "INSERT INTO case_terms (case_id, name, term) VALUES (?, ?, ?) ON CONFLICT (case_id, name) DO UPDATE SET term = excluded.term",
		string(id), term.Rule.Name, string(body))
}

// runClocks stops or starts the clocks of a case where a change says so, and gives
// the day that is due first.
func (s *Store) runClocks(ctx context.Context, c Case, ch *Change) (string, error) {
	if ch.Clock != nil {
		if err := s.exec(ctx, "DELETE FROM case_terms WHERE case_id = ?", string(c.ID)); err != nil {
			return "", err
		}
		term := deadline.Begin(*ch.Clock, s.today())
		return term.Due(s.calendar, s.today()).On.String(), s.putTerm(ctx, c.ID, term)
	}
	if !ch.Stop && !ch.Resume {
		return c.Due, nil
	}
	clocks, err := s.clocks(ctx, c)
	if err != nil {
		return "", err
	}
	today, due := s.today(), Paused
	for _, k := range clocks {
		term, err := k.Term, error(nil)
		switch {
		case ch.Stop && !k.Due.Waiting && k.Term.Rule.Stops:
			term, err = term.Stop(today)
		case ch.Resume && k.Due.Waiting:
			term, err = term.Resume(today)
		}
		if err != nil {
			return "", err
		}
		if err := s.putTerm(ctx, c.ID, term); err != nil {
			return "", err
		}
		if d := term.Due(s.calendar, today); !d.Waiting {
			due = min(due, d.On.String())
		}
	}
	return due, nil
}

// Remaining is how long a lock still tells that somebody works on a case.
func (l Lock) Remaining(now time.Time) time.Duration { return max(0, lockFor-now.Sub(l.At)) }
