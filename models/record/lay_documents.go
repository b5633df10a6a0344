package record

import (
	"crypto/sha256"
	"encoding/hex"
)

func layDocument(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Documents
	for _, c := range append(append(many[concept]{}, r.Kind...), r.Category...) {
		if e.names(c); l.Title != "" {
			break
		}
	}
	e.alone = false
	description := squash(r.Description.v.title())
	if l.Title == "" {
		l.Title = description
	} else {
		m.detail(e, "description", description)
	}
	l.Status = string(r.Status)
	e.current = l.Status != "superseded"
	l.When = whenOf(string(r.Date))
	for _, a := range r.Author {
		m.recorder(e, a)
		m.people(e, "author", a)
	}
	m.things(e, "custodian", r.Custodian.v)
	m.detail(e, "doc_status", string(r.DocStatus))
	for _, c := range r.Content {
		m.attachment(e, c.Attachment.v)
	}
}

// attachment notes that there is a text to open. Two items of a source that carry
// the same bytes are one letter.
func (m *maker) attachment(e *entry, a attachment) {
	l := &e.line
	m.detail(e, "title", squash(string(a.Title)))
	m.detail(e, "format", string(a.ContentType))
	m.detail(e, "size", string(a.Size))
	if l.When.Sort == 0 && a.Creation != "" {
		l.When = whenOf(string(a.Creation))
	}
	if a.Data == "" && a.URL == "" {
		return
	}
	l.Document = true
	if e.same == "" {
		sum := sha256.Sum256([]byte(a.Data + "\n" + a.URL))
		e.same = "letter@" + hex.EncodeToString(sum[:12])
		if a.Data == "" {
			e.same += e.item.Source // an address means something only to its source
		}
	}
}

func layComposition(m *maker, e *entry) {
	r, l := e.res, &e.line
	e.section = Documents
	for _, c := range append(append(many[concept]{}, r.Kind...), r.Category...) {
		if e.names(c); l.Title != "" {
			break
		}
	}
	e.alone = false
	if t := squash(string(r.Title)); t != "" {
		if l.Title != t {
			m.detail(e, "kind", l.Title)
		}
		l.Title = t
	}
	l.Status = string(r.Status)
	l.When = whenOf(string(r.Date))
	for _, a := range r.Author {
		m.recorder(e, a)
		m.people(e, "author", a)
	}
	m.things(e, "custodian", r.Custodian.v)
	for _, s := range r.Section {
		m.detail(e, "contents", or(squash(string(s.Title)), s.Code.v.title()))
		if s.Text.v.Div != "" {
			l.Document = true
		}
	}
}
