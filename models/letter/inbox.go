package letter

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/models/patient"
)

// Letter is what was said to one recipient by one way, as it was said.
type Letter struct {
	ID           opaque.ID
	Template     Name
	Version      int
	Fields       Fields
	About        opaque.ID // not for who asked in another's name: it would say whether they are held here
	Case         string
	Organisation string // whose letter it is
	As           Role
	Channel      Channel
	Language     string
	Format       Format
	State        State
	Detail       string
	At           time.Time // when it was asked for
	StateAt      time.Time
	ReadAt       time.Time // in the portal; zero: not yet
	Digest       string    // SHA-256 of what was sent, by whom it was sent
	Events       []Event   // only where one letter is shown
}

// Event is one step of a letter.
type Event struct {
	At     time.Time
	State  State
	Detail string
}

// Page is a part of an inbox, the newest first.
type Page struct {
	Letters []Letter
	Unread  int  // in the whole inbox
	More    bool // there are older ones: ask with the last as before
}

// An inbox leaves out what a parent has not read when the young person has asked
// since that parents are not told.
const (
	columns = `SELECT l.id, n.template, n.version, n.fields, n.about_id, n.case_ref, n.organisation_id, l.role, l.channel, l.language, l.format,
 l.state, l.detail, n.made_at, l.state_at, l.read_at, l.digest FROM letters l JOIN notices n ON n.id = l.notice_id`
	open        = ` WHERE l.recipient IN (?, ?) AND l.channel = 'in_app' AND l.state = 'sent' AND NOT (l.role = 'parent' AND l.read_at = 0 AND ` + barredNotice + `)`
	inboxQuery  = columns + open + ` AND (l.state_at < ? OR l.state_at = ? AND l.id < ?) ORDER BY l.state_at DESC, l.id DESC LIMIT ?`
	unreadQuery = `SELECT COUNT(*) FROM letters l JOIN notices n ON n.id = l.notice_id` + open + ` AND l.read_at = 0`
	caseQuery   = columns + ` WHERE n.about_id = ? AND n.case_ref = ?
 AND (n.organisation_id = ? OR n.organisation_id IN (SELECT m.id FROM organisations m WHERE m.successor_id = ?)) ORDER BY n.made_at DESC, l.id LIMIT 500`
	ownQuery   = columns + open + ` AND l.id = ?`
	staffQuery = columns + ` WHERE n.organisation_id = ? AND l.id = ?`
	readQuery  = `UPDATE letters SET read_at = ? WHERE id = ? AND recipient IN (?, ?) AND channel = 'in_app' AND state = 'sent' AND read_at = 0`
)

// pageSize is how many messages an inbox shows at once.
const pageSize = 25

// Inbox is what was said to somebody in the portal, the newest first, after another
// page when before is its last letter.
func (s *Store) Inbox(ctx context.Context, by access.Viewer, before *Letter, req patient.Request) (Page, error) {
	at, id := int64(1)<<62, ""
	if before != nil {
		at, id = before.StateAt.UnixMilli(), string(before.ID)
	}
	var page Page
	err := s.pass(ctx, own(by, "messages", req), func(ctx context.Context) error {
		page = Page{}
		q, err := s.db.QueryRow(ctx, unreadQuery, string(by.Person), by.ID)
		if err != nil {
			return err
		}
		if err := q.Scan(&page.Unread); err != nil {
			return err
		}
		rows, err := s.db.Query(ctx, inboxQuery, string(by.Person), by.ID, at, at, id, pageSize+1)
		if err != nil {
			return err
		}
		page.Letters, err = scan(rows)
		for i := range page.Letters {
			page.Letters[i].discreet()
		}
		if page.More = len(page.Letters) > pageSize; page.More {
			page.Letters = page.Letters[:pageSize]
		}
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("letter: inbox: %w", err)
	}
	return page, nil
}

// Unread counts what somebody has not read in their inbox.
func (s *Store) Unread(ctx context.Context, by access.Viewer, req patient.Request) (int, error) {
	n := 0
	err := s.pass(ctx, own(by, "unread", req), func(ctx context.Context) error {
		q, err := s.db.QueryRow(ctx, unreadQuery, string(by.Person), by.ID)
		if err != nil {
			return err
		}
		return q.Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("letter: unread: %w", err)
	}
	return n, nil
}

// Show shows one letter again as it was said: to whom it was said in the portal, who
// has read it then, and to staff of the organisation whose letter it is.
func (s *Store) Show(ctx context.Context, by access.Viewer, id opaque.ID, req patient.Request) (Letter, error) {
	ask := own(by, "message", req)
	if by.Kind != access.Patient {
		l, err := s.letter(ctx, string(id))
		if err != nil && !errors.Is(err, fault.NotFound) {
			return Letter{}, fmt.Errorf("letter: show: %w", err)
		} // one that is not there has no owner: refused like another's, and logged
		ask = asked{by, opaque.ID(l.about), l.organisation, access.Handlers, "message", req}
	}
	var out Letter
	err := s.pass(ctx, ask, func(ctx context.Context) (err error) {
		out, err = s.show(ctx, by, id, ask.owner)
		return err
	})
	if err != nil {
		return Letter{}, fmt.Errorf("letter: show: %w", err)
	}
	return out, nil
}

func (s *Store) show(ctx context.Context, by access.Viewer, id opaque.ID, owner string) (Letter, error) {
	query, args := ownQuery, []any{string(by.Person), by.ID, string(id)}
	if by.Kind != access.Patient {
		query, args = staffQuery, []any{owner, string(id)}
	}
	rows, err := s.db.Query(ctx, query, args...)
	if err != nil {
		return Letter{}, err
	}
	found, err := scan(rows)
	if err != nil {
		return Letter{}, err
	}
	if len(found) != 1 {
		return Letter{}, fault.NotFound
	}
	out := found[0]
	if by.Kind == access.Patient {
		out.discreet()
	}
	if by.Kind == access.Patient && out.ReadAt.IsZero() {
		out.ReadAt = s.clock()
		if _, err := s.db.Exec(ctx, readQuery, out.ReadAt.UnixMilli(), string(id), string(by.Person), by.ID); err != nil {
			return Letter{}, err
		}
	}
	out.Events, err = s.events(ctx, id)
	return out, err
}

// discreet takes out what would tell somebody who asked in another's name whether
// that person is held here.
func (l *Letter) discreet() {
	if l.As != Self {
		l.About = ""
	}
}

// own is somebody's look at what was said to themselves.
func own(by access.Viewer, act string, req patient.Request) asked {
	return asked{by, Me(by), "", access.Applicants, act, req}
}

// OfCase lists what was said in a case, and to whom it could not be said, for staff
// of the organisation that carries it.
func (s *Store) OfCase(ctx context.Context, by access.Viewer, about opaque.ID, caseRef string, req patient.Request) ([]Letter, error) {
	var out []Letter
	err := s.pass(ctx, asked{by, about, by.Organisation, access.Handlers, "letters", req}, func(ctx context.Context) error {
		rows, err := s.db.Query(ctx, caseQuery, string(about), caseRef, by.Organisation, by.Organisation)
		if err != nil {
			return err
		}
		out, err = scan(rows)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("letter: of case: %w", err)
	}
	return out, nil
}

func (s *Store) events(ctx context.Context, id opaque.ID) ([]Event, error) {
	rows, err := s.db.Query(ctx, `SELECT at, state, detail FROM letter_events WHERE letter_id = ? ORDER BY seq`, string(id))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Event
	for rows.Next() {
		var e Event
		var at int64
		if err := rows.Scan(&at, &e.State, &e.Detail); err != nil {
			return nil, err
		}
		e.At = instant(at)
		out = append(out, e)
	}
	return out, rows.Err()
}

// scan reads letters and closes the rows.
func scan(rows *sql.Rows) ([]Letter, error) {
	defer rows.Close()
	var out []Letter
	for rows.Next() {
		var l Letter
		var fields string
		var made, state, read int64
		if err := rows.Scan(&l.ID, &l.Template, &l.Version, &fields, &l.About, &l.Case, &l.Organisation, &l.As, &l.Channel, &l.Language, &l.Format,
			&l.State, &l.Detail, &made, &state, &read, &l.Digest); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(fields), &l.Fields); err != nil {
			return nil, err
		}
		l.At, l.StateAt, l.ReadAt = instant(made), instant(state), instant(read)
		out = append(out, l)
	}
	return out, rows.Err()
}
