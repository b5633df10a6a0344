package record_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"candour/models/record"
)

// multi is one expect.json.
type multi struct {
	NHSNumber  string                              `json:"nhs_number"`
	Name       string                              `json:"name"`
	BirthDate  string                              `json:"birthDate"`
	Leave      []string                            `json:"feeds_that_must_not_merge_in_silence"`
	Sources    map[string][]string                 `json:"sources"`
	Allergies  map[string][]string                 `json:"active_allergies"`
	Medicines  map[string][]string                 `json:"active_medicines"`
	Conditions map[string][]string                 `json:"active_conditions"`
	Past       map[string][]string                 `json:"inactive_conditions"`
	Encounters int                                 `json:"encounters"`
	Last       map[string]lastOf                   `json:"last_observations"`
	Conflicts  []string                            `json:"conflicts"`
	Withheld   []struct{ Source, Resource string } `json:"withheld_from_everyone"`
}

var kinds = map[string]string{"gp": "practice", "acute": "acute", "mental": "mental", "community": "community", "social": "social"}

func multiCases(t testing.TB) map[string]multi {
	t.Helper()
	found, _ := filepath.Glob(filepath.Join(dataDir(t), "multi-source", "*", "expect.json"))
	out := map[string]multi{}
	for _, f := range found {
		var m multi
		if err := json.Unmarshal(readFile(t, f), &m); err != nil {
			t.Fatal(err)
		}
		out[filepath.Dir(f)] = m
	}
	if len(out) == 0 {
		t.Fatal("no multi-source cases")
	}
	return out
}

func feedOf(path string) string {
	_, name, _ := strings.Cut(filepath.Base(path), "-")
	name, _, _ = strings.Cut(name, ".")
	name, _, _ = strings.Cut(name, "-")
	return name
}

func codesOf(m map[string][]string, leave []string) map[string][]string {
	out := map[string][]string{}
	for k, sources := range m {
		code, _, _ := strings.Cut(k, " ")
		for _, s := range sources {
			if !contains(leave, s) {
				out[code] = add(out[code], s)
			}
		}
	}
	return out
}

func contains(list []string, s string) bool {
	i := sort.SearchStrings(list, s)
	return i < len(list) && list[i] == s
}

func byCode(m map[string][]string) map[string][]string {
	out := map[string][]string{}
	for k, sources := range m {
		_, code, _ := strings.Cut(k, "|")
		for _, s := range sources {
			out[code] = add(out[code], s)
		}
	}
	return out
}

// compare reports every difference between an expect.json and a sheet.
func (want multi) compare(s *record.Sheet) []string {
	got := read(s)
	var bad []string
	check := func(what string, want, got any) {
		if fmt.Sprint(want) != fmt.Sprint(got) {
			bad = append(bad, fmt.Sprintf("%s:\n    want %v\n    got  %v", what, want, got))
		}
	}
	check("active allergies", codesOf(want.Allergies, want.Leave), byCode(got.ActiveAllergies))
	check("active medicines", codesOf(want.Medicines, want.Leave), byCode(got.Medicines))
	check("active problems", codesOf(want.Conditions, want.Leave), byCode(got.Conditions))
	check("inactive problems", codesOf(want.Past, want.Leave), byCode(got.PastConditions))
	check("encounters", want.Encounters, got.Encounters)
	check("tests", len(want.Last), len(got.Last))
	for name, w := range want.Last {
		code, _, _ := strings.Cut(name, " ")
		var g lastOf
		for k, v := range got.Last {
			if strings.HasSuffix(k, "|"+code) {
				g = v
			}
		}
		var values []string
		for _, v := range w.Values {
			values = add(values, canonical(v))
		}
		check("last "+name, fmt.Sprint(values, w.Sources), fmt.Sprint(g.Values, g.Sources))
		if !sameInstant(w.At, g.At) {
			check("time of "+name, w.At, g.At)
		}
	}
	// A disagreement with a feed that must not merge cannot show; a medicine against
	// an allergy is ours, the oracle only asks that both are on the page.
	var conflicts []string
	for _, c := range want.Conflicts {
		if c == "no known allergy v. allergies" && slices.Contains(want.Leave, "mental") {
			continue
		}
		conflicts = add(conflicts, c)
	}
	var ours []string
	for _, c := range got.Conflicts {
		if !strings.HasPrefix(c, "medicine_allergy ") {
			ours = add(ours, c)
		}
	}
	check("conflicts", conflicts, ours)
	return bad
}
