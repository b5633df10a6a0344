package status_test

import (
	"testing"
	"time"

	"candour/models/db/dbtest"
	"candour/models/status"
)

// A canary that is seen, or that nobody has asked for in time, is a gap of its own.
func TestCanariesInTheReport(t *testing.T) {
	w := build(t, dbtest.SQLite(t))
	w.exec(t, "UPDATE sources SET last_received_at = ?", noon.UnixMilli())
	report := func() status.Report {
		w.tick = w.tick.Add(status.Kept)
		return w.Report(t.Context())
	}
	if r := report(); r.Verdict() != status.Working || !r.Checked().IsZero() {
		t.Errorf("without any: %s %s", r.Verdict(), r.Checked())
	}
	for id, seen := range map[string]int64{"mill": 0, "lime": 0} {
		w.exec(t, "INSERT INTO canaries (practice_id, person_id, made_at, probed_at, failing_at, status, entry) VALUES (?, ?, 0, ?, ?, 403, 1)", id, id, noon.Add(-time.Minute).UnixMilli(), seen)
	}
	if r := report(); r.Verdict() != status.Working || len(r.Canaries) != 2 || !r.Checked().Equal(noon.Add(-time.Minute)) || len(r.Seen())+len(r.Unchecked()) != 0 {
		t.Errorf("refused: %s %+v", r.Verdict(), r.Canaries)
	}
	w.exec(t, "UPDATE canaries SET failing_at = ? WHERE practice_id = 'lime'", noon.UnixMilli())
	if r := report(); r.Verdict() != status.Partly || len(r.Seen()) != 1 || r.Seen()[0].Practice != "The lime" || len(r.Unwell()) != 0 {
		t.Errorf("seen: %s %+v", r.Verdict(), r.Canaries)
	}
	w.exec(t, "UPDATE canaries SET failing_at = 0, probed_at = CASE WHEN practice_id = 'mill' THEN ? ELSE probed_at END", noon.Add(-5*time.Minute-time.Second).UnixMilli())
	if r := report(); r.Verdict() != status.Partly || len(r.Unchecked()) != 1 || r.Unchecked()[0].Practice != "The mill" || len(r.Seen()) != 0 {
		t.Errorf("nobody asked: %s %+v", r.Verdict(), r.Canaries)
	}
}
