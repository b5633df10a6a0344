package record

import (
	"strings"

	"candour/models/fhir"
)

// resolver follows references inside one source: by id, by the names the source
// uses for a resource (full URL, Type?identifier=), or inside the resource. Ids
// belong to a source; nothing is followed into another (domain.md j).
type resolver struct {
	shared  map[place3][]byte
	decoded map[place3]*resource
	aliases map[[2]string][2]string
	items   map[place3]*entry
	hidden  map[place3]bool
}

// place3 is source, type, local id.
type place3 [3]string

func newResolver(in Input) *resolver {
	r := &resolver{
		shared:  make(map[place3][]byte, len(in.Shared)),
		decoded: make(map[place3]*resource, len(in.Shared)),
		aliases: make(map[[2]string][2]string, len(in.Aliases)),
		items:   make(map[place3]*entry, len(in.Items)),
		hidden:  make(map[place3]bool, len(in.Hidden)),
	}
	for _, h := range in.Hidden {
		r.hidden[place3{h.Source, h.Type, h.LocalID}] = true
	}
	for _, s := range in.Shared {
		r.shared[place3{s.Source, s.Type, s.LocalID}] = s.Raw
	}
	for _, a := range in.Aliases {
		r.aliases[[2]string{a.Source, a.Name}] = [2]string{a.Type, a.LocalID}
	}
	return r
}

// sharedTypes are the types that a logical reference without a type may mean.
var sharedTypes = []string{"Practitioner", "Organization", "Location", "PractitionerRole", "Medication"}

// names are the ways in which a reference may be kept among a source's aliases.
func (ref reference) names() []string {
	if ref.Reference != "" {
		to := fhir.ParseReference(string(ref.Reference))
		switch {
		case to.Value != "":
			return []string{fhir.Alias(to.Type, to.System, to.Value)}
		case to.URL != "":
			return []string{to.URL}
		}
	}
	id := ref.Identifier.v
	if id.Value == "" {
		return nil
	}
	types := sharedTypes
	if ref.Type != "" {
		types = []string{string(ref.Type)}
	}
	var out []string
	for _, t := range types {
		out = append(out, fhir.Alias(t, string(id.System), string(id.Value)))
	}
	return out
}

// direct is the place that the reference names by itself.
func (ref reference) direct(source string) (place3, bool) {
	to := fhir.ParseReference(string(ref.Reference))
	return place3{source, to.Type, to.ID}, to.ID != ""
}

// isPatient tells a reference to the person: not somebody to list.
func (ref reference) isPatient() bool {
	return ref.Type == "Patient" || fhir.ParseReference(string(ref.Reference)).Type == "Patient"
}

// find is the resource that a reference of a source leads to, or nil.
func (r *resolver) find(source string, ref reference) *resource {
	for _, p := range r.places(source, ref) {
		if res := r.at(p); res != nil {
			return res
		}
	}
	return nil
}

func (r *resolver) places(source string, ref reference) []place3 {
	var out []place3
	for _, n := range ref.names() {
		if to, ok := r.aliases[[2]string{source, n}]; ok {
			out = append(out, place3{source, to[0], to[1]})
		}
	}
	if p, ok := ref.direct(source); ok {
		out = append(out, p)
	}
	return out
}

// hides tells whether a reference leads to something withheld.
func (r *resolver) hides(source string, ref reference) bool {
	if len(r.hidden) == 0 {
		return false
	}
	for _, p := range r.places(source, ref) {
		if r.hidden[p] {
			return true
		}
	}
	return false
}

func (r *resolver) at(p place3) *resource {
	if e := r.items[p]; e != nil {
		return e.res
	}
	if res, ok := r.decoded[p]; ok {
		return res
	}
	raw, ok := r.shared[p]
	if !ok {
		return nil
	}
	res := &resource{}
	if decode(raw, res) != nil {
		res = nil
	}
	r.decoded[p] = res
	return res
}

// inside finds a contained resource.
func (res *resource) inside(ref reference) *contained {
	id, ok := strings.CutPrefix(string(ref.Reference), "#")
	if !ok {
		return nil
	}
	for i := range res.Contained {
		if string(res.Contained[i].ID) == id {
			return &res.Contained[i]
		}
	}
	return nil
}

// who is a person or organisation in print, with the role when it is known:
// "Dr Sandra Gose, Consultant".
func (r *resolver) who(source string, in *resource, ref reference) string {
	if r.hides(source, ref) {
		return ""
	}
	if c := in.inside(ref); c != nil {
		return r.body(source, c.Type, c.resourceBody, ref)
	}
	if res := r.find(source, ref); res != nil {
		body := resourceBody{Code: res.Code, Kind: res.Kind, Name: res.Name, Practitioner: res.Practitioner,
			Organization: res.Organization, Specialty: res.Specialty, Qualification: res.Qualification}
		if s := r.body(source, res.Type, body, ref); s != "" {
			return s
		}
	}
	return squash(string(ref.Display))
}

func (r *resolver) body(source, kind string, b resourceBody, ref reference) string {
	if kind != "PractitionerRole" {
		return or(printNames(b.Name), squash(string(ref.Display)))
	}
	person := ""
	if b.Practitioner.ok {
		if res := r.find(source, b.Practitioner.v); res != nil {
			person = printNames(res.Name)
		}
		person = or(person, squash(string(b.Practitioner.v.Display)))
	}
	role := b.Code.v.title()
	if person == "" {
		person = squash(string(ref.Display))
	}
	if person == "" {
		for _, o := range b.Organization {
			if res := r.find(source, o); res != nil {
				person = printNames(res.Name)
			}
			person = or(person, squash(string(o.Display)))
		}
	}
	return join(", ", person, role)
}

// name is the name of anything else a reference leads to: a place, a problem, a plan.
func (r *resolver) name(source string, in *resource, ref reference) string {
	if r.hides(source, ref) {
		return ""
	}
	if c := in.inside(ref); c != nil {
		return or(printNames(c.Name), c.Code.v.title(), squash(string(ref.Display)))
	}
	if res := r.find(source, ref); res != nil {
		if t := or(printNames(res.Name), res.Code.v.title(), squash(string(res.Title)), res.Description.v.title(), firstTitle(res.Kind)); t != "" {
			return t
		}
	}
	return squash(string(ref.Display))
}

func or(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

func join(sep string, all ...string) string {
	var out []string
	for _, s := range all {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, sep)
}

// leansOn are the references of a resource to what is not an item of the person:
// people, organisations, places, medicines.
func (res *resource) leansOn() []reference {
	var out []reference
	for _, o := range []one[reference]{res.MedicationRef, res.Recorder, res.Asserter, res.Requester, res.Informant, res.Custodian,
		res.Provider, res.CareManager, res.ExpressedBy, res.Manufacturer, res.Practitioner} {
		if o.ok {
			out = append(out, o.v)
		}
	}
	for _, list := range []many[reference]{res.Author, res.Managing, res.LocationRef, res.Organization} {
		out = append(out, list...)
	}
	for _, p := range res.Performer {
		out = append(out, p.who())
	}
	for _, p := range res.Participant {
		out = append(out, p.who())
	}
	for _, p := range res.Location {
		out = append(out, p.where())
	}
	for _, n := range res.Note {
		if n.By.ok {
			out = append(out, n.By.v)
		}
	}
	for _, c := range res.Contained {
		if c.Practitioner.ok {
			out = append(out, c.Practitioner.v)
		}
		out = append(out, c.Organization...)
	}
	return out
}
