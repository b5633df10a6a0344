package staff

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"candour/locales"
	"candour/models/casework"
	"candour/models/objection"
	"candour/views/component"
)

// nameOf is a name as staff write it, or as it was given.
func nameOf(family, given, title, about string) string {
	if family == "" {
		return about
	}
	name := strings.ToUpper(family)
	if given != "" {
		name += ", " + given
	}
	if title != "" {
		name += " (" + title + ")"
	}
	return name
}

// spaced is an NHS number as people read it.
func spaced(number string) string {
	if len(number) != 10 {
		return number
	}
	return number[:3] + " " + number[3:6] + " " + number[6:]
}

func (c Case) name() string { return c.Objection.About }

// acts are the pages that can be gone to from here, by state and role.
func (c Case) acts() []string {
	var out []string
	add := func(noun string, when bool) {
		if when {
			out = append(out, noun)
		}
	}
	add("review", c.can(objection.OpenReview))
	add("decision", c.decidable())
	return out
}

func (c Case) summary(ctx context.Context) []component.Row {
	o := c.Objection
	due, days := casework.DueOn(o.Due, c.today())
	return []component.Row{
		{Key: locales.T(ctx, "case.row.state"), Part: stateOf(c)},
		{Key: locales.T(ctx, "case.row.due"), Part: dueOf(due, days, o.Due)},
		{Key: locales.T(ctx, "case.row.received"), Value: component.DayOf(ctx, o.Received)},
		{Key: locales.T(ctx, "case.row.route"), Value: locales.T(ctx, "case.route."+string(o.Route))},
		{Key: locales.T(ctx, "case.row.assigned"), Value: cmp.Or(o.AssignedName, locales.T(ctx, "case.nobody"))},
	}
}

// Done says whether a word in an address names something that is told as done.
func Done(noun string) bool { return slices.Contains(nouns, noun) }

// nouns are what can be done with a case, as addresses name it.
var nouns = []string{"taken", "review", "decision"}
