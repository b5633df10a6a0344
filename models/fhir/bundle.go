package fhir

import (
	"bytes"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Bundle is a container taken apart: its entries still raw.
type Bundle struct {
	ID        string
	Type      string
	Timestamp string
	Updated   string // meta.lastUpdated
	Profile   []string
	Entries   []Entry
}

// Entry is one entry of a Bundle. Raw is part of the bundle's own bytes.
type Entry struct {
	FullURL string
	Method  string // of a transaction, batch or history: POST, PUT, DELETE, …
	URL     string
	Raw     []byte
}

// Whole reads a document that is in memory: a Bundle, taken apart, or any other
// single resource as a Bundle of one entry without a type. All of it is checked
// before anything is returned.
func Whole(raw []byte, maxEntries int) (*Bundle, error) {
	if r := Sniff(raw[:min(len(raw), 512)]); r != nil {
		return nil, r
	}
	raw = TrimBOM(raw)
	if Depth(raw) > MaxDepth {
		return nil, refuse(TooDeep, "")
	}
	p := parser{raw: raw, dec: jsontext.NewDecoder(bytes.NewBuffer(raw)), max: maxEntries}
	b, kind, err := p.bundle()
	if err != nil {
		if !utf8.Valid(raw) {
			return nil, refuse(NotUTF8, "")
		}
		return nil, err
	}
	if kind != "Bundle" {
		return &Bundle{Entries: []Entry{{Raw: bytes.TrimSpace(raw)}}}, nil
	}
	return b, nil
}

type parser struct {
	raw  []byte
	dec  *jsontext.Decoder
	max  int
	kind string
}

func (p *parser) bundle() (*Bundle, string, error) {
	b := &Bundle{}
	if p.dec.PeekKind() != '{' {
		if err := p.dec.SkipValue(); err != nil {
			return nil, "", refusalOf(err)
		}
		return nil, "", refuse(NotAnObject, "")
	}
	err := p.object(func(name string) error {
		switch name {
		case "resourceType":
			return p.text(&p.kind)
		case "id":
			return p.text(&b.ID)
		case "type":
			return p.text(&b.Type) // of other resources an object: text skips it
		case "timestamp":
			return p.text(&b.Timestamp)
		case "meta":
			var m Meta
			err := json.UnmarshalDecode(p.dec, &m)
			b.Updated, b.Profile = m.LastUpdated, m.Profile
			return err
		case "entry":
			return p.entries(b)
		}
		return p.dec.SkipValue()
	})
	if err != nil {
		if r, ok := err.(*Refusal); ok {
			return nil, p.kind, r
		}
		return nil, p.kind, refusalOf(err)
	}
	if r := atEnd(p.dec); r != nil {
		return nil, p.kind, r
	}
	return b, p.kind, nil
}

// object calls member for each name; member must consume the value.
func (p *parser) object(member func(name string) error) error {
	if _, err := p.dec.ReadToken(); err != nil {
		return err
	}
	for p.dec.PeekKind() == '"' {
		name, err := p.dec.ReadToken()
		if err != nil {
			return err
		}
		if err := member(name.String()); err != nil {
			return err
		}
	}
	_, err := p.dec.ReadToken()
	return err
}

// text reads a string; a value of another kind is skipped, not an error here.
func (p *parser) text(into *string) error {
	if p.dec.PeekKind() != '"' {
		return p.dec.SkipValue()
	}
	t, err := p.dec.ReadToken()
	if err == nil {
		*into = t.String()
	}
	return err
}

func (p *parser) entries(b *Bundle) error {
	if p.dec.PeekKind() != '[' {
		return p.dec.SkipValue() // not a Bundle's entry: a List's, or wrong; a Bundle without entries then
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return err
	}
	for p.dec.PeekKind() != ']' {
		if p.dec.PeekKind() != '{' {
			if err := p.dec.SkipValue(); err != nil {
				return err
			}
			b.Entries = append(b.Entries, Entry{})
			continue
		}
		e, err := p.entry()
		if err != nil {
			return err
		}
		if b.Entries = append(b.Entries, e); p.max > 0 && len(b.Entries) > p.max {
			return refuse(TooLarge, "too many entries")
		}
	}
	_, err := p.dec.ReadToken()
	return err
}

func (p *parser) entry() (Entry, error) {
	var e Entry
	err := p.object(func(name string) error {
		switch name {
		case "fullUrl":
			return p.text(&e.FullURL)
		case "resource":
			p.dec.PeekKind() // moves to the value
			v, err := p.dec.ReadValue()
			if err == nil {
				end := int(p.dec.InputOffset())
				e.Raw = p.raw[end-len(v) : end : end]
			}
			return err
		case "request":
			if p.dec.PeekKind() != '{' {
				return p.dec.SkipValue()
			}
			return p.object(func(name string) error {
				switch name {
				case "method":
					return p.text(&e.Method)
				case "url":
					return p.text(&e.URL)
				}
				return p.dec.SkipValue()
			})
		}
		return p.dec.SkipValue()
	})
	return e, err
}
