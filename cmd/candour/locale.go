package main

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	"candour/locales"
	"candour/locales/lint"
)

// LocaleCmd is `candour locale check`.
type LocaleCmd struct {
	Check LocaleCheckCmd `cmd:"" help:"Hold every sentence to the house style, and every language to English."`
}

// LocaleCheckCmd reads the words. It ends with 0 when nothing is wrong, with 2 when
// something was found, and with 1 when the words cannot be read.
type LocaleCheckCmd struct {
	Dir  string `arg:"" optional:"" help:"Folder of languages (en and others); without it, those built into the program." type:"existingdir"`
	JSON bool   `help:"As JSON."`
}

// found is the ending of a check that found something.
type found int

func (f found) Error() string {
	if f == 1 {
		return "locale: 1 finding"
	}
	return fmt.Sprintf("locale: %d findings", int(f))
}

// ExitCode tells findings from words that cannot be read.
func (f found) ExitCode() int { return 2 }

// Run checks and prints.
func (c LocaleCheckCmd) Run() error {
	var from fs.FS = locales.Files()
	if c.Dir != "" {
		from = os.DirFS(c.Dir)
	}
	report, err := lint.Check(from)
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		if err := enc.Encode(report); err != nil {
			return err
		}
	} else if err := printLocales(os.Stdout, report); err != nil {
		return err
	}
	if n := len(report.Findings); n > 0 {
		return found(n)
	}
	return nil
}

func printLocales(w io.Writer, r lint.Report) error {
	fmt.Fprintf(w, "languages: %s; %d English sentences\n", strings.Join(r.Languages, ", "), r.Sentences)
	for _, f := range r.Findings {
		fmt.Fprintln(w, f)
	}
	t := tabwriter.NewWriter(w, 2, 4, 2, ' ', 0)
	fmt.Fprintln(t, "file\treading age\tsentences\twords\tlongest sentence\t")
	for _, f := range r.Reading {
		fmt.Fprintf(t, "%s\t%.1f\t%d\t%d\t%d words: %s\t\n", f.File, f.Age, f.Sentences, f.Words, f.LongestIs, f.Longest)
	}
	return t.Flush()
}
