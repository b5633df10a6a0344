package record

import (
	"strings"

	"candour/models/fhir"
)

// place is source, type, local id: where a resource lies.
type place [3]string

// alias is source and name: another way to a place.
type alias [2]string

// resolver follows references inside one source: by id, by the names the source
// uses for a resource (full URL, Type?identifier=), or inside the resource. Ids
// belong to a source; nothing is followed into another (domain.md j).
type resolver struct {
	shared  map[place][]byte
	decoded map[place]fhir.Resource
	aliases map[alias]place
	items   map[place]fhir.Resource
	hidden  map[place]bool
	parsed  map[string]fhir.Ref
	asks    *asks // what was looked for and not there; nil when nobody wants to know
}

func newResolver(in *Input) *resolver {
	r := &resolver{
		shared:  make(map[place][]byte, len(in.Shared)),
		decoded: make(map[place]fhir.Resource, len(in.Shared)),
		aliases: make(map[alias]place, len(in.Aliases)),
		items:   make(map[place]fhir.Resource, len(in.Items)),
		hidden:  make(map[place]bool, len(in.Hidden)),
		parsed:  map[string]fhir.Ref{},
	}
	for _, s := range in.Shared {
		r.shared[place{s.Source, s.Type, s.LocalID}] = s.Raw
	}
	for _, a := range in.Aliases {
		r.aliases[alias{a.Source, a.Name}] = place{a.Source, a.Type, a.LocalID}
	}
	for _, h := range in.Hidden {
		r.hidden[place{h.Source, h.Type, h.LocalID}] = true
	}
	for i := range in.Items {
		if item := &in.Items[i]; item.res != nil {
			r.items[item.place()] = item.res
		}
	}
	return r
}

// asks collects places and names that a resolver was led to and did not have.
type asks struct {
	places map[place]bool
	names  map[alias]bool
}

func newAsks() *asks { return &asks{places: map[place]bool{}, names: map[alias]bool{}} }

// asked lays everything out for the sake of what is missing.
func asked(in *Input) *asks {
	m := newMaker(in, orderFeeds(in.Feeds))
	m.asks = newAsks()
	m.entries(in.Items)
	return m.asks
}

// parse takes a reference apart; the items of a record lead to the same few.
func (r *resolver) parse(ref *fhir.Reference) fhir.Ref {
	if ref == nil || ref.Reference == "" {
		return ref.Parse()
	}
	to, known := r.parsed[ref.Reference]
	if !known {
		to = ref.Parse()
		r.parsed[ref.Reference] = to
	}
	return to
}

// logical are the types that a logical reference without a type may mean.
var logical = []string{"Practitioner", "Organization", "Location", "PractitionerRole", "Medication", "HealthcareService"}

// places are where a reference of a source may lead, best first.
func (r *resolver) places(source string, ref *fhir.Reference) []place {
	to := r.parse(ref)
	var names []string
	switch {
	case to.Value != "" && to.Type != "":
		names = []string{fhir.Alias(to.Type, to.System, to.Value)}
	case to.Value != "":
		for _, t := range logical {
			names = append(names, fhir.Alias(t, to.System, to.Value))
		}
	case to.URL != "":
		names = []string{to.URL}
	}
	var out []place
	for _, n := range names {
		if p, ok := r.aliases[alias{source, n}]; ok {
			out = append(out, p)
		} else if r.asks != nil {
			r.asks.names[alias{source, n}] = true
		}
	}
	if to.ID != "" {
		out = append(out, place{source, to.Type, to.ID})
	}
	return out
}

// find is the resource that a reference leads to; hidden says that it leads to
// something withheld, of which not even the display may be printed.
func (r *resolver) find(source string, ref *fhir.Reference) (res fhir.Resource, hidden bool) {
	for _, p := range r.places(source, ref) {
		if r.hidden[p] {
			return nil, true
		}
		if res == nil {
			res = r.at(p)
		}
	}
	return res, false
}

func (r *resolver) at(p place) fhir.Resource {
	if res := r.items[p]; res != nil {
		return res
	}
	if res, ok := r.decoded[p]; ok {
		return res
	}
	raw, ok := r.shared[p]
	if !ok {
		if r.asks != nil {
			r.asks.places[p] = true
		}
		return nil
	}
	res, err := fhir.DecodeAs(p[1], raw)
	if err != nil {
		res = nil
	}
	r.decoded[p] = res
	return res
}

// follow is find, also into what the resource carries inside.
func (r *resolver) follow(source string, in fhir.Resource, ref *fhir.Reference) (res fhir.Resource, hidden bool) {
	if id, ok := strings.CutPrefix(ref.Reference, "#"); ok {
		if res, ok := in.Head().Inside(id); ok {
			return res, false
		}
		return nil, false
	}
	return r.find(source, ref)
}

// who is a person or organisation in print, with the role when it is known:
// "Dr Sandra Gose, Consultant".
func (r *resolver) who(source string, in fhir.Resource, ref *fhir.Reference) string {
	if ref == nil {
		return ""
	}
	res, hidden := r.follow(source, in, ref)
	if hidden {
		return ""
	}
	display := squash(ref.Display)
	role, ok := res.(*fhir.PractitionerRole)
	if !ok {
		return or(nameOf(res), display)
	}
	person := r.simple(source, role, role.Practitioner)
	return join(", ", or(person, display, r.simple(source, role, role.Organization)), title(firstOf(role.Code)))
}

// simple is a name at the end of a reference, else its display.
func (r *resolver) simple(source string, in fhir.Resource, ref *fhir.Reference) string {
	if ref == nil {
		return ""
	}
	res, hidden := r.follow(source, in, ref)
	if hidden {
		return ""
	}
	return or(nameOf(res), squash(ref.Display))
}

// nameOf is what a resource calls itself.
func nameOf(res fhir.Resource) string {
	switch r := res.(type) {
	case *fhir.Practitioner:
		return presentName(r.Name)
	case *fhir.RelatedPerson:
		return presentName(r.Name)
	case *fhir.Organization:
		return squash(r.Name)
	case *fhir.Location:
		return squash(or(r.Name, r.Description))
	case *fhir.HealthcareService:
		return squash(r.Name)
	case *fhir.CareTeam:
		return squash(r.Name)
	case *fhir.Medication:
		return title(r.Code)
	case *fhir.Condition:
		return title(r.Code)
	case *fhir.Observation:
		return title(r.Code)
	case *fhir.Procedure:
		return title(r.Code)
	case *fhir.AllergyIntolerance:
		return title(r.Code)
	case *fhir.DiagnosticReport:
		return title(r.Code)
	case *fhir.ServiceRequest:
		return title(r.Code)
	case *fhir.MedicationRequest:
		return title(r.MedicationCodeableConcept)
	case *fhir.MedicationStatement:
		return title(r.MedicationCodeableConcept)
	case *fhir.Immunization:
		return title(r.VaccineCode)
	case *fhir.Goal:
		return title(r.Description)
	case *fhir.CarePlan:
		return or(squash(r.Title), title(firstOf(r.Category)))
	case *fhir.Encounter:
		return title(firstOf(r.Type))
	}
	return ""
}

// isPatient tells a reference to the person: not somebody to list.
func (r *resolver) isPatient(ref *fhir.Reference) bool {
	return ref == nil || ref.Type == "Patient" || r.parse(ref).Type == "Patient"
}
