// Package invalid carries what is wrong with a form back to the form: which
// field, which message, with which arguments. It is not a failure, so it is an
// error only by type.
package invalid

import "strings"

// Field is one problem of one field. Message is a key of locales; Args fill its
// placeholders.
type Field struct {
	Name    string
	Message string
	Args    map[string]string
}

// Fields is the list of problems, in the order of the form.
type Fields []Field

// Error lists field and key, never the value that was typed.
func (f Fields) Error() string {
	parts := make([]string, len(f))
	for i, field := range f {
		parts[i] = field.Name + ": " + field.Message
	}
	return "invalid: " + strings.Join(parts, ", ")
}

// For returns the message key of a field, or "".
func (f Fields) For(name string) string {
	for _, field := range f {
		if field.Name == name {
			return field.Message
		}
	}
	return ""
}

// OrNil returns nil when there are no problems, so that callers can
// `return problems.OrNil()`.
func (f Fields) OrNil() error {
	if len(f) == 0 {
		return nil
	}
	return f
}
