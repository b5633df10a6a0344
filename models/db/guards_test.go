package db_test

import (
	"context"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
)

func TestGuardsRefuse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		guards, err := d.Guards(context.Background())
		if err != nil || len(guards) != 8 {
			t.Fatalf("%v %v", guards, err)
		}
		for _, g := range guards {
			if !g.OK {
				t.Errorf("%s was %s", g.Name, g.Got)
			}
		}
	})
}

// The check must notice a guard that is gone.
func TestGuardsNoticeAMissingTrigger(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		drop := "DROP TRIGGER audit_entries_no_update"
		if d.Dialect == db.Postgres {
			drop = "DROP TRIGGER audit_entries_append_only ON audit_entries"
		}
		if _, err := d.Writer().Exec(drop); err != nil {
			t.Fatal(err)
		}
		guards, err := d.Guards(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if guards[0].OK {
			t.Fatal("a log entry could be changed and the check did not notice")
		}
	})
}

func TestGuardsWatchTheOutbox(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		drop := "DROP TRIGGER notices_no_update"
		if d.Dialect == db.Postgres {
			drop = "DROP TRIGGER notices_append_only ON notices"
		}
		if _, err := d.Writer().Exec(drop); err != nil {
			t.Fatal(err)
		}
		guards, err := d.Guards(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range guards {
			if g.OK == (g.Name == "notice changed") {
				t.Errorf("%s was %s", g.Name, g.Got)
			}
		}
	})
}

func TestRolesTellWhatIsTooMuch(t *testing.T) {
	d := dbtest.Postgres(t)
	roles, err := d.Roles(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	bad := 0
	for _, r := range roles {
		if !r.OK {
			bad++
		}
	}
	if bad < 2 { // the tests connect as the owner and superuser
		t.Fatalf("%v", roles)
	}
}
