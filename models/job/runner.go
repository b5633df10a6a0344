package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sort"
	"sync"
	"time"
)

// Pace is how a runner works; what is left out has a default.
type Pace struct {
	Workers int           // jobs at once; 4
	Poll    time.Duration // between looks, when nobody wakes it; 2 seconds
	Lease   time.Duration // how long a job is out of others' reach, renewed while it runs; 1 minute
	Grace   time.Duration // how long running jobs may go on when the runner is told to stop; 20 seconds
}

// handler is what is to be done for a kind.
type handler struct {
	opt Options
	do  func(ctx context.Context, r *Run) error
}

// Runner does the jobs of the kinds that it was given handlers for.
type Runner struct {
	q     *Queue
	pace  Pace
	log   *slog.Logger
	kinds map[string]handler
	names []string
}

// NewRunner makes a runner of a queue; several, on several machines, may share one.
func NewRunner(q *Queue, p Pace, log *slog.Logger) *Runner {
	if p.Workers <= 0 {
		p.Workers = 4
	}
	if p.Poll <= 0 {
		p.Poll = 2 * time.Second
	}
	if p.Lease <= 0 {
		p.Lease = time.Minute
	}
	if p.Grace <= 0 {
		p.Grace = 20 * time.Second
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Runner{q: q, pace: p, log: log, kinds: map[string]handler{}}
}

// Handle says what is to be done for a kind. It is called before Run or Drain, once a kind.
func Handle[P any](r *Runner, k Kind[P], fn func(ctx context.Context, run *Run, payload P) error) {
	if _, twice := r.kinds[k.name]; twice {
		panic("job: two handlers for " + k.name)
	}
	r.kinds[k.name] = handler{k.opt, func(ctx context.Context, run *Run) error {
		var payload P
		if err := json.Unmarshal([]byte(run.payload), &payload); err != nil {
			return Never(Because("payload", err))
		}
		return fn(ctx, run, payload)
	}}
	r.names = append(r.names, k.name)
	sort.Strings(r.names)
}

// Knows tells whether the runner has a handler for a kind.
func (r *Runner) Knows(kind string) bool { _, ok := r.kinds[kind]; return ok }

var sweep = Define[struct{}]("job.sweep", Options{Next: Every(24 * time.Hour)})

// Sweep has the runner remove, daily, what was done longer ago than keep.
func (r *Runner) Sweep(keep time.Duration) {
	Handle(r, sweep, func(ctx context.Context, run *Run, _ struct{}) error {
		_, err := r.q.Sweep(ctx, r.q.clock().Add(-keep))
		return err
	})
}

// begin sees to it that each periodic kind has its one row. A row that waits for
// longer than a period (the clock was set back) is called in.
func (r *Runner) begin(ctx context.Context) error {
	now := r.q.clock()
	for _, name := range r.names {
		opt := r.kinds[name].opt
		if opt.Next == nil {
			continue
		}
		if _, err := r.q.add(ctx, name, periodKey, "{}", now); err != nil {
			return err
		}
		next := opt.Next(now).UnixMilli()
		err := r.q.db.Do(ctx, func(ctx context.Context) error {
			_, err := r.q.db.Exec(ctx, `UPDATE jobs SET run_at = ? WHERE kind = ? AND key = ? AND state = 'waiting' AND run_at > ?`, next, name, periodKey, next)
			return err
		})
		if err != nil {
			return fmt.Errorf("job: begin: %w", err)
		}
	}
	return nil
}

// Run works until ctx ends; then it takes no more, lets what is running end within
// the grace, gives the rest back, and returns.
func (r *Runner) Run(ctx context.Context) error {
	if err := r.begin(ctx); err != nil {
		return err
	}
	wake, leave := r.q.listen()
	defer leave()
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var running sync.WaitGroup
	slots := make(chan struct{}, r.pace.Workers)
	freed := make(chan struct{}, 1)
	poll := time.NewTicker(r.pace.Poll)
	defer poll.Stop()
	for ctx.Err() == nil {
		for _, run := range r.take(ctx, r.pace.Workers-len(slots)) {
			slots <- struct{}{}
			running.Go(func() {
				r.work(working, run)
				<-slots
				select {
				case freed <- struct{}{}:
				default:
				}
			})
		}
		select {
		case <-ctx.Done():
		case <-wake:
		case <-freed:
		case <-poll.C:
		}
	}
	late := time.AfterFunc(r.pace.Grace, stop)
	defer late.Stop()
	running.Wait()
	return nil
}

// take claims what there is room for; a failure is logged and left to the next look.
func (r *Runner) take(ctx context.Context, room int) []*Run {
	if room <= 0 {
		return nil
	}
	idle, err := r.q.idle(ctx)
	if err == nil && idle {
		return nil
	}
	var runs []*Run
	if err == nil {
		runs, err = r.q.claim(ctx, r.names, room, r.pace.Lease)
	}
	if err != nil && ctx.Err() == nil {
		r.log.Error("jobs cannot be taken", "error", err)
	}
	return runs
}

// Drain does what is due now, one after the other, until nothing is, and says how
// many it was: for the command line and for tests.
func (r *Runner) Drain(ctx context.Context) (int, error) {
	if err := r.begin(ctx); err != nil {
		return 0, err
	}
	for n := 0; ; n++ {
		runs, err := r.q.claim(ctx, r.names, 1, r.pace.Lease)
		if err != nil || len(runs) == 0 {
			return n, err
		}
		r.work(ctx, runs[0])
	}
}

// work does one attempt and notes how it ended.
func (r *Runner) work(ctx context.Context, run *Run) {
	h := r.kinds[run.Kind]
	run.opt, run.Last = h.opt, run.Attempt >= h.opt.Attempts
	var err error
	if run.Attempt > h.opt.Attempts && h.opt.Next == nil {
		err = ErrLost // it was begun often enough and never came to an end: whoever took it died
	} else {
		err = r.attempt(ctx, h, run)
	}
	if run.settled {
		return
	}
	settle, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	noted := r.q.db.Group(settle, func(settle context.Context) error {
		switch {
		case err == nil:
			return run.finish(settle)
		case ctx.Err() != nil: // the runner stops: nobody's fault
			return run.giveBack(settle)
		}
		return run.fail(settle, err)
	})
	switch {
	case errors.Is(noted, ErrLost):
		r.log.Warn("a job outlived its lease", "job", run.ID, "kind", run.Kind)
	case noted != nil:
		r.log.Error("the end of a job cannot be noted; it will run again", "job", run.ID, "kind", run.Kind, "error", noted)
	case err != nil:
		r.log.Warn("job failed", "job", run.ID, "kind", run.Kind, "attempt", run.Attempt, "last", run.Last || isNever(err), "code", codeOf(err))
	}
}

// attempt calls the handler, keeps the lease alive meanwhile and turns a panic into
// an error.
func (r *Runner) attempt(ctx context.Context, h handler, run *Run) (err error) {
	ctx, cancel := context.WithTimeout(ctx, h.opt.Limit)
	defer cancel()
	defer r.keepAlive(ctx, cancel, run)()
	defer func() {
		if p := recover(); p != nil {
			err = Because("panic", fmt.Errorf("job: %s: panic", run.Kind))
		}
	}()
	return h.do(ctx, run)
}

// keepAlive renews the lease while the handler works and ends the work when the
// lease is somebody else's. The function that it returns stops it.
func (r *Runner) keepAlive(ctx context.Context, cancel context.CancelFunc, run *Run) func() {
	over := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		tick := time.NewTicker(r.pace.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-tick.C:
				if err := run.extend(ctx, r.pace.Lease); errors.Is(err, ErrLost) {
					cancel()
					return
				}
			}
		}
	})
	return func() { close(over); done.Wait() }
}
