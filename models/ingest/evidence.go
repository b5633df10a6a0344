package ingest

import (
	"time"

	"candour/models/fhir"
	"candour/models/policy"
)

// openEnd is "until further notice" in milliseconds: 31 December 9999.
const openEnd = 253402214400000

// tie is evidence, in one item, that organisations are involved in a person's care.
type tie struct {
	kind        string
	at          int64      // when it happens or begins
	from, until int64      // while it counts
	orgs        []fhir.Ref // organisations named beside the source's own
}

// consent is the objection or its reversal, as one item states it.
type consent struct {
	code        string
	refused     bool
	effective   int64
	recorded    int64
	entryNumber int64
}

// evidence reads from an item what makes organisations involved; nil when it
// makes none, or counts no longer.
func (r *rules) evidence(res fhir.Resource, now time.Time) *tie {
	t := raw(res)
	if t == nil {
		return nil
	}
	days := r.p.RelationshipDays[t.kind]
	t.from = time.UnixMilli(t.at).AddDate(0, 0, -days.Before).UnixMilli()
	if t.until != openEnd {
		t.until = time.UnixMilli(t.until).AddDate(0, 0, days.After).UnixMilli()
	}
	if t.until < now.AddDate(-1, 0, 0).UnixMilli() {
		return nil // over for more than a year: nobody will ask again
	}
	return t
}

func raw(res fhir.Resource) *tie {
	switch r := res.(type) {
	case *fhir.Appointment:
		if dead(r.Status, "cancelled", "noshow", "proposed", "waitlist") || r.Start == "" {
			return nil
		}
		t := span("appointment", r.Start, r.End)
		for _, p := range r.Participant {
			t.name(p.Actor)
		}
		return t.orNil()
	case *fhir.Encounter:
		return encounter(r)
	case *fhir.ServiceRequest:
		if dead(r.Status, "revoked", "draft", "unknown") {
			return nil
		}
		t := span("referral", r.AuthoredOn, "")
		t.name(r.Requester)
		for i := range r.Performer {
			t.name(&r.Performer[i])
		}
		return t.orNil()
	case *fhir.CareTeam:
		if dead(r.Status, "proposed") {
			return nil
		}
		t := period("careteam", r.Period, r.Status == "" || r.Status == "active" || r.Status == "suspended")
		for i := range r.ManagingOrganization {
			t.name(&r.ManagingOrganization[i])
		}
		for _, m := range r.Participant {
			t.name(m.Member)
			t.name(m.OnBehalfOf)
		}
		return t.orNil()
	case *fhir.EpisodeOfCare:
		if dead(r.Status, "cancelled", "waitlist") {
			return nil
		}
		t := period("careteam", r.Period, r.Status != "finished")
		t.name(r.ManagingOrganization)
		return t.orNil()
	}
	return nil
}

// inpatient are the encounter classes of a stay.
var inpatient = map[string]bool{"IMP": true, "ACUTE": true, "NONAC": true, "OBSENC": true, "SS": true}

func encounter(r *fhir.Encounter) *tie {
	if dead(r.Status, "cancelled") {
		return nil
	}
	kind := "encounter"
	if r.Class != nil && inpatient[r.Class.Code] {
		kind = "admission"
	}
	running := r.Status == "in-progress" || r.Status == "arrived" || r.Status == "triaged" || r.Status == "onleave"
	t := period(kind, r.Period, running)
	t.name(r.ServiceProvider)
	return t.orNil()
}

func dead(status string, also ...string) bool {
	if status == "entered-in-error" {
		return true
	}
	for _, s := range also {
		if s == status {
			return true
		}
	}
	return false
}

func period(kind string, p *fhir.Period, running bool) *tie {
	if p == nil {
		p = &fhir.Period{}
	}
	t := span(kind, p.Start, p.End)
	if running && p.End == "" {
		t.until = openEnd
	}
	return t
}

// span is from start to end; without an end the evidence is its start.
func span(kind, start, end string) *tie {
	from := fhir.ParseDate(start)
	t := &tie{kind: kind, at: from.Millis()}
	if from.Precision != fhir.Unreadable {
		t.until = from.End().UnixMilli()
	}
	if e := fhir.ParseDate(end); e.Precision != fhir.Unreadable {
		t.until = e.End().UnixMilli()
	}
	return t
}

// orNil drops evidence without a date: it would count for ever.
func (t *tie) orNil() *tie {
	if t.at == 0 {
		return nil
	}
	return t
}

// name adds an organisation that the item itself names.
func (t *tie) name(r *fhir.Reference) {
	ref := r.Parse()
	if ref.System == fhir.ODSSystem || ref.Type == "Organization" || ref.Type == "PractitionerRole" || ref.Type == "HealthcareService" || ref.UUID != "" {
		t.orgs = append(t.orgs, ref)
	}
}

// consentCodes are where a type states what it is about.
var consentCodes = map[string]string{"Observation": "code.coding", "Condition": "code.coding", "Procedure": "code.coding",
	"ServiceRequest": "code.coding", "Flag": "code.coding"}

// consentIn finds the objection or its reversal in an item. National, Summary
// Care Record and Type 1 codes are not in the policy's lists and move nothing.
func (r *rules) consentIn(res fhir.Resource, o fhir.Outline, updated int64) *consent {
	path, ok := consentCodes[res.Head().ResourceType]
	_, isConsent := res.(*fhir.Consent)
	if !ok && !isConsent {
		return nil
	}
	var found *consent
	for _, c := range o.Codes {
		if !isConsent && c.Path != path || isConsent && c.Path != "category.coding" && c.Path != "provision.code.coding" {
			continue
		}
		key := policy.Code{System: fhir.NormalSystem(c.System), Code: c.Code}
		switch {
		case r.refused[key]:
			found = &consent{code: c.Code, refused: true} // said beside its opposite, the refusal holds
		case r.given[key] && found == nil:
			found = &consent{code: c.Code}
		}
	}
	if found == nil {
		return nil
	}
	status, effective, recorded := dates(res)
	if dead(status, "cancelled", "rejected", "revoked", "inactive", "not-done") || !found.refused && unsettled[status] {
		return nil
	}
	found.effective, found.recorded = fhir.ParseDate(effective).Millis(), fhir.ParseDate(recorded).Millis()
	if found.recorded == 0 {
		found.recorded = updated
	}
	if found.effective == 0 {
		found.effective = fhir.ParseDate(recorded).Millis()
	}
	if found.effective == 0 && found.refused {
		found.effective = found.recorded // a refusal without a date stands since it was heard of; a reversal without one reverses nothing
	}
	return found
}

// unsettled are the states in which a reversal is not one yet; a refusal is.
var unsettled = map[string]bool{"draft": true, "proposed": true, "registered": true, "preliminary": true, "preparation": true, "on-hold": true, "unknown": true}

// dates are status, clinical date and date of recording of an item.
func dates(res fhir.Resource) (status, effective, recorded string) {
	switch r := res.(type) {
	case *fhir.Observation:
		return r.Status, first(r.EffectiveDateTime, r.EffectiveInstant, start(r.EffectivePeriod)), r.Issued
	case *fhir.Condition:
		if code := r.VerificationStatus.Best().Code; code == "entered-in-error" || code == "refuted" {
			status = "entered-in-error"
		}
		return status, first(r.OnsetDateTime, start(r.OnsetPeriod), r.RecordedDate), r.RecordedDate
	case *fhir.Procedure:
		return r.Status, first(r.PerformedDateTime, start(r.PerformedPeriod)), ""
	case *fhir.ServiceRequest:
		return r.Status, first(r.OccurrenceDateTime, r.AuthoredOn), r.AuthoredOn
	case *fhir.Flag:
		return r.Status, start(r.Period), ""
	case *fhir.Consent:
		return r.Status, r.DateTime, r.DateTime
	}
	return "", "", ""
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

func start(p *fhir.Period) string {
	if p == nil {
		return ""
	}
	return p.Start
}
