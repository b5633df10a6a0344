package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"candour/models/db/dbtest"
)

// database is the run's own PostgreSQL: durable settings, nobody else on it.
type database struct {
	*dbtest.Cluster
}

// tuning is what any installation of this size would set; none of it touches
// durability. The server needs a restart to take it.
var tuning = []string{
	"ALTER SYSTEM SET shared_buffers = '2GB'",
	"ALTER SYSTEM SET max_wal_size = '8GB'",
	"ALTER SYSTEM SET checkpoint_timeout = '15min'",
}

// shown are the settings that the run prints, as the server itself reports them.
var shown = []string{"server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers", "max_wal_size"}

func startDatabase(ctx context.Context, r *Report) (*database, error) {
	c, err := dbtest.StartCluster(true)
	if err != nil {
		return nil, err
	}
	d := &database{c}
	for _, s := range tuning {
		if err := d.exec(ctx, "postgres", s); err != nil {
			return nil, err
		}
	}
	if err := d.crash(); err != nil {
		return nil, err
	}
	return d, d.printSettings(ctx, r)
}

// printSettings refuses to measure a database that is not durable.
func (d *database) printSettings(ctx context.Context, r *Report) error {
	conn, err := pgx.Connect(ctx, d.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	got := map[string]string{}
	var all []string
	for _, name := range shown {
		var v string
		if err := conn.QueryRow(ctx, "SHOW "+name).Scan(&v); err != nil {
			return err
		}
		got[name] = v
		all = append(all, name+" = "+v)
	}
	r.machine("PostgreSQL: %s", strings.Join(all, ", "))
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		if got[name] != "on" {
			return fmt.Errorf("%s is %s: the run would measure a database that loses rows", name, got[name])
		}
	}
	return nil
}

func (d *database) exec(ctx context.Context, name, statement string) error {
	conn, err := pgx.Connect(ctx, d.URL(name))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// create makes an empty database and gives its URL.
func (d *database) create(ctx context.Context, name string) (string, error) {
	return d.URL(name), d.exec(ctx, "postgres", "CREATE DATABASE "+name)
}

// settle ends what a load leaves behind, so that it does not run into a measurement.
func (d *database) settle(ctx context.Context, name string) error {
	if err := d.exec(ctx, name, "VACUUM (ANALYZE)"); err != nil {
		return err
	}
	return d.exec(ctx, name, "CHECKPOINT")
}

// crash ends the server without a checkpoint (SIGQUIT to the postmaster, which
// does the same to all its children) and starts it again: recovery from the log.
func (d *database) crash() error {
	pid, err := d.pid()
	if err != nil {
		return err
	}
	if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
		return err
	}
	for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
		if syscall.Kill(pid, 0) != nil {
			return d.Start(true)
		}
	}
	return fmt.Errorf("PostgreSQL (process %d) did not end within a minute", pid)
}

// pid is the postmaster.
func (d *database) pid() (int, error) {
	b, err := os.ReadFile(filepath.Join(d.Dir, "data", "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.SplitN(string(b), "\n", 2)[0])
}
