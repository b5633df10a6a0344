package seed

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// resource is a FHIR resource on its way into a feed.
type resource map[string]any

// Code systems of the demo's feeds.
const (
	snomed      = "http://snomed.info/sct"
	dmd         = "https://dmd.nhs.uk"
	odsSystem   = "https://fhir.nhs.uk/Id/ods-organization-code"
	clinical    = "http://terminology.hl7.org/CodeSystem/condition-clinical"
	allergySt   = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
	allergyVer  = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
	actCode     = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
	secrecy     = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
	treatment   = "https://fhir.nhs.uk/CodeSystem/NHSDataModelAndDictionary-treatment-function"
	unitSystem  = "http://unitsofmeasure.org"
	conditionCt = "http://terminology.hl7.org/CodeSystem/condition-category"
	flagCt      = "http://terminology.hl7.org/CodeSystem/flag-category"
)

// term is a coded thing: system, code and the words a clinician chose.
type term struct{ system, code, text string }

func sct(code, text string) term  { return term{snomed, code, text} }
func drug(code, text string) term { return term{dmd, code, text} }

// concept writes a term as a CodeableConcept; a term without code is text alone.
func (t term) concept() map[string]any {
	if t.code == "" {
		return map[string]any{"text": t.text}
	}
	return map[string]any{"coding": []any{map[string]any{"system": t.system, "code": t.code, "display": t.text}}, "text": t.text}
}

func coded(system, code string) map[string]any {
	return map[string]any{"coding": []any{map[string]any{"system": system, "code": code}}}
}

func point(kind, id string) map[string]any { return map[string]any{"reference": kind + "/" + id} }

// named is a reference with the name to show.
func named(kind, id, display string) map[string]any {
	return map[string]any{"reference": kind + "/" + id, "display": display}
}

func quantity(value json.Number, unit, code string) map[string]any {
	return map[string]any{"value": value, "unit": unit, "system": unitSystem, "code": code}
}

func letter(text string) map[string]any {
	return map[string]any{"attachment": map[string]any{"contentType": "text/plain; charset=utf-8", "data": base64.StdEncoding.EncodeToString([]byte(text))}}
}

func labelled(r resource, system, code string) resource {
	r["meta"] = map[string]any{"security": []any{map[string]any{"system": system, "code": code}}}
	return r
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }
func onDay(t time.Time) string   { return t.Format(time.DateOnly) }

// sent is a resource and when its source knew it.
type sent struct {
	at  time.Time
	res resource
}

// feed collects what one source sends over the year. Its ids are plain running
// numbers, as most systems have them: another source has the same for something else.
type feed struct {
	partner
	next     int
	sent     []sent
	patients map[string]string // person key → local id
	doctors  []doctor
}

// doctor is somebody who records at a source.
type doctor struct{ id, name string }

func newFeed(p partner) *feed {
	return &feed{partner: p, next: 100, patients: map[string]string{}}
}

// add puts a resource into the feed under the next id, or under the id it has
// already, which makes it a newer version.
func (f *feed) add(at time.Time, kind string, r resource) string {
	id, again := r["id"].(string)
	if !again {
		f.next++
		id = fmt.Sprint(f.next)
	}
	r["resourceType"], r["id"] = kind, id
	meta, ok := r["meta"].(map[string]any)
	if !ok {
		meta = map[string]any{}
		r["meta"] = meta
	}
	meta["lastUpdated"] = instant(at)
	f.sent = append(f.sent, sent{at, r})
	return id
}

// alive is a delivery with nothing new in it but the source's own name.
func (f *feed) alive(at time.Time) ([]byte, int, error) {
	f.add(at, "Organization", resource{"id": "1", "name": f.Name, "identifier": []any{map[string]any{"system": odsSystem, "value": f.ODSCode}},
		"telecom": []any{map[string]any{"system": "phone", "value": f.Phone}}})
	return f.bundle(at.Add(-time.Millisecond), at)
}

// bundle is everything the source knew after one instant and up to another, as
// one FHIR collection; nil when there is nothing new.
func (f *feed) bundle(after, upTo time.Time) ([]byte, int, error) {
	var entries []any
	for _, s := range f.sent {
		if s.at.After(after) && !s.at.After(upTo) {
			kind, _ := s.res["resourceType"].(string)
			id, _ := s.res["id"].(string)
			entries = append(entries, map[string]any{"fullUrl": "https://" + f.ID + ".example/fhir/" + kind + "/" + id, "resource": s.res})
		}
	}
	if len(entries) == 0 {
		return nil, 0, nil
	}
	text, err := json.Marshal(map[string]any{"resourceType": "Bundle", "type": "collection", "timestamp": instant(upTo), "entry": entries})
	return text, len(entries), err
}

// staffed puts the source's own organisation and clinicians into its feed.
func (f *feed) staffed(at time.Time, names ...string) {
	f.add(at, "Organization", resource{"id": "1", "name": f.Name,
		"identifier": []any{map[string]any{"system": odsSystem, "value": f.ODSCode}}, "telecom": []any{map[string]any{"system": "phone", "value": f.Phone}}})
	for n, name := range names {
		id := fmt.Sprint(n + 2)
		given, family := split(name)
		f.doctors = append(f.doctors, doctor{id, name})
		f.add(at, "Practitioner", resource{"id": id, "name": []any{map[string]any{"text": name, "family": family, "given": []any{given}}}})
	}
}

// by is the reference to one of the source's clinicians.
func (f *feed) by(n int) map[string]any {
	d := f.doctors[n%len(f.doctors)]
	return named("Practitioner", d.id, d.name)
}
