package app

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// What somebody has set about this record is told to them, and to nobody else; of the
// other choices it is said that they are not known here (P-02).
func TestOnesOwnChoices(t *testing.T) {
	p := start(t, filepath.Join(t.TempDir(), "candour.db"))
	for persona, want := range map[string]string{
		"objected": "You have objected, as recorded on", "reversed": "You have not objected: on", "many-sources": "You have not objected. Staff who are caring",
		"moved-away": "because you are not included",
	} {
		if _, ok := p.Demo.World.Persona(persona); !ok {
			continue
		}
		a := p.signIn(t, persona).get("/choices")
		if a.Status != http.StatusOK || a.URL.Path != "/my/choices" || !strings.Contains(a.Body, want) || strings.Count(a.Body, "Not known here") != 3 {
			t.Errorf("%s: %d at %s", persona, a.Status, a.URL.Path)
		}
	}
	if a := p.signIn(t, "hospital-doctor").get("/choices"); a.Status != http.StatusOK || a.URL.Path != "/choices" {
		t.Errorf("staff: %d at %s", a.Status, a.URL.Path)
	}
	if a := p.signIn(t, "hospital-doctor").get("/my/choices"); a.Status != http.StatusForbidden || strings.Contains(a.Body, "objected") {
		t.Errorf("staff at a patient's page: %d", a.Status)
	}
	if a := p.signIn(t, "unproven").get("/choices"); a.Status != http.StatusOK || a.URL.Path != "/choices" || strings.Contains(a.Body, "Not known here") {
		t.Errorf("somebody unproven: %d at %s", a.Status, a.URL.Path)
	}
}
