package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"candour/models/db"
)

// bench is one run: what its stages share.
type bench struct {
	*Report
	options
	dir      string
	database *database
	ref      *reference
	feeds    []feed
	pop      *population
	extracts []extract
	pg, lite *store
	views    *views  // of the portal on PostgreSQL
	pgRate   float64 // pages a second there, c=4
}

// store is one database of the product: how the program is told of it, and this
// program's own window to it, for counting log rows.
type store struct {
	name string
	args []string // --database URL or --data DIR
	dsn  string
	*db.DB
}

// stage is one part of the run. Those that others stand on always run; a figure
// stage that fails is reported and the run goes on.
type stage struct {
	name   string
	always bool
	figure string
	run    func(*bench, context.Context) error
}

var stages = []stage{
	{"database", true, "", (*bench).startDatabase},
	{"first", true, "P21", (*bench).firstRuns},
	{"ingest", true, "P12", (*bench).ingestPostgres},
	{"start", true, "P21", (*bench).startOnPostgres},
	{"sign-in", true, "", (*bench).signInDoctor},
	{"cold", false, "P5", (*bench).coldViews},
	{"pages", false, "P2", (*bench).pageRates},
	{"change", false, "P14", (*bench).changeToPage},
	{"history", false, "P9", (*bench).histories},
	{"crowd", false, "P22", (*bench).crowd},
	{"lock", false, "P8", (*bench).lockedLog},
	{"kill", false, "P8", (*bench).killUnderLoad},
	{"term", false, "P23", (*bench).stopUnderLoad},
	{"sqlite", false, "P7", (*bench).onSQLite},
	{"million", false, "P15", (*bench).million},
}

func stageNames() []string {
	var names []string
	for _, s := range stages {
		if !s.always {
			names = append(names, s.name)
		}
	}
	return names
}

func (b *bench) run(ctx context.Context) error {
	b.describe()
	for _, s := range stages {
		if !s.always && b.only != "" && !strings.Contains(","+b.only+",", ","+s.name+",") {
			continue
		}
		began := time.Now()
		err := s.run(b, ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && s.always:
			return fmt.Errorf("%s: %w", s.name, err)
		case err != nil:
			b.failed(s.figure, "stage "+s.name, err)
		}
		b.note("stage %s took %.1f s", s.name, time.Since(began).Seconds())
	}
	return nil
}

// describe prints the machine and the program.
func (b *bench) describe() {
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	total := ""
	if info, err := os.ReadFile("/proc/meminfo"); err == nil {
		total = strings.Join(strings.Fields(strings.SplitN(string(info), "\n", 2)[0])[1:], " ")
	}
	b.machine("Machine: %d cores, %s memory, Linux %s, %s, %s", runtime.NumCPU(), total, bytes.TrimSpace(kernel), runtime.Version(), time.Now().UTC().Format("2 January 2006 15:04 MST"))
	if b.quick {
		b.machine("QUICK run: small population, short measurements; not for the record")
	}
	b.machine("Settings: as shipped, except that one doctor may open more than 50 records a second: here one does the work of a region")
	if info, err := os.Stat(b.binary); err == nil {
		mb := float64(info.Size()) / 1e6
		b.atMost("P22", "the program, stripped", mb, 40, "MB", "")
	}
}

func (b *bench) startDatabase(ctx context.Context) (err error) {
	if b.database, err = startDatabase(ctx, b.Report); err != nil {
		return err
	}
	b.ref, err = newReference(ctx, b.database, b.dir)
	return err
}

// openStore opens this program's own window to a database that the product has
// made.
func (b *bench) openStore(ctx context.Context, s *store) (err error) {
	if s.DB == nil {
		s.DB, err = db.Open(ctx, s.dsn, nil)
	}
	return err
}

func (b *bench) postgresStore(ctx context.Context, name string) (*store, error) {
	url, err := b.database.create(ctx, name)
	return &store{name: "PostgreSQL", args: []string{"--database", url}, dsn: url}, err
}

func (b *bench) sqliteStore(name string) *store {
	dir := filepath.Join(b.dir, name)
	return &store{name: "SQLite", args: []string{"--data", dir}, dsn: filepath.Join(dir, "candour.db")}
}

// firstRuns starts the program on two empty databases: migrations and the demo
// world, then the first page.
func (b *bench) firstRuns(ctx context.Context) (err error) {
	if b.pg, err = b.postgresStore(ctx, "candour"); err != nil {
		return err
	}
	b.lite = b.sqliteStore("data")
	for _, s := range []*store{b.lite, b.pg} {
		p, err := startPortal(ctx, b.binary, b.dir, s.args...)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		b.atMost("P21", "first run, migrations and demo world to first page, "+s.name, p.ready.Seconds(), 3, "s", "")
		if _, err := p.stop(); err != nil {
			return fmt.Errorf("%s: stopping: %w", s.name, err)
		}
		if err := b.openStore(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// restart measures the start on a database with the whole population in it.
func (b *bench) restart(ctx context.Context, s *store) (*portal, error) {
	p, err := startPortal(ctx, b.binary, b.dir, s.args...)
	if err != nil {
		return nil, err
	}
	b.atMost("P21", "existing database to first page, "+s.name, p.ready.Seconds(), 0.4, "s", "")
	return p, nil
}

func (b *bench) startOnPostgres(ctx context.Context) error {
	p, err := b.restart(ctx, b.pg)
	if err != nil {
		return err
	}
	b.views = &views{portal: p, store: b.pg}
	time.Sleep(3 * time.Second)
	b.atMost("P22", "memory when idle", memory(p.pid(), "VmRSS"), 60, "MiB", "3 s after its start on PostgreSQL")
	return nil
}

// end stops what still runs.
func (b *bench) end() {
	if b.views != nil && b.views.portal != nil {
		_, _ = b.views.portal.stop()
	}
	for _, s := range []*store{b.pg, b.lite} {
		if s != nil && s.DB != nil {
			_ = s.Close()
		}
	}
	if b.database != nil {
		b.database.Stop()
	}
}
