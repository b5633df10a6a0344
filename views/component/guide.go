package component

import (
	"context"
	"io"

	"candour/locales"
	"candour/views/component/nhsuk"
	"github.com/a-h/templ"
)

// ErrorSummary is first on a page whose form has problems; without any it is nothing.
func ErrorSummary(problems []Problem) templ.Component {
	if len(problems) == 0 {
		return templ.NopComponent
	}
	out := nhsuk.ErrorSummary{Heading: nhsuk.Heading{Part: said("component.error_heading")}}
	for _, p := range problems {
		item := nhsuk.Link{Text: p.Text}
		if p.Field != "" {
			item.Href = "#" + p.Field
		}
		out.ErrorList = append(out.ErrorList, item)
	}
	return out
}

// BackLink stands in a landmark of its own, outside the main content.
func BackLink(l Link) templ.Component { return backLink(l) }

// Breadcrumb is the way down to this page.
func Breadcrumb(items []Link) templ.Component {
	var out nhsuk.Breadcrumb
	for _, l := range items {
		out.Items = append(out.Items, nhsuk.Link{Text: l.Text, Href: l.Href})
	}
	return out
}

// Pages are the neighbours of a page of a list; an empty Href is no neighbour.
type Pages struct {
	Previous Link
	Next     Link
}

// Pagination goes to the neighbours; without any it is nothing.
func Pagination(p Pages) templ.Component {
	if p.Previous.Href == "" && p.Next.Href == "" {
		return templ.NopComponent
	}
	neighbour := func(l Link) nhsuk.Neighbour { return nhsuk.Neighbour{Href: l.Href, Label: nhsuk.Words{Text: l.Text}} }
	return nhsuk.Pagination{Previous: neighbour(p.Previous), Next: neighbour(p.Next)}
}

// CardLink is a card that is a way in: the whole card can be pressed.
type CardLink struct {
	Link
	Level       int // heading level, 2 when not given
	Description string
	Secondary   bool // a way that fewer people look for
}

// Card draws a CardLink, with what stands inside it below the description.
func Card(c CardLink) templ.Component {
	return around(func(inside templ.Component) templ.Component {
		variant := ""
		if c.Secondary {
			variant = "secondary"
		}
		return nhsuk.Card{Variant: variant, Heading: nhsuk.Heading{Text: c.Text, Level: c.Level, Size: "m"}, Href: c.Href, Clickable: true, Part: nhsuk.Together(describe(c.Description), inside)}
	})
}

// PlainCard is a box with a heading.
func PlainCard(heading string, level int) templ.Component {
	return around(func(inside templ.Component) templ.Component {
		return nhsuk.Card{Heading: nhsuk.Heading{Text: heading, Level: level, Size: "m"}, Part: inside}
	})
}

// said is a sentence in the language of the page.
func said(key string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		_, err := io.WriteString(w, templ.EscapeString(locales.T(ctx, key)))
		return err
	})
}
