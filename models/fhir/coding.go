package fhir

import "strings"

// Code systems as they are written in R4 (domain.md h).
const (
	SNOMED = "http://snomed.info/sct"
	LOINC  = "http://loinc.org"
	DMD    = "https://dmd.nhs.uk"
	ReadV2 = "http://read.info/readv2"
	CTV3   = "http://read.info/ctv3"
)

// Best is the coding by which a thing is known: its SNOMED CT code if it has one
// (UK feeds often send Read v2 first), else its first code.
func (c *CodeableConcept) Best() Coding {
	if c == nil {
		return Coding{}
	}
	for _, k := range c.Coding {
		if k.Code != "" && NormalSystem(k.System) == SNOMED {
			return k
		}
	}
	for _, k := range c.Coding {
		if k.Code != "" {
			return k
		}
	}
	return Coding{}
}

// Name is what a reader sees: the text as it was written, else the display of
// the best coding, else of any, else the bare code.
func (c *CodeableConcept) Name() string {
	if c == nil {
		return ""
	}
	if t := strings.TrimSpace(c.Text); t != "" {
		return t
	}
	best := c.Best()
	if best.Display != "" {
		return best.Display
	}
	for _, k := range c.Coding {
		if k.Display != "" {
			return k.Display
		}
	}
	return best.Code
}

// Has tells whether one of the codings is system|code.
func (c *CodeableConcept) Has(system, code string) bool {
	if c == nil {
		return false
	}
	for _, k := range c.Coding {
		if k.Code == code && NormalSystem(k.System) == system {
			return true
		}
	}
	return false
}

// IsZero says that nothing was said.
func (c *CodeableConcept) IsZero() bool { return c == nil || (len(c.Coding) == 0 && c.Text == "") }

// NormalSystem brings the spellings of a system that occur in real feeds to one.
func NormalSystem(s string) string {
	switch s {
	case "http://snomed.info/sct", "https://snomed.info/sct", "http://snomed.info/sct/", "urn:oid:2.16.840.1.113883.6.96", "2.16.840.1.113883.6.96":
		return SNOMED
	case "urn:oid:2.16.840.1.113883.6.1":
		return LOINC
	case "urn:oid:2.16.840.1.113883.2.1.3.2.4.14", "urn:oid:2.16.840.1.113883.2.1.6.2":
		return ReadV2
	case "https://fhir.hl7.org.uk/Id/read-v2", "http://read.info/readv2", "https://read.info/readv2":
		return ReadV2
	case "http://read.info/ctv3", "https://read.info/ctv3", "urn:oid:2.16.840.1.113883.2.1.3.2.4.14.1":
		return CTV3
	}
	return s
}
