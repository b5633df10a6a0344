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
