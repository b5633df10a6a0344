package record_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"candour/models/audit"
	"candour/models/opaque"
	"candour/models/record"
)

// sent is one resource of one source, as small as the rule needs it.
type sent struct{ source, kind, id, body string }

func (s sent) item() record.Item {
	raw := fmt.Sprintf(`{"resourceType":%q,"id":%q,%s}`, s.kind, s.id, s.body)
	return record.Item{Ref: audit.ItemRef{ID: opaque.Of(s.source, s.kind, s.id), Version: 1}, Source: s.source, Type: s.kind, LocalID: s.id, Raw: []byte(raw)}
}

func input(all ...sent) record.Input {
	in := record.Input{Feeds: []record.Feed{feed("acute", "acute"), feed("gp", "practice"), feed("mental", "mental")}}
	for _, s := range all {
		in.Items = append(in.Items, s.item())
	}
	return in
}

func section(s *record.Sheet, kind record.SectionKind) record.Section {
	for _, x := range s.Sections {
		if x.Kind == kind {
			return x
		}
	}
	return record.Section{}
}

// told puts the lines of a section into words for comparison.
func told(s *record.Sheet, kind record.SectionKind) []string {
	var out []string
	for _, l := range section(s, kind).Lines {
		words := []string{l.Title, l.Status}
		if l.Past {
			words = append(words, "past")
		}
		if l.Value != nil {
			words = append(words, "="+l.Value.Text)
		}
		for _, m := range l.Also {
			words = append(words, "also:"+m.Source)
		}
		for _, v := range l.Earlier {
			words = append(words, strings.TrimSuffix("before:"+v.Source+":"+v.Status+":"+v.Text, ":"))
		}
		for _, c := range l.Conflicts {
			var sides []string
			for _, m := range c.Sides {
				sides = append(sides, m.Source)
			}
			words = append(words, "conflict:"+c.Kind+":"+strings.Join(sides, "+"))
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

func snomedCode(code, text string) string {
	return fmt.Sprintf(`{"coding":[{"system":"http://snomed.info/sct","code":%q,"display":%q}],"text":%q}`, code, text, text)
}

func condition(source, id, code, status, onset, end string) sent {
	return sent{source, "Condition", id, fmt.Sprintf(`"clinicalStatus":{"coding":[{"code":%q}]},"code":%s,"onsetDateTime":%q,"abatementDateTime":%q`, status, snomedCode(code, "P"+code), onset, end)}
}

func medicine(source, id, code, status, on, dose string) sent {
	return sent{source, "MedicationRequest", id, fmt.Sprintf(`"status":%q,"medicationCodeableConcept":%s,"authoredOn":%q,"dosageInstruction":[{"text":%q}]`, status, snomedCode(code, "M"+code), on, dose)}
}

func test(source, id, code, at, value string) sent {
	return sent{source, "Observation", id, fmt.Sprintf(`"status":"final","code":%s,"effectiveDateTime":%q,%s`, snomedCode(code, "T"+code), at, value)}
}

func mg(number string) string { return `"valueQuantity":{"value":` + number + `,"unit":"mg/dL"}` }

func allergyOf(source, id, code, status, category string) sent {
	return sent{source, "AllergyIntolerance", id, fmt.Sprintf(`"clinicalStatus":{"coding":[{"code":%q}]},"category":[%s],"code":%s`, status, category, snomedCode(code, "A"+code))}
}

func TestRules(t *testing.T) {
	cases := map[string]struct {
		sent []sent
		kind record.SectionKind
		want []string
	}{
		"the same problem twice is one line": {[]sent{condition("gp", "1", "7", "active", "2010", ""), condition("acute", "9", "7", "active", "2012-03", "")},
			record.Problems, []string{"P7 active also:acute"}},
		"active against resolved later is a conflict": {[]sent{condition("gp", "1", "7", "active", "2010", ""), condition("acute", "9", "7", "resolved", "2010", "2023-01-01")},
			record.Problems, []string{"P7 active conflict:status:gp+acute"}},
		"an episode that ended before is history": {[]sent{condition("gp", "1", "7", "active", "2020", ""), condition("acute", "9", "7", "resolved", "2001", "2002")},
			record.Problems, []string{"P7 active before:acute:resolved"}},
		"a status that is not said is unknown and current": {[]sent{{"gp", "Condition", "1", `"code":` + snomedCode("7", "P7")}},
			record.Problems, []string{"P7 unknown"}},
		"refuted is past": {[]sent{{"gp", "Condition", "1", `"clinicalStatus":{"coding":[{"code":"active"}]},"verificationStatus":{"coding":[{"code":"refuted"}]},"code":` + snomedCode("7", "P7")}},
			record.Problems, []string{"P7 refuted past"}},
		"one line a medicine, the practice's current one over ended ones": {[]sent{medicine("acute", "1", "7", "active", "2022", "one"), medicine("gp", "2", "7", "active", "2020", "one"), medicine("gp", "3", "7", "stopped", "2019", "two")},
			record.Medicines, []string{"M7 active also:acute before:gp:stopped:two"}},
		"doses differ": {[]sent{medicine("gp", "1", "7", "active", "2020", "one a day"), medicine("acute", "2", "7", "active", "2021", "two a day")},
			record.Medicines, []string{"M7 active conflict:dose:gp+acute"}},
		"two current doses of one source differ too": {[]sent{medicine("gp", "1", "7", "active", "2021", "morning"), medicine("gp", "2", "7", "active", "2020", "night")},
			record.Medicines, []string{"M7 active conflict:dose:gp+gp"}},
		"white space is no difference of dose": {[]sent{medicine("gp", "1", "7", "active", "2020", "one  a day\n"), medicine("acute", "2", "7", "active", "2021", "one a day")},
			record.Medicines, []string{"M7 active also:acute"}},
		"stopped by another after the last prescription": {[]sent{medicine("gp", "1", "7", "active", "2020-05-01", "one"), medicine("acute", "2", "7", "stopped", "2024-06-11", "one")},
			record.Medicines, []string{"M7 active conflict:status:gp+acute"}},
		"stopped by another before it was begun again": {[]sent{medicine("gp", "1", "7", "active", "2020-05-01", "one"), medicine("acute", "2", "7", "stopped", "2014-06-11", "one")},
			record.Medicines, []string{"M7 active before:acute:stopped:one"}},
		"a prescription and a statement of it are one medicine": {[]sent{medicine("gp", "1", "7", "active", "2020", "one"), {"gp", "MedicationStatement", "2", `"status":"active","medicationCodeableConcept":` + snomedCode("7", "M7") + `,"effectivePeriod":{"start":"2020"},"dosage":[{"text":"one"}]`}},
			record.Medicines, []string{"M7 active before:gp:active:one"}},
		"an allergy that another calls inactive": {[]sent{allergyOf("gp", "1", "7", "active", ""), allergyOf("acute", "2", "7", "inactive", "")},
			record.Allergies, []string{"A7 active conflict:status:gp+acute"}},
		"none known beside an allergy": {[]sent{allergyOf("gp", "1", "7", "active", ""), allergyOf("mental", "2", "716186003", "active", "")},
			record.Allergies, []string{"A7 active", "A716186003 active conflict:none_known:mental+gp"}},
		"none known beside an ended allergy": {[]sent{allergyOf("gp", "1", "7", "inactive", ""), allergyOf("mental", "2", "716186003", "active", "")},
			record.Allergies, []string{"A716186003 active", "A7 inactive past"}},
		"no drug allergy beside a food allergy": {[]sent{allergyOf("gp", "1", "7", "active", `"food"`), allergyOf("mental", "2", "409137002", "active", "")},
			record.Allergies, []string{"A7 active", "A409137002 active"}},
		"no drug allergy beside one of no category": {[]sent{allergyOf("gp", "1", "7", "active", ""), allergyOf("mental", "2", "409137002", "active", "")},
			record.Allergies, []string{"A7 active", "A409137002 active conflict:none_known:mental+gp"}},
		"results: newest first, zeros kept": {[]sent{test("gp", "1", "7", "2020-01-02", mg("98.20")), test("gp", "2", "7", "2021-01-02", mg("100.0")), test("acute", "3", "7", "2019", mg("1"))},
			record.Results, []string{"T7 final =100.0 mg/dL before:gp:final:98.20 mg/dL before:acute:final:1 mg/dL"}},
		"units are never mixed": {[]sent{test("gp", "1", "7", "2020-01-02", mg("98")), test("gp", "2", "7", "2021-01-02", `"valueQuantity":{"value":5.4,"unit":"mmol/L"}`)},
			record.Results, []string{"T7 final =5.4 mmol/L", "T7 final =98 mg/dL"}},
		"words join the only unit of their test": {[]sent{test("gp", "1", "7", "2020-01-02", mg("98")), test("gp", "2", "7", "2021-01-02", `"valueString":"haemolysed"`)},
			record.Results, []string{"T7 final =haemolysed before:gp:final:98 mg/dL"}},
		"one result reported by two": {[]sent{test("gp", "1", "7", "2020-01-02T10:00:00Z", mg("98.0")), test("acute", "2", "7", "2020-01-02T11:00:00+01:00", mg("98.0"))},
			record.Results, []string{"T7 final =98.0 mg/dL also:acute"}},
		"two values of one instant stay two": {[]sent{test("gp", "1", "7", "2020-01-02T10:00:00Z", mg("98")), test("acute", "2", "7", "2020-01-02T10:00:00Z", mg("99"))},
			record.Results, []string{"T7 final =98 mg/dL before:acute:final:99 mg/dL"}},
		"a panel's value is its parts": {[]sent{test("gp", "1", "7", "2020", `"component":[{"code":{"text":"Systolic"},"valueQuantity":{"value":120,"unit":"mm[Hg]"}},{"code":{"text":"Diastolic"},"dataAbsentReason":{"text":"not asked"}}]`)},
			record.Results, []string{"T7 final =Systolic 120 mm[Hg]; Diastolic not asked"}},
		"an unknown date stands last": {[]sent{test("gp", "2", "7", "1950", mg("2")), test("gp", "3", "7", "31/12/2021", mg("3"))},
			record.Results, []string{"T7 final =2 mg/dL before:gp:final:3 mg/dL"}},
		"a code that says nothing leaves the word to the text": {[]sent{
			{"gp", "Observation", "1", `"status":"final","code":{"coding":[{"system":"http://snomed.info/sct","code":"37331000000100","display":"Comment note"}],"text":"Slept badly"}`},
			{"gp", "Observation", "2", `"status":"final","code":{"coding":[{"system":"http://snomed.info/sct","code":"37331000000100","display":"Comment note"}],"text":"Slept well"}`}},
			record.Results, []string{"Slept badly final =", "Slept well final ="}},
		"SNOMED CT names it though Read comes first; one line for two displays": {[]sent{
			{"gp", "Observation", "1", `"status":"final","code":{"coding":[{"system":"http://read.info/readv2","code":"44I5.","display":"Serum sodium"},{"system":"http://snomed.info/sct","code":"7","display":"Sodium level"}]},"effectiveDateTime":"2020"`},
			{"acute", "Observation", "2", `"status":"final","code":{"coding":[{"system":"https://snomed.info/sct","code":"7","display":"Sodium"}]},"effectiveDateTime":"2019"`}},
			record.Results, []string{"Sodium level final = before:acute:final"}},
		"the objection code is an alert": {[]sent{test("gp", "1", "416409005", "2024", `"issued":"2024"`)}, record.Alerts, []string{"T416409005 final"}},
		"one vaccination reported by two": {[]sent{
			{"gp", "Immunization", "1", `"status":"completed","vaccineCode":` + snomedCode("7", "V") + `,"occurrenceDateTime":"2020-01-02"`},
			{"acute", "Immunization", "2", `"status":"completed","vaccineCode":` + snomedCode("7", "V") + `,"occurrenceDateTime":"2020-01-02"`},
			{"gp", "Immunization", "3", `"status":"completed","vaccineCode":` + snomedCode("7", "V") + `,"occurrenceDateTime":"2021"`},
			{"acute", "Immunization", "4", `"status":"completed","vaccineCode":` + snomedCode("7", "V") + `,"occurrenceDateTime":"2021"`}},
			record.Immunisations, []string{"V completed", "V completed", "V completed also:acute"}},
		"two contacts on one day are two": {[]sent{
			{"gp", "Encounter", "1", `"status":"finished","type":[` + snomedCode("7", "Visit") + `],"period":{"start":"2020-01-02"}`},
			{"acute", "Encounter", "2", `"status":"finished","type":[` + snomedCode("7", "Visit") + `],"period":{"start":"2020-01-02"}`}},
			record.Encounters, []string{"Visit finished past", "Visit finished past"}},
		"a letter sent as document and as report is one": {[]sent{
			{"gp", "DocumentReference", "1", `"status":"current","type":{"text":"Note"},"content":[{"attachment":{"data":"aGVsbG8="}}]`},
			{"gp", "DiagnosticReport", "2", `"status":"final","code":{"text":"Report"},"presentedForm":[{"data":"aGVsbG8="}]`},
			{"acute", "DocumentReference", "3", `"status":"current","type":{"text":"Note"},"content":[{"attachment":{"data":"aGVsbG8="}}]`}},
			record.Documents, []string{"Note current also:acute"}},
		"what cannot be read is a line all the same": {[]sent{{"gp", "Condition", "1", `"code":"not a concept"`}}, record.Other, []string{"Condition unreadable"}},
		"other types are counted":                    {[]sent{{"gp", "Claim", "1", `"a":1`}, {"gp", "Claim", "2", `"a":1`}}, record.Other, []string{"Claim "}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := told(record.Merge(input(c.sent...)), c.kind); !slices.Equal(got, c.want) {
				t.Errorf("\n got %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestEnteredInErrorIsCountedAndNotShown(t *testing.T) {
	s := record.Merge(input(
		sent{"gp", "AllergyIntolerance", "1", `"verificationStatus":{"coding":[{"code":"entered-in-error"}]},"code":{"text":"CANARY"}`},
		sent{"gp", "MedicationRequest", "2", `"status":"entered-in-error","medicationCodeableConcept":{"text":"CANARY"}`},
		sent{"gp", "Goal", "3", `"lifecycleStatus":"entered-in-error","description":{"text":"CANARY"}`},
		sent{"gp", "DocumentReference", "4", `"status":"current","docStatus":"entered-in-error","description":"CANARY"`},
	))
	if text := fmt.Sprintf("%+v", s); strings.Contains(text, "CANARY") {
		t.Error("something entered in error is on the sheet")
	}
	for _, kind := range []record.SectionKind{record.Allergies, record.Medicines, record.Plans, record.Documents} {
		if n := section(s, kind).Errors; n != 1 {
			t.Errorf("%s: counted %d, want 1", kind, n)
		}
	}
	if refs := record.Refs(s); len(refs) != 0 {
		t.Errorf("refs: %v", refs)
	}
}

func TestReferencesStayInTheirSource(t *testing.T) {
	in := input(
		sent{"gp", "Procedure", "id", `"status":"completed","code":{"text":"a"},"recorder":{"reference":"Practitioner/1"}`},
		sent{"gp", "Procedure", "url", `"status":"completed","code":{"text":"b"},"recorder":{"reference":"urn:uuid:1111"}`},
		sent{"gp", "Procedure", "conditional", `"status":"completed","code":{"text":"c"},"recorder":{"reference":"Practitioner?identifier=https://fhir.hl7.org.uk/Id/gmc-number|7"}`},
		sent{"gp", "Procedure", "logical", `"status":"completed","code":{"text":"d"},"recorder":{"identifier":{"system":"https://fhir.hl7.org.uk/Id/gmc-number","value":"7"},"display":"as sent"}`},
		sent{"gp", "Procedure", "inside", `"status":"completed","code":{"text":"e"},"contained":[{"resourceType":"Practitioner","id":"x","name":[{"family":"Inside"}]}],"recorder":{"reference":"#x"}`},
		sent{"gp", "Procedure", "role", `"status":"completed","code":{"text":"f"},"recorder":{"reference":"PractitionerRole/2"}`},
		sent{"gp", "Procedure", "unknown", `"status":"completed","code":{"text":"g"},"recorder":{"reference":"Practitioner/404","display":"Dr Display"}`},
		sent{"gp", "Procedure", "hidden", `"status":"completed","code":{"text":"h"},"recorder":{"reference":"Practitioner/9","display":"CANARY clinic nurse"}`},
		sent{"acute", "Procedure", "other", `"status":"completed","code":{"text":"i"},"recorder":{"reference":"Practitioner/1"}`},
	)
	in.Shared = []record.Shared{
		{Source: "gp", Type: "Practitioner", LocalID: "1", Raw: []byte(`{"resourceType":"Practitioner","name":[{"use":"old","family":"Former"},{"prefix":["Dr"],"family":"One"}]}`)},
		{Source: "gp", Type: "PractitionerRole", LocalID: "2", Raw: []byte(`{"resourceType":"PractitionerRole","practitioner":{"reference":"Practitioner/1"},"code":[{"text":"Consultant"}]}`)},
	}
	in.Aliases = []record.Alias{{Source: "gp", Name: "urn:uuid:1111", Type: "Practitioner", LocalID: "1"},
		{Source: "gp", Name: "Practitioner?identifier=https://fhir.hl7.org.uk/Id/gmc-number|7", Type: "Practitioner", LocalID: "1"}}
	in.Hidden = []record.Alias{{Source: "gp", Type: "Practitioner", LocalID: "9"}}
	want := map[string]string{"a": "Dr One", "b": "Dr One", "c": "Dr One", "d": "Dr One", "e": "Inside", "f": "Dr One, Consultant", "g": "Dr Display", "h": "", "i": ""}
	for _, l := range section(record.Merge(in), record.Procedures).Lines {
		if l.Recorder != want[l.Title] {
			t.Errorf("%s: %q, want %q", l.Title, l.Recorder, want[l.Title])
		}
	}
}

func TestMedicineAgainstAllergy(t *testing.T) {
	s := record.Merge(input(
		sent{"gp", "AllergyIntolerance", "1", `"code":` + snomedCode("91936005", "Allergy to penicillin")},
		sent{"acute", "MedicationRequest", "2", `"status":"active","medicationCodeableConcept":{"text":"Amoxicillin 500mg capsules"}`},
		sent{"acute", "MedicationRequest", "3", `"status":"stopped","medicationCodeableConcept":{"text":"Flucloxacillin 250mg capsules"}`},
		sent{"acute", "MedicationRequest", "4", `"status":"active","medicationCodeableConcept":{"text":"Ramipril 5mg capsules"}`},
	))
	want := []string{"Amoxicillin 500mg capsules active conflict:medicine_allergy:acute+gp", "Ramipril 5mg capsules active", "Flucloxacillin 250mg capsules stopped past"}
	if got := told(s, record.Medicines); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestCoverageTellsFourThingsApart(t *testing.T) {
	in := input(allergyOf("gp", "1", "7", "active", ""))
	in.Feeds = []record.Feed{feed("gp", "practice"), feed("acute", "acute"), feed("mental", "mental"), feed("community", "community"), feed("social", "social")}
	in.Feeds[1].Categories = []string{"AllergyIntolerance", "Condition"}
	in.Feeds[2].Categories = []string{"Condition"}
	in.Feeds[3].State = "planned"
	in.Feeds[4].Failing = true
	want := map[string]record.CoverageState{"gp": record.Supplied, "acute": record.NoneRecorded, "mental": record.NotSupplied, "community": record.NotConnected, "social": record.NotReadable}
	got := map[string]record.CoverageState{}
	for _, c := range section(record.Merge(in), record.Allergies).Coverage {
		got[c.Source] = c.State
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAllergyTag(t *testing.T) {
	none := input()
	failing := input()
	failing.Feeds[0].Failing = true
	for want, in := range map[string]record.Input{"not_recorded": none, "unavailable": failing,
		"none_known": input(allergyOf("gp", "1", "716186003", "active", "")),
		"known":      input(allergyOf("gp", "1", "716186003", "active", ""), allergyOf("acute", "1", "7", "active", ""))} {
		if got := record.Merge(in).Person.AllergyTag; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestIdentityDifferences(t *testing.T) {
	in := input()
	in.Person = record.Banner{Family: "Spencer", Given: "Ann", BirthDate: "1957-06-03", Gender: "female"}
	in.Postcode, in.Held = "MK40 9ZZ", []string{"Greensand Trust"}
	in.Patients = []record.Patient{
		{Source: "gp", Raw: []byte(`{"resourceType":"Patient","name":[{"use":"old","family":"Smith"},{"family":"spencer","given":["Ann"]}],"birthDate":"1957-06-03","gender":"female","address":[{"postalCode":"mk409zz"}]}`)},
		{Source: "acute", Raw: []byte(`{"resourceType":"Patient","name":[{"family":"Spencer-Jones","given":["A"]}],"birthDate":"1957-06-03","address":[{"postalCode":"LU1 1AA"}]}`)},
	}
	want := []string{"identity family Spencer / Spencer-Jones (Organisation acute)", "identity given Ann / A (Organisation acute)",
		"identity address MK40 9ZZ / LU1 1AA (Organisation acute)", "held  "}
	var got []string
	for _, w := range record.Merge(in).Warnings {
		got = append(got, w.Key+" "+w.Args["field"]+" "+w.Args["values"])
	}
	if !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

// everybody is the input of each multi-source person.
func everybody(t testing.TB) []record.Input {
	var out []record.Input
	for dir, want := range multiCases(t) {
		in := record.Input{}
		for id := range want.Sources {
			in.Feeds = append(in.Feeds, feed(id, kinds[id]))
		}
		for id := range want.Sources {
			for _, f := range filesOf(dir, id) {
				loadBundle(t, &in, id, readFile(t, f), nil)
			}
		}
		out = append(out, in)
	}
	return out
}

func TestMergeDoesNotDependOnTheOrderOfArrival(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for _, in := range everybody(t) {
		want := record.Merge(in)
		for range 3 {
			dice.Shuffle(len(in.Items), func(i, j int) { in.Items[i], in.Items[j] = in.Items[j], in.Items[i] })
			dice.Shuffle(len(in.Feeds), func(i, j int) { in.Feeds[i], in.Feeds[j] = in.Feeds[j], in.Feeds[i] })
			if got := record.Merge(in); !reflect.DeepEqual(got, want) {
				t.Fatal("another order, another sheet")
			}
		}
	}
}

func TestEveryItemIsSomewhere(t *testing.T) {
	for _, in := range everybody(t) {
		s := record.Merge(in)
		shown := map[audit.ItemRef]bool{}
		for _, r := range record.Refs(s) {
			shown[r] = true
		}
		aside := 0
		for _, x := range s.Sections {
			aside += x.Errors
			for i := range x.Lines {
				aside += x.Lines[i].Count
				for _, r := range record.Cited(&x.Lines[i]) {
					if !slices.Contains(x.Lines[i].Refs, r) {
						t.Fatalf("%s: a line cites %v and does not count it among its own", x.Kind, r)
					}
				}
			}
		}
		if len(shown)+aside != len(in.Items) {
			t.Errorf("%d items: %d shown, %d counted", len(in.Items), len(shown), aside)
		}
	}
}
