package clinician

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"candour/models/audit"
	"candour/models/record"
)

// columns of the spreadsheet, in order; their heads are in locales.
var csvColumns = [...]string{"item", "version", "section", "entry", "title", "status", "date", "end", "value", "range", "flag", "details",
	"source", "recorder", "recorded", "family", "given", "nhs_number", "birth_date"}

// csvRow is one item of the record. Every row names the person, so that a file
// parted from its page is still about somebody.
type csvRow struct {
	ref                               audit.ItemRef
	entry, title, status, value       string
	limits, flag, details, source, by string
	when, recorded                    record.When
}

// sheetFile writes a record as a spreadsheet (RFC 4180, UTF-8), one row for each
// item and none twice: the rows are exactly what the log says was taken.
type sheetFile struct {
	*words
	rows    *csv.Writer
	person  record.Banner
	section string
	written map[audit.ItemRef]bool
	err     error
}

// CSV is the disclosed record as a spreadsheet.
func CSV(ctx context.Context, d record.Disclosure) ([]byte, error) { return csvOf(ctx, d.Sheet()) }

func csvOf(ctx context.Context, sheet *record.Sheet) ([]byte, error) {
	var out bytes.Buffer
	f := &sheetFile{words: wordsIn(ctx), rows: csv.NewWriter(&out), person: sheet.Person, written: map[audit.ItemRef]bool{}}
	f.rows.UseCRLF = true
	heads := make([]string, len(csvColumns))
	for i, c := range csvColumns {
		heads[i] = f.t("clinician.csv." + c)
	}
	f.write(heads)
	for _, s := range sheet.Sections {
		f.section = f.t("record.section." + string(s.Kind))
		for i := range s.Lines {
			f.line(&s.Lines[i])
		}
	}
	for _, m := range sheet.Timeline {
		f.section = f.t("record.section." + string(m.Section))
		f.add(csvRow{ref: m.Ref, entry: "leading", title: m.Title, when: m.When, source: m.Org})
	}
	f.rows.Flush()
	if f.err == nil {
		f.err = f.rows.Error()
	}
	if f.err != nil {
		return nil, fmt.Errorf("clinician: csv: %w", f.err)
	}
	return out.Bytes(), nil
}

func (f *sheetFile) line(l *record.Line) {
	if len(l.Refs) == 0 {
		return // a mere count
	}
	title := laid{words: f.words}.title(l)
	lead := csvRow{ref: l.Refs[0], entry: "leading", title: title, status: l.Status, when: l.When, recorded: l.Recorded,
		source: l.SourceName, by: l.Recorder, details: f.details(l)}
	if l.Value != nil {
		lead.value, lead.limits, lead.flag = l.Value.Text, l.Value.Range, l.Value.Flag
	}
	f.add(lead)
	f.mentions("also", title, l.Also)
	for _, v := range l.Earlier {
		f.add(csvRow{ref: v.Ref, entry: "earlier", title: title, status: v.Status, when: v.When, value: v.Text, limits: v.Range, flag: v.Flag, source: v.Org, by: v.Recorder})
		f.mentions("also", title, v.Also)
	}
	for _, c := range l.Conflicts {
		f.mentions("differs", title, c.Sides)
	}
	for _, ref := range l.Refs {
		f.add(csvRow{ref: ref, entry: "cited", title: title, source: l.SourceName})
	}
}

func (f *sheetFile) mentions(entry, title string, all []record.Mention) {
	for _, m := range all {
		if m.Title == "" {
			m.Title = title
		}
		f.add(csvRow{ref: m.Ref, entry: entry, title: m.Title, status: m.Status, when: m.When, source: m.SourceName, by: m.Recorder, details: f.facts(m.Differs)})
	}
}

func (f *sheetFile) details(l *record.Line) string {
	out := f.facts(l.Details)
	if l.Text != "" {
		out = strings.TrimPrefix(out+"; "+l.Text, "; ")
	}
	return out
}

func (f *sheetFile) facts(details []record.Detail) string {
	parts := make([]string, len(details))
	for i, d := range details {
		parts[i] = f.code("record.detail.", d.Label) + ": " + d.Value
	}
	return strings.Join(parts, "; ")
}

func (f *sheetFile) add(r csvRow) {
	if r.ref.ID == "" || f.written[r.ref] {
		return
	}
	f.written[r.ref] = true
	f.write([]string{string(r.ref.ID), strconv.Itoa(r.ref.Version), f.section, f.t("clinician.csv." + r.entry), r.title, f.code("record.status.", r.status),
		r.when.Sent, r.when.End, r.value, r.limits, f.code("record.flag.", r.flag), r.details, r.source, r.by, r.recorded.Sent,
		f.person.Family, f.person.Given, f.person.NHSNumber, f.person.BirthDate})
}

func (f *sheetFile) write(cells []string) {
	for i, cell := range cells {
		cells[i] = guarded(cell)
	}
	if err := f.rows.Write(cells); err != nil && f.err == nil {
		f.err = err
	}
}

// guarded keeps a spreadsheet from reading a cell as a formula (trust.md T20):
// the text comes from other people's systems.
func guarded(cell string) string {
	if cell != "" && strings.IndexByte("=+-@\t\r", cell[0]) >= 0 {
		return "'" + cell
	}
	return cell
}
