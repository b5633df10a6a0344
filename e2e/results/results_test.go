package results_test

import (
	"slices"
	"testing"
	"time"

	"candour/e2e/results"
	"candour/handlers"
	"candour/handlers/web"
)

// The statement of accessibility must not speak of pages that nobody looked at: a
// new page is measured before it is published (run the browser tests).
func TestTheRunLookedAtEveryPage(t *testing.T) {
	a, err := results.Read()
	if err != nil {
		t.Fatal(err)
	}
	if a.Measured == "" {
		t.Fatal("nothing has been measured: `make results`")
	}
	if _, err := time.Parse(time.DateOnly, a.Measured); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"axe", "markup", "overflow", "spacing", "zoom", "storage", "third_party"} {
		at := slices.IndexFunc(a.Checks, func(c results.Check) bool { return c.Name == name })
		if at < 0 || a.Checks[at].Views == 0 {
			t.Errorf("no check %s", name)
		} else if a.Checks[at].Found > a.Checks[at].Views {
			t.Errorf("%s: %+v", name, a.Checks[at])
		}
	}
	pages := 0
	for _, r := range handlers.Routes() {
		if r.Audience == web.Asset || r.Shape != web.Page && r.Shape != web.Print {
			continue
		}
		pages++
		if !slices.Contains(a.Patterns, r.Method+" "+r.Pattern) {
			t.Errorf("%s %s was not looked at in the run of %s", r.Method, r.Pattern, a.Measured)
		}
	}
	if pages < 30 {
		t.Errorf("only %d pages: the test looks in the wrong place", pages)
	}
}
