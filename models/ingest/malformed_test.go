package ingest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
)

// word is a receipt in the words of the published expectations.
func word(r Receipt) string {
	switch r.Verdict() {
	case AllIn, Nothing:
		return "accept"
	case Part:
		return "accept-part"
	case OnHold:
		return "hold"
	}
	return "reject"
}

func TestEveryMadeCaseGetsItsVerdict(t *testing.T) {
	folder := data(t, "malformed", "made")
	body, err := os.ReadFile(filepath.Join(folder, "00-expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var expected struct {
		Files []struct{ File, Expect, Why string }
	}
	if err := json.Unmarshal(body, &expected); err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n, right := 0, 0
		for i, f := range expected.Files {
			if strings.HasPrefix(f.File, "hl7-") {
				continue
			}
			n++
			source := "case-" + f.File
			if i == 0 {
				newHouse(t, d)
			}
			h := &house{Intake: New(Deps{DB: d, Clock: clock.Fixed(noon)}), d: d, t: t}
			h.must(`INSERT INTO sources (id, organisation_id, system_kind, categories, state, fresh_hours, last_received_at, last_failed_at, last_error, shared_version)
 VALUES (?, 'org-acute', 'test', '', 'connected', 24, 0, 0, '', 1)`, source)
			before := h.count("SELECT count(*) FROM items") + h.count("SELECT count(*) FROM source_patients") + h.count("SELECT count(*) FROM held_resources")
			r := h.takeFile(source, filepath.Join(folder, f.File))
			stored := h.count("SELECT count(*) FROM items") + h.count("SELECT count(*) FROM source_patients") + h.count("SELECT count(*) FROM held_resources") - before
			if got := word(r); got != f.Expect {
				t.Errorf("%s: %s instead of %s (%s): refused %q %+v", f.File, got, f.Expect, f.Why, r.Refused, r.Problems)
				continue
			}
			if f.Expect == "reject" && stored != 0 {
				t.Errorf("%s: refused, but %d rows are stored", f.File, stored)
				continue
			}
			right++
		}
		t.Logf("made cases: %d of %d verdicts", right, n)
	})
}
