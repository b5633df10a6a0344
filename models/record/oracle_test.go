package record_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"candour/models/record"
)

// dataDir is where the test data of the programme lies; without it the
// comparisons are skipped, loudly.
func dataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("CANDOUR_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(dir, "expectations.jsonl.gz")); err != nil {
		t.Skip("SKIPPED: the shared test data is not here (set CANDOUR_DATA to its folder): nothing was compared with the oracle")
	}
	return dir
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// expectation is one row of expectations.jsonl.gz, counted by a script that knows
// nothing of this program.
type expectation struct {
	Bundle          string            `json:"bundle"`
	ActiveAllergies [][]string        `json:"active_allergies"`
	Inactive        [][]string        `json:"inactive_allergies"`
	Conditions      [][]string        `json:"active_conditions"`
	PastConditions  [][]string        `json:"inactive_conditions"`
	Requests        [][]string        `json:"active_medication_requests"`
	Statements      [][]string        `json:"active_medication_statements"`
	Encounters      int               `json:"encounters"`
	Immunisations   [][]string        `json:"immunisations"`
	ByType          map[string]int    `json:"by_type"`
	LastEncounter   []*string         `json:"last_encounter"`
	Last            map[string]lastOf `json:"last_observations"`
}

type lastOf struct {
	At      string   `json:"at"`
	Values  []string `json:"values"`
	Sources []string `json:"sources"`
}

func expectations(t testing.TB, prefix ...string) []expectation {
	t.Helper()
	lines := bufio.NewScanner(strings.NewReader(string(readFile(t, filepath.Join(dataDir(t), "expectations.jsonl.gz")))))
	lines.Buffer(nil, 16<<20)
	var out []expectation
	for lines.Scan() {
		var e expectation
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		for _, p := range prefix {
			if strings.HasPrefix(e.Bundle, p) {
				out = append(out, e)
			}
		}
	}
	return out
}

// said is what a sheet says, in the oracle's terms.
type said struct {
	ActiveAllergies, InactiveAllergies map[string][]string // key → sources
	Conditions, PastConditions         map[string][]string
	Medicines                          map[string][]string
	Encounters                         int
	Immunisations                      []string
	Last                               map[string]lastOf
	Conflicts                          []string
}

var activeStatus = map[record.SectionKind]map[string]bool{
	record.Allergies: {"active": true, "unknown": true},
	record.Problems:  {"active": true, "recurrence": true, "relapse": true},
	record.Medicines: {"active": true},
}

var pastStatus = map[string]bool{"inactive": true, "resolved": true, "remission": true}

func read(s *record.Sheet) said {
	out := said{ActiveAllergies: map[string][]string{}, InactiveAllergies: map[string][]string{}, Conditions: map[string][]string{},
		PastConditions: map[string][]string{}, Medicines: map[string][]string{}, Last: map[string]lastOf{}}
	for _, section := range s.Sections {
		for _, l := range section.Lines {
			switch section.Kind {
			case record.Allergies:
				states(l, out.ActiveAllergies, out.InactiveAllergies, activeStatus[section.Kind])
			case record.Problems:
				states(l, out.Conditions, out.PastConditions, activeStatus[section.Kind])
			case record.Medicines:
				states(l, out.Medicines, map[string][]string{}, activeStatus[section.Kind])
			case record.Encounters:
				if l.Type == "Encounter" {
					out.Encounters++
				}
			case record.Immunisations:
				out.Immunisations = append(out.Immunisations, l.Key+" "+l.When.Sent)
			case record.Results:
				out.result(l)
			}
			for _, c := range l.Conflicts {
				out.Conflicts = append(out.Conflicts, conflictName(section.Kind, c.Kind, l.Key))
			}
		}
	}
	sort.Strings(out.Conflicts)
	out.Conflicts = slices.Compact(out.Conflicts)
	sort.Strings(out.Immunisations)
	return out
}

// states files a line, and all that it stands for, under what is active and what is past.
func states(l record.Line, active, past map[string][]string, isActive map[string]bool) {
	file := func(status, source string) {
		switch {
		case isActive[status]:
			active[l.Key] = add(active[l.Key], source)
		case pastStatus[status]:
			past[l.Key] = add(past[l.Key], source)
		}
	}
	file(l.Status, l.Source)
	for _, m := range l.Also {
		file(m.Status, m.Source)
	}
	for _, v := range l.Earlier {
		file(v.Status, v.Source)
	}
	for _, c := range l.Conflicts {
		if c.Kind != "status" && c.Kind != "dose" {
			continue
		}
		for _, m := range c.Sides {
			file(m.Status, m.Source)
		}
	}
}

func add(list []string, s string) []string {
	if !slices.Contains(list, s) {
		list = append(list, s)
		sort.Strings(list)
	}
	return list
}

func (s *said) result(l record.Line) {
	if l.Type != "Observation" || l.Value == nil || l.Value.Status == "cancelled" || l.Value.When.Sort == 0 {
		return
	}
	have, ok := s.Last[l.Key]
	if ok && !sameInstant(have.At, l.Value.When.Sent) && later(have.At, l.Value.When.Sent) {
		return // the same test in another unit, older
	}
	if !ok || !sameInstant(have.At, l.Value.When.Sent) {
		have = lastOf{At: l.Value.When.Sent}
	}
	note := func(v record.Value) {
		if v.When.Sort != l.Value.When.Sort {
			return
		}
		have.Values = add(have.Values, canonical(v.Text))
		have.Sources = add(have.Sources, v.Source)
		for _, m := range v.Also {
			have.Sources = add(have.Sources, m.Source)
		}
	}
	note(*l.Value)
	for _, v := range l.Earlier {
		note(v)
	}
	s.Last[l.Key] = have
}

func sameInstant(a, b string) bool { return record.WhenOf(a).Sort == record.WhenOf(b).Sort }
func later(a, b string) bool       { return record.WhenOf(a).Sort > record.WhenOf(b).Sort }

// canonical writes numbers with 15 digits, as the oracle's script did: the sheet
// itself keeps what was sent.
func canonical(s string) string {
	parts := strings.Split(s, "; ")
	for i, p := range parts {
		words := strings.Fields(p)
		for j, w := range words {
			if f, err := strconv.ParseFloat(w, 64); err == nil {
				words[j] = strconv.FormatFloat(f, 'g', 15, 64)
				words[j] = plain(words[j])
			}
		}
		parts[i] = strings.Join(words, " ")
	}
	sort.Strings(parts)
	return strings.Join(parts, "; ")
}

func plain(s string) string {
	if !strings.Contains(s, ".") || strings.Contains(s, "e") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

func conflictName(section record.SectionKind, kind, key string) string {
	_, code, _ := strings.Cut(key, "|")
	switch {
	case kind == "none_known":
		return "no known allergy v. allergies"
	case kind == "dose":
		return "dose " + code
	case kind == "status" && section == record.Allergies:
		return "allergy " + code
	case kind == "status" && section == record.Medicines:
		return "medicine " + code
	case kind == "status" && section == record.Problems:
		return "condition " + code
	}
	return kind + " " + code
}

func keysOf(pairs [][]string) []string {
	var out []string
	for _, p := range pairs {
		out = add(out, p[0])
	}
	return out
}

func keys(m map[string][]string) []string {
	var out []string
	for k := range m {
		out = add(out, k)
	}
	return out
}

// compare reports every difference between a row of the oracle and a sheet.
func (want expectation) compare(s *record.Sheet) []string {
	got := read(s)
	var bad []string
	check := func(what string, want, got any) {
		if fmt.Sprint(want) != fmt.Sprint(got) {
			bad = append(bad, fmt.Sprintf("%s: want %v, got %v", what, want, got))
		}
	}
	check("active allergies", keysOf(want.ActiveAllergies), keys(got.ActiveAllergies))
	check("inactive allergies", keysOf(want.Inactive), keys(got.InactiveAllergies))
	check("active problems", keysOf(want.Conditions), keys(got.Conditions))
	check("inactive problems", keysOf(want.PastConditions), keys(got.PastConditions))
	check("active medicines", keysOf(append(want.Requests, want.Statements...)), keys(got.Medicines))
	check("encounters", want.Encounters, got.Encounters)
	var immunisations []string
	for _, i := range want.Immunisations {
		immunisations = append(immunisations, i[0]+" "+i[1])
	}
	sort.Strings(immunisations)
	check("immunisations", immunisations, got.Immunisations)
	check("tests", len(want.Last), len(got.Last))
	for key, w := range want.Last {
		g := got.Last[key]
		var values []string
		for _, v := range w.Values {
			values = add(values, canonical(v))
		}
		if !sameInstant(w.At, g.At) || fmt.Sprint(values) != fmt.Sprint(g.Values) {
			bad = append(bad, fmt.Sprintf("last %s: want %s %v, got %s %v", key, w.At, values, g.At, g.Values))
		}
	}
	return bad
}
