package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"candour/models/ingest"
	"candour/models/opaque"
)

var takeWhole = ingest.Options{}

// validNumber is the n-th number of the test range 999 xxx xxxx that passes modulus 11.
func validNumber(n int) string {
	for ; ; n++ {
		nine := fmt.Sprintf("999%06d", n%1_000_000)
		sum := 0
		for i, c := range nine {
			sum += int(c-'0') * (10 - i)
		}
		check := (11 - sum%11) % 11
		if check != 10 {
			return nine + fmt.Sprint(check)
		}
		n += 500_000 // far from the neighbour's number
	}
}

// connectedSources are sources of the demo world that send now: the practice's first.
func connectedSources(t testing.TB, p *portal) []string {
	t.Helper()
	all, err := p.Organisations.Sources(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range all {
		if s.State == "connected" && len(out) < 3 {
			out = append(out, s.ID)
		}
	}
	if len(out) < 3 {
		t.Fatal("fewer than three connected sources")
	}
	return out
}

func personByNumber(t testing.TB, p *portal, number string) opaque.ID {
	t.Helper()
	row, err := p.DB.QueryRow(context.Background(), "SELECT id FROM persons WHERE nhs_number = ?", number)
	if err != nil {
		t.Fatal(err)
	}
	var id string
	if err := row.Scan(&id); err != nil {
		t.Fatal(err)
	}
	return opaque.ID(id)
}

var conditions = []struct{ code, text string }{
	{"38341003", "Hypertension"}, {"44054006", "Type 2 diabetes"}, {"195967001", "Asthma"}, {"396275006", "Osteoarthritis"}, {"35489007", "Depression"},
}

// writeRandomRecord writes one person's share of one source as NDJSON: the patient,
// a planted word and a few items of every sort.
func writeRandomRecord(b *strings.Builder, draw *rand.Rand, n int, number, practice, word string) {
	line := func(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }
	subject := fmt.Sprintf(`"subject":{"reference":"Patient/rnd%d"}`, n)
	day := func() string {
		return fmt.Sprintf("202%d-%02d-%02d", 4+draw.IntN(3), 1+draw.IntN(11), 1+draw.IntN(28))
	}
	line(`{"resourceType":"Patient","id":"rnd%d","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"%s"}],"name":[{"use":"official","family":"Testwick","given":["Random%d"]}],"gender":"female","birthDate":"1970-01-02","generalPractitioner":[{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"%s"}}]}`, n, number, n, practice)
	line(`{"resourceType":"Condition","id":"rnd%d-word","clinicalStatus":{"coding":[{"code":"active"}]},"code":{"text":"Condition %s"},%s,"onsetDateTime":"%s"}`, n, word, subject, day())
	for i := range 1 + draw.IntN(8) {
		c := conditions[draw.IntN(len(conditions))]
		line(`{"resourceType":"Condition","id":"rnd%d-c%d","clinicalStatus":{"coding":[{"code":"%s"}]},"code":{"coding":[{"system":"http://snomed.info/sct","code":"%s"}],"text":"%s"},%s,"onsetDateTime":"%s"}`,
			n, i, []string{"active", "resolved"}[draw.IntN(2)], c.code, c.text, subject, day())
	}
	for i := range draw.IntN(10) {
		line(`{"resourceType":"Observation","id":"rnd%d-o%d","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"4548-%d"}],"text":"Test %d"},%s,"effectiveDateTime":"%sT08:00:00Z","valueQuantity":{"value":%d.50,"unit":"mmol/L"}}`,
			n, i, i%4, i%4, subject, day(), draw.IntN(90))
	}
	for i := range draw.IntN(5) {
		line(`{"resourceType":"MedicationRequest","id":"rnd%d-m%d","status":"%s","intent":"order","medicationCodeableConcept":{"text":"Medicine %d 500mg tablets"},%s,"authoredOn":"%s","dosageInstruction":[{"text":"%d a day"}]}`,
			n, i, []string{"active", "stopped"}[draw.IntN(2)], i, subject, day(), 1+draw.IntN(3))
	}
	for i := range draw.IntN(3) {
		line(`{"resourceType":"AllergyIntolerance","id":"rnd%d-a%d","clinicalStatus":{"coding":[{"code":"active"}]},"code":{"text":"Substance %d"},"patient":{"reference":"Patient/rnd%d"},"recordedDate":"%s"}`, n, i, i, n, day())
	}
	for i := range draw.IntN(6) {
		line(`{"resourceType":"Encounter","id":"rnd%d-e%d","status":"finished","class":{"code":"AMB"},"type":[{"text":"Consultation"}],%s,"period":{"start":"%sT09:00:00Z"}}`, n, i, subject, day())
		line(`{"resourceType":"DocumentReference","id":"rnd%d-d%d","status":"current","type":{"text":"Letter"},%s,"date":"%sT10:00:00Z","content":[{"attachment":{"contentType":"text/plain","data":"TGV0dGVyIHRleHQ="}}]}`, n, i, subject, day())
	}
	if draw.IntN(2) == 0 {
		line(`{"resourceType":"Immunization","id":"rnd%d-i","status":"completed","vaccineCode":{"text":"Influenza vaccine"},"patient":{"reference":"Patient/rnd%d"},"occurrenceDateTime":"%s"}`, n, n, day())
		line(`{"resourceType":"Procedure","id":"rnd%d-p","status":"completed","code":{"text":"Minor operation"},%s,"performedDateTime":"%s"}`, n, subject, day())
		line(`{"resourceType":"Flag","id":"rnd%d-f","status":"active","code":{"text":"Needs large print"},%s}`, n, subject)
	}
}
