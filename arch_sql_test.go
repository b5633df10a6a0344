package candour_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ownStatements are the files that put a statement together from their own
// constants (names of columns), never from a value.
var ownStatements = map[string]string{"models/ingest/table.go": "column names of the table description"}

// The query builder treats its first argument as SQL: it must be a literal, a
// constant, or a variable that only ever holds those, so that nothing from a
// request can become a condition (trust.md S11). each, exec and patients are ingest's
// own wrappers, exists is letter's and question the gate's, held to the same rule.
func TestSQLConditionsAreLiteral(t *testing.T) {
	builders := map[string]bool{"Where": true, "Or": true, "Not": true, "Having": true, "Raw": true, "Order": true, "Select": true, "Joins": true, "Exec": true,
		"Query": true, "QueryRow": true, "QueryContext": true, "QueryRowContext": true, "ExecContext": true, "PrepareContext": true, "WithCommit": true, "NewQuestion": true, "question": true, "each": true, "exec": true, "exists": true}
	conditions := map[string]bool{"First": true, "Take": true, "Last": true, "Find": true, "Delete": true}
	checked := 0
	for _, s := range sources(t) {
		if s.test || !under(s.pkg, "models") || under(s.pkg, "models/db") || ownStatements[s.path] != "" {
			continue
		}
		constants := stringConstants(s.pkg, t)
		builders["patients"] = s.pkg == "models/ingest"
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil || builders[f.Name.Name] {
				continue
			}
			known := literalVariables(f.Body, constants)
			ast.Inspect(f.Body, func(n ast.Node) bool {
				c, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				sel, ok := c.Fun.(*ast.SelectorExpr)
				if !ok || isPackage(sel.X, "cmp", "slog", "url", "json") {
					return true
				}
				arg := statementArgument(c, sel.Sel.Name, builders, conditions, importsGorm(s))
				if arg == nil {
					return true
				}
				checked++
				if !isLiteral(arg, known) {
					t.Errorf("%s: %s with SQL that is not a literal: statements are never built from values", s.fset.Position(c.Pos()), sel.Sel.Name)
				}
				return true
			})
		}
	}
	if checked < 50 {
		t.Fatalf("only %d statements found: the test looks in the wrong place", checked)
	}
}

func isPackage(x ast.Expr, names ...string) bool {
	id, ok := x.(*ast.Ident)
	return ok && slices.Contains(names, id.Name)
}

// statementArgument is the argument of a call that the database reads as SQL.
func statementArgument(c *ast.CallExpr, name string, builders, conditions map[string]bool, gorm bool) ast.Expr {
	if conditions[name] && gorm && len(c.Args) > 1 {
		return c.Args[1]
	}
	if !builders[name] {
		return nil
	}
	for _, a := range c.Args {
		if id, ok := a.(*ast.Ident); ok && id.Name == "ctx" {
			continue
		}
		return a
	}
	return nil
}

// literalVariables are the variables of a function to which only literals and
// constants are ever assigned, with the package's constants.
func literalVariables(body *ast.BlockStmt, constants map[string]bool) map[string]bool {
	known := map[string]bool{}
	for k := range constants {
		known[k] = true
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if g, ok := n.(*ast.GenDecl); ok && g.Tok == token.CONST {
			for _, spec := range g.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					known[name.Name] = true
				}
			}
		}
		return true
	})
	assigned := map[string][]ast.Expr{}
	ast.Inspect(body, func(n ast.Node) bool {
		if r, ok := n.(*ast.RangeStmt); ok {
			if id, ok := r.Value.(*ast.Ident); ok {
				assigned[id.Name] = append(assigned[id.Name], r.X)
			}
		}
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == len(a.Rhs) {
			for i, l := range a.Lhs {
				if id, ok := l.(*ast.Ident); ok {
					assigned[id.Name] = append(assigned[id.Name], a.Rhs[i])
				}
			}
		}
		return true
	})
	for range len(assigned) { // a variable may hold another
		for name, values := range assigned {
			all := true
			trial := map[string]bool{name: true}
			for k := range known {
				trial[k] = true
			}
			for _, v := range values {
				all = all && isLiteral(v, trial) && !isSelf(v, name)
			}
			if all {
				known[name] = true
			}
		}
	}
	return known
}

// returnsLiterals says that a function gives back nothing but literal text.
func returnsLiterals(f *ast.FuncDecl) bool {
	if f.Recv != nil || f.Body == nil || f.Type.Results == nil || len(f.Type.Results.List) != 1 {
		return false
	}
	found, all := false, true
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if r, ok := n.(*ast.ReturnStmt); ok && len(r.Results) == 1 {
			found = true
			all = all && isLiteral(r.Results[0], nil)
		}
		return true
	})
	return found && all
}

func isSelf(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

func importsGorm(s source) bool {
	for _, i := range s.imports {
		if strings.HasPrefix(i, "gorm.io") {
			return true
		}
	}
	return false
}

// stringConstants are the names of the package's constants, which are as good as literals.
func stringConstants(pkg string, t *testing.T) map[string]bool {
	out := map[string]bool{}
	files, _ := filepath.Glob(filepath.Join(pkg, "*.go"))
	for _, path := range files {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch g := n.(type) {
			case *ast.GenDecl:
				if g.Tok == token.CONST {
					for _, spec := range g.Specs {
						for _, name := range spec.(*ast.ValueSpec).Names {
							out[name.Name] = true
						}
					}
				}
			case *ast.FuncDecl:
				if returnsLiterals(g) {
					out["func "+g.Name.Name] = true
				}
			}
			return true
		})
	}
	return out
}

func isLiteral(e ast.Expr, constants map[string]bool) bool {
	switch x := e.(type) {
	case *ast.BasicLit:
		return x.Kind == token.STRING
	case *ast.BinaryExpr:
		return isLiteral(x.X, constants) && isLiteral(x.Y, constants)
	case *ast.Ident:
		return constants[x.Name]
	case *ast.ParenExpr:
		return isLiteral(x.X, constants)
	case *ast.IndexExpr: // of a list of literals
		return isLiteral(x.X, constants)
	case *ast.SliceExpr:
		return isLiteral(x.X, constants)
	case *ast.CallExpr: // of a function that returns only literals
		f, ok := x.Fun.(*ast.Ident)
		return ok && constants["func "+f.Name]
	case *ast.UnaryExpr, *ast.CompositeLit:
		return true // a struct for gorm, not SQL text
	}
	return false
}
