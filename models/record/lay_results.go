package record

import (
	"strconv"
	"strings"

	"candour/models/fhir"
)

// consentCodes are the objection to the shared record and its reversal
// (domain.md j): alerts, not results.
var consentCodes = map[string]bool{"416409005": true, "417528008": true}

func layObservation(m *maker, e *entry, r *fhir.Observation) {
	l := &e.line
	e.section = Results
	if has(r.Code, consentCodes) {
		e.section = Alerts
	}
	e.names(r.Code)
	e.alone = e.alone || saysNothing[code(r.Code)]
	e.state(r.Status, "cancelled")
	l.When = whenOf(or(r.EffectiveDateTime, r.EffectiveInstant, end(r.EffectivePeriod), start(r.EffectivePeriod), r.Issued))
	l.Recorded = whenOf(r.Issued)
	m.recorder(e, pointers(r.Performer)...)
	e.detail("category", titles(r.Category))
	e.detail("method", title(r.Method))
	e.detail("body_site", title(r.BodySite))
	m.things(e, "specimen", r.Specimen)
	m.notes(e, r.Note)
	e.value = Value{Ref: e.item.Ref, Text: valueOf(&r.Value), Range: ranges(r.ReferenceRange), Flag: flag(r.Interpretation),
		When: l.When, Source: l.Source, Org: l.SourceName, Recorder: l.Recorder, Status: l.Status}
	if q := r.ValueQuantity; q != nil {
		e.value.Number, e.value.Unit = string(q.Value), unit(q)
	}
	e.panel(r.Component)
	e.value.Text = or(e.value.Text, title(r.DataAbsentReason))
}

// valueOf is a value as it was sent.
func valueOf(v *fhir.Value) string {
	switch {
	case v.ValueQuantity != nil:
		return amount(v.ValueQuantity)
	case v.ValueCodeableConcept != nil:
		return title(v.ValueCodeableConcept)
	case v.ValueRange != nil:
		return spanned(v.ValueRange)
	case v.ValueRatio != nil:
		return ratio(v.ValueRatio)
	case v.ValuePeriod != nil:
		return join(" – ", v.ValuePeriod.Start, v.ValuePeriod.End)
	case v.ValueBoolean != nil:
		return strconv.FormatBool(*v.ValueBoolean)
	}
	return or(squash(v.ValueString), string(v.ValueInteger), v.ValueDateTime, v.ValueTime)
}

// panel gives the value of an observation that has none of its own (domain.md j),
// and the ranges and flags of its parts.
func (e *entry) panel(all []fhir.Component) {
	var values, usual []string
	for i := range all {
		c := &all[i]
		name := title(c.Code)
		values = append(values, join(" ", name, or(valueOf(&c.Value), title(c.DataAbsentReason))))
		if s := ranges(c.ReferenceRange); s != "" {
			usual = append(usual, join(" ", name, s))
		}
		e.value.Flag = or(e.value.Flag, flag(c.Interpretation))
	}
	e.value.Text = or(e.value.Text, join("; ", values...))
	e.value.Range = or(e.value.Range, join("; ", usual...))
}

func ranges(all []fhir.ReferenceRange) string {
	var out []string
	for _, b := range all {
		out = append(out, or(squash(b.Text), between(b.Low, b.High)))
	}
	return join("; ", out...)
}

// flags are the interpretation codes that a reader must notice (v3
// ObservationInterpretation); others are not put into words of our own.
var flags = map[string]string{
	"H": "high", "HU": "high", ">": "high", "HH": "critical_high", "L": "low", "LU": "low", "<": "low", "LL": "critical_low",
	"A": "abnormal", "AA": "critical", "N": "normal", "POS": "positive", "NEG": "negative",
}

func flag(all []fhir.CodeableConcept) string {
	for _, c := range all {
		for _, x := range c.Coding {
			if f := flags[x.Code]; f != "" {
				return f
			}
		}
		if f := flags[strings.ToUpper(c.Text)]; f != "" {
			return f
		}
	}
	return ""
}

func layReport(m *maker, e *entry, r *fhir.DiagnosticReport) {
	l := &e.line
	e.section = Results
	e.names(r.Code)
	e.state(r.Status, "cancelled")
	l.When = whenOf(or(r.EffectiveDateTime, end(r.EffectivePeriod), start(r.EffectivePeriod), r.Issued))
	l.Recorded = whenOf(r.Issued)
	m.recorder(e, append(pointers(r.ResultsInterpreter), pointers(r.Performer)...)...)
	e.detail("category", titles(r.Category))
	conclusion := join(", ", squash(r.Conclusion), titles(r.ConclusionCode))
	e.detail("conclusion", conclusion)
	m.things(e, "specimen", pointers(r.Specimen)...)
	if len(r.PresentedForm) > 0 {
		e.section = Documents
		for i := range r.PresentedForm {
			e.attachment(&r.PresentedForm[i])
		}
		return
	}
	e.value = Value{Ref: e.item.Ref, Text: conclusion, When: l.When, Source: l.Source, Org: l.SourceName, Recorder: l.Recorder, Status: l.Status}
	m.things(e, "results", pointers(r.Result)...)
	l.Key = "report|" + l.Key // a panel is not the test of the same code
}
