package handlers

import (
	"net/http"
	"strings"
	"testing"

	"candour/handlers/web"
	"candour/models/db/dbtest"
)

// A form of somebody signed in keeps what was typed when the session has run out,
// or there is nothing to type in it: whoever adds one decides.
func TestEveryFormKeepsWhatIsTypedInIt(t *testing.T) {
	nothingTyped := map[string]string{
		"/session/stay":                             "one button",
		"/my/sessions/end":                          "one button a line",
		"/my/objection":                             "one button",
		"/my/objection/recorded":                    "one button",
		"/my/objection/:draft/removal":              "one button a line",
		"/my/objection/:draft/files":                "a file, which no page can put in again",
		"/my/objection/:draft/files/:file/removal":  "one button a line",
		"/my/objection/:draft/effect":               "one button",
		"/my/objection/:draft/plainly":              "one button",
		"/my/objection/:draft/answers":              "one button",
		"/my/objection/:ref/kept":                   "one button",
		"/my/objection/:ref/change-of-mind/answers": "one button",
		"/staff/sessions/end":                       "one button a line",
		"/staff/sessions/organisation/end":          "one button a line",
		"/cases/next":                               "one button",
		"/cases/assignment/check":                   "boxes to tick",
		"/cases/assignment":                         "one choice",
		"/cases/assignment/undo":                    "one button",
		"/cases/views/removal":                      "one button a line",
		"/cases/:ref/review":                        "one button",
		"/cases/:ref/reversal":                      "one button",
		"/cases/:ref/keeping":                       "one button",
		"/cases/:ref/withdrawal":                    "one button",
		"/cases/:ref/note-strike":                   "one button a line",
		"/cases/:ref/reading":                       "one button",
		"/cases/:ref/leaving":                       "one button",
		"/cases/:ref/coding":                        "one button a line",
	}
	pages := map[string]bool{}
	for _, r := range Routes() {
		if r.Method == get {
			pages[r.Pattern] = true
		}
	}
	keeping := 0
	for _, r := range Routes() {
		if r.Method != post || r.Audience != web.Patient && r.Audience != web.Staff && r.Audience != web.AnySignedIn {
			continue
		}
		shown := r.Shown
		if shown == "" {
			shown = r.Pattern
		}
		if why := nothingTyped[r.Pattern]; why != "" {
			if len(r.Keep) > 0 {
				t.Errorf("%s keeps %v and has nothing to type in it (%s)", r.Pattern, r.Keep, why)
			}
			continue
		}
		keeping++
		if len(r.Keep) == 0 {
			t.Errorf("%s: what is typed in it is lost with the session; give the route its Keep, or say here why there is nothing to keep", r.Pattern)
		}
		if !pages[shown] {
			t.Errorf("%s: there is no page %s to show again what was typed; give the route its Shown", r.Pattern, shown)
		}
	}
	if keeping < 2 {
		t.Errorf("only %d forms keep anything: the test looks in the wrong place", keeping)
	}
}

// Nobody signed in: the state says so and nothing else, and the page of the end
// has the ways in.
func TestNobodysSession(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	if a := h.ask(nil, get, "/session/state", nil); a.StatusCode != http.StatusOK || strings.TrimSpace(a.body) != `{"in":false,"ends":0,"longest":0}` || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
		t.Errorf("%d %s %s", a.StatusCode, a.Header.Get("Content-Type"), a.body)
	}
	a := h.ask(nil, get, "/session/ended?return=/my/access-history%3Fown%3D1", nil)
	for _, words := range []string{"You have been logged out", "/sign-in/nhs-login?return=%2Fmy%2Faccess-history%3Fown%3D1", "/sign-in/staff?return="} {
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, words) {
			t.Errorf("%d, no %q in %s", a.StatusCode, words, a.body)
		}
	}
	if a := h.ask(nil, get, "/session/ended?return=https://evil.example/", nil); !strings.Contains(a.body, `href="/sign-in/nhs-login"`) {
		t.Error("it leads away")
	}
}
