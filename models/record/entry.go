package record

import (
	"strings"
)

// entry is one item on its way into the record: what was sent, and the line that
// it makes by itself.
type entry struct {
	item    *Item
	res     *resource
	feed    *Feed
	rank    int // place of its source in the order of sources
	section SectionKind
	line    Line
	current bool
	wrong   bool   // entered in error
	alone   bool   // never the same thing as another: no code, or one that says nothing
	dose    string // medicines: the dose as it was sent
	same    string // dated sections: what makes two sources' items the same event
	value   Value  // results
}

// maker lays items out, one source at a time.
type maker struct {
	*resolver
	feeds map[string]*Feed
	ranks map[string]int
}

type layout func(m *maker, e *entry)

// layouts are the types that are shown; any other valid type is counted under Other.
var layoutOf = map[string]layout{
	"AllergyIntolerance":  layAllergy,
	"MedicationRequest":   layMedicine,
	"MedicationStatement": layMedicine,
	"Condition":           layProblem,
	"Observation":         layObservation,
	"DiagnosticReport":    layReport,
	"Procedure":           layProcedure,
	"Immunization":        layImmunisation,
	"Encounter":           layEncounter,
	"EpisodeOfCare":       layEpisode,
	"Appointment":         layAppointment,
	"DocumentReference":   layDocument,
	"Composition":         layComposition,
	"CarePlan":            layCarePlan,
	"Goal":                layGoal,
	"CareTeam":            layCareTeam,
	"ServiceRequest":      layReferral,
	"Flag":                layFlag,
	"Consent":             layConsent,
	"List":                layList,
	"RelatedPerson":       layRelatedPerson,
	"Medication":          nil, // leaned on by medicines, not a line of its own
}

// lay makes the line of one item. An item that cannot be read is still a line.
func (m *maker) lay(e *entry) {
	l := &e.line
	l.Type = e.item.Type
	l.Source = e.item.Source
	l.SourceName = e.feed.Organisation
	l.Refs = append(l.Refs, e.item.Ref)
	e.current = true
	if e.res == nil {
		e.section, e.alone = Other, true
		l.Title, l.Status = e.item.Type, "unreadable"
		return
	}
	layoutOf[e.item.Type](m, e)
	if e.res.VerificationStatus.v.code() == "entered-in-error" || e.res.Status == "entered-in-error" ||
		e.res.LifecycleStatus == "entered-in-error" || e.res.DocStatus == "entered-in-error" {
		e.wrong = true
	}
	if l.Title == "" {
		l.Title, e.alone = e.item.Type, true
	}
	if l.Status == "" {
		l.Status = "unknown" // absent is shown as unknown, never dropped
	}
	if e.res.Recorder.ok && l.Recorder == "" {
		l.Recorder = m.who(e.item.Source, e.res, e.res.Recorder.v)
	}
	for _, n := range e.res.Note {
		m.detail(e, "note", join(" – ", squash(string(n.Text)), or(string(n.Author), m.who(e.item.Source, e.res, n.By.v))))
	}
	l.Past = !e.current
}

// names sets title, code and key from a concept.
func (e *entry) names(c concept) {
	e.line.Title = c.title()
	e.line.Code = c.codes()
	e.line.Key = c.key()
	if e.line.Key == "" {
		e.alone = true
	}
}

func (m *maker) detail(e *entry, label, value string) {
	if value != "" {
		e.line.Details = append(e.line.Details, Detail{Label: label, Value: value})
	}
}

func (m *maker) people(e *entry, label string, refs ...reference) {
	for _, ref := range refs {
		m.detail(e, label, m.who(e.item.Source, e.res, ref))
	}
}

func (m *maker) things(e *entry, label string, refs ...reference) {
	var out []string
	for _, ref := range refs {
		if s := m.name(e.item.Source, e.res, ref); s != "" {
			out = append(out, s)
		}
	}
	m.detail(e, label, strings.Join(out, ", "))
}

// recorder is the first of several who can be named.
func (m *maker) recorder(e *entry, refs ...reference) {
	if e.line.Recorder != "" {
		return
	}
	for _, ref := range refs {
		if s := m.who(e.item.Source, e.res, ref); s != "" {
			e.line.Recorder = s
			return
		}
	}
}

// reasons are why something was done, by code or by the problem referred to.
func (m *maker) reasons(e *entry) {
	m.detail(e, "reason", titles(e.res.ReasonCode))
	m.things(e, "reason", e.res.ReasonRef...)
}

// place3 of the entry.
func (e *entry) place() place3 { return place3{e.item.Source, e.item.Type, e.item.LocalID} }

// search is everything the line says, for the text filter.
func (l *Line) search() string {
	var b strings.Builder
	add := func(s string) { b.WriteString(s); b.WriteByte('\n') }
	add(l.Title)
	add(l.Code)
	add(l.Status)
	add(l.SourceName)
	add(l.Recorder)
	add(l.Text)
	for _, d := range l.Details {
		add(d.Value)
	}
	if l.Value != nil {
		add(l.Value.Text)
	}
	for _, v := range l.Earlier {
		add(v.Text)
		add(v.Org)
	}
	for _, also := range l.Also {
		add(also.SourceName)
		add(also.Recorder)
	}
	return strings.ToLower(b.String())
}
