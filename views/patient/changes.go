package patient

import (
	"context"

	"candour/locales"
	"candour/models/access"
	"candour/models/record"
	"candour/views/component"
)

// Changes is what an objection would change for one person, or, where one stands,
// what taking it back would.
type Changes struct {
	Foresight    record.Foresight
	Organisation string            // where whoever is supposed to look works
	Phones       map[string]string // of each source
}

// key picks the words for the way in which somebody would decide.
func (c Changes) key(part string) string {
	if c.Foresight.Objected() {
		return "changes.back." + part
	}
	return "changes.object." + part
}

// change is one part of the record: how much of it is shown today, and afterwards.
type change struct {
	name        string
	from        []record.Coverage
	today, then string
}

func (c Changes) rows(ctx context.Context) []change {
	today, then := c.Foresight.Today().Outline, c.Foresight.Changed().Outline
	more := today
	if len(today.Parts) == 0 {
		more = then
	}
	var rows []change
	for i, part := range more.Parts {
		if part.Items > 0 {
			rows = append(rows, change{sectionName(ctx, part.Kind), part.Coverage, itemsAt(today, i), itemsAt(then, i)})
		}
	}
	if more.Items > 0 {
		rows = append(rows, change{locales.T(ctx, "changes.all"), nil, locales.Number(today.Items), locales.Number(then.Items)})
	}
	return rows
}

func itemsAt(o record.Outline, i int) string {
	if i >= len(o.Parts) {
		return locales.Number(0)
	}
	return locales.Number(o.Parts[i].Items)
}

// nothing says why there is no difference: they are not shown anything either way.
func (c Changes) nothing() access.Reason {
	if c.Foresight.Today().Shown() || c.Foresight.Changed().Shown() {
		return ""
	}
	for _, p := range []record.Prospect{c.Foresight.Today(), c.Foresight.Changed()} {
		if p.Decision.Reason != access.ReasonObjected {
			return p.Decision.Reason
		}
	}
	return access.ReasonUnknown
}

func sectionName(ctx context.Context, kind record.SectionKind) string {
	return firstOf(ctx, "changes.part."+string(kind), "changes.part.other")
}

func (c Changes) columns(ctx context.Context) []component.Column {
	return []component.Column{{Text: locales.T(ctx, "changes.col.part")}, {Text: locales.T(ctx, "changes.col.today"), Numeric: true}, {Text: locales.T(ctx, c.key("col")), Numeric: true}}
}

func sourceColumns(ctx context.Context) []component.Column {
	return []component.Column{{Text: locales.T(ctx, "changes.col.service")}, {Text: locales.T(ctx, "changes.col.phone")}}
}

// untouched are the other choices about sharing, of which this is none.
var untouched = [...]string{"scr", "type1", "national"}

// goesOn are the ways in which care teams go on telling one another.
var goesOn = [...]string{"phone", "email", "paper", "own"}
