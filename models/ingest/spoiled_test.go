package ingest

import (
	"fmt"
	"testing"

	"candour/models/db/dbtest"
)

// A whole extract that has an item in a form that cannot be read must not remove it.
func TestACompleteExtractKeepsWhatItHasButCannotBeRead(t *testing.T) {
	allergy := func(id, code, more string) string {
		return fmt.Sprintf(`{"resourceType":"AllergyIntolerance",%s"id":%q,"meta":{"lastUpdated":"2024-01-01T00:00:00Z"},"patient":{"reference":"Patient/1"},"code":%s}`, more, id, code)
	}
	good := `{"text":"Penicillin"}`
	for n, c := range []struct {
		what, spoiled string
		keeps         int
	}{
		{"the wrong type", allergy("a", `"penicillin"`, ""), 2},
		{"behind the id of something inside", allergy("a", `"penicillin"`, `"contained":[{"resourceType":"Practitioner","id":"b"}],`), 2},
		{"an id that is no id", `{"resourceType":"AllergyIntolerance","id":7,"patient":{"reference":"Patient/1"},"code":{"text":"Penicillin"}}`, 3},
		{"no id at all", `{"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/1"},"code":"penicillin"}`, 3},
		{"nobody named", `{"resourceType":"AllergyIntolerance","id":"a","code":{"text":"Penicillin"}}`, 2},
	} {
		h := newHouse(t, dbtest.SQLite(t))
		h.take("gp", aBundle("transaction", "2024-01-02T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), allergy("a", good, ""), allergy("b", good, ""), allergy("c", good, "")))
		h.take("gp", aBundle("transaction", "2024-02-02T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), c.spoiled, allergy("b", good, "")), Options{Complete: true})
		if kept := h.count("SELECT count(*) FROM items"); kept != c.keeps || h.count("SELECT count(*) FROM items WHERE local_id IN ('a', 'b')") != 2 {
			t.Errorf("%d, %s: %d kept instead of %d", n, c.what, kept, c.keeps)
		}
	}
}

// An objection holds however badly it is dated, and nothing said in error counts.
func TestRefusalWithoutDateHolds(t *testing.T) {
	const refused, given = "416409005", "417528008"
	say := func(kind, id, code, status, when string) string {
		date := map[string]string{"Observation": `"effectiveDateTime":%q,`, "Flag": `"period":{"start":%q},`, "Consent": `"dateTime":%q,`}[kind]
		if when == "" {
			date = ""
		} else {
			date = fmt.Sprintf(date, when)
		}
		who, where := "subject", fmt.Sprintf(`"code":{"coding":[{"system":"http://snomed.info/sct","code":%q}]}`, code)
		if kind == "Consent" {
			who, where = "patient", fmt.Sprintf(`"category":[{"coding":[{"system":"http://snomed.info/sct","code":%q}]}]`, code)
		}
		return fmt.Sprintf(`{"resourceType":%q,"id":%q,"status":%q,%s%s,%q:{"reference":"Patient/1"}}`, kind, id, status, date, where, who)
	}
	for n, c := range []struct {
		said     []string
		objected int
	}{
		{[]string{say("Observation", "a", given, "final", "2022-01-01"), say("Observation", "b", refused, "final", "")}, 1},
		{[]string{say("Observation", "a", given, "final", "2022-01-01"), say("Observation", "b", refused, "final", "2022-99-99")}, 1},
		{[]string{say("Observation", "a", refused, "final", "2022-01-01"), say("Observation", "b", given, "final", "")}, 1},
		{[]string{say("Observation", "a", refused, "final", "2022-01-01"), say("Observation", "b", given, "final", "2023-01-01")}, 0},
		{[]string{say("Observation", "a", refused, "final", "2022-01-01"), say("Observation", "b", given, "entered-in-error", "2023-01-01")}, 1},
		{[]string{say("Observation", "a", refused, "entered-in-error", "")}, 0},
		{[]string{say("Flag", "a", refused, "active", "")}, 1},
		{[]string{say("Flag", "a", refused, "inactive", "2022-01-01")}, 0},
		{[]string{say("Flag", "a", refused, "active", ""), say("Flag", "b", given, "inactive", "2023-01-01")}, 1},
		{[]string{say("Consent", "a", refused, "active", "")}, 1},
		{[]string{say("Consent", "a", refused, "inactive", "2022-01-01")}, 0},
		{[]string{say("Consent", "a", refused, "active", "2022-01-01"), say("Consent", "b", given, "draft", "2023-01-01")}, 1},
		{[]string{say("Consent", "a", refused, "active", "2022-01-01"), say("Consent", "b", given, "inactive", "2023-01-01")}, 1},
	} {
		h := newHouse(t, dbtest.SQLite(t))
		h.take("gp", aBundle("transaction", "2024-01-02T00:00:00Z", append([]string{aPatient("1", nhs(1), "1970-01-01", "Smith")}, c.said...)...))
		if got := h.count("SELECT count(*) FROM persons WHERE objected"); got != c.objected {
			t.Errorf("%d: objected is %d instead of %d: %v", n, got, c.objected, c.said)
		}
	}
}

// Who is protected stays so when the source that protects them is held.
func TestProtectionOutlivesTheMatch(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	label := func(when string) string {
		return `"meta":{"lastUpdated":"` + when + `","security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},`
	}
	restricted := func() int { return h.count("SELECT count(*) FROM persons WHERE restricted") }
	h.take("gp", aPatient("1", nhs(1), "1970-01-01", "Smith", at("2024-01-01T00:00:00Z")))
	h.take("acute", aPatient("9", nhs(1), "1970-01-01", "Smith", label("2024-01-01T00:00:00Z")))
	if restricted() != 1 {
		t.Fatal("not protected to begin with")
	}
	h.take("acute", aPatient("9", nhs(1), "1970-01-01", "Quite-Different", label("2024-02-01T00:00:00Z")))
	if restricted() != 1 || h.count("SELECT count(*) FROM source_patients WHERE state = 'held'") != 1 {
		t.Fatal("a new name lifts the protection")
	}
	h.take("acute", aPatient("9", nhs(1), "1970-01-01", "Quite-Different", at("2024-03-01T00:00:00Z")))
	if restricted() != 0 {
		t.Fatal("the label was taken off and still holds")
	}
}
