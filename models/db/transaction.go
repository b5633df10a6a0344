package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

type txKey struct{}

// tx is the transaction in the context, with what belongs to it alone.
type tx struct {
	db       *DB
	gorm     *gorm.DB // in a lane made at first use
	sql      runner
	sqlTx    *sql.Tx              // nil in a lane
	lane     *lane                // of a group on PostgreSQL
	stmts    map[string]*sql.Stmt // SQLite
	answered map[*Question]bool
	last     []statement // go with the commit
	locals   map[any]any
	before   []func(context.Context) error
	after    []func()
}

// runner is what runs plain statements: a pool, a transaction or a connection.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func current(ctx context.Context, d *DB) *tx {
	if t, ok := ctx.Value(txKey{}).(*tx); ok && t.db == d {
		return t
	}
	return nil
}

// InTx tells whether ctx carries a transaction of this database.
func (d *DB) InTx(ctx context.Context) bool { return current(ctx, d) != nil }

// Local is a value that lives as long as the transaction in ctx, made on first
// use: a package's own buffer, flushed by BeforeCommit. It panics outside one.
func Local[T any](ctx context.Context, d *DB, key any, make func() T) T {
	t := current(ctx, d)
	if t == nil {
		panic("db: Local outside a transaction")
	}
	v, ok := t.locals[key]
	if !ok {
		v = make()
		t.locals[key] = v
	}
	return v.(T)
}

// BeforeCommit runs fn once, inside the transaction in ctx, just before it
// commits; its error rolls everything back.
func (d *DB) BeforeCommit(ctx context.Context, fn func(context.Context) error) {
	t := current(ctx, d)
	if t == nil {
		panic("db: BeforeCommit outside a transaction")
	}
	t.before = append(t.before, fn)
}

// AfterCommit runs fn once the transaction in ctx has committed durably: for a hint
// that is worth nothing before, such as waking whoever waits for what was written.
// It must be quick, and is called though a savepoint in which it was asked for was
// rolled back. It panics outside a transaction.
func (d *DB) AfterCommit(ctx context.Context, fn func()) {
	t := current(ctx, d)
	if t == nil {
		panic("db: AfterCommit outside a transaction")
	}
	t.after = append(t.after, fn)
}

type oneKey struct{}

// AsOne lets Do inside a transaction join it without a savepoint: for a caller who
// gives up all of it when anything in it fails.
func AsOne(ctx context.Context) context.Context { return context.WithValue(ctx, oneKey{}, true) }

// Do runs fn in a write transaction of its own and commits it durably. Inside
// another transaction it is a savepoint: its failure undoes fn alone.
func (d *DB) Do(ctx context.Context, fn func(ctx context.Context) error) error {
	if t := current(ctx, d); t != nil {
		if ctx.Value(oneKey{}) != nil {
			return fn(ctx)
		}
		return t.inner(ctx, fn)
	}
	t, err := d.begin(ctx)
	if err != nil {
		return err
	}
	defer t.rollbackOnPanic()
	if err := fn(t.in(ctx)); err != nil {
		t.gorm.Rollback()
		return err
	}
	return t.commit(ctx)
}

// inner runs fn between savepoints. They are released: PostgreSQL works the plan of
// every statement out anew within transactions that pile them up. All have one name,
// which means the innermost.
func (t *tx) inner(ctx context.Context, fn func(ctx context.Context) error) error {
	if _, err := t.sql.ExecContext(ctx, "SAVEPOINT inside"); err != nil {
		return fmt.Errorf("db: savepoint: %w", err)
	}
	if err := fn(ctx); err != nil {
		ctx = context.WithoutCancel(ctx) // who gave up has changed nothing either
		if _, bad := t.sql.ExecContext(ctx, "ROLLBACK TO SAVEPOINT inside"); bad != nil {
			return errors.Join(err, bad)
		}
		if _, bad := t.sql.ExecContext(ctx, "RELEASE SAVEPOINT inside"); bad != nil {
			return errors.Join(err, bad)
		}
		return err
	}
	if _, err := t.sql.ExecContext(ctx, "RELEASE SAVEPOINT inside"); err != nil {
		return fmt.Errorf("db: savepoint: %w", err)
	}
	return nil
}

func (d *DB) begin(ctx context.Context) (*tx, error) {
	g := d.write.WithContext(ctx).Begin()
	if g.Error != nil {
		return nil, fmt.Errorf("db: begin: %w", g.Error)
	}
	s, ok := g.Statement.ConnPool.(*sql.Tx)
	if !ok {
		return nil, errors.New("db: begin: not a database/sql transaction")
	}
	return &tx{db: d, gorm: g, sql: s, sqlTx: s, stmts: map[string]*sql.Stmt{}, locals: map[any]any{}}, nil
}

func (t *tx) in(ctx context.Context) context.Context { return context.WithValue(ctx, txKey{}, t) }

// finish runs what was asked for before the commit.
func (t *tx) finish(ctx context.Context) error {
	for i := 0; i < len(t.before); i++ { // a hook may add another
		if err := t.before[i](t.in(ctx)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) commit(ctx context.Context) error {
	if err := t.finish(ctx); err != nil {
		t.rollback()
		return err
	}
	if err := t.end(); err != nil {
		t.rollback()
		return err
	}
	return nil
}

// end commits durably what finish has made ready.
func (t *tx) end() error {
	var err error
	if t.lane != nil {
		err = t.lane.commit(t.last)
	} else {
		err = t.gorm.Commit().Error
	}
	if err != nil {
		return fmt.Errorf("db: commit: %w", err)
	}
	if t.lane != nil {
		t.leave()
	}
	for _, fn := range t.after {
		t.told(fn)
	}
	return nil
}

// told calls a function for what is committed. A panic in it must not look as if it
// were not.
func (t *tx) told(fn func()) {
	defer func() {
		if r := recover(); r != nil {
			t.db.log.Error("panic after a commit", "type", fmt.Sprintf("%T", r))
		}
	}()
	fn()
}

func (t *tx) rollback() {
	if t.lane != nil {
		t.lane.rollback()
		t.leave()
		return
	}
	t.gorm.Rollback()
}

func (t *tx) rollbackOnPanic() {
	if r := recover(); r != nil {
		t.gorm.Rollback()
		panic(r)
	}
}
