package locales

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Words in a template, or in a field that a template shows, can never be translated.
// The browser tests look at pages; this looks at every template, shown or not.

var (
	letters = regexp.MustCompile(`\p{L}{2,}`)
	spoken  = []string{"aria-label", "title", "alt", "placeholder", "aria-description", "label"}
	shown   = map[string]bool{"Text": true, "Title": true, "Heading": true, "Legend": true, "Label": true, "Hint": true, "Caption": true, "Error": true, "Summary": true}
	// What is the same in every language.
	everywhere = regexp.MustCompile(`^(?:NHS|CSV|mmHg|AZ|en|x)$`)
)

// hole stands where a template puts in a value.
const hole = "\ufffc"

func TestNoTemplateHoldsWords(t *testing.T) {
	fset, seen := token.NewFileSet(), 0
	for _, root := range []string{"../views", "../handlers", "../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && strings.HasSuffix(path, "_templ.go") {
					seen++
					for _, words := range inMarkup(written(f)) {
						t.Errorf("%s: %s holds the words %q", path, f.Name.Name, words)
					}
				}
			}
			if strings.HasPrefix(path, "../cmd") {
				return nil
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if pair, ok := n.(*ast.KeyValueExpr); ok {
					name, _ := pair.Key.(*ast.Ident)
					if text, ok := literal(pair.Value); ok && name != nil && shown[name.Name] && isWords(text) {
						t.Errorf("%s: %s: %q is not in the catalogue", fset.Position(pair.Pos()), name.Name, text)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 100 {
		t.Errorf("only %d templates: the test looks in the wrong place", seen)
	}
}

// isWords tells a sentence from a key, a class or an address.
func isWords(text string) bool {
	return letters.MatchString(text) && (strings.Contains(text, " ") || text != strings.ToLower(text)) && !everywhere.MatchString(text)
}

// written is the markup that a generated template writes, with holes for values.
func written(f *ast.FuncDecl) string {
	var out strings.Builder
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "WriteString" {
			if text, ok := literal(call.Args[len(call.Args)-1]); ok {
				out.WriteString(text)
			} else {
				out.WriteString(hole)
			}
		}
		return true
	})
	return out.String()
}

func inMarkup(markup string) []string {
	var found []string
	z := html.NewTokenizer(strings.NewReader(markup))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		switch token.Type {
		case html.TextToken:
			for _, part := range strings.Split(token.Data, hole) {
				if part = strings.TrimSpace(part); letters.MatchString(part) && !everywhere.MatchString(part) {
					found = append(found, part)
				}
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			for _, a := range token.Attr {
				if slices.Contains(spoken, a.Key) && letters.MatchString(strings.ReplaceAll(a.Val, hole, "")) {
					found = append(found, a.Key+"="+a.Val)
				}
			}
		}
	}
	return found
}

func TestWordsInATemplateAreFound(t *testing.T) {
	got := inMarkup(`<p class="nhsuk-body">` + hole + ` Dose</p><a aria-label="More of it" href="/x">` + hole + `</a><b>NHS</b>`)
	if !slices.Equal(got, []string{"Dose", "aria-label=More of it"}) {
		t.Errorf("%q", got)
	}
	for text, want := range map[string]bool{"Log in": true, "Continue": true, "history.title": false, "l": false, "CSV": false, "nhsuk-button": false} {
		if isWords(text) != want {
			t.Errorf("%q: words %v", text, !want)
		}
	}
}
