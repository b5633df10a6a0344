package record

import (
	"slices"
	"strings"
)

// sends tells whether a feed's declared categories hold a section: it may name
// the section or a FHIR type of it. A feed that declares nothing is judged by
// what it has sent.
func (f *Feed) sends(kind SectionKind) bool {
	if len(f.Categories) == 0 {
		return true
	}
	for _, c := range f.Categories {
		c = strings.TrimSpace(c)
		if c == string(kind) || slices.Contains(typesOf[kind], c) {
			return true
		}
	}
	return false
}

var typesOf = map[SectionKind][]string{
	Alerts:        {"Flag", "Consent"},
	Allergies:     {"AllergyIntolerance"},
	Medicines:     {"MedicationRequest", "MedicationStatement"},
	Problems:      {"Condition"},
	Results:       {"Observation", "DiagnosticReport"},
	Appointments:  {"Appointment"},
	Encounters:    {"Encounter", "EpisodeOfCare"},
	Documents:     {"DocumentReference", "Composition"},
	Plans:         {"CarePlan", "Goal", "CareTeam", "RelatedPerson"},
	Referrals:     {"ServiceRequest"},
	Immunisations: {"Immunization"},
	Procedures:    {"Procedure"},
}

// coverage tells "none recorded", "not supplied", "not connected" and "could not
// be read" apart, for each source that holds something of the person.
func coverage(kind SectionKind, feeds []*Feed, counts map[string]int) []Coverage {
	out := make([]Coverage, 0, len(feeds))
	for _, f := range feeds {
		c := Coverage{Source: f.ID, Organisation: f.Organisation, Items: counts[f.ID]}
		switch {
		case f.State != "connected":
			c.State = NotConnected
		case f.Failing:
			c.State = NotReadable
		case c.Items > 0:
			c.State = Supplied
		case f.sends(kind):
			c.State = NoneRecorded
		default:
			c.State = NotSupplied
		}
		out = append(out, c)
	}
	return out
}
