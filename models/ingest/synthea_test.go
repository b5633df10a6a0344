package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"candour/models/db/dbtest"
)

// numbered gives each Patient in a document or in lines a valid test number.
func numbered(t *testing.T, body []byte, next *int) []byte {
	t.Helper()
	out := body
	for _, at := range patientsAt(body) {
		*next++
		id := fmt.Sprintf(`"identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":%q},`, nhs(*next))
		i := bytes.Index(body[at:], []byte(`"identifier"`))
		if i < 0 {
			t.Fatal("a patient without identifiers")
		}
		open := at + i + bytes.IndexByte(body[at+i:], '[')
		out = append(append(append([]byte{}, body[:at+i]...), id...), body[open+1:]...)
	}
	return out
}

func patientsAt(body []byte) []int {
	for _, mark := range []string{`"resourceType": "Patient"`, `"resourceType":"Patient"`} {
		if i := bytes.Index(body, []byte(mark)); i >= 0 {
			return []int{i}
		}
	}
	return nil
}

// TestPeopleWithoutNumberAreHeld takes the Synthea people in as they are, which
// must hold every one of them and show nothing, and then with a number each,
// which must bring everything in.
func TestPeopleWithoutNumberAreHeld(t *testing.T) {
	var files []string
	for _, folder := range []string{"synthea-r4-2019", "synthea-r4-2021"} {
		found, err := filepath.Glob(data(t, folder, "*.json.gz"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	h := newHouse(t, dbtest.SQLite(t))
	held, in, next := 0, 0, 0
	for i, f := range files {
		body := readAll(t, f)
		plain, with := fmt.Sprint("plain-", i), fmt.Sprint("with-", i)
		h.newSource(plain)
		h.newSource(with)
		r := h.take(plain, string(body))
		if len(patientsAt(body)) == 0 {
			continue // hospitals and practitioners
		}
		nothingLost(t, f, r, inside(body))
		if r.Verdict() != OnHold || h.count("SELECT count(*) FROM items WHERE source_id = ?", plain) != 0 {
			t.Errorf("%s: %s: %+v", filepath.Base(f), r.Verdict(), r.Total())
			continue
		}
		held++
		r = h.take(with, string(numbered(t, body, &next)))
		if r.Verdict() != AllIn || r.Total().Stored+r.Total().Withheld != inside(body) {
			t.Errorf("%s: %s %s: %+v %+v", filepath.Base(f), r.Verdict(), r.Refused, r.Total(), r.Problems[:min(3, len(r.Problems))])
			continue
		}
		for _, line := range h.rows("SELECT type, withheld FROM items WHERE source_id = ? AND withheld <> ''", with) {
			t.Logf("%s: withheld: %s", filepath.Base(f), line)
			if !strings.HasSuffix(line, "| termination") || !terminationCodes.Match(body) { // only who has an excluded code loses anything
				t.Errorf("%s: withheld without reason: %s", filepath.Base(f), line)
			}
		}
		in++
	}
	t.Logf("%d people held as they are, %d in with a number", held, in)
}

// terminationCodes are those of the policy that made-up people have. The physical
// examination afterwards has the code of any examination: it goes with its encounter.
var terminationCodes = regexp.MustCompile(`"(714812005|10383002|386394001)"`)

// TestBulkExport takes a bulk export in, file by file in the worst order: what
// leans on the patient first. As it is all is held; with numbers all is in.
func TestBulkExport(t *testing.T) {
	files, err := filepath.Glob(data(t, "bulk-ndjson-10-patients-2025-partial", "*.ndjson.gz"))
	if err != nil {
		t.Fatal(err)
	}
	sort.Slice(files, func(a, b int) bool {
		return !strings.Contains(files[a], "Patient") && strings.Contains(files[b], "Patient")
	})
	h := newHouse(t, dbtest.SQLite(t))
	next, people := 0, 0
	var plain, with []Input
	want := 0
	for _, f := range files {
		body := readAll(t, f)
		want += inside(body)
		plain = append(plain, asInput(filepath.Base(f), string(body)))
		var lines [][]byte
		for _, line := range bytes.Split(bytes.TrimSpace(body), []byte("\n")) {
			var head struct{ ResourceType string }
			if json.Unmarshal(line, &head) == nil && head.ResourceType == "Patient" {
				line = numbered(t, line, &next)
				people++
			}
			lines = append(lines, line)
		}
		with = append(with, asInput(filepath.Base(f), string(bytes.Join(lines, []byte("\n")))))
	}
	r, err := h.TakeAll(context.Background(), "gp", plain, Options{})
	if err != nil || r.Counts["Patient"].Held != people || h.count("SELECT count(*) FROM items") != 0 {
		t.Fatalf("%v %+v", err, r.Counts["Patient"])
	}
	nothingLost(t, "bulk", r, want)
	r, err = h.TakeAll(context.Background(), "acute", with, Options{})
	if err != nil || r.Counts["Patient"].Stored != people || h.count("SELECT count(*) FROM held_resources WHERE source_id = 'acute'") != 0 {
		t.Fatalf("%v %+v", err, r.Counts["Patient"])
	}
	nothingLost(t, "bulk", r, want)
	t.Logf("%d people, %d resources: held as they are, all in with a number: %d items", people, want, h.count("SELECT count(*) FROM items"))
}
