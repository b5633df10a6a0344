package staff

import (
	"context"

	"candour/models/casework"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/patient"
	"candour/views/component"
)

// sought is a form by which a person is looked for, as it was filled in.
type sought struct {
	values   map[string][]string
	problems invalid.Fields
}

func (f sought) v(name string) string {
	if all := f.values[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// New is the page on which staff look for the person who asked.
type New struct {
	Values   map[string][]string
	Problems invalid.Fields
	Found    *patient.Found
}

func (n New) problems(ctx context.Context) []component.Problem {
	out := component.Problems(ctx, n.Problems)
	for i := range out {
		if out[i].Field == "birth_date" {
			out[i].Field = "birth_date-day"
		}
	}
	return out
}

// Entry is the form in which staff write a request down for somebody.
type Entry struct {
	Act
	Person opaque.ID
	Whom   casework.Subject
	Exists opaque.ID // the request there is about them already
	There  bool      // there is one, wherever it is held
}

// entryForm asks for what was said, how, and by whom.
func (e Entry) entryForm(ctx context.Context) Form {
	a := e.Act
	return Form{
		a.radios(ctx, "route", "case.route.", []string{"phone", "letter", "desk"}),
		component.DateInput(component.Date{Group: component.Group{ID: "received", Legend: a.t(ctx, "received"), Hint: a.hint(ctx, "received"), Error: a.err(ctx, "received")},
			Day: a.v("received-day"), Month: a.v("received-month"), Year: a.v("received-year")}),
		a.radios(ctx, "subject", "case.act.entry.subject_", texts(objection.Subjects())), asks(e),
		component.Checkboxes(component.Group{ID: "checked", Legend: a.t(ctx, "checked_legend"), Error: a.err(ctx, "checked"),
			Options: []component.Option{{Value: "1", Text: a.t(ctx, "checked"), Hint: a.hint(ctx, "checked"), Selected: a.has("checked", "1")}}}),
		a.area(ctx, "words"),
		component.Checkboxes(component.Group{ID: "ways", Legend: a.t(ctx, "ways"), Small: true, Error: a.err(ctx, "ways"), Options: a.options(ctx, "ways", "case.reach.", objection.Ways())}),
		a.input(ctx, "contact", "20"), a.input(ctx, "language", "10"), a.tick(ctx, "interpreter"), a.tick(ctx, "large_print"),
	}
}

// asker is who asks, when it is not the person themselves.
func (e Entry) asker(ctx context.Context) Form {
	grounds := append(patient.ChildGrounds(), patient.AdultGrounds()...)
	return Form{e.input(ctx, "name", "20"), e.input(ctx, "relation", "20"),
		component.Select(component.Choice{Control: component.Control{ID: "ground", Label: e.t(ctx, "ground"), Error: e.err(ctx, "ground")},
			Options: append([]component.Option{{Value: "", Text: e.t(ctx, "ground_unknown")}}, e.options(ctx, "ground", "case.authority.", texts(grounds))...)}),
		e.radios(ctx, "agrees", "case.outcome.", objection.Outcomes(objection.FoundWish)), e.tick(ctx, "not_parents")}
}
