// Package component holds the pieces pages are made of: the NHS design system's,
// with the same classes and options as its own templates, and a few of ours. A
// piece takes one struct; words come in ready, or from locales for its own labels.
package component

import (
	"context"
	"strings"

	"candour/locales"
	"candour/models/invalid"
	"github.com/a-h/templ"
)

// Link is an address with its words.
type Link struct{ Href, Text string }

// Problem is one line of the error summary; Field is the id of the control.
type Problem struct{ Field, Text string }

// Problems puts what is wrong with a form into words, in the order of the form.
func Problems(ctx context.Context, fields invalid.Fields) []Problem {
	problems := make([]Problem, 0, len(fields))
	for _, f := range fields {
		problems = append(problems, Problem{f.Name, message(ctx, f)})
	}
	return problems
}

// FieldError is the message of one field, or "".
func FieldError(ctx context.Context, fields invalid.Fields, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return message(ctx, f)
		}
	}
	return ""
}

func message(ctx context.Context, f invalid.Field) string {
	args := make([]any, 0, 2*len(f.Args))
	for name, value := range f.Args {
		args = append(args, name, value)
	}
	return locales.T(ctx, f.Message, args...)
}

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

func (c Control) name() string {
	if c.Name != "" {
		return c.Name
	}
	return c.ID
}

// describedBy joins the ids of hint and error, as the design system names them.
func describedBy(id, hint, problem string) string {
	var ids []string
	if hint != "" {
		ids = append(ids, id+"-hint")
	}
	if problem != "" {
		ids = append(ids, id+"-error")
	}
	return strings.Join(ids, " ")
}

func described(id, hint, problem string) templ.Attributes {
	if ids := describedBy(id, hint, problem); ids != "" {
		return templ.Attributes{"aria-describedby": ids}
	}
	return nil
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

// optionID is the design system's numbering: the first has the bare id.
func optionID(id string, i int) string {
	if i == 0 {
		return id
	}
	return id + "-" + locales.Number(i+1)
}

// Digits keeps a number in its own order inside any script (a bare NHS number is
// drawn backwards in a right-to-left page: a patient-safety matter).
func Digits(text string) templ.Component { return digits(text) }
