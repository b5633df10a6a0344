package fhir

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDatesKeepTheirPrecision(t *testing.T) {
	for s, want := range map[string]Precision{"2020": Year, "2020-05": Month, "2020-05-01": Day, "2020-05-01T10:00:00Z": Instant, "2020-05-01T10:00:00.123+01:00": Instant,
		"2020-05-01T10:00:00": Instant, "": Unreadable, "2023-02-30": Unreadable, "01/02/2023": Unreadable, "2023-02-01T25:61:00Z": Unreadable, "20200501": Unreadable, "yesterday": Unreadable} {
		if got := ParseDate(s); got.Precision != want {
			t.Errorf("%q: %v instead of %v", s, got.Precision, want)
		}
	}
	summer := ParseDate("2024-07-01")
	if summer.Millis() != time.Date(2024, 6, 30, 23, 0, 0, 0, time.UTC).UnixMilli() || !summer.End().Equal(summer.Time.AddDate(0, 0, 1)) {
		t.Error("a day begins at midnight in London")
	}
}

func TestReferences(t *testing.T) {
	for s, want := range map[string]Ref{
		"Patient/1":                        {Type: "Patient", ID: "1"},
		"#m":                               {Contained: "m"},
		"urn:uuid:5":                       {UUID: "5", URL: "urn:uuid:5"},
		"https://a.example/fhir/Patient/1": {Type: "Patient", ID: "1", URL: "https://a.example/fhir/Patient/1"},
		"https://a.example/fhir/Patient/1/_history/2":             {Type: "Patient", ID: "1", URL: "https://a.example/fhir/Patient/1/_history/2"},
		"Patient/1/_history/2":                                    {Type: "Patient", ID: "1"},
		"Practitioner?identifier=http://x|9":                      {Type: "Practitioner", System: "http://x", Value: "9"},
		"Practitioner?identifier=http%3A%2F%2Fx%7C9":              {Type: "Practitioner", System: "http://x", Value: "9"},
		"Patient?identifier=https://fhir.nhs.net/Id/nhs-number|9": {Type: "Patient", System: "https://fhir.nhs.uk/Id/nhs-number", Value: "9"},
		"Teapot/1": {}, "Patient": {}, "": {}, "Patient?name=x": {},
	} {
		if got := ParseReference(s); got != want {
			t.Errorf("%q: %+v", s, got)
		}
	}
}

func TestDecodeIsStrict(t *testing.T) {
	for body, want := range map[string]string{
		`{"resourceType":"Patient","id":"a","id":"b"}`:                        DuplicateName,
		`{"resourceType":"Observation","valueQuantity":{"value":"70"}}`:       WrongType,
		`{"resourceType":"Observation","valueQuantity":70}`:                   WrongType,
		`{"resourceType":"Teapot"}`:                                           UnknownType,
		`{"resourceType":"patient"}`:                                          UnknownType,
		`{"id":"1"}`:                                                          NoType,
		`{"resourceType":"Bundle","type":"collection"}`:                       NestedBundle,
		`{"resourceType":"MedicationOrder"}`:                                  DSTU2,
		`{"resourceType":"ReferralRequest"}`:                                  STU3,
		"{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Se\xf1or\"}]}": NotUTF8,
		`{"resourceType":"Patient",}`:                                         Syntax,
		`{"resourceType":"Patient"`:                                           Syntax,
	} {
		_, err := Decode([]byte(body))
		r, ok := err.(*Refusal)
		if !ok || r.Reason != want {
			t.Errorf("%s: %v instead of %s", body, err, want)
		}
	}
	r, err := Decode([]byte(`{"resourceType":"Observation","ID":"x","id":"a","valueQuantity":{"value":98.20,"unit":"kg"},"component":[{"valueQuantity":{"value":0.10}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	o := r.(*Observation)
	if o.ID != "a" || o.ValueQuantity.Value != "98.20" || o.Component[0].ValueQuantity.Value != "0.10" {
		t.Fatalf("%+v", o)
	}
	if r, err := Decode([]byte(`{"resourceType":"ImagingStudy","id":"i"}`)); err != nil || r.Head().ID != "i" {
		t.Fatal("a valid type without a struct must be kept", err)
	}
}

func TestOtherFormatsAreRefusedByName(t *testing.T) {
	for body, want := range map[string]string{"": Empty, " \n": Empty, "<?xml version=\"1.0\"?><Bundle/>": XML, "<!DOCTYPE html><html>": HTML, "MSH|^~\\&|": HL7v2, "\x0bMSH|^~\\&|": HL7v2,
		"\xff\xfe{\x00": UTF16, "\xfe\xff\x00{": UTF16, "{\x00\"\x00": UTF16, "PK\x03\x04": Archive, "{}": "", "\xef\xbb\xbf{}": "", "\xef\xbb\xbf": Empty} {
		got := ""
		if r := Sniff([]byte(body)); r != nil {
			got = r.Reason
		}
		if got != want {
			t.Errorf("%q: %q instead of %q", body, got, want)
		}
	}
}

func TestWholeIsAllOrNothing(t *testing.T) {
	b, err := Whole([]byte("\xef\xbb\xbf"+`{"entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient"},"request":{"method":"PUT","url":"Patient/1"}},{}],"type":"batch","timestamp":"2024-01-01T00:00:00Z","resourceType":"Bundle"}`), 10)
	if err != nil || len(b.Entries) != 2 || b.Type != "batch" || string(b.Entries[0].Raw) != `{"resourceType":"Patient"}` || b.Entries[0].Method != "PUT" || b.Entries[1].Raw != nil {
		t.Fatalf("%v %+v", err, b)
	}
	for body, want := range map[string]string{
		`{"resourceType":"Bundle","entry":[{"resource":{"a":1`: Syntax, `{"resourceType":"Bundle"}{"resourceType":"Patient"}`: TwoDocuments, `[1]`: NotAnObject,
		`{"resourceType":"Bundle","entry":[{"resource":{"a":1,"a":2}}]}`:  DuplicateName,
		`{"resourceType":"Bundle","entry":[{},{},{},{}]}`:                 TooLarge,
		`{"x":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `}`: TooDeep,
		`{"x":` + strings.Repeat("[", 1_000_000):                          TooDeep,
	} {
		_, err := Whole([]byte(body), 3)
		if r, ok := err.(*Refusal); !ok || r.Reason != want {
			t.Errorf("%.60s: %v instead of %s", body, err, want)
		}
	}
}

func TestOutlineFindsCodesReferencesAndContent(t *testing.T) {
	raw := `{"resourceType":"Condition","meta":{"lastUpdated":"2024","security":[{"system":"s","code":"R"}]},"code":{"coding":[{"system":"http://snomed.info/sct","code":"1\u0032"}]},
 "encounter":{"reference":"Encounter/1","display":"Clinic"},"subject":{"identifier":{"system":"n","value":"9"}},"note":[{"text":"a \"quoted\" } text"}]}`
	o := Look("Condition", []byte(raw))
	if len(o.Codes) != 2 || o.Codes[1] != (CodeAt{"code.coding", "http://snomed.info/sct", "12"}) {
		t.Errorf("%+v", o.Codes)
	}
	if len(o.Refs) != 2 || o.Refs[0].Path != "encounter" || o.Refs[1].Path != "subject" || o.Refs[1].Value != "9" || len(o.Displays) != 1 {
		t.Errorf("%+v %v", o.Refs, o.Displays)
	}
	for change, same := range map[string]bool{
		strings.ReplaceAll(raw, "2024", "2025"): true, strings.ReplaceAll(raw, `,"`, ",\n\t\""): true,
		strings.ReplaceAll(raw, `"R"`, `"N"`): false, strings.ReplaceAll(raw, "a \\\"", "a  \\\""): false, strings.ReplaceAll(raw, "Encounter/1", "Encounter/2"): false,
	} {
		if (Look("Condition", []byte(change)).Hash == o.Hash) != same {
			t.Errorf("same content is not %v: %s", same, change)
		}
	}
	if got := hex.EncodeToString(o.Hash[:]); got != "0c591a6697ae2bb1f9e5de41f07dd1e5" { // stored by every installation: another would take all that was ever sent for changed
		t.Error("another fingerprint:", got)
	}
	if Look("Condition", []byte(`{"resourceType":"Condition","assertedDate":"2020"}`)).Older != STU3 {
		t.Error("STU3 is not noticed")
	}
}

func TestSNOMEDLeads(t *testing.T) {
	c := &CodeableConcept{Coding: []Coding{{System: "http://read.info/readv2", Code: "93C1.", Display: "Read"}, {System: SNOMED, Code: "416409005", Display: "SNOMED"}}}
	if c.Best().Code != "416409005" || c.Name() != "SNOMED" || !c.Has(ReadV2, "93C1.") {
		t.Fatalf("%+v", c.Best())
	}
	var none *CodeableConcept
	if none.Name() != "" || none.Best() != (Coding{}) || !none.IsZero() {
		t.Fatal("nothing said must be nothing")
	}
}

// TestEveryExampleOfTheStandardDecodes takes HL7's own examples: each valid R4
// resource of an understood type must fit its struct.
func TestEveryExampleOfTheStandardDecodes(t *testing.T) {
	root := os.Getenv("CANDOUR_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	files, err := filepath.Glob(filepath.Join(root, "hl7-r4-examples", "*", "*.json*"))
	if err != nil || len(files) == 0 {
		t.Skipf("SKIPPED: the shared test data is not here (%s); set CANDOUR_DATA to its folder", root)
	}
	seen := map[string]int{}
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Decode(body)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(f), err)
			continue
		}
		kind := r.Head().ResourceType
		if o := Look(kind, body); o.Older != "" {
			t.Errorf("%s: taken for %s", filepath.Base(f), o.Older)
		}
		seen[kind]++
	}
	t.Log(fmt.Sprint(len(files), " examples of ", len(seen), " types"))
}

func FuzzLook(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"c\"d"}],"reference":"x"}`))
	f.Add([]byte(`{"a":`))
	f.Add([]byte(`"`))
	f.Add([]byte(`[[[`))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		Look("Condition", raw) // must end and must not panic, whatever it is given
		_, _ = Decode(raw)
		_, _ = Whole(raw, 10)
	})
}

func TestLeadingType(t *testing.T) {
	for raw, want := range map[string]string{`{"resourceType":"Patient"}`: "Patient", "{\n \"resourceType\" : \"Patient\"": "Patient", `{"id":"1","resourceType":"Patient"}`: "", `{"resourceType":1}`: "", `{"resourceType":"Pa\\u0074ient"}`: "", "": "", `[`: ""} {
		if got := LeadingType([]byte(raw)); got != want {
			t.Errorf("%s: %q", raw, got)
		}
	}
	if _, err := Decode([]byte(`{"resourceType":"Patient","resourceType":"Observation"}`)); err == nil {
		t.Error("two types were taken")
	}
}
