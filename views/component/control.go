package component

import (
	"context"
	"io"
	"strconv"

	"candour/views/component/nhsuk"
	"github.com/a-h/templ"
)

// Control is what text inputs, selects and the like have in common.
type Control struct {
	ID    string
	Name  string // the id when empty
	Label string
	Size  string // label size: "", "s", "m", "l"; "l" with Heading is a question page
	Hint  string
	Error string
	Value string
	// Heading makes the label the page's h1.
	Heading bool
}

func (c Control) field() nhsuk.Field {
	return nhsuk.Field{ID: c.ID, Name: or(c.Name, c.ID), Value: c.Value,
		Label: nhsuk.Label{Text: c.Label, Size: c.Size, Heading: nhsuk.Heading{On: c.Heading}},
		Hint:  nhsuk.Hint{Text: c.Hint}, ErrorMessage: nhsuk.ErrorMessage{Text: c.Error}}
}

// Text is a one-line input.
type Text struct {
	Control
	Width        string // "2", "3", "4", "5", "10", "20", "30"; "" is full
	Type         string // text when empty
	Mode         string // inputmode
	Autocomplete string
	Spellcheck   bool
}

// Input is a one-line input in its form group.
func Input(t Text) templ.Component {
	in := nhsuk.Input{Field: t.field(), Type: t.Type, Width: t.Width, InputMode: t.Mode, Autocomplete: t.Autocomplete}
	if !t.Spellcheck {
		in.Spellcheck = nhsuk.No
	}
	return in
}

// Area is an input of several lines.
type Area struct {
	Control
	Rows string // 4 when empty
}

// Textarea is an Area in its form group.
func Textarea(a Area) templ.Component {
	return a.textarea()
}

func (a Area) textarea() nhsuk.Textarea {
	rows, err := strconv.Atoi(a.Rows)
	if err != nil {
		rows = 4
	}
	return nhsuk.Textarea{Field: a.field(), Rows: rows}
}

// Choice is a list to choose one from.
type Choice struct {
	Control
	Options []Option
}

// Select is a Choice in its form group.
func Select(c Choice) templ.Component {
	out := nhsuk.Select{Field: c.field()}
	for _, o := range c.Options {
		out.Items = append(out.Items, nhsuk.SelectItem{Value: o.Value, Text: o.Text, Selected: picked(o.Selected)})
	}
	return out
}

// SearchInput is a text input with its button beside it.
func SearchInput(c Control, button string) templ.Component {
	return nhsuk.SearchInput{Input: nhsuk.Input{Field: c.field(), Width: "20"}, Button: nhsuk.Button{Text: button, AriaLabel: button}}
}

// Group is a question with several controls under one legend.
type Group struct {
	ID      string
	Name    string // the id when empty
	Legend  string
	Size    string // "", "s", "m", "l"
	Heading bool   // the legend is the page's h1
	Hint    string
	Error   string
	Small   bool
	Options []Option
}

// Option is one choice of radios, checkboxes or a select.
type Option struct {
	Value    string
	Text     string
	Hint     string
	Selected bool
	// Reveal is shown when the option is chosen (radios and checkboxes only);
	// without scripts it is always shown.
	Reveal templ.Component
}

func (g Group) legend() nhsuk.Legend {
	return nhsuk.Legend{Text: g.Legend, Size: g.Size, Heading: nhsuk.Heading{On: g.Heading}}
}

func (g Group) group() nhsuk.Group {
	out := nhsuk.Group{Fieldset: nhsuk.Fieldset{Legend: g.legend()}, IDPrefix: g.ID, Name: or(g.Name, g.ID), Small: g.Small,
		Hint: nhsuk.Hint{Text: g.Hint}, ErrorMessage: nhsuk.ErrorMessage{Text: g.Error}}
	for _, o := range g.Options {
		out.Items = append(out.Items, nhsuk.Option{Value: o.Value, Text: o.Text, Hint: nhsuk.Hint{Text: o.Hint}, Checked: picked(o.Selected), Conditional: o.Reveal})
	}
	return out
}

// Radios are for one answer, Checkboxes for any number.
func Radios(g Group) templ.Component { return nhsuk.Radios{Group: g.group()} }

// Checkboxes are for any number of answers.
func Checkboxes(g Group) templ.Component { return nhsuk.Checkboxes{Group: g.group()} }

// Fieldset is any set of controls under one legend.
func Fieldset(g Group) templ.Component {
	return around(func(inside templ.Component) templ.Component {
		told := nhsuk.Field{ID: g.ID, Hint: nhsuk.Hint{Text: g.Hint}, ErrorMessage: nhsuk.ErrorMessage{Text: g.Error}}
		return nhsuk.Fieldset{Legend: g.legend(), DescribedBy: told.Described(), Part: nhsuk.Together(nhsuk.Advice(told), inside)}
	})
}

// Date is a date in three fields, named id-day, id-month and id-year.
type Date struct {
	Group
	Day, Month, Year string
	Birth            bool // lets the browser fill in the person's own birthday
}

// DateInput is a Date in its form group.
func DateInput(d Date) templ.Component {
	part := func(name, value, width string) nhsuk.DateItem {
		item := nhsuk.DateItem{Name: or(d.Name, d.ID) + "-" + name, ID: d.ID + "-" + name, Value: value, Width: width, Label: nhsuk.Label{Part: said("component." + name)}}
		if d.Birth {
			item.Autocomplete = "bday-" + name
		}
		return item
	}
	return nhsuk.DateInput{ID: d.ID, Fieldset: nhsuk.Fieldset{Legend: d.legend()}, Hint: nhsuk.Hint{Text: d.Hint}, ErrorMessage: nhsuk.ErrorMessage{Text: d.Error},
		Items: []nhsuk.DateItem{part("day", d.Day, "2"), part("month", d.Month, "2"), part("year", d.Year, "4")}}
}

func picked(is bool) nhsuk.Choice {
	if is {
		return nhsuk.Yes
	}
	return nhsuk.No
}

func or(value, otherwise string) string {
	if value != "" {
		return value
	}
	return otherwise
}

// around gives what stands inside a piece to the piece.
func around(draw func(inside templ.Component) templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		inside := templ.GetChildren(ctx)
		return draw(inside).Render(templ.ClearChildren(ctx), w)
	})
}
