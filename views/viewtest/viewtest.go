// Package viewtest renders pages in tests and checks what every page owes its
// readers. It is imported by tests only.
package viewtest

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candour/locales"
	"candour/views/layout"
	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

// Page renders a whole page in a language and checks it. With `go test -artifacts`
// the pages are kept, to be looked at.
func Page(t *testing.T, name string, shell layout.Shell, page templ.Component) *html.Node {
	t.Helper()
	var first *html.Node
	for _, lang := range []string{locales.Default, locales.Accented, locales.Mirrored} {
		ctx := layout.WithShell(locales.With(context.Background(), lang), shell)
		var out bytes.Buffer
		if err := page.Render(ctx, &out); err != nil {
			t.Fatalf("%s in %s: %v", name, lang, err)
		}
		keep(t, name+"."+lang+".html", out.Bytes())
		root, err := html.Parse(&out)
		if err != nil {
			t.Fatalf("%s in %s: %v", name, lang, err)
		}
		check(t, name+" in "+lang, root)
		if first == nil {
			first = root
		}
	}
	return first
}

func keep(t *testing.T, name string, page []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name), page, 0o644); err != nil {
		t.Error(err)
	}
}

func check(t *testing.T, name string, root *html.Node) {
	t.Helper()
	if n := len(All(root, "h1")); n != 1 {
		t.Errorf("%s: %d h1, want 1", name, n)
	}
	if first := firstControl(root); first == nil || !hasClass(first, "app-toggle") || Attr(first, "aria-pressed") == "" {
		t.Errorf("%s: the contrast toggle is not the first control", name)
	}
	for _, n := range All(root, "style") {
		t.Errorf("%s: inline style %q, which the content security policy refuses", name, Text(n))
	}
	for _, n := range All(root, "script") {
		if Attr(n, "src") == "" {
			t.Errorf("%s: inline script, which the content security policy refuses", name)
		}
	}
	ids := map[string]bool{}
	Walk(root, func(n *html.Node) {
		element(t, name, n, ids)
	})
	for _, word := range []string{"%!", "{count}", "<no value>"} {
		if strings.Contains(Text(root), word) {
			t.Errorf("%s: shows %q", name, word)
		}
	}
	for _, table := range All(root, "table") {
		if len(All(table, "caption")) != 1 {
			t.Errorf("%s: a table without a caption", name)
		}
	}
	labelled(t, name, root)
	glued(t, name, root)
}

func element(t *testing.T, name string, n *html.Node, ids map[string]bool) {
	t.Helper()
	for _, a := range n.Attr {
		switch {
		case a.Key == "style", strings.HasPrefix(a.Key, "on"), strings.HasPrefix(a.Key, "hx-on"):
			t.Errorf("%s: <%s %s>, which the content security policy refuses", name, n.Data, a.Key)
		case a.Key == "id" && ids[a.Val]:
			t.Errorf("%s: id %q twice", name, a.Val)
		case a.Key == "id":
			ids[a.Val] = true
		case a.Key == "href" && strings.HasPrefix(a.Val, "about:invalid"):
			t.Errorf("%s: a link that templ refused", name)
		}
	}
	if n.Data == "button" && Attr(n, "type") == "" {
		t.Errorf("%s: a button without a type", name)
	}
	if (n.Data == "a" || n.Data == "button" || strings.HasPrefix(n.Data, "h")) && len(n.Data) <= 6 && n.Data != "head" && n.Data != "html" &&
		n.Data != "header" && n.Data != "hr" && strings.TrimSpace(Text(n)+Attr(n, "aria-label")) == "" {
		t.Errorf("%s: an empty <%s>", name, n.Data)
	}
}

// labelled: every control that is not hidden has a label; words show no raw key.
func labelled(t *testing.T, name string, root *html.Node) {
	t.Helper()
	known := map[string]bool{}
	for _, l := range All(root, "label") {
		known[Attr(l, "for")] = true
	}
	for _, tag := range []string{"input", "select", "textarea"} {
		for _, n := range All(root, tag) {
			if Attr(n, "type") != "hidden" && !known[Attr(n, "id")] && Attr(n, "aria-label") == "" {
				t.Errorf("%s: <%s name=%q> has no label", name, tag, Attr(n, "name"))
			}
		}
	}
}

// glued finds words that touch across elements, as in "reference" followed by a
// number in an element of its own: they are read as one word.
func glued(t *testing.T, name string, root *html.Node) {
	t.Helper()
	inline := map[string]bool{"a": true, "b": true, "bdi": true, "span": true, "strong": true}
	Walk(root, func(n *html.Node) {
		if !inline[n.Data] || hasClass(n, "nhsuk-label-wrapper") {
			return
		}
		before, text := n.PrevSibling, rawText(n)
		if before == nil || text == "" || hasClass(n, "nhsuk-header__service-name") || hasClass(n, "app-header__region") {
			return
		}
		last := rawText(before)
		if last != "" && wordly(last[len(last)-1]) && wordly(text[0]) && (before.Type == html.TextNode || inline[before.Data]) {
			t.Errorf("%s: %q and %q are read as one word", name, last, text)
		}
	})
}

func wordly(b byte) bool { return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' }

func rawText(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var all strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		all.WriteString(rawText(c))
	}
	return all.String()
}
