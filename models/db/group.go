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

// grouper is the one writer of groups: it takes what waits, runs it in one transaction
// and answers all after the commit. On PostgreSQL the functions of the next group run
// while the last one is being committed; what each does before its commit (WithCommit,
// BeforeCommit) never overlaps.
type grouper struct {
	db    *DB
	lanes [2]*lane
	turn  int
	last  *grouped   // whose commit is on its way
	alone []*waiting // to be run again by themselves
}

// grouped is a group whose commit is on its way.
type grouped struct {
	over   chan struct{}
	failed []*waiting // to be run again; known once it is over
}

func (d *DB) commitGroups() {
	defer d.done.Done()
	g := &grouper{db: d, lanes: [2]*lane{{db: d}, {db: d}}}
	defer func() {
		g.lanes[0].drop()
		g.lanes[1].drop()
	}()
	for g.next() {
	}
}

// next does one thing that waits; false when all is done and nothing more comes.
func (g *grouper) next() bool {
	if len(g.alone) > 0 {
		g.wait()
		again := g.alone
		g.alone = nil
		for _, w := range again {
			w.done <- g.db.runAlone(g.lanes[0], w)
		}
		return true
	}
	var over chan struct{}
	if g.last != nil {
		over = g.last.over
	}
	select {
	case w := <-g.db.group:
		g.start(g.db.gather(w))
	case <-over:
		g.wait()
	case <-g.db.closing:
		g.wait()
		select {
		case w := <-g.db.group:
			g.start(g.db.gather(w))
		default:
			return len(g.alone) > 0
		}
	}
	return true
}

// wait until the commit that is on its way has ended.
func (g *grouper) wait() {
	if g.last != nil {
		<-g.last.over
		g.alone = append(g.alone, g.last.failed...)
		g.last = nil
	}
}

// start runs a group up to its commit, and sends that on its way.
func (g *grouper) start(all []*waiting) {
	g.turn++
	l := g.lanes[g.turn%2]
	l.certain = false
	ctx, cancel := context.WithTimeout(context.Background(), groupTime)
	t, err := g.db.runTogether(ctx, l, all)
	g.wait()
	if err == nil {
		err = t.guarded(func() error { return t.finish(ctx) })
	}
	now := &grouped{over: make(chan struct{})}
	if err != nil {
		cancel()
		now.answer(all, err)
		g.alone = append(g.alone, now.failed...)
		return
	}
	commit := func() {
		defer cancel()
		now.answer(all, t.endGroup(ctx))
		close(now.over)
	}
	if g.db.Dialect == SQLite { // its one writer has nothing to do meanwhile
		commit()
		g.alone = append(g.alone, now.failed...)
		return
	}
	g.last = now
	go commit()
}

// answer tells the members how it ended. When it failed for one of several, or for what
// others did meanwhile, each is to be run again by itself.
func (g *grouped) answer(all []*waiting, err error) {
	if err != nil && (len(all) > 1 || unserialised(err)) {
		g.failed = all
		return
	}
	for _, w := range all {
		w.done <- err
	}
}

func (d *DB) gather(first *waiting) []*waiting {
	all := []*waiting{first}
	for len(all) < groupLimit {
		select {
		case w := <-d.group:
			all = append(all, w)
		default:
			return all
		}
	}
	return all
}

func (d *DB) runAlone(l *lane, w *waiting) error {
	ctx, cancel := context.WithTimeout(context.Background(), groupTime)
	defer cancel()
	l.certain = true
	t, err := d.runTogether(ctx, l, []*waiting{w})
	if err == nil {
		err = t.guarded(func() error { return t.finish(ctx) })
	}
	if err != nil {
		return err
	}
	return t.endGroup(ctx)
}

// runTogether begins a transaction and runs the functions of a group in it. They get
// their callers' contexts without an end: one caller's cancelled request must not undo
// another's. The whole group has groupTime.
func (d *DB) runTogether(ctx context.Context, l *lane, all []*waiting) (t *tx, err error) {
	err = d.calmly(func() (err error) {
		t, err = d.beginGroup(ctx, l, all)
		return err
	})
	if err != nil {
		return nil, err
	}
	return t, t.guarded(func() error {
		for _, w := range all {
			if err := w.fn(context.WithValue(context.WithoutCancel(w.ctx), txKey{}, t)); err != nil {
				return err
			}
		}
		return nil
	})
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

// guarded runs a part of a group. An error or a panic undoes the whole transaction.
func (t *tx) guarded(part func() error) error {
	err := t.db.calmly(part)
	if err != nil {
		t.rollback()
	}
	return err
}

// calmly turns a panic into an error: it must not end the one writer of groups.
func (d *DB) calmly(part func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("db: group: panic: %v", r)
			d.log.Error("panic in a grouped write", "error", err)
		}
	}()
	return part()
}

// end commits durably what finish has made ready.
func (t *tx) end(ctx context.Context) error {
	var err error
	if t.lane != nil {
		err = t.lane.commit(t.last)
	} else if err = t.gorm.Commit().Error; err != nil {
		t.rollback()
		err = fmt.Errorf("db: commit: %w", err)
	}
	if err != nil {
		return err
	}
	for _, fn := range t.after {
		fn()
	}
	return nil
}

func (t *tx) endGroup(ctx context.Context) error {
	err := t.end(ctx)
	if err == nil {
		t.db.keepPrepared(ctx, t)
	}
	return err
}

func (t *tx) rollback() {
	if t.lane != nil {
		t.lane.rollback()
		return
	}
	t.gorm.Rollback()
}
