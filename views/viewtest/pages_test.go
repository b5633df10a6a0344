package viewtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var pageFunc = regexp.MustCompile(`(?m)^templ (\w+Page)\(`)

// Every public page and every page of a patient is rendered by some test of its
// package; pages of the record come only from a disclosure, and are rendered by the
// tests of handlers.
func TestEveryPageIsRenderedByATest(t *testing.T) {
	var templates []string
	for _, folder := range []string{"public", "patient", "signin", "staff"} {
		found, err := filepath.Glob("../" + folder + "/*.templ")
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: no templates found: %v", folder, err)
		}
		templates = append(templates, found...)
	}
	for _, path := range templates {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		tests := testsBeside(t, path)
		for _, m := range pageFunc.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(tests, m[1]+"(") {
				t.Errorf("%s: no test renders %s", path, m[1])
			}
		}
	}
}

func testsBeside(t *testing.T, path string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
