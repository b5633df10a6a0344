package clinician

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"candour/locales"
)

// Every template that Sections draws with counts for the version: a page made by
// an older one must not be sent.
func TestVersionCountsEveryTemplateOfTheBody(t *testing.T) {
	shell := []string{"banner.templ", "document.templ", "filter.templ", "find.templ", "print.templ", "reason.templ", "record.templ", "standing.templ", "stop.templ"}
	all, err := filepath.Glob("*.templ")
	if err != nil || len(all) == 0 {
		t.Fatal("no templates", err)
	}
	for _, name := range all {
		_, err := sources.ReadFile(name)
		if counted := err == nil; counted == slices.Contains(shell, name) {
			t.Errorf("%s: counted %v; a template belongs to the body, which is stored, or to the shell around it", name, counted)
		}
	}
	if v := Version(); len(v) != 33 || strings.HasSuffix(v, ".") || v != Version() || !strings.HasSuffix(v, locales.Version()) {
		t.Errorf("version %q", v)
	}
}
