package component

import (
	"candour/views/component/nhsuk"
	"github.com/a-h/templ"
)

// Press is a button; Kind is "", "secondary", "reverse", "warning" or "login".
type Press struct {
	Text  string
	Kind  string
	Name  string
	Value string
	Small bool
	Once  bool // a second press within a second does nothing
}

// Button sends its form.
func Button(p Press) templ.Component {
	b := nhsuk.Button{Text: p.Text, Variant: p.Kind, Name: p.Name, Value: p.Value, Small: p.Small}
	if p.Once {
		b.PreventDoubleClick = nhsuk.Yes
	}
	return b
}

// ButtonLink goes somewhere and looks like a button.
func ButtonLink(l Link, kind string) templ.Component {
	return nhsuk.Button{Text: l.Text, Href: l.Href, Variant: kind}
}

// Row is one line of a summary list: words, or a component.
type Row struct {
	Key    string
	Value  string
	Part   templ.Component // instead of Value
	Action Link
	Hidden string // what the action is about, for those who hear the page
}

// SummaryList is keys with their values.
func SummaryList(rows []Row) templ.Component {
	var out nhsuk.SummaryList
	for _, r := range rows {
		row := nhsuk.SummaryRow{Key: nhsuk.Words{Text: r.Key}, Value: nhsuk.Words{Text: r.Value, Part: r.Part}}
		if r.Action.Href != "" {
			row.Actions = []nhsuk.Action{{Text: r.Action.Text, Href: r.Action.Href, VisuallyHiddenText: r.Hidden}}
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// Column is the head of one column.
type Column struct {
	Text    string
	Numeric bool
}

// Table has a caption always, so that it can be found by those who hear the page.
type Table struct {
	Caption string
	Size    string // of the caption: "s", "m", "l"
	Hidden  bool   // the caption is there and not drawn
	Columns []Column
}

func (t Table) table(rows templ.Component) nhsuk.Table {
	out := nhsuk.Table{Caption: nhsuk.Heading{Text: t.Caption, Size: t.Size}, Body: rows}
	if t.Hidden {
		out.Caption.Classes = "nhsuk-u-visually-hidden"
	}
	for _, c := range t.Columns {
		cell := nhsuk.Cell{Text: c.Text}
		if c.Numeric {
			cell.Format = "numeric"
		}
		out.Head = append(out.Head, cell)
	}
	return out
}

// ResponsiveTable becomes a list of cards on a phone; its rows are given with
// role="row" and cells of Cell.
func ResponsiveTable(t Table) templ.Component {
	return around(func(rows templ.Component) templ.Component {
		out := t.table(rows)
		out.Responsive = true
		return out
	})
}

// PlainTable keeps its shape and scrolls inside its own box when it must.
func PlainTable(t Table) templ.Component {
	return around(func(rows templ.Component) templ.Component { return t.table(rows) })
}

// Tag is a status in words; colour is one of the design system's, never alone.
func Tag(text, colour string) templ.Component { return nhsuk.Tag{Text: text, Colour: colour} }

// InsetText sets its content apart.
func InsetText() templ.Component {
	return around(func(inside templ.Component) templ.Component { return nhsuk.InsetText{Part: inside} })
}

// WarningCallout is for what must not be missed; not inside a form.
func WarningCallout(heading string) templ.Component {
	return around(func(inside templ.Component) templ.Component {
		return nhsuk.WarningCallout{Heading: nhsuk.Heading{Text: heading, Level: 2}, Part: inside}
	})
}

// Banner is what one notification says.
type Banner struct {
	Success bool
	Heading string
}

// NotificationBanner tells of something that is not about this page alone.
func NotificationBanner(b Banner) templ.Component {
	return around(func(inside templ.Component) templ.Component {
		out := nhsuk.NotificationBanner{Heading: nhsuk.Heading{Text: b.Heading, Element: "p"}, Part: inside}
		if b.Success {
			out.Variant = "success"
		}
		return out
	})
}

// Panel confirms that something was done.
func Panel(heading string) templ.Component {
	return around(func(inside templ.Component) templ.Component {
		return nhsuk.Panel{Heading: nhsuk.Heading{Text: heading}, Part: inside}
	})
}

// Interruption stops before a step that is not easily undone.
func Interruption(heading string) templ.Component {
	return around(func(inside templ.Component) templ.Component {
		return nhsuk.Panel{Heading: nhsuk.Heading{Text: heading}, Part: inside, Variant: "interruption"}
	})
}

// Details hides what not everybody needs.
func Details(summary string, open bool) templ.Component {
	return around(func(inside templ.Component) templ.Component {
		return nhsuk.Details{Summary: nhsuk.Words{Text: summary}, Part: inside, Open: open}
	})
}

// Expander is Details as a box of its own.
func Expander(summary string, open bool) templ.Component {
	return around(func(inside templ.Component) templ.Component {
		return nhsuk.Details{Summary: nhsuk.Words{Text: summary}, Part: inside, Open: open, Classes: "nhsuk-expander"}
	})
}
