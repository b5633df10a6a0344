package objection

import (
	"context"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/patient"
)

// Barred says what stands in the way of a confirmation.
type Barred struct{ Bars []Bar }

func (b *Barred) Error() string {
	words := make([]string, len(b.Bars))
	for i, bar := range b.Bars {
		words[i] = string(bar)
	}
	return "objection: not yet: " + strings.Join(words, ", ")
}

// Unwrap makes it a fault.Denied.
func (b *Barred) Unwrap() error { return fault.Denied }

// Confirm is the provider's decision to honour the objection. When it returns,
// nobody sees the record any more: the rule is worked out in the same transaction.
func (s *Store) Confirm(ctx context.Context, by access.Viewer, ref Ref, seen int, req Request) (Objection, error) {
	return s.move(ctx, by, ref, move{verb: Confirm, open: staffHands, seen: seen, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		if bars := Bars(*o, s.today()); len(bars) > 0 {
			return &Barred{bars}
		}
		now := s.Clock()
		o.Confirmed, o.ConfirmedName = now, by.Name
		c.Clock = s.codeClock()
		if err := s.Cases.Tell(ctx, c, string(Confirm), told(o), nil); err != nil {
			return err
		}
		if err := s.spread(ctx, *o); err != nil {
			return err
		}
		_, err := s.Sharing.Decide(ctx, o.Person, patient.Decision{Objection: o.ID, Holder: c.Case.Organisation, Requested: o.Opened, Confirmed: now})
		if err == nil {
			err = s.code(ctx, *o, c, true)
		}
		if err != nil {
			return err
		}
		// A code that is there already counts for this confirmation: look again.
		return s.lookAgain(ctx, o.Person)
	})
}

// Refusal is a decision not to honour an objection (G7): on a ground of the list,
// by a named clinician, with the reason in words, the person's rights and the way to
// complain. None of it may be left out.
type Refusal struct {
	Ground    RefusalGround
	Reason    string
	Rights    string // what was said of them, as it is sent
	Complaint string // how to complain, as it is sent
}

// Check says which of its parts are missing or wrong.
func (r Refusal) Check() error {
	var f invalid.Fields
	if !slices.Contains(RefusalGrounds(), r.Ground) {
		f = append(f, invalid.Field{Name: "ground", Message: "objection.refusal.ground"})
	}
	for _, n := range [][2]string{{"reason", r.Reason}, {"rights", r.Rights}, {"complaint", r.Complaint}} {
		if strings.TrimSpace(n[1]) == "" {
			f = append(f, invalid.Field{Name: n[0], Message: "objection.refusal." + n[0]})
		} else if len(n[1]) > maxNote {
			f = append(f, invalid.Field{Name: n[0], Message: "objection.note.long"})
		}
	}
	return f.OrNil()
}

// Refuse decides against an objection. Where policy asks for a second person the
// first call proposes and another's decides; the state tells which it was.
func (s *Store) Refuse(ctx context.Context, by access.Viewer, ref Ref, r Refusal, seen int, req Request) (Objection, error) {
	if err := r.Check(); err != nil {
		return Objection{}, err
	}
	clinician := by.Can(access.ViewRecord)
	var named string
	// what has to be true of whoever refuses, second person or not
	decide := func(ctx context.Context, o *Objection, c *casework.Change) error {
		entry, entered := latest(o.Findings, FoundClinician)
		switch {
		case clinician:
			named = by.Name
		case entered:
			named = entry.By.Name
		default:
			return &Barred{[]Bar{BarClinician}}
		}
		return nil
	}
	if s.Settings.SecondPerson {
		o, done, err := s.propose(ctx, by, ref, r, seen, req, decide)
		if err != nil || !done {
			return o, err
		}
		seen = 0 // the proposal is what they saw; the table refuses the rest
	}
	return s.move(ctx, by, ref, move{verb: Refuse, open: staffHands, seen: seen, reason: string(r.Ground), req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		if err := decide(ctx, o, c); err != nil {
			return err
		}
		if s.Settings.SecondPerson && (o.ProposedBy == "" || o.ProposedBy == by.ID) {
			return s.Cases.Stale(ctx, by, c.Case, seen) // the proposal went meanwhile
		}
		note(c, casework.Event{Kind: "refusal", Reason: string(r.Ground), Detail: map[string]string{"clinician": named, "reason": r.Reason, "rights": r.Rights, "complaint": r.Complaint},
			ShownTo: told(o)})
		if err := s.Cases.Tell(ctx, c, string(Refuse), told(o), map[string]string{"ground": string(r.Ground)}); err != nil {
			return err
		}
		return s.drop(ctx, o, c)
	})
}

// propose writes the first person's refusal down; done says that another had
// proposed it before.
func (s *Store) propose(ctx context.Context, by access.Viewer, ref Ref, r Refusal, seen int, req Request,
	decide func(context.Context, *Objection, *casework.Change) error) (Objection, bool, error) {
	done := false
	o, err := s.move(ctx, by, ref, move{name: "propose_refusal", open: staffHands, seen: seen, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		if _, ok := Next(c.Case.State, Refuse); !ok {
			return s.Cases.Stale(ctx, by, c.Case, seen)
		}
		if err := decide(ctx, o, c); err != nil {
			return err
		}
		if done = o.ProposedBy != "" && o.ProposedBy != by.ID; done {
			c.Quiet = true
			return nil
		}
		o.ProposedBy = by.ID
		note(c, casework.Event{Kind: "refusal_proposed", Reason: string(r.Ground), ShownTo: casework.ForStaff, Detail: map[string]string{"reason": r.Reason}})
		return nil
	})
	return o, done, err
}

// drop ends a request that was never confirmed.
func (s *Store) drop(ctx context.Context, o *Objection, c *casework.Change) error {
	o.ReviewOn = ""
	if o.Person == "" {
		return nil
	}
	_, err := s.Sharing.Decide(ctx, o.Person, patient.Decision{Objection: o.ID, Holder: c.Case.Organisation, Requested: o.Opened, Dropped: s.Clock()})
	return err
}

// spread writes a row for every partner that sends or sees records: until its own
// code is seen, only the portal enforces the objection there (G2).
func (s *Store) spread(ctx context.Context, o Objection) error {
	_, err := s.DB.Exec(ctx, `INSERT INTO objection_partners (case_id, organisation_id, coded_at, coded_item, reversed_at)
 SELECT CAST(? AS TEXT), id, 0, '', 0 FROM organisations WHERE state = 'connected' ON CONFLICT (case_id, organisation_id) DO NOTHING`, string(o.ID))
	return err
}

func (s *Store) saveAnswers(ctx context.Context, o *Objection) error {
	body, err := json.Marshal(&o.Answers)
	if err != nil {
		return err
	}
	_, err = s.DB.Exec(ctx, "UPDATE objections SET answers = ? WHERE case_id = ?", string(body), string(o.ID))
	return err
}
