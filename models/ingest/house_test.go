package ingest

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"candour/models/clock"
	"candour/models/db"
	"candour/models/opaque"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// house is a database with partners and an Intake.
type house struct {
	*Intake
	d *db.DB
	t testing.TB
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{Intake: New(Deps{DB: d, Clock: clock.Fixed(noon)}), d: d, t: t}
	for _, o := range [][3]string{{"gp", "Z9G01", "practice"}, {"acute", "Z9H", "acute"}, {"mental", "Z9M", "mental"},
		{"community", "Z9C", "community"}, {"social", "Z9S", "social"}, {"gp2", "Z9G02", "practice"}} {
		h.must(`INSERT INTO organisations (id, ods_code, name, kind, in_region, state, connected_on, left_on, successor_id, phone, contact)
 VALUES (?, ?, ?, ?, ?, 'connected', '2024-01-01', '', '', '', '')`, "org-"+o[0], o[1], o[0], o[2], true)
		h.must(`INSERT INTO sources (id, organisation_id, system_kind, categories, state, fresh_hours, last_received_at, last_failed_at, last_error, shared_version)
 VALUES (?, ?, 'test', '', 'connected', 24, 0, 0, '', 1)`, o[0], "org-"+o[0])
	}
	return h
}

func (h *house) must(query string, args ...any) {
	h.t.Helper()
	err := h.d.Do(context.Background(), func(ctx context.Context) error {
		_, err := h.d.Exec(ctx, query, args...)
		return err
	})
	if err != nil {
		h.t.Fatalf("%s: %v", query, err)
	}
}

func (h *house) take(source, body string, opt ...Options) Receipt {
	h.t.Helper()
	o := Options{}
	if len(opt) > 0 {
		o = opt[0]
	}
	r, err := h.Take(context.Background(), source, strings.NewReader(body), "test.json", o)
	if err != nil {
		h.t.Fatalf("take: %v", err)
	}
	return r
}

func (h *house) takeFile(source, path string) Receipt {
	h.t.Helper()
	f, err := os.Open(path)
	if err != nil {
		h.t.Fatal(err)
	}
	defer f.Close()
	r, err := h.Take(context.Background(), source, f, filepath.Base(path), Options{})
	if err != nil {
		h.t.Fatalf("%s: %v", path, err)
	}
	return r
}

// rows are the rows of a query, printed, in order.
func (h *house) rows(query string, args ...any) []string {
	h.t.Helper()
	rows, err := h.d.Query(context.Background(), query, args...)
	if err != nil {
		h.t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		values := make([]any, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			h.t.Fatal(err)
		}
		line := make([]string, len(values))
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			line[i] = fmt.Sprint(v)
		}
		out = append(out, strings.Join(line, " | "))
	}
	sort.Strings(out)
	return out
}

func (h *house) count(query string, args ...any) int {
	h.t.Helper()
	var n int
	row, err := h.d.QueryRow(context.Background(), query, args...)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := row.Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// state is everything that a reader could see, without the things that may depend
// on the order of arrival: ids of persons, version numbers, times of receipt.
func (h *house) state() string {
	h.t.Helper()
	var b strings.Builder
	for _, q := range []string{
		"SELECT nhs_number, birth_date, family, family_key, given, postcode_key, practice_ods, died_on, restricted, objected, sharing_since FROM persons",
		"SELECT sp.source_id, sp.local_id, sp.state, sp.reason, sp.nhs_number, sp.birth_date, sp.family, sp.updated_at, COALESCE(p.nhs_number, '') FROM source_patients sp LEFT JOIN persons p ON p.id = sp.person_id",
		"SELECT p.nhs_number, i.source_id, i.type, i.local_id, i.patient_local, i.updated_at, i.withheld, i.not_for_patient, i.raw FROM items i JOIN persons p ON p.id = i.person_id",
		"SELECT source_id, patient_local, type, local_id, updated_at, raw FROM held_resources",
		"SELECT source_id, type, local_id, updated_at, withheld, raw FROM shared_resources",
		"SELECT p.nhs_number, e.source_id, e.code, e.refused, e.effective_at, e.recorded_at FROM consent_events e JOIN persons p ON p.id = e.person_id",
		"SELECT p.nhs_number, r.organisation_id, r.kind, r.item_id, r.at, r.from_at, r.until_at FROM relationships r JOIN persons p ON p.id = r.person_id",
		"SELECT source_id, type, local_id, reason FROM quarantine",
	} {
		for _, r := range h.rows(q) {
			b.WriteString(r + "\n")
		}
		b.WriteString("--\n")
	}
	return b.String()
}

// data is a path in the shared test data; the test is skipped where there is none.
func data(t testing.TB, path ...string) string {
	t.Helper()
	root := os.Getenv("CANDOUR_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(root); err != nil {
		t.Skipf("SKIPPED: the shared test data is not here (%s); set CANDOUR_DATA to its folder", root)
	}
	return filepath.Join(append([]string{root}, path...)...)
}

// Small templates; all test numbers are from the range that is never issued.

func nhs(i int) string {
	for n := 9990000000 + i*40; ; n++ {
		s := fmt.Sprint(n)
		sum := 0
		for k := range 9 {
			sum += int(s[k]-'0') * (10 - k)
		}
		check := 11 - sum%11
		if check == 11 {
			check = 0
		}
		if check != 10 && check == int(s[9]-'0') {
			return s
		}
	}
}

func aPatient(id, number, born, family string, extra ...string) string {
	return fmt.Sprintf(`{"resourceType":"Patient","id":%q,%s"identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":%q}],"name":[{"use":"official","family":%q,"given":["Pat"]}],"gender":"female","birthDate":%q}`,
		id, strings.Join(extra, ""), number, family, born)
}

func anObservation(id, patient, code, value string, extra ...string) string {
	return fmt.Sprintf(`{"resourceType":"Observation","id":%q,%s"status":"final","code":{"coding":[{"system":"http://snomed.info/sct","code":%q}]},"subject":{"reference":"Patient/%s"},"effectiveDateTime":"2024-03-01","valueQuantity":{"value":%s,"unit":"kg"}}`,
		id, strings.Join(extra, ""), code, patient, value)
}

func at(t string) string { return fmt.Sprintf(`"meta":{"lastUpdated":%q},`, t) }

func aBundle(kind, timestamp string, resources ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"resourceType":"Bundle","type":%q`, kind)
	if timestamp != "" {
		fmt.Fprintf(&b, `,"timestamp":%q`, timestamp)
	}
	b.WriteString(`,"entry":[`)
	for i, r := range resources {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`{"resource":` + r + `}`)
	}
	return b.String() + "]}"
}

func item(source, kind, id string) string { return string(opaque.Of(source, kind, id)) }

// asInput is an input of a delivery.
func asInput(name, body string) Input {
	return Input{name, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(body)), nil }}
}
