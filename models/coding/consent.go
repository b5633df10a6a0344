package coding

import (
	"time"

	"github.com/go-json-experiment/json"

	"candour/models/fhir"
	"candour/models/objection"
)

// Names of the systems in a Consent (domain.md a and h).
const (
	profile       = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Consent"
	consentScope  = "http://terminology.hl7.org/CodeSystem/consentscope"
	actCode       = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
	numberSystem  = "https://fhir.nhs.uk/Id/nhs-number"
	odsSystem     = "https://fhir.nhs.uk/Id/ods-organization-code"
	requestSystem = "https://candour.example/Id/request"
)

// Displays of the two concepts, as SNOMED CT has them.
const (
	refusedDisplay = "Refused consent for upload to local shared electronic record"
	givenDisplay   = "Consent given for upload to local shared electronic record"
)

type coding struct {
	System  string `json:"system"`
	Code    string `json:"code"`
	Display string `json:"display,omitzero"`
}

type concept struct {
	Coding []coding `json:"coding"`
	Text   string   `json:"text,omitzero"`
}

type identifier struct {
	System string `json:"system"`
	Value  string `json:"value"`
}

type reference struct {
	Type       string     `json:"type"`
	Identifier identifier `json:"identifier"`
}

// consent is a FHIR R4 Consent in the shape of UKCore-Consent: who, what, since
// when, and nothing of why.
type consent struct {
	ResourceType string `json:"resourceType"`
	ID           string `json:"id"`
	Meta         struct {
		Profile []string `json:"profile"`
	} `json:"meta"`
	Identifier   []identifier `json:"identifier"`
	Status       string       `json:"status"`
	Scope        concept      `json:"scope"`
	Category     []concept    `json:"category"`
	Patient      reference    `json:"patient"`
	DateTime     string       `json:"dateTime"`
	Organization []reference  `json:"organization"`
	PolicyRule   concept      `json:"policyRule"`
	Provision    struct {
		Type string    `json:"type"`
		Code []concept `json:"code"`
	} `json:"provision"`
}

// concepts writes a code in the three vocabularies.
func concepts(c objection.Codes, display string) concept {
	return concept{Text: display, Coding: []coding{{fhir.SNOMED, c.SNOMED, display}, {fhir.ReadV2, c.ReadV2, display}, {fhir.CTV3, c.CTV3, display}}}
}

// Consent is what a clinical system is told of a code: number is the person's NHS
// number, ods the provider's code. It is the same, byte for byte, each
// time of a round.
func Consent(c Code, number, ods string) ([]byte, error) {
	said, kind, rule := concepts(c.Codes(), givenDisplay), "permit", "OPTIN"
	if c.Refused {
		said, kind, rule = concepts(c.Codes(), refusedDisplay), "deny", "OPTOUT"
	}
	out := consent{ResourceType: "Consent", ID: string(c.Name()), Status: "active",
		Identifier: []identifier{{requestSystem, string(c.ID)}},
		Scope:      concept{Coding: []coding{{System: consentScope, Code: "patient-privacy"}}},
		Category:   []concept{{Coding: []coding{{System: actCode, Code: "INFA"}}}, said},
		Patient:    reference{"Patient", identifier{numberSystem, number}},
		DateTime:   c.Stated.UTC().Format("2006-01-02T15:04:05.000Z07:00"),
		PolicyRule: concept{Coding: []coding{{System: actCode, Code: rule}}}}
	out.Meta.Profile = []string{profile}
	out.Provision.Type, out.Provision.Code = kind, []concept{said}
	if ods != "" {
		out.Organization = []reference{{"Organization", identifier{odsSystem, ods}}}
	}
	return json.Marshal(&out, json.Deterministic(true))
}

// instant reads milliseconds; 0 is no time.
func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
