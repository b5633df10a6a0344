package nhsuk

import (
	"context"
	"io"
	"slices"

	"github.com/a-h/templ"
)

// Header of every page. The NHS mark is not in here, it is licensed to NHS bodies:
// Logo.Part is the mark of whoever runs the service, or nothing.
type Header struct {
	Logo             Logo
	Service          Link
	Below            templ.Component // under the name of the service, inside its link
	Organisation     Organisation
	Search           HeaderSearch
	Account          Account
	Navigation       Navigation
	Colour           string // white
	Inline           bool
	ContainerClasses string
	ID, Classes      string
	Attributes       templ.Attributes
}

// Logo is a picture, or a part.
type Logo struct {
	Src, Alt, Href, AriaLabel string
	Part                      templ.Component
}

// Organisation stands beside the logo.
type Organisation struct{ Name, Split, Descriptor string }

// HeaderSearch is a search form in the header.
type HeaderSearch struct {
	On                   bool
	Action, Method, Name string
	Input                Input
	Label                Label
	Button               Button
}

// Account is who is signed in, with log out last.
type Account struct {
	Items     []AccountItem
	AriaLabel string
	Classes   string
}

// AccountItem is words, a link, or with an Action a form of one button; Inside is
// what that form holds besides.
type AccountItem struct {
	Text           string
	Part           templ.Component
	Icon           bool
	Href           string
	Action, Method string
	Inside         templ.Component
	Classes        string
}

// Navigation is the main way around.
type Navigation struct {
	Items      []NavigationItem
	AriaLabel  string
	Colour     string // white
	Justified  bool
	Wraps      bool // few entries wrap on a phone, instead of hiding behind a menu
	Classes    string
	Attributes templ.Attributes
}

// NavigationItem is one of its entries; Active is the part one is in, Current the page.
type NavigationItem struct {
	Text            string
	Part            templ.Component
	Href            string
	Active, Current bool
	Classes         string
	Attributes      templ.Attributes
}

func (h Header) Render(ctx context.Context, w io.Writer) error { return header(h).Render(ctx, w) }

func (h Header) classes() string {
	return class("nhsuk-header", variant("nhsuk-header--", h.Colour, h.Classes, "white"), flag(h.Inline, "nhsuk-header--inline", h.Classes),
		when(h.Organisation.Name != "", "nhsuk-header--organisation"), h.Classes)
}

// oneLink says whether logo and service name lead to the same place.
func (h Header) oneLink() bool {
	return h.Service.Href != "" && (h.Logo.Href == "" && h.Service.Text != "" || h.Logo.Href == h.Service.Href)
}

func (h Header) logoHref() string {
	if h.oneLink() {
		return h.Service.Href
	}
	return h.Logo.Href
}

// logoLabel is what the link around the logo says.
func (h Header) logoLabel(ctx context.Context) string {
	parts := []string{or(h.Logo.Alt, "NHS"), h.Organisation.Name, h.Organisation.Split}
	if h.oneLink() {
		parts = append(parts, h.Service.Text)
	}
	return or(h.Logo.AriaLabel, class(append(parts, own(ctx, "", "homepage"))...))
}

func (n Navigation) classes() string {
	return class("nhsuk-header__navigation", variant("nhsuk-header__navigation--", n.Colour, n.Classes, "white"),
		flag(n.Justified, "nhsuk-header__navigation--justified", n.Classes), n.Classes)
}

func (i NavigationItem) attributes() templ.Attributes {
	all := attributes(nil, "class", or(when(i.Href != "", "nhsuk-header__navigation-link"), "nhsuk-header__navigation-text"),
		"aria-current", or(when(i.Current, "page"), when(i.Active, "true")))
	if i.Href != "" {
		all["href"] = safe(i.Href)
	}
	return all
}

func (s HeaderSearch) input(ctx context.Context) Input {
	b := s.Button
	b.AriaLabel, b.Icon.Name, b.Small = own(ctx, b.AriaLabel, "search"), "search", true
	i := s.Input
	i.Label = Label{Text: own(ctx, s.Label.VisuallyHiddenText, "search_site"), Classes: "nhsuk-u-visually-hidden"}
	i.ID, i.Name, i.Type, i.Autocomplete = "search-field", or(s.Name, "q"), "search", "off"
	i.Placeholder = own(ctx, i.Placeholder, "search")
	i.FormGroup.AfterInput = Words{Part: b}
	return i
}

// Footer of every page.
type Footer struct {
	Navigation       []FooterColumn
	Columns          int
	Meta             FooterMeta
	Copyright        Words
	ContainerClasses string
	ID, Classes      string
	Attributes       templ.Attributes
}

// FooterColumn is a list of links under a heading.
type FooterColumn struct {
	Heading Heading
	Text    string
	Part    templ.Component
	Items   []Link
	Width   string
}

// FooterMeta is the support links, and whatever stands below them.
type FooterMeta struct {
	Items              []Link
	VisuallyHiddenText string
	Text               string
	Part               templ.Component
}

func (f Footer) Render(ctx context.Context, w io.Writer) error { return footer(f).Render(ctx, w) }

func (f Footer) width() string {
	switch f.Columns {
	case 1:
		return "full"
	case 2:
		return "one-half"
	case 3:
		return "one-third"
	}
	return "one-quarter"
}

// rows of the footer's columns.
func (f Footer) rows() [][]FooterColumn {
	n := f.Columns
	if n < 1 || n > 3 {
		n = 4
	}
	return slices.Collect(slices.Chunk(f.Navigation, n))
}
