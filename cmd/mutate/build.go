package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// program is a package's test program with all its changes inside.
type program struct {
	dir, binary string
	muts        []mutant
}

// build finds the changes of a package and compiles them into its test program.
func build(ctx context.Context, s subject, folder string) (*program, error) {
	listed, err := output(ctx, "go", "list", "-f", "{{.Dir}}\t{{.Name}}\t{{join .GoFiles \",\"}}", s.pkg)
	if err != nil {
		return nil, err
	}
	parts := strings.Split(strings.TrimSpace(listed), "\t")
	dir, name, names := parts[0], parts[1], strings.Split(parts[2], ",")
	fset, info := token.NewFileSet(), &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	var files []*ast.File
	for _, n := range names {
		f, err := parser.ParseFile(fset, filepath.Join(dir, n), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	from, err := exported(ctx, fset, s.pkg)
	if err != nil {
		return nil, err
	}
	pkg, err := (&types.Config{Importer: from}).Check(name, fset, files, info)
	if err != nil {
		return nil, err
	}
	p := &program{dir: dir, binary: filepath.Join(folder, name+".test")}
	overlay, id := map[string]string{}, 0
	for i, n := range names {
		if !slices.Contains(s.files, n) {
			continue
		}
		path := filepath.Join(dir, n)
		source, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f := &finder{fset: fset, info: info, pkg: pkg, name: filepath.ToSlash(filepath.Join(strings.TrimPrefix(s.pkg, "./"), n)), imports: importsOf(files[i], info), next: &id, source: source}
		f.file(files[i])
		p.muts = append(p.muts, f.muts...)
		if err := put(overlay, path, filepath.Join(folder, name+"_"+n), f.changed()); err != nil {
			return nil, err
		}
	}
	if err := put(overlay, filepath.Join(dir, "mutant_helper.go"), filepath.Join(folder, name+"_helper.go"), []byte(helper(name))); err != nil {
		return nil, err
	}
	return p, p.compile(ctx, s.pkg, folder, overlay)
}

func put(overlay map[string]string, path, instead string, text []byte) error {
	overlay[path] = instead
	return os.WriteFile(instead, text, 0o600)
}

func (p *program) compile(ctx context.Context, pkg, folder string, overlay map[string]string) error {
	text, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		return err
	}
	file := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	_, err = output(ctx, "go", "test", "-c", "-vet=off", "-overlay", file, "-o", p.binary, pkg)
	return err
}

// changed is the source with all changes in it.
func (f *finder) changed() []byte {
	type numbered struct {
		insertion
		seq int
	}
	all := make([]numbered, len(f.puts))
	for i, in := range f.puts {
		all[i] = numbered{in, i}
	}
	slices.SortFunc(all, func(a, b numbered) int {
		if c := cmp.Compare(a.at, b.at); c != 0 {
			return c
		}
		switch {
		case a.open != b.open: // what ends here ends before anything begins
			if a.open {
				return 1
			}
			return -1
		case a.open:
			return cmp.Or(cmp.Compare(b.width, a.width), cmp.Compare(a.seq, b.seq))
		}
		return cmp.Or(cmp.Compare(a.width, b.width), cmp.Compare(b.seq, a.seq))
	})
	var out []byte
	at := 0
	for _, in := range all {
		out = append(out, f.source[at:in.at]...)
		out, at = append(out, in.text...), in.at
	}
	return append(out, f.source[at:]...)
}

// exported reads the types of what a package imports from the compiler's own files.
func exported(ctx context.Context, fset *token.FileSet, pkg string) (types.Importer, error) {
	text, err := output(ctx, "go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", pkg)
	if err != nil {
		return nil, err
	}
	at := map[string]string{}
	for line := range strings.Lines(text) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		at[path] = file
	}
	return importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		if at[path] == "" {
			return nil, fmt.Errorf("no types of %s", path)
		}
		return os.Open(at[path])
	}), nil
}

// importsOf are the packages of a file by the name that it has for them.
func importsOf(f *ast.File, info *types.Info) map[string]string {
	out := map[string]string{}
	for _, i := range f.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue
		}
		name := path[strings.LastIndex(path, "/")+1:]
		if i.Name != nil {
			name = i.Name.Name
		}
		out[path] = name
	}
	return out
}

// output runs a command of the toolchain.
func output(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, stderr.String())
	}
	return string(out), nil
}
