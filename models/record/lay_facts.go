package record

import "strings"

// absence are statements that there is nothing: all allergies, or one kind.
var absence = map[text]string{
	"716186003": "any", "160244002": "any", "no-known-allergies": "any",
	"409137002": "medication", "429625007": "food", "428607008": "environment",
}

// allergyCategory is kept beside the line for the check of "no known …" statements.
func (e *entry) allergyCategories() []string {
	var out []string
	for _, c := range e.res.Category {
		if t := c.Text; t != "" {
			out = append(out, string(t))
		} else if code := c.code(); code != "" {
			out = append(out, code)
		}
	}
	return out
}

func layAllergy(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Allergies
	e.names(r.Code.v)
	l.Status = or(r.ClinicalStatus.v.code(), string(r.ClinicalStatus.v.Text))
	verified := r.VerificationStatus.v.code()
	if verified == "refuted" {
		l.Status = verified
	}
	e.current = l.Status != "inactive" && l.Status != "resolved" && l.Status != "refuted"
	for _, c := range r.Code.v.Coding {
		if absence[c.Code] != "" {
			l.Negative = true
		}
	}
	l.When = whenOf(or(string(r.Onset), string(r.OnsetPeriod.v.Start), string(r.Recorded), string(r.Asserted)))
	l.Recorded = whenOf(or(string(r.Recorded), string(r.Asserted)))
	m.recorder(e, r.Asserter.v)
	m.detail(e, "kind", firstTitle(r.Kind))
	m.detail(e, "category", strings.Join(e.allergyCategories(), ", "))
	m.detail(e, "criticality", string(r.Criticality))
	if verified != "" && verified != "confirmed" && verified != "refuted" {
		m.detail(e, "verification", verified)
	}
	for _, re := range r.Reaction {
		m.detail(e, "reaction", join(", ", titles(re.Manifestation), string(re.Severity), squash(string(re.Description)), string(re.Onset)))
		m.detail(e, "substance", re.Substance.v.title())
	}
	m.onset(e)
	m.detail(e, "last_occurrence", string(r.LastOccurrence))
}

// onset is when it began and ended, as it was sent: a date, an age, a text.
func (m *maker) onset(e *entry) {
	r := e.res
	m.detail(e, "onset", or(string(r.Onset), string(r.OnsetPeriod.v.Start), string(r.OnsetText), r.OnsetAge.v.print()))
	m.detail(e, "ended", or(string(r.Abatement), string(r.AbatementPeriod.v.Start), string(r.AbatementText)))
}

func layProblem(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Problems
	e.names(r.Code.v)
	l.Status = or(r.ClinicalStatus.v.code(), string(r.ClinicalStatus.v.Text))
	verified := r.VerificationStatus.v.code()
	if verified == "refuted" {
		l.Status = verified
	}
	switch l.Status {
	case "inactive", "remission", "resolved", "refuted":
		e.current = false
	}
	l.When = spanOf(or(string(r.Onset), string(r.OnsetPeriod.v.Start), string(r.Recorded)), string(r.Abatement))
	l.Recorded = whenOf(or(string(r.Recorded), string(r.Asserted)))
	m.recorder(e, r.Asserter.v)
	m.onset(e)
	m.detail(e, "severity", r.Severity.v.title())
	m.detail(e, "category", titles(r.Category))
	m.detail(e, "body_site", titles(r.BodySite))
	if verified != "" && verified != "confirmed" && verified != "refuted" {
		m.detail(e, "verification", verified)
	}
}

func layMedicine(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Medicines
	e.names(m.medicine(e))
	l.Status = string(r.Status)
	switch l.Status {
	case "stopped", "completed", "cancelled", "not-taken", "entered-in-error":
		e.current = false
	}
	l.When = spanOf(or(string(r.AuthoredOn), string(r.Effective), string(r.EffectivePeriod.v.Start), string(r.Asserted)), string(r.EffectivePeriod.v.End))
	l.Recorded = whenOf(or(string(r.AuthoredOn), string(r.Asserted)))
	m.recorder(e, r.Requester.v, r.Informant.v)
	e.dose = doses(append(append(many[dosage]{}, r.Dosage...), r.DosageTaken...))
	m.detail(e, "dose", e.dose)
	for _, d := range append(append(many[dosage]{}, r.Dosage...), r.DosageTaken...) {
		m.detail(e, "route", d.Route.v.title())
		m.detail(e, "site", d.Site.v.title())
		m.detail(e, "instruction", squash(string(d.Patient)))
	}
	m.detail(e, "course", r.Course.v.title())
	m.detail(e, "intent", unlessOrder(string(r.Intent)))
	m.detail(e, "quantity", r.Dispense.v.Quantity.v.print())
	m.detail(e, "repeats", string(r.Dispense.v.Repeats))
	m.detail(e, "duration", r.Dispense.v.Duration.v.print())
	m.detail(e, "status_reason", titles(r.StatusReason))
	m.reasons(e)
}

func unlessOrder(intent string) string {
	if intent == "order" {
		return ""
	}
	return intent
}

// medicine is what is taken, by concept, by reference or contained.
func (m *maker) medicine(e *entry) concept {
	if e.res.Medication.ok {
		return e.res.Medication.v
	}
	ref := e.res.MedicationRef.v
	if m.hides(e.item.Source, ref) {
		return concept{}
	}
	if c := e.res.inside(ref); c != nil {
		return c.Code.v
	}
	if res := m.find(e.item.Source, ref); res != nil {
		if res.Code.v.title() != "" {
			return res.Code.v
		}
		for _, i := range res.Ingredient {
			if t := i.Item.v.title(); t != "" {
				return i.Item.v
			}
		}
	}
	return concept{Text: ref.Display}
}

// doses prints the dosage as it was sent: its text when there is one, because a
// dose is never rebuilt from parts where the prescriber wrote it down.
func doses(all many[dosage]) string {
	var out []string
	for _, d := range all {
		out = append(out, d.print())
	}
	return join("; ", out...)
}

func (d dosage) print() string {
	if t := squash(string(d.Text)); t != "" {
		return t
	}
	var parts []string
	for _, rate := range d.Rates {
		parts = append(parts, rate.Quantity.v.print(), rate.Range.v.print(), rate.Rate.v.print())
	}
	parts = append(parts, d.DoseQuantity.v.print(), d.Timing.v.print(), titles(d.Additional))
	return join(", ", parts...)
}

// print says how often, in symbols rather than words: 4 / 1 d.
func (t timing) print() string {
	if s := t.Code.v.title(); s != "" {
		return s
	}
	rep := t.Repeat.v
	if rep.Frequency == "" && rep.Period == "" {
		var when []string
		for _, w := range rep.When {
			when = append(when, string(w))
		}
		return strings.Join(when, " ")
	}
	return strings.TrimSpace(or(string(rep.Frequency), "1") + " / " + string(rep.Period) + " " + string(rep.PeriodUnit))
}
