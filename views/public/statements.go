package public

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	measured "candour/e2e/results"
	"candour/locales"
	"candour/views/component"
)

// privacyLines are the lines of each part of the privacy notice, in their order.
var privacyLines = map[string][]string{
	"stored": {"record", "identity", "choice", "requests", "log", "account", "staff", "session", "draft"},
	"lawful": {"task", "care", "confidence", "duty"},
	"seen":   {"care", "you", "oversight", "technical"},
	"never":  {"sold", "advertising", "research", "outside"},
	"long":   {"record", "log", "session", "draft", "typed"},
	"rights": {"object", "copy", "correct", "complain", "automated"},
}

func (o Office) rows(ctx context.Context) []component.Row {
	var rows []component.Row
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, component.Row{Key: locales.T(ctx, "privacy.office."+key), Part: component.Name(value)})
		}
	}
	add("name", o.Operator)
	if o.Email != "" {
		rows = append(rows, component.Row{Key: locales.T(ctx, "privacy.office.email"), Part: email(o.Email)})
	}
	if o.Phone != "" {
		rows = append(rows, component.Row{Key: locales.T(ctx, "privacy.office.phone"), Part: component.Digits(o.Phone)})
	}
	add("post", o.Post)
	if o.DataProtection != "" {
		rows = append(rows, component.Row{Key: locales.T(ctx, "privacy.office.officer"), Part: email(o.DataProtection)})
	}
	return rows
}

// Accessibility is the statement: what the browser tests found last, and whom to
// tell of what they missed.
type Accessibility struct {
	Office  Office
	Results measured.Accessibility
	Version string
}

// measured are the facts of the run.
func (a Accessibility) measured(ctx context.Context) []component.Row {
	r := a.Results
	row := func(key, value string) component.Row {
		return component.Row{Key: locales.T(ctx, "accessibility.run."+key), Value: value}
	}
	words := func(prefix string, all []string) string {
		out := make([]string, len(all))
		for i, w := range all {
			if text, ok := locales.Lookup(ctx, prefix+strings.ReplaceAll(w, "-", "_")); ok {
				w = text
			}
			out[i] = w
		}
		return strings.Join(out, ", ")
	}
	widths := make([]string, len(r.Widths))
	for i, w := range r.Widths {
		widths[i] = strconv.Itoa(w)
	}
	var tools []string
	for _, name := range slices.Sorted(maps.Keys(r.Tools)) {
		tools = append(tools, name+" "+r.Tools[name])
	}
	return []component.Row{
		row("on", component.DayOf(ctx, r.Measured)), row("pages", locales.Number(len(r.Patterns))),
		row("themes", words("accessibility.theme.", r.Themes)), row("widths", strings.Join(widths, ", ")),
		row("languages", words("accessibility.language.", r.Languages)), row("scripts", words("accessibility.scripts.", r.Scripts)),
		{Key: locales.T(ctx, "accessibility.run.tools"), Part: names(strings.Join(tools, ", "))},
	}
}

// Run tells whether there is anything measured to show.
func (a Accessibility) Run() bool { return a.Results.Measured != "" && len(a.Results.Checks) > 0 }
