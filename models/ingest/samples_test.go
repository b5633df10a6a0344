package ingest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"

	"candour/models/db/dbtest"
	"candour/models/fhir"
)

func readAll(t *testing.T, path string) []byte {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if body, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	return body
}

// inside counts, without our decoder, the resources that lie in a file.
func inside(body []byte) int {
	var doc struct {
		ResourceType string
		Entry        []json.RawMessage
	}
	if json.Unmarshal(body, &doc) == nil {
		if doc.ResourceType == "Bundle" {
			return len(doc.Entry)
		}
		return 1
	}
	n := 0
	for _, line := range bytes.Split(body, []byte("\n")) {
		if len(bytes.TrimSpace(line)) > 0 {
			n++
		}
	}
	return n
}

func (h *house) newSource(id string) {
	h.must(`INSERT INTO sources (id, organisation_id, system_kind, categories, state, fresh_hours, last_received_at, last_failed_at, last_error, shared_version)
 VALUES (?, 'org-acute', 'test', '', 'connected', 24, 0, 0, '', 1)`, id)
}

// nothingLost checks that a receipt accounts for everything that was read.
func nothingLost(t *testing.T, name string, r Receipt, want int) {
	t.Helper()
	if r.Refused != "" {
		return
	}
	c := r.Total()
	if c.Read != want {
		t.Errorf("%s: %d resources read of %d", name, c.Read, want)
	}
	if c.Stored+c.Unchanged+c.Withheld+c.Quarantined+c.Held != c.Read {
		t.Errorf("%s: dropped in silence: %+v", name, c)
	}
}

// TestPublishedExamples takes every published example in, each as a source of its
// own, and prints what became of it.
func TestPublishedExamples(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	type sum struct {
		files, refused int
		count          Count
		reasons        map[string]int
	}
	for i, folder := range []string{"uk-core-r4", "nhs-england-guides", "prescriptions-r4-dmd", "immunisation-r4", "pds-r4", "scr-r4", "nrl-r4", "referrals-bars-r4",
		"iops-trust-r4", "hl7-r4-examples", "pathology-stu3", "careconnect-stu3", "gpconnect-stu3", "hl7v2"} {
		s := sum{reasons: map[string]int{}}
		var files []string
		err := filepath.WalkDir(data(t, folder), func(p string, d os.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				files = append(files, p)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for n, f := range files {
			source := fmt.Sprintf("s%d-%d", i, n)
			h.newSource(source)
			r := h.takeFile(source, f)
			s.files++
			nothingLost(t, f, r, inside(readAll(t, f)))
			if r.Refused != "" {
				s.refused++
				s.reasons["refused "+r.Refused]++
			}
			s.count.add(r.Total())
			for _, p := range r.Problems {
				if p.Reason == "" {
					t.Errorf("%s: a problem without a reason: %+v", f, p)
				}
				s.reasons[p.Reason]++
				if p.Reason == fhir.WrongType || p.Reason == fhir.Syntax {
					t.Logf("%s: %s %s %s %s", filepath.Base(f), p.Type, p.ID, p.Reason, p.Detail)
				}
			}
			if older := strings.Contains(f, "stu3") || strings.Contains(f, "hl7v2"); older && r.Refused == "" && r.Total().Stored > 0 {
				t.Errorf("%s: taken for R4: %+v", f, r.Total())
			}
		}
		t.Logf("%-22s %3d files, %3d refused whole | %4d read: %4d in, %3d withheld, %3d held, %3d quarantined | %s",
			folder, s.files, s.refused, s.count.Read, s.count.Stored+s.count.Unchanged, s.count.Withheld, s.count.Held, s.count.Quarantined, counts(s.reasons))
	}
}

func counts(m map[string]int) string {
	var out []string
	for k, n := range m {
		out = append(out, fmt.Sprintf("%s %d", k, n))
	}
	sort.Strings(out)
	return strings.Join(out, ", ")
}

func TestJSONSyntax(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	files, err := filepath.Glob(data(t, "malformed", "json-syntax", "*"))
	if err != nil {
		t.Fatal(err)
	}
	n := map[byte]int{}
	for i, f := range files {
		body, kind := readAll(t, f), filepath.Base(f)[0]
		refusal := fhir.CheckSyntax(body)
		source := fmt.Sprint("syntax-", i)
		h.newSource(source)
		r := h.takeFile(source, f)
		switch {
		case kind == 'n' && (refusal == nil || r.Total().Stored > 0):
			t.Errorf("%s was not refused", filepath.Base(f))
		case kind == 'y' && refusal != nil && refusal.Reason != fhir.DuplicateName:
			t.Errorf("%s was refused: %v", filepath.Base(f), refusal)
		default:
			n[kind]++
		}
	}
	t.Logf("must be refused: %d, must parse: %d, either: %d, of %d", n['n'], n['y'], n['i'], len(files))
}

func TestValidatorCases(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	files, err := filepath.Glob(data(t, "malformed", "fhir-validator-cases", "*"))
	if err != nil {
		t.Fatal(err)
	}
	more, _ := filepath.Glob(data(t, "malformed", "fhir", "*"))
	strange, _ := filepath.Glob(data(t, "malformed", "strings", "*"))
	reasons := map[string]int{}
	for i, f := range append(append(files, more...), strange...) {
		if strings.HasPrefix(filepath.Base(f), "00-") {
			continue
		}
		source := fmt.Sprint("case-", i)
		h.newSource(source)
		r, body := h.takeFile(source, f), readAll(t, f)
		verdict := string(r.Verdict())
		if r.Refused != "" {
			verdict = "refused " + r.Refused
		}
		reasons[verdict]++
		for _, p := range r.Problems {
			reasons["  "+p.Reason]++
		}
		if !json.Valid(fhir.TrimBOM(body)) && utf8.Valid(body) && r.Total().Stored > 0 {
			t.Errorf("%s is no JSON and was taken in: %+v", filepath.Base(f), r.Total())
		}
		if json.Valid(fhir.TrimBOM(body)) {
			nothingLost(t, f, r, inside(body))
		}
	}
	t.Log(counts(reasons))
}
