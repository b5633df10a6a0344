package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"
)

// lane is the connection to PostgreSQL on which groups run one after the other. It asks
// what is known beforehand together with BEGIN, and sends the last statements together
// with COMMIT: a group that needs no more costs two journeys.
type lane struct {
	db      *DB
	conn    *sql.Conn // kept between groups; nil before the first and after a failure
	certain bool      // the group is not run again: nothing in it may rest on a guess
	wary    int       // for so many more groups
}

// raw runs fn on the connection itself. pgx gets no context that can end: it would start
// a goroutine for each statement to watch it. The deadline of the group is the
// connection's.
func (l *lane) raw(fn func(ctx context.Context, c *pgx.Conn) error) error {
	return l.conn.Raw(func(driver any) error {
		return fn(context.Background(), driver.(*stdlib.Conn).Conn())
	})
}

func (l *lane) open(ctx context.Context) error {
	if l.conn != nil {
		return nil
	}
	conn, err := l.db.wrSQL.Conn(ctx)
	if err != nil {
		return fmt.Errorf("db: lane: %w", err)
	}
	l.conn = conn
	return nil
}

// drop ends the connection: what stands on it is not known, and its deadline is ours.
func (l *lane) drop() {
	if l.conn == nil {
		return
	}
	_ = l.raw(func(ctx context.Context, c *pgx.Conn) error { return c.Close(ctx) })
	go l.conn.Close() // it waits for rows that somebody may have left open; groups go on
	l.conn = nil
}

// ended is where statements of a transaction that is over run: nowhere. Whoever kept its
// context would find the next group's transaction on the lane's connection.
type ended struct{ pool *sql.DB }

var over = func() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(sql.ErrTxDone)
	return ctx
}()

func (e ended) ExecContext(_ context.Context, query string, args ...any) (sql.Result, error) {
	return e.pool.ExecContext(over, query, args...)
}

func (e ended) QueryContext(_ context.Context, query string, args ...any) (*sql.Rows, error) {
	return e.pool.QueryContext(over, query, args...)
}

func (e ended) QueryRowContext(_ context.Context, query string, args ...any) *sql.Row {
	return e.pool.QueryRowContext(over, query, args...)
}

func (e ended) PrepareContext(_ context.Context, query string) (*sql.Stmt, error) {
	return e.pool.PrepareContext(over, query)
}

// leave parts the transaction from the lane.
func (t *tx) leave() {
	t.sql = ended{t.db.wrSQL}
	if t.gorm != nil {
		t.gorm.Statement.ConnPool = ended{t.db.wrSQL}
	}
}

// begin starts a transaction and has the questions answered in it. A connection that was
// lost since the last group is replaced once: nothing has been done on it yet.
func (l *lane) begin(ctx context.Context, questions []*Question) (*tx, error) {
	kept := l.conn != nil
	if err := l.open(ctx); err != nil {
		return nil, err
	}
	answered, err := l.ask(ctx, questions)
	if err != nil && kept && l.lost() {
		l.drop()
		if err := l.open(ctx); err != nil {
			return nil, err
		}
		answered, err = l.ask(ctx, questions)
	}
	if err != nil {
		l.rollback()
		return nil, fmt.Errorf("db: begin: %w", err)
	}
	return &tx{db: l.db, sql: l.conn, lane: l, answered: answered, locals: map[any]any{}}, nil
}

func (l *lane) ask(ctx context.Context, questions []*Question) (map[*Question]bool, error) {
	answered := make(map[*Question]bool, len(questions))
	until, _ := ctx.Deadline()
	return answered, l.raw(func(ctx context.Context, c *pgx.Conn) (err error) {
		if err := c.PgConn().Conn().SetDeadline(until); err != nil {
			return err
		}
		var batch pgx.Batch
		batch.Queue("BEGIN")
		for _, q := range questions {
			batch.Queue(l.db.Rebind(q.sql), q.args()...)
		}
		results := c.SendBatch(ctx, &batch)
		defer func() { err = errors.Join(err, results.Close()) }()
		if _, err := results.Exec(); err != nil {
			return err
		}
		for _, q := range questions {
			if err := readAnswer(results, q); err != nil {
				return err
			}
			answered[q] = true
		}
		return nil
	})
}

func readAnswer(results pgx.BatchResults, q *Question) error {
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	if err := q.read(rows); err != nil {
		return err
	}
	rows.Close()
	return rows.Err()
}

// commit sends the last statements and COMMIT, and returns when that is durable.
func (l *lane) commit(last []statement) error {
	return l.raw(func(ctx context.Context, c *pgx.Conn) (err error) {
		var batch pgx.Batch
		for _, s := range last {
			batch.Queue(s.sql, s.args...)
		}
		batch.Queue("COMMIT")
		results := c.SendBatch(ctx, &batch)
		defer func() { err = errors.Join(err, results.Close()) }()
		for range last {
			if _, err := results.Exec(); err != nil {
				return err
			}
		}
		done, err := results.Exec()
		if err == nil && done.String() != "COMMIT" { // PostgreSQL answers a failed transaction's COMMIT with ROLLBACK, and no error
			err = pgx.ErrTxCommitRollback
		}
		return err
	})
}

// rollback gives up what was begun. If even that fails the connection goes.
func (l *lane) rollback() {
	if l.conn == nil {
		return
	}
	err := l.raw(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "ROLLBACK")
		return err
	})
	if err != nil {
		l.drop()
	}
}

// lost says whether the connection is gone.
func (l *lane) lost() bool {
	gone := true
	_ = l.raw(func(_ context.Context, c *pgx.Conn) error {
		gone = c.IsClosed()
		return nil
	})
	return gone
}

// handle is gorm on the connection of the transaction. A session without a context would
// share the statement of the handle it is taken from, and move that to the connection too.
func (t *tx) handle() *gorm.DB {
	if t.gorm == nil {
		t.gorm = t.db.write.Session(&gorm.Session{NewDB: true, Context: context.Background()})
		t.gorm.Statement.ConnPool = t.lane.conn
		if _, is := t.sql.(ended); is {
			t.leave()
		}
	}
	return t.gorm
}

// unserialised says whether a transaction failed for what another did meanwhile, so that
// it may well succeed when it is run again.
func unserialised(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

// groupTime bounds a whole group: one caller's cancelled request must not undo
// another's, so that none of theirs does.
const groupTime = 15 * time.Second
