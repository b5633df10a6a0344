package ingest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
)

type expectation struct {
	Case          string
	NHS           string                              `json:"nhs_number"`
	Apart         []string                            `json:"feeds_that_must_not_merge_in_silence"`
	PerFeed       map[string]map[string]int           `json:"resources_per_feed"`
	Withheld      []struct{ Source, Resource string } `json:"withheld_from_everyone"`
	NotForPatient []struct{ Source, Resource string } `json:"withheld_from_patient_view"`
}

func TestPeopleOfSeveralSources(t *testing.T) {
	root := data(t, "multi-source")
	cases, err := filepath.Glob(filepath.Join(root, "*", "expect.json"))
	if err != nil || len(cases) == 0 {
		t.Fatal(err, len(cases))
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, path := range cases {
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var e expectation
			if err := json.Unmarshal(body, &e); err != nil {
				t.Fatal(err)
			}
			h.expect(t, filepath.Dir(path), e)
		}
	})
}

func (h *house) expect(t *testing.T, folder string, e expectation) {
	files, _ := filepath.Glob(filepath.Join(folder, "[0-9]*"))
	sort.Strings(files)
	apart := strings.Join(e.Apart, " ")
	for _, f := range files {
		source := strings.SplitN(strings.SplitN(filepath.Base(f), "-", 2)[1], ".", 2)[0]
		delta := strings.Contains(source, "delta")
		source = strings.SplitN(source, "-", 2)[0]
		r := h.takeFile(source, f)
		want := AllIn
		if strings.Contains(apart, source) {
			want = OnHold
		}
		if got := r.Verdict(); got != want {
			t.Errorf("%s: %s instead of %s: %q %+v", f, got, want, r.Refused, r.Problems)
		}
		for kind, n := range e.PerFeed[source] {
			if c := r.Counts[kind]; !delta && (c == nil || c.Read != n) {
				t.Errorf("%s: %s: %+v instead of %d", f, kind, c, n)
			}
		}
		if delta {
			objected := strings.Contains(f, "09-10")
			if got := h.count("SELECT count(*) FROM persons WHERE nhs_number = ? AND objected", e.NHS) == 1; got != objected {
				t.Errorf("%s: objected is %v", f, got)
			}
		}
	}
	var want, got []string
	for _, w := range e.Withheld {
		want = append(want, "["+w.Source+" "+w.Resource+"]")
	}
	for _, r := range h.rows("SELECT i.source_id, i.type, i.local_id FROM items i JOIN persons p ON p.id = i.person_id WHERE p.nhs_number = ? AND i.withheld <> ''", e.NHS) {
		f := strings.Split(r, " | ")
		got = append(got, "["+f[0]+" "+f[1]+"/"+f[2]+"]")
	}
	sort.Strings(want)
	sort.Strings(got)
	if strings.Join(want, "") != strings.Join(got, "") {
		t.Errorf("%s: withheld %v instead of %v", e.Case, got, want)
	}
	for _, w := range e.NotForPatient {
		kind, id, _ := strings.Cut(w.Resource, "/")
		if h.count("SELECT count(*) FROM items WHERE item_id = ? AND not_for_patient AND withheld = ''", item(w.Source, kind, id)) != 1 {
			t.Errorf("%s: %s is not marked as not for the patient", e.Case, w.Resource)
		}
	}
	if n := h.count("SELECT count(*) FROM persons WHERE nhs_number = ?", e.NHS); n != 1 {
		t.Errorf("%s: %d persons", e.Case, n)
	}
}
