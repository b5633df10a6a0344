package public

import (
	"net/url"
	"slices"
	"strings"

	"candour/models/organisation"
	"candour/models/status"
)

// Partner is one organisation of the register with its feeds and its past.
type Partner struct {
	organisation.Organisation
	Names     []organisation.Name // what it was called before, oldest first; the last is its name now
	Feeds     []status.Feed
	Successor *Partner // who took over its work
	Before    []*Partner
	Contacts  []organisation.Contact
}

// Code is what its address ends with.
func (p *Partner) Code() string {
	if p.ODSCode != "" {
		return p.ODSCode
	}
	return p.ID
}

// Register puts the partners together, in the order of their names. Who is known
// only because a patient moved there is no partner.
func Register(all []organisation.Organisation, names map[string][]organisation.Name, feeds []status.Feed) []*Partner {
	byID := map[string]*Partner{}
	var out []*Partner
	for _, o := range all {
		if !o.InRegion && o.State == organisation.Planned {
			continue
		}
		p := &Partner{Organisation: o, Names: names[o.ID]}
		byID[o.ID] = p
		out = append(out, p)
	}
	for _, f := range feeds {
		if p := byID[f.OrganisationID]; p != nil {
			p.Feeds = append(p.Feeds, f)
		}
	}
	for _, p := range out {
		if next := byID[p.SuccessorID]; next != nil && p.SuccessorID != "" {
			p.Successor = next
			next.Before = append(next.Before, p)
		}
	}
	return out
}

// Find is the partner with a code or an id, or nil.
func Find(register []*Partner, code string) *Partner {
	for _, p := range register {
		if code != "" && (strings.EqualFold(p.Code(), code) || p.ID == code) {
			return p
		}
	}
	return nil
}

// Former are the names it had before, with the day on which each was given up.
func (p *Partner) Former() []FormerName {
	var out []FormerName
	for i := 0; i+1 < len(p.Names); i++ {
		if p.Names[i].Text != p.Names[i+1].Text {
			out = append(out, FormerName{p.Names[i].Text, p.Names[i+1].From})
		}
	}
	return out
}

// FormerName is a name and the day (YYYY-MM-DD) until which it was used.
type FormerName struct{ Text, Until string }

// Categories are the kinds of information it sends, each once.
func (p *Partner) Categories() []string {
	var out []string
	for _, f := range p.Feeds {
		for _, c := range f.Source.Categories {
			if kind := categoryOf[c]; kind != "" && !slices.Contains(out, kind) {
				out = append(out, kind)
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int { return slices.Index(categories, a) - slices.Index(categories, b) })
	return out
}

// categories are the kinds of information as people know them, most asked for first.
var categories = []string{"allergies", "medicines", "problems", "results", "visits", "appointments", "documents", "immunisations",
	"procedures", "referrals", "plans", "alerts", "contacts", "choices"}

// categoryOf names the FHIR types that feeds are registered with.
var categoryOf = map[string]string{
	"AllergyIntolerance": "allergies", "MedicationRequest": "medicines", "MedicationStatement": "medicines", "Condition": "problems",
	"Observation": "results", "DiagnosticReport": "results", "Encounter": "visits", "EpisodeOfCare": "visits", "Appointment": "appointments",
	"DocumentReference": "documents", "Composition": "documents", "Immunization": "immunisations", "Procedure": "procedures",
	"ServiceRequest": "referrals", "CarePlan": "plans", "Goal": "plans", "CareTeam": "plans", "Flag": "alerts", "RelatedPerson": "contacts", "Consent": "choices",
}

// Search is what the register is narrowed to.
type Search struct{ Text, Kind, State string }

// Values are the search as an address carries it.
func (s Search) Values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"q": s.Text, "kind": s.Kind, "state": s.State} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// Narrow leaves what a search asks for.
func (s Search) Narrow(register []*Partner) []*Partner {
	var out []*Partner
	for _, p := range register {
		if (s.Kind == "" || string(p.Kind) == s.Kind) && (s.State == "" || string(p.State) == s.State) && p.called(s.Text) {
			out = append(out, p)
		}
	}
	return out
}

// called tells whether somebody who types text could mean the partner: its code,
// or the beginnings of words of its name now or before.
func (p *Partner) called(text string) bool {
	if text == "" || strings.EqualFold(text, p.ODSCode) {
		return true
	}
	names := []string{p.Name}
	for _, n := range p.Names {
		names = append(names, n.Text)
	}
	return slices.ContainsFunc(names, func(name string) bool { return organisation.Called(name, text) })
}
