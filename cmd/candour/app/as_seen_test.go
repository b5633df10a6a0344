package app

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"candour/models/access"
)

func inside(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func classed(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(attr(n, "class")), class)
}

// rendered is the outline of a page that staff really get: each part's heading and what
// stands beside it, or the heading of the page that turns them away.
func rendered(t testing.TB, a answer) (out []string) {
	t.Helper()
	walk(t, a.Body, func(n *html.Node) {
		switch {
		case a.Status != 200 && n.Data == "h1":
			out = append(out, "told: "+inside(n))
		case a.Status == 200 && n.Data == "section" && classed(n, "app-section") && !classed(n, "app-legend") && attr(n, "aria-labelledby") != "timeline":
			heading, caption := "", ""
			for d := range n.Descendants() {
				switch {
				case d.Type != html.ElementNode:
				case d.Data == "h2":
					heading = inside(d)
				case caption == "" && (classed(d, "app-section__count") || classed(d, "app-section__empty")):
					caption = inside(d)
				}
			}
			out = append(out, heading+": "+caption)
		}
	})
	return out
}

// foretold is the outline that a person is shown, of today or of then.
func foretold(t testing.TB, a answer, which string) (out []string) {
	t.Helper()
	walk(t, a.Body, func(n *html.Node) {
		if n.Data != "section" || attr(n, "data-sight") != which {
			return
		}
		heading := ""
		for d := range n.Descendants() {
			switch {
			case d.Type != html.ElementNode:
			case has(d, "data-told"):
				out = append(out, "told: "+inside(d))
			case has(d, "data-heading"):
				heading = inside(d)
			case has(d, "data-caption"):
				out = append(out, heading+": "+inside(d))
			}
		}
	})
	return out
}

// What a person is shown as the outline that somebody else gets is the outline of what
// that person really gets, before an objection and after it, and on the way back.
func TestAsTheySeeYouIsWhatTheySee(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	person := c.Demo.World.People["many-sources"]
	me := c.signIn(t, "many-sources")
	viewers := map[string]struct{ role, at string }{
		"gp": {"R0260", "riverside"}, "hospital-doctor": {"R8000", "harrowmere-general"}, "nurse": {"R8001", "eastern-counties"},
		"social-worker": {"R1330", "harrowmere-council"}, "out-of-area-doctor": {"R8000", "tidewater"}, "receptionist": {"R1720", "riverside"},
	}
	browsers := map[string]*browser{}
	for who := range viewers {
		browsers[who] = c.signIn(t, who)
		browsers[who].claim(person)
	}
	compare := func(when, which, other string) {
		t.Helper()
		for who, v := range viewers {
			real := rendered(t, browsers[who].get("/patients/"+string(person)+"/record"))
			page := me.get("/my/as-they-see-you?" + url.Values{"role": {v.role}, "at": {v.at}}.Encode())
			if page.Status != 200 {
				t.Fatalf("%d %s", page.Status, text(page.Body))
			}
			if got := foretold(t, page, which); len(real) == 0 || !slices.Equal(got, real) {
				t.Errorf("%s, %s: foretold\n%s\nreally\n%s", when, who, strings.Join(got, "\n"), strings.Join(real, "\n"))
			}
			if other != "" {
				keep[who+other] = foretold(t, page, "then")
			}
		}
	}
	keep = map[string][]string{}
	compare("before", "today", "after")
	ref := c.confirmed("many-sources")
	for who := range viewers {
		real := rendered(t, browsers[who].get("/patients/"+string(person)+"/record"))
		if !slices.Equal(keep[who+"after"], real) {
			t.Errorf("foretold of after, %s: %v, really %v", who, keep[who+"after"], real)
		}
	}
	c.work()
	compare("after", "today", "back")
	if a := me.get("/my/as-they-see-you"); !strings.Contains(a.Body, "and refused each time") {
		t.Errorf("the proof is not shown: %s", text(a.Body))
	}
	if a := me.get("/my/objection/what-changes"); !strings.Contains(a.Body, "After changing your mind") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	c.later(time.Minute)
	_, err := c.Objections.Reverse(bg, c.me("many-sources"), ref, 0, asked)
	c.must(err)
	c.later(time.Minute)
	_, err = c.Objections.ConfirmReversal(bg, c.manager, ref, 0, asked)
	c.must(err)
	c.work()
	for who := range viewers {
		browsers[who].claim(person)
		real := rendered(t, browsers[who].get("/patients/"+string(person)+"/record"))
		if want := keep[who+"back"]; !slices.Equal(butAlerts(want), butAlerts(real)) { // the reversal's own code is a new entry there
			t.Errorf("foretold of the way back, %s: %v, really %v", who, want, real)
		}
	}
	for _, wrong := range []string{"?role=R9999", "?at=nowhere", "?role=R8000&at=northfield-council"} {
		if a := me.get("/my/as-they-see-you" + wrong); a.Status != 400 {
			t.Errorf("%s: %d", wrong, a.Status)
		}
	}
	entries := "SELECT count(*) FROM audit_entries WHERE person_id = ? AND kind = 'own'"
	before := c.one(entries, string(person))
	me.get("/my/as-they-see-you?role=R8000&at=tidewater")
	h, err := c.Gate.History(bg, c.me("many-sources"), person, access.HistoryRequest{Filter: access.HistoryFilter{Own: true}, Flat: true, Limit: 1, Route: "/t", Shape: "page"})
	c.must(err)
	if e := h.Entries()[0]; c.one(entries, string(person)) != before+1 || e.Purpose != "PATRQT" || e.Shape != "preview" || e.Route != "/my/as-they-see-you" {
		t.Errorf("logged as %+v", e.Entry)
	}
}

func butAlerts(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return strings.HasPrefix(l, "Alerts") })
}

// keep is what was foretold, by who and when.
var keep map[string][]string
