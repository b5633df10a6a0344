package app

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"candour/models/objection"
)

// cases are the references that a page of the queue shows, in their order.
func casesOn(t testing.TB, body string) (refs []string) {
	walk(t, body, func(n *html.Node) {
		if ref := attr(n, "data-case"); ref != "" {
			refs = append(refs, ref)
		}
	})
	return refs
}

// ticks are the boxes of a page of the queue, by reference.
func ticksOn(t testing.TB, body string) map[string]string {
	out := map[string]string{}
	walk(t, body, func(n *html.Node) {
		if attr(n, "name") == "case" {
			out[strings.TrimPrefix(attr(n, "id"), "pick-")] = attr(n, "value")
		}
	})
	return out
}

// Filter, order and page size stand in the address; what is looked for by name or
// number does not.
func theAddressIsTheTruth(t *testing.T, p *portal) {
	c, other := p.raise(t, "allergy-conflict", objection.Answers{}), p.raise(t, "merged-trust", objection.Answers{})
	manager := p.signIn(t, "practice-manager")
	for path, want := range map[string]bool{
		"/cases?state=submitted": true, "/cases?state=refused": false, "/cases?assigned=nobody": true, "/cases?assigned=me": false, "/cases?ref=" + c.Ref[:6]: true,
		"/cases?due=overdue": false, "/cases?closed=1": false, "/cases?kind=copy": false, "/cases?show=50&sort=opened&desc=1": true, "/cases?sort=nonsense&show=7": true,
	} {
		page := manager.get(path)
		if page.Status != http.StatusOK || slices.Contains(casesOn(t, page.Body), c.Ref) != want {
			t.Errorf("%s: %d, %v", path, page.Status, casesOn(t, page.Body))
		}
	}
	row, err := p.DB.QueryRow(context.Background(), "SELECT nhs_number, family FROM persons WHERE id = ?", string(c.Person))
	var number, family string
	if err == nil {
		err = row.Scan(&number, &family)
	}
	if err != nil {
		t.Fatal(err)
	}
	queue := manager.get("/cases")
	for _, typed := range []string{number, number[:3] + " " + number[3:6] + " " + number[6:], family, strings.ToUpper(family), strings.ToLower(c.Ref), strings.ReplaceAll(c.Ref, "-", "")} {
		a := manager.send(queue, "/cases/search", url.Values{"text": {typed}})
		if refs := casesOn(t, a.Body); a.Status != http.StatusOK || !slices.Contains(refs, c.Ref) || slices.Contains(refs, other.Ref) {
			t.Errorf("%q finds %v", typed, refs)
		}
		if strings.Contains(a.URL.String(), number) || strings.Contains(strings.ToLower(a.URL.String()), strings.ToLower(family)) {
			t.Errorf("it stands in the address: %s", a.URL)
		}
	}
	if a := manager.send(queue, "/cases/search", url.Values{"text": {"Nobodyhere"}}); a.Status != http.StatusOK || len(casesOn(t, a.Body)) != 0 || !strings.Contains(a.Body, "No requests match") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	if a := manager.get("/cases?state=refused&due=overdue"); !regexp.MustCompile(`\d+ open requests? (is|are) hidden by your filters`).MatchString(a.Body) {
		t.Errorf("it is not told what the filters hide: %s", text(a.Body))
	}
}

// Many at once: asked for first, what changed meanwhile is left, and undone.
func manyAtOnce(t *testing.T, p *portal) {
	first := p.raise(t, "stale-feed", objection.Answers{})
	manager := p.signIn(t, "practice-manager")
	gp := p.signIn(t, "gp")
	gp.get("/cases") // from now on work can be given to them
	queue := manager.get("/cases?show=100")
	ticks := ticksOn(t, queue.Body)
	if ticks[first.Ref] == "" {
		t.Fatalf("no box for %s in %v", first.Ref, ticks)
	}
	a := manager.send(queue, "/cases/assignment/check", url.Values{"case": {ticks[first.Ref]}})
	if a.Status != http.StatusOK || !strings.Contains(a.Body, first.Ref) || !strings.Contains(a.Body, "1 request will change hands") || !strings.Contains(a.Body, "Dr Amara Nwosu") {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	if b := manager.send(a, "/cases/assignment", url.Values{"case": {ticks[first.Ref]}}); b.Status != http.StatusUnprocessableEntity || !strings.Contains(b.Body, "Choose who gets it") {
		t.Errorf("%d %s", b.Status, text(b.Body))
	}
	for _, nobody := range []string{"nobody known", "staff"} {
		if b := manager.send(a, "/cases/assignment", url.Values{"case": {ticks[first.Ref]}, "assigned": {nobody}}); b.Status != http.StatusUnprocessableEntity {
			t.Errorf("given to %s: %d", nobody, b.Status)
		}
	}
	to := ""
	walk(t, a.Body, func(n *html.Node) {
		if n.Data == "option" && n.FirstChild != nil && strings.Contains(n.FirstChild.Data, "Amara") {
			to = attr(n, "value")
		}
	})
	a = manager.send(a, "/cases/assignment", url.Values{"case": {ticks[first.Ref]}, "assigned": {to}})
	if a.URL.Query().Get("given") != "1" || !strings.Contains(a.Body, "1 request was given away") || !strings.Contains(gp.get("/cases?assigned=me").Body, first.Ref) {
		t.Fatalf("%s %s", a.URL, text(a.Body))
	}
	b := manager.send(a, "/cases/assignment/undo", url.Values{"batch": {a.URL.Query().Get("batch")}})
	if !strings.Contains(b.Body, "1 request is back") || strings.Contains(gp.get("/cases?assigned=me").Body, first.Ref) {
		t.Errorf("%s %s", b.URL, text(b.Body))
	}
	// what was ticked has changed by now
	a = manager.send(queue, "/cases/assignment/check", url.Values{"case": {ticks[first.Ref]}})
	if !strings.Contains(a.Body, "1 request changed since you ticked it") || !strings.Contains(a.Body, "No request is left") {
		t.Errorf("%s", text(a.Body))
	}
}

// A view is a name for an address; it can be shared and removed.
func aViewIsANameForAnAddress(t *testing.T, p *portal) {
	manager, gp := p.signIn(t, "practice-manager"), p.signIn(t, "gp")
	page := manager.get("/cases?due=overdue&utm_source=x&sort=changed")
	query := ""
	walk(t, page.Body, func(n *html.Node) {
		if attr(n, "name") == "query" {
			query = attr(n, "value")
		}
	})
	a := manager.send(page, "/cases/views", url.Values{"query": {query + "&batch=evil&told=given"}, "name": {""}})
	if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "Enter a name for the view") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	a = manager.send(page, "/cases/views", url.Values{"query": {query + "&batch=evil&told=given"}, "name": {"Late ones"}, "shared": {"1"}})
	if a.Status != http.StatusOK || !strings.Contains(a.Body, "The view is saved") || !strings.Contains(a.Body, `href="/cases?due=overdue&amp;sort=changed"`) {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	if b := gp.get("/cases"); !strings.Contains(b.Body, "Late ones") || strings.Contains(b.Body, "/cases/views/removal") {
		t.Error("not shared, or theirs to remove")
	}
	a = manager.send(a, "/cases/views/removal", url.Values{"view": {field(t, a.Body, "view")}})
	if !strings.Contains(a.Body, "The view is removed") || strings.Contains(gp.get("/cases").Body, "Late ones") {
		t.Error("still there")
	}
}

// Whoever has nothing to do with requests sees none, and nothing of another
// organisation's.
func theQueueIsNotForEverybody(t *testing.T, p *portal) {
	c := p.raise(t, "no-known-allergies", objection.Answers{})
	for persona, want := range map[string]int{"receptionist": http.StatusForbidden, "privacy-officer": http.StatusForbidden, "hospital-doctor": http.StatusOK, "expired-training": http.StatusForbidden, "many-sources": http.StatusForbidden} {
		b := p.signIn(t, persona)
		if a := b.get("/cases"); a.Status != want || len(casesOn(t, a.Body)) != 0 {
			t.Errorf("%s: %d %v", persona, a.Status, casesOn(t, a.Body))
		}
		if a := b.get(casePath(c.ID, "")); a.Status == http.StatusOK || strings.Contains(a.Body, c.Ref) {
			t.Errorf("%s: the case: %d", persona, a.Status)
		}
		if a := b.get(casePath(c.ID, "decision")); a.Status == http.StatusOK {
			t.Errorf("%s: the decision: %d", persona, a.Status)
		}
	}
}
