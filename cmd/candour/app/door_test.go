package app

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// Patients who may see nothing are told why, in words for them, at each of their
// addresses; and the contrast toggle works on the demo's own sign-in page for
// somebody who is signed in already.
func TestPatientsAtTheDoor(t *testing.T) {
	p := start(t, filepath.Join(t.TempDir(), "candour.db"))
	for _, c := range []struct {
		persona, words string
		status         int
	}{
		{"not-held", "Your GP surgery is outside this area", http.StatusNotFound},
		{"partly-proven", "one more check", http.StatusForbidden},
		{"unproven", "one more check", http.StatusForbidden},
	} {
		b := p.signIn(t, c.persona)
		for _, path := range []string{"/my", "/my/inclusion", "/my/access-history", "/my/access-history/print", "/my/access-history/csv", "/my/access-history/1"} {
			a := b.get(path)
			if a.Status != c.status || !strings.Contains(a.Body, c.words) || !strings.Contains(a.Body, `action="/sign-out"`) || strings.Contains(a.Body, "Page not found") {
				t.Errorf("%s at %s: %d %s", c.persona, path, a.Status, text(a.Body))
			}
		}
	}
	b := p.signIn(t, "many-sources")
	door := b.get("/sign-in/nhs-login")
	if !strings.HasPrefix(door.URL.Path, "/demo-idp/") || field(t, door.Body, "csrf") != "" {
		t.Fatalf("not the demo's page without a token: %s", door.URL.Path)
	}
	after := b.send(door, "/preferences/contrast", url.Values{"contrast": {"on"}, "return": {door.URL.RequestURI()}})
	if after.Status != http.StatusOK || after.URL.Path != door.URL.Path || !strings.Contains(after.Body, `aria-pressed="true"`) {
		t.Errorf("contrast on the demo's page: %d %s %s", after.Status, after.URL.Path, text(after.Body))
	}
}

// NHS login forbids showing the NHS number that it traced (its scopes, note 2): no
// page of a patient has it, in any spelling, and no log in either.
func TestPatientsAreNotShownTheirTracedNumber(t *testing.T) {
	p := start(t, filepath.Join(t.TempDir(), "candour.db"))
	persona, _ := p.Demo.World.Persona("many-sources")
	spaced := persona.NHSNumber[:3] + " " + persona.NHSNumber[3:6] + " " + persona.NHSNumber[6:]
	b := p.signIn(t, persona.Key)
	seen, own := 0, 0
	for _, r := range p.Server.App().GetRoutes(true) {
		if r.Method != http.MethodGet || !strings.HasPrefix(r.Path, "/my") || strings.Contains(r.Path, ":") {
			continue
		}
		a := b.get(r.Path)
		seen++
		for _, number := range []string{persona.NHSNumber, spaced, strings.ReplaceAll(spaced, " ", "&nbsp;"), strings.ReplaceAll(spaced, " ", "\u00a0"), strings.ReplaceAll(spaced, " ", "-")} {
			if strings.Contains(a.Body, number) {
				t.Errorf("%s shows %s", r.Path, number)
			}
		}
		if strings.Contains(a.Body, persona.Family) || strings.Contains(a.Body, persona.Given) {
			own++
		}
	}
	if seen < 5 || own == 0 {
		t.Errorf("%d pages, %d with the person's name: the test looks in the wrong place", seen, own)
	}
}
