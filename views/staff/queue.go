package staff

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"candour/locales"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/views/component"
	"candour/views/component/nhsuk"
	"candour/views/link"
	"github.com/a-h/templ"
)

// Queue is one page of the queue, with what was asked for.
type Queue struct {
	Ask      casework.QueueAsk
	Query    url.Values // as it stood in the address, what counts of it
	Found    casework.Queue
	Viewer   access.Viewer
	Typed    string // what was looked for, which stands in no address
	Searched bool
	Told     Told
	Problems invalid.Fields // of the form that saves a view
	ViewName string

	FeedAlarms int // feeds of which the newest count of codes is not as expected
}

// Told is what was done before this page.
type Told struct {
	NoNext         bool
	Batch          opaque.ID // that can be undone
	Given, Dropped int
	Undone         bool
	Saved, Removed bool // a view
	Transferred    bool
}

// QueueFields are what the address of a queue says of it, beside the place.
func QueueFields() []string {
	return []string{"kind", "state", "assigned", "due", "alarm", "closed", "ref", "sort", "desc", "show"}
}

// narrowing are those of them that leave cases out, in the order of the form.
var narrowing = []string{"ref", "state", "due", "assigned", "kind", "alarm", "closed"}

func (q Queue) filtered() bool {
	return slices.ContainsFunc(narrowing, func(name string) bool { return q.Query.Get(name) != "" })
}

// with is the address of this queue with some things changed; it begins anew. An
// empty value drops what it names.
func (q Queue) with(changes ...string) string {
	v := maps.Clone(q.Query)
	for i := 0; i+1 < len(changes); i += 2 {
		if v.Del(changes[i]); changes[i+1] != "" {
			v.Set(changes[i], changes[i+1])
		}
	}
	return link.Cases(v)
}

// at is the address of another place of this queue.
func (q Queue) at(place string) string {
	if place == "" {
		return ""
	}
	return q.with("at", place)
}

// card is one of the counts above a queue; it leads to what it counts.
type card struct {
	key, href string
	count     int
	on        bool
	warns     bool
}

func (q Queue) cards() []card {
	c := q.Found.Cards
	one := func(key string, count int, name, value string) card {
		return card{key, link.Cases(url.Values{name: {value}}), count, len(q.Query) == 1 && q.Query.Get(name) == value, key == "overdue" || key == "alarms"}
	}
	return []card{
		one("overdue", c.Overdue, "due", "overdue"), one("week", c.Week, "due", "week"), one("mine", c.Mine, "assigned", "me"),
		one("unassigned", c.Unassigned, "assigned", "nobody"), one("alarms", c.Alarms, "alarm", "1"),
	}
}

// counted is a number of cases; beyond a thousand it is not counted on.
func counted(ctx context.Context, n int) string {
	if n >= casework.Countless {
		return locales.T(ctx, "case.queue.more_than", "count", "1,000")
	}
	return strconv.Itoa(n)
}

// found is how many there are of what was asked for, in words.
func (q Queue) found(ctx context.Context) string {
	if q.Found.Total >= casework.Countless {
		return locales.T(ctx, "case.queue.found_many", "count", "1,000")
	}
	return locales.N(ctx, "case.queue.found", q.Found.Total)
}

// hidden is how many open cases the filters leave out.
func (q Queue) hidden() int {
	if !q.filtered() || q.Query.Get("closed") != "" || q.Found.Cards.Open >= casework.Countless {
		return 0
	}
	return q.Found.Cards.Open - q.Found.Total
}

// heads of the table; by three of them it can be sorted, on the server.
func (q Queue) heads(ctx context.Context) []nhsuk.Cell {
	out := []nhsuk.Cell{{Part: hiddenWords(locales.T(ctx, "case.column.pick"))}}
	for _, key := range []string{"case", "person", "due", "assigned", "state"} {
		out = append(out, nhsuk.Cell{Text: locales.T(ctx, "case.column."+key)})
	}
	for _, by := range []struct {
		name casework.Sort
		key  string
	}{{casework.ByDue, "due"}, {casework.ByAge, "opened"}, {casework.ByChange, "changed"}} {
		cell := nhsuk.Cell{Text: locales.T(ctx, "case.column."+by.key), Sort: "none", Href: q.with("sort", string(by.name), "desc", "")}
		if cmp.Or(q.Ask.Sort, casework.ByDue) == by.name {
			cell.Sort, cell.Href = "ascending", q.with("sort", string(by.name), "desc", "1")
			if q.Ask.Desc {
				cell.Sort, cell.Href = "descending", q.with("sort", string(by.name), "desc", "")
			}
		}
		if by.name == casework.ByDue {
			out[3] = cell
		} else {
			out = append(out, cell)
		}
	}
	return out
}

// options of one choice of the filter; the first is all of them.
func (q Queue) options(ctx context.Context, name, prefix string, values []string) []component.Option {
	out := []component.Option{{Value: "", Text: locales.T(ctx, "case.filter.all"), Selected: q.Query.Get(name) == ""}}
	for _, v := range values {
		out = append(out, component.Option{Value: v, Text: locales.T(ctx, prefix+v), Selected: q.Query.Get(name) == v})
	}
	return out
}

func (q Queue) states(ctx context.Context) []component.Option {
	return q.options(ctx, "state", "case.state.", texts(objection.States()[1:]))
}

// assignees are the viewer, nobody, and colleagues.
func (q Queue) assignees(ctx context.Context) []component.Option {
	out := q.options(ctx, "assigned", "case.filter.assigned_to.", []string{"me", "nobody"})
	for _, c := range q.Found.Colleagues {
		if c.ID != q.Viewer.ID {
			out = append(out, component.Option{Value: c.ID, Text: c.Name, Selected: q.Query.Get("assigned") == c.ID})
		}
	}
	return out
}

func (q Queue) orders(ctx context.Context) []component.Option {
	var out []component.Option
	for _, v := range []string{"due", "opened", "changed"} {
		out = append(out, component.Option{Value: v, Text: locales.T(ctx, "case.filter.order_by."+v), Selected: cmp.Or(string(q.Ask.Sort), "due") == v})
	}
	return out
}

// shows are how many cases a page has.
func (q Queue) shows() []component.Option {
	var out []component.Option
	for _, v := range []string{"25", "50", "100"} {
		out = append(out, component.Option{Value: v, Text: v, Selected: cmp.Or(q.Query.Get("show"), "25") == v})
	}
	return out
}

// inForce are the filters that leave something out, each with the way to drop it.
func (q Queue) inForce(ctx context.Context) []component.Link {
	var out []component.Link
	for _, name := range narrowing {
		if value := q.Query.Get(name); value != "" {
			out = append(out, component.Link{Href: q.with(name, ""), Text: q.filterWords(ctx, name, value)})
		}
	}
	return out
}

func (q Queue) filterWords(ctx context.Context, name, value string) string {
	switch name {
	case "state":
		value = q.word(ctx, "case.state.", value)
	case "due":
		value = q.word(ctx, "case.filter.due_in.", value)
	case "kind":
		value = q.word(ctx, "case.kind.", value)
	case "assigned":
		for _, o := range q.assignees(ctx) {
			if o.Value == value {
				value = o.Text
			}
		}
	case "alarm", "closed":
		return locales.T(ctx, "case.filter."+name)
	}
	return locales.T(ctx, "case.filter.tag", "name", locales.T(ctx, "case.filter."+name), "value", value)
}

func (q Queue) word(ctx context.Context, prefix, value string) string {
	if text, ok := locales.Lookup(ctx, prefix+value); ok {
		return text
	}
	return locales.T(ctx, "component.not_known")
}

// pick is a case as it is ticked: which, and as it was then.
func pick(c casework.Case) string { return string(c.ID) + "." + strconv.Itoa(c.Version) }

// personName is a name as staff write it: FAMILY, Given (Title).
func personName(r casework.Row) string { return nameOf(r.Family, r.Given, r.Title, r.About) }

// table is the queue: compact, and a list of cards on a phone.
func (q Queue) table(ctx context.Context, rows templ.Component) templ.Component {
	return nhsuk.Table{Caption: nhsuk.Heading{Text: locales.T(ctx, "case.queue.caption"), Classes: "nhsuk-u-visually-hidden"},
		Head: q.heads(ctx), Body: rows, Responsive: true, Compact: true, Classes: "app-queue"}
}

func (q Queue) canShare() bool { return q.Viewer.Can(access.ManageRequests) }

// viewHref is the address of a view; what it says was checked when it was saved.
func viewHref(v casework.View) string {
	query, err := url.ParseQuery(v.Query)
	if err != nil {
		return link.Cases(nil)
	}
	return link.Cases(query)
}
