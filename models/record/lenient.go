package record

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Real feeds send "12" for 12, one object where the standard wants a list, a
// code where it wants a concept. Intake has already judged the resource; here a
// field of the wrong shape must not cost the reader the rest of the item.

var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

func decode(raw []byte, into any) error { return json.Unmarshal(raw, into, lenient) }

// text is any JSON scalar as it was written: a number keeps its zeros.
type text string

// UnmarshalJSONFrom takes a string, a number or a boolean; anything else is "".
func (t *text) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	switch raw.Kind() {
	case '"':
		plain, err := jsontext.AppendUnquote(nil, raw)
		if err == nil {
			*t = text(plain)
		}
	case '0', 't', 'f':
		*t = text(raw)
	}
	return nil
}

// one is an object that is left empty when it has another shape.
type one[T any] struct {
	v  T
	ok bool
}

// UnmarshalJSONFrom takes an object, or the first of a list.
func (o *one[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var all many[T]
	if err := all.UnmarshalJSONFrom(dec); err != nil {
		return err
	}
	if len(all) > 0 {
		o.v, o.ok = all[0], true
	}
	return nil
}

// many is a list; a single value counts as a list of one, and an element of the
// wrong shape is passed over.
type many[T any] []T

// UnmarshalJSONFrom takes a list or a single value.
func (m *many[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	switch dec.PeekKind() {
	case '[':
		if _, err := dec.ReadToken(); err != nil {
			return err
		}
		for dec.PeekKind() != ']' && dec.PeekKind() != 0 {
			if err := m.add(dec); err != nil {
				return err
			}
		}
		_, err := dec.ReadToken()
		return err
	case 'n':
		return dec.SkipValue()
	default:
		return m.add(dec)
	}
}

func (m *many[T]) add(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	var v T
	if raw.Kind() == 'n' || json.Unmarshal(raw, &v, lenient) != nil {
		return nil
	}
	*m = append(*m, v)
	return nil
}

// squash makes one line of a text: feeds end doses with line breaks.
func squash(s string) string { return strings.Join(strings.Fields(s), " ") }
