package db_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
)

// A rehearsal runs all that a group would, and leaves nothing: neither rows, nor locks,
// nor anything of the others in its group undone or done twice.
func TestARehearsalLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		const insert = "INSERT INTO organisation_names (organisation_id, from_on, name) VALUES (?, ?, 'x')"
		const each, writers = 40, 4
		var told, rehearsed, ran atomic.Int64
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				for n := range each {
					err := d.Group(ctx, func(ctx context.Context) error {
						d.AfterCommit(ctx, func() { told.Add(1) })
						return d.WithCommit(ctx, insert, "real", fmt.Sprint(w, "-", n))
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Go(func() {
			for n := range each {
				err := d.Rehearse(ctx, func(ctx context.Context) error {
					d.AfterCommit(ctx, func() { rehearsed.Add(1) })
					d.BeforeCommit(ctx, func(ctx context.Context) error {
						ran.Add(1)
						return d.WithCommit(ctx, insert, "rehearsed", fmt.Sprint(n, "-late"))
					})
					return d.WithCommit(ctx, insert, "rehearsed", fmt.Sprint(n))
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
		all.Wait()
		count := func(query string) (n int) {
			if err := d.Writer().QueryRow(query).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := count("SELECT count(*) FROM organisation_names WHERE organisation_id = 'rehearsed'"); n != 0 || rehearsed.Load() != 0 || ran.Load() < each {
			t.Errorf("%d rows of rehearsals, %d told, %d ran", n, rehearsed.Load(), ran.Load())
		}
		if n := count("SELECT count(*) FROM organisation_names WHERE organisation_id = 'real'"); n != each*writers || told.Load() != each*writers {
			t.Errorf("%d rows, %d told, want %d", n, told.Load(), each*writers)
		}
		if d.Dialect == db.Postgres {
			if n := count("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()"); n != 0 {
				t.Errorf("%d locks", n)
			}
		}
	})
}

func TestARehearsalThatFailsSaysSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Rehearse(context.Background(), func(ctx context.Context) error {
			return d.WithCommit(ctx, "INSERT INTO no_such_table VALUES (1)")
		})
		if err == nil {
			t.Error("nothing said")
		}
	})
}

// Inside a transaction it would be kept with it.
func TestNoRehearsalInsideATransaction(t *testing.T) {
	d := dbtest.SQLite(t)
	err := d.Do(context.Background(), func(ctx context.Context) error {
		defer func() {
			if recover() == nil {
				t.Error("it ran")
			}
		}()
		return d.Rehearse(ctx, func(context.Context) error { return nil })
	})
	if err != nil {
		t.Error(err)
	}
}
