package migrations_test

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pressly/goose/v3"

	"candour/migrations"
	"candour/models/db"
	"candour/models/db/dbtest"
)

func TestBothDialectsHaveTheSameNumbers(t *testing.T) {
	names := map[string][]string{}
	for _, dialect := range []string{"sqlite", "postgres"} {
		files, err := migrations.Files(dialect)
		if err != nil {
			t.Fatal(err)
		}
		if names[dialect], err = fs.Glob(files, "*.sql"); err != nil || len(names[dialect]) == 0 {
			t.Fatalf("%s: %v %v", dialect, names[dialect], err)
		}
	}
	if !slices.Equal(names["sqlite"], names["postgres"]) {
		t.Fatalf("%v\n%v", names["sqlite"], names["postgres"])
	}
}

// The same tables with the same columns of the same kind, whatever each database calls it.
func TestBothSchemasAreOne(t *testing.T) {
	lite := columns(t, dbtest.SQLite(t), `SELECT m.name || '.' || c.name || ' ' ||
		CASE WHEN c.type = 'INTEGER' AND c.name IN ('in_region','restricted','objected','not_for_patient','gone','complete','refused') THEN 'flag' ELSE lower(c.type) END
		FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose_%'`)
	pg := columns(t, dbtest.Postgres(t), `SELECT table_name || '.' || column_name || ' ' ||
		CASE data_type WHEN 'bigint' THEN 'integer' WHEN 'bytea' THEN 'blob' WHEN 'boolean' THEN 'flag' ELSE data_type END
		FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose_%'`)
	if len(lite) < 100 {
		t.Fatalf("only %d columns found", len(lite))
	}
	for _, c := range lite {
		if !slices.Contains(pg, c) {
			t.Errorf("SQLite has %s, PostgreSQL not", c)
		}
	}
	for _, c := range pg {
		if !slices.Contains(lite, c) {
			t.Errorf("PostgreSQL has %s, SQLite not", c)
		}
	}
}

func columns(t *testing.T, d *db.DB, query string) (out []string) {
	t.Helper()
	rows, err := d.Writer().QueryContext(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestListTellsWhatWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		all, err := migrations.List(context.Background(), string(d.Dialect), d.Writer())
		if err != nil || len(all) == 0 {
			t.Fatalf("%v %v", all, err)
		}
		for _, m := range all {
			if !m.Applied {
				t.Errorf("%05d waits", m.Version)
			}
		}
	})
}

// The tables that were written anew hold what they held, and are found by the same indexes.
func TestLongRowsAreKept(t *testing.T) {
	ctx := context.Background()
	d, err := db.Open(ctx, filepath.Join(t.TempDir(), "candour.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	files, err := migrations.Files("sqlite")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, d.Writer(), files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(ctx, 20); err != nil {
		t.Fatal(err)
	}
	for _, insert := range []string{
		"INSERT INTO shared_resources VALUES ('gp', 'Binary', 'b', x'01', 7, 'fertility', zeroblob(100000)), ('gp', 'Location', 'l', x'02', 8, '', x'7b7d')",
		"INSERT INTO item_versions VALUES ('i', 2, 'p', 9, 1, zeroblob(50000)), ('i', 1, 'p', 8, 0, x'7b7d')",
		"INSERT INTO quarantine VALUES ('q', 'gp', 'r', 'line 1', 'Patient', '1', 'why', 'what', 5, 0, x'7b')",
		"INSERT INTO renderings VALUES ('p', 'clinician', 'en', 'k', x'01', 1, 2, 3, x'04', x'05', 6)",
	} {
		if _, err := d.Writer().ExecContext(ctx, insert); err != nil {
			t.Fatal(insert, err)
		}
	}
	const rows = `SELECT source_id || type || local_id || hex(hash) || updated_at || withheld || length(raw) FROM shared_resources
UNION ALL SELECT item_id || version || person_id || superseded_at || gone || length(raw) FROM item_versions
UNION ALL SELECT id || source_id || receipt_id || place || type || local_id || reason || detail || received_at || resolved_at || hex(raw) FROM quarantine ORDER BY 1`
	const indexes = "SELECT tbl_name || '.' || name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
	before, by := columns(t, d, rows), columns(t, d, indexes)
	if len(before) != 5 {
		t.Fatal(before)
	}
	if _, err := p.Up(ctx); err != nil {
		t.Fatal(err)
	}
	if after := columns(t, d, rows); !slices.Equal(after, before) {
		t.Errorf("%v\nbecame %v", before, after)
	}
	for _, name := range by {
		if !slices.Contains(columns(t, d, indexes), name) {
			t.Errorf("%s is gone", name)
		}
	}
	if left := columns(t, d, "SELECT person_id FROM renderings"); len(left) != 0 {
		t.Errorf("%v: to be made anew", left)
	}
}
