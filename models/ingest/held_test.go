package ingest

import (
	"fmt"
	"testing"
	"time"

	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fhir"
)

// A patient held under somebody's number is told of on that person's ready pages:
// whatever such a patient says anew makes them stale.
func TestAHeldPatientMakesThePersonsPagesStale(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		version := func() int {
			return h.count("SELECT record_version FROM persons WHERE nhs_number = ?", nhs(1))
		}
		h.take("gp", aBundle("transaction", "2024-01-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith")))
		for n, step := range []struct {
			what, body string
			stale      bool
		}{
			{"another birth date arrives", aPatient("9", nhs(1), "1971-01-01", "Smith", at("2024-02-01T00:00:00Z")), true},
			{"the same again", aPatient("9", nhs(1), "1971-01-01", "Smith", at("2024-02-01T00:00:00Z")), false},
			{"the same, said later", aPatient("9", nhs(1), "1971-01-01", "Smith", at("2024-02-02T00:00:00Z")), false},
			{"another name", aPatient("9", nhs(1), "1971-01-01", "Jones", at("2024-02-03T00:00:00Z")), true},
			{"the number was wrong", aPatient("9", nhs(2), "1971-01-01", "Jones", at("2024-02-04T00:00:00Z")), true},
			{"nothing of this person", aPatient("9", nhs(2), "1971-01-01", "Brown", at("2024-02-05T00:00:00Z")), false},
		} {
			before := version()
			h.take("acute", step.body)
			if stale := version() > before; stale != step.stale {
				t.Errorf("%d, %s: stale is %t", n, step.what, stale)
			}
		}
	})
}

// Since when a choice stands is the clinical date of the code that decides.
func TestSinceWhenAChoiceStands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		code := func(id, code, when, status string) string {
			return fmt.Sprintf(`{"resourceType":"Observation","id":%q,"status":%q,"code":{"coding":[{"system":"http://snomed.info/sct","code":%q}]},"subject":{"reference":"Patient/1"},"effectiveDateTime":%q}`, id, status, code, when)
		}
		day := func(s string) int { return int(fhir.ParseDate(s).Millis()) }
		for n, step := range []struct {
			body     string
			objected bool
			since    int
		}{
			{aPatient("1", nhs(1), "1970-01-01", "Smith"), false, 0},
			{code("c1", "416409005", "2020-09-07", "final"), true, day("2020-09-07")},
			{code("c0", "417528008", "2019-01-01", "final"), true, day("2020-09-07")}, // older: it decides nothing
			{code("c2", "417528008", "2021-02-03", "final"), false, day("2021-02-03")},
			{code("c3", "416409005", "2022-04-05", "final"), true, day("2022-04-05")},
			{code("c3", "416409005", "2022-04-05", "entered-in-error"), false, day("2021-02-03")},
		} {
			h.take("gp", aBundle("transaction", fmt.Sprintf("2024-01-%02dT00:00:00Z", n+1), step.body))
			objected := h.count("SELECT count(*) FROM persons WHERE objected") == 1
			if since := h.count("SELECT sharing_since FROM persons"); objected != step.objected || since != step.since {
				t.Errorf("step %d: objected %t since %v", n, objected, time.UnixMilli(int64(since)).UTC())
			}
		}
	})
}
