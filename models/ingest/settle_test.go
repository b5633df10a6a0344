package ingest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"candour/models/db"
	"candour/models/db/dbtest"
)

// A reversal dated in the future counts when its day comes, though nothing of the
// person is ever sent again.
func TestAReversalCountsWhenItsDayComes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		now := noon
		h.Intake = New(Deps{DB: d, Clock: func() time.Time { return now }})
		code := func(id, person, code, when string) string {
			return fmt.Sprintf(`{"resourceType":"Observation","id":%q,"status":"final","code":{"coding":[{"system":"http://snomed.info/sct","code":%q}]},"subject":{"reference":"Patient/%s"},"effectiveDateTime":%q}`, id, code, person, when)
		}
		h.take("gp", aBundle("transaction", "2026-11-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), aPatient("2", nhs(2), "1970-01-01", "Jones"),
			code("a", "1", "416409005", "2020-01-01"), code("b", "1", "417528008", "2026-12-01"), // takes it back in a while
			code("c", "2", "416409005", "2020-01-01")))
		objected := func(number string) int {
			return h.count("SELECT count(*) FROM persons WHERE objected AND nhs_number = ?", number)
		}
		settle := func() {
			t.Helper()
			if _, err := h.Settle(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		settle()
		if objected(nhs(1)) != 1 || objected(nhs(2)) != 1 {
			t.Fatal("a reversal of the future counts already")
		}
		version := h.count("SELECT record_version FROM persons WHERE nhs_number = ?", nhs(1))
		now = noon.AddDate(0, 0, 20)
		settle()
		if objected(nhs(1)) != 0 || objected(nhs(2)) != 1 {
			t.Fatal("its day came and it does not count, or it counts for another")
		}
		if h.count("SELECT record_version FROM persons WHERE nhs_number = ?", nhs(1)) != version+1 {
			t.Error("the person's pages are not stale")
		}
		if n, err := h.Settle(context.Background()); n != 0 || err != nil {
			t.Errorf("%d looked at again: %v", n, err)
		}
		h.take("gp", aBundle("transaction", "2026-12-10T00:00:00Z", code("d", "2", "417528008", "2026-12-20")))
		now = noon.AddDate(0, 2, 0)
		h.take("acute", aBundle("transaction", "2027-01-20T00:00:00Z", aPatient("9", nhs(3), "1970-01-01", "Brown"))) // of somebody else, by somebody else
		if objected(nhs(2)) != 0 {
			t.Error("a delivery does not begin with what is due")
		}
	})
}
