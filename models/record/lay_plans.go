package record

import (
	"strings"

	"candour/models/fhir"
)

func layCarePlan(m *maker, e *entry, r *fhir.CarePlan) {
	l := &e.line
	e.section = Plans
	for i := range r.Category { // the general category says little; the specific one names the plan
		if c := &r.Category[i]; title(c) != "" && code(c) != "assess-plan" {
			e.names(c)
		}
	}
	if t := squash(r.Title); t != "" {
		e.detail("category", l.Title)
		l.Title = t
	}
	if description := squash(r.Description); l.Title == "" {
		e.called(description)
	} else {
		e.detail("description", description)
	}
	e.state(r.Status, "revoked", "completed")
	l.When = spanOf(or(start(r.Period), r.Created), end(r.Period))
	m.recorder(e, append([]*fhir.Reference{r.Author}, pointers(r.Contributor)...)...)
	m.things(e, "addresses", pointers(r.Addresses)...)
	for _, a := range r.Activity {
		if d := a.Detail; d != nil {
			e.detail("activity", join(", ", or(title(d.Code), squash(d.Description)), d.Status))
		}
		m.things(e, "activity", a.Reference)
	}
	m.things(e, "goal", pointers(r.Goal)...)
	e.detail("intent", unlessOrder(r.Intent))
	m.notes(e, r.Note)
}

func layGoal(m *maker, e *entry, r *fhir.Goal) {
	e.section = Plans
	e.names(r.Description)
	e.state(r.LifecycleStatus, "completed", "cancelled", "rejected")
	e.line.When = whenOf(r.StartDate)
	m.recorder(e, r.ExpressedBy)
	e.detail("achievement", title(r.AchievementStatus))
	e.detail("priority", title(r.Priority))
	for _, t := range r.Target {
		e.detail("target", join(" ", title(t.Measure), or(squash(t.DetailString), amount(t.DetailQuantity)), t.DueDate))
	}
	m.things(e, "addresses", pointers(r.Addresses)...)
	m.notes(e, r.Note)
}

func layCareTeam(m *maker, e *entry, r *fhir.CareTeam) {
	l := &e.line
	e.section = Plans
	e.called(squash(r.Name))
	if l.Title == "" {
		e.names(firstOf(r.Category, r.ReasonCode))
	}
	for _, ref := range pointers(r.ManagingOrganization) {
		l.Title = or(l.Title, m.simple(e.item.Source, r, ref))
	}
	e.state(r.Status, "inactive", "suspended")
	l.When = spanOf(start(r.Period), end(r.Period))
	for _, p := range r.Participant {
		if !m.isPatient(p.Member) {
			e.detail("member", join(", ", m.who(e.item.Source, r, p.Member), titles(p.Role)))
		}
	}
	m.things(e, "provider", pointers(r.ManagingOrganization)...)
	m.reasons(e, r.ReasonCode, r.ReasonReference)
	m.notes(e, r.Note)
}

func layRelatedPerson(_ *maker, e *entry, r *fhir.RelatedPerson) {
	e.section = Plans
	e.called(or(presentName(r.Name), titles(r.Relationship)))
	e.state("active")
	if r.Active != nil && !*r.Active {
		e.state("inactive", "inactive")
	}
	e.line.When = spanOf(start(r.Period), end(r.Period))
	e.detail("relationship", titles(r.Relationship))
	for _, t := range r.Telecom {
		if t.System == "phone" || t.System == "email" {
			e.detail(t.System, t.Value)
		}
	}
}

func layFlag(m *maker, e *entry, r *fhir.Flag) {
	e.section = Alerts
	e.names(r.Code)
	if e.line.Title == "" {
		e.names(firstOf(r.Category))
	}
	e.state(r.Status, "inactive")
	e.line.When = spanOf(start(r.Period), end(r.Period))
	m.recorder(e, r.Author)
	e.detail("category", titles(r.Category))
}

func layConsent(m *maker, e *entry, r *fhir.Consent) {
	e.section = Alerts
	e.names(firstOf(r.Category))
	if e.line.Title == "" {
		e.names(r.Scope)
	}
	e.state(r.Status, "inactive", "rejected")
	e.line.When = whenOf(r.DateTime)
	m.recorder(e, pointers(r.Performer)...)
	e.detail("scope", title(r.Scope))
	if p := r.Provision; p != nil {
		e.detail("provision", strings.TrimSpace(p.Type+" "+titles(p.Code)))
	}
	m.things(e, "provider", pointers(r.Organization)...)
}
