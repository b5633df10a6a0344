package ingest

import (
	"strings"
	"sync"
	"sync/atomic"

	"candour/models/fhir"
	"candour/models/policy"
)

// rules are a policy made ready for looking things up.
type rules struct {
	p        *policy.Policy
	excluded map[policy.Code]string // code or service → set
	refused  map[policy.Code]bool
	given    map[policy.Code]bool
	never    map[string]bool
	place    map[string]bool
	inside   map[string]bool
	forward  map[string]bool
	stops    map[string]bool
	seedTake map[string]bool
	services sync.Map     // names that were asked for → set
	kept     atomic.Int64 // how many are kept
}

func newRules(p *policy.Policy) *rules {
	r := &rules{p: p, excluded: map[policy.Code]string{}, refused: codes(p.Consent.Refused), given: codes(p.Consent.Given),
		never: names(p.Closure.NeverFollow), place: names(p.Closure.PlacePaths), inside: names(p.Closure.WithItsEncounter),
		forward: names(p.Closure.Forward), stops: names(p.Closure.ForwardNotFrom), seedTake: names(p.Closure.ForwardFromSeed)}
	for _, e := range p.Exclusions {
		for _, c := range append(append([]policy.Code{}, e.Codes...), e.Services...) {
			r.excluded[c] = e.Set
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
	for _, name := range namedServices(res, o) {
		if s := r.service(name); s != "" {
			return s
		}
	}
	return ""
}

// What is kept of names: the same few come again and again, and whoever writes
// something else each time must not fill the memory.
const (
	keptServices = 10_000
	keptLength   = 100
)

// service is the exclusion that the name of a service falls under, or "".
func (r *rules) service(name string) string {
	if name == "" {
		return ""
	}
	if set, known := r.services.Load(name); known {
		return set.(string)
	}
	set := r.p.Service(name)
	if len(name) <= keptLength && r.kept.Add(1) <= keptServices {
		r.services.Store(strings.Clone(name), set)
	}
	return set
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
