package job_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"candour/migrations"
	"candour/models/db"
	"candour/models/db/dbtest"
	. "candour/models/job"
)

// start runs a runner until the test's end, or until the returned function is called.
func start(t *testing.T, r *Runner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- r.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			select {
			case err := <-over:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(time.Minute):
				t.Error("the runner does not stop")
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

func wait(t *testing.T, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(time.Minute):
		t.Fatal(what)
	}
}

// A thousand jobs, two runners of four workers each: every job is run exactly once
// and never by two at once.
func TestTwoRunnersNeverShareAJob(t *testing.T) {
	const jobs = 1000
	each(t, func(t *testing.T, b bench) {
		var at [jobs]atomic.Int32 // how many are at it now
		var ran [jobs]atomic.Int32
		var left atomic.Int32
		left.Store(jobs)
		all := make(chan struct{})
		err := b.db.Do(context.Background(), func(ctx context.Context) error {
			for i := range jobs {
				if _, err := remind.Add(ctx, b.q, fmt.Sprint(i), note{fmt.Sprint(i)}, b.clock.now()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		byRunner := [2]atomic.Int32{}
		for n := range 2 {
			r := NewRunner(b.q, Pace{Poll: 5 * time.Millisecond}, nil)
			Handle(r, remind, func(_ context.Context, run *Run, p note) error {
				var i int
				if _, err := fmt.Sscan(p.Ref, &i); err != nil {
					return err
				}
				if at[i].Add(1) != 1 {
					t.Errorf("two at job %d at once", i)
				}
				ran[i].Add(1)
				byRunner[n].Add(1)
				at[i].Add(-1)
				if left.Add(-1) == 0 {
					close(all)
				}
				return nil
			})
			defer start(t, r)()
		}
		wait(t, all, "not all jobs were run")
		for i := range ran {
			if n := ran[i].Load(); n != 1 {
				t.Errorf("job %d was run %d times", i, n)
			}
		}
		t.Logf("one runner did %d, the other %d", byRunner[0].Load(), byRunner[1].Load())
	})
}

// A periodic job has one row, and runs once a period whoever looks.
func TestAPeriodRunsOnceWithTwoRunners(t *testing.T) {
	hourly := Define[struct{}]("test.hourly", Options{Next: Every(time.Hour), Attempts: 2, Pause: time.Minute})
	each(t, func(t *testing.T, b bench) {
		var ran atomic.Int32
		var fails atomic.Bool
		var runners [2]*Runner
		for i := range runners {
			runners[i] = NewRunner(b.q, Pace{}, nil)
			Handle(runners[i], hourly, func(context.Context, *Run, struct{}) error {
				ran.Add(1)
				if fails.Load() {
					return errors.New("no")
				}
				return nil
			})
		}
		both := func() {
			var all sync.WaitGroup
			for _, r := range runners {
				all.Go(func() { drain(t, r) })
			}
			all.Wait()
		}
		for hour := range 24 {
			both()
			if n := ran.Load(); n != int32(hour+1) {
				t.Fatalf("after %d hours: %d runs", hour+1, n)
			}
			b.clock.add(time.Hour)
		}
		b.clock.add(72 * time.Hour) // nobody looked for three days: once, not seventy-two times
		both()
		if n := ran.Load(); n != 25 {
			t.Errorf("%d runs after a long night", n)
		}
		// A period that fails is given up after its attempts; the next comes all the same.
		fails.Store(true)
		b.clock.add(time.Hour)
		for range 5 {
			both()
			b.machine.add(time.Hour)
		}
		if j := b.only(t); ran.Load() != 27 || j.State != Waiting || j.Error != "failed" || !j.RunAt.After(b.clock.now()) {
			t.Errorf("%d runs, %+v", ran.Load(), j)
		}
		// The clock is set back by a year: the row does not wait that long.
		fails.Store(false)
		b.clock.add(-365 * 24 * time.Hour)
		both()
		b.clock.add(time.Hour)
		both()
		if j := b.only(t); ran.Load() != 28 || j.Error != "" {
			t.Errorf("%d runs after the clock was set back, %+v", ran.Load(), j)
		}
	})
}

// Who has lost the lease cannot finish: its changes are undone with the attempt.
func TestAnOutlivedLeaseCannotFinish(t *testing.T) {
	each(t, func(t *testing.T, b bench) {
		begun, goOn := make(chan struct{}), make(chan struct{})
		var late error
		slow := NewRunner(b.q, Pace{Lease: time.Minute}, nil)
		Handle(slow, remind, func(ctx context.Context, run *Run, _ note) error {
			close(begun)
			<-goOn
			late = b.db.Do(ctx, func(ctx context.Context) error {
				if _, err := remind.Add(ctx, b.q, "trace of the late one", note{}, b.clock.in(time.Hour)); err != nil {
					return err
				}
				return run.Done(ctx)
			})
			return late
		})
		b.add(t, "a", b.clock.now())
		over := make(chan struct{})
		go func() { defer close(over); drain(t, slow) }()
		wait(t, begun, "the slow one does not begin")

		quick := NewRunner(b.q, Pace{}, nil)
		attempt := 0
		Handle(quick, remind, func(ctx context.Context, run *Run, _ note) error {
			attempt = run.Attempt
			return b.db.Do(ctx, func(ctx context.Context) error { return run.Done(ctx) })
		})
		b.machine.add(59 * time.Second)
		b.clock.add(24 * 365 * time.Hour) // the clock that decides about people may leap: no lease ends by it
		if n := drain(t, quick); n != 0 {
			t.Error("taken though the lease runs")
		}
		b.machine.add(2 * time.Second)
		if n := drain(t, quick); n != 1 || attempt != 2 {
			t.Errorf("%d runs, attempt %d after the lease", n, attempt)
		}
		close(goOn)
		wait(t, over, "the slow one does not end")
		if !errors.Is(late, ErrLost) {
			t.Errorf("the late one finished: %v", late)
		}
		if j := b.only(t); j.State != Done { // and there is no other: the trace was rolled back
			t.Errorf("%+v", j)
		}
	})
}

// A job whose runner dies every time is dead in the end.
func TestAJobThatKillsItsRunnerIsDeadInTheEnd(t *testing.T) {
	each(t, func(t *testing.T, b bench) {
		b.add(t, "killer", b.clock.now())
		for range 3 { // three runners that die: each takes it and never comes back
			if err := Abandon(b.q, remind.Name()); err != nil {
				t.Fatal(err)
			}
			b.machine.add(2 * time.Minute)
		}
		r := NewRunner(b.q, Pace{}, nil)
		Handle(r, remind, func(context.Context, *Run, note) error { t.Error("run a fourth time"); return nil })
		drain(t, r)
		if j := b.only(t); j.State != Dead || j.Error != "lease_ended" {
			t.Errorf("%+v", j)
		}
	})
}

func TestWokenAfterTheCommit(t *testing.T) {
	each(t, func(t *testing.T, b bench) {
		ran, ready := make(chan struct{}, 2), make(chan struct{}, 1)
		r := NewRunner(b.q, Pace{Poll: time.Hour}, nil) // nothing but the wake-up brings it about
		Handle(r, remind, func(_ context.Context, run *Run, _ note) error {
			ran <- struct{}{}
			return nil
		})
		Handle(r, Define[struct{}]("test.first", Options{Next: Every(time.Hour)}), func(context.Context, *Run, struct{}) error {
			ready <- struct{}{}
			return nil
		})
		start(t, r)
		wait(t, ready, "the runner does not begin")
		err := b.db.Group(context.Background(), func(ctx context.Context) error {
			_, err := remind.Add(ctx, b.q, "a", note{}, b.clock.now())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		wait(t, ran, "nobody was woken")
		b.add(t, "b", b.clock.now())
		wait(t, ran, "nobody was woken the second time")
	})
}

// Told to stop, a runner waits for what it has begun; what does not end within the
// grace is given back and is as good as never begun.
func TestStopsGracefully(t *testing.T) {
	each(t, func(t *testing.T, b bench) {
		begun, goOn := make(chan struct{}, 2), make(chan struct{})
		r := NewRunner(b.q, Pace{Grace: 200 * time.Millisecond}, nil)
		Handle(r, remind, func(ctx context.Context, run *Run, _ note) error {
			begun <- struct{}{}
			if run.Key == "ends" {
				<-goOn
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		})
		b.add(t, "ends", b.clock.now())
		b.add(t, "hangs", b.clock.now())
		stop := start(t, r)
		wait(t, begun, "nothing begins")
		wait(t, begun, "the second does not begin")
		close(goOn)
		stop()
		all, err := b.q.List(context.Background(), Filter{})
		if err != nil || len(all) != 2 {
			t.Fatalf("%v %v", all, err)
		}
		for _, j := range all {
			if j.Key == "ends" && j.State != Done || j.Key == "hangs" && (j.State != Waiting || j.Attempts != 0 || !j.Held.IsZero() || j.Error != "") {
				t.Errorf("%+v", j)
			}
		}
	})
}

// While a handler works its lease is renewed, by the machine's clock.
func TestTheLeaseIsRenewed(t *testing.T) {
	d := dbtest.SQLite(t)
	fixed := newHand("2026-11-23T09:00:00Z") // stands still: the lease does not care
	q := NewQueue(d, fixed.now, nil)
	r := NewRunner(q, Pace{Lease: 150 * time.Millisecond}, nil)
	renewed := 0
	Handle(r, remind, func(ctx context.Context, _ *Run, _ note) error {
		var last time.Time
		look := time.NewTicker(10 * time.Millisecond)
		defer look.Stop()
		for renewed < 4 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-look.C:
			}
			all, err := q.List(ctx, Filter{State: Running})
			if err != nil || len(all) != 1 {
				return fmt.Errorf("%v %w", all, err)
			}
			if all[0].Held.After(last) {
				last = all[0].Held
				renewed++
			}
		}
		return nil
	})
	if _, err := remind.Add(context.Background(), q, "long", note{}, fixed.now()); err != nil {
		t.Fatal(err)
	}
	if n := drain(t, r); n != 1 || renewed < 4 {
		t.Errorf("%d runs, %d renewals", n, renewed)
	}
}

func TestTooSlowIsAFailure(t *testing.T) {
	slow := Define[note]("test.slow", Options{Limit: 20 * time.Millisecond, Attempts: 1})
	each(t, func(t *testing.T, b bench) {
		r := NewRunner(b.q, Pace{}, nil)
		Handle(r, slow, func(ctx context.Context, _ *Run, _ note) error { <-ctx.Done(); return ctx.Err() })
		if _, err := slow.Add(context.Background(), b.q, "a", note{}, b.clock.now()); err != nil {
			t.Fatal(err)
		}
		drain(t, r)
		if j := b.only(t); j.State != Dead || j.Error != "timed_out" {
			t.Errorf("%+v", j)
		}
	})
}

const victimEnv = "CANDOUR_JOB_VICTIM"

// TestVictim is not a test: it is the process that TestKilledInTheMiddle kills.
func TestVictim(t *testing.T) {
	dsn := os.Getenv(victimEnv)
	if dsn == "" {
		t.Skip("only as the victim of another test")
	}
	d, err := db.Open(context.Background(), dsn, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := newHand("2026-11-23T09:00:00Z")
	r := NewRunner(NewQueue(d, c.now, c.now), Pace{Lease: time.Minute}, nil)
	Handle(r, remind, func(ctx context.Context, _ *Run, _ note) error {
		fmt.Println("in the middle")
		<-ctx.Done()
		return ctx.Err()
	})
	drain(t, r)
}

func TestKilledInTheMiddle(t *testing.T) {
	for name, dsn := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "candour.db") },
		"postgres": func(t *testing.T) string { return dbtest.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, where := context.Background(), dsn(t)
			d, err := db.Open(ctx, where, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			if err := migrations.Up(ctx, string(d.Dialect), d.Writer()); err != nil {
				t.Fatal(err)
			}
			c := newHand("2026-11-23T09:00:00Z")
			b := bench{db: d, clock: c, machine: c, q: NewQueue(d, c.now, c.now)}
			b.add(t, "a", c.now())
			kill(t, where)
			attempt := 0
			r := NewRunner(b.q, Pace{}, nil)
			Handle(r, remind, func(_ context.Context, run *Run, _ note) error { attempt = run.Attempt; return nil })
			if n := drain(t, r); n != 0 || b.only(t).State != Running {
				t.Errorf("taken from a lease that runs: %d %+v", n, b.only(t))
			}
			c.add(time.Minute)
			if n := drain(t, r); n != 1 || attempt != 2 || b.only(t).State != Done {
				t.Errorf("%d runs, attempt %d, %+v", n, attempt, b.only(t))
			}
		})
	}
}

// kill starts the victim, waits until it is at the job and kills it outright.
func kill(t *testing.T, dsn string) {
	t.Helper()
	victim := exec.Command(os.Args[0], "-test.run=^TestVictim$", "-test.v")
	victim.Env = append(os.Environ(), victimEnv+"="+dsn)
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "in the middle" {
	}
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = victim.Wait()
}
