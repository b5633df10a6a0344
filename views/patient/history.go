package patient

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"candour/locales"
	"candour/models/access"
	"candour/models/audit"
	"candour/models/invalid"
	"candour/models/record"
	"candour/views/component"
	"candour/views/link"
)

// HistoryPage is the list of accesses and how it was narrowed. With problems there
// is no list, only the form.
type HistoryPage struct {
	History  access.History
	Filter   access.HistoryFilter
	Single   bool // every single access, not grouped
	From, To DateParts
	Problems invalid.Fields
}

// DateParts is a date as it was typed.
type DateParts struct{ Day, Month, Year string }

// PartsOf takes a date apart for the form.
func PartsOf(iso string) DateParts {
	parts := strings.Split(iso, "-")
	if len(parts) != 3 {
		return DateParts{}
	}
	return DateParts{Day: strings.TrimLeft(parts[2], "0"), Month: strings.TrimLeft(parts[1], "0"), Year: parts[0]}
}

// HistoryQuery is a filter as it stands in the address; what is not asked for is
// not in it.
func HistoryQuery(f access.HistoryFilter, single bool) url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"from": f.From, "to": f.To, "organisation": f.Organisation,
		"role": f.Role, "section": f.Section, "reason": f.Reason} {
		if value != "" {
			v.Set(name, value)
		}
	}
	for name, on := range map[string]bool{"own": f.Own, "system": f.System, "single": single} {
		if on {
			v.Set(name, "1")
		}
	}
	return v
}

func (p HistoryPage) query() url.Values { return HistoryQuery(p.Filter, p.Single) }

// with is the page's address with one thing changed; "" drops it. It starts at the
// first page again.
func (p HistoryPage) with(name, value string) string {
	v := p.query()
	v.Del(name)
	if value != "" {
		v.Set(name, value)
	}
	return link.MyAccessHistory(v)
}

func (p HistoryPage) narrowed() bool { return len(p.query()) > 0 || len(p.Problems) > 0 }

func (p HistoryPage) empty() bool {
	return len(p.History.Groups()) == 0 && len(p.History.Entries()) == 0
}

func (p HistoryPage) pages(ctx context.Context) component.Pages {
	var pages component.Pages
	if cursor := p.History.Previous(); cursor != "" {
		pages.Previous = component.Link{Href: p.with("cursor", cursor), Text: locales.T(ctx, "history.newer")}
	}
	if cursor := p.History.Next(); cursor != "" {
		pages.Next = component.Link{Href: p.with("cursor", cursor), Text: locales.T(ctx, "history.older")}
	}
	return pages
}

// count says how much the whole list holds, where that is known.
func (p HistoryPage) count(ctx context.Context) string {
	entries, groups, ok := p.History.Total()
	switch {
	case ok && p.History.Flat():
		return locales.N(ctx, "history.count_entries", int(entries))
	case ok:
		return locales.N(ctx, "history.count_groups", int(groups), "entries", locales.N(ctx, "history.accesses", int(entries)))
	}
	return locales.N(ctx, "history.count_page", len(p.History.Entries()))
}

// tags are the filters in force, each with the address without it.
func (p HistoryPage) tags(ctx context.Context) []component.Link {
	f := p.Filter
	var tags []component.Link
	add := func(name, text string) {
		tags = append(tags, component.Link{Href: p.with(name, ""), Text: text})
	}
	if f.From != "" {
		add("from", locales.T(ctx, "history.tag.from", "day", component.DayOf(ctx, f.From)))
	}
	if f.To != "" {
		add("to", locales.T(ctx, "history.tag.to", "day", component.DayOf(ctx, f.To)))
	}
	if f.Organisation != "" {
		add("organisation", p.organisationName(ctx))
	}
	if f.Role != "" {
		add("role", firstOf(ctx, "role."+f.Role+".name", "role.unknown.name"))
	}
	if f.Section != "" {
		add("section", capital(firstOf(ctx, "seen."+f.Section, "seen.parts")))
	}
	if f.Reason != "" {
		add("reason", firstOf(ctx, "history.reason."+f.Reason, "history.reason.another"))
	}
	if f.Own {
		add("own", locales.T(ctx, "history.own"))
	}
	if f.System {
		add("system", locales.T(ctx, "history.system"))
	}
	return tags
}

func (p HistoryPage) organisationName(ctx context.Context) string {
	for _, o := range p.History.Organisations() {
		if o.ID == p.Filter.Organisation && o.Name != "" {
			return o.Name
		}
	}
	return locales.T(ctx, "history.place_unknown")
}

// Staff whose job can be chosen in the filter, by national role code.
var staffTypes = []string{"R0260", "R8000", "R8001", "R8003", "R8004", "R1330", "R1340", "R8015", "R8006", "R8008", "R1720", "R0001", "R5105"}

// Reasons that can be chosen in the filter.
var filterReasons = []access.Reason{access.ReasonEvidence, access.ReasonDeclared, access.ReasonIdentify,
	access.ReasonReview, access.ReasonNoRelationship, access.ReasonObjected}

func (p HistoryPage) organisations(ctx context.Context) []component.Option {
	options := []component.Option{{Text: locales.T(ctx, "history.all_organisations"), Selected: p.Filter.Organisation == ""}}
	for _, o := range p.History.Organisations() {
		if o.Name != "" {
			options = append(options, component.Option{Value: o.ID, Text: o.Name, Selected: o.ID == p.Filter.Organisation})
		}
	}
	return options
}

func (p HistoryPage) roles(ctx context.Context) []component.Option {
	options := []component.Option{{Text: locales.T(ctx, "history.all_roles"), Selected: p.Filter.Role == ""}}
	for _, code := range staffTypes {
		options = append(options, component.Option{Value: code, Text: locales.T(ctx, "role."+code+".name"), Selected: code == p.Filter.Role})
	}
	return options
}

func (p HistoryPage) reasons(ctx context.Context) []component.Option {
	options := []component.Option{{Text: locales.T(ctx, "history.all_reasons"), Selected: p.Filter.Reason == ""}}
	for _, reason := range filterReasons {
		options = append(options, component.Option{Value: string(reason), Text: locales.T(ctx, "history.reason."+string(reason)), Selected: string(reason) == p.Filter.Reason})
	}
	return options
}

func (p HistoryPage) sections(ctx context.Context) []component.Option {
	options := []component.Option{{Text: locales.T(ctx, "history.all_sections"), Selected: p.Filter.Section == ""}}
	for _, s := range record.SectionOrder {
		options = append(options, component.Option{Value: string(s), Text: capital(locales.T(ctx, "seen."+string(s))), Selected: string(s) == p.Filter.Section})
	}
	return options
}

func (p HistoryPage) date(ctx context.Context, name string, parts DateParts) component.Date {
	return component.Date{Day: parts.Day, Month: parts.Month, Year: parts.Year, Group: component.Group{
		ID: name, Legend: locales.T(ctx, "history."+name), Size: "s", Error: component.FieldError(ctx, p.Problems, name)}}
}

// problems points at the first field of a date, which is where the words lead.
func (p HistoryPage) problems(ctx context.Context) []component.Problem {
	problems := component.Problems(ctx, p.Problems)
	for i := range problems {
		if problems[i].Field == "from" || problems[i].Field == "to" {
			problems[i].Field += "-day"
		}
	}
	return problems
}

// day is a list's groups of one day.
type day struct {
	Day    string
	Groups []access.HistoryGroup
}

func (p HistoryPage) byDay() []day {
	var days []day
	for _, g := range p.History.Groups() {
		if n := len(days); n == 0 || days[n-1].Day != g.Day {
			days = append(days, day{Day: g.Day})
		}
		days[len(days)-1].Groups = append(days[len(days)-1].Groups, g)
	}
	return days
}

// roleGlossary lists each job that stands on the page once.
func (p HistoryPage) roleGlossary(ctx context.Context) []component.Row {
	var rows []component.Row
	var known []string
	add := func(e access.HistoryEntry) {
		key := roleKey(ctx, e)
		if key == "" || slices.Contains(known, key) || e.Fold == audit.FoldOwn {
			return
		}
		known = append(known, key)
		rows = append(rows, component.Row{Key: role(ctx, e), Value: roleAbout(ctx, e)})
	}
	for _, g := range p.History.Groups() {
		for _, e := range g.Latest {
			add(e)
		}
	}
	for _, e := range p.History.Entries() {
		add(e)
	}
	return rows
}

// ISO is the date as the address has it; what is no date stays unreadable, so that
// the form says so.
func (d DateParts) ISO() string {
	if d == (DateParts{}) {
		return ""
	}
	return pad(d.Year, 4) + "-" + pad(d.Month, 2) + "-" + pad(d.Day, 2)
}

func pad(digits string, n int) string {
	if len(digits) >= n {
		return digits
	}
	return strings.Repeat("0", n-len(digits)) + digits
}
