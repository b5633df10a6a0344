package casework

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"candour/models/access"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/opaque"
)

// Assign gives a case to somebody, or to nobody.
func (s *Store) Assign(ctx context.Context, by access.Viewer, id opaque.ID, to Colleague, seen int, req Request) (Case, error) {
	to, err := s.colleague(ctx, by, to)
	if err != nil {
		return Case{}, wrap("assign", err)
	}
	return s.Act(ctx, by, id, Act{Name: "assign", Open: access.Handlers, Seen: seen, Request: req}, func(ctx context.Context, c *Change) error {
		c.Case.AssignedTo, c.Case.AssignedName = to.ID, to.Name
		c.Tell(assigned(to, ""))
		return nil
	})
}

func assigned(to Colleague, reason string) Event {
	return Event{Kind: "assigned", Reason: reason, ShownTo: ForStaff, Detail: map[string]string{"to": to.ID, "name": to.Name}}
}

// nextCase is the one that is due first and that nobody has or works on. Two who
// ask at once get different ones.
const nextCase = `SELECT c.id FROM cases c WHERE c.closed_at = 0 AND c.organisation_id = ? AND c.assigned_to IN ('', ?) AND (c.locked_by IN ('', ?) OR c.locked_at < ?)
 ORDER BY c.due_on, c.id LIMIT 1`

// TakeNext gives the viewer the case that is due first among those that are
// nobody's or their own, and locks it for them, softly.
func (s *Store) TakeNext(ctx context.Context, by access.Viewer, req Request) (Case, error) {
	ask := access.WorkAsk{By: by, Owner: by.Organisation, Open: access.Handlers, Act: "take_next", Route: req.Route, RequestID: req.RequestID}
	if _, err := s.gate.Work(ctx, ask, nil); err != nil {
		return Case{}, wrap("take next", err)
	}
	var c Case
	err := s.db.Do(ctx, func(ctx context.Context) error {
		query, now := nextCase, s.clock()
		if s.db.Dialect == db.Postgres {
			query += " FOR UPDATE SKIP LOCKED"
		}
		row, err := s.db.QueryRow(ctx, query, by.Organisation, by.ID, by.ID, millis(now.Add(-lockFor)))
		if err != nil {
			return err
		}
		var id opaque.ID
		if err := row.Scan(&id); errors.Is(err, sql.ErrNoRows) {
			return fault.NotFound
		} else if err != nil {
			return err
		}
		if c, err = s.read(ctx, id, true); err != nil {
			return err
		}
		ch := &Change{Case: c, To: c.State, Person: c.Person, Holder: c.Organisation}
		ch.Case.AssignedTo, ch.Case.AssignedName, ch.Case.Lock = by.ID, by.Name, Lock{by.ID, by.Name, now}
		ch.Tell(assigned(Colleague{by.ID, by.Name}, "taken"))
		c, err = s.write(ctx, by, ch)
		return err
	})
	return c, wrap("take next", err)
}

// Busy says that somebody else works on a case: it can be taken over with a reason.
type Busy struct{ Lock Lock }

func (b *Busy) Error() string { return "casework: " + b.Lock.Name + " is working on this" }

// Unwrap makes it a fault.Conflict.
func (b *Busy) Unwrap() error { return fault.Conflict }

// Work notes that the viewer works on a case, and from when; *Busy says that
// somebody else does. With a reason it is taken over, and they can read why.
func (s *Store) Work(ctx context.Context, by access.Viewer, id opaque.ID, reason string, req Request) (Case, error) {
	return s.Act(ctx, by, id, Act{Name: "work", Open: access.Handlers | access.Clinicians, Request: req}, func(ctx context.Context, c *Change) error {
		now, lock := s.clock(), c.Case.Lock
		held := lock.Held(by.ID, now)
		if held && reason == "" {
			return &Busy{lock}
		}
		c.Quiet = true
		if c.Case.Lock = (Lock{by.ID, by.Name, now}); held {
			c.Tell(Event{Kind: "taken_over", Reason: reason, ShownTo: ForStaff, Detail: map[string]string{"from": lock.By, "name": lock.Name}})
		}
		return nil
	})
}

// Leave ends the viewer's own lock.
func (s *Store) Leave(ctx context.Context, by access.Viewer, id opaque.ID, req Request) error {
	_, err := s.Act(ctx, by, id, Act{Name: "leave", Open: access.Handlers | access.Clinicians, Request: req}, func(_ context.Context, c *Change) error {
		if c.Quiet = true; c.Case.Lock.By == by.ID {
			c.Case.Lock = Lock{}
		}
		return nil
	})
	return err
}

// Picked is a case on a list, as it was when it was ticked.
type Picked struct {
	ID      opaque.ID
	Version int
}

// Batch is the outcome of giving many away at once.
type Batch struct {
	ID      opaque.ID
	Done    []Case
	Dropped []Picked // changed meanwhile, or none of the viewer's: left as they are
}

// undoFor is how long an assignment of many can be undone.
const undoFor = 10 * time.Minute

// maxBatch is how many may be given away at once.
const maxBatch = 100

// AssignAll gives many cases to one person, each on its own: what changed
// meanwhile is dropped, and said.
func (s *Store) AssignAll(ctx context.Context, by access.Viewer, picked []Picked, to Colleague, req Request) (Batch, error) {
	if len(picked) == 0 || len(picked) > maxBatch {
		return Batch{}, invalid.Fields{{Name: "cases", Message: "case.batch.number"}}
	}
	to, err := s.colleague(ctx, by, to)
	if err != nil {
		return Batch{}, wrap("assign all", err)
	}
	b := Batch{ID: opaque.New()}
	for _, p := range picked {
		c, err := s.Act(ctx, by, p.ID, Act{Name: "assign", Open: access.Handlers, Seen: p.Version, Request: req}, func(ctx context.Context, c *Change) error {
			was := c.Case
			c.Case.AssignedTo, c.Case.AssignedName = to.ID, to.Name
			c.Tell(assigned(to, "batch"))
			return s.exec(ctx, "INSERT INTO case_batches (id, case_id, by_id, at, was_to, was_name, version, undone_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
				string(b.ID), string(p.ID), by.ID, millis(s.clock()), was.AssignedTo, was.AssignedName, was.Version+1)
		})
		switch {
		case errors.Is(err, fault.Conflict), errors.Is(err, fault.NotFound):
			b.Dropped = append(b.Dropped, p)
		case err != nil:
			return b, err
		default:
			b.Done = append(b.Done, c)
		}
	}
	return b, nil
}

// Undo gives a batch's cases back to whoever had them, within ten minutes, except
// those that were changed since.
func (s *Store) Undo(ctx context.Context, by access.Viewer, batch opaque.ID, req Request) (Batch, error) {
	type old struct {
		Picked
		to, name string
	}
	var all []old
	err := s.each(ctx, "SELECT case_id, version, was_to, was_name FROM case_batches WHERE id = ? AND by_id = ? AND at > ? AND undone_at = 0 ORDER BY case_id",
		func(scan func(...any) error) error {
			var o old
			err := scan(&o.ID, &o.Version, &o.to, &o.name)
			all = append(all, o)
			return err
		}, string(batch), by.ID, millis(s.clock().Add(-undoFor)))
	if err != nil {
		return Batch{}, wrap("undo", err)
	}
	if len(all) == 0 {
		return Batch{}, wrap("undo", fault.NotFound)
	}
	b := Batch{ID: batch}
	for _, o := range all {
		c, err := s.Act(ctx, by, o.ID, Act{Name: "assign", Open: access.Handlers, Seen: o.Version, Request: req}, func(ctx context.Context, c *Change) error {
			c.Case.AssignedTo, c.Case.AssignedName = o.to, o.name
			c.Tell(assigned(Colleague{o.to, o.name}, "undone"))
			return s.exec(ctx, "UPDATE case_batches SET undone_at = ? WHERE id = ? AND case_id = ?", millis(s.clock()), string(batch), string(o.ID))
		})
		switch {
		case errors.Is(err, fault.Conflict), errors.Is(err, fault.NotFound):
			b.Dropped = append(b.Dropped, o.Picked)
		case err != nil:
			return b, err
		default:
			b.Done = append(b.Done, c)
		}
	}
	return b, nil
}

// Pick shows the cases that were ticked on a list as they are now, and which of them
// changed since or are none of the viewer's.
func (s *Store) Pick(ctx context.Context, by access.Viewer, picked []Picked, req Request) (rows []Row, changed []Picked, err error) {
	if len(picked) > maxBatch {
		picked = picked[:maxBatch]
	}
	ask := access.WorkAsk{By: by, Owner: by.Organisation, Open: access.Handlers, Act: "pick", Route: req.Route, RequestID: req.RequestID}
	_, err = s.gate.Work(ctx, ask, func(ctx context.Context, _ access.Pass) (access.Shown, error) {
		rows, changed = nil, nil
		var shown []Case
		for _, p := range picked {
			have := len(rows)
			err := s.each(ctx, queueRows+" AND c.id = ? AND c.version = ?", func(scan func(...any) error) error {
				r, err := s.row(scan)
				rows, shown = append(rows, r), append(shown, r.Case)
				return err
			}, by.Organisation, string(p.ID), p.Version)
			if err != nil {
				return access.Shown{}, err
			}
			if len(rows) == have {
				changed = append(changed, p)
			}
		}
		return access.Shown{Items: refs(shown...), Count: len(shown)}, nil
	})
	return rows, changed, wrap("pick", err)
}
