package job_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	. "candour/models/job"
)

// hand is a clock that is set by hand.
type hand struct{ at atomic.Int64 }

func newHand(s string) *hand {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	h := &hand{}
	h.at.Store(t.UnixMilli())
	return h
}

func (h *hand) now() time.Time               { return time.UnixMilli(h.at.Load()).UTC() }
func (h *hand) add(d time.Duration)          { h.at.Add(d.Milliseconds()) }
func (h *hand) in(d time.Duration) time.Time { return h.now().Add(d) }

type bench struct {
	db             *db.DB
	clock, machine *hand
	q              *Queue
}

func each(t *testing.T, test func(t *testing.T, b bench)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := bench{db: d, clock: newHand("2026-11-23T09:00:00Z"), machine: newHand("2031-01-01T00:00:00Z")}
		b.q = NewQueue(d, clock.Clock(b.clock.now), b.machine.now)
		test(t, b)
	})
}

type note struct {
	Ref string `json:"ref"`
}

var remind = Define[note]("test.remind", Options{Attempts: 3, Pause: time.Minute, MaxPause: 90 * time.Second})

func (b bench) add(t *testing.T, key string, at time.Time) {
	t.Helper()
	if added, err := remind.Add(context.Background(), b.q, key, note{key}, at); err != nil || !added {
		t.Fatalf("%s: %v %v", key, added, err)
	}
}

func drain(t *testing.T, r *Runner) int {
	t.Helper()
	n, err := r.Drain(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (b bench) only(t *testing.T) Job {
	t.Helper()
	all, err := b.q.List(context.Background(), Filter{})
	if err != nil || len(all) != 1 {
		t.Fatalf("%v %v", all, err)
	}
	return all[0]
}

func TestAJobIsOfItsTransaction(t *testing.T) {
	each(t, func(t *testing.T, b bench) {
		ctx := context.Background()
		undone := errors.New("undone")
		err := b.db.Do(ctx, func(ctx context.Context) error {
			if added, err := remind.Add(ctx, b.q, "a", note{"a"}, b.clock.now()); err != nil || !added {
				t.Errorf("%v %v", added, err)
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		var got []string
		r := NewRunner(b.q, Pace{}, nil)
		Handle(r, remind, func(_ context.Context, run *Run, n note) error { got = append(got, run.Key+n.Ref); return nil })
		if n := drain(t, r); n != 0 {
			t.Errorf("%d jobs of a transaction that was rolled back", n)
		}
		b.add(t, "a", b.clock.now())
		if added, err := remind.Add(ctx, b.q, "a", note{"other"}, b.clock.now()); err != nil || added {
			t.Errorf("the same key again: %v %v", added, err)
		}
		if n := drain(t, r); n != 1 || len(got) != 1 || got[0] != "aa" {
			t.Errorf("%d %v", n, got)
		}
		if added, err := remind.Add(ctx, b.q, "a", note{"a"}, b.clock.now()); err != nil || added {
			t.Errorf("the same key when it is done: %v %v", added, err)
		}
		if j := b.only(t); j.State != Done || j.Attempts != 1 || !j.Held.IsZero() {
			t.Errorf("%+v", j)
		}
	})
}

func TestWhatIsWantedLaterWaitsForTheClock(t *testing.T) {
	each(t, func(t *testing.T, b bench) {
		r := NewRunner(b.q, Pace{}, nil)
		Handle(r, remind, func(_ context.Context, run *Run, _ note) error {
			if !run.Wanted.Equal(b.clock.now()) {
				t.Errorf("wanted at %s", run.Wanted)
			}
			return nil
		})
		b.add(t, "later", b.clock.in(time.Hour))
		b.clock.add(time.Hour - time.Millisecond)
		b.machine.add(48 * time.Hour) // the machine's clock does not bring it nearer
		if n := drain(t, r); n != 0 {
			t.Error("run before it was wanted")
		}
		b.clock.add(time.Millisecond)
		if n := drain(t, r); n != 1 {
			t.Error("not run when it was wanted")
		}
	})
}

// A poison job is tried as often as its kind says, each time after a longer pause,
// then it is dead and can be retried; what is kept of its failure is a word.
func TestPoisonEndsAsADeadLetter(t *testing.T) {
	each(t, func(t *testing.T, b bench) {
		ctx := context.Background()
		attempts, cure := 0, false
		r := NewRunner(b.q, Pace{}, nil)
		Handle(r, remind, func(_ context.Context, run *Run, _ note) error {
			attempts++
			if cure {
				return nil
			}
			if run.Attempt != attempts || run.Last != (attempts == 3) {
				t.Errorf("attempt %d: %+v", attempts, run)
			}
			return Because("mail_refused", errors.New("Mrs Ash of 4 Mill Lane refuses letters"))
		})
		b.add(t, "p", b.clock.now())
		for i, pause := range []time.Duration{time.Minute, 90 * time.Second} {
			if n := drain(t, r); n != 1 {
				t.Fatalf("attempt %d: %d runs", i+1, n)
			}
			j := b.only(t)
			if rest := j.Held.Sub(b.machine.now()); j.State != Waiting || j.Error != "mail_refused" || rest < pause || rest > pause+pause/10 {
				t.Errorf("after attempt %d: %+v, resting %s", i+1, j, rest)
			}
			b.machine.add(pause - time.Second)
			if n := drain(t, r); n != 0 {
				t.Error("no pause after a failure")
			}
			b.machine.add(20 * time.Second)
		}
		drain(t, r)
		dead := b.only(t)
		if dead.State != Dead || dead.Attempts != 3 || attempts != 3 || dead.Error != "mail_refused" {
			t.Fatalf("%+v after %d attempts", dead, attempts)
		}
		if strings.Contains(fmt.Sprintf("%+v", dead), "Ash") {
			t.Error("the list tells of a person")
		}
		b.machine.add(1000 * time.Hour)
		if n := drain(t, r); n != 0 {
			t.Error("a dead job was run")
		}
		cure = true
		if err := b.q.Retry(ctx, dead.ID); err != nil {
			t.Fatal(err)
		}
		if n := drain(t, r); n != 1 || b.only(t).State != Done || b.only(t).Error != "" {
			t.Errorf("%+v", b.only(t))
		}
		if err := b.q.Retry(ctx, dead.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("retry of what is done: %v", err)
		}
		if err := b.q.Retry(ctx, "nothing"); !errors.Is(err, fault.NotFound) {
			t.Errorf("retry of nothing: %v", err)
		}
	})
}

func TestOutcomesThatAreNotTriedAgain(t *testing.T) {
	broken := Define[note]("test.broken", Options{})
	panics := Define[note]("test.panics", Options{Attempts: 1})
	wrong := Define[int]("test.wrong", Options{})
	each(t, func(t *testing.T, b bench) {
		ctx := context.Background()
		r := NewRunner(b.q, Pace{}, nil)
		Handle(r, broken, func(context.Context, *Run, note) error { return Never(fmt.Errorf("gone: %w", fault.NotFound)) })
		Handle(r, panics, func(context.Context, *Run, note) error { panic("Mrs Ash") })
		Handle(r, Define[note]("test.wrong", Options{}), func(context.Context, *Run, note) error { return nil })
		_, err1 := broken.Add(ctx, b.q, "1", note{}, b.clock.now())
		_, err2 := panics.Add(ctx, b.q, "1", note{}, b.clock.now())
		_, err3 := wrong.Add(ctx, b.q, "1", 7, b.clock.now())
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		drain(t, r)
		all, err := b.q.List(ctx, Filter{State: Dead})
		if err != nil || len(all) != 3 {
			t.Fatalf("%+v %v", all, err)
		}
		want := map[string]string{"test.broken": "not_found", "test.panics": "panic", "test.wrong": "payload"}
		for _, j := range all {
			if j.Error != want[j.Kind] || j.Attempts != 1 {
				t.Errorf("%+v", j)
			}
		}
	})
}

// Kinds that a runner does not know are left for one that does (a newer version).
func TestUnknownKindsAreLeftAlone(t *testing.T) {
	each(t, func(t *testing.T, b bench) {
		other := NewRunner(b.q, Pace{}, nil)
		Handle(other, Define[note]("test.remind2", Options{}), func(context.Context, *Run, note) error { return nil })
		b.add(t, "x", b.clock.now())
		if n := drain(t, other); n != 0 || b.only(t).Attempts != 0 || other.Knows(remind.Name()) {
			t.Errorf("%d %+v", n, b.only(t))
		}
	})
}

func TestBadJobsAreNotTaken(t *testing.T) {
	d := dbtest.SQLite(t)
	q := NewQueue(d, clock.Fixed(time.Unix(0, 0)), nil)
	ctx := context.Background()
	if _, err := remind.Add(ctx, q, "", note{}, time.Unix(0, 0)); err == nil {
		t.Error("a job without a key")
	}
	if _, err := remind.Add(ctx, q, "k", note{strings.Repeat("x", 5000)}, time.Unix(0, 0)); err == nil {
		t.Error("a document as payload")
	}
	if _, err := Define[note]("test.periodic", Options{Next: Every(time.Hour)}).Add(ctx, q, "k", note{}, time.Unix(0, 0)); err == nil {
		t.Error("a periodic job was added by hand")
	}
	for _, name := range []string{"", "Remind", "a|b", "x", strings.Repeat("a", 51)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q is a name", name)
				}
			}()
			Define[note](name, Options{})
		}()
	}
}

func TestCancelCountListAndSweep(t *testing.T) {
	each(t, func(t *testing.T, b bench) {
		ctx := context.Background()
		for i := range 7 {
			b.add(t, fmt.Sprint(i), b.clock.in(time.Duration(i)*time.Hour))
		}
		if gone, err := remind.Cancel(ctx, b.q, "3"); err != nil || !gone {
			t.Errorf("%v %v", gone, err)
		}
		if gone, err := remind.Cancel(ctx, b.q, "3"); err != nil || gone {
			t.Errorf("cancelled twice: %v %v", gone, err)
		}
		counts, err := b.q.Counts(ctx)
		if err != nil || len(counts) != 2 || counts[0].State != Done || counts[0].N != 1 || counts[1].N != 6 || !counts[1].Oldest.Equal(b.clock.now()) {
			t.Errorf("%+v %v", counts, err)
		}
		seen := map[string]bool{}
		f := Filter{Kind: remind.Name(), State: Waiting, Limit: 4}
		for range 2 {
			page, err := b.q.List(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, j := range page {
				if seen[j.ID] || j.Key == "3" {
					t.Errorf("twice, or cancelled: %+v", j)
				}
				seen[j.ID] = true
			}
			f.Before = &page[len(page)-1]
		}
		if len(seen) != 6 {
			t.Errorf("%d jobs on two pages", len(seen))
		}
		if none, err := b.q.List(ctx, Filter{Kind: "test.other"}); err != nil || len(none) != 0 {
			t.Errorf("%v %v", none, err)
		}
		r := NewRunner(b.q, Pace{}, nil)
		r.Sweep(30 * 24 * time.Hour)
		b.clock.add(31 * 24 * time.Hour)
		drain(t, r)
		if left, err := b.q.List(ctx, Filter{State: Done}); err != nil || len(left) != 0 {
			t.Errorf("%+v %v", left, err)
		}
		if left, err := b.q.List(ctx, Filter{State: Waiting, Kind: remind.Name()}); err != nil || len(left) != 6 {
			t.Errorf("sweeping took what waits: %+v %v", left, err)
		}
	})
}

func TestSchedules(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	daily := Daily(london, 2, 30)
	for _, c := range []struct {
		next       func(time.Time) time.Time
		from, want string
	}{
		{Every(time.Minute), "2026-11-23T09:00:00Z", "2026-11-23T09:01:00Z"},
		{Every(time.Minute), "2026-11-23T09:00:59Z", "2026-11-23T09:01:00Z"},
		{daily, "2026-11-23T02:29:59Z", "2026-11-23T02:30:00Z"},
		{daily, "2026-11-23T02:30:00Z", "2026-11-24T02:30:00Z"},
		{daily, "2026-07-01T00:00:00Z", "2026-07-01T01:30:00Z"},
		{daily, "2026-10-25T00:00:00Z", "2026-10-25T02:30:00Z"}, // the hour after the clocks went back
	} {
		from, err := time.Parse(time.RFC3339, c.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.next(from).Format(time.RFC3339); got != c.want {
			t.Errorf("after %s: %s, want %s", c.from, got, c.want)
		}
	}
}
