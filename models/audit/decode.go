package audit

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"candour/models/opaque"
)

var errBody = errors.New("audit: the body is not in its canonical form")

// decodeBody reads a canonical body. Because there is one form only, the keys are
// looked for in their order, which is ten times as fast as reading any JSON: a
// page of a long history reads hundreds of bodies.
func decodeBody(text []byte) (Entry, error) {
	c := cursor{rest: text}
	if v := c.number(`{"v":`); v != bodyVersion && c.err == nil {
		return Entry{}, fmt.Errorf("audit: body: version %d is not known", v)
	}
	var e Entry
	e.At = time.UnixMilli(c.number(`,"at":`)).UTC()
	e.Person = opaque.ID(c.text(`,"person":`))
	e.Viewer.ID = c.text(`,"viewer":`)
	e.Viewer.Organisation = c.text(`,"org":`)
	e.Kind = Kind(c.text(`,"kind":`))
	e.Outcome = Outcome(c.text(`,"outcome":`))
	e.Reason = c.optional(`,"reason":`)
	c.must(`,"as":{`)
	c.viewer(&e.Viewer)
	e.Purpose = c.optional(`,"purpose":`)
	if c.skip(`,"relation":{`) {
		c.relation(&e.Relation)
	}
	e.Route = c.optional(`,"route":`)
	e.Shape = c.optional(`,"shape":`)
	e.RequestID = c.optional(`,"request":`)
	e.Policy = c.optional(`,"policy":`)
	if c.skip(`,"sections":[`) {
		e.Sections = append(e.Sections, c.quoted())
		for c.skip(`,`) {
			e.Sections = append(e.Sections, c.quoted())
		}
		c.must(`]`)
	}
	if set := c.optional(`,"set":`); set != "" {
		var err error
		if e.Set, err = hex.DecodeString(set); err != nil {
			return Entry{}, errBody
		}
	}
	if bytes.HasPrefix(c.rest, []byte(`,"count":`)) {
		e.Count = int(c.number(`,"count":`))
	}
	c.must(`}`)
	if c.err == nil && len(c.rest) > 0 {
		c.err = errBody
	}
	return e, c.err
}

// cursor reads on through a body; after a mistake it stays where it is.
type cursor struct {
	rest  []byte
	first bool // the next member of an object has no comma
	err   error
}

func (c *cursor) skip(literal string) bool {
	if c.err != nil || len(c.rest) < len(literal) || string(c.rest[:len(literal)]) != literal {
		return false
	}
	c.rest = c.rest[len(literal):]
	return true
}

func (c *cursor) must(literal string) {
	if !c.skip(literal) && c.err == nil {
		c.err = errBody
	}
}

func (c *cursor) number(key string) int64 {
	c.must(key)
	n := 0
	for n < len(c.rest) && (c.rest[n] >= '0' && c.rest[n] <= '9' || n == 0 && c.rest[n] == '-') {
		n++
	}
	v, err := strconv.ParseInt(string(c.rest[:n]), 10, 64)
	if err != nil && c.err == nil {
		c.err = errBody
	}
	c.rest = c.rest[n:]
	return v
}

func (c *cursor) text(key string) string {
	c.must(key)
	return c.quoted()
}

func (c *cursor) optional(key string) string {
	if !c.skip(key) {
		return ""
	}
	return c.quoted()
}

// member reads an optional member of an object, the first of which has no comma.
func (c *cursor) member(key string) string {
	with := key
	if c.first {
		with = key[1:]
	}
	if !c.skip(with) {
		return ""
	}
	c.first = false
	return c.quoted()
}

func (c *cursor) quoted() string {
	if c.err != nil {
		return ""
	}
	if len(c.rest) == 0 || c.rest[0] != '"' {
		c.err = errBody
		return ""
	}
	end := bytes.IndexByte(c.rest[1:], '"') + 1
	if end == 0 {
		c.err = errBody
		return ""
	}
	if plain := c.rest[1:end]; bytes.IndexByte(plain, '\\') < 0 {
		c.rest = c.rest[end+1:]
		return string(plain)
	}
	return c.escaped(end)
}

// escaped reads a text that has escapes in it, from a quote that may be one of them.
func (c *cursor) escaped(end int) string {
	for {
		back := 0
		for c.rest[end-1-back] == '\\' {
			back++
		}
		if back%2 == 0 {
			break
		}
		next := bytes.IndexByte(c.rest[end+1:], '"')
		if next < 0 {
			c.err = errBody
			return ""
		}
		end += 1 + next
	}
	out, err := jsontext.AppendUnquote(nil, c.rest[:end+1])
	if err != nil {
		c.err = errBody
		return ""
	}
	c.rest = c.rest[end+1:]
	return string(out)
}

func (c *cursor) viewer(v *Viewer) {
	c.first = true
	v.Kind = c.member(`,"kind":`)
	v.Name = c.member(`,"name":`)
	v.Role = c.member(`,"role":`)
	v.RoleName = c.member(`,"role_name":`)
	v.OrganisationName = c.member(`,"org_name":`)
	v.Session = c.member(`,"session":`)
	c.must(`}`)
}

func (c *cursor) relation(r *Relation) {
	c.first = true
	r.Kind = c.member(`,"kind":`)
	r.Basis = c.member(`,"basis":`)
	r.Evidence = opaque.ID(c.member(`,"evidence":`))
	r.Reason = c.member(`,"reason":`)
	r.Note = c.member(`,"note":`)
	c.must(`}`)
}
