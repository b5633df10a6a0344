package db

import (
	"context"
	"errors"
	"fmt"
)

// groupLimit is how many waiting writes share one commit at most.
const groupLimit = 256

// waiting is one function in the queue for the next group.
type waiting struct {
	ctx   context.Context
	fn    func(context.Context) error
	ahead []*Question
	done  chan error
}

// Group runs fn in a transaction that others may share and returns after the
// common commit is durable. fn may run twice (if another member fails, each is
// run again alone), so it must have no effect outside the transaction until
// Group returns nil. Inside a transaction fn simply joins it. What fn is known to
// ask may go ahead; it gets the answers by Answer.
func (d *DB) Group(ctx context.Context, fn func(ctx context.Context) error, ahead ...*Question) error {
	if d.InTx(ctx) {
		return fn(ctx)
	}
	w := &waiting{ctx: ctx, fn: fn, ahead: ahead, done: make(chan error, 1)}
	select {
	case d.group <- w:
	case <-d.closing:
		return errors.New("db: closing")
	case <-ctx.Done():
		return fmt.Errorf("db: group: %w", ctx.Err())
	}
	return <-w.done // always answered: the queue is drained before Close returns
}

// errRehearsed ends a rehearsal.
var errRehearsed = errors.New("db: only rehearsed")

// Rehearse does all that Group would do, to the last statement before the commit, and
// gives it up: on PostgreSQL whoever comes next finds the statements prepared where groups
// run. Nothing of it stays. It panics inside a transaction, which would keep it.
func (d *DB) Rehearse(ctx context.Context, fn func(ctx context.Context) error, ahead ...*Question) error {
	if d.InTx(ctx) {
		panic("db: Rehearse inside a transaction")
	}
	err := d.Group(ctx, func(ctx context.Context) error {
		if err := fn(ctx); err != nil {
			return err
		}
		t := current(ctx, d)
		if err := t.finish(ctx); err != nil {
			return err
		}
		for _, s := range t.last {
			if _, err := t.sql.ExecContext(ctx, s.sql, s.args...); err != nil {
				return fmt.Errorf("db: rehearse: %w", err)
			}
		}
		return errRehearsed
	}, ahead...)
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return err
}

// commitGroups is the one writer of groups: it takes what waits, runs it in one
// transaction and answers all after the commit.
func (d *DB) commitGroups() {
	defer d.done.Done()
	l := &lane{db: d}
	defer l.drop()
	c := company{never: d.Dialect == SQLite} // in the same process a group is soon over
	for {
		select {
		case w := <-d.group:
			d.commitGroup(l, c.gather(d.group, w, false))
			continue
		default:
		}
		select {
		case w := <-d.group:
			d.commitGroup(l, c.gather(d.group, w, true))
		case <-d.closing:
			select {
			case w := <-d.group:
				d.commitGroup(l, waitingNow(d.group, []*waiting{w}))
			default:
				return
			}
		}
	}
}

// wary is for how many groups nothing rests on a guess after one was wrong: another
// program is at work.
const wary = 32

// commitGroup tells all members how it ended. When it failed for what another program did
// meanwhile it is run again, on no guess; when it failed for one of several, each is run
// again by itself.
func (d *DB) commitGroup(l *lane, all []*waiting) {
	l.certain = l.wary > 0
	l.wary = max(0, l.wary-1)
	err := d.runTogether(l, all)
	if unserialised(err) {
		l.certain, l.wary = true, wary
		err = d.runTogether(l, all)
	}
	if err != nil && len(all) > 1 {
		l.certain = true
		for _, w := range all {
			w.done <- d.runTogether(l, []*waiting{w})
		}
		return
	}
	for _, w := range all {
		w.done <- err
	}
}

// runTogether runs the functions of a group in one transaction and commits it. They get
// their callers' contexts without an end: one caller's cancelled request must not undo
// another's. The whole group has groupTime. A panic must not end the one writer.
func (d *DB) runTogether(l *lane, all []*waiting) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), groupTime)
	defer cancel()
	var t *tx
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("db: group: panic: %v", r)
			d.log.Error("panic in a grouped write", "error", err)
		}
		if err != nil && t != nil {
			t.rollback()
		}
	}()
	if t, err = d.beginGroup(ctx, l, all); err != nil {
		return err
	}
	for _, w := range all {
		if err := w.fn(context.WithValue(context.WithoutCancel(w.ctx), txKey{}, t)); err != nil {
			return err
		}
	}
	if err := t.finish(ctx); err != nil {
		return err
	}
	if err := t.end(); err != nil {
		return err
	}
	d.keepPrepared(ctx, t)
	return nil
}

func (d *DB) beginGroup(ctx context.Context, l *lane, all []*waiting) (*tx, error) {
	if d.Dialect == SQLite {
		return d.begin(ctx)
	}
	var questions []*Question
	for _, w := range all {
		questions = append(questions, w.ahead...)
	}
	return l.begin(ctx, questions)
}
