package public

import (
	"context"
	"time"

	"candour/locales"
	"candour/models/faq"
	"candour/views/component"
	"candour/views/layout"
	"candour/views/link"
)

// Choices compares the choices about sharing. Own is what a signed-in person has
// set, as far as it is known; nil for everybody.
type Choices struct{ Own *OwnChoice }

// OwnChoice is how somebody's choice about this record stands.
type OwnChoice struct {
	Objected bool
	Since    time.Time // zero when nothing was ever chosen
	Included bool
}

func choiceText(ctx context.Context, c faq.Choice, part string) string {
	return locales.T(ctx, "choices."+string(c)+"."+part)
}

func choicesMeta(ctx context.Context, c Choices) layout.Meta {
	m := layout.Meta{Title: locales.T(ctx, "choices.title"), Current: "choices"}
	if c.Own != nil {
		m.Back = layout.Crumb{Href: link.My(), Text: locales.T(ctx, "shell.back")}
	}
	return m
}

func choiceColumns(ctx context.Context, own bool) []component.Column {
	keys := []string{"choice", "decides", "stops", "leaves", "how"}
	if own {
		keys = append(keys, "own")
	}
	var out []component.Column
	for _, key := range keys {
		out = append(out, component.Column{Text: locales.T(ctx, "choices.col."+key)})
	}
	return out
}

func aloneColumns(ctx context.Context) []component.Column {
	out := []component.Column{{Text: locales.T(ctx, "choices.alone_if")}}
	for _, c := range faq.Choices() {
		out = append(out, component.Column{Text: choiceText(ctx, c, "short")})
	}
	return out
}

// effect is what setting one choice does to another.
func effect(ctx context.Context, set, other faq.Choice) string {
	for _, o := range set.Others() {
		if o == other {
			return locales.T(ctx, "choices.stays")
		}
	}
	return locales.T(ctx, "choices.set_here")
}

// ownLine is the choice about this record in words.
func ownLine(ctx context.Context, o OwnChoice) string {
	when := component.Day(ctx, o.Since)
	switch {
	case o.Objected && o.Since.IsZero():
		return locales.T(ctx, "choices.own.objected")
	case o.Objected:
		return locales.T(ctx, "choices.own.objected_since", "when", when)
	case !o.Included:
		return locales.T(ctx, "choices.own.not_included")
	case o.Since.IsZero():
		return locales.T(ctx, "choices.own.not_objected")
	}
	return locales.T(ctx, "choices.own.reversed", "when", when)
}

// choiceQuestions are the questions that the comparison leaves to be read.
var choiceQuestions = []string{"other-choices", "summary-care-record", "national-data-opt-out", "object", "what-objecting-stops", "change-my-mind"}

func titleOf(ctx context.Context, slug string) string {
	q, _ := faq.BySlug(slug) // a test looks every one up
	return questionTitle(ctx, q)
}
