package record

import "candour/models/fhir"

func layProcedure(m *maker, e *entry, r *fhir.Procedure) {
	l := &e.line
	e.section = Procedures
	e.names(r.Code)
	e.state(r.Status)
	at := or(r.PerformedDateTime, start(r.PerformedPeriod))
	l.When = spanOf(or(at, squash(r.PerformedString)), end(r.PerformedPeriod))
	m.recorder(e, r.Recorder)
	for _, p := range r.Performer {
		m.recorder(e, p.Actor)
		m.people(e, "performer", p.Actor)
	}
	m.recorder(e, r.Asserter)
	e.detail("category", title(r.Category))
	e.detail("body_site", titles(r.BodySite))
	e.detail("outcome", title(r.Outcome))
	e.detail("status_reason", title(r.StatusReason))
	m.things(e, "location", r.Location)
	m.reasons(e, r.ReasonCode, r.ReasonReference)
	m.notes(e, r.Note)
	e.sameAs(at)
}

// sameAs marks an event that two sources may report: same thing, same time. A
// month is too long for that.
func (e *entry) sameAs(at string) {
	if len(at) >= len("2006-01-02") && e.line.Key != "" {
		e.same = e.line.Key + "@" + at
	}
}

// sameInstant is sameAs for contacts: two on one day are two, at one instant one.
func (e *entry) sameInstant(at string) {
	if len(at) > len("2006-01-02") {
		e.sameAs(at)
	}
}

func layImmunisation(m *maker, e *entry, r *fhir.Immunization) {
	l := &e.line
	e.section = Immunisations
	e.names(r.VaccineCode)
	e.state(r.Status)
	l.When = whenOf(or(r.OccurrenceDateTime, squash(r.OccurrenceString)))
	l.Recorded = whenOf(r.Recorded)
	for _, p := range r.Performer {
		m.recorder(e, p.Actor)
	}
	for _, p := range r.ProtocolApplied {
		e.detail("dose_number", or(string(p.DoseNumberPositiveInt), p.DoseNumberString))
		e.detail("target_disease", titles(p.TargetDisease))
	}
	e.detail("lot", r.LotNumber)
	m.things(e, "manufacturer", r.Manufacturer)
	e.detail("dose", amount(r.DoseQuantity))
	e.detail("route", title(r.Route))
	e.detail("site", title(r.Site))
	e.detail("status_reason", title(r.StatusReason))
	m.things(e, "location", r.Location)
	m.reasons(e, r.ReasonCode, r.ReasonReference)
	m.notes(e, r.Note)
	e.sameAs(r.OccurrenceDateTime)
}

func layEncounter(m *maker, e *entry, r *fhir.Encounter) {
	l := &e.line
	e.section = Encounters
	e.names(firstOf(r.Type))
	if l.Title == "" {
		e.names(r.ServiceType)
	}
	if l.Title == "" && r.Class != nil {
		e.names(&fhir.CodeableConcept{Coding: []fhir.Coding{*r.Class}})
	}
	e.state(r.Status, "finished", "cancelled")
	l.When = spanOf(start(r.Period), end(r.Period))
	for _, p := range r.Participant {
		m.recorder(e, p.Individual)
		m.people(e, "participant", p.Individual)
	}
	if r.Class != nil {
		e.detail("class", or(r.Class.Display, r.Class.Code))
	}
	e.detail("service", title(r.ServiceType))
	m.things(e, "provider", r.ServiceProvider)
	for _, p := range r.Location {
		m.things(e, "location", p.Location)
	}
	m.reasons(e, r.ReasonCode, r.ReasonReference)
	for _, d := range r.Diagnosis {
		m.things(e, "diagnosis", d.Condition)
	}
	if h := r.Hospitalization; h != nil {
		e.detail("admitted_from", title(h.AdmitSource))
		e.detail("discharged_to", title(h.DischargeDisposition))
	}
	e.sameInstant(start(r.Period))
}

func layEpisode(m *maker, e *entry, r *fhir.EpisodeOfCare) {
	e.section = Encounters
	e.names(firstOf(r.Type))
	e.state(r.Status, "finished", "cancelled")
	e.line.When = spanOf(start(r.Period), end(r.Period))
	m.recorder(e, r.CareManager)
	m.people(e, "care_manager", r.CareManager)
	m.things(e, "provider", r.ManagingOrganization)
	for _, d := range r.Diagnosis {
		m.things(e, "diagnosis", d.Condition)
	}
}

func layAppointment(m *maker, e *entry, r *fhir.Appointment) {
	l := &e.line
	e.section = Appointments
	e.names(firstOf(r.ServiceType, r.Specialty, r.ServiceCategory))
	if l.Title == "" {
		e.called(squash(r.Description))
	} else {
		e.detail("description", squash(r.Description))
	}
	if l.Title == "" {
		e.names(r.AppointmentType)
	}
	e.state(r.Status, "fulfilled", "cancelled", "noshow")
	l.When = spanOf(r.Start, r.End)
	l.Recorded = whenOf(r.Created)
	for _, p := range r.Participant {
		m.people(e, "participant", p.Actor)
	}
	e.detail("specialty", titles(r.Specialty))
	e.detail("kind", title(r.AppointmentType))
	e.detail("status_reason", title(r.CancelationReason))
	e.detail("comment", squash(r.Comment))
	e.detail("instruction", squash(r.PatientInstruction))
	m.reasons(e, r.ReasonCode, r.ReasonReference)
	e.sameInstant(r.Start)
}

func layReferral(m *maker, e *entry, r *fhir.ServiceRequest) {
	l := &e.line
	e.section = Referrals
	e.names(r.Code)
	if l.Title == "" {
		e.names(firstOf(r.Category, r.ReasonCode))
	}
	e.state(r.Status, "revoked", "completed")
	l.When = whenOf(or(r.AuthoredOn, r.OccurrenceDateTime, start(r.OccurrencePeriod)))
	m.recorder(e, r.Requester)
	m.people(e, "requester", r.Requester)
	m.people(e, "performer", pointers(r.Performer)...)
	e.detail("specialty", title(r.PerformerType))
	e.detail("category", titles(r.Category))
	e.detail("priority", r.Priority)
	e.detail("intent", unlessOrder(r.Intent))
	e.detail("description", titles(r.OrderDetail))
	m.reasons(e, r.ReasonCode, r.ReasonReference)
	e.detail("instruction", squash(r.PatientInstruction))
	m.notes(e, r.Note)
}
