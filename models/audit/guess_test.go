package audit_test

import (
	"context"
	"sync"
	"testing"

	"candour/models/audit"
	"candour/models/db"
	"candour/models/db/dbtest"
)

// Two programs append to one log: each takes the head to be where it left it, and is
// wrong whenever the other was there. Nothing is lost or out of order for it.
func TestTwoProgramsAppendToOneLog(t *testing.T) {
	url := dbtest.PostgresURL(t)
	var databases []*db.DB
	var programs []*audit.Log
	for i := range 2 {
		d, err := db.Open(t.Context(), url, nil)
		must(t, err)
		t.Cleanup(func() { must(t, d.Close()) })
		databases, programs = append(databases, d), append(programs, audit.New(d, nil))
		fill(t, d, programs[i], 1)
	}
	const each = 150
	var all sync.WaitGroup
	for n, l := range programs {
		for part := range 3 {
			all.Go(func() {
				for i := range each {
					err := databases[n].Group(t.Context(), func(ctx context.Context) error {
						l.Append(ctx, entry(n+10*part+i))
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	all.Wait()
	var entries int
	must(t, databases[0].Writer().QueryRow("SELECT count(*) FROM audit_entries").Scan(&entries))
	if want := 2 + 2*3*each; entries != want {
		t.Fatalf("%d entries of %d", entries, want)
	}
	report, err := programs[0].Verify(t.Context(), nil)
	must(t, err)
	if report.Wrong != nil {
		t.Fatalf("%v", report.Wrong)
	}
}

// A transaction that appends again just before its commit goes on where it was.
func TestAppendingBeforeTheCommit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := audit.New(d, nil)
		for _, run := range []func(context.Context, func(context.Context) error) error{d.Do, func(ctx context.Context, fn func(context.Context) error) error { return d.Group(ctx, fn) }} {
			must(t, run(t.Context(), func(ctx context.Context) error {
				l.Append(ctx, entry(1))
				d.BeforeCommit(ctx, func(ctx context.Context) error {
					l.Append(ctx, entry(2))
					return nil
				})
				return nil
			}))
		}
		report, err := l.Verify(t.Context(), nil)
		must(t, err)
		if report.Wrong != nil || report.Entries != 4 {
			t.Fatalf("%d entries, %v", report.Entries, report.Wrong)
		}
	})
}
