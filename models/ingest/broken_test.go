package ingest

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"candour/models/db/dbtest"
)

// A file that fails after others were taken in leaves them in, and a receipt that
// says so; with --complete nothing is removed by what was not read.
func TestAFileThatFailsLeavesTheReceiptOfTheOthers(t *testing.T) {
	lost := errors.New("the disk is gone")
	fails := func(body string) func() (io.ReadCloser, error) {
		return func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader(body), brokenReader{lost})), nil
		}
	}
	good := asInput("good.json", aBundle("transaction", "2024-01-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), anObservation("a", "1", "27113001", "70")))
	ctx := context.Background()
	for name, second := range map[string]Input{
		"unopened": {"two.json", func() (io.ReadCloser, error) { return nil, lost }},
		"cut off":  {"two.json", fails(`{"resourceType":"Bundle","type":"tran`)},
		"lines":    {"two.ndjson", fails(anObservation("b", "1", "27113001", "71") + "\n")},
	} {
		h := newHouse(t, dbtest.SQLite(t))
		h.take("gp", aBundle("transaction", "2023-01-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), anObservation("old", "1", "27113001", "60", at("2023-01-01T00:00:00Z"))))
		r, err := h.TakeAll(ctx, "gp", []Input{good, second}, Options{Complete: true})
		if err != nil || r.Refused != "" || r.RefusedInputs != 1 || r.Verdict() != Part {
			t.Errorf("%s: %v %+v", name, err, r)
		}
		var places []string
		for _, p := range r.Problems {
			if p.Reason == Unreadable {
				places = append(places, p.Place)
			}
		}
		if len(places) != 1 || places[0] != second.Name {
			t.Errorf("%s: not named: %+v", name, r.Problems)
		}
		if n := h.count("SELECT count(*) FROM items WHERE local_id IN ('a', 'old')"); n != 2 {
			t.Errorf("%s: %d items", name, n)
		}
		if _, err := h.TakeAll(ctx, "gp", []Input{second}, Options{}); !errors.Is(err, lost) {
			t.Errorf("%s alone: %v", name, err)
		}
	}
	h := newHouse(t, dbtest.SQLite(t))
	var many strings.Builder
	for range batchLines + 10 {
		many.WriteString(aPatient("1", nhs(1), "1970-01-01", "Smith") + "\n")
	}
	r, err := h.TakeAll(ctx, "gp", []Input{{"one.ndjson", fails(many.String())}}, Options{})
	if err != nil || r.Refused != "" || r.RefusedInputs != 1 || h.count("SELECT count(*) FROM persons") != 1 {
		t.Errorf("a stream that breaks off after a batch was taken in: %v %+v", err, r)
	}
	if h.count("SELECT count(*) FROM sources WHERE id = 'gp' AND last_failed_at > 0 AND last_received_at = 0") != 1 {
		t.Error("the source counts as received")
	}
}

type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) { return 0, b.err }
