package job

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"candour/models/clock"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/opaque"
)

// State is where a job stands.
type State string

const (
	Waiting State = "waiting"
	Running State = "running"
	Done    State = "done"
	Dead    State = "dead" // tried too often; somebody must look
)

// States lists them, so that words can be checked for each.
func States() []State { return []State{Waiting, Running, Done, Dead} }

// Queue is the table of jobs.
type Queue struct {
	db      *db.DB
	clock   clock.Clock
	machine clock.Clock

	mu    sync.Mutex
	wakes []chan struct{}
}

// NewQueue makes a queue: clock tells when a job is wanted, machine (nil is the
// machine's own) how long a lease and a pause last.
func NewQueue(d *db.DB, c, machine clock.Clock) *Queue {
	if machine == nil {
		machine = clock.System
	}
	return &Queue{db: d, clock: c, machine: machine}
}

// periodKey is the key of the one row of a periodic kind.
const periodKey = "period"

type wakeKey struct{ q *Queue }

// within runs fn in the transaction in ctx, or in one of its own.
func (q *Queue) within(ctx context.Context, fn func(ctx context.Context) error) error {
	if q.db.InTx(ctx) {
		return fn(ctx)
	}
	return q.db.Do(ctx, fn)
}

func (q *Queue) add(ctx context.Context, kind, key, payload string, at time.Time) (added bool, err error) {
	err = q.within(ctx, func(ctx context.Context) error {
		now := q.clock()
		n, err := q.affected(q.db.Exec(ctx, `INSERT INTO jobs (id, kind, key, payload, state, run_at, held_until, lease, attempts, error, added_at, changed_at)
			VALUES (?, ?, ?, ?, 'waiting', ?, 0, '', 0, '', ?, ?) ON CONFLICT (kind, key) DO NOTHING`,
			string(opaque.New()), kind, key, payload, at.UnixMilli(), now.UnixMilli(), now.UnixMilli()))
		if added = n == 1; added && !at.After(now) {
			db.Local(ctx, q.db, wakeKey{q}, func() bool { q.db.AfterCommit(ctx, q.wake); return true })
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("job: add %s: %w", kind, err)
	}
	return added, nil
}

func (q *Queue) cancel(ctx context.Context, kind, key string) (gone bool, err error) {
	err = q.within(ctx, func(ctx context.Context) error {
		n, err := q.affected(q.db.Exec(ctx, `UPDATE jobs SET state = 'done', error = 'cancelled', changed_at = ? WHERE kind = ? AND key = ? AND state = 'waiting'`,
			q.clock().UnixMilli(), kind, key))
		gone = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("job: cancel %s: %w", kind, err)
	}
	return gone, nil
}

type result interface{ RowsAffected() (int64, error) }

func (q *Queue) affected(r result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// listen gives a channel on which a runner is told that something was added.
func (q *Queue) listen() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	q.mu.Lock()
	q.wakes = append(q.wakes, c)
	q.mu.Unlock()
	return c, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		for i, w := range q.wakes {
			if w == c {
				q.wakes = append(q.wakes[:i], q.wakes[i+1:]...)
				return
			}
		}
	}
}

func (q *Queue) wake() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, c := range q.wakes {
		select {
		case c <- struct{}{}:
		default: // it has been told already
		}
	}
}

// Job is a row of the list: nothing of its payload, and of its last failure a word.
type Job struct {
	ID       string
	Kind     string
	Key      string
	State    State
	RunAt    time.Time // when it is, or was, wanted
	Held     time.Time // running: end of the lease; waiting: not before; zero: at once
	Attempts int
	Error    string
	Added    time.Time
	Changed  time.Time
}

// Filter says which jobs to list; a zero field is any. Before is the last job of
// the page before this one.
type Filter struct {
	State  State
	Kind   string
	Before *Job
	Limit  int
}

const listQuery = `SELECT id, kind, key, state, run_at, held_until, attempts, error, added_at, changed_at FROM jobs
	WHERE (CAST(? AS TEXT) = '' OR state = ?) AND (CAST(? AS TEXT) = '' OR kind = ?) AND (changed_at < ? OR changed_at = ? AND id < ?)
	ORDER BY changed_at DESC, id DESC LIMIT ?`

// List gives jobs, those that changed last first.
func (q *Queue) List(ctx context.Context, f Filter) ([]Job, error) {
	changed, id := int64(1)<<62, ""
	if f.Before != nil {
		changed, id = f.Before.Changed.UnixMilli(), f.Before.ID
	}
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	rows, err := q.db.Query(ctx, listQuery, string(f.State), string(f.State), f.Kind, f.Kind, changed, changed, id, f.Limit)
	if err != nil {
		return nil, fmt.Errorf("job: list: %w", err)
	}
	defer rows.Close()
	var out []Job
	for rows.Next() {
		var j Job
		var run, held, added, changed int64
		if err := rows.Scan(&j.ID, &j.Kind, &j.Key, &j.State, &run, &held, &j.Attempts, &j.Error, &added, &changed); err != nil {
			return nil, fmt.Errorf("job: list: %w", err)
		}
		j.RunAt, j.Added, j.Changed = time.UnixMilli(run).UTC(), time.UnixMilli(added).UTC(), time.UnixMilli(changed).UTC()
		if held > 0 {
			j.Held = time.UnixMilli(held).UTC()
		}
		out = append(out, j)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("job: list: %w", err)
	}
	return out, nil
}

// Count is how many jobs of a kind are in a state, and when the first of them was wanted.
type Count struct {
	Kind   string
	State  State
	N      int
	Oldest time.Time
}

// Counts counts the jobs by kind and state.
func (q *Queue) Counts(ctx context.Context) ([]Count, error) {
	rows, err := q.db.Query(ctx, `SELECT kind, state, COUNT(*), MIN(run_at) FROM jobs GROUP BY kind, state ORDER BY kind, state`)
	if err != nil {
		return nil, fmt.Errorf("job: counts: %w", err)
	}
	defer rows.Close()
	var out []Count
	for rows.Next() {
		var c Count
		var oldest int64
		if err := rows.Scan(&c.Kind, &c.State, &c.N, &oldest); err != nil {
			return nil, fmt.Errorf("job: counts: %w", err)
		}
		c.Oldest = time.UnixMilli(oldest).UTC()
		out = append(out, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("job: counts: %w", err)
	}
	return out, nil
}

// Retry has a dead job tried anew, from its first attempt.
func (q *Queue) Retry(ctx context.Context, id string) error {
	err := q.within(ctx, func(ctx context.Context) error {
		now := q.clock().UnixMilli()
		n, err := q.affected(q.db.Exec(ctx, `UPDATE jobs SET state = 'waiting', attempts = 0, held_until = 0, run_at = ?, changed_at = ? WHERE id = ? AND state = 'dead'`, now, now, id))
		if err != nil || n == 1 {
			q.db.AfterCommit(ctx, q.wake)
			return err
		}
		row, err := q.db.QueryRow(ctx, `SELECT COUNT(*) FROM jobs WHERE id = ?`, id)
		if err != nil {
			return err
		}
		if err := row.Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return fault.NotFound
		}
		return fault.Conflict
	})
	if err != nil {
		return fmt.Errorf("job: retry: %w", err)
	}
	return nil
}

// Sweep removes what was done before an instant. Until then its key is known.
func (q *Queue) Sweep(ctx context.Context, before time.Time) (int64, error) {
	var n int64
	err := q.within(ctx, func(ctx context.Context) error {
		var err error
		n, err = q.affected(q.db.Exec(ctx, `DELETE FROM jobs WHERE state = 'done' AND changed_at < ?`, before.UnixMilli()))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("job: sweep: %w", err)
	}
	return n, nil
}

// ErrLost says that the lease of a run has ended and somebody else may have the job.
var ErrLost = errors.New("job: the lease has ended")

// Code is the word that is stored of an error that a handler gives back, "" when it
// has none of its own.
func Code(err error) string {
	var f *failure
	if errors.As(err, &f) {
		return f.code
	}
	return ""
}

// codeOf is the word that is stored of an error.
func codeOf(err error) string {
	var f *failure
	if errors.As(err, &f) {
		return f.code
	}
	for _, known := range []struct {
		kind error
		code string
	}{{ErrLost, "lease_ended"}, {context.DeadlineExceeded, "timed_out"}, {context.Canceled, "stopped"}, {fault.NotFound, "not_found"},
		{fault.Denied, "denied"}, {fault.Conflict, "conflict"}, {fault.Unavailable, "unavailable"}} {
		if errors.Is(err, known.kind) {
			return known.code
		}
	}
	return "failed"
}
