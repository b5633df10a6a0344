package patient

import (
	"context"
	"strconv"

	"candour/locales"
	"candour/models/objection"
	"candour/views/component"
	"candour/views/link"
)

// row is one line of the answers; step is where it can be changed.
func (o Objecting) row(ctx context.Context, step, key, value string) component.Row {
	label := locales.T(ctx, "objection.rows."+key)
	r := component.Row{Key: label, Value: value, Action: component.Link{Href: link.ObjectionChange(o.Draft, step), Text: locales.T(ctx, "objection.rows.change")}, Hidden: label}
	if value == "" {
		r.Value = locales.T(ctx, "objection.rows.nothing")
	}
	return r
}

func (o Objecting) named(ctx context.Context, step, key, value string) component.Row {
	r := o.row(ctx, step, key, value)
	if value != "" {
		r.Value, r.Part = "", isolated(value)
	}
	return r
}

// rows are all answers, in the order of the questions.
func (o Objecting) rows(ctx context.Context) []component.Row {
	a := o.Answers
	rows := []component.Row{o.row(ctx, StepWhom, "whom", locales.T(ctx, "objection.subject."+string(a.Subject)))}
	if o.other() {
		rows = append(rows, o.named(ctx, StepDetails, "name", o.name()),
			o.row(ctx, StepDetails, "born", component.DayOf(ctx, a.BirthDate)),
			o.named(ctx, StepRelation, "relation", a.Relation),
			o.row(ctx, StepRelation, "ground", o.said(ctx, "ground.", string(a.Ground))),
			o.several(ctx, StepEvidence, "evidence", "proof.", texts(a.Evidence)))
		if o.Takes {
			rows = append(rows, o.row(ctx, StepFiles, "files", locales.N(ctx, "objection.rows.files_count", len(o.Files))))
		}
	}
	if o.child() {
		rows = append(rows, o.row(ctx, StepChild, "understands", o.said(ctx, "understands.", a.Understands)),
			o.row(ctx, StepChild, "agrees", o.said(ctx, "wish.", a.Agrees)))
	}
	rows = append(rows, o.several(ctx, StepWorries, "worries", "worry.", a.Worries))
	if a.Words != "" {
		rows = append(rows, o.named(ctx, StepWorries, "words", a.Words))
	}
	rows = append(rows, o.named(ctx, StepProvider, "decider", o.Decider),
		o.several(ctx, StepContact, "ways", "way.", a.Contact.Ways))
	if a.Contact.Value != "" {
		rows = append(rows, o.row(ctx, StepContact, "contact", ""))
		rows[len(rows)-1].Value, rows[len(rows)-1].Part = "", component.Digits(a.Contact.Value)
	}
	if o.Young {
		key := "objection.rows.parents_may"
		if o.Answers.NotParents {
			key = "objection.contact.not_parents"
		}
		rows = append(rows, o.row(ctx, StepContact, "parents", locales.T(ctx, key)))
	}
	return append(rows, o.row(ctx, StepContact, "language", o.said(ctx, "language.", a.Contact.Language)), o.several(ctx, StepContact, "help", "contact.", o.help()))
}

func (o Objecting) said(ctx context.Context, prefix, value string) string {
	if value == "" {
		return ""
	}
	return locales.T(ctx, "objection."+prefix+value)
}

// several is a row of more than one answer, a line each.
func (o Objecting) several(ctx context.Context, step, key, prefix string, values []string) component.Row {
	said := make([]string, len(values))
	for i, v := range values {
		said[i] = locales.T(ctx, "objection."+prefix+v)
	}
	r := o.row(ctx, step, key, "")
	if len(said) > 0 {
		r.Value, r.Part = "", saidLines(said)
	}
	return r
}

func (o Objecting) help() []string {
	var all []string
	if o.Answers.Contact.Interpreter {
		all = append(all, "interpreter")
	}
	if o.Answers.Contact.LargePrint {
		all = append(all, "large_print")
	}
	return all
}

// stepRows are the answers of one page, as they are saved.
var stepRows = map[string][]string{
	StepWhom: {"whom"}, StepDetails: {"name", "born"}, StepRelation: {"relation", "ground"}, StepEvidence: {"evidence"}, StepChild: {"understands", "agrees"},
	StepWorries: {"worries", "words"}, StepContact: {"ways", "contact", "parents", "language", "help"}, StepProvider: {"decider"},
}

// Saved is what is saved of one page, for who typed something else meanwhile.
func (o Objecting) Saved(ctx context.Context) []component.Row {
	var out []component.Row
	for _, r := range o.rows(ctx) {
		for _, key := range stepRows[o.Step] {
			if r.Key == locales.T(ctx, "objection.rows."+key) {
				r.Action, r.Hidden = component.Link{}, ""
				out = append(out, r)
			}
		}
	}
	return out
}

// details are the lines of a request that was sent.
func (s Sent) details(ctx context.Context) []component.Row {
	o := s.Request
	rows := []component.Row{
		{Key: locales.T(ctx, "objection.sent.reference"), Part: component.Digits(o.Ref)},
		{Key: locales.T(ctx, "objection.sent.who"), Part: isolated(s.Decider)},
	}
	if o.Due != "" && o.Open() {
		rows = append(rows, component.Row{Key: locales.T(ctx, "objection.sent.due"), Value: component.DayOf(ctx, o.Due)})
	}
	return rows
}

// details are the lines of what is taken back.
func (b TakingBack) details(ctx context.Context) []component.Row {
	whom := component.Row{Key: locales.T(ctx, "objection.rows.whom"), Value: locales.T(ctx, "objection.subject."+string(b.Request.Subject))}
	if b.Request.Subject != objection.Self {
		whom.Value, whom.Part = "", isolated(nameOf(b.Request.Answers))
	}
	return []component.Row{whom,
		{Key: locales.T(ctx, "objection.sent.reference"), Part: component.Digits(b.Request.Ref)},
		{Key: locales.T(ctx, "objection.sent.who"), Part: isolated(b.Decider)}}
}

// key is a sentence about withdrawing what nobody has decided, or about reversing
// what is in force.
func (b TakingBack) key(name string) string {
	if b.Undone {
		return "objection.back.withdraw_" + name
	}
	return "objection.back.reverse_" + name
}

func (b TakingBack) version() string { return strconv.Itoa(b.Request.Version) }
