package db

import (
	"context"
	"fmt"
)

// Rows is an answer while it is read.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
}

// Question is a statement whose answer a function in a transaction will need. Known
// beforehand (Group), it goes to PostgreSQL together with the beginning of the
// transaction and whatever the others of the group ask, in one journey.
type Question struct {
	sql  string
	args func() []any
	read func(Rows) error
}

// NewQuestion makes a question in plain SQL with ? placeholders. args is called when it
// is asked; read takes the answer, and may be called again when the transaction is run
// again: it must then forget what it had.
func NewQuestion(sql string, args func() []any, read func(Rows) error) *Question {
	return &Question{sql: sql, args: args, read: read}
}

// Answer makes sure that q has been answered within the transaction in ctx: already, if
// it went ahead, or else now. An answer of another transaction counts for nothing.
func (d *DB) Answer(ctx context.Context, q *Question) error {
	t := current(ctx, d)
	if t != nil && t.answered[q] {
		delete(t.answered, q) // good for one: what happens after it in this transaction may change it
		return nil
	}
	rows, err := d.Query(ctx, q.sql, q.args()...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if err := q.read(rows); err != nil {
		return err
	}
	return rows.Err()
}

// statement is one to be run.
type statement struct {
	sql  string
	args []any
}

// WithCommit runs a statement as the last of the transaction in ctx; in a group on
// PostgreSQL it travels together with the commit. Nobody looks at what it returns: a
// statement that did not do what it should must fail, and the transaction with it. It
// panics outside one.
func (d *DB) WithCommit(ctx context.Context, query string, args ...any) error {
	t := current(ctx, d)
	if t == nil {
		panic("db: WithCommit outside a transaction")
	}
	if t.lane != nil {
		t.last = append(t.last, statement{d.Rebind(query), args})
		return nil
	}
	if _, err := d.Exec(ctx, query, args...); err != nil {
		return fmt.Errorf("db: with the commit: %w", err)
	}
	return nil
}

// RunsAgain says whether the transaction in ctx is run again by itself when it could not
// be serialised with another (SQLSTATE 40001): such a one may rest on a guess.
func (d *DB) RunsAgain(ctx context.Context) bool {
	t := current(ctx, d)
	return t != nil && t.lane != nil && !t.lane.certain
}
