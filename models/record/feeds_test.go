package record_test

import (
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/record"
)

// Whatever changes about a source gives another imprint, and none comes back.
func TestImprintTellsEveryChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seen := map[string]string{}
		for _, change := range []string{
			"",
			"INSERT INTO sources (id, organisation_id, system_kind, state, categories, fresh_hours, last_received_at, last_failed_at, last_error, shared_version) VALUES ('a', 'o', 'x', 'connected', '', 24, 0, 0, '', 1)",
			"INSERT INTO sources (id, organisation_id, system_kind, state, categories, fresh_hours, last_received_at, last_failed_at, last_error, shared_version) VALUES ('b', 'o', 'x', 'planned', '', 24, 0, 0, '', 1)",
			"UPDATE sources SET state = CASE state WHEN 'planned' THEN 'connected' ELSE 'planned' END", // they change places
			"UPDATE sources SET shared_version = shared_version + 1 WHERE id = 'a'",
			"UPDATE sources SET last_received_at = 100 WHERE id = 'a'",
			"UPDATE sources SET last_failed_at = 50 WHERE id = 'a'",
			"UPDATE sources SET last_failed_at = 100 WHERE id = 'b'",
			"UPDATE sources SET shared_version = shared_version + 1",
			"DELETE FROM sources WHERE id = 'b'",
		} {
			if change != "" {
				if _, err := d.Writer().Exec(change); err != nil {
					t.Fatal(change, err)
				}
			}
			imprint, err := record.Imprint(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			if before, twice := seen[imprint]; twice {
				t.Errorf("%q gives the imprint that was there after %q", change, before)
			}
			seen[imprint] = change
		}
	})
}
