package ingest

import (
	"strings"

	"candour/models/fhir"
)

// namedServices are all names in a resource by which it may tell of an excluded
// service: those of its own fields, what its references call who did it and where,
// and what it brings along inside itself.
func namedServices(res fhir.Resource, o fhir.Outline) []string {
	texts, all := serviceTexts(res)
	for _, d := range o.Displays {
		if all || !clinicalName(d.Path) {
			texts = append(texts, d.Text)
		}
	}
	for _, raw := range res.Head().Contained {
		inner, err := fhir.Decode(raw)
		if err != nil {
			continue // what cannot be read inside names nothing that could be shown
		}
		switch inner.(type) {
		case *fhir.Organization, *fhir.Location, *fhir.HealthcareService, *fhir.PractitionerRole:
			named, _ := serviceTexts(inner)
			texts = append(texts, named...)
		}
	}
	return texts
}

// clinical are the fields whose names are of findings and of the patient, which
// are excluded by code and not by word (domain.md b).
var clinical = names([]string{"coding", "subject", "patient", "result", "hasMember", "derivedFrom", "specimen", "item", "medicationReference"})

func clinicalName(path string) bool {
	return clinical[path[strings.LastIndexByte(path, '.')+1:]]
}

// plannedTexts are the names of services in types that are mostly clinical: how a
// report is filed, what a plan or an alert is called.
func plannedTexts(res fhir.Resource) []string {
	switch r := res.(type) {
	case *fhir.DiagnosticReport:
		return concepts(r.Category, one(r.Code))
	case *fhir.Procedure:
		return concepts(one(r.Category))
	case *fhir.MedicationRequest:
		return concepts(r.Category)
	case *fhir.Goal:
		return concepts(r.Category, one(r.Description))
	case *fhir.Flag:
		return concepts(r.Category, one(r.Code))
	case *fhir.CarePlan:
		t := append(concepts(r.Category), r.Title, r.Description)
		for _, a := range r.Activity {
			if a.Detail != nil {
				t = append(append(t, a.Detail.Description), concepts(one(a.Detail.Code))...)
			}
		}
		return t
	}
	return nil
}

// serviceTexts are the names of services and places in a resource: only where a
// service is meant, never free text (a test for chlamydia is not a clinic). The
// types of which every name counts answer true.
func serviceTexts(res fhir.Resource) ([]string, bool) {
	switch r := res.(type) {
	case *fhir.Encounter:
		return concepts(r.Type, one(r.ServiceType)), true
	case *fhir.Appointment:
		return append(concepts(r.ServiceType, r.ServiceCategory, r.Specialty, one(r.AppointmentType)), r.Description), true
	case *fhir.EpisodeOfCare:
		return concepts(r.Type), true
	case *fhir.ServiceRequest:
		return concepts(one(r.Code), r.Category, one(r.PerformerType)), true
	case *fhir.DocumentReference:
		t := append(concepts(one(r.Type), r.Category), r.Description)
		if r.Context != nil {
			t = append(t, concepts(one(r.Context.PracticeSetting), one(r.Context.FacilityType))...)
		}
		for _, c := range r.Content {
			if c.Attachment != nil {
				t = append(t, c.Attachment.Title)
			}
		}
		return t, true
	case *fhir.Composition:
		return append(concepts(one(r.Type), r.Category), r.Title), true
	case *fhir.HealthcareService:
		return append(concepts(r.Type, r.Category, r.Specialty), r.Name), true
	case *fhir.Location:
		return append(concepts(r.Type), r.Name), true
	case *fhir.Organization:
		return append(concepts(r.Type), r.Name), true
	case *fhir.PractitionerRole:
		return concepts(r.Specialty), true
	case *fhir.CareTeam:
		return append(concepts(r.Category), r.Name), true
	}
	return plannedTexts(res), false
}

func one(c *fhir.CodeableConcept) []fhir.CodeableConcept {
	if c == nil {
		return nil
	}
	return []fhir.CodeableConcept{*c}
}

func concepts(lists ...[]fhir.CodeableConcept) []string {
	var out []string
	for _, list := range lists {
		for i := range list {
			out = append(out, list[i].Text)
			for _, c := range list[i].Coding {
				out = append(out, c.Display)
			}
		}
	}
	return out
}
