package record_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"candour/models/audit"
	"candour/models/opaque"
	"candour/models/record"
)

func TestFilters(t *testing.T) {
	whole := record.Merge(input(
		allergyOf("gp", "1", "7", "active", ""), allergyOf("acute", "2", "7", "inactive", ""),
		condition("gp", "3", "8", "active", "2019", ""),
		condition("acute", "4", "9", "active", "2021-05-06", ""),
		test("gp", "5", "10", "2019-02-03", mg("1.0")), test("acute", "6", "10", "2021-02-03", mg("2.0")), test("gp", "7", "10", "2022-02-03", mg("3.0")),
		sent{"gp", "Claim", "8", `"a":1`},
	))
	cases := map[string]struct {
		filter record.Filter
		want   map[record.SectionKind][]string
	}{
		"a section": {record.Filter{Sections: []record.SectionKind{record.Problems}}, map[record.SectionKind][]string{
			record.Problems: {"P9 active", "P8 active"}}},
		"a source, with what contradicts it": {record.Filter{Source: "acute"}, map[record.SectionKind][]string{
			record.Allergies: {"A7 active conflict:status:gp+acute"}, record.Problems: {"P9 active"}, record.Results: {"T10 final =2.0 mg/dL"}}},
		"until a day: the newest of what is left leads": {record.Filter{To: "2021-12-31"}, map[record.SectionKind][]string{
			record.Allergies: {"A7 active conflict:status:gp+acute"}, record.Problems: {"P9 active", "P8 active"},
			record.Results: {"T10 final =2.0 mg/dL before:gp:final:1.0 mg/dL"}}},
		"a year that may reach into the period": {record.Filter{From: "2019-06-01", To: "2019-12-31"}, map[record.SectionKind][]string{
			record.Allergies: {"A7 active conflict:status:gp+acute"}, record.Problems: {"P8 active"}}},
		"words, all of them, in any case": {record.Filter{Text: "acute P9"}, map[record.SectionKind][]string{record.Problems: {"P9 active"}}},
		"nothing":                         {record.Filter{Text: "there is no such word"}, map[record.SectionKind][]string{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := c.filter.Apply(whole)
			got := map[record.SectionKind][]string{}
			for _, x := range s.Sections {
				if lines := told(s, x.Kind); len(lines) > 0 {
					got[x.Kind] = lines
				}
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("\n got %q\nwant %q", got, c.want)
			}
		})
	}
}

// TestWhatIsLoggedIsWhatIsShown: for every filter, the set for the log is what a
// page of the filtered sheet prints, and what was left out is in neither.
func TestWhatIsLoggedIsWhatIsShown(t *testing.T) {
	for _, in := range everybody(t) {
		whole := record.Merge(in)
		all := record.Refs(whole)
		filters := []record.Filter{{}, {From: "2015-01-01"}, {To: "2010"}, {From: "2019-01-01", To: "2020-06-30"}, {Text: "allergy"}, {Text: "mg"}}
		for _, kind := range record.SectionOrder {
			filters = append(filters, record.Filter{Sections: []record.SectionKind{kind}})
		}
		for _, f := range in.Feeds {
			filters = append(filters, record.Filter{Source: f.ID}, record.Filter{Source: f.ID, From: "2018-01-01", Text: "a"})
		}
		for _, f := range filters {
			s := f.Apply(whole)
			logged := record.Refs(s)
			if got := tokens(page(s)); !slices.Equal(got, names(logged)) {
				t.Fatalf("%+v: the page shows %d items, the log says %d", f, len(got), len(logged))
			}
			if lines := tokens(linesOnly(s)); !slices.Equal(lines, names(logged)) {
				t.Fatalf("%+v: without the timeline the page shows %d items, the log says %d", f, len(lines), len(logged))
			}
			for _, r := range logged {
				if !slices.Contains(all, r) {
					t.Fatalf("%+v: %v is not on the whole sheet", f, r)
				}
			}
		}
	}
}

// linesOnly is a surface that has no timeline: print of one section, CSV.
func linesOnly(s *record.Sheet) []byte {
	bare := *s
	bare.Timeline = nil
	return page(&bare)
}

// TestWhateverComesIsLaidOut puts every R4 example at hand through the merge: it
// may not crash and may not lose one.
func TestWhateverComesIsLaidOut(t *testing.T) {
	dir := dataDir(t)
	in := record.Input{Feeds: []record.Feed{feed("x", "practice")}}
	for _, folder := range []string{"uk-core-r4", "nhs-england-guides", "hl7-r4-examples", "scr-r4", "immunisation-r4", "malformed/fhir-validator-cases"} {
		err := filepath.WalkDir(filepath.Join(dir, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") {
				return err
			}
			raw := readFile(t, path)
			kind := typeOf(raw)
			if kind == "" || kind == "Bundle" || sharedTypes[kind] || kind == "Patient" {
				return nil
			}
			in.Items = append(in.Items, record.Item{Ref: audit.ItemRef{ID: opaque.Of(path), Version: 1}, Source: "x", Type: kind, LocalID: fmt.Sprint(len(in.Items)), Raw: raw})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	s := record.Merge(in)
	shown, counted, unreadable := len(record.Refs(s)), 0, 0
	for _, x := range s.Sections {
		counted += x.Errors
		for _, l := range x.Lines {
			counted += l.Count
			if l.Status == "unreadable" {
				unreadable++
			}
			if l.Title == "" || l.Status == "" && l.Count == 0 || l.Source == "" && l.Count == 0 {
				t.Errorf("%s: a line without a title, a status or a source: %+v", x.Kind, l)
			}
		}
	}
	if shown+counted != len(in.Items) || len(in.Items) < 300 {
		t.Errorf("%d items: %d shown, %d counted", len(in.Items), shown, counted)
	}
	t.Logf("%d examples: %d shown (%d of them could not be read), %d counted", len(in.Items), shown, unreadable, counted)
}

func typeOf(raw []byte) string {
	_, after, ok := bytes.Cut(raw, []byte(`"resourceType"`))
	if !ok {
		return ""
	}
	parts := bytes.SplitN(after, []byte(`"`), 3)
	if len(parts) < 3 {
		return ""
	}
	return string(parts[1])
}
