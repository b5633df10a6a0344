package objection

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/opaque"
	"candour/models/patient"
)

const (
	staffHands = access.Handlers | access.Clinicians
	maxNote    = 2000
)

// Review opens a request for review.
func (s *Store) Review(ctx context.Context, by access.Viewer, ref Ref, seen int, req Request) (Objection, error) {
	return s.move(ctx, by, ref, move{verb: OpenReview, open: staffHands, seen: seen, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		return s.Cases.Tell(ctx, c, string(OpenReview), told(o), nil)
	})
}

// Identify says whom a request is about, once staff have found them. Until then
// nothing of anybody's is hidden; who asked is not told whether anybody was found.
func (s *Store) Identify(ctx context.Context, by access.Viewer, ref Ref, person opaque.ID, seen int, req Request) (Objection, error) {
	var other *Exists
	o, err := s.move(ctx, by, ref, move{name: "identify", open: staffHands, seen: seen, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		other = nil
		if !Undecided(c.Case.State) {
			return s.Cases.Stale(ctx, by, c.Case, seen)
		}
		who, err := s.person(ctx, person)
		if err != nil {
			return err
		}
		for _, p := range slices.Sorted(slices.Values([]opaque.ID{person, o.Person})) { // one order, so that two of these wait and do not block
			if err := s.Sharing.Lock(ctx, p); err != nil {
				return err
			}
		}
		switch there, err := s.standing(ctx, person); {
		case err == nil && there != o.ID:
			if other = s.existing(ctx, by, there); other.Ref == "" {
				return other
			}
			c.Quiet = true // one objection a person: join them, which rests on this
			note(c, casework.Event{Kind: sameAs, ShownTo: casework.ForStaff, Detail: map[string]string{"into": string(there), "person": string(person)}})
			return nil
		case err != nil && !errors.Is(err, fault.NotFound):
			return err
		}
		if o.Person != "" && o.Person != person {
			if _, err := s.Sharing.Release(ctx, o.Person, o.ID); err != nil {
				return err
			}
		}
		o.Person, o.BirthDate, c.Person = person, who.birth, person
		if o.ReviewOn = ""; who.birth != "" {
			if day, age := patient.NextReview(who.birth, s.today()); age > 0 {
				o.ReviewOn = day.String()
			}
		}
		note(c, casework.Event{Kind: "identified", ShownTo: casework.ForStaff})
		_, err = s.Sharing.Decide(ctx, person, patient.Decision{Objection: o.ID, Holder: c.Case.Organisation, Requested: o.Opened})
		return err
	})
	if err == nil && other != nil {
		return Objection{}, other
	}
	return o, err
}

// found is one finding as staff enter it.
type found struct {
	kind     FindingKind
	outcome  string
	who      string
	note     string
	audience casework.Audience
}

func (f found) check() error {
	var problems invalid.Fields
	if !slices.Contains(outcomes[f.kind], f.outcome) {
		problems = append(problems, invalid.Field{Name: "outcome", Message: "objection." + string(f.kind) + ".missing"})
	}
	if len(f.note) > maxNote {
		problems = append(problems, invalid.Field{Name: "note", Message: "objection.note.long"})
	}
	return problems.OrNil()
}

// Attempt is one attempt to reach who asked, whoever made it (S-43).
type Attempt struct{ Way, Outcome, Note string }

// Contact logs an attempt; reaching them brings a request that waited for it back
// into review. Everybody whose case it is sees that it was made.
func (s *Store) Contact(ctx context.Context, by access.Viewer, ref Ref, a Attempt, req Request) (Objection, error) {
	f := found{FoundContact, a.Outcome, a.Way, a.Note, casework.ForAll}
	if err := f.check(); err != nil {
		return Objection{}, err
	}
	return s.move(ctx, by, ref, move{name: "contact", open: staffHands, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		if a.Outcome == Reached && c.Case.State == ContactWanted {
			c.To = InReview
			c.Tell(casework.Event{Kind: string(BackToReview), From: ContactWanted, To: InReview})
		}
		return s.record(ctx, by, o, c, f)
	})
}

func (s *Store) record(ctx context.Context, by access.Viewer, o *Objection, c *casework.Change, f found) error {
	return s.find(ctx, by, o, c, Finding{Kind: f.kind, Outcome: f.outcome, Who: f.who, Note: f.note, ShownTo: f.audience})
}

// WantContact says that there is a concern to be talked about first; stop stops
// the clock, where it is information that is asked for (DPA 2018 s.54(3C)).
func (s *Store) WantContact(ctx context.Context, by access.Viewer, ref Ref, why string, stop bool, seen int, req Request) (Objection, error) {
	return s.move(ctx, by, ref, move{verb: WantContact, open: staffHands, seen: seen, reason: why, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		c.Stop = stop
		return s.Cases.Tell(ctx, c, string(WantContact), told(o), nil)
	})
}

// WantClinician waits for the entry of a named clinician.
func (s *Store) WantClinician(ctx context.Context, by access.Viewer, ref Ref, seen int, req Request) (Objection, error) {
	return s.move(ctx, by, ref, move{verb: WantClinician, open: staffHands, seen: seen, req: req}, nil)
}

// RecordClinician is the entry of a named clinician, who is the viewer (S-49).
func (s *Store) RecordClinician(ctx context.Context, by access.Viewer, ref Ref, outcome, text string, req Request) (Objection, error) {
	f := found{FoundClinician, outcome, by.Name, strings.TrimSpace(text), casework.ForStaff}
	if err := f.check(); err != nil {
		return Objection{}, err
	}
	return s.move(ctx, by, ref, move{name: "clinician", open: access.Clinicians, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		if c.Case.State == ClinicianWanted {
			c.To = InReview
			c.Tell(casework.Event{Kind: string(BackToReview), From: ClinicianWanted, To: InReview})
		}
		return s.record(ctx, by, o, c, f)
	})
}

// RecordCompetence is a clinician's assessment of a child under 16, for this
// decision (Gillick). From 16 on capacity is presumed, and nothing is to be assessed.
func (s *Store) RecordCompetence(ctx context.Context, by access.Viewer, ref Ref, outcome, text string, req Request) (Objection, error) {
	f := found{FoundCompetence, outcome, by.Name, strings.TrimSpace(text), casework.ForStaff}
	if err := f.check(); err != nil {
		return Objection{}, err
	}
	return s.move(ctx, by, ref, move{name: "competence", open: access.Clinicians, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		switch o.Band(s.today()) {
		case patient.Band16, patient.BandAdult:
			return invalid.Fields{{Name: "outcome", Message: "objection.competence.presumed"}}
		case patient.BandUnknown:
			return invalid.Fields{{Name: "outcome", Message: "objection.birth_date.unknown"}}
		}
		return s.record(ctx, by, o, c, f)
	})
}

// RecordChildsWish writes down what the child themselves wants, as a member of
// staff heard it, or as the child says it here. It is theirs: parents do not read it.
func (s *Store) RecordChildsWish(ctx context.Context, by access.Viewer, ref Ref, outcome, words string, notParents bool, req Request) (Objection, error) {
	f := found{FoundWish, outcome, "", strings.TrimSpace(words), casework.ForSubject}
	if err := f.check(); err != nil {
		return Objection{}, err
	}
	return s.move(ctx, by, ref, move{name: "wish", open: access.Applicants | staffHands, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		if by.Kind == access.Patient && (by.Person == "" || by.Person != o.Person) {
			return fmt.Errorf("objection: somebody else's wish: %w", fault.Denied)
		}
		if notParents && !o.Answers.NotParents {
			o.Answers.NotParents = true
			if err := s.saveAnswers(ctx, o); err != nil {
				return err
			}
			note(c, casework.Event{Kind: "not_parents", ShownTo: casework.ForSubject})
			if s.KeepBack != nil {
				if err := s.KeepBack(ctx, by, o.Person, o.Ref); err != nil {
					return err
				}
			}
		}
		return s.record(ctx, by, o, c, f)
	})
}

// told is who is told of what happens: both, or, when the child asked for it, the
// child alone. No notice goes round this.
func told(o *Objection) casework.Audience {
	if o.Answers.NotParents {
		return casework.ForSubject
	}
	return casework.ForAll
}

// RecordAuthority writes down which evidence a member of staff has seen of who may
// act, and for whom has an account ties them to the person.
func (s *Store) RecordAuthority(ctx context.Context, by access.Viewer, ref Ref, a patient.Authority, account string, req Request) (Objection, error) {
	return s.move(ctx, by, ref, move{name: "authority", open: staffHands, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		a.Birth = o.Birth()
		doubt := a.Doubt(s.today())
		f := found{FoundAuthority, Proven, string(a.Ground), "", casework.ForStaff}
		if doubt != patient.NoDoubt {
			f.outcome, f.who = Doubtful, string(doubt)
		}
		if account != "" && o.Person != "" {
			_, err := s.Reps.Prove(ctx, by, patient.Representation{Person: o.Person, Account: account, Relation: o.Answers.Relation, Ground: a.Ground, Seen: a.Seen, UntilOn: a.UntilOn, Consulted: a.Consulted}, a.Birth)
			if err != nil {
				return err
			}
		}
		if err := s.record(ctx, by, o, c, f); err != nil || f.outcome != Proven || o.Person == "" {
			return err
		}
		return s.lookAgain(ctx, o.Person) // a code that is there already may answer it now
	})
}

// Disagree says that two who have parental responsibility do not want the same, or
// that the child and they do not. It is a state with its own rule: nothing is
// decided until it is settled, and who was first has no advantage.
func (s *Store) Disagree(ctx context.Context, by access.Viewer, ref Ref, who, outcome, text string, seen int, req Request) (Objection, error) {
	f := found{FoundPosition, outcome, strings.TrimSpace(who), strings.TrimSpace(text), casework.ForStaff}
	err := f.check()
	if f.who == "" {
		err = invalid.Fields{{Name: "who", Message: "objection.position.who"}}
	}
	if err != nil {
		return Objection{}, err
	}
	return s.move(ctx, by, ref, move{verb: Dispute, open: staffHands, seen: seen, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		first := found{FoundPosition, Agrees, applicantName(c.Case), "", casework.ForStaff} // who asked wants it
		if err := s.record(ctx, by, o, c, first); err != nil {
			return err
		}
		if err := s.record(ctx, by, o, c, f); err != nil {
			return err
		}
		return s.Cases.Tell(ctx, c, string(Dispute), told(o), nil)
	})
}

func applicantName(c casework.Case) string {
	if c.TakenName != "" && c.Route == casework.Portal {
		return c.TakenName
	}
	return "applicant"
}

// Position writes down what somebody with parental responsibility wants by now.
func (s *Store) Position(ctx context.Context, by access.Viewer, ref Ref, who, outcome, text string, req Request) (Objection, error) {
	f := found{FoundPosition, outcome, strings.TrimSpace(who), strings.TrimSpace(text), casework.ForStaff}
	if err := f.check(); err != nil {
		return Objection{}, err
	}
	return s.move(ctx, by, ref, move{name: "position", open: staffHands, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		return s.record(ctx, by, o, c, f)
	})
}

// Settle ends a dispute: by agreement, which the positions written down must show,
// by a court's order, or by a named clinician in the child's best interests.
func (s *Store) Settle(ctx context.Context, by access.Viewer, ref Ref, how SettledBy, text string, seen int, req Request) (Objection, error) {
	open := staffHands
	if how == ByBestInterest {
		open = access.Clinicians
	}
	return s.move(ctx, by, ref, move{verb: BackToReview, name: "settle", open: open, seen: seen, reason: string(how), req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		if c.Case.State != Disputed {
			return s.Cases.Stale(ctx, by, c.Case, seen)
		}
		if !Settles(o.Findings, how, strings.TrimSpace(text)) {
			return invalid.Fields{{Name: "how", Message: "objection.settle.not"}}
		}
		note(c, casework.Event{Kind: "settled", Reason: string(how), ShownTo: casework.ForStaff, Detail: map[string]string{"note": text}})
		return nil
	})
}
