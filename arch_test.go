package candour_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// The architecture as tests: each failure says the rule it breaks in a sentence.

// level orders the packages of models: a package imports only lower levels.
var level = map[string]int{
	"clock": 0, "nhsnumber": 0, "fault": 0, "invalid": 0, "opaque": 0,
	"db": 1, "deadline": 1, "fhir": 1,
	"organisation": 2, "audit": 2, "job": 2, "policy": 2, "faq": 2,
	"access": 3, "status": 3, "patient": 4, "staff": 4,
	"account": 5, "letter": 5, "record": 5, "casework": 6, "ingest": 7, "objection": 7, "evidence": 7, "coding": 8, "probe": 8, "seed": 9,
}

type source struct {
	path    string // slash-separated, from the root
	pkg     string // folder
	file    *ast.File
	fset    *token.FileSet
	test    bool
	imports []string
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "node_modules" || d.Name() == "data") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || path == "deps_keep.go" {
			return nil
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		s := source{path: filepath.ToSlash(path), pkg: filepath.ToSlash(filepath.Dir(path)), file: f, fset: fset, test: strings.HasSuffix(path, "_test.go") || strings.Contains(path, "dbtest/")}
		for _, i := range f.Imports {
			p, _ := strconv.Unquote(i.Path.Value)
			s.imports = append(s.imports, p)
		}
		out = append(out, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 20 {
		t.Fatalf("only %d Go files found: the test looks in the wrong place", len(out))
	}
	return out
}

func under(pkg string, roots ...string) bool {
	for _, r := range roots {
		if pkg == r || strings.HasPrefix(pkg, r+"/") {
			return true
		}
	}
	return false
}

func TestModelsImportOnlyLowerLevels(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || !under(s.pkg, "models") {
			continue
		}
		name := strings.Split(s.pkg, "/")[1]
		mine, known := level[name]
		if !known {
			t.Errorf("%s: package models/%s has no level in arch_test.go; give it one", s.path, name)
		}
		for _, i := range s.imports {
			if !strings.HasPrefix(i, "candour/models/") {
				continue
			}
			other := strings.Split(i, "/")[2]
			if other != name && level[other] >= mine {
				t.Errorf("%s imports %s: a package of models imports only packages of a lower level (%d is not below %d)", s.path, i, level[other], mine)
			}
		}
	}
}

// forbidden says, for an import prefix, where it may be used and why only there.
var forbidden = []struct {
	prefix string
	only   func(s source) bool
	rule   string
}{
	{"github.com/gofiber/fiber", func(s source) bool { return under(s.pkg, "handlers", "cmd") }, "only handlers and cmd know Fiber"},
	{"github.com/alexedwards/scs", func(s source) bool { return under(s.pkg, "handlers") }, "only handlers know sessions"},
	{"github.com/markbates/goth", func(s source) bool { return under(s.pkg, "handlers/signin") }, "only handlers/signin knows goth"},
	{"gorm.io", func(s source) bool {
		base := filepath.Base(s.path)
		return under(s.pkg, "models/db") || under(s.pkg, "models") && (base == "store.go" || strings.HasPrefix(base, "store_"))
	}, "under models only store.go (or store_*.go) and models/db import gorm"},
	{"net/http", func(s source) bool { return !under(s.pkg, "models", "views", "locales", "migrations") }, "models, views, locales and migrations do not know the web"},
	{"github.com/a-h/templ", func(s source) bool { return under(s.pkg, "views", "handlers", "cmd", "locales") }, "models do not know templates"},
	{"candour/locales", func(s source) bool { return !under(s.pkg, "models", "migrations", "static") }, "models do not know words"},
	{"candour/handlers", func(s source) bool { return under(s.pkg, "cmd", "handlers") }, "nobody imports handlers but cmd"},
	{"candour/views", func(s source) bool { return under(s.pkg, "cmd", "handlers", "views") }, "only handlers and cmd use views"},
	{"candour/models/db", func(s source) bool {
		return !under(s.pkg, "views", "locales") && (!under(s.pkg, "handlers") || s.pkg == "handlers/web")
	}, "handlers and views reach the database through the stores"},
	{"candour/models/seed", func(s source) bool { return under(s.pkg, "cmd", "models/seed") }, "only cmd builds the demo world"},
	{"candour/models/ingest", func(s source) bool { return under(s.pkg, "cmd", "models/ingest", "models/seed") }, "feeds come in by the command line and the seed"},
	{"github.com/ncruces", func(s source) bool { return under(s.pkg, "models/db") }, "only models/db knows the driver"},
	{"unsafe", func(s source) bool { return false }, "nothing here needs unsafe"},
	{"log", func(s source) bool { return false }, "log with log/slog"},
}

func TestImportsStayWhereTheyBelong(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || under(s.pkg, "cmd/bench") {
			continue
		}
		for _, i := range s.imports {
			for _, f := range forbidden {
				hit := i == f.prefix || strings.HasPrefix(i, f.prefix+"/")
				if f.prefix == "log" {
					hit = i == "log"
				}
				if hit && !f.only(s) {
					t.Errorf("%s imports %s: %s", s.path, i, f.rule)
				}
			}
		}
	}
}

// calls lists the selector calls pkg.Name of a file.
func calls(s source, pkg, name string, visit func(*ast.CallExpr)) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if sel, ok := c.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == name {
			if id, ok := sel.X.(*ast.Ident); ok && (pkg == "" || id.Name == pkg) || pkg == "" {
				visit(c)
			}
		}
		return true
	})
}

func TestOnlyTheClockReadsTheTime(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || under(s.pkg, "models/clock", "cmd/bench") {
			continue
		}
		for _, name := range []string{"Now", "Since", "Until"} {
			calls(s, "time", name, func(c *ast.CallExpr) {
				t.Errorf("%s: time.%s: only models/clock reads the time; take a clock.Clock", s.fset.Position(c.Pos()), name)
			})
		}
	}
}

func TestOnlyTheConfigurationReadsTheEnvironment(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.path == "cmd/candour/config.go" || under(s.pkg, "cmd/bench") {
			continue
		}
		for _, name := range []string{"Getenv", "LookupEnv", "Environ"} {
			calls(s, "os", name, func(c *ast.CallExpr) {
				t.Errorf("%s: os.%s: only cmd/candour/config.go reads the environment", s.fset.Position(c.Pos()), name)
			})
		}
	}
}

func TestGormShortcutsThatLoseUpdatesAreNotUsed(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || !importsGorm(s) {
			continue
		}
		for _, name := range []string{"Save", "FirstOrCreate", "FirstOrInit", "AutoMigrate", "Preload"} {
			calls(s, "", name, func(c *ast.CallExpr) {
				t.Errorf("%s: gorm's %s is not used here (lost updates, hidden queries, unplanned schema)", s.fset.Position(c.Pos()), name)
			})
		}
	}
}

func TestNothingIsWrittenToAPageUnescaped(t *testing.T) {
	raw := regexp.MustCompile(`templ\.(Raw|SafeURL|JSUnsafeFuncCall|SafeCSS|ComponentScript)\b|template\.(HTML|JS|URL|CSS)\(|\bon[a-z]+=["{]|<style|\bstyle=`)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".templ") || strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_templ.go") && !strings.HasSuffix(path, "_test.go") {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for n, line := range strings.Split(string(text), "\n") {
				if m := raw.FindString(line); m != "" && !strings.HasPrefix(strings.TrimSpace(line), "//") {
					t.Errorf("%s:%d: %q: record text reaches a page only escaped, and the content security policy has no inline style or script", path, n+1, m)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestHandlersRenderThroughOneFunction(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || !under(s.pkg, "handlers") || s.pkg == "handlers/web" || strings.HasPrefix(s.pkg, "handlers/signin/demo") {
			continue
		}
		calls(s, "", "Render", func(c *ast.CallExpr) {
			if sel := c.Fun.(*ast.SelectorExpr); sel != nil {
				if id, ok := sel.X.(*ast.Ident); ok && id.Name == "web" {
					return
				}
			}
			t.Errorf("%s: pages are rendered by web.Render only (it buffers, and uses UserContext)", s.fset.Position(c.Pos()))
		})
	}
}

func TestFileAndFunctionSizes(t *testing.T) {
	var long []string
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_templ.go") {
			continue
		}
		lines := s.fset.File(s.file.Pos()).LineCount()
		limit := 350
		if s.test {
			limit = 500
		}
		if lines > limit {
			t.Errorf("%s has %d lines (limit %d): find the missing noun", s.path, lines, limit)
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil || s.test {
				continue
			}
			n := s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line + 1
			if n > 60 {
				t.Errorf("%s: %s has %d lines (limit 60)", s.path, f.Name.Name, n)
			} else if n > 45 {
				long = append(long, s.path+" "+f.Name.Name)
			}
		}
	}
	sort.Strings(long)
	t.Logf("%d functions between 45 and 60 lines", len(long))
}

func TestPackagesHaveNamesOfTheField(t *testing.T) {
	bad := map[string]bool{"util": true, "utils": true, "common": true, "helper": true, "helpers": true, "misc": true, "base": true, "manager": true, "service": true, "repository": true, "impl": true, "dto": true, "types": true}
	for _, s := range sources(t) {
		for _, part := range strings.Split(s.pkg, "/") {
			if bad[part] {
				t.Errorf("%s: %q is not a name of the field", s.path, part)
			}
		}
	}
}

func TestTopLevelFoldersAreFixed(t *testing.T) {
	allowed := map[string]bool{"cmd": true, "handlers": true, "views": true, "models": true, "static": true, "locales": true, "migrations": true, "e2e": true}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !allowed[e.Name()] && e.Name() != "data" {
			t.Errorf("folder %s: the top-level folders are fixed", e.Name())
		}
	}
}
