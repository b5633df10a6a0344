package record

import (
	"strings"
)

func layCarePlan(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Plans
	for _, c := range r.Category { // the general category says little; the specific one names the plan
		if c.title() != "" && c.code() != "assess-plan" {
			e.names(c)
		}
	}
	e.alone = false
	if t := squash(string(r.Title)); t != "" {
		m.detail(e, "category", l.Title)
		l.Title = t
	}
	if l.Title == "" {
		l.Title = r.Description.v.title()
	} else {
		m.detail(e, "description", r.Description.v.title())
	}
	l.Status = string(r.Status)
	e.current = l.Status != "revoked" && l.Status != "completed"
	l.When = spanOf(or(string(r.Period.v.Start), string(r.Created)), string(r.Period.v.End))
	for _, a := range r.Author {
		m.recorder(e, a)
	}
	m.things(e, "addresses", r.Addresses...)
	for _, a := range r.Activity {
		d := a.Detail.v
		m.detail(e, "activity", join(", ", or(d.Code.v.title(), squash(string(d.Description)), m.name(e.item.Source, r, a.Reference.v)), string(d.Status)))
	}
	m.things(e, "goal", r.Goal...)
	m.detail(e, "intent", unlessOrder(string(r.Intent)))
}

func layGoal(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Plans
	e.names(r.Description.v)
	e.alone = true
	l.Status = string(r.LifecycleStatus)
	switch l.Status {
	case "completed", "cancelled", "rejected":
		e.current = false
	}
	l.When = whenOf(string(r.StartDate))
	m.recorder(e, r.ExpressedBy.v)
	m.detail(e, "achievement", r.Achievement.v.title())
	m.detail(e, "priority", r.Priority.v.title())
	for _, t := range r.Target {
		m.detail(e, "target", join(" ", t.Measure.v.title(), or(string(t.Text), t.Number.v.print(), t.Range.v.print(), t.Concept.v.title()), string(t.Due)))
	}
	m.things(e, "addresses", r.Addresses...)
	m.detail(e, "status_reason", titles(r.StatusReason))
}

func layCareTeam(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Plans
	l.Title = or(printNames(r.Name), firstTitle(r.Category), firstTitle(r.ReasonCode))
	e.alone = true
	if l.Title == "" {
		l.Title = or(m.firstName(e, r.Managing), "CareTeam")
	}
	l.Status = string(r.Status)
	e.current = l.Status != "inactive" && l.Status != "suspended"
	l.When = spanOf(string(r.Period.v.Start), string(r.Period.v.End))
	for _, p := range r.Participant {
		if p.who().isPatient() {
			continue
		}
		m.detail(e, "member", join(", ", m.who(e.item.Source, r, p.who()), titles(p.Role)))
	}
	m.things(e, "provider", r.Managing...)
	m.reasons(e)
}

func (m *maker) firstName(e *entry, refs many[reference]) string {
	for _, ref := range refs {
		if s := m.name(e.item.Source, e.res, ref); s != "" {
			return s
		}
	}
	return ""
}

func layFlag(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Alerts
	e.names(r.Code.v)
	if l.Title == "" {
		e.names(concept{Text: text(firstTitle(r.Category))})
	}
	l.Status = string(r.Status)
	e.current = l.Status != "inactive"
	l.When = spanOf(string(r.Period.v.Start), string(r.Period.v.End))
	for _, a := range r.Author {
		m.recorder(e, a)
	}
	m.detail(e, "category", titles(r.Category))
	m.detail(e, "priority", r.Priority.v.title())
}

func layConsent(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Alerts
	e.names(r.Scope.v)
	e.alone = true
	l.Title = or(firstTitle(r.Category), l.Title)
	l.Status = string(r.Status)
	e.current = l.Status != "inactive" && l.Status != "rejected"
	l.When = whenOf(string(r.DateTime))
	for _, p := range r.Performer {
		m.recorder(e, p.who())
	}
	m.detail(e, "scope", r.Scope.v.title())
	m.detail(e, "category", titles(r.Category))
	m.detail(e, "policy", r.PolicyRule.v.title())
	m.detail(e, "provision", string(r.Provision.v.Type))
	m.things(e, "provider", r.Organization...)
}

func layList(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Other
	e.names(r.Code.v)
	e.alone = true
	l.Title = or(squash(string(r.Title)), l.Title)
	l.Status = string(r.Status)
	e.current = l.Status != "retired"
	l.When = whenOf(string(r.Date))
	m.detail(e, "empty_reason", r.EmptyReason.v.title())
	var entries []string
	for _, x := range r.Entry {
		if x.Deleted == "true" {
			continue
		}
		if s := m.name(e.item.Source, r, x.Item.v); s != "" {
			entries = append(entries, s)
		}
	}
	m.detail(e, "entries", strings.Join(entries, ", "))
}

func layRelatedPerson(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Plans
	l.Title = or(printNames(r.Name), titles(r.Relationship))
	e.alone = true
	l.Status = "active"
	if r.Active == "false" {
		l.Status, e.current = "inactive", false
	}
	l.When = spanOf(string(r.Period.v.Start), string(r.Period.v.End))
	m.detail(e, "relationship", titles(r.Relationship))
	for _, t := range r.Telecom {
		switch t.System {
		case "phone", "email":
			m.detail(e, string(t.System), string(t.Value))
		}
	}
}
