package locales

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Placeholders and plural sentences of the English files, by key.
func keys(t *testing.T) (plain map[string]string, plural map[string]bool) {
	t.Helper()
	if err := Check(); err != nil {
		t.Fatal(err)
	}
	plain, messages, err := read(files, Default)
	if err != nil {
		t.Fatal(err)
	}
	plural = map[string]bool{}
	for _, m := range messages {
		plural[m.ID] = true
		if m.Other == "" || m.One == "" || !strings.Contains(m.Other, "{count}") {
			t.Errorf("%s: English needs the forms one and other, and other needs {count}", m.ID)
		}
	}
	return plain, plural
}

// said is what the program says: the string constants of its Go code, and the calls
// that ask for words.
type said struct {
	literals map[string]bool
	prefixes map[string]bool // what a key is built from: "role." + code
	calls    []call
}

type call struct {
	place, name, key string
	names            []string // of placeholders given; nil when they cannot be told
}

func program(t *testing.T) said {
	t.Helper()
	s := said{map[string]bool{}, map[string]bool{}, nil}
	fset := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && path != ".."):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool { s.see(fset, n); return true })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *said) see(fset *token.FileSet, n ast.Node) {
	switch n := n.(type) {
	case *ast.BasicLit:
		if text, ok := literal(n); ok {
			s.literals[text] = true
			if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "_") {
				s.prefixes[text] = true
			}
		}
	case *ast.CallExpr:
		name := called(n.Fun)
		if len(n.Args) < 2 || name != "T" && name != "N" && name != "Lookup" {
			return
		}
		key, ok := literal(n.Args[1])
		if !ok {
			return
		}
		first := 2
		if name == "N" {
			first = 3
		}
		s.calls = append(s.calls, call{fset.Position(n.Pos()).String(), name, key, names(n, first)})
	}
}

func called(f ast.Expr) string {
	if sel, ok := f.(*ast.SelectorExpr); ok {
		if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "locales" {
			return sel.Sel.Name
		}
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

func names(c *ast.CallExpr, first int) []string {
	found := []string{}
	if c.Ellipsis != token.NoPos {
		return nil
	}
	for i := first; i < len(c.Args); i += 2 {
		name, ok := literal(c.Args[i])
		if !ok {
			return nil
		}
		found = append(found, name)
	}
	return found
}

func TestEveryKeyAskedForHasWords(t *testing.T) {
	plain, plural := keys(t)
	for _, c := range program(t).calls {
		if _, ok := plain[c.key]; c.name == "T" && !ok {
			t.Errorf("%s: no sentence %q", c.place, c.key)
		}
		if c.name == "N" && !plural[c.key] {
			t.Errorf("%s: no plural sentence %q", c.place, c.key)
		}
	}
}

func TestEverySentenceIsUsed(t *testing.T) {
	plain, plural := keys(t)
	s := program(t)
	used := func(key string) bool {
		if s.literals[key] {
			return true
		}
		for prefix := range s.prefixes {
			if strings.HasPrefix(key, prefix) && strings.Contains(prefix, ".") {
				return true
			}
		}
		return false
	}
	for _, key := range slices.Sorted(maps.Keys(plain)) {
		if !used(key) {
			t.Errorf("nothing says %q: %s", key, plain[key])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(plural)) {
		if !used(key) {
			t.Errorf("nothing says %q", key)
		}
	}
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

func TestPlaceholdersAreGiven(t *testing.T) {
	plain, messages, err := read(files, Default)
	if err != nil {
		t.Fatal(err)
	}
	texts := maps.Clone(plain)
	for _, m := range messages {
		texts[m.ID] = m.One + " " + m.Other
	}
	for _, c := range program(t).calls {
		text, known := texts[c.key]
		if !known || c.names == nil {
			continue
		}
		given := slices.Clone(c.names)
		if c.name == "N" {
			given = append(given, "count")
		}
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(given, m[1]) {
				t.Errorf("%s: %q wants {%s}", c.place, c.key, m[1])
			}
		}
		for _, name := range c.names {
			if !strings.Contains(text, "{"+name+"}") {
				t.Errorf("%s: %q has no place for {%s}", c.place, c.key, name)
			}
		}
	}
}

func TestPluralsNumbersAndPlaceholders(t *testing.T) {
	ctx := context.Background()
	for n, want := range map[int]string{1: "1 access", 2: "2 accesses", 0: "0 accesses", 1234567: "1,234,567 accesses"} {
		if got := N(ctx, "history.accesses", n); got != want {
			t.Errorf("N(%d) = %q, want %q", n, got, want)
		}
	}
	if got := T(ctx, "date.day", "day", "6", "month", "August", "year", "1978"); got != "6 August 1978" {
		t.Errorf("T = %q", got)
	}
	if got := T(ctx, "no.such.key"); got != "no.such.key" {
		t.Errorf("missing key = %q", got)
	}
	mirrored := With(ctx, Mirrored)
	if Dir(mirrored) != "rtl" || Dir(With(ctx, "xx")) != "ltr" || T(mirrored, "shell.back") != "\u200f\u202eBáçk\u202c\u200f" {
		t.Errorf("mirrored: %s %q", Dir(mirrored), T(mirrored, "shell.back"))
	}
	if got := T(mirrored, "my.title", "name", "Amina"); got != "\u200f\u202eHélló\u202c \u2068Amina\u2069\u200f" {
		t.Errorf("a name is turned, or the words are not: %q", got)
	}
	if got := T(With(ctx, Accented), "my.title", "name", "Amina"); got != "Hélló Amina ····" {
		t.Errorf("a name is accented, or the words are not stretched: %q", got)
	}
	if got := N(ctx, "history.accesses", 1, "count", "x"); got != "1 access" {
		t.Errorf("a caller overrides the number: %q", got)
	}
}

func TestAGroupMayHaveAKeyCalledOther(t *testing.T) {
	plain := map[string]string{}
	var plural []*message
	tree := map[string]any{"kind": map[string]any{"other": "Other", "letter": "Letter"}, "n": map[string]any{"one": "{count} a", "other": "{count} b"}}
	if err := flatten("", tree, plain, &plural); err != nil {
		t.Fatal(err)
	}
	if plain["kind.other"] != "Other" || len(plural) != 1 || plural[0].ID != "n" {
		t.Errorf("plain %v plural %v", plain, plural)
	}
}
