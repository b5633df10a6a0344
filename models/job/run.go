package job

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/models/db"
	"candour/models/opaque"
)

// Run is one attempt at a job, as its handler sees it.
type Run struct {
	ID      string
	Kind    string
	Key     string
	Attempt int       // 1 the first time
	Last    bool      // a failure now makes the job dead
	Wanted  time.Time // when it was due: for a periodic job, the period it stands for

	q       *Queue
	opt     Options
	lease   string
	payload string
	settled bool
}

// Done finishes the job within the transaction in ctx, so that what the handler
// changes there and the job's end are one. It fails, and the transaction with it,
// when the lease has ended: somebody else may be at it.
func (r *Run) Done(ctx context.Context) error {
	if !r.q.db.InTx(ctx) {
		return fmt.Errorf("job: %s: Done outside a transaction", r.Kind)
	}
	if err := r.finish(ctx); err != nil {
		return err
	}
	r.q.db.AfterCommit(ctx, func() { r.settled = true })
	return nil
}

const (
	finishQuery = `UPDATE jobs SET state = 'done', lease = '', held_until = 0, error = '', changed_at = ? WHERE id = ? AND lease = ? AND state = 'running'`
	againQuery  = `UPDATE jobs SET state = 'waiting', lease = '', held_until = 0, error = ?, changed_at = ?, attempts = 0, run_at = ? WHERE id = ? AND lease = ? AND state = 'running'`
	laterQuery  = `UPDATE jobs SET state = 'waiting', lease = '', held_until = ?, error = ?, changed_at = ? WHERE id = ? AND lease = ? AND state = 'running'`
	deadQuery   = `UPDATE jobs SET state = 'dead', lease = '', held_until = 0, error = ?, changed_at = ? WHERE id = ? AND lease = ? AND state = 'running'`
	giveQuery   = `UPDATE jobs SET state = 'waiting', lease = '', held_until = 0, changed_at = ?, attempts = attempts - 1 WHERE id = ? AND lease = ? AND state = 'running'`
	extendQuery = `UPDATE jobs SET held_until = ? WHERE id = ? AND lease = ? AND state = 'running'`
)

func (r *Run) finish(ctx context.Context) error {
	now := r.q.clock()
	if r.opt.Next != nil {
		return r.one(r.q.affected(r.q.db.Exec(ctx, againQuery, "", now.UnixMilli(), r.opt.Next(now).UnixMilli(), r.ID, r.lease)))
	}
	return r.one(r.q.affected(r.q.db.Exec(ctx, finishQuery, now.UnixMilli(), r.ID, r.lease)))
}

// fail notes a failed attempt: later, dead, or for a periodic job the next period.
func (r *Run) fail(ctx context.Context, err error) error {
	code, now := codeOf(err), r.q.clock()
	switch {
	case r.opt.Next != nil && r.Last:
		return r.one(r.q.affected(r.q.db.Exec(ctx, againQuery, code, now.UnixMilli(), r.opt.Next(now).UnixMilli(), r.ID, r.lease)))
	case r.Last || isNever(err):
		return r.one(r.q.affected(r.q.db.Exec(ctx, deadQuery, code, now.UnixMilli(), r.ID, r.lease)))
	}
	held := r.q.machine().Add(r.opt.pause(r.ID, r.Attempt))
	return r.one(r.q.affected(r.q.db.Exec(ctx, laterQuery, held.UnixMilli(), code, now.UnixMilli(), r.ID, r.lease)))
}

// giveBack lets another take the job at once, as if this attempt had not been.
func (r *Run) giveBack(ctx context.Context) error {
	return r.one(r.q.affected(r.q.db.Exec(ctx, giveQuery, r.q.clock().UnixMilli(), r.ID, r.lease)))
}

// extend makes the lease last longer, if it is still this run's.
func (r *Run) extend(ctx context.Context, lease time.Duration) error {
	return r.q.db.Group(ctx, func(ctx context.Context) error {
		return r.one(r.q.affected(r.q.db.Exec(ctx, extendQuery, r.q.machine().Add(lease).UnixMilli(), r.ID, r.lease)))
	})
}

func (r *Run) one(n int64, err error) error {
	if err == nil && n != 1 {
		return ErrLost
	}
	return err
}

// What is due is taken in one statement. On PostgreSQL each runner steps over rows
// that another holds; on SQLite the one writer lets one runner choose at a time. A
// running job whose lease has ended is taken like a waiting one.
const (
	claimWhere    = ` FROM jobs WHERE state IN ('waiting','running') AND run_at <= ? AND held_until <= ?`
	claimSQLite   = `UPDATE jobs SET state = 'running', lease = ?, held_until = ?, attempts = attempts + 1, changed_at = ? WHERE id IN (SELECT id` + claimWhere + ` AND instr(?, '|' || kind || '|') > 0 ORDER BY run_at, id LIMIT ?) RETURNING id, kind, key, payload, run_at, attempts`
	claimPostgres = `WITH mine AS MATERIALIZED (SELECT id AS mine_id` + claimWhere + ` AND strpos(CAST(? AS TEXT), '|' || kind || '|') > 0 ORDER BY run_at, id LIMIT ? FOR UPDATE SKIP LOCKED)
 UPDATE jobs SET state = 'running', lease = ?, held_until = ?, attempts = attempts + 1, changed_at = ? FROM mine WHERE id = mine_id RETURNING id, kind, key, payload, run_at, attempts`
)

// claim takes up to limit jobs of the given kinds that are due.
func (q *Queue) claim(ctx context.Context, kinds []string, limit int, lease time.Duration) ([]*Run, error) {
	token, now, machine := string(opaque.New()), q.clock().UnixMilli(), q.machine()
	list, until := "|"+strings.Join(kinds, "|")+"|", machine.Add(lease).UnixMilli()
	query, args := claimSQLite, []any{token, until, now, now, machine.UnixMilli(), list, limit}
	if q.db.Dialect == db.Postgres {
		query, args = claimPostgres, []any{now, machine.UnixMilli(), list, limit, token, until, now}
	}
	var runs []*Run
	err := q.db.Do(ctx, func(ctx context.Context) error {
		rows, err := q.db.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			r := &Run{q: q, lease: token}
			var wanted int64
			if err := rows.Scan(&r.ID, &r.Kind, &r.Key, &r.payload, &wanted, &r.Attempt); err != nil {
				return err
			}
			r.Wanted = time.UnixMilli(wanted).UTC()
			runs = append(runs, r)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("job: claim: %w", err)
	}
	slices.SortFunc(runs, func(a, b *Run) int {
		if c := a.Wanted.Compare(b.Wanted); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return runs, nil
}

// idle tells whether nothing is due: a look in the read pool, so that a runner with
// nothing to do leaves the writer alone.
func (q *Queue) idle(ctx context.Context) (bool, error) {
	row, err := q.db.QueryRow(ctx, `SELECT EXISTS (SELECT 1`+claimWhere+`)`, q.clock().UnixMilli(), q.machine().UnixMilli())
	if err != nil {
		return false, err
	}
	var due bool
	err = row.Scan(&due)
	return !due, err
}
