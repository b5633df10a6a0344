// Package component holds the pieces pages are made of: the usual forms of the NHS
// design system's pieces, whose every option is in package nhsuk, and a few of ours.
// Words come in ready, or from locales for a piece's own labels.
package component

import (
	"context"

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

// Digits keeps a number in its own order inside any script (a bare NHS number is
// drawn backwards in a right-to-left page: a patient-safety matter).
func Digits(text string) templ.Component { return digits(text) }

// Name keeps what nobody translates (a name, an address) apart from the words around
// it, in its own direction.
func Name(text string) templ.Component { return name(text) }
