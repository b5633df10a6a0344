package static

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func built(t *testing.T, name string) string {
	t.Helper()
	if err := Missing(); err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	a, ok := Find(strings.TrimPrefix(URL(name), "/static/"))
	if !ok {
		t.Fatalf("%s is not built", name)
	}
	return string(a.Body)
}

func TestSheetsAskNoOtherHost(t *testing.T) {
	for _, name := range []string{"app.css", "app.rtl.css", "contrast.css", "print.css", "app.js", "supported.js"} {
		text := built(t, name)
		for _, url := range regexp.MustCompile(`https?://[^\s"')]+`).FindAllString(text, -1) {
			if !strings.HasPrefix(url, "http://www.w3.org/") {
				t.Errorf("%s names another host: %s", name, url)
			}
		}
		if strings.Contains(text, "@font-face") {
			t.Errorf("%s loads a font", name)
		}
	}
}

// The tool that mirrors the sheet would turn a direction round as well, and with it
// the digits of every NHS number: directions are said in the markup.
func TestNoSheetSetsADirection(t *testing.T) {
	for _, name := range []string{"app.css", "app.rtl.css", "contrast.css"} {
		if m := regexp.MustCompile(`[^{}]*\{[^{}]*[{;]?\bdirection:(ltr|rtl)[^}]*`).FindString(built(t, name)); m != "" {
			t.Errorf("%s: %s", name, m)
		}
	}
}

func TestPagesHaveAFontFamily(t *testing.T) {
	for _, name := range []string{"app.css", "app.rtl.css"} {
		if !regexp.MustCompile(`html\{[^}]*font-family:[^}]*Arial`).MatchString(built(t, name)) {
			t.Errorf("%s: html has no font-family", name)
		}
	}
}

func TestEveryImageOfTheSheetIsShipped(t *testing.T) {
	for _, name := range []string{"app.css", "app.rtl.css", "contrast.css"} {
		for _, m := range regexp.MustCompile(`url\("?([^")]+)"?\)`).FindAllStringSubmatch(built(t, name), -1) {
			if strings.HasPrefix(m[1], "data:") {
				t.Errorf("%s holds a data: image, which the content security policy refuses", name)
			} else if _, ok := Find(strings.TrimPrefix(m[1], "/static/")); !ok {
				t.Errorf("%s asks for %s, which is not shipped", name, m[1])
			}
		}
	}
}

func TestScriptsKeepNothingInBrowserStorage(t *testing.T) {
	for _, word := range []string{"localStorage", "sessionStorage", "indexedDB", "document.cookie"} {
		if strings.Contains(built(t, "app.js"), word) {
			t.Errorf("app.js uses %s", word)
		}
	}
}

func TestHighContrastIsMadeOfColoursNotOfSystemColours(t *testing.T) {
	text := strings.ToLower(built(t, "contrast.css"))
	for _, word := range []string{"canvastext", "linktext", "highlighttext", "forced-color", "-ms-high-contrast"} {
		if strings.Contains(text, word) {
			t.Errorf("contrast.css still says %s", word)
		}
	}
	// The library's rules count for everybody who asked for the sheet: they are in no
	// query but that of a width.
	for _, query := range regexp.MustCompile(`@media[^{]*`).FindAllString(text, -1) {
		if !regexp.MustCompile(`^@media (screen and )?\((min|max)-width:? ?[<>=]*`).MatchString(query) && !strings.Contains(query, "width>") {
			t.Errorf("contrast.css has rules for %s only", query)
		}
	}
	if !strings.Contains(text, ":root .nhsuk-table__header[data-sort] .nhsuk-link{color:#ff0}") {
		t.Error("contrast.css has none of the library's rules")
	}
}

// What is embedded was made from the sources as they are.
func TestBuiltFromThePresentSources(t *testing.T) {
	want, err := dist.ReadFile("dist/sources.txt")
	if err != nil {
		t.Skip("SKIPPED: the style sheets and scripts are not built: run `make assets`")
	}
	hash := sha256.New()
	for _, folder := range []string{"src", "src/css", "tools", "."} {
		entries, err := os.ReadDir(folder) // in order of name, as the script has them
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.IsDir() || folder == "." && e.Name() != "build.mjs" && e.Name() != "package-lock.json" {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folder, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(hash, "%s/%s\n", folder, e.Name())
			hash.Write(text)
		}
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != string(want) {
		t.Error("static/dist is older than its sources: run `make assets`")
	}
}

func TestUnknownNameIsNotFound(t *testing.T) {
	if _, ok := Find("../static.go"); ok {
		t.Fatal("found a file outside the manifest")
	}
}
