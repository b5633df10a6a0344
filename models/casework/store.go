package casework

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"candour/models/access"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/opaque"
)

// Notice is something to tell people: written in the transaction of what it tells.
type Notice struct {
	Case     Case
	What     string // the event's kind
	Accounts []string
	Person   opaque.ID // whom the case is about, when they are among those to be told
	Fields   map[string]string
}

// Deps are what a Store works with.
type Deps struct {
	DB       *db.DB
	Gate     *access.Gate
	Clock    clock.Clock
	Calendar *deadline.Calendar
	Notify   func(ctx context.Context, n Notice) error // nil: nobody is told
}

// Store keeps cases.
type Store struct {
	db       *db.DB
	gate     *access.Gate
	clock    clock.Clock
	calendar *deadline.Calendar
	notify   func(ctx context.Context, n Notice) error
}

// NewStore makes the store.
func NewStore(d Deps) *Store {
	if d.Calendar == nil {
		d.Calendar = deadline.England()
	}
	return &Store{db: d.DB, gate: d.Gate, clock: d.Clock, calendar: d.Calendar, notify: d.Notify}
}

// Request is where a question came from, for the log.
type Request struct{ Route, RequestID string }

// today is the London day.
func (s *Store) today() deadline.Day { return deadline.DayOf(s.clock()) }

const caseColumns = `c.id, c.ref, c.kind, c.person_id, c.about_name, c.organisation_id, c.route, c.taken_by, c.taken_name, c.opened_at, c.received_on, c.due_on,
 c.state, c.closed_at, c.assigned_to, c.assigned_name, c.locked_by, c.locked_name, c.locked_at, c.alarm, c.alarm_at, c.version, c.changed_at`

func scanCase(scan func(...any) error, more ...any) (Case, error) {
	var c Case
	var opened, closed, locked, alarm, changed int64
	into := []any{&c.ID, &c.Ref, &c.Kind, &c.Person, &c.About, &c.Organisation, &c.Route, &c.TakenBy, &c.TakenName, &opened, &c.Received, &c.Due,
		&c.State, &closed, &c.AssignedTo, &c.AssignedName, &c.Lock.By, &c.Lock.Name, &locked, &c.Alarm, &alarm, &c.Version, &changed}
	err := scan(append(into, more...)...)
	c.Opened, c.Closed, c.Lock.At, c.AlarmAt, c.Changed = instant(opened), instant(closed), instant(locked), instant(alarm), instant(changed)
	return c, err
}

// read finds a case; with lock it is this transaction's until it ends.
func (s *Store) read(ctx context.Context, id opaque.ID, lock bool) (Case, error) {
	query := "SELECT " + caseColumns + " FROM cases c WHERE c.id = ?"
	if lock && s.db.Dialect == db.Postgres {
		query += " FOR UPDATE"
	}
	row, err := s.db.QueryRow(ctx, query, string(id))
	if err != nil {
		return Case{}, err
	}
	c, err := scanCase(row.Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Case{}, fault.NotFound
	}
	return c, err
}

// parties are the accounts of a case.
func (s *Store) parties(ctx context.Context, id opaque.ID) ([]string, error) {
	var accounts []string
	err := s.each(ctx, "SELECT account_id FROM case_parties WHERE case_id = ? ORDER BY account_id", func(scan func(...any) error) error {
		var a string
		err := scan(&a)
		accounts = append(accounts, a)
		return err
	}, string(id))
	return accounts, err
}

func (s *Store) each(ctx context.Context, query string, row func(scan func(...any) error) error, args ...any) error {
	rows, err := s.db.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *Store) exec(ctx context.Context, query string, args ...any) error {
	_, err := s.db.Exec(ctx, query, args...)
	return err
}

// ask builds the question to the gate about one case.
func (s *Store) ask(ctx context.Context, by access.Viewer, c Case, open access.Hands, act string, req Request) (access.WorkAsk, error) {
	parties, err := s.parties(ctx, c.ID)
	return access.WorkAsk{By: by, Case: c.ID, Person: c.Person, Owner: c.Organisation, Parties: parties, Open: open, Act: act,
		Route: req.Route, RequestID: req.RequestID}, err
}

// find reads a case and passes the gate for it. A case that is not there and one
// that is none of the viewer's end alike, both logged.
func (s *Store) find(ctx context.Context, by access.Viewer, id opaque.ID, open access.Hands, act string, req Request,
	read func(context.Context, Case) error) (Case, error) {
	if read == nil {
		return s.findShown(ctx, by, id, open, act, req, nil)
	}
	return s.findShown(ctx, by, id, open, act, req, func(ctx context.Context, c Case) (access.Shown, error) { return access.Shown{}, read(ctx, c) })
}

// findShown is find for a read that says what it shows.
func (s *Store) findShown(ctx context.Context, by access.Viewer, id opaque.ID, open access.Hands, act string, req Request,
	read func(context.Context, Case) (access.Shown, error)) (Case, error) {
	c, err := s.read(ctx, id, false)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return Case{}, err
	}
	ask, e := s.ask(ctx, by, c, open, act, req)
	if e != nil {
		return Case{}, e
	}
	if err != nil { // asked as of nobody's: refused, and logged
		_, refused := s.gate.Work(ctx, ask, nil)
		if errors.Is(refused, fault.Unavailable) {
			return Case{}, refused
		}
		return Case{}, fault.NotFound
	}
	var reading func(context.Context, access.Pass) (access.Shown, error)
	if read != nil {
		reading = func(ctx context.Context, _ access.Pass) (access.Shown, error) {
			fresh, err := s.read(ctx, id, false)
			if err != nil {
				return access.Shown{}, err
			}
			c = fresh
			return read(ctx, fresh)
		}
	}
	_, err = s.gate.Work(ctx, ask, reading)
	return c, err
}

func byOf(v access.Viewer) By {
	role := v.RoleName
	if v.Kind == access.Staff && v.OrganisationName != "" {
		role += ", " + v.OrganisationName
	}
	return By{Kind: v.Kind, ID: v.ID, Name: v.Name, Role: role}
}

func wrap(verb string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("casework: %s: %w", verb, err)
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
