package app

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/opaque"
)

// An open record asks whether it may go on being shown, and is told no on the very next
// asking after an objection was confirmed. Who could not open it is told the same no,
// whatever the reason; the asking leaves no entry and costs one question.
func TestAnOpenRecordIsToldThatItsTimeIsOver(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	person := c.Demo.World.People["many-sources"]
	doctor := c.signIn(t, "hospital-doctor")
	doctor.claim(person)
	page := doctor.get("/patients/" + string(person) + "/record")
	path := "/patients/" + string(person) + "/standing"
	if page.Status != http.StatusOK || !strings.Contains(page.Body, `data-standing="`+path+`"`) {
		t.Fatalf("%d: the page does not ask", page.Status)
	}
	seen := c.one("SELECT max(seen_at) FROM sessions")
	before := c.one("SELECT max(seq) FROM audit_entries")
	c.later(5 * time.Minute)
	if a := doctor.get(path); a.Status != http.StatusNoContent || a.Body != "" {
		t.Fatalf("%d %q", a.Status, a.Body)
	}
	for name, one := range map[string]struct {
		who  *browser
		path string
	}{
		"nobody of that id":   {doctor, "/patients/" + string(opaque.Of("nobody")) + "/standing"},
		"no id at all":        {doctor, "/patients/xyz/standing"},
		"never opened":        {doctor, "/patients/" + string(c.Demo.World.People["conflicting-doses"]) + "/standing"},
		"somebody objected":   {doctor, "/patients/" + string(c.Demo.World.People["objected"]) + "/standing"},
		"under age":           {doctor, "/patients/" + string(c.Demo.World.People["turning-18"]) + "/standing"},
		"may open no records": {c.signIn(t, "receptionist"), path},
	} {
		if a := one.who.get(one.path); a.Status != http.StatusGone || a.Body != "Gone" {
			t.Errorf("%s: %d %q", name, a.Status, a.Body)
		}
	}
	if n := c.one("SELECT count(*) FROM audit_entries WHERE kind <> 'signin' AND seq > ?", before); n != 0 {
		t.Errorf("asking left %d entries", n)
	}
	if now := c.one("SELECT max(seen_at) FROM sessions WHERE created_at < ?", c.now.Load()-60_000); now != seen {
		t.Error("asking made the session last")
	}
	if a := c.signIn(t, "many-sources").get(path); a.Status == http.StatusNoContent {
		t.Error("a patient asks")
	}
	c.confirmed("many-sources")
	if a := doctor.get(path); a.Status != http.StatusGone {
		t.Errorf("after the confirmation: %d", a.Status)
	}
}

// What an asking costs beside a page of the record.
func TestWhatAskingCosts(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	person := c.Demo.World.People["many-sources"]
	doctor := c.signIn(t, "hospital-doctor")
	doctor.claim(person)
	const n = 200
	took := func(path string) time.Duration {
		started := time.Now()
		for range n {
			doctor.get(path)
		}
		return time.Since(started) / n
	}
	record := "/patients/" + string(person) + "/record"
	doctor.get(record)
	page, asking := took(record), took("/patients/"+string(person)+"/standing")
	var by access.Viewer
	started := time.Now()
	for range n {
		if _, err := c.Gate.Stands(context.Background(), by, person); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("a page %v, an asking %v, of which the question %v", page, asking, time.Since(started)/n)
	if asking*2 > page {
		t.Errorf("an asking costs %v, a page %v", asking, page)
	}
}
