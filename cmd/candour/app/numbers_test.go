package app

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/models/opaque"
)

// The public figures go by the probe: their clock runs from the confirmation until it
// was proven, and small numbers are nowhere in them.
func TestNumbersForEverybody(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	c.confirmed("many-sources")
	c.work()
	b := c.browser(t)
	if a := b.get("/numbers"); a.Status != 200 || !strings.Contains(a.Body, "too few objections yet") {
		t.Fatalf("with one objection: %d %s", a.Status, text(a.Body))
	}
	if a := b.get("/numbers.json"); strings.Contains(a.Body, `"count":1`) || !strings.Contains(a.Body, `"median_seconds":null`) {
		t.Errorf("with one objection: %s", a.Body)
	}
	now := c.now.Load()
	for i := range 9 { // proven after 10, 20, ... 90 minutes
		id, confirmed := string(opaque.Of("numbers", fmt.Sprint(i))), now-int64(200*time.Minute/time.Millisecond)
		c.set(`INSERT INTO objections (case_id, token, subject, given, family, birth_date, level, relation, ground, answers, proposed_by, confirmed_at, confirmed_name, coded_at, effective_at, reversal_at, reversed_at, review_on, warned_on, asked_on)
 VALUES (?, ?, 'self', '', '', '', '', '', '', '{}', '', ?, '', 0, ?, 0, 0, '', '', '')`, id, id, confirmed, confirmed+int64(i+1)*600_000)
		c.set("INSERT INTO objection_probes (case_id, organisation_id, at, route, denied, status, entry) VALUES (?, 'riverside', ?, '/r', 1, 403, 1)", id, confirmed+3000)
	}
	c.later(2 * time.Minute)
	var n struct {
		Effective struct {
			Count  int   `json:"count"`
			Median int64 `json:"median_seconds"`
		} `json:"confirmed_to_effective"`
		Refused struct {
			Median int64 `json:"median_seconds"`
		} `json:"confirmed_to_refused"`
		Requests *int `json:"requests"`
	}
	if err := json.Unmarshal([]byte(b.get("/numbers.json").Body), &n); err != nil {
		t.Fatal(err)
	}
	all := c.one("SELECT count(*) FROM cases WHERE kind = 'objection'")
	if n.Effective.Count != 10 || n.Effective.Median != 2400 || n.Refused.Median != 3 || n.Requests == nil != (all < 5) || n.Requests != nil && int64(*n.Requests) != all {
		t.Errorf("%+v", n)
	}
	if a := b.get("/numbers"); !strings.Contains(a.Body, "40 minutes") {
		t.Errorf("%s", text(a.Body))
	}
	csv := b.get("/numbers.csv")
	if !strings.Contains(csv.Body, "confirmed_to_effective,2025-11-23/2026-11-23,10,2400,") || !strings.Contains(csv.Body, "requests_refused,2025-11-23/2026-11-23,,,,,") ||
		!strings.Contains(csv.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%s", csv.Body)
	}
}
