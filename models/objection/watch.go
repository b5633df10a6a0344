package objection

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/models/patient"
)

// Alarms of a request on the queue: a closed list, put into words by locales.
const (
	AlarmCodeNotSeen     = "code_not_seen"     // confirmed, and the code has not come
	AlarmReversalNotSeen = "reversal_not_seen" // the reversal likewise
	AlarmCodeGone        = "code_gone"         // it was there, and is not any more
	AlarmProbeSaw        = "probe_saw"         // a probe was shown a record that must be hidden
)

// Alarms lists them.
func Alarms() []string {
	return []string{AlarmCodeNotSeen, AlarmReversalNotSeen, AlarmCodeGone, AlarmProbeSaw}
}

// RaiseAlarms marks the requests whose code has not been seen in the hours that
// policy gives (G3). It returns how many it marked.
func (s *Store) RaiseAlarms(ctx context.Context, by access.Viewer) (int, error) {
	if by.Kind != access.System {
		return 0, fmt.Errorf("objection: alarms: %w", fault.Denied)
	}
	marked := 0
	for _, w := range []struct {
		state casework.State
		alarm string
	}{{Confirmed, AlarmCodeNotSeen}, {ReversalConfirmed, AlarmReversalNotSeen}} {
		late, err := s.late(ctx, w.state)
		if err != nil {
			return marked, fmt.Errorf("objection: alarms: %w", err)
		}
		for _, ref := range late {
			_, err := s.move(ctx, by, ref, move{name: "alarm", open: access.Machines}, func(_ context.Context, _ *Objection, c *casework.Change) error {
				if c.Case.State != w.state || c.Case.Alarm != "" {
					return s.Cases.Stale(ctx, by, c.Case, 0)
				}
				c.Quiet, c.Alarm = true, &w.alarm
				note(c, casework.Event{Kind: "alarm", Reason: w.alarm, ShownTo: casework.ForStaff})
				return nil
			})
			switch {
			case err == nil:
				marked++
			case !errors.Is(err, fault.Conflict):
				return marked, fmt.Errorf("objection: alarms: %w", err)
			}
		}
	}
	return marked, nil
}

// late are the requests that have been in a state for longer than policy gives.
func (s *Store) late(ctx context.Context, state casework.State) ([]Ref, error) {
	var all []Ref
	err := s.each(ctx, `SELECT c.id FROM cases c WHERE c.closed_at = 0 AND c.kind = 'objection' AND c.state = ? AND c.alarm = ''
 AND (SELECT MAX(e.at) FROM case_events e WHERE e.case_id = c.id AND e.to_state = c.state AND e.from_state <> c.state) <= ? ORDER BY c.id`, func(scan func(...any) error) error {
		var ref Ref
		err := scan(&ref)
		all = append(all, ref)
		return err
	}, string(state), millis(s.Clock().Add(-s.Settings.CodeAlarm)))
	return all, err
}

// Probed stores what synthetic clinicians were told after a change. A request that
// is coded is effective once all of them were denied; a single one that was shown the
// record raises an alarm, once, and the clock goes on. No answer is neither: the
// request stays as it is, and is probed again.
func (s *Store) Probed(ctx context.Context, by access.Viewer, ref Ref, probes []Probe) (Objection, error) {
	if len(probes) == 0 {
		return Objection{}, fmt.Errorf("objection: probed: %w", fault.NotFound)
	}
	return s.move(ctx, by, ref, move{name: "probe", open: access.Machines}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		denied, shown := true, false
		for _, p := range probes {
			denied, shown = denied && p.Denied, shown || p.Shown
		}
		c.Quiet = true
		if again := c.Case.Alarm == AlarmProbeSaw; again && !denied || !denied && !shown && c.Case.State == Coded {
			return nil // nothing that is not known already
		}
		for _, p := range probes {
			flag := 0
			if p.Denied {
				flag = 1
			}
			if !p.Denied && !p.Shown {
				continue
			}
			_, err := s.DB.Exec(ctx, "INSERT INTO objection_probes (case_id, organisation_id, at, route, denied, status, entry) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (case_id, at, organisation_id, route) DO NOTHING",
				string(ref), p.Organisation, millis(p.At), p.Route, flag, p.Status, p.Entry)
			if err != nil {
				return err
			}
		}
		switch {
		case shown && InForce(c.Case.State):
			alarm := AlarmProbeSaw
			c.Alarm, c.Closed = &alarm, false
			note(c, casework.Event{Kind: "alarm", Reason: alarm, ShownTo: casework.ForStaff})
		case denied && c.Case.State == Coded && !slices.ContainsFunc(probes, func(p Probe) bool { return p.At.Before(o.Coded) }):
			none := ""
			c.Quiet, c.To, c.Closed, c.Alarm = false, Effective, over(Effective), &none
			o.Effective = s.Clock()
			c.Tell(casework.Event{Kind: string(Prove), From: Coded, To: Effective})
			return s.Cases.Tell(ctx, c, string(Prove), told(o), nil)
		case denied && c.Case.Alarm == AlarmProbeSaw:
			none := ""
			c.Alarm, c.Closed = &none, over(c.Case.State)
			note(c, casework.Event{Kind: "alarm_over", Reason: AlarmProbeSaw, ShownTo: casework.ForStaff})
		}
		return nil
	})
}

// Subject is whom a request is about, for a probe; fault.NotFound when nobody who is
// known here.
func (s *Store) Subject(ctx context.Context, by access.Viewer, ref Ref) (opaque.ID, error) {
	if by.Kind != access.System {
		return "", fmt.Errorf("objection: subject: %w", fault.Denied)
	}
	var person opaque.ID
	err := s.each(ctx, "SELECT person_id FROM cases WHERE id = ? AND kind = 'objection'", func(scan func(...any) error) error { return scan(&person) }, string(ref))
	if err == nil && person == "" {
		err = fault.NotFound
	}
	if err != nil {
		return "", fmt.Errorf("objection: subject: %w", err)
	}
	return person, nil
}

// Unproven are the requests that wait for a probe: coded and not yet effective, or one
// that a probe has failed.
func (s *Store) Unproven(ctx context.Context, by access.Viewer) ([]Ref, error) {
	if by.Kind != access.System {
		return nil, fmt.Errorf("objection: unproven: %w", fault.Denied)
	}
	var all []Ref
	err := s.each(ctx, `SELECT id FROM cases WHERE kind = 'objection' AND person_id <> '' AND closed_at = 0 AND (state = 'coded' OR alarm = 'probe_saw') ORDER BY id`, func(scan func(...any) error) error {
		var ref Ref
		err := scan(&ref)
		all = append(all, ref)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("objection: unproven: %w", err)
	}
	return all, nil
}

func (s *Store) probes(ctx context.Context, ref Ref) ([]Probe, error) {
	var all []Probe
	err := s.each(ctx, "SELECT organisation_id, at, route, denied, status, entry FROM objection_probes WHERE case_id = ? ORDER BY at, organisation_id, route", func(scan func(...any) error) error {
		var p Probe
		var at int64
		var denied int
		err := scan(&p.Organisation, &at, &p.Route, &denied, &p.Status, &p.Entry)
		p.At, p.Denied, p.Shown = instant(at), denied == 1, denied == 0
		all = append(all, p)
		return err
	}, string(ref))
	return all, err
}

// warnAhead is how long before a birthday of review both sides are told.
const warnAhead = 30

// Birthdays looks at the objections whose young person reaches an age of review:
// a warning ahead, the review on the London day itself, and at 16 and 18 the young
// person is asked. The objection stands until they answer (G1). It returns how many
// it looked at.
func (s *Store) Birthdays(ctx context.Context, by access.Viewer) (int, error) {
	if by.Kind != access.System {
		return 0, fmt.Errorf("objection: birthdays: %w", fault.Denied)
	}
	type due struct {
		ref  Ref
		warn bool
	}
	var all []due
	today := s.today()
	err := s.each(ctx, `SELECT o.case_id, CASE WHEN o.review_on > ? THEN 1 ELSE 0 END FROM objections o WHERE o.review_on <> '' AND (o.review_on <= ? OR (o.review_on <= ? AND o.warned_on <> o.review_on))
 ORDER BY o.case_id`, func(scan func(...any) error) error {
		var d due
		var warn int
		err := scan(&d.ref, &warn)
		d.warn = warn == 1
		all = append(all, d)
		return err
	}, today.String(), today.String(), (today + warnAhead).String())
	looked := 0
	for _, d := range all { // one that fails, or that somebody works on, is due again next time
		_, e := s.move(ctx, by, d.ref, move{name: "birthday", open: access.Machines}, func(ctx context.Context, o *Objection, c *casework.Change) error {
			return s.birthday(ctx, o, c, d.warn)
		})
		switch {
		case e == nil:
			looked++
		case !errors.Is(e, fault.Conflict):
			err = errors.Join(err, e)
		}
	}
	if err != nil {
		return looked, fmt.Errorf("objection: birthdays: %w", err)
	}
	return looked, nil
}

func (s *Store) birthday(ctx context.Context, o *Objection, c *casework.Change, warn bool) error {
	c.Quiet = true
	day, err := deadline.ParseDay(o.ReviewOn)
	born, e := deadline.ParseDay(o.Birth())
	if err != nil || e != nil {
		o.ReviewOn = ""
		return nil
	}
	age := map[string]string{"age": fmt.Sprint(born.Age(day)), "on": o.ReviewOn}
	if warn {
		if _, err := s.DB.Exec(ctx, "UPDATE objections SET warned_on = ? WHERE case_id = ?", o.ReviewOn, string(o.ID)); err != nil {
			return err
		}
		note(c, casework.Event{Kind: "review_ahead", Detail: age})
		return s.Cases.Tell(ctx, c, "review_ahead", told(o), age)
	}
	note(c, casework.Event{Kind: "review", Detail: age})
	if n := born.Age(day); n == 16 || n == 18 {
		o.AskedOn = s.today().String()
		note(c, casework.Event{Kind: "asked", ShownTo: casework.ForSubject, Detail: age})
		if err := s.Cases.Tell(ctx, c, "asked", casework.ForSubject, age); err != nil {
			return err
		}
	}
	o.ReviewOn = ""
	if next, n := patient.NextReview(o.Birth(), day); n > 0 {
		o.ReviewOn = next.String()
	}
	return nil
}

// Check derives the state of every request from its history and gives back those
// that say something else: nightly, and none is right.
func (s *Store) Check(ctx context.Context, by access.Viewer, since time.Time) ([]Ref, error) {
	if by.Kind != access.System {
		return nil, fmt.Errorf("objection: check: %w", fault.Denied)
	}
	var all []casework.Case
	err := s.each(ctx, "SELECT id, state FROM cases WHERE kind = 'objection' AND changed_at >= ? ORDER BY id", func(scan func(...any) error) error {
		var c casework.Case
		err := scan(&c.ID, &c.State)
		all = append(all, c)
		return err
	}, millis(since))
	var wrong []Ref
	for _, c := range all {
		var events []casework.Event
		if err == nil {
			events, err = s.Cases.History(ctx, by, c)
		}
		if err != nil {
			return nil, fmt.Errorf("objection: check: %w", err)
		}
		if state, bad := Derive(events); bad != nil || state != c.State {
			wrong = append(wrong, c.ID)
		}
	}
	return wrong, err
}
