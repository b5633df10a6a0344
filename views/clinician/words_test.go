package clinician

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"candour/locales"
	"candour/models/access"
	"candour/models/record"
)

// inRecord finds, in the sources of models/record, what a pattern captures: the
// codes that it gives and that pages must have words for.
func inRecord(t *testing.T, pattern string) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../models/record/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no sources of models/record", err)
	}
	out := map[string]string{}
	for _, f := range files {
		if matched, _ := filepath.Match("*_test.go", filepath.Base(f)); matched {
			continue
		}
		source, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(source), -1) {
			out[m[1]] = filepath.Base(f)
		}
	}
	return out
}

// Whatever the record calls a fact, a warning, a conflict, a section or a reason,
// the page has words for it.
func TestEveryCodeOfTheRecordHasWords(t *testing.T) {
	has := func(key, where string) {
		if _, ok := locales.Lookup(t.Context(), key); !ok {
			t.Errorf("no words for %s (%s)", key, where)
		}
	}
	labels := inRecord(t, `\.(?:detail|people|things)\((?:e, )?"([a-z_]+)"`)
	if len(labels) < 30 {
		t.Fatalf("only %d labels found: the pattern looks for the wrong thing", len(labels))
	}
	for label, file := range labels {
		has("record.detail."+label, file)
	}
	for kind, file := range inRecord(t, `conflict\("([a-z_]+)"`) {
		has("record.conflict."+kind, file)
	}
	for key, file := range inRecord(t, `Warning\{Key: "([a-z_]+)"`) {
		has("record.warning."+key, file)
	}
	for _, kind := range record.SectionOrder {
		has("record.section."+string(kind), "section")
		has("record.empty."+string(kind), "section")
	}
	for _, reason := range access.DeclaredReasons() {
		has("clinician.declared."+reason, "declared reason")
		has("clinician.reason.option."+reason, "declared reason")
	}
}
