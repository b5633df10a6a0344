package ingest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
)

// A delivery of many is planned for the tables as they have become; one of few, and
// whatever follows in the same transaction, keeps the plans that there are.
func TestOnlyDeliveriesOfManyArePlannedAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if d.Dialect != db.Postgres {
			return // SQLite keeps a plan for as long as the statement
		}
		h := newHouse(t, d)
		mode := func(ctx context.Context) (mode string) {
			row, err := d.QueryRow(ctx, "SELECT current_setting('plan_cache_mode')")
			if err == nil {
				err = row.Scan(&mode)
			}
			if err != nil {
				t.Fatal(err)
			}
			return mode
		}
		for coming, want := range map[int]string{1: "force_generic_plan", manyAtOnce: "force_custom_plan"} {
			r := &run{Intake: h.Intake}
			err := r.transaction(context.Background(), func(ctx context.Context) error {
				err := r.planned(ctx, coming, func(ctx context.Context) error {
					if got := mode(ctx); got != want {
						t.Errorf("%d resources: %s", coming, got)
					}
					return nil
				})
				if got := mode(ctx); got != "force_generic_plan" {
					t.Errorf("after %d resources: %s", coming, got)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var b strings.Builder
		for n := range manyAtOnce + 1 {
			fmt.Fprintf(&b, `{"resourceType":"Observation","id":"o%d","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p"}}`+"\n", n)
		}
		receipt := h.take("gp", b.String())
		if got := receipt.Total(); got.Read != manyAtOnce+1 || got.Held != got.Read {
			t.Errorf("%+v", got)
		}
	})
}

// A delivery does not begin by reading all that was ever quarantined or shared.
func TestADeliveryBeginsWithIndexesAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		explain := "EXPLAIN QUERY PLAN " + sourceQuery
		if d.Dialect == db.Postgres {
			explain = "EXPLAIN " + sourceQuery
		}
		plan := strings.Join(h.rows(explain, "gp"), "\n")
		for _, index := range []string{"quarantine_open_of", "shared_withheld"} {
			if !strings.Contains(plan, index) {
				t.Errorf("%s is not used:\n%s", index, plan)
			}
		}
	})
}
