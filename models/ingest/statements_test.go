package ingest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
)

// A delivery of many people asks what one of few asks, not a question for each.
func TestStatementsDoNotGrowWithPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		asked := map[int]int64{}
		next := 0
		h := newHouse(t, d)
		for _, people := range []int{group, 2 * group} {
			var b strings.Builder
			for range people {
				next++
				who := fmt.Sprintf("p%d", next)
				b.WriteString(aPatient(who, nhs(next), "1950-03-01", "Family") + "\n" + anObservation("o"+who, who, "27113001", "70") + "\n")
			}
			ctx, n := db.Counted(context.Background())
			r, err := h.Take(ctx, "gp", strings.NewReader(b.String()), "people.ndjson", Options{})
			if got := r.Total().Stored; err != nil || got != 2*people {
				t.Fatal(err, got)
			}
			asked[people] = n.Load()
		}
		const tables = 4 // written to: one statement more for each on SQLite
		if asked[2*group] > asked[group]+tables {
			t.Errorf("%d statements for %d people, %d for twice as many", asked[group], group, asked[2*group])
		}
	})
}
