package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"

	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
)

// AuditCmd is `candour audit export|verify`.
type AuditCmd struct {
	Export AuditExportCmd `cmd:"" help:"Write the access log as FHIR R4 AuditEvents (IHE BALP), one a line. The export itself is logged."`
	Verify AuditVerifyCmd `cmd:"" help:"Check that no entry of the access log is missing, added, moved or changed."`
}

// AuditExportCmd takes the log out.
type AuditExportCmd struct {
	Storage
	From   string `help:"First day to write, London time (YYYY-MM-DD)." placeholder:"DAY"`
	To     string `help:"Last day to write, London time (YYYY-MM-DD)." placeholder:"DAY"`
	Output string `help:"File to write, made anew, readable by its owner only; standard output when not given." placeholder:"FILE"`
}

// Run writes the entries.
func (c AuditExportCmd) Run(ctx context.Context, cli *CLI) (err error) {
	from, to, err := c.span()
	if err != nil {
		return err
	}
	log, done, err := openAudit(ctx, c.Storage, cli)
	if err != nil {
		return err
	}
	defer done()
	out := io.Writer(os.Stdout)
	if c.Output != "" {
		file, err := os.OpenFile(c.Output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		out = file
	}
	n, err := log.Export(ctx, out, from, to)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d entries\n", n)
	return nil
}

// span turns two London days into instants, the second day included.
func (c AuditExportCmd) span() (from, to time.Time, err error) {
	if c.From != "" {
		if from, err = time.ParseInLocation(time.DateOnly, c.From, audit.London); err != nil {
			return from, to, fmt.Errorf("--from is a day as 2026-11-23")
		}
	}
	if c.To != "" {
		if to, err = time.ParseInLocation(time.DateOnly, c.To, audit.London); err != nil {
			return from, to, fmt.Errorf("--to is a day as 2026-11-23")
		}
		to = to.AddDate(0, 0, 1)
	}
	return from, to, nil
}

// AuditVerifyCmd checks the log.
type AuditVerifyCmd struct {
	Storage
	JSON bool `help:"Print the report as JSON."`
}

// Run ends with 2 and names the first wrong row when something is not as it was written.
func (c AuditVerifyCmd) Run(ctx context.Context, cli *CLI) error {
	log, done, err := openAudit(ctx, c.Storage, cli)
	if err != nil {
		return err
	}
	defer done()
	watch := clock.Stopwatch()
	report, err := log.Verify(ctx, progressOn(os.Stderr))
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		if err := enc.Encode(report); err != nil {
			return err
		}
	} else {
		printReport(os.Stdout, report, watch())
	}
	if report.Wrong != nil {
		return tampered{*report.Wrong}
	}
	return nil
}

func printReport(w io.Writer, r audit.Report, took time.Duration) {
	fmt.Fprintf(w, "%d entries and %d sets of items checked in %s\n", r.Entries, r.Sets, took.Round(time.Millisecond))
	if r.Wrong == nil {
		fmt.Fprintf(w, "every entry is as it was written; the last link is %s\n", r.Head)
		fmt.Fprintln(w, "(a log rewritten as a whole shows only against a link kept elsewhere)")
	}
}

// progressOn shows how far it is, on a terminal only.
func progressOn(f *os.File) func(done, total int64) {
	if !isatty.IsTerminal(f.Fd()) {
		return nil
	}
	return func(done, total int64) {
		fmt.Fprintf(f, "\r%d of %d", done, total)
		if done >= total {
			fmt.Fprintln(f)
		}
	}
}

// tampered is a log that is not as it was written.
type tampered struct{ audit.Finding }

// Error names the row.
func (t tampered) Error() string {
	text := "the access log is not as it was written: " + t.What
	if t.Seq != 0 {
		text = fmt.Sprintf("the access log is not as it was written: entry %d: %s", t.Seq, t.What)
	}
	if t.Detail != "" {
		text += " (" + t.Detail + ")"
	}
	return text
}

// ExitCode tells a changed log from one that could not be read.
func (t tampered) ExitCode() int { return 2 }

// openAudit opens the log where the settings say the data is.
func openAudit(ctx context.Context, s Storage, cli *CLI) (*audit.Log, func(), error) {
	d, err := db.Open(ctx, s.DSN("data"), cli.logger())
	if err != nil {
		return nil, nil, err
	}
	return audit.New(d, clock.System), func() { _ = d.Close() }, nil
}
