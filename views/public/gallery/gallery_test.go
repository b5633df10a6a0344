package gallery

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"candour/views/layout"
	"candour/views/viewtest"
)

func TestGalleryShowsEveryStateOnce(t *testing.T) {
	viewtest.Page(t, "gallery", layout.Shell{Demo: true}, Page(Gallery{}))
	seen, states := map[string]string{}, 0
	for _, group := range Groups {
		root := viewtest.Page(t, "gallery-"+group, layout.Shell{Demo: true}, Page(Gallery{Group: group}))
		stories := Gallery{Group: group}.stories(context.Background())
		if len(stories) < 3 {
			t.Errorf("%s: only %d stories", group, len(stories))
		}
		for _, s := range stories {
			if seen[s.id()] != "" {
				t.Errorf("%s is in %s and in %s", s.id(), seen[s.id()], group)
			}
			seen[s.id()], states = group, states+1
		}
		if text := viewtest.Text(root); strings.Contains(text, "gallery.") {
			t.Errorf("%s: a sentence without words: %s", group, text)
		}
	}
	t.Logf("%d stories in %d groups", states, len(Groups))
}

// Every piece of the design system that we have is in the gallery; header and
// footer are on each of its pages.
func TestGalleryShowsEveryPiece(t *testing.T) {
	var gallery strings.Builder
	sources, err := filepath.Glob("*.go")
	if err != nil || len(sources) == 0 {
		t.Fatal(err)
	}
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		gallery.Write(text)
	}
	drawn := regexp.MustCompile(`(?m)^func \(\w+ (\w+)\) Render\(`)
	pieces, err := filepath.Glob("../../component/nhsuk/*.go")
	if err != nil {
		t.Fatal(err)
	}
	// These two have words that a script says: pages have them from package component.
	byName := map[string]bool{"CharacterCount": strings.Contains(gallery.String(), "component.Counted("), "FileUpload": strings.Contains(gallery.String(), "component.Upload(")}
	found := 0
	for _, name := range pieces {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range drawn.FindAllStringSubmatch(string(text), -1) {
			found++
			if m[1] != "Header" && m[1] != "Footer" && m[1] != "Icon" && !byName[m[1]] && !strings.Contains(gallery.String(), "nhsuk."+m[1]+"{") {
				t.Errorf("%s is in no story of the gallery", m[1])
			}
		}
	}
	if found < 30 {
		t.Fatalf("only %d pieces found: the test looks in the wrong place", found)
	}
}
