package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// mutant is one change.
type mutant struct {
	id      int
	place   string // file:line:column
	what    string
	verdict string // how it was noticed; "" is not
}

func (m mutant) String() string {
	s := m.place + ": " + m.what
	if m.verdict != "" {
		s += " (" + m.verdict + ")"
	}
	return s
}

// insertion is text put into a source at an offset.
type insertion struct {
	at    int
	open  bool // else it closes
	text  string
	width int // of what it stands around: wider opens first and closes last
}

// finder walks one file and notes what can be changed.
type finder struct {
	fset    *token.FileSet
	info    *types.Info
	pkg     *types.Package
	name    string
	imports map[string]string // path → name in this file
	next    *int
	muts    []mutant
	puts    []insertion
	source  []byte
	left    map[ast.Expr]bool // what is written to, not read
}

// bothNames are the helpers of the overlay.
const (
	boolHelper  = "mutantCondition"
	valueHelper = "mutantValue"
)

func (f *finder) offset(p token.Pos) int { return f.fset.Position(p).Offset }

func (f *finder) place(p token.Pos) string {
	at := f.fset.Position(p)
	return fmt.Sprintf("%s:%d:%d", f.name, at.Line, at.Column)
}

func (f *finder) text(n ast.Node) string {
	s := strings.Join(strings.Fields(string(f.source[f.offset(n.Pos()):f.offset(n.End())])), " ")
	if len(s) > 60 {
		s = s[:57] + "..."
	}
	return s
}

func (f *finder) wrap(n ast.Node, before, after string) {
	from, to := f.offset(n.Pos()), f.offset(n.End())
	f.puts = append(f.puts, insertion{from, true, before, to - from}, insertion{to, false, after, to - from})
}

func (f *finder) add(n ast.Node, what string) int {
	*f.next++
	f.muts = append(f.muts, mutant{id: *f.next, place: f.place(n.Pos()), what: what})
	return *f.next
}

// written notes what stands on the left of an assignment, or is pointed at.
func (f *finder) written(file *ast.File) {
	f.left = map[ast.Expr]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				f.left[l] = true
			}
		case *ast.RangeStmt:
			f.left[n.Key], f.left[n.Value] = true, true
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				f.left[n.X] = true
			}
		}
		return true
	})
}

// file looks at every function without a context, and at every table.
func (f *finder) file(file *ast.File) {
	f.written(file)
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Body != nil && !f.reaches(d) && d.Name.Name != "Error" && d.Name.Name != "Unwrap" {
				f.walk(d.Body, f.info.Defs[d.Name].Type().(*types.Signature))
			}
		case *ast.GenDecl:
			if d.Tok == token.VAR {
				ast.Inspect(d, func(n ast.Node) bool { f.table(n); return true })
			}
		}
	}
}

// reaches says that a function talks to the world.
func (f *finder) reaches(d *ast.FuncDecl) bool {
	sig := f.info.Defs[d.Name].Type().(*types.Signature)
	for i := range sig.Params().Len() {
		if t := sig.Params().At(i).Type().String(); t == "context.Context" || strings.HasPrefix(t, "*database/sql.") || strings.HasPrefix(t, "func(scan") {
			return true
		}
	}
	for i := range sig.Results().Len() {
		if strings.HasPrefix(sig.Results().At(i).Type().String(), "func(") {
			return true
		}
	}
	return false
}

// walk notes conditions and returned decisions of a body.
func (f *finder) walk(body ast.Node, sig *types.Signature) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			f.walk(n.Body, f.info.TypeOf(n).(*types.Signature))
			return false
		case *ast.GenDecl:
			return n.Tok != token.CONST
		case *ast.ReturnStmt:
			if len(n.Results) == sig.Results().Len() {
				for i, r := range n.Results {
					f.decision(r, sig.Results().At(i).Type(), "returns")
				}
			}
		case *ast.KeyValueExpr:
			if k, ok := n.Key.(*ast.Ident); ok && (k.Name == "Verdict" || k.Name == "Reason") {
				f.decision(n.Value, f.info.TypeOf(n.Value), k.Name+" is")
			}
		case *ast.CaseClause:
			f.clause(n)
		case *ast.TypeSwitchStmt:
			return false
		case ast.Expr:
			f.condition(n)
		}
		f.table(n)
		return true
	})
}

// boolean tells whether an expression is a condition that can be wrapped.
func (f *finder) boolean(e ast.Expr) bool {
	t, ok := f.info.Types[e]
	if !ok || !t.IsValue() || t.Value != nil {
		return false
	}
	b, ok := t.Type.(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// condition changes comparisons, negations, calls and what && and || join: it holds
// always, never, and the other way round.
func (f *finder) condition(e ast.Expr) {
	if !f.boolean(e) || f.left[e] {
		return
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return // what is inside is changed
	case *ast.BinaryExpr:
		if e.Op == token.LAND || e.Op == token.LOR {
			id := f.add(e, "inverted: "+f.text(e))
			f.wrap(e, fmt.Sprintf("%s(0, 0, %d, ", boolHelper, id), ")")
			return
		}
	case *ast.UnaryExpr:
		return // its operand is inverted
	case *ast.CallExpr:
		if _, lit := e.Fun.(*ast.FuncLit); lit {
			return
		}
	case *ast.SelectorExpr, *ast.IndexExpr:
	case *ast.Ident:
	default:
		return
	}
	text := f.text(e)
	yes, no, inverse := f.add(e, "always: "+text), f.add(e, "never: "+text), f.add(e, "inverted: "+text)
	f.wrap(e, fmt.Sprintf("%s(%d, %d, %d, ", boolHelper, yes, no, inverse), ")")
}

// clause removes the values of a switch with a tag, one by one.
func (f *finder) clause(c *ast.CaseClause) {
	for _, e := range c.List {
		t := f.info.Types[e]
		if t.Value == nil || t.Value.Kind() == constant.Bool {
			continue
		}
		name, ok := f.typeName(t.Type)
		other := f.other(e, t.Type)
		if !ok || other == "" {
			continue
		}
		id := f.add(e, "no case for "+f.text(e))
		f.wrap(e, fmt.Sprintf("%s[%s](%d, ", valueHelper, name, id), ", "+impossible(t.Value)+")")
	}
}

// impossible is a value that no other case has.
func impossible(v constant.Value) string {
	if v.Kind() == constant.String {
		return `"\x00"`
	}
	return "-1 << 30"
}

// decision changes a value that is given back to another of its type.
func (f *finder) decision(e ast.Expr, t types.Type, verb string) {
	if b, ok := t.(*types.Basic); ok && b.Kind() == types.Bool {
		if v := f.info.Types[e].Value; v != nil {
			id := f.add(e, fmt.Sprintf("%s %t, not %s", verb, !constant.BoolVal(v), f.text(e)))
			f.wrap(e, fmt.Sprintf("%s(0, 0, %d, ", boolHelper, id), ")")
		}
		return // a condition is changed as one
	}
	name, ok := f.typeName(t)
	other := f.other(e, t)
	if !ok || other == "" {
		return
	}
	id := f.add(e, fmt.Sprintf("%s %s, not %s", verb, other, f.text(e)))
	f.wrap(e, fmt.Sprintf("%s[%s](%d, ", valueHelper, name, id), ", "+other+")")
}

// table empties one line of a table: an element of a list of named values.
func (f *finder) table(n ast.Node) {
	lit, ok := n.(*ast.CompositeLit)
	if !ok {
		return
	}
	list, ok := f.info.TypeOf(lit).Underlying().(*types.Slice)
	if !ok {
		return
	}
	name, ok := f.typeName(list.Elem())
	if _, named := list.Elem().(*types.Named); !ok || !named {
		return
	}
	zero := `""`
	if _, isStruct := list.Elem().Underlying().(*types.Struct); isStruct {
		zero = name + "{}"
	} else if b, isBasic := list.Elem().Underlying().(*types.Basic); !isBasic || b.Kind() != types.String {
		return
	}
	for _, e := range lit.Elts {
		before := valueHelper
		if inner, ok := e.(*ast.CompositeLit); ok && inner.Type == nil {
			id := f.add(e, "without the line "+f.text(e))
			f.wrap(e, fmt.Sprintf("%s[%s](%d, %s", before, name, id, name), ", "+zero+")")
			continue
		}
		id := f.add(e, "without the line "+f.text(e))
		f.wrap(e, fmt.Sprintf("%s[%s](%d, ", before, name, id), ", "+zero+")")
	}
}

// other is another value of a type, as Go text; "" when there is none to take.
func (f *finder) other(e ast.Expr, t types.Type) string {
	value := f.info.Types[e].Value
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			if value != nil && constant.StringVal(value) == "" {
				return f.firstConstant(t)
			}
			return `""`
		case u.Info()&types.IsInteger != 0:
			if value != nil && constant.Sign(value) == 0 {
				return "1"
			}
			return "0"
		}
	case *types.Slice, *types.Pointer, *types.Map, *types.Interface:
		if id, ok := e.(*ast.Ident); ok && id.Name == "nil" {
			return ""
		}
		return "nil"
	case *types.Struct:
		if lit, ok := e.(*ast.CompositeLit); ok && len(lit.Elts) == 0 {
			return ""
		}
		if name, ok := f.typeName(t); ok {
			return name + "{}"
		}
	}
	return ""
}

// firstConstant is a constant of a named type that is not empty.
func (f *finder) firstConstant(t types.Type) string {
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() != f.pkg {
		return ""
	}
	for _, n := range f.pkg.Scope().Names() {
		if c, ok := f.pkg.Scope().Lookup(n).(*types.Const); ok && types.Identical(c.Type(), t) && constant.StringVal(c.Val()) != "" {
			return n
		}
	}
	return ""
}

// typeName is a type as this file would write it.
func (f *finder) typeName(t types.Type) (string, bool) {
	ok := true
	s := types.TypeString(t, func(p *types.Package) string {
		if p == f.pkg {
			return ""
		}
		name, known := f.imports[p.Path()]
		ok = ok && known
		return name
	})
	return s, ok && !strings.Contains(s, "untyped")
}
