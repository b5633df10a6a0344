package record_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/record"
)

// writings has the database note each time that a rendering is written.
func (c *clinic) writings(t *testing.T) (count func() int) {
	t.Helper()
	c.exec(t, "CREATE TABLE written (n BIGINT)")
	if c.d.Dialect == db.SQLite {
		c.exec(t, "CREATE TRIGGER inserted AFTER INSERT ON renderings BEGIN INSERT INTO written VALUES (1); END")
		c.exec(t, "CREATE TRIGGER updated AFTER UPDATE ON renderings BEGIN INSERT INTO written VALUES (1); END")
	} else {
		c.exec(t, "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO written VALUES (1); RETURN NULL; END $$")
		c.exec(t, "CREATE TRIGGER noted AFTER INSERT OR UPDATE ON renderings FOR EACH ROW EXECUTE FUNCTION noted()")
	}
	return func() (n int) { return c.count(t, "SELECT count(*) FROM written") }
}

func (c *clinic) count(t *testing.T, query string) (n int) {
	t.Helper()
	row, err := c.d.QueryRow(context.Background(), query)
	must(t, err)
	must(t, row.Scan(&n))
	return n
}

// Many who come first for one record share what is made, and it is written once for all
// who come while it is, not once for each.
func TestManyFirstReadersWriteOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		c.put(t, "gp", "AllergyIntolerance", "1", allergy("1", "First", "active"), "", false)
		written := c.writings(t)
		const readers = 12
		var begun, all sync.WaitGroup
		begun.Add(readers)
		c.drawing = begun.Wait
		for range readers {
			all.Go(func() {
				begun.Done()
				if _, err := c.records.Open(context.Background(), c.doctor, c.person, record.Request{Route: "/r", Shape: "page"}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if made, n := int(c.renders.Load()), written(); n > made {
			t.Errorf("%d made, %d written", made, n)
		}
	})
}

// What somebody else stored while mine went stale is shown, not made a third time.
func TestAPageThatHoldsIsNotMadeAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		c.put(t, "gp", "AllergyIntolerance", "1", allergy("1", "First", "active"), "", false)
		other := c.second(t)
		c.drawing = func() {
			c.drawing = nil
			c.put(t, "gp", "AllergyIntolerance", "2", allergy("2", "Second", "active"), "", false)
			_, err := other.Open(context.Background(), c.doctor, c.person, record.Request{Route: "/r", Shape: "page"})
			must(t, err)
		}
		body := inflate(t, c.open(t, "page", record.Filter{}).Ready())
		if !bytes.Contains(body, []byte("Second")) {
			t.Error("stale")
		}
		if n := c.renders.Load(); n != 2 {
			t.Errorf("made %d times, want 2", n)
		}
	})
}

// A record that changes each time it is made is shown to nobody, and nothing is made that
// nobody will look at.
func TestAPageThatGoesStaleEachTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		c.put(t, "gp", "AllergyIntolerance", "1", allergy("1", "First", "active"), "", false)
		c.drawing = func() { c.touch(t) }
		_, err := c.records.Open(context.Background(), c.doctor, c.person, record.Request{Route: "/r", Shape: "page"})
		if !errors.Is(err, fault.Unavailable) || c.renders.Load() != 2 {
			t.Errorf("%v after %d", err, c.renders.Load())
		}
		if n := c.count(t, "SELECT (SELECT count(*) FROM renderings) + (SELECT count(*) FROM audit_sets)"); n != 0 {
			t.Errorf("%d rows of what was not shown", n)
		}
	})
}

// A rendering that cannot be written is not shown: the entry, its set and the page are one.
func TestAPageThatCannotBeStoredIsNotShown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		c.put(t, "gp", "AllergyIntolerance", "1", allergy("1", "First", "active"), "", false)
		if d.Dialect == db.SQLite {
			c.exec(t, "CREATE TRIGGER no BEFORE INSERT ON renderings BEGIN SELECT RAISE(ABORT, 'no'); END")
		} else {
			c.exec(t, "ALTER TABLE renderings ADD CONSTRAINT no CHECK (items < 0)")
		}
		d1, err := c.records.Open(context.Background(), c.doctor, c.person, record.Request{Route: "/r", Shape: "page"})
		if !errors.Is(err, fault.Unavailable) || d1.Ready() != nil || d1.Sheet() != nil {
			t.Error("shown", err)
		}
		if n := c.count(t, "SELECT (SELECT count(*) FROM audit_entries WHERE kind = 'record') + (SELECT count(*) FROM audit_sets) + (SELECT count(*) FROM renderings)"); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}

// Whoever waits for the head of the log holds no rendering: another server that holds the
// head may need it. First in a group that rests on a guess, then in one that does not.
func TestRenderingsAreLockedAfterTheLog(t *testing.T) {
	c := newClinic(t, dbtest.Postgres(t))
	ctx := context.Background()
	for _, turn := range []string{"1", "2"} {
		if turn == "2" { // another has appended, the guess is wrong, and the next groups rest on none
			_, err := c.second(t).Open(ctx, c.doctor, c.person, record.Request{Route: "/r", Shape: "page"})
			must(t, err)
			c.open(t, "page", record.Filter{})
		}
		c.put(t, "gp", "AllergyIntolerance", turn, allergy(turn, "First", "active"), "", false)
		head, err := c.d.Writer().BeginTx(ctx, nil)
		must(t, err)
		var seq int64
		must(t, head.QueryRowContext(ctx, "SELECT seq FROM audit_head WHERE id = 1 FOR UPDATE").Scan(&seq))
		done := make(chan error, 1)
		go func() {
			_, err := c.records.Open(ctx, c.doctor, c.person, record.Request{Route: "/r", Shape: "page"})
			done <- err
		}()
		c.waits(t, "%audit_head%")
		_, err = head.ExecContext(ctx, "SET LOCAL lock_timeout = '400ms'") // before PostgreSQL looks for a deadlock
		must(t, err)
		_, err = head.ExecContext(ctx, `INSERT INTO renderings (person_id, class, lang, key, set_id, items, crc, length, body, sheet, made_at)
VALUES ($1, 'clinician', 'en', 'other', '', 0, 0, 0, '', '', 0) ON CONFLICT (person_id, class, lang) DO UPDATE SET key = excluded.key`, string(c.person))
		if err != nil {
			t.Errorf("turn %s: %v", turn, err)
		}
		_ = head.Rollback()
		must(t, <-done)
	}
}

// waits returns when a statement like this waits for a lock.
func (c *clinic) waits(t *testing.T, like string) {
	t.Helper()
	for range 10000 {
		if c.count(t, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '"+like+"'") > 0 {
			return
		}
	}
	t.Fatal("nobody waits")
}
