package web

import (
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// Values are the fields of a form or of an address, by name.
type Values map[string][]string

// Get is the field's value, trimmed, or "".
func (v Values) Get(name string) string {
	if all := v[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// All is every value of a field that may come more than once.
func (v Values) All(name string) []string { return v[name] }

const fieldLimit = 8000 // bytes a field; the longest text anybody types here has 2,000 characters of any script

// Form reads exactly the named fields of a posted form. A name with a star
// ("section*") may come more than once. An unknown field, one that comes twice
// or is too long refuses the form (trust.md R-9): nothing is set that the form
// does not have.
func Form(c *fiber.Ctx, allowed ...string) (Values, error) {
	return pick(c.Request().PostArgs(), append(allowed[:len(allowed):len(allowed)], TokenField), true)
}

// Query reads the named fields of the address. Others are left alone, so that a
// link with somebody's tracking code still works; doubles are refused.
func Query(c *fiber.Ctx, allowed ...string) (Values, error) {
	return pick(c.Request().URI().QueryArgs(), allowed, false)
}

func pick(args *fasthttp.Args, allowed []string, strict bool) (Values, error) {
	out := Values{}
	var problem error
	for k, v := range args.All() {
		name := string(k)
		once, known := permitted(name, allowed)
		switch {
		case !known && strict, known && once && len(out[name]) > 0, known && (len(v) > fieldLimit || len(out[name]) > 100 || !utf8.Valid(v)):
			problem = errForm
		case known:
			out[name] = append(out[name], clean(string(v)))
		}
	}
	if problem != nil {
		return nil, problem
	}
	delete(out, TokenField)
	return out, nil
}

func permitted(name string, allowed []string) (once, known bool) {
	for _, a := range allowed {
		if a == name {
			return true, true
		}
		if strings.HasSuffix(a, "*") && a[:len(a)-1] == name {
			return false, true
		}
	}
	return false, false
}

// clean drops control characters, which no field of ours needs, and the blanks
// around the text.
func clean(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\r' || r < 0x20 && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, text))
}
