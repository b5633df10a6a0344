package clinician

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"candour/models/audit"
	"candour/models/opaque"
	"candour/models/record"
)

func tokenSet(refs []audit.ItemRef) []string {
	out := make([]string, 0, len(refs))
	for _, r := range refs {
		out = append(out, token(r))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// What the page names is what the log says was shown, both ways (issue, the gate:
// "the page's DOM carries the same ids").
func TestThePageNamesExactlyTheItemsOfTheSheet(t *testing.T) {
	sheet := wholeSheet()
	want := tokenSet(record.Refs(sheet))
	for name, as := range map[string]style{"page": {}, "print": {paper: true}, "filtered": {narrowed: true}} {
		got := slices.Sorted(maps.Keys(tokensIn(parse(t, body(sheet, as)))))
		if !slices.Equal(got, want) {
			t.Errorf("%s: the page names %v, the log says %v", name, got, want)
		}
	}
	for _, s := range sheet.Sections {
		one := &record.Sheet{Sections: []record.Section{s}}
		got := slices.Sorted(maps.Keys(tokensIn(parse(t, body(one, style{bare: true})))))
		if want := tokenSet(record.Refs(one)); !slices.Equal(got, want) {
			t.Errorf("fragment %s: the page names %v, the log says %v", s.Kind, got, want)
		}
	}
}

// Every title of an entry stands inside an element that names that entry: naming
// it somewhere else on the page is not enough.
func TestEveryEntryStandsInAnElementThatNamesIt(t *testing.T) {
	for _, unnamed := range unnamedEntries(parse(t, Sections(wholeSheet())), wholeSheet()) {
		t.Error(unnamed)
	}
}

// The check above must be able to fail: with one data-item taken away it does.
func TestAnEntryWithoutItsNameIsFound(t *testing.T) {
	sheet := wholeSheet()
	sheet.Timeline = nil
	doc := parse(t, Sections(sheet))
	dropped := 0
	for n := range doc.Descendants() {
		v, ok := attr(n, "data-item")
		if !ok || !slices.ContainsFunc(strings.Fields(v), func(tok string) bool { return !namedBy(n.Parent, tok) }) {
			continue // an element around it names the same
		}
		kept := n.Attr
		n.Attr = slices.DeleteFunc(slices.Clone(n.Attr), func(a html.Attribute) bool { return a.Key == "data-item" })
		missing := len(tokensIn(doc)) != len(tokenSet(record.Refs(sheet)))
		if !missing && len(unnamedEntries(doc, sheet)) == 0 {
			t.Errorf("<%s class=%q> can lose its data-item unnoticed", n.Data, attrOr(n, "class"))
		}
		n.Attr = kept
		dropped++
	}
	if dropped < 6 {
		t.Fatalf("only %d elements name an item: the fixture is too small", dropped)
	}
}

func attrOr(n *html.Node, name string) string {
	v, _ := attr(n, name)
	return v
}

// unnamedEntries lists the lines whose title stands in no element that names them.
func unnamedEntries(doc *html.Node, sheet *record.Sheet) []string {
	var out []string
	for _, s := range sheet.Sections {
		for i := range s.Lines {
			line := &s.Lines[i]
			seen := 0
			for n := range doc.Descendants() {
				if n.Type != html.TextNode || strings.TrimSpace(n.Data) != line.Title {
					continue
				}
				if seen++; !namedBy(n, token(line.Refs[0])) {
					out = append(out, fmt.Sprintf("%s: %q stands in no element that names its item", s.Kind, line.Title))
				}
			}
			if seen == 0 {
				out = append(out, fmt.Sprintf("%s: %q is not shown", s.Kind, line.Title))
			}
		}
	}
	return out
}

func namedBy(n *html.Node, token string) bool {
	for ; n != nil; n = n.Parent {
		if v, ok := attr(n, "data-item"); ok && slices.Contains(strings.Fields(v), token) {
			return true
		}
	}
	return false
}

// Feed text is text and never markup, an attribute or an address (T18, T19).
func TestHostileTextStaysText(t *testing.T) {
	doc := parse(t, Sections(wholeSheet()))
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "script", "img", "iframe", "style", "object":
			t.Errorf("<%s> came out of a feed's text", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-") && a.Key != "hx-ignore" || a.Key == "style" {
				t.Errorf("<%s %s> came out of a feed's text", n.Data, a.Key)
			}
		}
	}
	if n := strings.Count(text(doc), "<script>alert(1)</script>"); n < 5 {
		t.Errorf("the text itself is shown %d times: it must be shown, as text", n)
	}
}

// The body is stored once and sent to everybody: two renderings are the same bytes
// and hold nothing of a viewer, a token or a time (performance.md 6).
func TestTheStoredBodyIsTheSameForEverybody(t *testing.T) {
	var a, b bytes.Buffer
	for _, out := range []*bytes.Buffer{&a, &b} {
		if err := Sections(wholeSheet()).Render(t.Context(), out); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same sheet gave two different bodies")
	}
	for _, word := range []string{"csrf", "nonce", "Opened", "Up to date", "<form", "Delayed"} {
		if strings.Contains(a.String(), word) {
			t.Errorf("the stored body holds %q, which belongs to the shell around it", word)
		}
	}
}

// "None recorded", "not supplied", "not connected" and "could not be read" are four
// different things and are never said in each other's words.
func TestEmptyStatesAreToldApart(t *testing.T) {
	doc := parse(t, Sections(wholeSheet()))
	for id, want := range map[string]string{
		"alerts":     "No alerts recorded.",
		"procedures": "Not known: no connected source sends this.",
		"other":      "Could not be checked",
	} {
		if got := text(section(t, doc, id)); !strings.Contains(got, want) {
			t.Errorf("%s says %q, want %q in it", id, got, want)
		}
	}
	medicines := text(section(t, doc, "medicines"))
	for _, want := range []string{"None recorded by: Greensand Mental Health Trust", "Not supplied by: Lea Valley Council", "Not connected yet: Eastern Ambulance", "Could not be read from: Ivel Community Health"} {
		if !strings.Contains(medicines, want) {
			t.Errorf("medicines do not say %q: %q", want, medicines)
		}
	}
}

func TestMedicinesLineFollowsCUI(t *testing.T) {
	got := text(section(t, parse(t, Sections(wholeSheet())), "medicines"))
	want := "Amoxicillin 500mg capsules – capsule – DOSE 500 mg – oral – three times a day"
	if !strings.Contains(got, want) {
		t.Errorf("got %q, want %q in it", got, want)
	}
	if !strings.Contains(got, "An unknown label: kept") {
		t.Error("a fact under a label without words of ours was dropped")
	}
}

func TestAConflictShowsEverySideAndChoosesNone(t *testing.T) {
	got := text(section(t, parse(t, Sections(wholeSheet())), "allergies"))
	for _, want := range []string{"Sources differ", "Greensand Mental Health Trust", "We have not chosen one for you", "Also at Ousebank General Hospital", "No known allergies"} {
		if !strings.Contains(got, want) {
			t.Errorf("allergies do not say %q: %q", want, got)
		}
	}
}

func TestResultsKeepTheirZerosAndUnits(t *testing.T) {
	got := text(section(t, parse(t, Sections(wholeSheet())), "results"))
	for _, want := range []string{"139.50 mmol/L", "140.00 mmol/L", "133-146", "↑ High", "3 earlier results"} {
		if !strings.Contains(got, want) {
			t.Errorf("results do not say %q: %q", want, got)
		}
	}
}

func TestPrintFoldsNothingAndLinksNowhere(t *testing.T) {
	for n := range parse(t, body(wholeSheet(), style{paper: true})).Descendants() {
		if _, open := attr(n, "open"); n.Data == "details" && !open {
			t.Errorf("printed folded: %s", text(n))
		}
		if n.Data == "a" {
			t.Errorf("a link on paper: %s", text(n))
		}
	}
}

func TestDates(t *testing.T) {
	for sent, want := range map[string]string{
		"2024": "2024", "2024-03": "Mar-2024", "2024-03-02": "02-Mar-2024", "2024-07-02T09:12:00Z": "02-Jul-2024 10:12",
		"2024-01-02T23:59:30.5+00:00": "02-Jan-2024 23:59", "last spring": "last spring", "2024-13-02": "2024-13-02", "": "",
	} {
		if got := moment(sent); got != want {
			t.Errorf("moment(%q) = %q, want %q", sent, got, want)
		}
	}
	if got := span(record.When{Sent: "2026-11-14T09:00:00Z", End: "2026-11-14T09:20:00Z"}); got != "14-Nov-2026 09:00 – 09:20" {
		t.Errorf("a visit of one day reads %q", got)
	}
}

// Who is born on 29 February has their birthday on 1 March of a common year.
func TestAge(t *testing.T) {
	for _, c := range []struct{ born, on, want string }{
		{"2008-02-29", "2026-02-28", "17"}, {"2008-02-29", "2026-03-01", "18"}, {"1944-02-01", "2026-01-31", "81"}, {"1944-02", "2026-01-31", ""},
	} {
		if got := ageAt(c.born, c.on); got != c.want {
			t.Errorf("born %s, on %s: %q, want %q", c.born, c.on, got, c.want)
		}
	}
}

// bigSheet is a record of 500 lines.
func bigSheet() *record.Sheet {
	base := wholeSheet()
	s := &record.Sheet{}
	for _, section := range base.Sections {
		for i := 0; len(section.Lines) > 0 && len(section.Lines) < 100; i++ {
			line := section.Lines[i%len(section.Lines)]
			line.Refs = []audit.ItemRef{{ID: opaque.Of(string(section.Kind), fmt.Sprint(i)), Version: 1}}
			section.Lines = append(section.Lines, line)
			s.Timeline = append(s.Timeline, record.Moment{Ref: line.Refs[0], Section: section.Kind, Title: line.Title, When: record.When{Sent: "2024-03-02", Sort: time.Date(2024, 3, 2, 0, 0, 0, 0, time.UTC).UnixMilli()}, Org: line.SourceName})
		}
		s.Sections = append(s.Sections, section)
	}
	return s
}

func BenchmarkSections500Lines(b *testing.B) {
	sheet := bigSheet()
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := Sections(sheet).Render(b.Context(), &out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(out.Len())/1024, "kB")
}
