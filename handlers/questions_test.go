package handlers

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"candour/handlers/web"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/faq"
)

var hit = regexp.MustCompile(`data-slug="([a-z-]+)"`)

// The way that people go: the form of the page, and the answers that come back.
func TestQuestionsAreSearched(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	for typed, want := range map[string]string{
		"opt out": "object", "who has seen my notes": "who-has-looked", "copy of records": "copy-of-record", "stop sharing my child's data": "object-for-child",
	} {
		a := h.ask(nil, get, "/questions?"+url.Values{"q": {typed}}.Encode(), nil)
		first := hit.FindAllStringSubmatch(a.body, 3)
		found := false
		for _, m := range first {
			found = found || m[1] == want
		}
		if a.StatusCode != http.StatusOK || !found || !strings.Contains(a.body, "<mark>") || !strings.Contains(a.body, "<html") {
			t.Errorf("%q: %d %v", typed, a.StatusCode, first)
		}
	}
	a := h.ask(nil, get, "/questions?q="+url.QueryEscape(`"><script>qqqq</script>`), nil)
	if a.StatusCode != http.StatusOK || strings.Contains(a.body, "<script>qqqq") || !strings.Contains(a.body, "No answer found") {
		t.Errorf("%d", a.StatusCode)
	}
	for _, bad := range []string{"/questions?q=a&q=b", "/questions?q=" + strings.Repeat("a", 8001), "/questions?q=%ff"} {
		if a := h.ask(nil, get, bad, nil); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%.40s: %d", bad, a.StatusCode)
		}
	}
}

// A page that follows the typing gets what changes, and no cache takes it for the page.
func TestTheAnswersAloneForAPageThatFollowsTheTyping(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	a := h.ask(nil, get, "/questions?q=opt+out", nil, "HX-Request", "true")
	if a.StatusCode != http.StatusOK || strings.Contains(a.body, "<html") || !strings.Contains(a.body, `hx-swap-oob="innerHTML:#found"`) || len(hit.FindAllString(a.body, -1)) < 3 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if !strings.Contains(a.Header.Get("Vary"), "HX-Request") {
		t.Errorf("Vary: %s", a.Header.Get("Vary"))
	}
	if a := h.ask(nil, get, "/questions?q=", nil, "HX-Request", "true"); strings.Count(a.body, "<details") != len(faq.Questions()) {
		t.Error("when nothing is typed any more, the list does not come back")
	}
}

func TestTheSearchSpeaksTheLanguageOfThePage(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	c := h.client()
	if a := h.ask(c, post, "/preferences/language", url.Values{"language": {"en-XB"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", a.StatusCode)
	}
	a := h.ask(c, get, "/questions?q=opt+out", nil)
	if first := hit.FindStringSubmatch(a.body); first == nil || first[1] != "object" || !strings.Contains(a.body, "<mark>óbjéçt</mark>") || !strings.Contains(a.body, `dir="rtl"`) {
		t.Errorf("%v", first)
	}
}

func TestEveryQuestionHasAnAddress(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	for _, q := range faq.Questions() {
		if a := h.ask(nil, get, "/questions/"+q.Slug, nil); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Last checked") {
			t.Errorf("%s: %d", q.Slug, a.StatusCode)
		}
	}
	for _, no := range []string{"/questions/nope", "/questions/Object", "/questions/object/", "/questions/%2e%2e", "/questions/object/usefulness"} {
		if a := h.ask(nil, get, no, nil); a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusMethodNotAllowed && a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d", no, a.StatusCode)
		}
	}
	a := h.ask(nil, get, "/questions?open=object", nil)
	if n := strings.Count(a.body, " open>"); n != 1 {
		t.Errorf("%d answers stand open", n)
	}
}

func TestAnAnswerIsJudgedAndNobodyIsRemembered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.Questions = faq.NewStore(d)
		c := h.client()
		judge := func(fields url.Values, headers ...string) got {
			return h.ask(c, post, "/questions/object/usefulness", fields, headers...)
		}
		a := judge(url.Values{"useful": {"yes"}})
		if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/questions/object?thanks=1#useful" || a.Header.Get("Set-Cookie") != "" {
			t.Fatalf("%d %v", a.StatusCode, a.Header)
		}
		if a := h.ask(c, get, "/questions/object?thanks=1", nil); !strings.Contains(a.body, "Thank you") || strings.Contains(a.body, `name="useful"`) {
			t.Error("not thanked, or asked again")
		}
		if a := judge(url.Values{"useful": {"no"}}); a.StatusCode != http.StatusSeeOther {
			t.Errorf("no: %d", a.StatusCode)
		}
		for _, bad := range []url.Values{{}, {"useful": {"maybe"}}, {"useful": {"yes", "yes"}}, {"useful": {"yes"}, "who": {"me"}}} {
			if a := judge(bad); a.StatusCode != http.StatusBadRequest {
				t.Errorf("%v: %d", bad, a.StatusCode)
			}
		}
		if a := judge(url.Values{"useful": {"yes"}}, "Origin", "https://evil.example"); a.StatusCode != http.StatusForbidden {
			t.Errorf("from another site: %d", a.StatusCode)
		}
		if a := h.ask(c, post, "/questions/nope/usefulness", url.Values{"useful": {"yes"}}); a.StatusCode != http.StatusNotFound {
			t.Errorf("of no answer: %d", a.StatusCode)
		}
		counts, err := h.Questions.Judgements(t.Context())
		if err != nil || counts["object"] != (faq.Usefulness{Yes: 1, No: 1}) || len(counts) != 1 {
			t.Errorf("%v %v", counts, err)
		}
		if n := rowsOf(t, d, "sessions"); n != 0 {
			t.Errorf("%d sessions were made", n)
		}
		if n := rowsOf(t, d, "audit_entries"); n != 0 {
			t.Errorf("%d entries were written", n)
		}
	})
}

func rowsOf(t *testing.T, d *db.DB, table string) (n int) {
	t.Helper()
	rows, err := d.Writer().QueryContext(context.Background(), "SELECT COUNT(*) FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// Whoever keeps pressing is asked to wait, and what they press meanwhile is not counted.
func TestJudgingHasAPace(t *testing.T) {
	d := dbtest.SQLite(t)
	h := build(t, d)
	h.Questions = faq.NewStore(d)
	c, waits := h.client(), 0
	for range 70 {
		switch a := h.ask(c, post, "/questions/object/usefulness", url.Values{"useful": {"no"}}); a.StatusCode {
		case http.StatusTooManyRequests:
			waits++
		case http.StatusSeeOther:
		default:
			t.Fatalf("%d", a.StatusCode)
		}
	}
	counts, err := h.Questions.Judgements(t.Context())
	if err != nil || waits == 0 || counts["object"].No != int64(70-waits) {
		t.Errorf("asked to wait %d times, counted %v, %v", waits, counts, err)
	}
	for _, r := range Routes() {
		if r.Pattern == "/questions/:slug/usefulness" && (r.Pace != web.VotePace || r.Look) {
			t.Errorf("%+v: no pace, or no token is asked for", r)
		}
	}
}

func TestChoicesAreForEverybodyAndOnesOwnForOneself(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	if a := h.ask(nil, get, "/choices", nil); a.StatusCode != http.StatusOK || strings.Count(a.body, "Stays as it was") != 12 || strings.Contains(a.body, "Not known here") {
		t.Errorf("%d", a.StatusCode)
	}
	if a := h.ask(nil, get, "/my/choices", nil); a.StatusCode != http.StatusUnauthorized || strings.Contains(a.body, "objected") {
		t.Errorf("a stranger: %d", a.StatusCode)
	}
}
