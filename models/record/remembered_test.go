package record_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/record"
)

// What was shown lately is not fetched again; whether it may be shown is asked each
// time.
func TestWhatIsRememberedIsShownOnlyWhileItHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		c.put(t, "gp", "AllergyIntolerance", "1", allergy("1", "First", "active"), "", false)
		first := inflate(t, c.open(t, "page", record.Filter{}).Ready())

		c.exec(t, "UPDATE renderings SET body = ? WHERE class = 'clinician'", []byte{0xff})
		if again := inflate(t, c.open(t, "page", record.Filter{}).Ready()); !bytes.Equal(again, first) || c.renders.Load() != 1 {
			t.Errorf("it was fetched again, or made again: %d", c.renders.Load())
		}
		c.put(t, "gp", "AllergyIntolerance", "2", allergy("2", "Second", "active"), "", false)
		if body := inflate(t, c.open(t, "page", record.Filter{}).Ready()); !bytes.Contains(body, []byte("Second")) {
			t.Error("a page that does not hold any more was shown")
		}
		c.exec(t, "UPDATE persons SET objected = ?", true)
		_, err := c.records.Open(context.Background(), c.doctor, c.person, record.Request{Route: "/test", Shape: "page"})
		if !errors.Is(err, fault.Denied) {
			t.Errorf("somebody who objected is shown from memory: %v", err)
		}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	if kept, bytes := record.RememberedSize(100, 1<<20); kept < 20 || bytes > 24<<20 {
		t.Errorf("%d bodies, %d bytes", kept, bytes)
	}
}
