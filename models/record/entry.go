package record

import (
	"strings"

	"candour/models/fhir"
)

// entry is one item on its way into the record: what was sent, and the line that
// it makes by itself.
type entry struct {
	item    *Item
	feed    *Feed
	rank    int // place of its source in the order of sources
	section SectionKind
	line    Line
	current bool
	wrong   bool   // entered in error
	alone   bool   // never the same thing as another: no code, or one that says nothing
	scope   string // allergies: what a statement of absence speaks of
	kinds   []string
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

// of makes a layout of a function for one FHIR type.
func of[T any](lay func(m *maker, e *entry, r *T)) layout {
	return func(m *maker, e *entry) {
		if r, ok := any(e.item.res).(*T); ok {
			lay(m, e, r)
		}
	}
}

// layouts are the types that are shown; any other valid type is counted under
// Other. A Medication is leaned on by medicines and is no line of its own.
var layouts = map[string]layout{
	"AllergyIntolerance":  of(layAllergy),
	"MedicationRequest":   of(layRequest),
	"MedicationStatement": of(layStatement),
	"Condition":           of(layProblem),
	"Observation":         of(layObservation),
	"DiagnosticReport":    of(layReport),
	"Procedure":           of(layProcedure),
	"Immunization":        of(layImmunisation),
	"Encounter":           of(layEncounter),
	"EpisodeOfCare":       of(layEpisode),
	"Appointment":         of(layAppointment),
	"DocumentReference":   of(layDocument),
	"Composition":         of(layComposition),
	"CarePlan":            of(layCarePlan),
	"Goal":                of(layGoal),
	"CareTeam":            of(layCareTeam),
	"ServiceRequest":      of(layReferral),
	"Flag":                of(layFlag),
	"Consent":             of(layConsent),
	"List":                of(layList),
	"RelatedPerson":       of(layRelatedPerson),
}

// lay makes the line of one item. An item that cannot be read is still a line.
func (m *maker) lay(e *entry) {
	l := &e.line
	l.Type = e.item.Type
	l.Source = e.item.Source
	l.SourceName = e.feed.Organisation
	l.Refs = append(l.Refs, e.item.Ref)
	e.current = true
	if e.item.res == nil {
		e.section, e.alone = Other, true
		l.Title, l.Status = e.item.Type, "unreadable"
		return
	}
	layouts[e.item.Type](m, e)
	if l.Status == "entered-in-error" {
		e.wrong = true
	}
	if l.Title == "" {
		l.Title, e.alone = e.item.Type, true
	}
	if l.Status == "" {
		l.Status = "unknown" // absent is shown as unknown, never dropped
	}
	l.Past = !e.current
}

// names sets title, code and key from a concept.
func (e *entry) names(c *fhir.CodeableConcept) {
	e.line.Title = title(c)
	e.line.Code = codes(c)
	e.line.Key = key(c)
	e.alone = e.line.Key == ""
}

// called names an entry by words that are not a concept.
func (e *entry) called(words string) {
	e.line.Title, e.line.Code, e.line.Key, e.alone = words, "", "", true
}

// state sets the status and whether it is one of those that are over.
func (e *entry) state(status string, over ...string) {
	e.line.Status = status
	for _, o := range over {
		if status == o {
			e.current = false
		}
	}
}

func (e *entry) detail(label, value string) {
	if value != "" {
		e.line.Details = append(e.line.Details, Detail{Label: label, Value: value})
	}
}

// people lists who took part under a label, each on their own.
func (m *maker) people(e *entry, label string, refs ...*fhir.Reference) {
	for _, ref := range refs {
		if !m.isPatient(ref) {
			e.detail(label, m.who(e.item.Source, e.item.res, ref))
		}
	}
}

// things lists what references lead to under a label, in one line.
func (m *maker) things(e *entry, label string, refs ...*fhir.Reference) {
	var out []string
	for _, ref := range refs {
		out = append(out, m.simple(e.item.Source, e.item.res, ref))
	}
	e.detail(label, join(", ", out...))
}

func pointers(refs []fhir.Reference) []*fhir.Reference {
	out := make([]*fhir.Reference, len(refs))
	for i := range refs {
		out[i] = &refs[i]
	}
	return out
}

// recorder is the first of several who can be named.
func (m *maker) recorder(e *entry, refs ...*fhir.Reference) {
	for _, ref := range refs {
		if e.line.Recorder == "" && !m.isPatient(ref) {
			e.line.Recorder = m.who(e.item.Source, e.item.res, ref)
		}
	}
}

// reasons are why something was done, by code or by the problem referred to.
func (m *maker) reasons(e *entry, codes []fhir.CodeableConcept, refs []fhir.Reference) {
	e.detail("reason", titles(codes))
	m.things(e, "reason", pointers(refs)...)
}

func (m *maker) notes(e *entry, notes []fhir.Annotation) {
	for _, n := range notes {
		e.detail("note", join(" – ", squash(n.Text), or(n.AuthorString, m.who(e.item.Source, e.item.res, n.AuthorReference))))
	}
}

// search is everything the line says, for the text filter.
func (l *Line) search() string {
	var b strings.Builder
	add := func(words ...string) {
		for _, s := range words {
			b.WriteString(s)
			b.WriteByte('\n')
		}
	}
	add(l.Title, l.Code, l.Status, l.SourceName, l.Recorder, l.Text)
	for _, d := range l.Details {
		add(d.Value)
	}
	if l.Value != nil {
		add(l.Value.Text)
	}
	for _, v := range l.Earlier {
		add(v.Text, v.Org, v.Recorder)
	}
	for _, m := range l.mentions() {
		add(m.Title, m.SourceName, m.Recorder)
		for _, d := range m.Differs {
			add(d.Value)
		}
	}
	return strings.ToLower(b.String())
}
