package objection

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/opaque"
	"candour/models/patient"
	"candour/models/policy"
)

// SettingsOf takes the settings from a policy.
func SettingsOf(p *policy.Policy) Settings {
	return Settings{MinAge: p.MinAge, CodeAlarm: p.Objections.CodeAlarm(), SecondPerson: p.Objections.SecondPerson, Step: p.Objections.Step()}
}

// Message writes to the other side. What staff write is for everybody whose case it
// is, or, where the child asked that parents are not told, for the child alone;
// audience can only narrow it.
func (s *Store) Message(ctx context.Context, by access.Viewer, ref Ref, body string, audience casework.Audience, req Request) error {
	if by.Kind == access.Staff && audience != casework.ForApplicant && audience != casework.ForSubject {
		var barred string
		err := s.each(ctx, "SELECT answers FROM objections WHERE case_id = ?", func(scan func(...any) error) error { return scan(&barred) }, string(ref))
		if err != nil {
			return fmt.Errorf("objection: message: %w", err)
		}
		audience = casework.ForAll
		var a Answers
		if barred != "" {
			if err := json.Unmarshal([]byte(barred), &a); err != nil {
				return fmt.Errorf("objection: message: %w", err)
			}
		}
		if a.NotParents {
			audience = casework.ForSubject
		}
	}
	return s.Cases.Write(ctx, by, ref, body, audience, req)
}

// Transfer hands a request on to the provider that should decide it, for instance
// the practice that has the person now. What was confirmed stays confirmed, and the
// reversal code is then waited for from the new holder.
func (s *Store) Transfer(ctx context.Context, by access.Viewer, ref Ref, to, why string, seen int, req Request) (Objection, error) {
	return s.move(ctx, by, ref, move{name: "transfer", open: access.Handlers, seen: seen, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		if !Undecided(c.Case.State) && !InForce(c.Case.State) {
			return s.Cases.Stale(ctx, by, c.Case, seen)
		}
		if to == "" || to == c.Case.Organisation {
			return invalid.Fields{{Name: "provider", Message: "objection.provider.missing"}}
		}
		holder, err := s.holder(ctx, to, "")
		if err != nil {
			return err
		}
		c.Holder, o.ProposedBy = holder, "" // what was proposed where it was is not proposed here
		note(c, casework.Event{Kind: "transferred", Reason: why, Detail: map[string]string{"from": c.Case.Organisation, "to": holder}})
		if o.Person == "" {
			return nil
		}
		_, err = s.Sharing.Decide(ctx, o.Person, patient.Decision{Objection: o.ID, Holder: holder, Requested: o.Opened, Confirmed: o.Confirmed})
		return err
	})
}

// sameAs is the line of a request that staff found to be about somebody who has one
// already: on it, and on nothing that somebody typed, rests that the two may be joined.
const sameAs = "same_as"

// found is the person whom staff found a request to be about: as it stands, or as the
// newest such line has it.
func (s *Store) found(ctx context.Context, o Objection, into Ref) (opaque.ID, error) {
	if o.Person != "" {
		return o.Person, nil
	}
	events, err := s.Cases.History(ctx, access.ForSystem("whom a request is about"), o.Case)
	var person opaque.ID
	for _, e := range events {
		if e.Kind == sameAs {
			if person = ""; e.Detail["into"] == string(into) {
				person = opaque.ID(e.Detail["person"])
			}
		}
	}
	return person, err
}

// Join makes one request of two that staff have found to be about one person: those
// who made the second become parties of the first, and the second is closed. Where
// they do not want the same, Disagree follows. Nobody becomes a party of what somebody
// asked for themselves, nor where a child asked that parents are not told: there the
// second is closed, and who made it is told no more than that it is dealt with. What
// somebody asked for themselves is never the second.
func (s *Store) Join(ctx context.Context, by access.Viewer, second, first Ref, seen int, req Request) (Objection, error) {
	var kept Objection
	_, err := s.move(ctx, by, first, move{name: "join", open: staffHands, req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		if second == first || !Undecided(c.Case.State) && !InForce(c.Case.State) {
			return s.Cases.Stale(ctx, by, c.Case, 0)
		}
		kept = *o
		return nil
	})
	if err != nil {
		return Objection{}, err
	}
	o, err := s.move(ctx, by, second, move{verb: Withdraw, name: "joined", open: staffHands, seen: seen, reason: "joined", req: req}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		person, err := s.found(ctx, *o, first)
		if err != nil {
			return err
		}
		if kept.Organisation != c.Case.Organisation || person == "" || person != kept.Person || o.Subject == Self {
			return fmt.Errorf("objection: join: another person or provider, or their own: %w", fault.Denied)
		}
		into, err := s.load(ctx, kept.Case) // what the child says may have come meanwhile
		if err != nil {
			return err
		}
		note(c, casework.Event{Kind: "joined", ShownTo: casework.ForStaff, Detail: map[string]string{"into": string(first)}})
		if into.Subject == Self || into.Answers.NotParents || o.Answers.NotParents {
			if !o.Answers.NotParents {
				if err := s.Cases.Tell(ctx, c, "message", casework.ForApplicant, nil); err != nil {
					return err
				}
			}
			return s.drop(ctx, o, c)
		}
		_, err = s.DB.Exec(ctx, `INSERT INTO case_parties (case_id, account_id, role, name) SELECT CAST(? AS TEXT), account_id, role, name FROM case_parties WHERE case_id = ?
 ON CONFLICT (case_id, account_id) DO NOTHING`, string(first), string(second))
		if err != nil {
			return err
		}
		return s.drop(ctx, o, c)
	})
	return o, err
}

// Suspended is the notice that somebody's authority to act is suspended or over.
const Suspended = "authority_suspended"

// ending is why, as a letter says it.
var ending = map[patient.Doubt]string{patient.DoubtCapacity: "age_16", patient.DoubtAdult: "age_18", patient.DoubtEnded: "order_ended"}

// Representatives looks at everybody who acts for another, by the clock, and writes
// into the request of whom they act for what became of it: suspended, never
// silently kept. Both sides are told, unless the child asked otherwise.
func (s *Store) Representatives(ctx context.Context, by access.Viewer) (int, error) {
	changed, err := s.Reps.Review(ctx, by)
	for _, r := range changed {
		if err != nil {
			break
		}
		var ref Ref
		if ref, err = s.standing(ctx, r.Person); errors.Is(err, fault.NotFound) {
			err = nil
			continue
		}
		if err != nil {
			break
		}
		_, err = s.move(ctx, by, ref, move{name: "representative", open: access.Machines}, func(ctx context.Context, o *Objection, c *casework.Change) error {
			c.Quiet = true
			fields := map[string]string{"state": r.State, "why": string(r.Reason)}
			note(c, casework.Event{Kind: "representative", Reason: r.State, Detail: fields, ShownTo: told(o)})
			why := ending[r.Reason]
			if why == "" { // a birthday of review: they were told when it was ahead
				return nil
			}
			return s.Cases.Tell(ctx, c, Suspended, told(o), map[string]string{"on": s.today().String(), "why": why})
		})
	}
	if err != nil {
		return 0, fmt.Errorf("objection: representatives: %w", err)
	}
	return len(changed), nil
}
