package patient

import (
	"context"

	"candour/locales"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/models/patient"
	"candour/views/component"
	"candour/views/link"
)

// Acting is whom somebody acts for.
type Acting struct {
	All []objection.Acting
}

func standingColour(state string) string {
	switch state {
	case patient.RepActive:
		return "green"
	case patient.RepSuspended:
		return "yellow"
	case patient.RepEnded:
		return "grey"
	}
	return "blue"
}

// rows are the facts of acting for one person.
func (Acting) rows(ctx context.Context, a objection.Acting) []component.Row {
	rows := []component.Row{{Key: locales.T(ctx, "acting.row.ground"), Value: groundName(ctx, a.Ground)}}
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, component.Row{Key: locales.T(ctx, "acting.row."+key), Value: value})
		}
	}
	if a.Doubt != patient.NoDoubt {
		add("why", locales.T(ctx, "acting.doubt."+string(a.Doubt)))
	} else if a.State == patient.RepSuspended {
		add("why", locales.T(ctx, "acting.review"))
	}
	if a.UntilOn != "" {
		add("until", component.DayOf(ctx, a.UntilOn))
	}
	if a.Review != "" {
		add("review", component.DayOf(ctx, a.Review))
	}
	return append(rows, component.Row{Key: locales.T(ctx, "acting.row.request"), Part: component.Digits(a.CaseRef),
		Action: component.Link{Href: link.MyRequest(a.Ref), Text: locales.T(ctx, "acting.open")}, Hidden: locales.T(ctx, "acting.open_hidden", "name", a.About)})
}

func groundName(ctx context.Context, g patient.Ground) string {
	if text, ok := locales.Lookup(ctx, "objection.ground."+string(g)); ok {
		return text
	}
	return locales.T(ctx, "component.not_known")
}

// Wish is the page on which a young person says themselves what they want.
type Wish struct {
	Request
	Problems   invalid.Fields
	Outcome    string
	Words      string
	NotParents bool
}

// Theirs tells whether it is whoever looks that is to be asked.
func (w Wish) Theirs() bool { return w.child() }

func (w Wish) outcomes(ctx context.Context) component.Group {
	g := component.Group{ID: "outcome", Legend: locales.T(ctx, "wish.legend"), Size: "m", Error: component.FieldError(ctx, w.Problems, "outcome")}
	for _, o := range objection.Outcomes(objection.FoundWish) {
		g.Options = append(g.Options, component.Option{Value: o, Text: locales.T(ctx, "wish.outcome."+o), Selected: w.Outcome == o || w.Outcome == "" && w.wish() == o})
	}
	return g
}

func (w Wish) parents(ctx context.Context) component.Group {
	return component.Group{ID: "not_parents", Legend: locales.T(ctx, "wish.parents"), Size: "m", Hint: locales.T(ctx, "wish.parents_hint"),
		Options: []component.Option{{Value: "yes", Text: locales.T(ctx, "wish.not_parents"), Selected: w.NotParents || w.Answers.NotParents}}}
}

// wishLimit is how long their words may be.
const wishLimit = 1000
