package objection

import (
	"context"
	"time"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/deadline"
	"candour/models/patient"
)

// anybody may take an objection back: who made it, whom it is about, and staff for
// them, on the telephone or at the desk (S-50).
const anybody = access.Applicants | staffHands

// Withdraw takes a request back that nobody has decided yet. Once it is confirmed,
// taking it back is a reversal, and Withdraw asks for one: whoever changes their
// mind need not know how far it has come.
func (s *Store) Withdraw(ctx context.Context, by access.Viewer, ref Ref, seen int, req Request) (Objection, error) {
	return s.back(ctx, by, ref, seen, req)
}

// Reverse takes an objection back, in any state (S-45): it is as easy as objecting.
// The record is seen again when the reversal code has come from the provider that
// holds it (G3b); a request that was not decided is simply withdrawn.
func (s *Store) Reverse(ctx context.Context, by access.Viewer, ref Ref, seen int, req Request) (Objection, error) {
	return s.back(ctx, by, ref, seen, req)
}

// back is Withdraw and Reverse: which of them it is follows from the state, read
// under the lock of the act.
func (s *Store) back(ctx context.Context, by access.Viewer, ref Ref, seen int, req Request) (Objection, error) {
	return s.move(ctx, by, ref, move{name: "take_back", open: anybody, seen: seen, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		verb := Reverse
		if Undecided(c.Case.State) {
			verb = Withdraw
		}
		to, ok := Next(c.Case.State, verb)
		if !ok {
			return s.Cases.Stale(ctx, by, c.Case, seen)
		}
		if verb == Withdraw && alone(by, *o, s.today()) {
			return &Barred{[]Bar{BarClinician}}
		}
		if verb == Withdraw && by.Kind == access.Patient && !o.about(by) && theirs(*o, s.today()) {
			return &Barred{[]Bar{BarTheirs}}
		}
		none, who := "", map[string]string{"asked": asker(by, *o)}
		c.To, c.Closed, c.Alarm = to, over(to), &none
		c.Tell(casework.Event{Kind: string(verb), From: c.Case.State, To: to, Detail: who})
		if err := s.Cases.Tell(ctx, c, string(verb), told(o), nil); err != nil {
			return err
		}
		if verb == Withdraw {
			return s.drop(ctx, o, c)
		}
		o.Reversal, o.AskedOn = s.Clock(), ""
		c.Clock = &deadline.Objection
		return nil
	})
}

// ConfirmReversal is the provider's agreement; the code to add is the one that says
// consent was given. Until it is seen the record stays hidden.
func (s *Store) ConfirmReversal(ctx context.Context, by access.Viewer, ref Ref, seen int, req Request) (Objection, error) {
	return s.move(ctx, by, ref, move{verb: ConfirmReversal, open: staffHands, seen: seen, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		if bars, err := s.reversalBars(ctx, *o); err != nil || len(bars) > 0 {
			if err == nil {
				err = &Barred{bars}
			}
			return err
		}
		if err := s.Cases.Tell(ctx, c, string(ConfirmReversal), told(o), nil); err != nil {
			return err
		}
		_, err := s.Sharing.Decide(ctx, o.Person, patient.Decision{Objection: o.ID, Holder: c.Case.Organisation, Requested: o.Opened, Confirmed: o.Confirmed, Reversed: s.Clock()})
		if err == nil {
			err = s.code(ctx, *o, c, false)
		}
		return err
	})
}

// alone says that staff who give no care themselves would close a child's case
// without anybody who does (S-49).
func alone(by access.Viewer, o Objection, today deadline.Day) bool {
	_, entered := latest(o.Findings, FoundClinician)
	return by.Kind == access.Staff && !by.Can(access.ViewRecord) && o.Minor(today) && !entered
}

// theirs says that somebody whose own word counts wants the objection: a competent
// child, or whoever is 16 or over.
func theirs(o Objection, today deadline.Day) bool {
	wish, _ := latest(o.Findings, FoundWish)
	competence, _ := latest(o.Findings, FoundCompetence)
	band := o.Band(today)
	return wish.Outcome == Agrees && (competence.Outcome == Competent || o.Subject == Child && (band == patient.Band16 || band == patient.BandAdult))
}

const (
	askedSubject   = "subject"
	askedApplicant = "applicant"
	askedStaff     = "staff"
)

// asker is on whose wish something is taken back.
func asker(by access.Viewer, o Objection) string {
	switch {
	case by.Kind == access.Staff:
		return askedStaff
	case o.about(by):
		return askedSubject
	}
	return askedApplicant
}

// reversalBars says what stands in the way of confirming a reversal for a child: the
// same as for the objection. A named clinician has an entry since it was asked for,
// and where the child's own word counts it is theirs that asks.
func (s *Store) reversalBars(ctx context.Context, o Objection) ([]Bar, error) {
	today := s.today()
	if !o.Minor(today) {
		return nil, nil
	}
	var since []Finding
	for _, f := range o.Findings {
		if !f.At.Before(o.Reversal) {
			since = append(since, f)
		}
	}
	var bars []Bar
	if entry, ok := latest(since, FoundClinician); !ok {
		bars = append(bars, BarClinician)
	} else if entry.Outcome == Concern {
		bars = append(bars, BarConcern)
	}
	competence, _ := latest(o.Findings, FoundCompetence)
	if competence.Outcome != Competent && o.Band(today) != patient.Band16 {
		return bars, nil
	}
	events, err := s.Cases.History(ctx, access.ForSystem("whose wish a reversal is"), o.Case)
	if err != nil {
		return nil, err
	}
	asked := ""
	for _, e := range events {
		if e.Kind == string(Reverse) {
			asked = e.Detail["asked"]
		}
	}
	wish, said := latest(since, FoundWish)
	switch {
	case asked == askedSubject || said && wish.Outcome == Disagrees: // with objecting
	case said && wish.Outcome == Agrees:
		bars = append(bars, BarDisagrees)
	default:
		bars = append(bars, BarWish)
	}
	return bars, nil
}

// KeepObjection takes the wish to reverse back: the objection stands as before.
func (s *Store) KeepObjection(ctx context.Context, by access.Viewer, ref Ref, seen int, req Request) (Objection, error) {
	return s.move(ctx, by, ref, move{name: "keep", open: anybody, seen: seen, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		if o.AskedOn != "" && InForce(c.Case.State) && c.Case.State != ReversalRequested { // a young person's answer
			o.AskedOn = ""
			note(c, casework.Event{Kind: "answered", Reason: Agrees})
			return nil
		}
		if c.Case.State != ReversalRequested {
			return s.Cases.Stale(ctx, by, c.Case, seen)
		}
		return s.keep(ctx, o, c)
	})
}

// keep goes back to what the codes that stand now say. They came and went while the
// reversal was asked for without moving anything: they are looked at again.
func (s *Store) keep(ctx context.Context, o *Objection, c *casework.Change) error {
	if err := s.Sharing.Lock(ctx, o.Person); err != nil {
		return err
	}
	g, err := s.Sharing.Grounds(ctx, o.Person)
	if err != nil {
		return err
	}
	verb := Keep
	switch coded, any := codedBy(g.Codes, holders(g, *o, c)); {
	case o.Coded.IsZero():
	case coded:
		verb = KeepCoded
	default:
		o.Coded = instant(0)
		if !any {
			gone := AlarmCodeGone
			c.Alarm = &gone
		}
	}
	to, _ := Next(c.Case.State, verb)
	o.Reversal = instant(0)
	c.To, c.Closed, c.Clock = to, over(to), s.codeClock()
	c.Tell(casework.Event{Kind: string(verb), From: c.Case.State, To: to})
	_, err = s.DB.Exec(ctx, "UPDATE code_sightings SET taken_at = 0 WHERE person_id = ?", string(o.Person))
	return err
}

// holders are the providers whose codes count for a request.
func holders(g patient.Grounds, o Objection, c *casework.Change) []string {
	for _, d := range g.Decisions {
		if d.Objection == o.ID {
			return d.Holders
		}
	}
	return []string{c.Case.Organisation}
}

// codeClock is the period in which a code has to be seen.
func (s *Store) codeClock() *deadline.Rule {
	rule := deadline.Own("code_seen", max(1, int(s.Settings.CodeAlarm/(24*time.Hour))), deadline.Days)
	return &rule
}
