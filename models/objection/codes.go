package objection

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/models/patient"
)

// seenAtOnce is how many persons one call of CodeSeen looks at.
const seenAtOnce = 200

// CodeSeen brings the codes that feeds have brought together with the requests they
// answer, after each delivery and whenever a job calls it: confirmed becomes coded,
// a reversal becomes visible, a code that went away raises an alarm. The effect on
// the record does not wait for it: that came with the delivery. A code that nobody
// requested here has no case; it stands in the person's timeline by itself. It
// returns how many persons it has brought together; those who failed still wait.
func (s *Store) CodeSeen(ctx context.Context, by access.Viewer) (int, error) {
	if by.Kind != access.System {
		return 0, fmt.Errorf("objection: code seen: %w", fault.Denied)
	}
	var persons []opaque.ID
	err := s.each(ctx, "SELECT person_id FROM code_sightings WHERE taken_at = 0 GROUP BY person_id ORDER BY MIN(seen_at), person_id LIMIT ?", func(scan func(...any) error) error {
		var p opaque.ID
		err := scan(&p)
		persons = append(persons, p)
		return err
	}, seenAtOnce)
	looked := 0
	for _, p := range persons { // one that fails waits, and keeps none of the others
		if e := s.seenOf(ctx, by, p); e != nil {
			err = errors.Join(err, e)
		} else {
			looked++
		}
	}
	if err != nil {
		return looked, fmt.Errorf("objection: code seen: %w", err)
	}
	return looked, nil
}

// seenOf takes the codes of one person.
func (s *Store) seenOf(ctx context.Context, by access.Viewer, person opaque.ID) error {
	ref, err := s.standing(ctx, person)
	if errors.Is(err, fault.NotFound) {
		return s.DB.Do(ctx, func(ctx context.Context) error { return s.uncased(ctx, person) })
	}
	if err != nil {
		return err
	}
	_, err = s.move(ctx, by, ref, move{name: "codes", open: access.Machines}, func(ctx context.Context, o *Objection, c *casework.Change) error {
		if o.Person != person || !(Undecided(c.Case.State) || InForce(c.Case.State)) {
			return s.Cases.Stale(ctx, by, c.Case, 0)
		}
		if Undecided(c.Case.State) && !vouched(*o) {
			c.Quiet = true
			return s.uncased(ctx, person)
		}
		return s.compare(ctx, o, c)
	})
	if errors.Is(err, fault.Conflict) {
		return nil // it moved meanwhile: the sightings still wait, and the next call finds them
	}
	return err
}

// vouched tells whether a code may answer a request that nobody has decided: one's own,
// or that of somebody whose evidence a member of staff has seen. To anybody else it
// would tell that such a person is held here, and that they objected themselves.
func vouched(o Objection) bool {
	a, _ := latest(o.Findings, FoundAuthority)
	return o.Subject == Self || a.Outcome == Proven
}

// standing is the person's request that a code could answer: the newest that is
// open or in force.
func (s *Store) standing(ctx context.Context, person opaque.ID) (Ref, error) {
	row, err := s.DB.QueryRow(ctx, `SELECT id FROM cases WHERE person_id = ? AND kind = 'objection' AND state NOT IN ('refused','withdrawn','visible') ORDER BY opened_at DESC, id LIMIT 1`, string(person))
	if err != nil {
		return "", err
	}
	var ref Ref
	if err := row.Scan(&ref); errors.Is(err, sql.ErrNoRows) {
		return "", fault.NotFound
	} else if err != nil {
		return "", err
	}
	return ref, nil
}

func (s *Store) uncased(ctx context.Context, person opaque.ID) error {
	g, err := s.Sharing.Grounds(ctx, person)
	if err != nil {
		return err
	}
	if s.Uncased != nil && len(g.Codes) > 0 {
		if err := s.Uncased(ctx, person, g.Codes[0].Refused); err != nil {
			return err
		}
	}
	return s.taken(ctx, person)
}

// lookAgain has the codes that are there already compared with a request once more.
func (s *Store) lookAgain(ctx context.Context, person opaque.ID) error {
	_, err := s.DB.Exec(ctx, "UPDATE code_sightings SET taken_at = 0 WHERE person_id = ? AND gone_at = 0", string(person))
	return err
}

func (s *Store) taken(ctx context.Context, person opaque.ID) error {
	_, err := s.DB.Exec(ctx, "UPDATE code_sightings SET taken_at = ? WHERE person_id = ? AND taken_at = 0", millis(s.Clock()), string(person))
	return err
}

// compare moves a request by the codes that stand now.
func (s *Store) compare(ctx context.Context, o *Objection, c *casework.Change) error {
	if err := s.Sharing.Lock(ctx, o.Person); err != nil {
		return err
	}
	g, err := s.Sharing.Grounds(ctx, o.Person)
	if err != nil {
		return err
	}
	if err := s.mark(ctx, *o, g.Codes); err != nil {
		return err
	}
	coded, any := codedBy(g.Codes, holders(g, *o, c))
	c.Quiet = true
	step := func(v Verb) {
		to, ok := Next(c.Case.State, v)
		if !ok {
			return
		}
		none := ""
		c.Quiet, c.To, c.Closed, c.Alarm = false, to, over(to), &none
		c.Tell(casework.Event{Kind: string(v), From: c.Case.State, To: to})
	}
	switch state := c.Case.State; {
	case InForce(state) && !g.Effect.Hidden:
		step(SeeReversal)
		o.Reversed, o.ReviewOn, o.AskedOn = s.Clock(), "", ""
		err = s.Cases.Tell(ctx, c, string(SeeReversal), told(o), nil)
	case coded && (Undecided(state) || state == Confirmed):
		if step(SeeCode); o.Confirmed.IsZero() { // coded before anybody confirmed here: the code is the decision
			o.Confirmed = s.Clock()
			_, err = s.Sharing.Decide(ctx, o.Person, patient.Decision{Objection: o.ID, Holder: c.Case.Organisation, Requested: o.Opened, Confirmed: o.Confirmed})
			if err == nil {
				err = s.spread(ctx, *o)
			}
		}
		if o.Coded = s.Clock(); err == nil {
			err = s.Cases.Tell(ctx, c, string(SeeCode), told(o), nil)
		}
	case !any && (state == Coded || state == Effective):
		step(LoseCode)
		alarm := AlarmCodeGone
		c.Alarm, o.Coded = &alarm, instant(0)
	}
	if err != nil {
		return err
	}
	return s.taken(ctx, o.Person)
}

// codedBy tells whether the newest code of the holders refuses, and whether they
// have any.
func codedBy(newestFirst []patient.CodeEvent, holders []string) (refused, any bool) {
	for _, c := range newestFirst {
		if slices.Contains(holders, c.Organisation) {
			return c.Refused, true
		}
	}
	return false, false
}

// mark writes down where the objection is coded, and where its reversal is.
func (s *Store) mark(ctx context.Context, o Objection, newestFirst []patient.CodeEvent) error {
	if _, err := s.DB.Exec(ctx, "UPDATE objection_partners SET coded_at = 0, coded_item = '', reversed_at = 0 WHERE case_id = ?", string(o.ID)); err != nil {
		return err
	}
	done := map[string]bool{}
	for _, c := range newestFirst {
		if done[c.Organisation] || c.Organisation == "" {
			continue
		}
		done[c.Organisation] = true
		coded, reversed := c.Effective, int64(0)
		if !c.Refused {
			coded, reversed = 0, c.Effective
		}
		_, err := s.DB.Exec(ctx, `INSERT INTO objection_partners (case_id, organisation_id, coded_at, coded_item, reversed_at) VALUES (?, ?, ?, ?, ?)
 ON CONFLICT (case_id, organisation_id) DO UPDATE SET coded_at = excluded.coded_at, coded_item = excluded.coded_item, reversed_at = excluded.reversed_at`,
			string(o.ID), c.Organisation, coded, string(c.Item), reversed)
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) partners(ctx context.Context, ref Ref) ([]Partner, error) {
	var all []Partner
	err := s.each(ctx, `SELECT p.organisation_id, o.name, p.coded_at, p.reversed_at FROM objection_partners p JOIN organisations o ON o.id = p.organisation_id
 WHERE p.case_id = ? ORDER BY o.name, o.id`, func(scan func(...any) error) error {
		var p Partner
		var coded, reversed int64
		err := scan(&p.Organisation, &p.Name, &coded, &reversed)
		p.Coded, p.Reversed = instant(coded), instant(reversed)
		all = append(all, p)
		return err
	}, string(ref))
	return all, err
}

// Sighting is one code in a person's timeline: when it was first seen here.
type Sighting struct {
	Organisation string
	Refused      bool
	Effective    time.Time // its clinical date
	Seen         time.Time
	Gone         time.Time
}

// Timeline is a person's own: every code that was ever seen, requested here or
// not, and how things stand.
func (s *Store) Timeline(ctx context.Context, by access.Viewer, req Request) ([]Sighting, patient.Effect, error) {
	var all []Sighting
	var g patient.Grounds
	_, err := s.Gate.Pass(ctx, access.Ask{By: by, Person: by.Person, What: access.WhatOwn, Route: req.Route, Shape: "timeline", RequestID: req.RequestID},
		func(ctx context.Context, _ access.Pass) (access.Shown, error) {
			all = nil
			err := s.each(ctx, `SELECT COALESCE(o.name, ''), c.refused, c.effective_at, c.seen_at, c.gone_at FROM code_sightings c LEFT JOIN sources s ON s.id = c.source_id
 LEFT JOIN organisations o ON o.id = s.organisation_id WHERE c.person_id = ? ORDER BY c.seen_at, c.effective_at, c.item_id`, func(scan func(...any) error) error {
				var t Sighting
				var effective, seen, gone int64
				err := scan(&t.Organisation, &t.Refused, &effective, &seen, &gone)
				t.Effective, t.Seen, t.Gone = instant(effective), instant(seen), instant(gone)
				all = append(all, t)
				return err
			}, string(by.Person))
			if err == nil {
				g, err = s.Sharing.Grounds(ctx, by.Person)
			}
			return access.Shown{}, err
		})
	if err != nil {
		return nil, patient.Effect{}, fmt.Errorf("objection: timeline: %w", err)
	}
	return all, g.Effect, nil
}
