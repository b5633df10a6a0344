package letter

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"candour/models/access"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/job"
	"candour/models/opaque"
	"candour/models/patient"
)

// Store is the outbox, the inboxes and what people wish of both.
type Store struct {
	db    *db.DB
	gate  *access.Gate
	clock clock.Clock
	jobs  *job.Queue
}

// NewStore makes a store.
func NewStore(d *db.DB, gate *access.Gate, c clock.Clock, jobs *job.Queue) *Store {
	return &Store{db: d, gate: gate, clock: c, jobs: jobs}
}

// refusal is what somebody gets who may not do this at all.
func refusal(r access.Reason) error {
	return &access.Refusal{Decision: access.Decision{Verdict: access.Deny, Reason: r}}
}

// Me is whose inbox and wishes a viewer's own are: their person's, or their
// account's when they are not held here.
func Me(by access.Viewer) opaque.ID {
	if by.Person != "" {
		return by.Person
	}
	return opaque.ID(by.ID)
}

// asked is one look at, or act on, what is kept here of somebody.
type asked struct {
	by    access.Viewer
	who   opaque.ID // a person, or the account of somebody who is not held here
	owner string    // staff: the organisation whose letters these are
	open  access.Hands
	act   string
	req   patient.Request
}

// pass goes through the gate: people for themselves, staff for the requests that
// their organisation holds. read is nil for an act, which then has a transaction of
// its own. What is none of the viewer's is not there.
func (s *Store) pass(ctx context.Context, a asked, read func(ctx context.Context) error) error {
	var reading func(context.Context, access.Pass) (access.Shown, error)
	if read != nil {
		reading = func(ctx context.Context, _ access.Pass) (access.Shown, error) { return access.Shown{}, read(ctx) }
	}
	_, err := s.gate.Work(ctx, access.WorkAsk{By: a.by, Person: a.who, Owner: a.owner, Parties: []string{string(a.who)}, Open: a.open,
		Act: a.act, Route: a.req.Route, RequestID: a.req.RequestID}, reading)
	return err
}

// wide is open to whom it concerns and to staff who handle requests.
func wide(by access.Viewer, who opaque.ID, act string, req patient.Request) asked {
	return asked{by, who, by.Organisation, access.Applicants | access.Handlers | access.Machines, act, req}
}

// within runs fn in the transaction in ctx, or in one of its own.
func (s *Store) within(ctx context.Context, fn func(ctx context.Context) error) error {
	if s.db.InTx(ctx) {
		return fn(ctx)
	}
	return s.db.Do(ctx, fn)
}

// row is a letter with its notice as it is stored.
type row struct {
	id, notice, recipient        string
	role                         Role
	channel                      Channel
	language                     string
	format                       Format
	address                      Address
	state                        State
	template                     Template
	about, caseRef, organisation string
	fields                       Fields
	barred                       bool
}

// barredNotice tells whether a notice n is kept from parents: by a bar of its case, or
// of everything about the person.
const barredNotice = `EXISTS (SELECT 1 FROM letter_bars b WHERE b.until_at = 0
 AND (b.case_ref <> '' AND b.case_ref = n.case_ref OR b.case_ref = '' AND b.about_id <> '' AND b.about_id = n.about_id))`

const rowQuery = `SELECT l.id, l.notice_id, l.recipient, l.role, l.channel, l.language, l.format, l.address, l.state,
 n.template, n.version, n.about_id, n.case_ref, n.organisation_id, n.fields,
 ` + barredNotice + `
 FROM letters l JOIN notices n ON n.id = l.notice_id WHERE l.id = ?`

// letter reads one letter with its notice.
func (s *Store) letter(ctx context.Context, id string) (row, error) {
	var r row
	var address, fields string
	var name Name
	var version int
	q, err := s.db.Query(ctx, rowQuery, id)
	if err != nil {
		return r, err
	}
	defer q.Close()
	if !q.Next() {
		if err := q.Err(); err != nil {
			return r, err
		}
		return r, fault.NotFound
	}
	err = q.Scan(&r.id, &r.notice, &r.recipient, &r.role, &r.channel, &r.language, &r.format, &address, &r.state,
		&name, &version, &r.about, &r.caseRef, &r.organisation, &fields, &r.barred)
	if err != nil {
		return r, err
	}
	var exists bool
	if r.template, exists = Find(name, version); !exists {
		return r, fmt.Errorf("letter: template %s version %d is not known any more", name, version)
	}
	if err := json.Unmarshal([]byte(address), &r.address); err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(fields), &r.fields)
}

// exists tells whether a counting statement counts anything.
func (s *Store) exists(ctx context.Context, query string, args ...any) (bool, error) {
	q, err := s.db.QueryRow(ctx, query, args...)
	if err != nil {
		return false, err
	}
	n := 0
	err = q.Scan(&n)
	return n > 0, err
}

// write stores a letter in its first state, once: the same way to the same person
// with the same notice is the same letter. (The guards of the table refuse a second,
// so it is looked for first; on PostgreSQL, where another may be writing it, the
// second is then nothing.)
func (s *Store) write(ctx context.Context, r row, detail string) error {
	there, err := s.exists(ctx, `SELECT COUNT(*) FROM letters WHERE notice_id = ? AND recipient = ? AND channel = ?`, r.notice, r.recipient, string(r.channel))
	if err != nil || there {
		return err
	}
	address, err := json.Marshal(r.address)
	if err != nil {
		return err
	}
	now := s.clock().UnixMilli()
	res, err := s.db.Exec(ctx, `INSERT INTO letters (id, notice_id, recipient, role, channel, language, format, address, state, state_at, detail, read_at, receipt, digest)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', '') ON CONFLICT (notice_id, recipient, channel) DO NOTHING`,
		r.id, r.notice, r.recipient, string(r.role), string(r.channel), r.language, string(r.format), string(address), string(r.state), now, detail)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if err := s.event(ctx, r.id, r.state, detail); err != nil {
		return err
	}
	if r.state == Queued {
		_, err = delivery.Add(ctx, s.jobs, r.id, toDeliver{r.id}, s.clock())
	}
	return err
}

func (s *Store) event(ctx context.Context, id string, to State, detail string) error {
	_, err := s.db.Exec(ctx, `INSERT INTO letter_events (letter_id, seq, at, state, detail)
		VALUES (?, (SELECT COALESCE(MAX(seq), 0) + 1 FROM letter_events WHERE letter_id = ?), ?, ?, ?)`,
		id, id, s.clock().UnixMilli(), string(to), detail)
	return err
}

// move brings a letter from one state into another, with its event; fault.Conflict
// when it is not in that state any more.
func (s *Store) move(ctx context.Context, id string, from, to State, detail string, r Receipt) error {
	if !from.May(to) {
		return fmt.Errorf("letter: %s cannot become %s: %w", from, to, fault.Conflict)
	}
	res, err := s.db.Exec(ctx, `UPDATE letters SET state = ?, state_at = ?, detail = ?, receipt = CASE WHEN CAST(? AS TEXT) = '' THEN receipt ELSE ? END,
		digest = CASE WHEN CAST(? AS TEXT) = '' THEN digest ELSE ? END WHERE id = ? AND state = ?`,
		string(to), s.clock().UnixMilli(), detail, r.Reference, r.Reference, r.Digest, r.Digest, id, string(from))
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		if err == nil {
			err = fault.Conflict
		}
		return err
	}
	return s.event(ctx, id, to, detail)
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
