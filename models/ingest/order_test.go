package ingest

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
)

// sent is one message of one source.
type sent struct{ source, body string }

func orders(n int) [][]int {
	if n == 0 {
		return [][]int{{}}
	}
	var all [][]int
	for _, rest := range orders(n - 1) {
		for at := 0; at <= len(rest); at++ {
			all = append(all, append(append(append([]int{}, rest[:at]...), n-1), rest[at:]...))
		}
	}
	return all
}

// someOrders are all orders with CANDOUR_LONG_TESTS, else a spread of them.
func someOrders(d *db.DB, n int) [][]int {
	all := orders(n)
	want := 24
	if d.Dialect == db.Postgres {
		want = 8
	}
	if os.Getenv("CANDOUR_LONG_TESTS") != "" || len(all) <= want {
		return all
	}
	var some [][]int
	for i := range want {
		some = append(some, all[i*len(all)/want+i%3])
	}
	return some
}

// wipe empties what a delivery writes.
func (h *house) wipe() {
	for _, t := range []string{"persons", "source_patients", "items", "item_versions", "held_resources", "shared_resources", "aliases", "quarantine", "receipts", "consent_events", "relationships", "sharing_grounds", "code_sightings"} {
		h.must("DELETE FROM " + t)
	}
}

func inEveryOrder(t *testing.T, messages []sent) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		want := ""
		for _, order := range someOrders(d, len(messages)) {
			h.wipe()
			for _, i := range order {
				h.take(messages[i].source, messages[i].body)
			}
			got := h.state()
			if want == "" {
				want = got
			}
			if got != want {
				t.Fatalf("order %v differs:\n%s", order, difference(want, got))
			}
			for range 2 { // and sent again, and again
				for _, i := range order {
					h.take(messages[i].source, messages[i].body)
				}
			}
			if again := h.state(); again != want {
				t.Fatalf("order %v sent three times differs:\n%s", order, difference(want, again))
			}
		}
		t.Logf("%d orders, each three times, one state of %d lines", len(someOrders(d, len(messages))), strings.Count(want, "\n"))
	})
}

func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	in := map[string]int{}
	for _, l := range x {
		in[l]++
	}
	for _, l := range y {
		in[l]--
	}
	var out strings.Builder
	for l, n := range in {
		if n != 0 {
			fmt.Fprintf(&out, "%+d %s\n", -n, l)
		}
	}
	return out.String()
}

func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	number, born := nhs(1), "1970-01-01"
	inEveryOrder(t, []sent{
		{"gp", aBundle("transaction", "2024-01-01T00:00:00Z", aPatient("1", number, born, "Smith"), anObservation("o1", "1", "27113001", "70"))},
		{"gp", aBundle("transaction", "2024-06-01T00:00:00Z", anObservation("o1", "1", "27113001", "71.50"), anObservation("o2", "1", "27113001", "72"))},
		{"acute", aBundle("transaction", "2024-02-01T00:00:00Z", anObservation("o1", "9", "27113001", "99"))},
		{"acute", aBundle("transaction", "2024-03-01T00:00:00Z", aPatient("9", number, born, "Smith-Jones"))},
		{"social", aBundle("collection", "2024-03-01T00:00:00Z", aPatient("1", number, "1970-01-02", "Smith"), anObservation("o1", "1", "27113001", "50"))},
		{"gp", aBundle("transaction", "2024-04-01T00:00:00Z", anObservation("o1", "1", "27113001", "60"))},
	})
}

func TestOrderOfIdentityDoesNotMatter(t *testing.T) {
	a, b := nhs(1), nhs(2)
	inEveryOrder(t, []sent{
		{"acute", aBundle("transaction", "2024-01-01T00:00:00Z", aPatient("1", a, "1970-01-01", "Smith"), anObservation("o1", "1", "27113001", "70"))},
		{"acute", aBundle("transaction", "2024-02-01T00:00:00Z", aPatient("1", b, "1970-01-01", "Smith"))}, // another number for the same patient
		{"mental", aBundle("transaction", "2024-01-15T00:00:00Z", aPatient("7", a, "1980-05-05", "Brown"), anObservation("m1", "7", "27113001", "55"))},
		{"gp", aBundle("transaction", "2024-03-01T00:00:00Z", aPatient("3", a, "1980-05-05", "Brown"))},
		{"social", aBundle("transaction", "2024-01-20T00:00:00Z", aPatient("4", a, "1970-01-01", "Smith"), anObservation("s1", "4", "27113001", "61"))},
	})
}

func TestOrderOfConsentDoesNotMatter(t *testing.T) {
	consent := func(id, code, when string) string {
		return fmt.Sprintf(`{"resourceType":"Observation","id":%q,"status":"final","code":{"coding":[{"system":"http://snomed.info/sct","code":%q}]},"subject":{"reference":"Patient/1"},"effectiveDateTime":%q,"issued":%q}`, id, code, when, when)
	}
	inEveryOrder(t, []sent{
		{"gp", aBundle("transaction", "2024-01-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"))},
		{"gp", aBundle("transaction", "2024-01-02T00:00:00Z", consent("c1", "416409005", "2020-09-07"))},
		{"gp", aBundle("transaction", "2024-01-03T00:00:00Z", consent("c2", "417528008", "2020-09-08"))},
		{"gp", aBundle("transaction", "2024-01-04T00:00:00Z", consent("c3", "416409005", "2020-09-09"))},
		{"gp", aBundle("transaction", "2024-01-05T00:00:00Z", consent("c4", "777441000000102", "2020-11-09"))}, // Summary Care Record: another matter
	})
}

func TestOrderOfExclusionDoesNotMatter(t *testing.T) {
	condition := `{"resourceType":"Condition","id":"c","code":{"coding":[{"system":"http://snomed.info/sct","code":"15628003"}]},"subject":{"reference":"Patient/1"},"encounter":{"reference":"Encounter/e"}}`
	encounter := `{"resourceType":"Encounter","id":"e","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/1"},"appointment":[{"reference":"Appointment/a"}]}`
	appointment := `{"resourceType":"Appointment","id":"a","status":"fulfilled","start":"2026-11-01T10:00:00Z","participant":[{"actor":{"reference":"Patient/1"},"status":"accepted"}]}`
	letter := `{"resourceType":"DocumentReference","id":"l","status":"current","subject":{"reference":"Patient/1"},"content":[{"attachment":{"contentType":"text/plain","data":"aGk="}}],"context":{"encounter":[{"reference":"Encounter/e"}]}}`
	medicine := `{"resourceType":"MedicationRequest","id":"m","status":"active","intent":"order","medicationCodeableConcept":{"text":"Something"},"subject":{"reference":"Patient/1"},"reasonReference":[{"reference":"Condition/c"}]}`
	scan := `{"resourceType":"Binary","id":"bin","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},"contentType":"text/plain","data":"aGk="}`
	paper := `{"resourceType":"DocumentReference","id":"p","status":"current","subject":{"reference":"Patient/1"},"content":[{"attachment":{"contentType":"text/plain","url":"Binary/bin"}}]}`
	clinic := `{"resourceType":"Location","id":"w","name":"Sexual Health Clinic, Level 2"}`
	visit := `{"resourceType":"Encounter","id":"v","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/1"},"location":[{"location":{"reference":"Location/w"}}]}`
	inEveryOrder(t, []sent{
		{"gp", aBundle("transaction", "2024-01-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), appointment, letter)},
		{"gp", aBundle("transaction", "2024-01-02T00:00:00Z", encounter)},
		{"gp", aBundle("transaction", "2024-01-03T00:00:00Z", condition)},
		{"gp", aBundle("transaction", "2024-01-04T00:00:00Z", medicine, visit, paper)},
		{"gp", aBundle("transaction", "2024-01-05T00:00:00Z", clinic, scan)},
	})
}

// Another delivery of the same source may end between the beginning of one and its
// first item: what that hid is hidden here as well.
func TestWhatAnotherDeliveryHidMeanwhileIsHidden(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.take("gp", aPatient("1", nhs(1), "1970-01-01", "Smith"))
		visit := `{"resourceType":"Encounter","id":"v","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/1"},"location":[{"location":{"reference":"Location/w"}}]}`
		begun := Input{Name: "visits", Open: func() (io.ReadCloser, error) {
			h.take("gp", `{"resourceType":"Location","id":"w","name":"Sexual Health Clinic, Level 2"}`)
			return io.NopCloser(strings.NewReader(visit)), nil
		}}
		if _, err := h.TakeAll(context.Background(), "gp", []Input{begun}, Options{}); err != nil {
			t.Fatal(err)
		}
		if got := h.rows("SELECT type, withheld FROM items"); strings.Join(got, "; ") != "Encounter | sexual_health" {
			t.Error(got)
		}
	})
}

func TestOrderOfEvidenceDoesNotMatter(t *testing.T) {
	stay := `{"resourceType":"Encounter","id":"e","status":"finished","class":{"code":"IMP"},"subject":{"reference":"Patient/1"},"period":{"start":"2026-11-01T10:00:00Z","end":"2026-11-03T10:00:00Z"},"serviceProvider":{"reference":"Organization/9"}}`
	longer := strings.Replace(stay, "2026-11-03", "2026-11-05", 1)
	org := `{"resourceType":"Organization","id":"9","identifier":[{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Z9C"}],"name":"Community"}`
	surgery := `{"resourceType":"Organization","id":"gp","identifier":[{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Z9G02"}],"name":"Other Surgery"}`
	inEveryOrder(t, []sent{
		{"gp", aBundle("transaction", "2026-11-06T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith", `"generalPractitioner":[{"reference":"Organization/gp"}],`))},
		{"gp", aBundle("transaction", "2026-11-04T00:00:00Z", stay)},
		{"gp", aBundle("transaction", "2026-11-06T00:00:00Z", longer)},
		{"gp", aBundle("transaction", "2026-11-02T00:00:00Z", org)},
		{"gp", aBundle("transaction", "2026-11-02T00:00:00Z", surgery)},
	})
}
