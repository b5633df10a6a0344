package nhsuk

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// Table has a caption always. Responsive makes a list of cards of it on a phone,
// Scroll a box that scrolls by itself.
type Table struct {
	Caption            Heading
	Head               []Cell
	Rows               [][]Cell
	Body               templ.Component // rows that the caller draws, instead of Rows
	FirstCellIsHeader  bool
	Responsive, Scroll bool
	Focusable          bool // when it scrolls: by the keyboard, without scripts too
	Compact, Striped   bool
	Variant            string // reverse
	Border             Choice
	LastRowBorder      Choice
	Card               Card
	ID, Classes        string
	Attributes         templ.Attributes
}

// Cell of a table; in the head it may be sorted by.
type Cell struct {
	Text               string
	Part               templ.Component
	VisuallyHiddenText string
	Href               string
	Format             string // numeric
	Align              string // left, centre, right
	Width              string
	Sort               string // none, ascending, descending: how it is sorted now
	SortNext           string
	SortValue          string
	ColSpan, RowSpan   int
	Classes            string
	Attributes         templ.Attributes
}

func (t Table) Render(ctx context.Context, w io.Writer) error {
	drawn := table(t)
	if t.Scroll {
		drawn = Scroll{Part: drawn, LabelledBy: t.captionID(), Variant: t.Variant, Focusable: t.Focusable}
	}
	if t.Card.given() {
		c := t.Card
		c.Part = drawn
		return c.Render(ctx, w)
	}
	return drawn.Render(ctx, w)
}

func (t Table) sortable() (at, onServer bool) {
	for _, h := range t.Head {
		at = at || h.Sort != ""
		onServer = onServer || at && h.Href != ""
	}
	return at, onServer
}

func (t Table) classes() string {
	sorts, _ := t.sortable()
	reverse := when(t.Variant == "reverse" && !strings.Contains(t.Classes, "nhsuk-table--reverse"), "nhsuk-table--reverse")
	border := flag(t.Border == No, "nhsuk-table--no-border", t.Classes)
	if border == "" {
		border = flag(t.LastRowBorder == No, "nhsuk-table--no-last-row-border", t.Classes)
	}
	return class("nhsuk-table", reverse, flag(t.Compact, "nhsuk-table--compact", t.Classes), flag(t.Responsive, "nhsuk-table--responsive", t.Classes), border,
		flag(sorts, "nhsuk-table--sortable", t.Classes), flag(t.Striped, "nhsuk-table--striped", t.Classes), t.Classes)
}

func (t Table) attributes() templ.Attributes {
	_, onServer := t.sortable()
	byScript := strings.Contains(t.classes(), "nhsuk-table--sortable") && !onServer
	return attributes(t.Attributes, "class", t.classes(), "id", t.ID, "data-module", when(byScript, "nhsuk-table"), "role", when(t.Responsive, "table"))
}

// captionID is how a scrolling table is named; others need none.
func (t Table) captionID() string {
	switch {
	case t.Caption.ID != "" || !t.Scroll:
		return t.Caption.ID
	case t.ID != "":
		return t.ID + "-caption"
	case t.Caption.Text != "":
		name := strings.ToLower(strings.ReplaceAll(t.Caption.Text, " ", "-"))
		return "table-" + name[:min(len(name), 40)] + "-caption"
	}
	return ""
}

func (t Table) caption(ctx context.Context) Heading {
	h := t.Caption
	if h.VisuallyHiddenText == "" && strings.Contains(t.classes(), "nhsuk-table--sortable") {
		h.VisuallyHiddenText = own(ctx, "", "sortable")
	}
	if h.VisuallyHiddenText != "" {
		h.VisuallyHiddenText = "(" + h.VisuallyHiddenText + ")"
	}
	h.ID, h.Element = t.captionID(), "caption"
	h.name, h.prefix, h.sizes = "nhsuk-table__caption", "nhsuk-table__caption--", []string{"s", "m", "l", "xl"}
	return h
}

// role is what a cell of a responsive table is, since its display is changed.
func (t Table) role(name string) string { return when(t.Responsive, name) }

func (t Table) headCell(h Cell) templ.Attributes {
	sorts, onServer := t.sortable()
	all := attributes(h.Attributes, "class", cellClasses("nhsuk-table__header", h), "scope", "col", "role", t.role("columnheader"),
		"rowspan", number(h.RowSpan), "aria-sort", when(sorts && h.Sort != "none", h.Sort), "data-sort-next", when(sorts && !onServer, h.SortNext))
	if h.ColSpan > 0 && !t.Responsive {
		all["colspan"] = number(h.ColSpan)
	}
	return switched(all, "data-sort", sorts && h.Sort != "")
}

// columnOf is the head above a cell.
func (t Table) columnOf(i int) Cell {
	if i < len(t.Head) {
		return t.Head[i]
	}
	return Cell{}
}

func (t Table) bodyCell(c Cell, i int) templ.Attributes {
	head, base, scope, role := t.columnOf(i), "nhsuk-table__cell", "", "cell"
	if i == 0 && t.FirstCellIsHeader {
		base, scope, role = "nhsuk-table__header", "row", "rowheader"
	}
	if c.Align == "" && c.Format == "string" && head.Format == "numeric" {
		c.Align = "right"
	}
	c.Align, c.Format = or(c.Align, head.Align), or(c.Format, head.Format)
	all := attributes(c.Attributes, "class", cellClasses(base, c), "scope", scope, "role", t.role(role), "rowspan", number(c.RowSpan), "data-sort-value", c.SortValue)
	if c.ColSpan > 0 && !t.Responsive {
		all["colspan"] = number(c.ColSpan)
	}
	return all
}

func cellClasses(base string, c Cell) string {
	width := ""
	if c.Width != "" && !strings.Contains(c.Classes, "nhsuk-u-width-"+c.Width) {
		width = "nhsuk-u-width-" + c.Width
	}
	return class(base, flag(c.Format == "numeric", base+"--numeric", c.Classes),
		variant("nhsuk-u-text-align-", c.Align, c.Classes, "left", "centre", "right"), width, c.Classes)
}
