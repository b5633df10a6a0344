package casework

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"candour/models/access"
	"candour/models/invalid"
)

// Colleague is whom a case is given to; the zero value is nobody.
type Colleague struct{ ID, Name string }

const (
	workerFor   = 180 * 24 * time.Hour // how long somebody is offered who does not come any more
	workerAgain = 24 * time.Hour       // how old a note may be before it is written anew
)

// arrive notes that somebody works on the queue of their organisation.
func (s *Store) arrive(ctx context.Context, by access.Viewer) error {
	now := s.clock()
	return s.exec(ctx, `INSERT INTO case_workers (organisation_id, staff_id, name, seen_at) VALUES (?, ?, ?, ?)
 ON CONFLICT (organisation_id, staff_id) DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at WHERE case_workers.seen_at <= ? OR case_workers.name <> excluded.name`,
		by.Organisation, by.ID, by.Name, millis(now), millis(now.Add(-workerAgain)))
}

// colleagues are those whom work can be given to.
func (s *Store) colleagues(ctx context.Context, organisation string) ([]Colleague, error) {
	var all []Colleague
	err := s.each(ctx, "SELECT staff_id, name FROM case_workers WHERE organisation_id = ? AND seen_at > ? ORDER BY name, staff_id LIMIT 200", func(scan func(...any) error) error {
		var c Colleague
		err := scan(&c.ID, &c.Name)
		all = append(all, c)
		return err
	}, organisation, millis(s.clock().Add(-workerFor)))
	return all, err
}

// Colleagues are those whom the viewer can give work to, themselves included.
func (s *Store) Colleagues(ctx context.Context, by access.Viewer, req Request) ([]Colleague, error) {
	var all []Colleague
	ask := access.WorkAsk{By: by, Owner: by.Organisation, Open: access.Handlers | access.Clinicians, Act: "colleagues", Route: req.Route, RequestID: req.RequestID}
	_, err := s.gate.Work(ctx, ask, func(ctx context.Context, _ access.Pass) (access.Shown, error) {
		err := s.arrive(ctx, by)
		if err == nil {
			all, err = s.colleagues(ctx, by.Organisation)
		}
		return access.Shown{}, err
	})
	return all, wrap("colleagues", err)
}

// colleague looks a member of staff up: nobody is given work who does none here.
func (s *Store) colleague(ctx context.Context, by access.Viewer, to Colleague) (Colleague, error) {
	switch to.ID {
	case "":
		return Colleague{}, nil
	case by.ID:
		return Colleague{by.ID, by.Name}, nil
	}
	row, err := s.db.QueryRow(ctx, "SELECT name FROM case_workers WHERE organisation_id = ? AND staff_id = ?", by.Organisation, to.ID)
	if err != nil {
		return to, err
	}
	err = row.Scan(&to.Name)
	if errors.Is(err, sql.ErrNoRows) {
		return to, invalid.Fields{{Name: "assigned", Message: "case.assign.unknown"}}
	}
	return to, err
}
