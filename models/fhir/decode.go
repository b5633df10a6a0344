package fhir

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// makers give an empty value of each type that has a struct.
var makers = map[string]func() Resource{
	"Patient": func() Resource { return new(Patient) }, "AllergyIntolerance": func() Resource { return new(AllergyIntolerance) },
	"MedicationRequest":   func() Resource { return new(MedicationRequest) },
	"MedicationStatement": func() Resource { return new(MedicationStatement) },
	"Medication":          func() Resource { return new(Medication) }, "Condition": func() Resource { return new(Condition) },
	"Encounter": func() Resource { return new(Encounter) }, "EpisodeOfCare": func() Resource { return new(EpisodeOfCare) },
	"Appointment": func() Resource { return new(Appointment) }, "Observation": func() Resource { return new(Observation) },
	"DiagnosticReport": func() Resource { return new(DiagnosticReport) }, "Procedure": func() Resource { return new(Procedure) },
	"Immunization": func() Resource { return new(Immunization) }, "DocumentReference": func() Resource { return new(DocumentReference) },
	"Binary": func() Resource { return new(Binary) }, "Composition": func() Resource { return new(Composition) },
	"CarePlan": func() Resource { return new(CarePlan) }, "Goal": func() Resource { return new(Goal) },
	"CareTeam": func() Resource { return new(CareTeam) }, "ServiceRequest": func() Resource { return new(ServiceRequest) },
	"Flag": func() Resource { return new(Flag) }, "List": func() Resource { return new(List) },
	"Consent": func() Resource { return new(Consent) }, "RelatedPerson": func() Resource { return new(RelatedPerson) },
	"Organization": func() Resource { return new(Organization) }, "Practitioner": func() Resource { return new(Practitioner) },
	"PractitionerRole": func() Resource { return new(PractitionerRole) }, "Location": func() Resource { return new(Location) },
	"HealthcareService": func() Resource { return new(HealthcareService) },
}

// Understood tells whether a type has a struct of its own.
func Understood(kind string) bool { return makers[kind] != nil }

// Decode reads one resource into its struct, or into Other when it is a valid
// type that is only kept. The error is a *Refusal.
func Decode(raw []byte) (Resource, error) {
	if kind := LeadingType(raw); kind != "" {
		return DecodeAs(kind, raw)
	}
	var head struct {
		ResourceType string `json:"resourceType"`
	}
	if err := unmarshal(raw, &head); err != nil {
		return nil, err
	}
	return DecodeAs(head.ResourceType, raw)
}

// LeadingType is the type of a resource that names it first, as nearly all do; ""
// when it has to be looked for. A second resourceType is a repeated name, which
// the decoder refuses.
func LeadingType(raw []byte) string {
	for _, part := range []string{"{", `"resourceType"`, ":", `"`} {
		raw = bytes.TrimLeft(raw, " \t\r\n")
		if !bytes.HasPrefix(raw, []byte(part)) {
			return ""
		}
		raw = raw[len(part):]
	}
	end := bytes.IndexByte(raw, '"')
	if end < 0 || bytes.IndexByte(raw[:end], '\\') >= 0 {
		return ""
	}
	return string(raw[:end])
}

// DecodeAs is Decode for a resource whose type is known already.
func DecodeAs(kind string, raw []byte) (Resource, error) {
	make := makers[kind]
	var r Resource
	switch {
	case make != nil:
		r = make()
	case kind == "":
		return nil, refuse(NoType, "")
	case onlySTU3[kind]:
		return nil, refuse(STU3, "a type that R4 does not have")
	case onlyDSTU2[kind]:
		return nil, refuse(DSTU2, "a type that R4 does not have")
	case kind == "Bundle":
		return nil, refuse(NestedBundle, "")
	case !KnownType(kind):
		return nil, refuse(UnknownType, "")
	default:
		r = new(Other)
	}
	if err := unmarshal(raw, r); err != nil {
		return nil, err
	}
	return r, nil
}

// unmarshal reads strictly: UTF-8, names once, case as written.
func unmarshal(raw []byte, into any) error {
	err := json.Unmarshal(raw, into)
	if err == nil {
		return nil
	}
	return refusalOf(err)
}

// refusalOf names what a JSON error means, without repeating any value.
func refusalOf(err error) *Refusal {
	var syntactic *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return refuse(DuplicateName, "")
	case errors.As(err, &syntactic):
		if strings.Contains(syntactic.Err.Error(), "UTF-8") {
			return refuse(NotUTF8, "")
		}
		return refuse(Syntax, "")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return refuse(Syntax, "ends in the middle")
	case errors.As(err, &semantic):
		return refuse(WrongType, string(semantic.JSONPointer))
	}
	return refuse(Syntax, "")
}
