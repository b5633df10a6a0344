package record

import (
	"strings"

	"candour/models/fhir"
)

// absence are statements that there is nothing: of all allergies, or of one kind.
var absence = map[string]string{
	"716186003": "any", "160244002": "any", "no-known-allergies": "any",
	"409137002": "medication", "429625007": "food", "428607008": "environment",
}

func layAllergy(m *maker, e *entry, r *fhir.AllergyIntolerance) {
	l := &e.line
	e.section = Allergies
	e.names(r.Code)
	e.kinds = r.Category
	if r.Code != nil {
		for _, c := range r.Code.Coding {
			e.scope = or(e.scope, absence[c.Code])
		}
	}
	l.Negative = e.scope != ""
	e.clinical(r.ClinicalStatus, r.VerificationStatus, "inactive", "resolved")
	l.When = whenOf(or(r.OnsetDateTime, start(r.OnsetPeriod), r.RecordedDate))
	l.Recorded = whenOf(r.RecordedDate)
	m.recorder(e, r.Recorder, r.Asserter)
	e.detail("kind", r.Type)
	e.detail("category", strings.Join(r.Category, ", "))
	e.detail("criticality", r.Criticality)
	for _, re := range r.Reaction {
		e.detail("reaction", join(", ", titles(re.Manifestation), re.Severity, squash(re.Description), re.Onset))
		e.detail("substance", title(re.Substance))
	}
	e.detail("onset", or(r.OnsetDateTime, start(r.OnsetPeriod), squash(r.OnsetString), amount(r.OnsetAge)))
	e.detail("last_occurrence", r.LastOccurrence)
	m.notes(e, r.Note)
}

// clinical sets the state of an allergy or problem from its two statuses. What is
// refuted is past; what is not confirmed says so.
func (e *entry) clinical(status, verification *fhir.CodeableConcept, over ...string) {
	e.state(code(status), over...)
	if e.line.Status == "" {
		e.line.Status = title(status)
	}
	switch v := code(verification); v {
	case "", "confirmed":
	case "refuted", "entered-in-error":
		e.line.Status, e.current = v, false
	default:
		e.detail("verification", v)
	}
}

func layProblem(m *maker, e *entry, r *fhir.Condition) {
	l := &e.line
	e.section = Problems
	e.names(r.Code)
	e.clinical(r.ClinicalStatus, r.VerificationStatus, "inactive", "remission", "resolved")
	l.When = spanOf(or(r.OnsetDateTime, start(r.OnsetPeriod), r.RecordedDate), or(r.AbatementDateTime, start(r.AbatementPeriod)))
	l.Recorded = whenOf(r.RecordedDate)
	m.recorder(e, r.Recorder, r.Asserter)
	e.detail("onset", or(r.OnsetDateTime, start(r.OnsetPeriod), squash(r.OnsetString), amount(r.OnsetAge), spanned(r.OnsetRange)))
	e.detail("ended", or(r.AbatementDateTime, start(r.AbatementPeriod), squash(r.AbatementString), amount(r.AbatementAge)))
	e.detail("severity", title(r.Severity))
	e.detail("category", titles(r.Category))
	e.detail("body_site", titles(r.BodySite))
	m.notes(e, r.Note)
}

func layRequest(m *maker, e *entry, r *fhir.MedicationRequest) {
	l := &e.line
	m.medicine(e, r.MedicationCodeableConcept, r.MedicationReference)
	e.state(r.Status, "stopped", "completed", "cancelled")
	l.When = whenOf(r.AuthoredOn)
	l.Recorded = whenOf(r.AuthoredOn)
	m.recorder(e, r.Recorder, r.Requester)
	e.dosing(r.DosageInstruction)
	e.detail("course", title(r.CourseOfTherapyType))
	e.detail("intent", unlessOrder(r.Intent))
	if d := r.DispenseRequest; d != nil {
		e.detail("quantity", amount(d.Quantity))
		e.detail("repeats", string(d.NumberOfRepeatsAllowed))
		e.detail("duration", amount(d.ExpectedSupplyDuration))
	}
	e.detail("status_reason", title(r.StatusReason))
	m.reasons(e, r.ReasonCode, r.ReasonReference)
	m.notes(e, r.Note)
}

func layStatement(m *maker, e *entry, r *fhir.MedicationStatement) {
	l := &e.line
	m.medicine(e, r.MedicationCodeableConcept, r.MedicationReference)
	e.state(r.Status, "stopped", "completed", "not-taken")
	l.When = spanOf(or(r.EffectiveDateTime, start(r.EffectivePeriod), r.DateAsserted), end(r.EffectivePeriod))
	l.Recorded = whenOf(r.DateAsserted)
	m.recorder(e, r.InformationSource)
	e.dosing(r.Dosage)
	e.detail("category", title(r.Category))
	e.detail("status_reason", titles(r.StatusReason))
	m.reasons(e, r.ReasonCode, r.ReasonReference)
	m.notes(e, r.Note)
}

func unlessOrder(intent string) string {
	if intent == "order" {
		return ""
	}
	return intent
}

// medicine names what is taken: by concept, by reference or contained.
func (m *maker) medicine(e *entry, c *fhir.CodeableConcept, ref *fhir.Reference) {
	e.section = Medicines
	if c.IsZero() && ref != nil {
		res, hidden := m.follow(e.item.Source, e.item.res, ref)
		med, ok := res.(*fhir.Medication)
		switch {
		case hidden:
		case ok:
			c = med.Code
			for i := 0; c.Name() == "" && i < len(med.Ingredient); i++ {
				c = med.Ingredient[i].ItemCodeableConcept
			}
			defer e.detail("form", title(med.Form))
		default:
			c = &fhir.CodeableConcept{Text: ref.Display}
		}
	}
	e.names(c)
}

// dosing prints the dosage as it was sent: its text when there is one, because a
// dose is never rebuilt from parts where the prescriber wrote it down.
func (e *entry) dosing(all []fhir.Dosage) {
	var out []string
	for i := range all {
		out = append(out, doseOf(&all[i]))
	}
	e.dose = join("; ", out...)
	e.detail("dose", e.dose)
	for i := range all {
		d := &all[i]
		e.detail("route", title(d.Route))
		if d.Text == "" {
			e.detail("frequency", howOften(d.Timing))
		}
		e.detail("site", title(d.Site))
		for _, words := range []string{squash(d.PatientInstruction), title(d.AsNeededCodeableConcept), titles(d.AdditionalInstruction)} {
			if !strings.Contains(e.dose, words) { // a dose in words often repeats it
				e.detail("instruction", words)
			}
		}
	}
}

func doseOf(d *fhir.Dosage) string {
	if t := squash(d.Text); t != "" {
		return t
	}
	var parts []string
	for _, rate := range d.DoseAndRate {
		parts = append(parts, amount(rate.DoseQuantity), spanned(rate.DoseRange), amount(rate.RateQuantity), ratio(rate.RateRatio), spanned(rate.RateRange))
	}
	return join(", ", append(parts, howOften(d.Timing))...)
}

func ratio(r *fhir.Ratio) string {
	if r == nil {
		return ""
	}
	return join(" : ", amount(r.Numerator), amount(r.Denominator))
}

// howOften says it in symbols rather than words: 4 / 1 d.
func howOften(t *fhir.Timing) string {
	if t == nil {
		return ""
	}
	if s := title(t.Code); s != "" {
		return s
	}
	rep := t.Repeat
	switch {
	case rep == nil:
		return ""
	case rep.Frequency == "" && rep.Period == "":
		return strings.Join(rep.When, " ")
	}
	return strings.TrimSpace(or(string(rep.Frequency), "1") + " / " + string(rep.Period) + " " + rep.PeriodUnit)
}
