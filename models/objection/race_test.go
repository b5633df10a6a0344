package objection_test

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/objection"
	"candour/models/opaque"
)

// rounds is how many requests are fought over: a thousand with CANDOUR_LONG_TESTS.
func rounds(d *db.DB) int {
	switch {
	case os.Getenv("CANDOUR_LONG_TESTS") != "":
		return 1000
	case d.Dialect == db.Postgres:
		return 36
	}
	return 90
}

// fight is one pair of acts that are done at once on one request, from what both
// have in front of them.
type fight struct {
	name string
	from func(h *house, me access.Viewer) (objection.Ref, int)
	acts [2]func(h *house, me access.Viewer, ref objection.Ref, seen int) error
}

var refusal = objection.Refusal{Ground: objection.GroundHarm, Reason: "r", Rights: "r", Complaint: "c"}

func confirm(h *house, _ access.Viewer, ref objection.Ref, seen int) error {
	_, err := h.Confirm(ctx, h.manager, ref, seen, req)
	return err
}
func refuse(h *house, _ access.Viewer, ref objection.Ref, seen int) error {
	_, err := h.Refuse(ctx, h.gp, ref, refusal, seen, req)
	return err
}
func withdraw(h *house, me access.Viewer, ref objection.Ref, seen int) error {
	_, err := h.Withdraw(ctx, me, ref, seen, req)
	return err
}
func reverse(h *house, me access.Viewer, ref objection.Ref, seen int) error {
	_, err := h.Reverse(ctx, me, ref, seen, req)
	return err
}
func keep(h *house, me access.Viewer, ref objection.Ref, seen int) error {
	_, err := h.KeepObjection(ctx, me, ref, seen, req)
	return err
}
func confirmReversal(h *house, _ access.Viewer, ref objection.Ref, seen int) error {
	_, err := h.ConfirmReversal(ctx, h.second, ref, seen, req)
	return err
}

func inReview(h *house, me access.Viewer) (objection.Ref, int) {
	ref := h.raised(me, self)
	h.ok(h.Review(ctx, h.manager, ref, 0, req))
	return ref, 2
}

func reversing(h *house, me access.Viewer) (objection.Ref, int) {
	ref, _ := inReview(h, me)
	h.must(confirm(h, me, ref, 0))
	h.must(reverse(h, me, ref, 0))
	return ref, 4
}

var fights = []fight{
	{"confirm and refuse", inReview, [2]func(*house, access.Viewer, objection.Ref, int) error{confirm, refuse}},
	{"confirm and withdraw", inReview, [2]func(*house, access.Viewer, objection.Ref, int) error{confirm, withdraw}},
	{"confirm and reverse", inReview, [2]func(*house, access.Viewer, objection.Ref, int) error{confirm, reverse}},
	{"refuse and withdraw", inReview, [2]func(*house, access.Viewer, objection.Ref, int) error{refuse, withdraw}},
	{"two who confirm", inReview, [2]func(*house, access.Viewer, objection.Ref, int) error{confirm, confirm}},
	{"confirm the reversal and keep", reversing, [2]func(*house, access.Viewer, objection.Ref, int) error{confirmReversal, keep}},
}

// Of every pair exactly one wins; the other gets a Conflict with what changed; while
// all of it goes on a doctor looks without pause, and none of their looks that
// begins after an acknowledged confirmation shows anything.
func TestOfEveryPairOneWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		n := rounds(d)
		var won, looks, denied atomic.Int64
		started := time.Now()
		for i := range n {
			f := fights[i%len(fights)]
			key := fmt.Sprint("p", i)
			person := h.person(key, "1970-01-01")
			h.claim(person, key)
			me := patientOf(person, "account "+key)
			ref, seen := f.from(h, me)
			var hidden atomic.Bool
			hidden.Store(h.hidden(person))
			stop := make(chan bool)
			var watchers, fighters sync.WaitGroup
			for range 2 {
				watchers.Go(func() { h.watch(person, &hidden, stop, &looks, &denied) })
			}
			errs := [2]error{}
			for k := range 2 {
				fighters.Go(func() {
					errs[k] = f.acts[k](h, me, ref, seen)
					if errs[k] == nil && k == 0 && (f.name[:7] == "confirm" || f.name == "two who confirm") {
						hidden.Store(true) // acknowledged
					}
				})
			}
			fighters.Wait()
			close(stop)
			watchers.Wait()
			for k, err := range errs {
				var conflict *casework.Conflict
				switch {
				case err == nil:
					won.Add(1)
				case !errors.As(err, &conflict) || !errors.Is(err, fault.Conflict):
					t.Fatalf("%s: %v", f.name, err)
				case len(conflict.Changes) == 0 || conflict.Case.Version <= seen || errs[1-k] != nil:
					t.Fatalf("%s: %+v", f.name, conflict)
				}
			}
			if want := int64(i + 1); won.Load() != want {
				t.Fatalf("%s: %d won in %d rounds", f.name, won.Load(), want)
			}
			in := objection.InForce(h.state(ref))
			if h.hidden(person) != in || errors.Is(h.looks(person), fault.Denied) != in {
				t.Fatalf("%s: %s, hidden %t", f.name, h.state(ref), h.hidden(person))
			}
		}
		wrong, err := h.Check(ctx, sys, time.Time{})
		if h.must(err); len(wrong) > 0 {
			t.Fatalf("history and state differ: %v", wrong)
		}
		t.Logf("%d pairs, %d winners, %d looks meanwhile, %d of them denied, %v", n, won.Load(), looks.Load(), denied.Load(), time.Since(started).Round(time.Second))
	})
}

// watch looks without pause until it is stopped.
func (h *house) watch(person opaque.ID, hidden *atomic.Bool, stop chan bool, looks, denied *atomic.Int64) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		before := hidden.Load()
		err := h.looks(person)
		looks.Add(1)
		switch {
		case errors.Is(err, fault.Denied):
			denied.Add(1)
		case err != nil:
			h.t.Errorf("a look: %v", err)
			return
		case before:
			h.t.Error("a look that began after the confirmation was acknowledged showed the record")
			return
		}
	}
}

// A feed that brings the reversal while staff act, and a person who reverses while
// the code comes: whatever wins, the record is hidden exactly while the rule says so.
func TestFeedsAndPeopleAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for i := range rounds(d) / 6 {
			key := fmt.Sprint("q", i)
			person := h.person(key, "1970-01-01")
			me := patientOf(person, key)
			ref, _ := inReview(h, me)
			h.must(confirm(h, me, ref, 0))
			h.later(time.Second)
			var wg sync.WaitGroup
			wg.Go(func() { h.feed("surgery", person, true) })
			wg.Go(func() {
				if err := reverse(h, me, ref, 0); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				if _, err := h.CodeSeen(ctx, sys); err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
			_, err := h.CodeSeen(ctx, sys)
			h.must(err)
			if h.is(ref, objection.ReversalRequested); !h.hidden(person) {
				t.Fatal("not hidden")
			}
			h.later(time.Second)
			wg.Go(func() { h.feed("surgery", person, false) })
			wg.Go(func() {
				if err := confirmReversal(h, me, ref, 0); err != nil && !errors.Is(err, fault.Conflict) {
					t.Error(err)
				}
			})
			wg.Wait()
			_, err = h.CodeSeen(ctx, sys)
			h.must(err)
			if h.is(ref, objection.Visible); h.hidden(person) {
				t.Fatal("still hidden")
			}
		}
	})
}
