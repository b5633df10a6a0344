package objection

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/opaque"
	"candour/models/patient"
)

// Raise sends a draft: the request goes to the provider that was chosen, or to the
// registered practice. Sending it twice, at once or later, is one request. Whether
// the person named in it is held here changes nothing of the answer.
func (s *Store) Raise(ctx context.Context, by access.Viewer, draft opaque.ID, req Request) (casework.Case, error) {
	if err := s.mine(ctx, by, "raise", req); err != nil {
		return casework.Case{}, fmt.Errorf("objection: raise: %w", err)
	}
	var out casework.Case
	err := s.DB.Do(ctx, func(ctx context.Context) error {
		d, err := s.draft(ctx, by, draft)
		if err != nil {
			return err
		}
		if d.Sent != "" {
			out, err = s.sent(ctx, by, d.Sent)
			return err
		}
		a := d.Answers
		if err := a.check(s.today()).OrNil(); err != nil {
			return err
		}
		e := entry{subject: a.Subject, answers: a, route: casework.Portal, level: by.Level, token: string(draft), party: "representative",
			given: a.Given, family: a.Family, birth: a.BirthDate}
		if a.Subject == Self {
			if by.Person == "" {
				return fault.NotFound // logged in, and not held here: whoever is not in the record has nothing to object to
			}
			e.person, e.party = by.Person, "self"
			if err := s.only(ctx, by.Person); err != nil {
				return err
			}
		}
		if e.holder, err = s.holder(ctx, a.Provider, by.Person); err != nil {
			return err
		}
		if out, err = s.begin(ctx, by, e); err != nil {
			return err
		}
		_, err = s.DB.Exec(ctx, "UPDATE objection_drafts SET case_id = ?, answers = '{}' WHERE id = ?", string(out.ID), string(draft))
		return err
	})
	if err != nil {
		return casework.Case{}, fmt.Errorf("objection: raise: %w", err)
	}
	return out, nil
}

// Exists says that there is a request already, undecided or in force: one objection
// a person (G2). Ref is "" when it is not for the viewer to know which.
type Exists struct{ Ref Ref }

func (e *Exists) Error() string { return "objection: there is one already" }

// Unwrap makes it a fault.Conflict.
func (e *Exists) Unwrap() error { return fault.Conflict }

func (s *Store) only(ctx context.Context, person opaque.ID) error {
	if err := s.Sharing.Lock(ctx, person); err != nil {
		return err
	}
	ref, err := s.standing(ctx, person)
	switch {
	case errors.Is(err, fault.NotFound):
		return nil
	case err != nil:
		return err
	}
	return &Exists{ref}
}

// existing is what a member of staff is told of a request that there is already: which
// it is, when their own organisation holds it.
func (s *Store) existing(ctx context.Context, by access.Viewer, ref Ref) *Exists {
	kase, err := s.sent(ctx, by, ref)
	if err != nil || kase.Organisation != by.Organisation {
		return &Exists{}
	}
	return &Exists{ref}
}

// Standing is the viewer's own request that is open or in force; fault.NotFound when
// there is none.
func (s *Store) Standing(ctx context.Context, by access.Viewer, req Request) (Ref, error) {
	err := s.mine(ctx, by, "standing", req)
	if err == nil && by.Person == "" {
		err = fault.NotFound
	}
	var ref Ref
	if err == nil {
		ref, err = s.standing(ctx, by.Person)
	}
	if err != nil {
		return "", fmt.Errorf("objection: standing: %w", err)
	}
	return ref, nil
}

// Decider is the organisation that would decide what is filled in so far;
// fault.NotFound when one has to be chosen.
func (s *Store) Decider(ctx context.Context, by access.Viewer, a Answers, req Request) (string, error) {
	err := s.mine(ctx, by, "decider", req)
	var id string
	if err == nil {
		id, err = s.holder(ctx, a.Provider, by.Person)
	}
	var missing invalid.Fields
	if errors.As(err, &missing) {
		err = fault.NotFound
	}
	if err != nil {
		return "", fmt.Errorf("objection: decider: %w", err)
	}
	return id, nil
}

// sent is a case that a draft has become.
func (s *Store) sent(ctx context.Context, by access.Viewer, ref Ref) (casework.Case, error) {
	var c casework.Case
	c.ID = ref
	row, err := s.DB.QueryRow(ctx, "SELECT ref, organisation_id, state, due_on, received_on, version FROM cases WHERE id = ?", string(ref))
	if err == nil {
		err = row.Scan(&c.Ref, &c.Organisation, &c.State, &c.Due, &c.Received, &c.Version)
	}
	return c, err
}

// Entry is a request that staff write down for somebody: on the telephone, from a
// letter, at the desk. It is the same case (S-50).
type Entry struct {
	Person   opaque.ID // found and checked by who writes it down
	Route    casework.Route
	Received deadline.Day // zero: today
	Answers  Answers
	Name     string // who asked, when it is not the person themselves
}

// Enter writes a request down; the viewer's organisation holds it.
func (s *Store) Enter(ctx context.Context, by access.Viewer, e Entry, req Request) (casework.Case, error) {
	_, err := s.Gate.Work(ctx, access.WorkAsk{By: by, Person: e.Person, Owner: by.Organisation, Open: access.Handlers | access.Clinicians, Act: "enter",
		Route: req.Route, RequestID: req.RequestID}, nil)
	if err != nil {
		return casework.Case{}, fmt.Errorf("objection: enter: %w", err)
	}
	var problems invalid.Fields
	if e.Route != casework.Phone && e.Route != casework.Letter && e.Route != casework.Desk {
		problems = append(problems, invalid.Field{Name: "route", Message: "objection.route.missing"})
	}
	if e.Received > s.today() {
		problems = append(problems, invalid.Field{Name: "received", Message: "objection.received.future"})
	}
	if !slices.Contains(Subjects(), e.Answers.Subject) {
		problems = append(problems, invalid.Field{Name: "subject", Message: "objection.subject.missing"})
	}
	if e.Answers.Subject != Self && strings.TrimSpace(e.Name) == "" {
		problems = append(problems, invalid.Field{Name: "name", Message: "objection.name.missing"})
	}
	if err := problems.OrNil(); err != nil {
		return casework.Case{}, err
	}
	var out casework.Case
	err = s.DB.Do(ctx, func(ctx context.Context) error {
		who, err := s.person(ctx, e.Person)
		if err != nil {
			return err
		}
		var there *Exists
		if err := s.only(ctx, e.Person); errors.As(err, &there) {
			return s.existing(ctx, by, there.Ref)
		} else if err != nil {
			return err
		}
		out, err = s.begin(ctx, by, entry{subject: e.Answers.Subject, answers: e.Answers, person: e.Person, holder: by.Organisation, route: e.Route, level: LevelChecked,
			token: string(opaque.New()), given: who.given, family: who.family, birth: who.birth, received: e.Received, asked: e.Name})
		return err
	})
	if err != nil {
		return casework.Case{}, fmt.Errorf("objection: enter: %w", err)
	}
	return out, nil
}

// held is what a request needs to know of a person.
type held struct{ given, family, birth, practice string }

func (s *Store) person(ctx context.Context, id opaque.ID) (held, error) {
	var h held
	row, err := s.DB.QueryRow(ctx, "SELECT given, family, birth_date, practice_ods FROM persons WHERE id = ?", string(id))
	if err == nil {
		err = row.Scan(&h.given, &h.family, &h.birth, &h.practice)
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.NotFound
	}
	return h, err
}

// holder is the organisation that will decide: the one chosen, when it takes part,
// else the registered practice of who asks.
func (s *Store) holder(ctx context.Context, chosen string, person opaque.ID) (string, error) {
	missing := invalid.Fields{{Name: "provider", Message: "objection.provider.missing"}}
	row, err := s.DB.QueryRow(ctx, "SELECT id FROM organisations WHERE id = ? AND state = 'connected'", chosen)
	if chosen == "" {
		row, err = s.DB.QueryRow(ctx, `SELECT o.id FROM organisations o JOIN persons p ON p.practice_ods = o.ods_code WHERE p.id = ? AND o.ods_code <> '' AND o.kind = 'practice'
 AND o.state = 'connected' ORDER BY o.id LIMIT 1`, string(person))
	}
	if err != nil {
		return "", err
	}
	var id string
	if err := row.Scan(&id); errors.Is(err, sql.ErrNoRows) {
		return "", missing
	} else if err != nil {
		return "", err
	}
	return id, nil
}

// entry is a request of whichever route.
type entry struct {
	subject              Subject
	answers              Answers
	person               opaque.ID
	holder, level, token string
	route                casework.Route
	party, asked         string
	given, family, birth string
	received             deadline.Day
	adopted              bool // of an objection that a provider recorded without a request
}

// begin makes the case and what is said in it.
func (s *Store) begin(ctx context.Context, by access.Viewer, e entry) (casework.Case, error) {
	if e.person != "" && e.birth == "" {
		who, err := s.person(ctx, e.person)
		if err != nil {
			return casework.Case{}, err
		}
		e.given, e.family, e.birth = who.given, who.family, who.birth
	}
	detail := map[string]string{"subject": string(e.subject), "route": string(e.route)}
	if e.asked != "" {
		detail["asked"] = e.asked
	}
	verb, state := Submit, Submitted
	if e.adopted {
		verb, state = Adopt, Coded
	}
	c, err := s.Cases.Begin(ctx, by, casework.New{Kind: casework.Objection, Person: e.person, About: strings.TrimSpace(e.given + " " + e.family), Organisation: e.holder,
		Route: e.route, Received: e.received, Rule: deadline.Objection, State: state, Party: e.party,
		Event: casework.Event{Kind: string(verb), From: Draft, Detail: detail}})
	if err != nil {
		return c, err
	}
	body, err := json.Marshal(&e.answers)
	if err != nil {
		return c, err
	}
	review := ""
	if day, age := patient.NextReview(e.birth, s.today()); age > 0 {
		review = day.String()
	}
	_, err = s.DB.Exec(ctx, `INSERT INTO objections (case_id, token, subject, given, family, birth_date, level, relation, ground, answers, proposed_by, confirmed_at, confirmed_name,
 coded_at, effective_at, reversal_at, reversed_at, review_on, warned_on, asked_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, '', 0, 0, 0, 0, ?, '', '')`,
		string(c.ID), e.token, string(e.subject), e.given, e.family, e.birth, e.level, e.answers.Relation, string(e.answers.Ground), string(body), review)
	if err == nil && e.person != "" {
		_, err = s.Sharing.Decide(ctx, e.person, patient.Decision{Objection: c.ID, Holder: e.holder, Requested: s.Clock()})
	}
	if err == nil && !e.adopted { // who adopts it was told when it was recorded
		err = s.Cases.TellOf(ctx, c, string(Submit), told(&Objection{Answers: e.answers}), nil)
	}
	return c, err
}
