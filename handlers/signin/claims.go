package signin

import (
	"encoding/json"
	"strconv"
	"time"
)

// claims are a token's, before they mean anything to us.
type claims map[string]any

// has tells whether a claim is there; one that is null is not, for both national
// providers leave out what they do not know.
func (c claims) has(name string) bool { return c[name] != nil }

// text is a claim that is a string; anything else is none.
func (c claims) text(name string) string {
	s, _ := c[name].(string)
	return s
}

// texts is a claim that is a list of strings, or one string.
func (c claims) texts(name string) []string {
	if one := c.text(name); one != "" {
		return []string{one}
	}
	list, _ := c[name].([]any)
	var out []string
	for _, v := range list {
		if text, ok := v.(string); ok {
			out = append(out, text)
		}
	}
	return out
}

// list is a claim that is a list of objects; other things in it are left out.
func (c claims) list(name string) []claims {
	list, _ := c[name].([]any)
	var out []claims
	for _, v := range list {
		if fields, ok := v.(map[string]any); ok {
			out = append(out, fields)
		}
	}
	return out
}

// number is a claim that is a number, or a number in a string (CIS2 sends both).
func (c claims) number(name string) int64 {
	switch v := c[name].(type) {
	case float64:
		return int64(v)
	case json.Number:
		n, _ := v.Int64()
		return n
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return 0
		}
		return n
	}
	return 0
}

// instant is a claim that is a time in seconds; zero when it is none.
func (c claims) instant(name string) time.Time {
	if at := c.number(name); at > 0 {
		return time.Unix(at, 0).UTC()
	}
	return time.Time{}
}
