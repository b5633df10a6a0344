package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/mattn/go-isatty"

	"candour/cmd/candour/app"
	"candour/models/clock"
	"candour/models/ingest"
	"candour/models/organisation"
)

// IngestCmd is `candour ingest --source ID PATH…`.
type IngestCmd struct {
	Storage
	Source       string   `required:"" help:"The registered source that sends this." placeholder:"ID"`
	Complete     bool     `help:"The input is the source's whole extract for the people in it: what is gone there goes here."`
	JSON         bool     `help:"Print the receipt as JSON."`
	Organisation string   `help:"Register the source first, if it is new: name of its organisation." placeholder:"NAME"`
	ODS          string   `name:"ods" help:"ODS code of the organisation to register." placeholder:"CODE"`
	Kind         string   `enum:"practice,acute,community,mental,social,ambulance,board" default:"acute" help:"Kind of the organisation to register."`
	OutOfRegion  bool     `help:"The organisation to register is outside the region."`
	Paths        []string `arg:"" optional:"" help:"Files or folders of FHIR R4: bundles, NDJSON, gzip of either. - or nothing reads standard input." placeholder:"PATH"`
}

// ingestExit carries the code that the process ends with: 3 when something is
// quarantined or held, 1 when nothing was done.
type ingestExit struct {
	code int
	text string
}

func (e *ingestExit) Error() string { return e.text }

// ExitCode is the code.
func (e *ingestExit) ExitCode() int { return e.code }

// Run takes the feed in and prints the receipt.
func (c IngestCmd) Run(ctx context.Context, cli *CLI) error {
	inputs, err := ingestInputs(c.Paths)
	if err != nil {
		return err
	}
	stores, err := app.Open(ctx, c.DSN("data"), clock.System, cli.logger(), false)
	if err != nil {
		return err
	}
	defer stores.DB.Close()
	if err := c.register(ctx, stores.Organisations); err != nil {
		return err
	}
	show := newProgress(os.Stderr)
	receipt, err := stores.Intake.TakeAll(ctx, c.Source, inputs, ingest.Options{Complete: c.Complete, Progress: show.read})
	show.done()
	var unknown *ingest.UnknownSource
	if errors.As(err, &unknown) {
		return fmt.Errorf("source %q is not registered; add --organisation NAME (with --ods and --kind) to register it now", c.Source)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		err = out.Encode(struct {
			Verdict ingest.Verdict `json:"verdict"`
			ingest.Receipt
		}{receipt.Verdict(), receipt})
	} else {
		err = printReceipt(os.Stdout, receipt)
	}
	if err != nil {
		return err
	}
	return ingestOutcome(receipt)
}

// register adds an unknown source with its organisation, when asked to.
func (c IngestCmd) register(ctx context.Context, orgs *organisation.Store) error {
	if c.Organisation == "" {
		return nil
	}
	if _, err := orgs.Source(ctx, c.Source); err == nil {
		return nil // registered before; a delivery does not change what was agreed
	}
	id := strings.ToLower(c.ODS)
	if id == "" {
		id = "of-" + c.Source
	}
	err := orgs.Register(ctx, organisation.Organisation{ID: id, ODSCode: c.ODS, Name: c.Organisation, Kind: organisation.Kind(c.Kind),
		InRegion: !c.OutOfRegion, State: organisation.Connected})
	if err != nil {
		return err
	}
	return orgs.RegisterSource(ctx, organisation.Source{ID: c.Source, OrganisationID: id, SystemKind: "FHIR R4", State: organisation.Connected, FreshHours: 24})
}

// ingestOutcome turns a receipt into the exit code.
func ingestOutcome(r ingest.Receipt) error {
	total := r.Total()
	switch {
	case r.Refused != "":
		return &ingestExit{1, "nothing was taken in: " + plainReason(r.Refused)}
	case total.Read == 0 && total.Gone == 0:
		return &ingestExit{1, "nothing to take in"}
	case total.Quarantined+total.Held > 0 || r.RefusedInputs > 0:
		return &ingestExit{3, unreadFiles(r)}
	}
	return nil
}

// unreadFiles names every file that could not be read, for its sender has to send
// it again; the rest of the delivery is in.
func unreadFiles(r ingest.Receipt) string {
	var names []string
	for _, p := range r.Problems {
		if p.Reason == ingest.Unreadable {
			names = append(names, p.Place)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "not read, send again: " + strings.Join(names, ", ")
}

// ingestInputs lists what to read. In a folder, what others lean on comes first:
// the order does not matter, but holding and releasing costs time.
func ingestInputs(paths []string) ([]ingest.Input, error) {
	if len(paths) == 0 {
		if isatty.IsTerminal(os.Stdin.Fd()) {
			return nil, errors.New("nothing to read: name files or folders, or pipe a feed in")
		}
		paths = []string{"-"}
	}
	var all []ingest.Input
	for _, p := range paths {
		if p == "-" {
			all = append(all, ingest.Input{Name: "standard input", Open: func() (io.ReadCloser, error) { return io.NopCloser(os.Stdin), nil }})
			continue
		}
		files, err := feedFiles(p)
		if err != nil {
			return nil, &ingestExit{1, "nothing was taken in: " + err.Error()}
		}
		for _, f := range files {
			all = append(all, ingest.Input{Name: f, Open: func() (io.ReadCloser, error) { return os.Open(f) }})
		}
	}
	if len(all) == 0 {
		return nil, &ingestExit{1, "no .json, .ndjson or .jsonl file (or .gz of one) there"}
	}
	return all, nil
}

func feedFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && isFeed(d.Name()) {
			files = append(files, p)
		}
		return err
	})
	sort.SliceStable(files, func(a, b int) bool { return feedRank(files[a]) < feedRank(files[b]) })
	return files, err
}

func isFeed(name string) bool {
	name = strings.TrimSuffix(name, ".gz")
	return !strings.HasPrefix(name, ".") && (strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".ndjson") || strings.HasSuffix(name, ".jsonl"))
}

func feedRank(path string) int {
	name := filepath.Base(path)
	for i, kind := range []string{"Organization", "Location", "Practitioner", "HealthcareService", "Medication.", "Patient"} {
		if strings.HasPrefix(name, kind) {
			return i
		}
	}
	return 100
}

// printReceipt prints the table by resource type, and the problems by reason.
func printReceipt(w io.Writer, r ingest.Receipt) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "type\tread\tstored\tunchanged\twithheld\tquarantined\theld\tgone\t")
	kinds := make([]string, 0, len(r.Counts))
	for k := range r.Counts {
		kinds = append(kinds, k)
	}
	sort.Strings(kinds)
	line := func(name string, c ingest.Count) {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", name, c.Read, c.Stored, c.Unchanged, c.Withheld, c.Quarantined, c.Held, c.Gone)
	}
	for _, k := range kinds {
		line(k, *r.Counts[k])
	}
	line("all", r.Total())
	if err := t.Flush(); err != nil {
		return err
	}
	printProblems(w, r)
	fmt.Fprintf(w, "%s: %s (%s)\n", r.Source, verdictWords[r.Verdict()], r.Finished.Sub(r.Started).Round(time.Millisecond))
	return nil
}

func printProblems(w io.Writer, r ingest.Receipt) {
	type group struct {
		first ingest.Problem
		n     int
	}
	groups := map[string]*group{}
	for _, p := range r.Problems {
		if g := groups[p.Reason]; g != nil {
			g.n++
			continue
		}
		groups[p.Reason] = &group{p, 1}
	}
	reasons := make([]string, 0, len(groups))
	for reason := range groups {
		reasons = append(reasons, reason)
	}
	sort.Strings(reasons)
	for _, reason := range reasons {
		g := groups[reason]
		fmt.Fprintf(w, "%d × %s (%s), first: %s\n", g.n, plainReason(reason), reason, strings.Join(strings.Fields(g.first.Place+" "+g.first.Type+" "+g.first.Detail), " "))
	}
	if r.MoreProblems > 0 {
		fmt.Fprintf(w, "and %d more\n", r.MoreProblems)
	}
}

// progress shows on a terminal how far it has got; elsewhere it stays silent.
type progress struct {
	w     io.Writer
	shown bool
}

func newProgress(f *os.File) *progress {
	if !isatty.IsTerminal(f.Fd()) {
		return &progress{w: io.Discard}
	}
	return &progress{w: f}
}

func (p *progress) read(n int) {
	p.shown = true
	fmt.Fprintf(p.w, "\r%d resources read", n)
}

func (p *progress) done() {
	if p.shown {
		fmt.Fprintln(p.w)
	}
}
