package record

func layProcedure(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Procedures
	e.names(r.Code.v)
	l.Status = string(r.Status)
	start := or(string(r.Performed), string(r.PerformedPeriod.v.Start))
	l.When = spanOf(or(start, string(r.PerformedText)), string(r.PerformedPeriod.v.End))
	for _, p := range r.Performer {
		m.recorder(e, p.who())
	}
	m.recorder(e, r.Asserter.v)
	m.detail(e, "category", titles(r.Category))
	m.detail(e, "body_site", titles(r.BodySite))
	m.detail(e, "outcome", r.Outcome.v.title())
	m.detail(e, "complication", titles(r.Complication))
	m.detail(e, "status_reason", titles(r.StatusReason))
	m.where(e)
	m.reasons(e)
	e.same = e.sameAs(start)
}

// sameAs is the mark of an event that two sources report: same thing, same time.
func (e *entry) sameAs(at string) string {
	if at == "" || len(at) < 10 || e.line.Key == "" {
		return ""
	}
	return e.line.Key + "@" + at
}

// where is the place, of any of the fields that hold it.
func (m *maker) where(e *entry) {
	var refs []reference
	for _, p := range e.res.Location {
		refs = append(refs, p.where())
	}
	m.things(e, "location", append(refs, e.res.LocationRef...)...)
}

func layImmunisation(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Immunisations
	e.names(r.Vaccine.v)
	l.Status = string(r.Status)
	l.When = whenOf(or(string(r.Occurrence), string(r.OccurrenceText)))
	l.Recorded = whenOf(string(r.RecordedOn))
	for _, p := range r.Performer {
		m.recorder(e, p.who())
	}
	for _, p := range r.Protocol {
		m.detail(e, "dose_number", or(string(p.Number), string(p.Text)))
		m.detail(e, "target_disease", titles(p.Target))
	}
	m.detail(e, "lot", string(r.LotNumber))
	m.detail(e, "expiry", string(r.Expiration))
	m.things(e, "manufacturer", r.Manufacturer.v)
	m.detail(e, "dose", r.DoseQuantity.v.print())
	m.detail(e, "route", r.Route.v.title())
	m.detail(e, "site", r.Site.v.title())
	m.detail(e, "status_reason", titles(r.StatusReason))
	m.where(e)
	m.reasons(e)
	e.same = e.sameAs(string(r.Occurrence))
}

func layEncounter(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Encounters
	for _, c := range append(append(many[concept]{}, r.Kind...), r.ServiceType...) {
		if e.names(c); l.Title != "" {
			break
		}
	}
	if l.Title == "" {
		e.names(concept{Coding: many[coding]{r.Class.v}})
	}
	e.alone = false
	l.Status = string(r.Status)
	e.current = l.Status != "finished" && l.Status != "cancelled"
	l.When = spanOf(string(r.Period.v.Start), string(r.Period.v.End))
	for _, p := range r.Participant {
		m.recorder(e, p.who())
		m.people(e, "participant", p.who())
	}
	m.detail(e, "class", or(string(r.Class.v.Display), string(r.Class.v.Code)))
	m.detail(e, "service", titles(r.ServiceType))
	m.things(e, "provider", r.Provider.v)
	m.where(e)
	m.reasons(e)
	for _, d := range r.Diagnosis {
		m.things(e, "diagnosis", d.Condition.v)
	}
	m.detail(e, "admitted_from", r.Hospital.v.AdmitSource.v.title())
	m.detail(e, "discharged_to", r.Hospital.v.Disposition.v.title())
	if len(r.Period.v.Start) > 10 { // two contacts on one day are two; at one instant they are one
		e.same = e.sameAs(string(r.Period.v.Start))
	}
}

func layEpisode(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Encounters
	for _, c := range r.Kind {
		if e.names(c); l.Title != "" {
			break
		}
	}
	e.alone = false
	l.Status = string(r.Status)
	e.current = l.Status != "finished" && l.Status != "cancelled"
	l.When = spanOf(string(r.Period.v.Start), string(r.Period.v.End))
	m.recorder(e, r.CareManager.v)
	m.people(e, "care_manager", r.CareManager.v)
	m.things(e, "provider", r.Managing...)
	for _, d := range r.Diagnosis {
		m.things(e, "diagnosis", d.Condition.v)
	}
}

func layAppointment(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Appointments
	for _, list := range []many[concept]{r.ServiceType, r.Specialty, r.ServiceCategory} {
		for _, c := range list {
			if l.Title == "" {
				e.names(c)
			}
		}
	}
	if t := r.Description.v.title(); l.Title == "" {
		l.Title, l.Key = t, ""
	} else {
		m.detail(e, "description", t)
	}
	if l.Title == "" {
		e.names(r.AppointmentType.v)
	}
	e.alone = false
	l.Status = string(r.Status)
	switch l.Status {
	case "fulfilled", "cancelled", "noshow":
		e.current = false
	}
	l.When = spanOf(string(r.Start), string(r.End))
	l.Recorded = whenOf(string(r.Created))
	for _, p := range r.Participant {
		if !p.who().isPatient() {
			m.people(e, "participant", p.who())
		}
	}
	m.detail(e, "specialty", titles(r.Specialty))
	m.detail(e, "kind", r.AppointmentType.v.title())
	m.detail(e, "comment", squash(string(r.Comment)))
	m.detail(e, "instruction", squash(string(r.Instruction)))
	m.reasons(e)
	if len(r.Start) > 10 {
		e.same = e.sameAs(string(r.Start))
	}
}

func layReferral(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Referrals
	e.names(r.Code.v)
	if l.Title == "" {
		e.names(concept{Text: text(or(firstTitle(r.Category, r.ReasonCode)))})
	}
	l.Status = string(r.Status)
	switch l.Status {
	case "revoked", "completed":
		e.current = false
	}
	l.When = whenOf(or(string(r.AuthoredOn), string(r.Occurrence), string(r.OccurrencePer.v.Start)))
	m.recorder(e, r.Requester.v)
	m.people(e, "requester", r.Requester.v)
	for _, p := range r.Performer {
		m.people(e, "performer", p.who())
	}
	m.detail(e, "category", titles(r.Category))
	m.detail(e, "priority", r.Priority.v.title())
	m.detail(e, "intent", unlessOrder(string(r.Intent)))
	m.where(e)
	m.reasons(e)
	m.detail(e, "instruction", squash(string(r.Instruction)))
}
