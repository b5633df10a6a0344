package main

import (
	"bytes"
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"candour/cmd/candour/app"
	"candour/models/clock"
	"candour/models/ingest"
)

func TestIngestExitCodes(t *testing.T) {
	for name, c := range map[string]struct {
		receipt ingest.Receipt
		code    int
	}{
		"all in":      {ingest.Receipt{Counts: map[string]*ingest.Count{"Patient": {Read: 2, Stored: 1, Unchanged: 1}}}, 0},
		"withheld":    {ingest.Receipt{Counts: map[string]*ingest.Count{"Condition": {Read: 1, Withheld: 1}}}, 0},
		"quarantined": {ingest.Receipt{Counts: map[string]*ingest.Count{"Condition": {Read: 2, Stored: 1, Quarantined: 1}}}, 3},
		"held":        {ingest.Receipt{Counts: map[string]*ingest.Count{"Patient": {Read: 1, Held: 1}}}, 3},
		"one refused": {ingest.Receipt{Inputs: 2, RefusedInputs: 1, Counts: map[string]*ingest.Count{"Patient": {Read: 1, Stored: 1}}}, 3},
		"refused":     {ingest.Receipt{Refused: "xml"}, 1},
		"nothing":     {ingest.Receipt{}, 1},
	} {
		err, code := ingestOutcome(c.receipt), 0
		var coded exit
		if errors.As(err, &coded) {
			code = coded.ExitCode()
		}
		if code != c.code {
			t.Errorf("%s: %d instead of %d", name, code, c.code)
		}
	}
}

func TestIngestTakesFoldersInTheCheapOrder(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"Condition.ndjson", "Patient.000.ndjson.gz", "Organization.ndjson", "notes.txt", ".hidden.json", "sub/b.json"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := feedFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, filepath.Base(f))
	}
	if strings.Join(got, " ") != "Organization.ndjson Patient.000.ndjson.gz Condition.ndjson b.json" {
		t.Fatal(got)
	}
	if _, err := ingestInputs([]string{t.TempDir()}); err == nil {
		t.Fatal("an empty folder is nothing done")
	}
}

func TestIngestCommandEndToEnd(t *testing.T) {
	dir := t.TempDir()
	feed := filepath.Join(dir, "feed.json")
	body := `{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"1","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}],"name":[{"family":"Smith"}],"birthDate":"1970-01-01"}}]}`
	if err := os.WriteFile(feed, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := IngestCmd{Storage: Storage{Data: dir}, Source: "gp", Kind: "practice", Paths: []string{feed}, JSON: true}
	if err := cmd.Run(context.Background(), &CLI{LogFormat: "text", LogLevel: "error"}); err == nil || !strings.Contains(err.Error(), "--organisation") {
		t.Fatalf("an unknown source must say how to register it: %v", err)
	}
	cmd.Organisation, cmd.ODS = "The Surgery", "Z9G01"
	for range 2 {
		if err := cmd.Run(context.Background(), &CLI{LogFormat: "text", LogLevel: "error"}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReceiptTable(t *testing.T) {
	var out bytes.Buffer
	r := ingest.Receipt{Source: "gp", Counts: map[string]*ingest.Count{"Patient": {Read: 2, Stored: 1, Held: 1}},
		Problems: []ingest.Problem{{Place: "line 2", Type: "Patient", Reason: ingest.BadNumber}}}
	if err := printReceipt(&out, r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"quarantined", "Patient", "fails its check", "line 2", "in, but for what is listed"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// TestEveryReasonHasWords reads the two lists of reasons from their source, so
// that a new one cannot be forgotten.
func TestEveryReasonHasWords(t *testing.T) {
	n := 0
	for _, file := range []string{"../../models/fhir/refusal.go", "../../models/ingest/receipt.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				v := s.(*ast.ValueSpec)
				if len(v.Values) != 1 || v.Type != nil {
					continue
				}
				lit, ok := v.Values[0].(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					continue
				}
				reason, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				n++
				if plainReason(reason) == reason {
					t.Errorf("%s: %s (%q) has no words", file, v.Names[0].Name, reason)
				}
			}
		}
	}
	if n < 30 {
		t.Fatalf("only %d reasons found", n)
	}
}

// A name that is not there stops everything before it begins; a file that fails
// later does not take the receipt of the others with it.
func TestIngestNamesTheFileThatFailed(t *testing.T) {
	dir := t.TempDir()
	body := `{"resourceType":"Patient","id":"1","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}],"name":[{"family":"Smith"}],"birthDate":"1970-01-01"}`
	good := filepath.Join(dir, "good.json")
	if err := os.WriteFile(good, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(paths ...string) (int, string) {
		cmd := IngestCmd{Storage: Storage{Data: dir}, Source: "gp", Kind: "practice", Organisation: "The Surgery", ODS: "Z9G01", Paths: paths}
		err := cmd.Run(context.Background(), &CLI{LogFormat: "text", LogLevel: "error"})
		var coded exit
		if !errors.As(err, &coded) {
			t.Fatalf("%v: no code: %v", paths, err)
		}
		return coded.ExitCode(), coded.Error()
	}
	if code, text := run(good, filepath.Join(dir, "none.json")); code != 1 || !strings.Contains(text, "nothing was taken in") || !strings.Contains(text, "none.json") {
		t.Errorf("a name that is not there: %d %q", code, text)
	}
	first := IngestCmd{Storage: Storage{Data: dir}, Source: "gp", Kind: "practice", Organisation: "The Surgery", ODS: "Z9G01", Paths: []string{good}}
	if err := first.Run(context.Background(), &CLI{LogFormat: "text", LogLevel: "error"}); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "feeds")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "nowhere"), filepath.Join(folder, "later.json")); err != nil {
		t.Fatal(err)
	}
	inputs := []ingest.Input{}
	for _, name := range []string{good, filepath.Join(folder, "later.json")} {
		inputs = append(inputs, ingest.Input{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(name) }})
	}
	stores, err := app.Open(context.Background(), Storage{Data: dir}.DSN("data"), clock.System, slog.New(slog.DiscardHandler), false)
	if err != nil {
		t.Fatal(err)
	}
	defer stores.DB.Close()
	receipt, err := stores.Intake.TakeAll(context.Background(), "gp", inputs, ingest.Options{})
	if err != nil {
		t.Fatalf("no receipt: %v", err)
	}
	var coded exit
	if err := ingestOutcome(receipt); !errors.As(err, &coded) || coded.ExitCode() != 3 || !strings.Contains(coded.Error(), "later.json") {
		t.Errorf("%v %+v", err, receipt)
	}
	if receipt.Total().Unchanged != 1 {
		t.Errorf("the good file is not in: %+v", receipt)
	}
}
