package ingest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"candour/models/db/dbtest"
)

// An excluded service is known by its name wherever an item names who did it or
// where; what was found is known by its code alone.
func TestNamesOfExcludedServices(t *testing.T) {
	clinic := `{"display":"Northfield Sexual Health Clinic"}`
	for body, hidden := range map[string]bool{
		`"resourceType":"Observation","status":"final","performer":[` + clinic + `]`:                                                                                                        true,
		`"resourceType":"Observation","status":"final","performer":[{"reference":"#o"}],"contained":[{"resourceType":"Organization","id":"o","name":"Brook Sexual Health"}]`:                true,
		`"resourceType":"DiagnosticReport","status":"final","performer":[{"display":"Genitourinary Medicine"}]`:                                                                             true,
		`"resourceType":"DiagnosticReport","status":"final","category":[{"text":"Sexual health"}]`:                                                                                          true,
		`"resourceType":"DiagnosticReport","status":"final","code":{"text":"GUM clinic screen"}`:                                                                                            true,
		`"resourceType":"MedicationRequest","status":"active","intent":"order","requester":{"display":"Dr Q, GUM clinic"}`:                                                                  true,
		`"resourceType":"Immunization","status":"completed","location":` + clinic:                                                                                                           true,
		`"resourceType":"Immunization","status":"completed","performer":[{"actor":` + clinic + `}]`:                                                                                         true,
		`"resourceType":"Condition","asserter":{"display":"Abortion clinic nurse"}`:                                                                                                         true,
		`"resourceType":"Condition","recorder":` + clinic:                                                                                                                                   true,
		`"resourceType":"CarePlan","status":"active","intent":"plan","title":"Gender identity clinic pathway"`:                                                                              true,
		`"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"Be seen by the fertility unit"}`:                                                                           true,
		`"resourceType":"Flag","status":"active","code":{"text":"Under the gender clinic"}`:                                                                                                 true,
		`"resourceType":"Procedure","status":"completed","location":` + clinic:                                                                                                              true,
		`"resourceType":"Procedure","status":"completed","category":{"text":"Assisted conception"}`:                                                                                         true,
		`"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"contained":[{"resourceType":"Location","id":"x","name":"Termination of pregnancy service"}]`:                true,
		`"resourceType":"AllergyIntolerance","recorder":{"display":"IVF unit, St Hilda's"}`:                                                                                                 true,
		`"resourceType":"Communication","status":"completed","sender":` + clinic:                                                                                                            true,
		`"resourceType":"Observation","status":"final","code":{"text":"HIV antigen test"},"performer":[{"display":"Department of Pathology"}]`:                                              false,
		`"resourceType":"Observation","status":"final","code":{"text":"Chlamydia test"}`:                                                                                                    false,
		`"resourceType":"Observation","status":"final","code":{"text":"Fertility hormones"}`:                                                                                                false,
		`"resourceType":"Observation","status":"final","code":{"coding":[{"display":"Abortion, number of"}]}`:                                                                               false,
		`"resourceType":"Observation","status":"final","hasMember":[{"display":"Sexually transmitted infection screen"}]`:                                                                   false,
		`"resourceType":"DiagnosticReport","status":"final","code":{"text":"Chlamydia and HIV tests"},"result":[{"display":"Sexually transmitted infection screen"}]`:                       false,
		`"resourceType":"DiagnosticReport","status":"final","code":{"text":"Pregnancy test"}`:                                                                                               false,
		`"resourceType":"Condition","code":{"text":"Infertility advice declined"}`:                                                                                                          false,
		`"resourceType":"Condition","asserter":{"display":"Dr A. Bortion"},"note":[{"text":"was seen in a sexual health clinic years ago"}]`:                                                false,
		`"resourceType":"Immunization","status":"completed","location":{"display":"Womens Health Centre"},"contained":[{"resourceType":"Patient","id":"p","name":[{"family":"Abortion"}]}]`: false,
	} {
		h := newHouse(t, dbtest.SQLite(t))
		who := "subject"
		for _, kind := range []string{"Immunization", "AllergyIntolerance"} {
			if strings.Contains(body, `"resourceType":"`+kind) {
				who = "patient"
			}
		}
		r := h.take("gp", aBundle("transaction", "2024-01-02T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), `{`+body+`,"id":"x","`+who+`":{"reference":"Patient/1"}}`))
		if n := h.count("SELECT count(*) FROM items"); n != 1 {
			t.Errorf("%s: %d stored: %+v", body, n, r.Problems)
		}
		if got := h.count("SELECT count(*) FROM items WHERE withheld <> ''") == 1; got != hidden {
			t.Errorf("withheld is %t: %s", got, body)
		}
	}
}

// A year or a month is no date of birth: nobody is taken for another by it. Alone it
// is somebody still, for FHIR allows it.
func TestPartOfABirthDateMatchesNobody(t *testing.T) {
	type claim struct {
		source, born string
		practice     bool
	}
	for n, c := range []struct {
		claims []claim
		want   []string
	}{
		{[]claim{{"acute", "1970", false}}, []string{""}},
		{[]claim{{"acute", "1970", false}, {"mental", "1970", false}}, []string{PartBirthDate, PartBirthDate}},
		{[]claim{{"acute", "1970-01", false}, {"gp", "1970-01", true}}, []string{PartBirthDate, ""}},
		{[]claim{{"gp2", "1970-01", true}, {"gp", "1970-01", true}}, []string{PartBirthDate, PartBirthDate}},
		{[]claim{{"gp", "1970", true}, {"acute", "1970-01-01", false}}, []string{PartBirthDate, ""}},
		{[]claim{{"gp", "1970", true}, {"acute", "1970-01-01", false}, {"mental", "1970-01-01", false}}, []string{PartBirthDate, "", ""}},
	} {
		claims := make([]Claim, len(c.claims))
		for i, one := range c.claims {
			claims[i] = Claim{Source: one.source, Local: "1", Practice: one.practice, Number: "1", Birth: one.born, Family: "Smith"}
		}
		if got := Match(claims); !slices.Equal(got, c.want) {
			t.Errorf("%d: %q instead of %q", n, got, c.want)
		}
	}
	h := newHouse(t, dbtest.SQLite(t))
	h.take("acute", aPatient("1", nhs(1), "1970-01", "Smith")+"\n"+anObservation("o", "1", "27113001", "70"))
	h.take("mental", aPatient("1", nhs(1), "1970-01", "Smith")+"\n"+anObservation("o", "1", "27113001", "99"))
	if n := h.count("SELECT count(*) FROM items"); n != 0 {
		t.Errorf("%d items are shown of two who may be different people", n)
	}
}

// Where somebody lives is not taken from an excluded service.
func TestAnExcludedServiceDescribesNobody(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.must("UPDATE organisations SET name = 'Northfield Sexual Health' WHERE id = 'org-community'")
	who := func(when, phone string) string {
		return aPatient("1", nhs(1), "1970-01-01", "Smith", at(when), `"telecom":[{"system":"phone","value":"`+phone+`"}],"address":[{"line":["`+phone+` Road"],"postalCode":"AB1 2CD"}],`)
	}
	phone := func() string { return h.rows("SELECT phone, address FROM persons")[0] }
	h.take("community", who("2024-05-01T00:00:00Z", "111"))
	if got := phone(); got != " | " {
		t.Errorf("taken from the clinic: %q", got)
	}
	h.take("acute", who("2024-01-01T00:00:00Z", "222"))
	if got := phone(); got != "222 | 222 Road" {
		t.Errorf("%q", got)
	}
}

// What an excluded service sends itself is withheld, whatever it is about; what was
// taken in before the policy named the service follows.
func TestAllThatAnExcludedServiceSendsIsWithheld(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	body := aBundle("transaction", "2024-01-02T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), anObservation("a", "1", "27113001", "70"))
	h.take("acute", body)
	h.take("community", body)
	withheld := func() string {
		return strings.Join(h.rows("SELECT source_id, withheld FROM items"), "; ")
	}
	if got := withheld(); got != "acute | ; community | " {
		t.Fatal(got)
	}
	h.must("UPDATE organisations SET name = 'Northfield Sexual Health' WHERE id = 'org-community'")
	if _, err := h.Reapply(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := withheld(); got != "acute | ; community | sexual_health" {
		t.Fatalf("worked out again: %s", got)
	}
	h.take("community", aBundle("transaction", "2024-02-02T00:00:00Z", anObservation("b", "1", "27113001", "71")))
	h.take("community", aPatient("1", nhs(1), "1970-01-02", "Smith", at("2024-03-01T00:00:00Z")), Options{})
	h.take("community", aPatient("1", nhs(1), "1970-01-01", "Smith", at("2024-04-01T00:00:00Z")), Options{}) // held, and back
	if got := withheld(); got != "acute | ; community | sexual_health; community | sexual_health" {
		t.Errorf("%s", got)
	}
}
