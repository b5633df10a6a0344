package record

import "strings"

// consentCodes are the objection to the shared record and its reversal
// (domain.md j): alerts, not results.
var consentCodes = map[text]bool{"416409005": true, "417528008": true}

func layObservation(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Results
	if r.Code.v.has(consentCodes) {
		e.section = Alerts
	}
	e.names(r.Code.v)
	e.alone = e.alone || r.Code.v.vague()
	l.Status = string(r.Status)
	if l.Status == "cancelled" {
		e.current = false
	}
	at := or(string(r.Effective), string(r.EffectiveAt), string(r.EffectivePeriod.v.End), string(r.EffectivePeriod.v.Start), string(r.Issued))
	l.When = whenOf(at)
	l.Recorded = whenOf(string(r.Issued))
	for _, p := range r.Performer {
		m.recorder(e, p.who())
	}
	m.detail(e, "category", titles(r.Category))
	m.detail(e, "method", r.Method.v.title())
	m.detail(e, "body_site", titles(r.BodySite))
	m.things(e, "specimen", r.Specimen...)
	m.detail(e, "comment", squash(string(r.Comment)))
	v := r.value.print()
	if v == "" {
		v = panel(r.Component)
	}
	e.value = Value{Ref: e.item.Ref, Text: v, Number: string(r.Quantity.v.Value), Unit: r.value.unit(), Range: ranges(r.Reference),
		Flag: flag(r.Interpretation), When: l.When, Source: l.Source, Org: l.SourceName, Recorder: l.Recorder, Status: l.Status}
	if v == "" {
		e.value.Text = r.Absent.v.title()
	}
	if e.value.Flag == "" {
		for _, c := range r.Component {
			if e.value.Flag = flag(c.Interpretation); e.value.Flag != "" {
				break
			}
		}
	}
	if e.value.Range == "" {
		e.value.Range = panelRanges(r.Component)
	}
}

// print is a value as it was sent.
func (v value) print() string {
	switch {
	case v.Quantity.ok:
		return v.Quantity.v.print()
	case v.Concept.ok:
		return v.Concept.v.title()
	case v.Range.ok:
		return v.Range.v.print()
	case v.Ratio.ok:
		return join(" : ", v.Ratio.v.Numerator.v.print(), v.Ratio.v.Denominator.v.print())
	case v.Span.ok:
		return join(" – ", string(v.Span.v.Start), string(v.Span.v.End))
	}
	return or(squash(string(v.String)), string(v.Boolean), string(v.Integer), string(v.DateTime), string(v.Time))
}

func (v value) unit() string { return or(string(v.Quantity.v.Unit), string(v.Quantity.v.Code)) }

// panel is the value of an observation that has none of its own (domain.md j).
func panel(all many[component]) string {
	var out []string
	for _, c := range all {
		v := c.value.print()
		if v == "" {
			v = c.Absent.v.title()
		}
		out = append(out, join(" ", c.Code.v.title(), v))
	}
	return join("; ", out...)
}

func panelRanges(all many[component]) string {
	var out []string
	for _, c := range all {
		if s := ranges(c.Reference); s != "" {
			out = append(out, join(" ", c.Code.v.title(), s))
		}
	}
	return strings.Join(out, "; ")
}

func ranges(all many[bounds]) string {
	var out []string
	for _, b := range all {
		if s := b.print(); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "; ")
}

// flags are the interpretation codes that a reader must notice (v3
// ObservationInterpretation); others are not put into words of our own.
var flags = map[string]string{
	"H": "high", "HU": "high", ">": "high", "HH": "critical_high", "L": "low", "LU": "low", "<": "low", "LL": "critical_low",
	"A": "abnormal", "AA": "critical", "N": "normal", "POS": "positive", "NEG": "negative",
}

func flag(all many[concept]) string {
	for _, c := range all {
		for _, x := range c.Coding {
			if f := flags[string(x.Code)]; f != "" {
				return f
			}
		}
		if f := flags[strings.ToUpper(string(c.Text))]; f != "" {
			return f
		}
	}
	return ""
}

func layReport(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Results
	e.names(r.Code.v)
	l.Status = string(r.Status)
	at := or(string(r.Effective), string(r.EffectivePeriod.v.End), string(r.EffectivePeriod.v.Start), string(r.Issued))
	l.When = whenOf(at)
	l.Recorded = whenOf(string(r.Issued))
	for _, p := range r.Performer {
		m.recorder(e, p.who())
	}
	m.detail(e, "category", titles(r.Category))
	m.detail(e, "conclusion", join(", ", squash(string(r.Conclusion)), titles(r.ConclusionCode)))
	m.things(e, "specimen", r.Specimen...)
	if len(r.PresentedForm) > 0 {
		e.section = Documents
		m.attachment(e, r.PresentedForm[0])
		return
	}
	e.value = Value{Ref: e.item.Ref, Text: join(", ", squash(string(r.Conclusion)), titles(r.ConclusionCode)), When: l.When,
		Source: l.Source, Org: l.SourceName, Recorder: l.Recorder, Status: l.Status}
	var results []string
	for _, ref := range r.Result {
		if s := m.name(e.item.Source, r, ref); s != "" {
			results = append(results, s)
		}
	}
	m.detail(e, "results", strings.Join(results, ", "))
	l.Key = "report|" + l.Key // a panel is not the test of the same code
}
