package app

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/cmd/candour/practice"
	"candour/models/access"
	"candour/models/coding"
)

// The daily comparison as staff see it: a count that jumps is an alarm, on its page
// and as a line of the queue; who does not handle requests is told nothing.
func TestAJumpOfTheCodesIsSeenOnTheQueue(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	manager := c.signIn(t, "practice-manager")
	if a := manager.get("/cases"); !strings.Contains(a.Body, `data-feed-alarms="0"`) {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	c.later(24 * time.Hour)
	c.work() // today's count
	for _, p := range c.Demo.World.Practices {
		if p.ID != riversOf {
			continue
		}
		for n, l := range p.People {
			if n < 8 {
				a := c.browser(t).post(c.system+"/practices/riverside/entries", url.Values{"patient": {l.Local}, "code": {"refused"}}, c.system)
				if a.Status != http.StatusOK {
					t.Fatal(a.Status)
				}
			}
		}
	}
	c.later(24 * time.Hour)
	c.work() // and tomorrow's
	manager = c.signIn(t, "practice-manager")
	if a := manager.get("/cases"); !strings.Contains(a.Body, `data-feed-alarms="1"`) {
		t.Errorf("%d: no line on the queue", a.Status)
	}
	page := manager.get("/staff/reconciliation")
	if page.Status != http.StatusOK || !strings.Contains(page.Body, `data-source="gp-riverside" data-alarm="step"`) || strings.Count(page.Body, `data-source="`) != strings.Count(page.Body, `data-source="gp-riverside"`) {
		t.Errorf("%d %s", page.Status, text(page.Body))
	}
	for persona, want := range map[string]int{"hospital-doctor": http.StatusForbidden, "many-sources": http.StatusForbidden} {
		if a := c.signIn(t, persona).get("/staff/reconciliation"); a.Status != want {
			t.Errorf("%s: %d", persona, a.Status)
		}
	}
}

// The task on the page of a case: somebody says that they entered the code, somebody
// has it written again; neither is open to another practice.
func TestTheTaskOnTheCase(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	c.Demo.Practice.Break(practice.Refusing)
	ref := c.confirmed("many-sources")
	c.work()
	manager := c.signIn(t, "practice-manager")
	address := "/cases/" + string(ref)
	page := manager.get(address)
	for _, code := range []string{"416409005", "93C1.", "XaKRw"} {
		if !strings.Contains(page.Body, code) {
			t.Errorf("no %s on the page", code)
		}
	}
	if a := manager.send(page, address+"/coding", url.Values{"code": {"refused"}, "act": {"entered"}}); a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	if k := c.codes(ref)[0]; k.EnteredName != "Devinder Gill" || k.State != coding.Refused {
		t.Errorf("%+v", k)
	}
	c.Demo.Practice.Break(practice.Sound)
	if a := manager.send(manager.get(address), address+"/coding", url.Values{"code": {"refused"}, "act": {"again"}}); a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	c.work()
	if k := c.codes(ref)[0]; k.State != coding.Seen {
		t.Errorf("%+v", k)
	}
	if a := manager.send(manager.get(address), address+"/coding", url.Values{"code": {"refused"}, "act": {"again"}}); a.Status != http.StatusOK || c.codes(ref)[0].State != coding.Seen {
		t.Errorf("again although it was seen: %d %+v", a.Status, c.codes(ref)[0])
	}
	for _, bad := range []url.Values{{"code": {"refused"}, "act": {"burn"}}, {"code": {"given"}, "act": {"entered"}}} {
		if a := manager.send(manager.get(address), address+"/coding", bad); a.Status != http.StatusBadRequest && a.Status != http.StatusNotFound {
			t.Errorf("%v: %d", bad, a.Status)
		}
	}
	other := c.signIn(t, "hospital-doctor")
	if a := other.send(other.get("/patients"), address+"/coding", url.Values{"code": {"refused"}, "act": {"again"}}); a.Status != http.StatusNotFound && a.Status != http.StatusForbidden {
		t.Errorf("another organisation: %d", a.Status)
	}
	o, _, err := c.Objections.Open(bg, c.manager, ref, asked)
	c.must(err)
	stranger := access.Viewer{Kind: access.Staff, ID: c.manager.ID, Name: "X", Organisation: "general", Capabilities: []access.Capability{access.ManageRequests}}
	if err := c.Coding.Again(context.Background(), stranger, o.Case, true, asked); err == nil {
		t.Error("a stranger has it written again")
	}
}
