package audit_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fill appends n entries of ten people, half of them with a set of items.
func fill(t testing.TB, d *db.DB, l *audit.Log, n int) {
	t.Helper()
	for from := 0; from < n; from += 500 {
		must(t, d.Do(context.Background(), func(ctx context.Context) error {
			for i := from; i < min(from+500, n); i++ {
				l.Append(ctx, entry(i))
			}
			return nil
		}))
	}
}

func entry(i int) audit.Entry {
	e := audit.Entry{At: noon.Add(time.Duration(i) * time.Minute), Kind: audit.KindRecord, Outcome: audit.Shown, Reason: "involved",
		Person:  opaque.Of("person", fmt.Sprint(i%10)),
		Viewer:  audit.Viewer{ID: fmt.Sprint("staff", i%3), Kind: []string{"staff", "patient", "system"}[i%3], Name: "Dr \"Set\" O'Neill\n", Role: "R8000", Organisation: fmt.Sprint("org", i%4), OrganisationName: "The Hospital"},
		Purpose: "TREAT", Relation: audit.Relation{Kind: "appointment", Basis: "evidence", Evidence: opaque.Of("a"), Note: `","set":"00","as":{"kind":"patient"`},
		Route: "/patients/:ref/record", Shape: "page", RequestID: fmt.Sprint("req", i), Policy: "test-1", Sections: []string{"allergies", "medicines"}}
	if i%2 == 0 {
		for v := range 1 + i%5 {
			e.Items = append(e.Items, audit.ItemRef{ID: opaque.Of("item", fmt.Sprint(v)), Version: 1 + i%7})
		}
	}
	return e
}

// disarm takes the guards away, as somebody with the owner's rights could.
func disarm(t testing.TB, d *db.DB) {
	t.Helper()
	statements := []string{
		"ALTER TABLE audit_entries DISABLE TRIGGER ALL", "ALTER TABLE audit_sets DISABLE TRIGGER ALL", "ALTER TABLE audit_head DISABLE TRIGGER ALL", "ALTER TABLE audit_days DISABLE TRIGGER ALL"}
	if d.Dialect == db.SQLite {
		statements = nil
		rows, err := d.Writer().Query("SELECT name FROM sqlite_master WHERE type = 'trigger'")
		must(t, err)
		for rows.Next() {
			var name string
			must(t, rows.Scan(&name))
			statements = append(statements, "DROP TRIGGER "+name)
		}
		must(t, rows.Err())
	}
	for _, s := range statements {
		_, err := d.Writer().Exec(s)
		must(t, err)
	}
}

func TestVerifyFindsEachTampering(t *testing.T) {
	const n = 9000 // over two chunks
	tests := map[string]struct {
		row  int64
		what string
		do   []string
	}{
		"nothing":        {0, "", nil},
		"changed body":   {5000, audit.BodyChanged, []string{"UPDATE audit_entries SET body = (SELECT body FROM audit_entries WHERE seq = 1) WHERE seq = 5000"}},
		"changed salt":   {1, audit.BodyChanged, []string{"UPDATE audit_entries SET salt = (SELECT salt FROM audit_entries WHERE seq = 2) WHERE seq = 1"}},
		"changed person": {77, audit.ColumnChanged, []string{"UPDATE audit_entries SET person_id = 'somebodyelse' WHERE seq = 77"}},
		"changed viewer": {4097, audit.ColumnChanged, []string{"UPDATE audit_entries SET viewer_id = 'x' WHERE seq = 4097"}},
		"changed time":   {4096, audit.ColumnChanged, []string{"UPDATE audit_entries SET at = at + 1 WHERE seq = 4096"}},
		"changed chain":  {8999, audit.LinkBroken, []string{"UPDATE audit_entries SET chain = leaf WHERE seq = 8999"}},
		"removed row":    {4096, audit.RowMissing, []string{"DELETE FROM audit_entries WHERE seq = 4096"}},
		"removed first":  {1, audit.RowMissing, []string{"DELETE FROM audit_entries WHERE seq = 1"}},
		"removed, renumbered": {300, audit.LinkBroken, []string{"DELETE FROM audit_entries WHERE seq = 300",
			"UPDATE audit_entries SET seq = -seq WHERE seq > 300", "UPDATE audit_entries SET seq = -seq - 1 WHERE seq < 0", "UPDATE audit_head SET seq = seq - 1"}},
		"added at the end": {n + 1, audit.RowAdded, []string{"INSERT INTO audit_entries SELECT seq + 1, at, person_id, viewer_id, organisation_id, kind, outcome, body, salt, leaf, chain FROM audit_entries WHERE seq = 9000"}},
		"added with head": {n + 1, audit.LinkBroken, []string{"INSERT INTO audit_entries SELECT seq + 1, at, person_id, viewer_id, organisation_id, kind, outcome, body, salt, leaf, chain FROM audit_entries WHERE seq = 9000",
			"UPDATE audit_head SET seq = seq + 1"}},
		"added before": {0, audit.RowAdded, []string{"INSERT INTO audit_entries SELECT 0, at, person_id, viewer_id, organisation_id, kind, outcome, body, salt, leaf, chain FROM audit_entries WHERE seq = 9000"}},
		"swapped": {10, audit.LinkBroken, []string{"UPDATE audit_entries SET seq = -1 WHERE seq = 10", "UPDATE audit_entries SET seq = 10 WHERE seq = 11",
			"UPDATE audit_entries SET seq = 11 WHERE seq = -1"}},
		"tail cut":            {8991, audit.RowMissing, []string{"DELETE FROM audit_entries WHERE seq > 8990"}},
		"tail cut, head back": {8990, audit.HeadDiffers, []string{"DELETE FROM audit_entries WHERE seq > 8990", "UPDATE audit_head SET seq = 8990"}},
		"all gone":            {1, audit.RowMissing, []string{"DELETE FROM audit_entries"}},
		"head gone":           {0, audit.HeadDiffers, []string{"DELETE FROM audit_head"}},
		"set changed":         {-1, audit.SetChanged, []string{"UPDATE audit_sets SET items = (SELECT items FROM audit_sets ORDER BY id LIMIT 1) WHERE id = (SELECT max(id) FROM audit_sets)"}},
		"set removed":         {-1, audit.SetMissing, []string{"DELETE FROM audit_sets WHERE id = (SELECT min(id) FROM audit_sets)"}},
		"count changed":       {0, audit.CountsDiffer, []string{"UPDATE audit_days SET entries = entries - 1 WHERE day = '2026-11-25' AND fold = 'staff'"}},
		"month changed":       {0, audit.MonthsDiffer, []string{"UPDATE audit_months SET entries = entries + 1 WHERE month = '2026-11' AND fold = 'own'"}},
		"month added":         {0, audit.MonthsDiffer, []string{"INSERT INTO audit_months (person_id, month, organisation_id, fold, entries, days) VALUES ('x', '2026-11', 'o', 'own', 1, 1)"}},
		"month removed":       {0, audit.MonthsDiffer, []string{"DELETE FROM audit_months WHERE month = '2026-11' AND fold = 'own'"}},
		"count moved":         {0, audit.CountsDiffer, []string{"UPDATE audit_days SET fold = 'staff', organisation_id = organisation_id || 'x' WHERE day = '2026-11-25' AND fold = 'own'"}},
	}
	if testing.Short() {
		t.Skip("SKIPPED: short")
	}
	max := map[db.Dialect]string{db.Postgres: "(SELECT id FROM audit_sets ORDER BY id DESC LIMIT 1)"}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := audit.New(d, clock.Fixed(noon))
		fill(t, d, l, n)
		disarm(t, d)
		for name, c := range tests {
			t.Run(name, func(t *testing.T) {
				defer keep(t, d)()
				for _, s := range c.do {
					if q := max[d.Dialect]; q != "" { // PostgreSQL 15 has no max(bytea)
						s = strings.ReplaceAll(s, "(SELECT max(id) FROM audit_sets)", q)
						s = strings.ReplaceAll(s, "(SELECT min(id) FROM audit_sets)", strings.Replace(q, " DESC", "", 1))
					}
					_, err := d.Writer().Exec(s)
					must(t, err)
				}
				got, err := l.Verify(context.Background(), nil)
				must(t, err)
				switch {
				case c.what == "":
					if got.Wrong != nil || got.Entries != n {
						t.Fatalf("an untouched log: %+v %+v", got, got.Wrong)
					}
				case got.Wrong == nil:
					t.Fatal("not found")
				case got.Wrong.What != c.what || c.row >= 0 && got.Wrong.Seq != c.row:
					t.Fatalf("%+v", *got.Wrong)
				}
			})
		}
	})
}

// keep copies the log so that each tampering begins with a whole one.
func keep(t *testing.T, d *db.DB) (restore func()) {
	t.Helper()
	tables := []string{"audit_entries", "audit_sets", "audit_head", "audit_days", "audit_months"}
	for _, table := range tables {
		_, err := d.Writer().Exec("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table)
		must(t, err)
	}
	return func() {
		for _, table := range tables {
			for _, s := range []string{"DELETE FROM " + table, "INSERT INTO " + table + " SELECT * FROM kept_" + table, "DROP TABLE kept_" + table} {
				_, err := d.Writer().Exec(s)
				must(t, err)
			}
		}
	}
}

// A set is found whatever a viewer writes into a note, and a fresh log is whole.
func TestVerifyEmptyLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		got, err := audit.New(d, clock.Fixed(noon)).Verify(context.Background(), nil)
		if err != nil || got.Wrong != nil || got.Entries != 0 || got.Head != strings.Repeat("00", sha256.Size) {
			t.Fatalf("%+v %v", got, err)
		}
	})
}

func TestGuards(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := audit.New(d, clock.Fixed(noon))
		fill(t, d, l, 20)
		row := "seq, at, person_id, viewer_id, organisation_id, kind, outcome, body, salt, leaf, chain"
		attempts := []string{
			"UPDATE audit_entries SET viewer_id = 'nobody' WHERE seq = 3",
			"DELETE FROM audit_entries WHERE seq = 20",
			"DELETE FROM audit_entries",
			"INSERT INTO audit_entries SELECT " + row + " FROM audit_entries WHERE seq = 3",
			"UPDATE audit_sets SET items = items",
			"DELETE FROM audit_sets",
			"UPDATE audit_head SET seq = 1",
			"DELETE FROM audit_head",
		}
		if d.Dialect == db.SQLite {
			attempts = append(attempts,
				"INSERT OR REPLACE INTO audit_entries SELECT "+strings.Replace(row, "viewer_id", "'nobody'", 1)+" FROM audit_entries WHERE seq = 3",
				"REPLACE INTO audit_sets SELECT id, x'00' FROM audit_sets",
				"REPLACE INTO audit_head VALUES (1, 0, zeroblob(32))",
				"UPDATE OR REPLACE audit_entries SET seq = 4 WHERE seq = 3")
		} else {
			attempts = append(attempts, "TRUNCATE audit_entries", "TRUNCATE audit_sets", "TRUNCATE audit_head", "TRUNCATE audit_entries, audit_sets, audit_head CASCADE",
				"INSERT INTO audit_head (id, seq, chain) VALUES (1, 0, '') ON CONFLICT (id) DO UPDATE SET seq = 0")
		}
		for _, pragma := range []string{"ON", "OFF"} { // the guards must hold for any client
			if d.Dialect == db.SQLite {
				_, err := d.Writer().Exec("PRAGMA recursive_triggers=" + pragma)
				must(t, err)
			}
			for _, s := range attempts {
				if _, err := d.Writer().Exec(s); err == nil {
					t.Errorf("recursive_triggers %s: not refused: %s", pragma, s)
				}
			}
		}
		got, err := l.Verify(context.Background(), nil)
		if err != nil || got.Wrong != nil {
			t.Fatalf("%v %+v", err, got.Wrong)
		}
	})
}
