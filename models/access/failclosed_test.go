package access_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"candour/migrations"
	"candour/models/access"
	"candour/models/audit"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
)

// refusedToShow passes the gate with a read that would show; whatever is wrong
// below, the caller must get fault.Unavailable and no pass.
func refusedToShow(t *testing.T, h *house) {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		pass, err := h.open(0)
		if pass.Entry() != 0 || pass.Decision().Verdict == access.Allow {
			t.Errorf("a pass was given out: %+v", pass)
		}
		done <- err
	}()
	select {
	case err := <-done:
		if !errors.Is(err, fault.Unavailable) {
			t.Fatalf("not unavailable: %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the gate hangs")
	}
}

// Without its log, in any of its tables, nothing is shown; with it again, all is well.
func TestNoLogNoView(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		h.claim(t, 0)
		_, err := h.open(0)
		must(t, err)
		for _, table := range []string{"audit_entries", "audit_sets", "audit_days", "audit_head", "persons", "claims"} {
			h.rename(t, table, "away")
			refusedToShow(t, h)
			h.rename(t, "away", table)
			if _, err := h.open(0); err != nil {
				t.Fatalf("after %s came back: %v", table, err)
			}
		}
		h.change(t, "CREATE TABLE kept_head AS SELECT * FROM audit_head")
		h.disarm(t)
		h.change(t, "DELETE FROM audit_head")
		refusedToShow(t, h)
		h.change(t, "INSERT INTO audit_head (id, seq, chain) SELECT id, seq, chain FROM kept_head")
		_, err = h.open(0)
		must(t, err)
	})
}

// rename moves a table away; SQLite drops its prepared statements by itself.
func (h *house) rename(t *testing.T, from, to string) {
	t.Helper()
	_, err := h.d.Writer().Exec("ALTER TABLE " + from + " RENAME TO " + to)
	must(t, err)
}

func (h *house) disarm(t *testing.T) {
	t.Helper()
	statement := "ALTER TABLE audit_head DISABLE TRIGGER ALL"
	if h.d.Dialect == db.SQLite {
		statement = "DROP TRIGGER audit_head_no_delete"
	}
	_, err := h.d.Writer().Exec(statement)
	must(t, err)
}

func TestReadOnlyDatabaseShowsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		h.claim(t, 0)
		_, err := h.open(0)
		must(t, err)
		before := h.count(t)
		readOnly(t, d, true)
		refusedToShow(t, h)
		readOnly(t, d, false)
		if n := h.count(t); n != before {
			t.Fatalf("%d entries came in", n-before)
		}
		_, err = h.open(0)
		must(t, err)
	})
}

// readOnly makes every later transaction read-only, or ends that. On PostgreSQL it holds
// for new sessions: the ones there are end, as when a server fails over to its copy.
func readOnly(t *testing.T, d *db.DB, on bool) {
	t.Helper()
	if d.Dialect == db.SQLite {
		_, err := d.Writer().Exec("PRAGMA query_only=" + strconv.FormatBool(on))
		must(t, err)
		return
	}
	c, err := d.Writer().Conn(t.Context())
	must(t, err)
	defer c.Close()
	for _, statement := range []string{"SET default_transaction_read_only = off",
		"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = " + strconv.FormatBool(on) + "', current_database()); END $$",
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
		"SET default_transaction_read_only = " + strconv.FormatBool(on)} {
		_, err := c.ExecContext(t.Context(), statement)
		must(t, err)
	}
}

// A disk with no room left: SQLite is held to its present size.
func TestFullDiskShowsNothing(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), 1)
	h.claim(t, 0)
	var pages int
	must(t, h.d.Writer().QueryRow("PRAGMA page_count").Scan(&pages))
	_, err := h.d.Writer().Exec("PRAGMA max_page_count=1") // the least it takes is what there is
	must(t, err)
	shown := 0
	for ; shown < 10_000; shown++ {
		if _, err = h.open(0); err != nil {
			break
		}
	}
	if !errors.Is(err, fault.Unavailable) {
		t.Fatalf("after %d views on a full disk: %v", shown, err)
	}
	logged := h.count(t)
	refusedToShow(t, h)
	if h.count(t) != logged {
		t.Fatal("an entry of a view that was not shown")
	}
	_, err = h.d.Writer().Exec("PRAGMA max_page_count=1000000")
	must(t, err)
	_, err = h.open(0)
	must(t, err)
}

func TestDatabaseGoneShowsNothing(t *testing.T) {
	cluster, err := dbtest.StartCluster(true)
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	t.Cleanup(cluster.Stop)
	ctx := context.Background()
	d, err := db.Open(ctx, cluster.URL("postgres"), nil)
	must(t, err)
	t.Cleanup(func() { _ = d.Close() })
	must(t, migrations.Up(ctx, "postgres", d.Writer()))
	h := newHouse(t, d, 1)
	h.claim(t, 0)
	_, err = h.open(0)
	must(t, err)
	must(t, cluster.Kill())
	refusedToShow(t, h)
	must(t, cluster.Start(true))
	for i := 0; ; i++ { // the pool finds its dead connections one by one
		if _, err = h.open(0); err == nil {
			break
		}
		if i > 50 {
			t.Fatalf("the gate did not recover: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}

	// and the same with SQLite closed under it
	s := newHouse(t, dbtest.SQLite(t), 1)
	s.claim(t, 0)
	must(t, s.d.Writer().Close())
	refusedToShow(t, s)
}

// A read that fails or panics shows nothing, and the others of its group are answered.
func TestFailingReadHurtsNobodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 2)
		h.claim(t, 0)
		h.claim(t, 1)
		errs := make(chan error, 40)
		for i := range 40 {
			go func() {
				_, err := h.gate.Pass(context.Background(), h.ask(i%2), func(context.Context, access.Pass) (access.Shown, error) {
					if i%4 == 0 {
						panic("broken rendering")
					}
					return access.Shown{Items: []audit.ItemRef{{ID: h.people[i%2], Version: 1}}}, nil
				})
				if (i%4 == 0) != errors.Is(err, fault.Unavailable) {
					err = errors.Join(errors.New("wrong answer"), err)
				} else {
					err = nil
				}
				errs <- err
			}()
		}
		for range 40 {
			must(t, <-errs)
		}
	})
}
