// Package dbtest gives each test a migrated database of its own: SQLite in a
// temporary folder, and PostgreSQL in a cluster that the test process starts
// itself, as a user who is not root, and that ends with it.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"

	"candour/migrations"
	"candour/models/db"
)

// Each runs test once on SQLite and once on PostgreSQL. Without PostgreSQL the
// second is skipped by name, unless CANDOUR_NEED_POSTGRES is set: then it fails.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// SQLite opens a migrated database in a temporary folder.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "candour.db"), true)
}

// Postgres opens a migrated database of its own in the process's cluster.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t), false)
}

// PostgresURL creates a migrated database in the process's cluster and gives its URL.
func PostgresURL(t testing.TB) string {
	t.Helper()
	c := shared(t)
	name := fmt.Sprintf("t%d_%d", os.Getpid(), serial.Add(1))
	c.exec(t, "CREATE DATABASE "+name+" TEMPLATE candour_template")
	t.Cleanup(func() { c.exec(t, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return c.URL(name)
}

// DurableURL creates an empty database in a cluster that keeps fsync on, for what
// insists on durability: the whole program.
func DurableURL(t testing.TB) string {
	t.Helper()
	durableOnce.Do(func() { durable, durableErr = StartCluster(true) })
	if durableErr != nil {
		without(t, durableErr)
	}
	name := fmt.Sprintf("d%d_%d", os.Getpid(), serial.Add(1))
	durable.exec(t, "CREATE DATABASE "+name)
	t.Cleanup(func() { durable.exec(t, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return durable.URL(name)
}

// without skips by name, or fails where PostgreSQL is needed.
func without(t testing.TB, err error) {
	t.Helper()
	if os.Getenv("CANDOUR_NEED_POSTGRES") != "" {
		t.Fatalf("PostgreSQL is needed here: %v", err)
	}
	t.Skipf("SKIPPED on PostgreSQL: %v", err)
}

var (
	durableOnce sync.Once
	durable     *Cluster
	durableErr  error

	serial   atomic.Int64
	once     sync.Once
	cluster  *Cluster
	startErr error
)

func shared(t testing.TB) *Cluster {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED on PostgreSQL: -short asks for one database")
	}
	once.Do(func() {
		if cluster, startErr = StartCluster(false); startErr != nil {
			return
		}
		startErr = cluster.template()
	})
	if startErr != nil {
		without(t, startErr)
	}
	return cluster
}

func (c *Cluster) template() error {
	conn, err := sql.Open("pgx", c.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.Exec("CREATE DATABASE candour_template"); err != nil {
		return err
	}
	tmpl, err := sql.Open("pgx", c.URL("candour_template"))
	if err != nil {
		return err
	}
	defer tmpl.Close()
	return migrations.Up(context.Background(), "postgres", tmpl)
}

func (c *Cluster) exec(t testing.TB, statement string) {
	t.Helper()
	conn, err := sql.Open("pgx", c.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Exec(statement); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
}

func open(t testing.TB, dsn string, migrate bool) *db.DB {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	d, err := db.Open(ctx, dsn, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if migrate {
		if err := migrations.Up(ctx, string(d.Dialect), d.Writer()); err != nil {
			t.Fatal(err)
		}
	}
	return d
}
