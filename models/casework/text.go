package casework

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/opaque"
)

// maxText is how long a message or a note may be.
const maxText = 4000

// Text is a message between people and staff, or a note of staff.
type Text struct {
	Seq     int
	Note    bool // of staff, not a message
	At      time.Time
	By      By
	Body    string
	ShownTo Audience
	Read    time.Time
	Struck  time.Time
}

// Write sends a message: of somebody whose case it is to those who handle it, or
// the other way. audience narrows an answer of staff to the child, or to those who
// asked; a person's own is read by staff and, where they are the child, by nobody
// else.
func (s *Store) Write(ctx context.Context, by access.Viewer, id opaque.ID, body string, audience Audience, req Request) error {
	return s.put(ctx, by, id, body, audience, "message", access.Applicants|access.Handlers|access.Clinicians, req)
}

// Note keeps a note of staff; nobody else reads it unless it is made visible.
func (s *Store) Note(ctx context.Context, by access.Viewer, id opaque.ID, body string, visible bool, req Request) error {
	audience := ForStaff
	if visible {
		audience = ForAll
	}
	return s.put(ctx, by, id, body, audience, "note", access.Handlers|access.Clinicians, req)
}

func (s *Store) put(ctx context.Context, by access.Viewer, id opaque.ID, body string, audience Audience, kind string, open access.Hands, req Request) error {
	body = strings.TrimSpace(body)
	switch n := utf8.RuneCountInString(body); {
	case n == 0:
		return invalid.Fields{{Name: "body", Message: "case.text.missing"}}
	case n > maxText:
		return invalid.Fields{{Name: "body", Message: "case.text.long"}}
	}
	_, err := s.Act(ctx, by, id, Act{Name: kind, Open: open, Request: req}, func(ctx context.Context, c *Change) error {
		c.Quiet = true
		if by.Kind == access.Patient {
			audience = c.own(by)
		}
		if audience == "" {
			audience = ForAll
		}
		e := Event{Kind: kind, ShownTo: audience}
		c.Tell(e)
		if by.Kind == access.Staff && kind == "message" {
			if err := s.tell(ctx, c, kind, audience, nil); err != nil {
				return err
			}
		}
		row, err := s.db.QueryRow(ctx, "SELECT COALESCE(MAX(seq), 0) + 1 FROM case_texts WHERE case_id = ?", string(id))
		if err != nil {
			return err
		}
		var seq int
		if err := row.Scan(&seq); err != nil {
			return err
		}
		who := byOf(by)
		return s.exec(ctx, `INSERT INTO case_texts (case_id, seq, kind, at, by_kind, by_id, by_name, body, shown_to, read_at, struck_at, struck_by)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, '')`, string(id), seq, kind, millis(s.clock()), string(who.Kind), who.ID, who.Name, body, string(audience))
	})
	return err
}

// own is who reads what a person writes themselves: what the child says is theirs,
// what a representative says is theirs.
func (c *Change) own(by access.Viewer) Audience {
	if by.Person != "" && by.Person == c.Case.Person {
		return ForSubject
	}
	return ForApplicant
}

// Tell adds a notice for those who belong to an audience: the accounts that made
// the case, the person it is about, or both.
func (s *Store) Tell(ctx context.Context, c *Change, what string, audience Audience, fields map[string]string) error {
	return s.tell(ctx, c, what, audience, fields)
}

// TellOf tells of something outside an act, in the caller's transaction: that a case
// was made.
func (s *Store) TellOf(ctx context.Context, c Case, what string, audience Audience, fields map[string]string) error {
	ch := &Change{Case: c, Person: c.Person}
	if err := s.tell(ctx, ch, what, audience, fields); err != nil {
		return err
	}
	for _, n := range ch.Notify {
		if n.Case = c; s.notify != nil {
			if err := s.notify(ctx, n); err != nil {
				return wrap("tell", err)
			}
		}
	}
	return nil
}

func (s *Store) tell(ctx context.Context, c *Change, what string, audience Audience, fields map[string]string) error {
	n := Notice{What: what, Fields: fields}
	var err error
	if audience == ForAll || audience == ForApplicant {
		if n.Accounts, err = s.parties(ctx, c.Case.ID); err != nil {
			return err
		}
	}
	if audience == ForAll || audience == ForSubject {
		n.Person = c.Person
	}
	if len(n.Accounts) > 0 || n.Person != "" {
		c.Notify = append(c.Notify, n)
	}
	return nil
}

// Strike takes a note back without removing it; its author or whoever handles the case may.
func (s *Store) Strike(ctx context.Context, by access.Viewer, id opaque.ID, seq int, req Request) error {
	_, err := s.Act(ctx, by, id, Act{Name: "strike", Open: access.Handlers | access.Clinicians, Request: req}, func(ctx context.Context, c *Change) error {
		result, err := s.db.Exec(ctx, "UPDATE case_texts SET struck_at = ?, struck_by = ? WHERE case_id = ? AND seq = ? AND kind = 'note' AND struck_at = 0",
			millis(s.clock()), by.Name, string(id), seq)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n != 1 {
			return fault.NotFound
		}
		c.Quiet = true
		c.Tell(Event{Kind: "note_struck", ShownTo: ForStaff})
		return nil
	})
	return err
}

// MarkRead notes that the other side has read what there is up to now.
func (s *Store) MarkRead(ctx context.Context, by access.Viewer, id opaque.ID, req Request) error {
	_, err := s.Act(ctx, by, id, Act{Name: "read", Open: access.Applicants | access.Handlers | access.Clinicians, Request: req}, func(ctx context.Context, c *Change) error {
		c.Quiet = true
		if by.Kind == access.Patient { // what was written to them
			return s.exec(ctx, "UPDATE case_texts SET read_at = ? WHERE case_id = ? AND kind = 'message' AND by_kind = 'staff' AND read_at = 0 AND shown_to IN ('all', ?)",
				millis(s.clock()), string(id), string(c.own(by)))
		}
		return s.exec(ctx, "UPDATE case_texts SET read_at = ? WHERE case_id = ? AND kind = 'message' AND by_kind = 'patient' AND read_at = 0", millis(s.clock()), string(id))
	})
	return err
}

func (s *Store) texts(ctx context.Context, by access.Viewer, c Case) ([]Text, error) {
	audiences, err := s.audiences(ctx, by, c)
	if err != nil {
		return nil, err
	}
	var all []Text
	err = s.each(ctx, "SELECT seq, kind, at, by_kind, by_id, by_name, body, shown_to, read_at, struck_at FROM case_texts WHERE case_id = ? ORDER BY seq", func(scan func(...any) error) error {
		var t Text
		var kind string
		var at, read, struck int64
		if err := scan(&t.Seq, &kind, &at, &t.By.Kind, &t.By.ID, &t.By.Name, &t.Body, &t.ShownTo, &read, &struck); err != nil {
			return err
		}
		t.Note, t.At, t.Read, t.Struck = kind == "note", instant(at), instant(read), instant(struck)
		if slices.Contains(audiences, t.ShownTo) && (t.Struck.IsZero() || by.Kind != access.Patient) {
			all = append(all, t)
		}
		return nil
	}, string(c.ID))
	return all, err
}
