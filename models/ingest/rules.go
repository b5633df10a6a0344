package ingest

import (
	"strings"
	"unicode"

	"candour/models/fhir"
	"candour/models/policy"
)

// rules are a policy made ready for looking things up.
type rules struct {
	p        *policy.Policy
	excluded map[policy.Code]string // code or service → set
	names    []serviceName
	refused  map[policy.Code]bool
	given    map[policy.Code]bool
	never    map[string]bool
	place    map[string]bool
	inside   map[string]bool
	forward  map[string]bool
	stops    map[string]bool
	seedTake map[string]bool
}

type serviceName struct{ words, set string }

func newRules(p *policy.Policy) *rules {
	r := &rules{p: p, excluded: map[policy.Code]string{}, refused: codes(p.Consent.Refused), given: codes(p.Consent.Given),
		never: names(p.Closure.NeverFollow), place: names(p.Closure.PlacePaths), inside: names(p.Closure.WithItsEncounter),
		forward: names(p.Closure.Forward), stops: names(p.Closure.ForwardNotFrom), seedTake: names(p.Closure.ForwardFromSeed)}
	for _, e := range p.Exclusions {
		for _, c := range append(append([]policy.Code{}, e.Codes...), e.Services...) {
			r.excluded[c] = e.Set
		}
		for _, n := range e.ServiceNames {
			r.names = append(r.names, serviceName{" " + n, e.Set})
		}
	}
	return r
}

func codes(list []policy.Code) map[policy.Code]bool {
	m := make(map[policy.Code]bool, len(list))
	for _, c := range list {
		m[c] = true
	}
	return m
}

func names(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, n := range list {
		m[n] = true
	}
	return m
}

// set is the exclusion that a resource itself falls under, or "": by a code
// anywhere in it, by its labels, by the service it names.
func (r *rules) set(res fhir.Resource, o fhir.Outline) string {
	for _, c := range o.Codes {
		if s := r.excluded[policy.Code{System: fhir.NormalSystem(c.System), Code: c.Code}]; s != "" {
			return s
		}
	}
	labels := res.Head().Meta.Security
	if d, ok := res.(*fhir.DocumentReference); ok {
		for _, l := range d.SecurityLabel {
			labels = append(labels[:len(labels):len(labels)], l.Coding...)
		}
	}
	if len(labels) > 0 {
		for _, e := range r.p.Exclusions {
			if labelled(labels, e.Security) {
				return e.Set
			}
		}
	}
	texts, ok := serviceTexts(res)
	if !ok {
		return ""
	}
	return r.service(append(texts, o.Displays...))
}

// hiddenFromPatient tells whether the source said "not for the patient".
func (r *rules) hiddenFromPatient(res fhir.Resource) bool {
	if labelled(res.Head().Meta.Security, r.p.NotForPatient) {
		return true
	}
	if d, ok := res.(*fhir.DocumentReference); ok {
		for _, l := range d.SecurityLabel {
			if labelled(l.Coding, r.p.NotForPatient) {
				return true
			}
		}
	}
	return false
}

// service finds words of an excluded service in names of services and places.
func (r *rules) service(texts []string) string {
	for _, t := range texts {
		if t == "" {
			continue
		}
		plain := plainWords(t)
		for _, n := range r.names {
			if strings.Contains(plain, n.words) {
				return n.set
			}
		}
	}
	return ""
}

// plainWords is " sexual health clinic": lower case, letters and single spaces,
// a space in front so that words are matched from their beginning.
func plainWords(s string) string {
	var b strings.Builder
	space := true
	b.WriteByte(' ')
	for _, c := range s {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			b.WriteRune(unicode.ToLower(c))
			space = false
		} else if !space {
			b.WriteByte(' ')
			space = true
		}
	}
	return b.String()
}

// serviceTexts are the names of services and places in a resource: only where a
// service is meant, never free text (a test for chlamydia is not a clinic).
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
	return nil, false
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
