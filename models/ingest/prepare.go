package ingest

import (
	"bytes"
	"encoding/hex"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"candour/models/fhir"
	"candour/models/opaque"
)

// message is what is known of the delivery that a resource came in.
type message struct {
	source string
	at     time.Time // receipt
	time   int64     // when the source made it, in milliseconds; 0 = not said
	closed bool      // a collection, document, message or searchset: it stands for itself
}

// piece is one resource as it lies in the input.
type piece struct {
	place   string
	number  int64
	fullURL string
	method  string
	url     string
	raw     []byte
}

// parcel is one resource, read and understood as far as taking it in needs.
type parcel struct {
	place   string
	number  int64
	kind    string
	id      string
	item    string
	raw     []byte
	hash    []byte
	updated int64
	dated   bool // the source itself said when
	version string
	about   []fhir.Ref // whom it may be about
	local   string     // the source's id of the patient, once known
	names   []string   // other names for the resource
	leans   []fhir.Ref // places, services, medicines it leans on
	set     string     // exclusion that it falls under itself
	nopat   bool
	who     *identity
	consent *consent
	tie     *tie
	gone    bool
	dateBad bool
	inner   *parcel // the patient, when the resource brings them along inside itself
	within  bool    // this is such a patient: counted with the resource that holds it
	refused *fhir.Refusal
}

// prepare reads one piece. It is pure but for the clock in the message, so many
// may be read at once.
func (r *rules) prepare(m message, in piece) *parcel {
	p := &parcel{place: in.place, number: in.number, raw: in.raw}
	if in.method == "DELETE" {
		return deletion(m, p, in)
	}
	if len(in.raw) == 0 {
		p.refused = &fhir.Refusal{Reason: fhir.NoType, Detail: "an entry without a resource"}
		return p
	}
	if fhir.Depth(in.raw) > fhir.MaxDepth {
		p.refused = &fhir.Refusal{Reason: fhir.TooDeep}
		return p
	}
	res, err := fhir.Decode(in.raw)
	if err != nil {
		return p.refuse(m, in, err)
	}
	head := res.Head()
	p.kind = head.ResourceType
	o := fhir.Look(p.kind, in.raw)
	if older := olderStandard(o, head.Meta.Profile); older != "" {
		if p.refused, p.id = (&fhir.Refusal{Reason: older}), head.ID; goodID(p.id) {
			p.item = string(opaque.Of(m.source, p.kind, p.id))
		}
		return p
	}
	p.hash = bytes.Clone(o.Hash[:]) // not the outline with it
	if p.id = localID(head, in.fullURL, p.hash); !goodID(p.id) {
		p.refused, p.id = &fhir.Refusal{Reason: fhir.NoID}, ""
		return p
	}
	p.item = string(opaque.Of(m.source, p.kind, p.id))
	p.dateOf(m, head)
	p.names = otherNames(p.kind, p.id, head, in.fullURL)
	r.understand(p, m, res, o)
	return p
}

// refuse keeps what can be told of a resource that cannot be read. It names an item
// only when type and id are beyond doubt: a whole extract that has the item, however
// spoiled, must not remove it, and one that may have any item must remove none.
func (p *parcel) refuse(m message, in piece, err error) *parcel {
	p.refused = err.(*fhir.Refusal) // Decode returns nothing else
	var head struct {
		ResourceType string `json:"resourceType"`
		ID           string `json:"id"`
	}
	if json.Unmarshal(in.raw, &head) == nil && head.ResourceType != "" && goodID(head.ID) {
		p.kind, p.id = head.ResourceType, head.ID
		p.item = string(opaque.Of(m.source, p.kind, p.id))
	} else {
		p.kind, p.id = peek(in.raw)
	}
	if p.refused.Reason == fhir.WrongType && (p.kind == "AllergyIntolerance" || p.kind == "Condition") &&
		(p.refused.Detail == "/clinicalStatus" || p.refused.Detail == "/verificationStatus") {
		p.refused = &fhir.Refusal{Reason: fhir.STU3, Detail: "a status that is a code, not a concept"}
	}
	return p
}

// understand adds what depends on the type and on the policy.
func (r *rules) understand(p *parcel, m message, res fhir.Resource, o fhir.Outline) {
	p.set = r.set(res, o)
	if patient, ok := res.(*fhir.Patient); ok {
		id := identify(patient, r.p.PersonRestricted, m.at)
		p.who, p.set = &id, "" // a label on the person restricts the person, it does not hide an item
		return
	}
	p.nopat = r.hiddenFromPatient(res)
	p.consent = r.consentIn(res, o, p.updated)
	if p.consent != nil {
		p.consent.entryNumber = p.number
	}
	p.tie = r.evidence(res, m.at)
	paths := fhir.PatientPaths(p.kind)
	for _, ref := range o.Refs {
		t := ref.Ref()
		for _, path := range paths {
			if ref.Path == path && (t.Type == "Patient" || t.Type == "" && !t.IsZero()) {
				p.about = append(p.about, t)
			}
		}
		if lean(t, ref.Path) {
			p.leans = append(p.leans, t)
		}
	}
	if len(p.about) == 0 && fhir.NeedsPatient(p.kind) {
		r.contained(p, m, res)
	}
	if _, effective, _ := dates(res); effective != "" && fhir.ParseDate(effective).Precision == fhir.Unreadable {
		p.dateBad = true
	}
}

// contained finds the one Patient that a resource holds inside itself (the
// national immunisation messages do). It has no id of its own: its content is its
// name, and it is matched like any other.
func (r *rules) contained(p *parcel, m message, res fhir.Resource) {
	for _, raw := range res.Head().Contained {
		inner, err := fhir.Decode(raw)
		if err != nil {
			continue // what cannot be read inside is not a patient to go by
		}
		patient, ok := inner.(*fhir.Patient)
		if !ok {
			continue
		}
		if p.inner != nil { // two: which is meant would be a guess
			p.inner, p.about = nil, nil
			return
		}
		o := fhir.Look("Patient", raw)
		id := identify(patient, r.p.PersonRestricted, m.at)
		p.inner = &parcel{place: p.place, number: p.number, kind: "Patient", raw: raw, hash: o.Hash[:], updated: p.updated, dated: p.dated, who: &id, within: true,
			id: "is-" + hex.EncodeToString(o.Hash[:])}
		p.about = []fhir.Ref{{Type: "Patient", ID: p.inner.id}}
	}
}

// dateOf is the version of the resource in time: its own, else its bundle's, else
// the moment of receipt. A date in the future is not believed: it would block
// every later change.
func (p *parcel) dateOf(m message, head *fhir.Common) {
	p.version = head.Meta.VersionID
	if t := fhir.ParseDate(head.Meta.LastUpdated); t.Precision == fhir.Instant || t.Precision == fhir.Day {
		p.updated, p.dated = t.Millis(), true
	} else if m.time != 0 {
		p.updated, p.dated = m.time, true
	}
	if latest := m.at.Add(24 * time.Hour).UnixMilli(); p.updated > latest || !p.dated {
		p.updated, p.dated = m.at.UnixMilli(), false
	}
}

func deletion(m message, p *parcel, in piece) *parcel {
	ref := fhir.ParseReference(in.url)
	if ref.Type == "" || ref.ID == "" {
		p.refused = &fhir.Refusal{Reason: fhir.NoID, Detail: "a deletion that does not say of what"}
		return p
	}
	p.kind, p.id, p.gone = ref.Type, ref.ID, true
	p.item = string(opaque.Of(m.source, p.kind, p.id))
	if p.updated, p.dated = m.time, m.time != 0; !p.dated {
		p.updated = m.at.UnixMilli()
	}
	return p
}

// olderStandard tells STU3 and DSTU2 by their members and profiles.
func olderStandard(o fhir.Outline, profiles []string) string {
	if o.Older != "" {
		return o.Older
	}
	for _, p := range profiles {
		switch {
		case strings.Contains(p, "/STU3/"), strings.Contains(p, "/CareConnect-"):
			return fhir.STU3
		case strings.Contains(p, "/DSTU2/"):
			return fhir.DSTU2
		}
	}
	return ""
}

// localID is the source's own id, or one made from what else names the resource:
// its full URL, a business identifier, its content.
func localID(head *fhir.Common, fullURL string, hash []byte) string {
	if head.ID != "" {
		return head.ID
	}
	if ref := fhir.ParseReference(fullURL); ref.UUID != "" || ref.ID != "" {
		return first(ref.UUID, ref.ID)
	}
	for _, i := range head.Identifier {
		if i.Value != "" {
			return "by-" + string(opaque.Of(i.System, i.Value))
		}
	}
	return "is-" + hex.EncodeToString(hash)
}

// goodID takes what real systems send as ids: more than the standard allows, but
// nothing that could be taken for a path or break a line.
func goodID(s string) bool {
	if s == "" || len(s) > 128 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c == '/' || c == '#' || c == '?' || c == '|' || c == 0x7f {
			return false
		}
	}
	return true
}

// found by identifier are only the types that feeds refer to in that way.
var byIdentifier = map[string]bool{"Patient": true, "Practitioner": true, "PractitionerRole": true, "Organization": true, "Location": true,
	"HealthcareService": true, "Medication": true, "Encounter": true, "Appointment": true, "ServiceRequest": true, "EpisodeOfCare": true}

// otherNames are the names, beside Type/id, by which others may refer to it.
func otherNames(kind, id string, head *fhir.Common, fullURL string) []string {
	var out []string
	if fullURL != "" {
		if u, err := url.Parse(fullURL); err == nil && (u.Scheme == "urn" || !strings.HasSuffix(fullURL, "/"+kind+"/"+id)) {
			out = append(out, fullURL)
		}
	}
	if byIdentifier[kind] {
		for _, i := range head.Identifier {
			if i.Value != "" && len(i.Value) < 200 && i.Use != "old" {
				out = append(out, fhir.Alias(kind, i.System, i.Value))
				if sent := kind + "?identifier=" + i.System + "|" + i.Value; sent != out[len(out)-1] {
					out = append(out, sent) // as this source spells it
				}
			}
		}
	}
	return out
}

// peek finds type and id in what could not be decoded as a whole, for the report.
func peek(raw []byte) (kind, id string) {
	for _, c := range []struct {
		name string
		into *string
	}{{`"resourceType"`, &kind}, {`"id"`, &id}} {
		if i := strings.Index(string(raw[:min(len(raw), 4096)]), c.name); i >= 0 {
			rest := strings.TrimLeft(string(raw[i+len(c.name):min(len(raw), i+300)]), " \t\r\n:")
			if v, _, ok := strings.Cut(strings.TrimPrefix(rest, `"`), `"`); ok && goodID(v) && rest != v {
				*c.into = v
			}
		}
	}
	return kind, id
}
