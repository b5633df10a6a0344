package db

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "github.com/ncruces/go-sqlite3/driver" // registers "sqlite3"
	"github.com/ncruces/go-sqlite3/gormlite"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// readers is how many readings may go on beside the one SQLite writer.
const readers = 4

func (d *DB) openSQLite(path string) error {
	d.Dialect = SQLite
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	common := "file:" + path + "?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=recursive_triggers(1)&_pragma=temp_store(2)&_pragma=cache_size(-16000)"
	var err error
	if d.wrSQL, err = sql.Open("sqlite3", common+"&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=journal_size_limit(67108864)&_txlock=immediate"); err != nil {
		return err
	}
	d.wrSQL.SetMaxOpenConns(1)
	d.wrSQL.SetMaxIdleConns(1)
	if err := d.wrSQL.Ping(); err != nil { // makes the file and its WAL before a reader looks
		return err
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return err
	}
	if d.readSQL, err = sql.Open("sqlite3", common+"&_pragma=query_only(1)"); err != nil {
		return err
	}
	d.readSQL.SetMaxOpenConns(readers)
	d.readSQL.SetMaxIdleConns(readers)
	if d.write, err = gorm.Open(gormlite.OpenDB(d.wrSQL), d.config()); err != nil {
		return err
	}
	d.read, err = gorm.Open(gormlite.OpenDB(d.readSQL), d.config())
	return err
}

func (d *DB) openPostgres(dsn string) error {
	d.Dialect = Postgres
	conf, err := pgx.ParseConfig(dsn)
	if err != nil {
		return fmt.Errorf("the database URL cannot be read") // pgx's own error repeats the password
	}
	conf.RuntimeParams["timezone"] = "UTC"
	conf.RuntimeParams["application_name"] = "candour"
	conf.RuntimeParams["statement_timeout"] = "30000"
	// Every statement looks up by key, and is the same for everybody: planning it anew
	// for each person's id costs more than running it. What was planned while a table
	// was small must not read it from end to end when it no longer is. The cost that the
	// planner then writes on the few that do would have them compiled.
	conf.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	conf.RuntimeParams["enable_seqscan"] = "off"
	conf.RuntimeParams["jit"] = "off"
	conf.RuntimeParams["idle_in_transaction_session_timeout"] = "60000"
	d.wrSQL = stdlib.OpenDB(*conf)
	d.wrSQL.SetMaxOpenConns(12)
	d.wrSQL.SetMaxIdleConns(12)
	d.wrSQL.SetConnMaxIdleTime(5 * time.Minute)
	d.readSQL = d.wrSQL
	if d.write, err = gorm.Open(postgres.New(postgres.Config{Conn: d.wrSQL}), d.config()); err != nil {
		return err
	}
	d.read = d.write
	return nil
}

// quiet hands gorm's own messages to slog without statement or values: a bound
// value is somebody's NHS number or session (stack.md 0.6).
type quiet struct{ log *slog.Logger }

func (q quiet) LogMode(logger.LogLevel) logger.Interface { return q }
func (q quiet) Info(context.Context, string, ...any)     {}
func (q quiet) Warn(context.Context, string, ...any)     {}
func (q quiet) Error(_ context.Context, msg string, _ ...any) {
	q.log.Error("database", "message", msg)
}
func (q quiet) Trace(context.Context, time.Time, func() (string, int64), error) {}

// syncFolder makes the names of the new files durable: the driver syncs what is in
// a WAL, but not that it is there.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
