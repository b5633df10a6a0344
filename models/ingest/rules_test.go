package ingest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fhir"
	"candour/models/policy"
)

func TestAgreement(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"Smith", "SMITH", true}, {"O'Brien", "OBrien", true}, {"O’Brien", "o brien", true}, {"Müller", "Muller", true}, {"Łukasz", "Lukasz", true},
		{"Formerly-Stiedemann", "Stiedemann", true}, {"Smith-Jones", "Jones", true}, {"Smith", "Jones", false}, {"Smith", "Smithson", false},
		{"Smith-Jones", "Smith-Brown", false}, {"王", "王", true}, {"王", "李", false}, {"👩‍⚕️", "👩‍⚕️", true}, {"👩‍⚕️", "👨‍⚕️", false}, {"", "", false}, {"-", "Smith", false},
	} {
		x, y := Claim{Number: "1", Birth: "1970-01-01", Family: c.a}, Claim{Number: "1", Birth: "1970-01-01", Family: c.b}
		if Agree(x, y) != c.want || Agree(y, x) != c.want {
			t.Errorf("%q and %q: not %v both ways", c.a, c.b, c.want)
		}
		y.Birth = "1970-01-02"
		if Agree(x, y) {
			t.Errorf("%q agrees in spite of another birth date", c.a)
		}
	}
	if Agree(Claim{Birth: "1970", Family: "A"}, Claim{Birth: "1970", Family: "A"}) {
		t.Error("two without a number agree")
	}
}

// TestMatchInAnyOrder draws claims at random and shuffles them: the verdict on
// each must not depend on the order, and no two that disagree may be matched
// beside the leader.
func TestMatchInAnyOrder(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	families, births := []string{"Smith", "Jones", "Smith-Jones", "Brown", "SMITH"}, []string{"1970-01-01", "1970-01-02"}
	for range 5000 {
		n := 1 + draw.IntN(6)
		claims := make([]Claim, n)
		for i := range claims {
			claims[i] = Claim{Source: fmt.Sprint("s", draw.IntN(4)), Local: fmt.Sprint(i), Practice: draw.IntN(4) == 0, Number: "1",
				Birth: births[draw.IntN(2)], Family: families[draw.IntN(len(families))]}
			if draw.IntN(8) == 0 {
				claims[i].Reason = FutureBirthDate
			}
		}
		want := map[string]string{}
		for i, v := range Match(claims) {
			want[claims[i].Local] = v
		}
		born := map[string]bool{}
		for _, c := range claims {
			if want[c.Local] == "" {
				born[c.Birth] = true
			}
			if c.Reason != "" && want[c.Local] != c.Reason {
				t.Fatalf("unfit claim got %q", want[c.Local])
			}
		}
		if len(born) > 1 {
			t.Fatalf("two birth dates matched: %+v %v", claims, want)
		}
		draw.Shuffle(n, func(a, b int) { claims[a], claims[b] = claims[b], claims[a] })
		for i, v := range Match(claims) {
			if want[claims[i].Local] != v {
				t.Fatalf("order matters: %+v", claims)
			}
		}
	}
}

// TestPlantedCollisions plants 200 wrong patients on numbers of others: none may
// be merged, all must be held (trust.md T23).
func TestPlantedCollisions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var right, wrong []string
		for i := range 200 {
			id, born := fmt.Sprint(i), fmt.Sprintf("1950-03-%02d", 1+i%28)
			right = append(right, aPatient(id, nhs(i), born, "Right"), anObservation("o"+id, id, "27113001", "70"))
			family, day := "Right", born
			switch i % 4 {
			case 0:
				day = fmt.Sprintf("1951-03-%02d", 1+i%28)
			case 1:
				family = "Wrong"
			case 2:
				day = born[:7] // a shorter date is not the same date
			case 3:
				family, day = "Wrighton", "03/04/1950"
			}
			wrong = append(wrong, aPatient(id, nhs(i), day, family), anObservation("o"+id, id, "27113001", "99"))
		}
		h.take("gp", strings.Join(right, "\n"))
		r := h.take("acute", strings.Join(wrong, "\n"))
		merged := h.count("SELECT count(*) FROM items WHERE source_id = 'acute'") + h.count("SELECT count(*) FROM source_patients WHERE source_id = 'acute' AND state <> 'held'")
		held := h.count("SELECT count(*) FROM source_patients WHERE source_id = 'acute' AND state = 'held'")
		if merged != 0 || held != 200 || r.Counts["Patient"].Held != 200 || h.count("SELECT count(*) FROM held_resources") != 200 {
			t.Fatalf("%d merged, %d held: %+v", merged, held, r.Counts["Patient"])
		}
		if n := h.count("SELECT count(*) FROM persons"); n != 200 {
			t.Fatalf("%d persons", n)
		}
		t.Log("200 planted collisions, 0 merged, 200 held")
	})
}

func TestNumberOfNobodyNeverMatches(t *testing.T) {
	d := dbtest.SQLite(t)
	h := newHouse(t, d)
	var all []string
	for i, n := range []string{"1234567890", "9876544321", "", "999000001", "8527685222"} {
		all = append(all, aPatient(fmt.Sprint(i), n, "1970-01-01", "Smith"))
	}
	all = append(all, `{"resourceType":"Patient","id":"phone","identifier":[{"system":"https://example.org/mrn","value":"9990000018"}],"name":[{"family":"Smith"}],"birthDate":"1970-01-01"}`)
	if r := h.take("gp", strings.Join(all, "\n")); r.Counts["Patient"].Held != len(all) || h.count("SELECT count(*) FROM persons") != 0 {
		t.Fatalf("%+v", r)
	}
}

func TestFormerIdentityIsNotKeptSearchable(t *testing.T) {
	d := dbtest.SQLite(t)
	h := newHouse(t, d)
	h.take("gp", aBundle("collection", "2024-01-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Before"), anObservation("o", "1", "27113001", "70")))
	after := `{"resourceType":"Patient","id":"1","identifier":[{"use":"old","system":"https://fhir.nhs.uk/Id/nhs-number","value":"` + nhs(1) + `"},{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"` + nhs(2) +
		`"}],"name":[{"use":"old","family":"Before"},{"use":"official","family":"After"}],"birthDate":"1970-01-01","link":[{"other":{"reference":"Patient/0"},"type":"replaces"}]}`
	h.take("gp", aBundle("collection", "2024-02-01T00:00:00Z", after))
	if n := h.count("SELECT count(*) FROM persons WHERE family_key = 'before' OR family = 'Before'"); n != 0 {
		t.Fatalf("%d persons can still be found under the former name", n)
	}
	if n := h.count("SELECT count(*) FROM persons p JOIN items i ON i.person_id = p.id WHERE p.nhs_number = ?", nhs(2)); n != 1 {
		t.Fatalf("%d items under the new number", n)
	}
	if n := h.count("SELECT count(*) FROM persons p JOIN items i ON i.person_id = p.id WHERE p.nhs_number = ?", nhs(1)); n != 0 {
		t.Fatalf("%d items left under the former number", n)
	}
	if n := h.count("SELECT count(*) FROM persons WHERE nhs_number = ? AND birth_date = '' AND practice_ods = ''", nhs(1)); n != 1 {
		t.Fatal("the former person keeps an identity")
	}
}

// TestClosure is a table of who gives whom away.
func TestClosure(t *testing.T) {
	rules := New(Deps{}).rules
	ref := func(path, to string) fhir.RefAt { return fhir.RefAt{Path: path, Reference: to} }
	items := []linked{
		{kind: "Condition", id: "bad", set: "sexual_health", refs: []fhir.RefAt{ref("encounter", "Encounter/e1")}},
		{kind: "Encounter", id: "e1", refs: []fhir.RefAt{ref("appointment", "Appointment/a1")}},
		{kind: "Appointment", id: "a1", refs: []fhir.RefAt{ref("basedOn", "ServiceRequest/r1")}},
		{kind: "ServiceRequest", id: "r1"},
		{kind: "DocumentReference", id: "l1", refs: []fhir.RefAt{ref("context.encounter", "Encounter/e1")}},
		{kind: "MedicationRequest", id: "m1", refs: []fhir.RefAt{ref("encounter", "Encounter/e1")}},
		{kind: "MedicationRequest", id: "m2", refs: []fhir.RefAt{ref("reasonReference", "Condition/bad")}},
		{kind: "Observation", id: "bp", refs: []fhir.RefAt{ref("encounter", "Encounter/e1")}},        // blood pressure of that visit says nothing
		{kind: "AllergyIntolerance", id: "al", refs: []fhir.RefAt{ref("encounter", "Encounter/e1")}}, // nor does an allergy
		{kind: "List", id: "problems", refs: []fhir.RefAt{ref("entry.item", "Condition/bad")}},
		{kind: "Procedure", id: "swab", refs: []fhir.RefAt{ref("encounter", "Encounter/e1")}},   // what was done at that visit says why it was made
		{kind: "Immunization", id: "flu", refs: []fhir.RefAt{ref("encounter", "Encounter/e1")}}, // a vaccine given on the way does not, and must be known
		{kind: "Condition", id: "asthma", refs: []fhir.RefAt{ref("encounter", "Encounter/e1")}},
		{kind: "Encounter", id: "clinic", set: "sexual_health"},
		{kind: "Observation", id: "in-clinic", refs: []fhir.RefAt{ref("encounter", "Encounter/clinic")}},
		{kind: "Observation", id: "test", set: "sexual_health"},
		{kind: "DiagnosticReport", id: "rep", refs: []fhir.RefAt{ref("result", "Observation/test"), ref("result", "Observation/other")}},
		{kind: "Observation", id: "other"},
		{kind: "Condition", id: "unrelated", refs: []fhir.RefAt{ref("encounter", "Encounter/e9")}},
		{kind: "Encounter", id: "e9"},
	}
	hidden := rules.close(items)
	for name, want := range map[string]bool{"Condition/bad": true, "Encounter/e1": true, "Appointment/a1": true, "ServiceRequest/r1": true, "DocumentReference/l1": true,
		"MedicationRequest/m1": true, "MedicationRequest/m2": true, "Observation/bp": false, "AllergyIntolerance/al": false, "Procedure/swab": true, "Immunization/flu": false, "Condition/asthma": false, "List/problems": false,
		"Encounter/clinic": true, "Observation/in-clinic": true, "Observation/test": true, "DiagnosticReport/rep": true, "Observation/other": false,
		"Condition/unrelated": false, "Encounter/e9": false} {
		kind, id, _ := strings.Cut(name, "/")
		if (hidden[place2{kind, id}] != "") != want {
			t.Errorf("%s: hidden is %v", name, !want)
		}
	}
}

func TestTestsAreNotDiagnoses(t *testing.T) {
	d := dbtest.SQLite(t)
	h := newHouse(t, d)
	test := `{"resourceType":"Observation","id":"t","status":"final","code":{"coding":[{"system":"http://snomed.info/sct","code":"310861008"}],"text":"Chlamydia antigen test"},"subject":{"reference":"Patient/1"},"effectiveDateTime":"2024-01-01"}`
	r := h.take("gp", aBundle("collection", "", aPatient("1", nhs(1), "1970-01-01", "Smith"), test))
	if r.Counts["Observation"].Stored != 1 || r.Counts["Observation"].Withheld != 0 {
		t.Fatalf("%+v", r.Counts["Observation"])
	}
}

func TestReapplyFollowsThePolicy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		p := *h.rules.p
		before := p
		before.Exclusions = p.Exclusions[:0:0]
		for _, e := range p.Exclusions {
			if e.Set != "termination" {
				before.Exclusions = append(before.Exclusions, e)
			}
		}
		h.Intake = New(Deps{DB: d, Clock: h.clock, Policy: &before})
		procedure := `{"resourceType":"Procedure","id":"p","status":"completed","code":{"coding":[{"system":"http://snomed.info/sct","code":"714812005"}]},"subject":{"reference":"Patient/1"},"encounter":{"reference":"Encounter/e"}}`
		encounter := `{"resourceType":"Encounter","id":"e","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/1"}}`
		h.take("gp", aBundle("collection", "2024-01-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), procedure, encounter, anObservation("o", "1", "27113001", "70")))
		for _, step := range []struct {
			policy *policy.Policy
			hidden int
		}{{&before, 0}, {&p, 2}, {&before, 0}} {
			h.Intake = New(Deps{DB: d, Clock: h.clock, Policy: step.policy})
			if n, err := h.Reapply(context.Background()); err != nil || n != 1 {
				t.Fatal(n, err)
			}
			if n := h.count("SELECT count(*) FROM items WHERE withheld <> ''"); n != step.hidden {
				t.Fatalf("%d hidden instead of %d", n, step.hidden)
			}
		}
	})
}
