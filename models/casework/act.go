package casework

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/opaque"
)

// New is a case that begins.
type New struct {
	Kind         Kind
	Person       opaque.ID
	About        string
	Organisation string
	Route        Route
	Received     deadline.Day // zero: today
	Rule         deadline.Rule
	State        State
	Party        string // role of the viewer who makes it in the portal: self or representative
	Event        Event
}

// Begin makes a case, in the caller's transaction if there is one. The kind's verb
// has passed the gate for it.
func (s *Store) Begin(ctx context.Context, by access.Viewer, n New) (Case, error) {
	now := s.clock()
	if n.Received == 0 {
		n.Received = s.today()
	}
	c := Case{ID: opaque.New(), Ref: newRef(), Kind: n.Kind, Person: n.Person, About: n.About, Organisation: n.Organisation, Route: n.Route,
		TakenBy: by.ID, TakenName: by.Name, Opened: now, Received: n.Received.String(), State: n.State, Version: 1, Changed: now}
	term := deadline.Begin(n.Rule, n.Received)
	c.Due = term.Due(s.calendar, s.today()).On.String()
	err := s.db.Do(ctx, func(ctx context.Context) error {
		err := s.exec(ctx, `INSERT INTO cases (id, ref, kind, person_id, about_name, organisation_id, route, taken_by, taken_name, opened_at, received_on, due_on, state,
 closed_at, assigned_to, assigned_name, locked_by, locked_name, locked_at, alarm, alarm_at, version, changed_at)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', '', '', '', 0, '', 0, 1, ?)`, string(c.ID), c.Ref, string(c.Kind), string(c.Person), c.About, c.Organisation,
			string(c.Route), c.TakenBy, c.TakenName, millis(now), c.Received, c.Due, string(c.State), millis(now))
		if err == nil && n.Party != "" {
			err = s.join(ctx, c.ID, by.ID, n.Party, by.Name)
		}
		if err == nil {
			err = s.putTerm(ctx, c.ID, term)
		}
		if err == nil {
			n.Event.To = n.State
			err = s.append(ctx, by, c, []Event{n.Event})
		}
		return err
	})
	return c, wrap("begin", err)
}

func (s *Store) join(ctx context.Context, id opaque.ID, account, role, name string) error {
	return s.exec(ctx, "INSERT INTO case_parties (case_id, account_id, role, name) VALUES (?, ?, ?, ?) ON CONFLICT (case_id, account_id) DO NOTHING",
		string(id), account, role, name)
}

// Act is one act on a case, as the kind's verb describes it.
type Act struct {
	Name    string
	Open    access.Hands
	Seen    int // the version that the actor had before them; 0 = whatever it is
	Request Request
}

// Change is what an act may change; what it leaves alone stays.
type Change struct {
	Case   Case // as it is, locked
	To     State
	Closed bool
	Person opaque.ID // when it has become known whom it is about
	Holder string    // when another organisation takes it
	Alarm  *string
	Clock  *deadline.Rule // another period begins today, and what ran before is done
	Stop   bool           // the clock: stop it
	Resume bool           // and let it run again
	Events []Event
	Notify []Notice
	Quiet  bool // nothing that somebody who decides must know: the version stays
}

// Tell adds a line to the history.
func (c *Change) Tell(e Event) { c.Events = append(c.Events, e) }

// Act asks the gate, locks the case, lets decide change it, and writes all of it
// in one transaction. decide may refuse with an error, which undoes everything;
// its own statements belong to the same transaction.
func (s *Store) Act(ctx context.Context, by access.Viewer, id opaque.ID, a Act, decide func(ctx context.Context, c *Change) error) (Case, error) {
	asked, err := s.find(ctx, by, id, a.Open, a.Name, a.Request, nil)
	if err != nil {
		return Case{}, wrap(a.Name, err)
	}
	var out Case
	err = s.db.Do(ctx, func(ctx context.Context) error {
		c, err := s.read(ctx, id, true)
		if err != nil {
			return err
		}
		if c.Organisation != asked.Organisation || c.Person != asked.Person || a.Seen != 0 && a.Seen != c.Version {
			return s.conflict(ctx, by, c, a.Seen)
		}
		ch := &Change{Case: c, To: c.State, Closed: !c.Open(), Person: c.Person, Holder: c.Organisation}
		if err := decide(ctx, ch); err != nil {
			return err
		}
		out, err = s.write(ctx, by, ch)
		return err
	})
	return out, wrap(a.Name, err)
}

// Stale is the error of an act that the case's present state does not allow any
// more: somebody else was first.
func (s *Store) Stale(ctx context.Context, by access.Viewer, c Case, seen int) error {
	return s.conflict(ctx, by, c, seen)
}

func (s *Store) conflict(ctx context.Context, by access.Viewer, c Case, seen int) error {
	if seen == 0 {
		seen = c.Version - 1
	}
	events, err := s.events(ctx, by, c, seen)
	if err != nil {
		return err
	}
	return &Conflict{Case: c, Changes: events}
}

// write stores a change. The version in the condition is the second lock: were the
// row not ours, nothing would be written.
func (s *Store) write(ctx context.Context, by access.Viewer, ch *Change) (Case, error) {
	was, now := ch.Case, s.clock()
	c := was
	c.State, c.Person, c.Organisation = ch.To, ch.Person, ch.Holder
	if !ch.Quiet {
		c.Version, c.Changed = was.Version+1, now
	}
	switch {
	case ch.Closed && was.Open():
		c.Closed, c.Lock, c.Alarm, c.AlarmAt = now, Lock{}, "", instant(0)
	case !ch.Closed:
		c.Closed = instant(0)
	}
	if ch.Alarm != nil && *ch.Alarm != was.Alarm {
		if c.Alarm, c.AlarmAt = *ch.Alarm, now; c.Alarm == "" {
			c.AlarmAt = instant(0)
		}
	}
	if c.Organisation != was.Organisation {
		c.AssignedTo, c.AssignedName, c.Lock = "", "", Lock{}
	}
	var err error
	if c.Due, err = s.runClocks(ctx, c, ch); err != nil {
		return Case{}, err
	}
	result, err := s.db.Exec(ctx, `UPDATE cases SET person_id = ?, organisation_id = ?, state = ?, closed_at = ?, due_on = ?, assigned_to = ?, assigned_name = ?,
 locked_by = ?, locked_name = ?, locked_at = ?, alarm = ?, alarm_at = ?, version = ?, changed_at = ? WHERE id = ? AND version = ?`,
		string(c.Person), c.Organisation, string(c.State), millis(c.Closed), c.Due, c.AssignedTo, c.AssignedName,
		c.Lock.By, c.Lock.Name, millis(c.Lock.At), c.Alarm, millis(c.AlarmAt), c.Version, millis(c.Changed), string(c.ID), was.Version)
	if err != nil {
		return Case{}, err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return Case{}, fmt.Errorf("%d rows: %w", n, fault.Conflict)
	}
	for i := range ch.Events {
		e := &ch.Events[i]
		if e.From == "" {
			e.From = was.State
		}
		if e.To == "" {
			e.To = c.State
		}
	}
	if err := s.append(ctx, by, c, ch.Events); err != nil {
		return Case{}, err
	}
	for _, n := range ch.Notify {
		if n.Case = c; s.notify != nil {
			if err := s.notify(ctx, n); err != nil {
				return Case{}, fmt.Errorf("notify: %w", err)
			}
		}
	}
	return c, nil
}

// append writes events after those that are there.
func (s *Store) append(ctx context.Context, by access.Viewer, c Case, events []Event) error {
	if len(events) == 0 {
		return nil
	}
	row, err := s.db.QueryRow(ctx, "SELECT COALESCE(MAX(seq), 0) FROM case_events WHERE case_id = ?", string(c.ID))
	if err != nil {
		return err
	}
	var seq int
	if err := row.Scan(&seq); err != nil {
		return err
	}
	for _, e := range events {
		seq++
		who := e.By
		if who == (By{}) {
			who = byOf(by)
		}
		if e.ShownTo == "" {
			e.ShownTo = ForAll
		}
		detail, err := json.Marshal(e.Detail, json.Deterministic(true))
		if err != nil {
			return err
		}
		err = s.exec(ctx, `INSERT INTO case_events (case_id, seq, at, version, kind, from_state, to_state, by_kind, by_id, by_name, by_role, reason, detail, shown_to)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, string(c.ID), seq, millis(s.clock()), c.Version, e.Kind, string(e.From), string(e.To),
			string(who.Kind), who.ID, who.Name, who.Role, e.Reason, string(detail), string(e.ShownTo))
		if err != nil {
			return err
		}
	}
	return nil
}

func refs(cases ...Case) []audit.ItemRef {
	out := make([]audit.ItemRef, len(cases))
	for i, c := range cases {
		out[i] = audit.ItemRef{ID: c.ID, Version: c.Version}
	}
	return out
}
