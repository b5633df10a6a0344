// Package db opens the database, SQLite or PostgreSQL, with the settings that
// make an acknowledged write a durable one (trust.md R-12), and carries the
// transaction in the context.
//
// Reading outside a transaction uses the read pool. Writing is Do (a transaction
// of its own) or Group (a transaction shared with whatever else waits, committed
// once: the way of the access log).
package db

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"
)

// Dialect is "sqlite" or "postgres".
type Dialect string

const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// DB is the open database: for SQLite a read pool and one writer on the same
// file, for PostgreSQL one pool.
type DB struct {
	Dialect Dialect
	read    *gorm.DB
	write   *gorm.DB
	readSQL *sql.DB
	wrSQL   *sql.DB
	group   chan *waiting
	closing chan struct{}
	done    sync.WaitGroup
	stmts   sync.Map // SQLite: statement text (with pool) → *sql.Stmt
	rebound sync.Map // PostgreSQL: statement text → the same with numbered places
	log     *slog.Logger
}

// Open opens dsn: a "postgres://" URL, or the path of an SQLite file. It does
// not migrate.
func Open(ctx context.Context, dsn string, log *slog.Logger) (*DB, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	d := &DB{group: make(chan *waiting), closing: make(chan struct{}), log: log}
	var err error
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		err = d.openPostgres(dsn)
	} else {
		err = d.openSQLite(dsn)
	}
	if err != nil {
		return nil, fmt.Errorf("db: open: %w", err)
	}
	if err := d.wrSQL.PingContext(ctx); err != nil {
		d.closePools()
		return nil, fmt.Errorf("db: open: %w", err)
	}
	d.done.Add(1)
	go d.commitGroups()
	return d, nil
}

// Close waits for queued groups to be committed and closes the pools.
func (d *DB) Close() error {
	close(d.closing)
	d.done.Wait()
	if d.Dialect == SQLite {
		_, _ = d.wrSQL.Exec("PRAGMA wal_checkpoint(TRUNCATE)") // best effort: the log is in the WAL either way
	}
	return d.closePools()
}

func (d *DB) closePools() error {
	err := d.wrSQL.Close()
	if d.readSQL != d.wrSQL {
		if e := d.readSQL.Close(); err == nil {
			err = e
		}
	}
	return err
}

// Writer is the pool that may write, for migrations.
func (d *DB) Writer() *sql.DB { return d.wrSQL }

// Ping answers whether a read works now.
func (d *DB) Ping(ctx context.Context) error {
	var one int
	return d.readSQL.QueryRowContext(ctx, "SELECT 1").Scan(&one)
}

func (d *DB) config() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		Logger:                 quiet{d.log},
		NowFunc:                func() time.Time { return time.Time{} }, // no column is stamped by gorm: instants come from the injected clock
		DisableAutomaticPing:   true,
	}
}

// For is the gorm handle to use: the transaction in ctx, or else the read pool.
func (d *DB) For(ctx context.Context) *gorm.DB {
	if t := current(ctx, d); t != nil {
		return t.handle().WithContext(ctx)
	}
	return d.read.WithContext(ctx)
}

// Query, QueryRow and Exec run prepared plain SQL with ? placeholders on the
// transaction in ctx, or else on the read pool: for the few hot paths where gorm
// costs more than the database (stack.md 4).
func (d *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if d.Dialect == Postgres {
		return d.runner(ctx).QueryContext(ctx, d.Rebind(query), args...)
	}
	s, err := d.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// QueryRow runs a query of one row; see Query.
func (d *DB) QueryRow(ctx context.Context, query string, args ...any) (*sql.Row, error) {
	if d.Dialect == Postgres {
		return d.runner(ctx).QueryRowContext(ctx, d.Rebind(query), args...), nil
	}
	s, err := d.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryRowContext(ctx, args...), nil
}

// Exec runs a statement; outside a transaction it fails on SQLite, whose read
// pool refuses writes.
func (d *DB) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if d.Dialect == Postgres {
		return d.runner(ctx).ExecContext(ctx, d.Rebind(query), args...)
	}
	s, err := d.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// runner is where a plain statement runs on PostgreSQL. The driver keeps statements
// prepared on each connection.
func (d *DB) runner(ctx context.Context) runner {
	counted(ctx)
	if t := current(ctx, d); t != nil {
		return t.sql
	}
	return d.readSQL
}

type stmtKey struct {
	write bool
	query string
}

// stmt is a prepared statement of SQLite.
func (d *DB) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	counted(ctx)
	t := current(ctx, d)
	if t == nil {
		return d.cached(ctx, d.readSQL, stmtKey{false, query})
	}
	if s, ok := t.stmts[query]; ok {
		return s, nil
	}
	var s *sql.Stmt
	if kept, ok := d.stmts.Load(stmtKey{true, query}); ok {
		s = t.sqlTx.StmtContext(ctx, kept.(*sql.Stmt))
	} else {
		// Preparing on the pool would wait for a connection while this transaction holds
		// the only one. keepPrepared does it after the commit.
		made, err := t.sqlTx.PrepareContext(ctx, query)
		if err != nil {
			return nil, fmt.Errorf("db: prepare: %w", err)
		}
		s = made
	}
	t.stmts[query] = s
	return s, nil
}

func (d *DB) cached(ctx context.Context, pool *sql.DB, key stmtKey) (*sql.Stmt, error) {
	if s, ok := d.stmts.Load(key); ok {
		return s.(*sql.Stmt), nil
	}
	s, err := pool.PrepareContext(ctx, key.query)
	if err != nil {
		return nil, fmt.Errorf("db: prepare: %w", err)
	}
	if other, loaded := d.stmts.LoadOrStore(key, s); loaded {
		_ = s.Close()
		return other.(*sql.Stmt), nil
	}
	return s, nil
}

// keepPrepared prepares, for the next time, what a transaction used.
func (d *DB) keepPrepared(ctx context.Context, t *tx) {
	for query := range t.stmts {
		_, _ = d.cached(ctx, d.wrSQL, stmtKey{true, query}) // only a saving: the next use tells of a failure
	}
}

// Rebind turns ? into $1, $2 … for PostgreSQL. Our statements hold no ? in text.
func (d *DB) Rebind(query string) string {
	if d.Dialect == SQLite {
		return query
	}
	if known, ok := d.rebound.Load(query); ok {
		return known.(string)
	}
	var b strings.Builder
	n := 0
	for i := 0; i < len(query); i++ {
		if query[i] == '?' {
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
			continue
		}
		b.WriteByte(query[i])
	}
	d.rebound.Store(query, b.String())
	return b.String()
}
