package record_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/ingest"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/policy"
	"candour/models/record"
)

// region is a database that is filled by the real intake, and the record on top.
type region struct {
	d       *db.DB
	intake  *ingest.Intake
	log     *audit.Log
	gate    *access.Gate
	records *record.Store
}

func newRegion(t testing.TB, d *db.DB, sources map[string]organisation.Organisation) *region {
	t.Helper()
	ctx := context.Background()
	now := clock.Fixed(noon)
	p := policy.Default()
	r := &region{d: d, intake: ingest.New(ingest.Deps{DB: d, Clock: now, Policy: p}), log: audit.New(d, now)}
	r.gate = access.NewGate(access.Deps{DB: d, Log: r.log, Clock: now, Policy: access.PolicyFacts{Version: p.Version, MinAge: p.MinAge, ClaimFor: time.Hour}})
	r.records = record.New(record.Deps{DB: d, Gate: r.gate, Log: r.log, Clock: now, Policy: p,
		Render: func(_ context.Context, s *record.Sheet) ([]byte, error) { return page(s), nil }})
	orgs := organisation.NewStore(d)
	for id, o := range sources {
		must(t, orgs.Register(ctx, o))
		must(t, orgs.RegisterSource(ctx, organisation.Source{ID: id, OrganisationID: o.ID, SystemKind: "any", State: organisation.Connected, FreshHours: 24}))
	}
	return r
}

func (r *region) take(t testing.TB, source, name string, body []byte) ingest.Receipt {
	t.Helper()
	receipt, err := r.intake.Take(context.Background(), source, bytes.NewReader(body), name, ingest.Options{})
	must(t, err)
	return receipt
}

// person finds somebody by NHS number; "" when there is nobody.
func (r *region) person(t testing.TB, number string) opaque.ID {
	t.Helper()
	row, err := r.d.QueryRow(context.Background(), "SELECT coalesce((SELECT id FROM persons WHERE nhs_number = ?), '')", number)
	must(t, err)
	var id string
	must(t, row.Scan(&id))
	return opaque.ID(id)
}

// withheld is how many items of a type intake keeps from everybody: the oracle
// counts what was sent, before any exclusion.
func (r *region) withheld(t testing.TB, person opaque.ID, kind string) int {
	t.Helper()
	row, err := r.d.QueryRow(context.Background(), "SELECT count(*) FROM items WHERE person_id = ? AND type = ? AND withheld <> ''", string(person), kind)
	must(t, err)
	var n int
	must(t, row.Scan(&n))
	if n > 0 {
		t.Logf("%d %s withheld by policy", n, kind)
	}
	return n
}

func (r *region) sheet(t testing.TB, person opaque.ID) *record.Sheet {
	t.Helper()
	s, err := r.records.SheetOf(context.Background(), person)
	must(t, err)
	return s
}

// number is a valid NHS number of the range that is never issued, 999 000 0000 on.
func number(n int) string {
	for ; ; n += 1000 {
		nine := fmt.Sprintf("999%06d", n)
		sum := 0
		for i, c := range nine {
			sum += int(c-'0') * (10 - i)
		}
		if check := (11 - sum%11) % 11; check != 10 {
			return nine + fmt.Sprint(check)
		}
	}
}

// numbered gives the Patient in a bundle or a line a number.
func numbered(t testing.TB, raw []byte, nhs string) []byte {
	t.Helper()
	var r map[string]any
	must(t, json.Unmarshal(raw, &r))
	if r["resourceType"] != "Patient" {
		return raw
	}
	ids, _ := r["identifier"].([]any)
	r["identifier"] = append(ids, map[string]any{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": nhs})
	out, err := json.Marshal(r)
	must(t, err)
	return out
}

func numberedBundle(t testing.TB, body []byte, nhs string) []byte {
	t.Helper()
	var b map[string]json.RawMessage
	must(t, json.Unmarshal(body, &b))
	var entries []map[string]json.RawMessage
	must(t, json.Unmarshal(b["entry"], &entries))
	for _, e := range entries {
		if bytes.Contains(e["resource"], []byte(`"Patient"`)) {
			e["resource"] = numbered(t, e["resource"], nhs)
		}
	}
	var err error
	b["entry"], err = json.Marshal(entries)
	must(t, err)
	out, err := json.Marshal(b)
	must(t, err)
	return out
}

var surgery = organisation.Organisation{ID: "o", ODSCode: "Z9G01", Name: "Fenwick Road Surgery", Kind: organisation.Practice, InRegion: true, State: organisation.Connected}

func TestIntakeAndMergeEqualTheOracleForSynthea(t *testing.T) {
	rows := expectations(t, "synthea-")
	r := newRegion(t, dbtest.SQLite(t), map[string]organisation.Organisation{"gp": surgery})
	shared, _ := filepath.Glob(filepath.Join(dataDir(t), "synthea-r4-2021", "0-*.json.gz"))
	for _, f := range shared {
		r.take(t, "gp", filepath.Base(f), readFile(t, f))
	}
	good := 0
	for i, want := range rows {
		body := readFile(t, filepath.Join(dataDir(t), want.Bundle))
		if receipt := r.take(t, "gp", want.Bundle, numberedBundle(t, body, number(i))); r.person(t, number(i)) == "" {
			t.Errorf("%s: nobody came in: %+v", want.Bundle, receipt)
			continue
		}
		person := r.person(t, number(i))
		want.Encounters -= r.withheld(t, person, "Encounter")
		if bad := want.compare(r.sheet(t, person)); len(bad) > 0 {
			t.Errorf("%s:\n  %s", want.Bundle, strings.Join(bad, "\n  "))
			continue
		}
		good++
	}
	t.Logf("synthea, through intake: %d of %d people equal", good, len(rows))
}

func TestIntakeAndMergeEqualTheOracleForBulk(t *testing.T) {
	rows := expectations(t, "bulk-")
	r := newRegion(t, dbtest.SQLite(t), map[string]organisation.Organisation{"gp": surgery})
	files, _ := filepath.Glob(filepath.Join(dataDir(t), "bulk-ndjson-10-patients-2025-partial", "*.ndjson.gz"))
	numbers := map[string]string{}
	for _, f := range files {
		body := readFile(t, f)
		if strings.Contains(f, "Patient.") {
			var lines [][]byte
			for i, line := range bytes.Split(bytes.TrimSpace(body), []byte("\n")) {
				var p struct{ ID string }
				must(t, json.Unmarshal(line, &p))
				numbers[p.ID] = number(100 + i)
				lines = append(lines, numbered(t, line, numbers[p.ID]))
			}
			body = bytes.Join(lines, []byte("\n"))
		}
		r.take(t, "gp", filepath.Base(f), body)
	}
	good, people := 0, 0
	for _, want := range rows {
		_, id, ok := strings.Cut(want.Bundle, "#Patient/")
		if !ok {
			continue // the sums of the whole set
		}
		people++
		person := r.person(t, numbers[id])
		if person == "" {
			t.Errorf("%s: nobody came in", id)
			continue
		}
		want.Encounters -= r.withheld(t, person, "Encounter")
		if bad := want.compare(r.sheet(t, person)); len(bad) > 0 {
			t.Errorf("%s:\n  %s", want.Bundle, strings.Join(bad, "\n  "))
			continue
		}
		good++
	}
	t.Logf("bulk, through intake: %d of %d people equal", good, people)
}

var organisationKinds = map[string]organisation.Kind{"gp": organisation.Practice, "acute": organisation.Acute, "mental": organisation.Mental,
	"community": organisation.Community, "social": organisation.Social}

func TestIntakeAndMergeEqualTheOracleForMultiSource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		cases := multiCases(t)
		sources := map[string]organisation.Organisation{}
		for _, want := range cases {
			for id, s := range want.Sources {
				sources[id] = organisation.Organisation{ID: "o-" + id, ODSCode: s[0], Name: s[1], Kind: organisationKinds[id], InRegion: true, State: organisation.Connected}
			}
		}
		r := newRegion(t, d, sources)
		good := 0
		for dir, want := range cases {
			for id := range want.Sources {
				for _, f := range filesOf(dir, id) {
					r.take(t, id, filepath.Base(f), readFile(t, f))
				}
			}
			person := r.person(t, want.NHSNumber)
			if person == "" {
				t.Errorf("%s: nobody came in", dir)
				continue
			}
			s := r.sheet(t, person)
			bad := want.compare(s)
			for _, id := range want.Leave {
				if !strings.Contains(fmt.Sprint(s.Warnings), want.Sources[id][1]) {
					bad = append(bad, "merged in silence: "+id+": "+fmt.Sprint(s.Warnings))
				}
			}
			if len(bad) > 0 {
				t.Errorf("%s:\n  %s", filepath.Base(dir), strings.Join(bad, "\n  "))
				continue
			}
			good++
		}
		t.Logf("multi-source, through intake on %s: %d of %d people equal", d.Dialect, good, len(cases))
	})
}
