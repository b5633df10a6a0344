package casework_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/opaque"
)

func TestACaseFromEachSide(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		c := h.begin(0)
		if c.Due != "2026-12-23" {
			t.Errorf("received on 23 November, due %s", c.Due)
		}
		_, err := h.act(h.ann, c.ID, 0, func(c *casework.Change) {
			c.To = "in_review"
			c.Tell(casework.Event{Kind: "opened"})
			c.Tell(casework.Event{Kind: "secret", ShownTo: casework.ForStaff})
			c.Tell(casework.Event{Kind: "of the child", ShownTo: casework.ForSubject})
			c.Tell(casework.Event{Kind: "of the parent", ShownTo: casework.ForApplicant})
		})
		h.must(err)
		h.exec("INSERT INTO case_parties (case_id, account_id, role, name) VALUES (?, 'parent', 'representative', 'Parent')", string(c.ID))
		parent := access.Viewer{Kind: access.Patient, ID: "parent", Level: "P9", Person: opaque.Of("parent")}
		subject := h.patient()
		subject.ID = "another account of theirs"
		for name, v := range map[string]struct {
			by   access.Viewer
			want int
		}{"staff": {h.ann, 5}, "who asked, for themselves": {h.patient(), 4}, "a parent": {parent, 3}, "whom it is about": {subject, 3}} {
			f, err := h.Open(ctx, v.by, c.ID, casework.Request{})
			if err != nil || len(f.Events) != v.want || len(f.Clocks) != 1 {
				t.Errorf("%s: %v, %d events", name, err, len(f.Events))
			}
		}
		stranger := parent
		stranger.ID, stranger.Person = "stranger", opaque.Of("stranger")
		for name, by := range map[string]access.Viewer{"another surgery": h.other, "a stranger": stranger} {
			_, none := h.Open(ctx, by, opaque.Of("no such case"), casework.Request{})
			_, theirs := h.Open(ctx, by, c.ID, casework.Request{})
			if !errors.Is(none, fault.NotFound) || !errors.Is(theirs, fault.NotFound) || none.Error() != theirs.Error() {
				t.Errorf("%s can tell a case from none: %v, %v", name, none, theirs)
			}
		}
		mine, err := h.Mine(ctx, parent, casework.Request{})
		if err != nil || len(mine) != 1 {
			t.Errorf("the parent's cases: %v %v", mine, err)
		}
		if mine, err = h.Mine(ctx, stranger, casework.Request{}); err != nil || len(mine) != 0 {
			t.Errorf("a stranger's cases: %v %v", mine, err)
		}
		_, err = h.act(h.patient(), c.ID, 0, func(*casework.Change) {})
		isFault(t, err, fault.Denied)
	})
}

func TestMessagesGoBothWays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		c := h.begin(0)
		h.must(h.Write(ctx, h.patient(), c.ID, "  When will you answer?  ", "", casework.Request{}))
		h.must(h.Write(ctx, h.ann, c.ID, "Tomorrow.", "", casework.Request{}))
		h.must(h.Note(ctx, h.ann, c.ID, "Called twice", false, casework.Request{}))
		if len(h.told) != 1 || h.told[0].Person != h.person || len(h.told[0].Accounts) != 1 {
			t.Errorf("told: %+v", h.told)
		}
		var empty invalid.Fields
		if err := h.Write(ctx, h.ann, c.ID, "   ", "", casework.Request{}); !errors.As(err, &empty) {
			t.Error(err)
		}
		f, err := h.Open(ctx, h.patient(), c.ID, casework.Request{})
		if h.must(err); len(f.Texts) != 2 || f.Texts[0].Body != "When will you answer?" || f.Case.Version != 1 {
			t.Errorf("%+v", f)
		}
		h.must(h.MarkRead(ctx, h.patient(), c.ID, casework.Request{}))
		h.must(h.Strike(ctx, h.ben, c.ID, 3, casework.Request{}))
		isFault(t, h.Strike(ctx, h.ben, c.ID, 1, casework.Request{}), fault.NotFound) // a message is not struck
		f, err = h.Open(ctx, h.ann, c.ID, casework.Request{})
		if h.must(err); len(f.Texts) != 3 || f.Texts[1].Read.IsZero() || !f.Texts[0].Read.IsZero() || f.Texts[2].Struck.IsZero() {
			t.Errorf("%+v", f.Texts)
		}
	})
}

// Two who act on what they both saw: one wins, the other is told what changed.
func TestOfTwoAtOnceOneWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for range 20 {
			c := h.begin(0)
			var wg sync.WaitGroup
			errs := make([]error, 6)
			for i := range errs {
				wg.Go(func() {
					_, errs[i] = h.act([]access.Viewer{h.ann, h.ben}[i%2], c.ID, 1, func(ch *casework.Change) {
						ch.To = "decided"
						ch.Tell(casework.Event{Kind: "decided"})
					})
				})
			}
			wg.Wait()
			won := 0
			for _, err := range errs {
				var conflict *casework.Conflict
				switch {
				case err == nil:
					won++
				case !errors.As(err, &conflict):
					t.Fatal(err)
				case conflict.Case.State != "decided" || len(conflict.Changes) != 1 || conflict.Changes[0].By.Name == "":
					t.Fatalf("%+v", conflict)
				}
			}
			if won != 1 {
				t.Fatalf("%d won", won)
			}
		}
	})
}

func TestTheClockStandsStill(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		c := h.begin(0, func(n *casework.New) { n.Received = deadline.On(2026, time.November, 2) })
		*h.now = time.Date(2026, 11, 5, 10, 0, 0, 0, time.UTC)
		c, err := h.act(h.ann, c.ID, 0, func(c *casework.Change) { c.Stop = true })
		if h.must(err); c.Due != casework.Paused {
			t.Error(c.Due)
		}
		*h.now = time.Date(2026, 11, 9, 10, 0, 0, 0, time.UTC)
		c, err = h.act(h.ann, c.ID, 0, func(c *casework.Change) { c.Resume = true })
		if h.must(err); c.Due != "2026-12-07" {
			t.Errorf("five days stopped: due %s", c.Due)
		}
	})
}

func TestAssignment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		late, soon := h.begin(-3), h.begin(-20)
		got := map[opaque.ID]bool{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		for _, by := range []access.Viewer{h.ann, h.ben} {
			wg.Go(func() {
				c, err := h.TakeNext(ctx, by, casework.Request{})
				if err != nil || c.AssignedTo != by.ID {
					t.Errorf("%+v %v", c, err)
				}
				mu.Lock()
				got[c.ID] = true
				mu.Unlock()
			})
		}
		if wg.Wait(); len(got) != 2 {
			t.Fatalf("two who took the next got %d cases", len(got))
		}
		holder, waiter := h.ann, h.ben
		f, err := h.Open(ctx, h.ann, soon.ID, casework.Request{})
		if h.must(err); f.Case.Lock.By == h.ben.ID {
			holder, waiter = h.ben, h.ann
		}
		var busy *casework.Busy
		if _, err := h.Work(ctx, waiter, soon.ID, "", casework.Request{}); !errors.As(err, &busy) || busy.Lock.By != holder.ID {
			t.Fatalf("%v", err)
		}
		c, err := h.Work(ctx, waiter, soon.ID, "they are ill", casework.Request{})
		if h.must(err); c.Lock.By != waiter.ID {
			t.Error(c.Lock)
		}
		*h.now = noon.Add(31 * time.Minute)
		if _, err := h.Work(ctx, holder, soon.ID, "", casework.Request{}); err != nil {
			t.Errorf("a lock outlives who made it: %v", err)
		}
		_, err = h.Assign(ctx, h.ann, late.ID, casework.Colleague{ID: "nobody known"}, 0, casework.Request{})
		var fields invalid.Fields
		if !errors.As(err, &fields) {
			t.Error(err)
		}
		isFault(t, func() error { _, err := h.TakeNext(ctx, h.other, casework.Request{}); return err }(), fault.NotFound)
	})
}

func TestManyAtOnceAndBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var picked []casework.Picked
		var first casework.Case
		for i := range 5 {
			c := h.begin(-i)
			if i == 0 {
				first = c
			}
			picked = append(picked, casework.Picked{ID: c.ID, Version: c.Version})
		}
		_, err := h.act(h.ben, picked[4].ID, 0, func(c *casework.Change) { c.To = "other" })
		h.must(err)
		var fields invalid.Fields
		if _, err = h.AssignAll(ctx, h.ann, picked, casework.Colleague{ID: "ben"}, casework.Request{}); !errors.As(err, &fields) {
			t.Fatalf("given to somebody who has never worked here: %v", err)
		}
		for _, by := range []access.Viewer{h.ben, h.other} {
			_, err = h.Colleagues(ctx, by, casework.Request{})
			h.must(err)
		}
		if _, err = h.AssignAll(ctx, h.ann, picked, casework.Colleague{ID: "other"}, casework.Request{}); !errors.As(err, &fields) {
			t.Fatalf("given to somebody elsewhere: %v", err)
		}
		b, err := h.AssignAll(ctx, h.ann, picked, casework.Colleague{ID: "ben"}, casework.Request{})
		if h.must(err); len(b.Done) != 4 || len(b.Dropped) != 1 || b.Dropped[0] != picked[4] || b.Done[0].AssignedName != "ben name" {
			t.Fatalf("%+v", b)
		}
		_, err = h.act(h.ben, first.ID, 0, func(c *casework.Change) { c.To = "further" })
		h.must(err)
		isFault(t, func() error { _, err := h.Undo(ctx, h.ben, b.ID, casework.Request{}); return err }(), fault.NotFound) // somebody else's
		back, err := h.Undo(ctx, h.ann, b.ID, casework.Request{})
		if h.must(err); len(back.Done) != 3 || len(back.Dropped) != 1 || back.Done[0].AssignedTo != "" {
			t.Fatalf("%+v", back)
		}
		b, err = h.AssignAll(ctx, h.ann, []casework.Picked{{ID: first.ID, Version: 3}}, casework.Colleague{ID: "ann"}, casework.Request{})
		h.must(err)
		*h.now = noon.Add(10 * time.Minute)
		isFault(t, func() error { _, err := h.Undo(ctx, h.ann, b.ID, casework.Request{}); return err }(), fault.NotFound)
	})
}
