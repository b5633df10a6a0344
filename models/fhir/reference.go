package fhir

import (
	"net/url"
	"strings"
)

// Reference points to another resource, or names it in words.
type Reference struct {
	Reference  string      `json:"reference"`
	Type       string      `json:"type"`
	Identifier *Identifier `json:"identifier"`
	Display    string      `json:"display"`
}

// Ref is a reference taken apart. Exactly one of Contained, ID, UUID or Value is
// set when it points to something.
type Ref struct {
	Type      string // "Patient"; empty for urn:uuid
	ID        string // logical id in the source
	UUID      string // of urn:uuid:…, to be found by full URL or as an id
	URL       string // the whole absolute URL, to be found by full URL first
	System    string // of Type?identifier=system|value
	Value     string
	Contained string // of #id
}

// IsZero says that it points nowhere.
func (r Ref) IsZero() bool { return r == Ref{} }

// ParseReference takes a reference apart: Type/id, an absolute URL ending in it
// (with or without a version), urn:uuid:…, Type?identifier=system|value, #id.
func ParseReference(s string) Ref {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return Ref{}
	case s[0] == '#':
		return Ref{Contained: s[1:]}
	case strings.HasPrefix(s, "urn:uuid:"):
		return Ref{UUID: s[len("urn:uuid:"):], URL: s}
	case strings.HasPrefix(s, "urn:oid:"):
		return Ref{UUID: s[len("urn:oid:"):], URL: s}
	}
	if q := strings.IndexByte(s, '?'); q >= 0 {
		return conditional(s[:q], s[q+1:])
	}
	var whole string
	if strings.Contains(s, "://") {
		whole = s
	}
	if v := strings.Index(s, "/_history/"); v >= 0 {
		s = s[:v]
	}
	if last := strings.LastIndexByte(s, '/'); last >= 0 && last < len(s)-1 {
		kind := s[strings.LastIndexByte(s[:last], '/')+1 : last]
		if KnownType(kind) {
			return Ref{Type: kind, ID: s[last+1:], URL: whole}
		}
	}
	return Ref{URL: whole}
}

func conditional(path, query string) Ref {
	kind := path[strings.LastIndexByte(path, '/')+1:]
	if !KnownType(kind) {
		return Ref{}
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return Ref{}
	}
	id := values.Get("identifier")
	bar := strings.IndexByte(id, '|')
	if id == "" || bar == len(id)-1 {
		return Ref{}
	}
	return Ref{Type: kind, System: NormalIdentifierSystem(id[:max(bar, 0)]), Value: id[bar+1:]}
}

// Parse takes the reference apart; a logical reference (identifier without
// address) comes out like Type?identifier=.
func (r *Reference) Parse() Ref {
	if r == nil {
		return Ref{}
	}
	if r.Reference != "" {
		return ParseReference(r.Reference)
	}
	if r.Identifier != nil && r.Identifier.Value != "" {
		return Ref{Type: r.Type, System: NormalIdentifierSystem(r.Identifier.System), Value: r.Identifier.Value}
	}
	return Ref{}
}

// Alias is the name under which a resource can be found by identifier:
// Type?identifier=system|value, as kept in the aliases table.
func Alias(kind, system, value string) string {
	return kind + "?identifier=" + NormalIdentifierSystem(system) + "|" + value
}

// NormalIdentifierSystem brings the spellings of identifier systems that occur
// in the wild to one (domain.md h).
func NormalIdentifierSystem(s string) string {
	switch s {
	case "https://fhir.nhs.uk/Id/nhs-number", "http://fhir.nhs.uk/Id/nhs-number", "https://fhir.nhs.uk/Id/nhs-number/",
		"https://fhir.nhs.net/Id/nhs-number", "http://fhir.nhs.net/Id/nhs-number",
		"urn:oid:2.16.840.1.113883.2.1.4.1", "2.16.840.1.113883.2.1.4.1":
		return "https://fhir.nhs.uk/Id/nhs-number"
	case "https://fhir.nhs.uk/Id/ods-organization-code", "https://fhir.nhs.uk/Id/ods-organisation-code",
		"http://fhir.nhs.uk/Id/ods-organization-code", "http://fhir.nhs.uk/Id/ods-organisation-code",
		"https://fhir.nhs.net/Id/ods-organization-code", "http://fhir.nhs.net/Id/ods-organization-code",
		"https://fhir.nhs.net/Id/ods-organisation-code", "http://fhir.nhs.net/Id/ods-organisation-code":
		return ODSSystem
	}
	return s
}

// ODSSystem is the identifier system of organisation codes.
const ODSSystem = "https://fhir.nhs.uk/Id/ods-organization-code"
