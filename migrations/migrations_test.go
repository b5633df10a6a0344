package migrations_test

import (
	"context"
	"io/fs"
	"slices"
	"testing"

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
