package record

import "testing"

func TestTitle(t *testing.T) {
	for raw, want := range map[string]string{
		`{"resourceType":"Condition","id":"1","code":{"text":"Asthma"},"subject":{"reference":"Patient/1"}}`:                                                                      "Asthma",
		`{"resourceType":"Condition","id":"1","subject":{"reference":"Patient/1"}}`:                                                                                               "",
		`{"resourceType":"MedicationRequest","id":"1","status":"active","intent":"order","medicationReference":{"reference":"Medication/9"},"subject":{"reference":"Patient/1"}}`: "",
		`not json`: "",
	} {
		kind := "Condition"
		if len(raw) > 120 {
			kind = "MedicationRequest"
		}
		if got := Title(kind, []byte(raw)); got != want {
			t.Errorf("Title(%s) = %q, want %q", raw, got, want)
		}
	}
	if got := Title("Claim", []byte(`{"resourceType":"Claim"}`)); got != "" {
		t.Errorf("a type that is not shown has the title %q", got)
	}
}
