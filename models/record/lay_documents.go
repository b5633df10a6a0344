package record

import (
	"crypto/sha256"
	"encoding/hex"

	"candour/models/fhir"
)

func layDocument(m *maker, e *entry, r *fhir.DocumentReference) {
	l := &e.line
	e.section = Documents
	e.names(r.Type)
	if l.Title == "" {
		e.names(firstOf(r.Category))
	}
	if description := squash(r.Description); l.Title == "" {
		e.called(description)
	} else {
		e.detail("description", description)
	}
	e.state(r.Status, "superseded")
	if r.DocStatus == "entered-in-error" {
		e.line.Status = r.DocStatus
	}
	l.When = whenOf(r.Date)
	for _, a := range pointers(r.Author) {
		m.recorder(e, a)
		m.people(e, "author", a)
	}
	m.things(e, "custodian", r.Custodian)
	e.detail("doc_status", r.DocStatus)
	for _, c := range r.Content {
		if c.Attachment != nil {
			e.attachment(c.Attachment)
		}
	}
}

// attachment notes that there is a text to open. Two items of a source that carry
// the same bytes are one letter.
func (e *entry) attachment(a *fhir.Attachment) {
	l := &e.line
	e.detail("title", squash(a.Title))
	e.detail("format", a.ContentType)
	if l.When.Sort == 0 && a.Creation != "" {
		l.When = whenOf(a.Creation)
	}
	if a.Data == "" && a.URL == "" {
		return
	}
	l.Document = true
	if e.same != "" {
		return
	}
	sum := sha256.Sum256([]byte(a.Data + "\n" + a.URL))
	e.same = "letter@" + hex.EncodeToString(sum[:12])
	if a.Data == "" {
		e.same += e.item.Source // an address means something only to its source
	}
}

func layComposition(m *maker, e *entry, r *fhir.Composition) {
	l := &e.line
	e.section = Documents
	e.names(r.Type)
	if l.Title == "" {
		e.names(firstOf(r.Category))
	}
	if t := squash(r.Title); t != "" && t != l.Title {
		e.detail("kind", l.Title)
		l.Title = t
	}
	e.state(r.Status)
	l.When = whenOf(r.Date)
	for _, a := range pointers(r.Author) {
		m.recorder(e, a)
		m.people(e, "author", a)
	}
	m.things(e, "custodian", r.Custodian)
	for i := range r.Section {
		s := &r.Section[i]
		e.detail("contents", or(squash(s.Title), title(s.Code)))
		l.Document = l.Document || s.Text != nil && s.Text.Div != ""
	}
}

func layList(m *maker, e *entry, r *fhir.List) {
	l := &e.line
	e.section = Other
	e.names(r.Code)
	e.alone = true
	l.Title = or(squash(r.Title), l.Title)
	e.state(r.Status, "retired")
	l.When = whenOf(r.Date)
	m.recorder(e, r.Source)
	e.detail("empty_reason", title(r.EmptyReason))
	var items []*fhir.Reference
	for _, x := range r.Entry {
		if x.Deleted == nil || !*x.Deleted {
			items = append(items, x.Item)
		}
	}
	m.things(e, "entries", items...)
	m.notes(e, r.Note)
}
