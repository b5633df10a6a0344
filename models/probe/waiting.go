package probe

import (
	"context"
	"errors"
	"fmt"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/opaque"
)

// ErrNotDenied says that somebody must be hidden, and that not all who asked were
// denied: they are asked for again.
var ErrNotDenied = errors.New("probe: somebody who must be hidden was not denied everywhere")

// Waiting probes again whatever waits for its proof, or has failed it: for the work
// that comes by itself, should a change's own probe have been lost. One that fails
// does not keep the others from being asked for. While somebody without a request is
// not denied everywhere it is ErrNotDenied.
func (s *Store) Waiting(ctx context.Context, by access.Viewer) error {
	refs, err := s.Objections.Unproven(ctx, by)
	if err != nil {
		return err
	}
	var failed error
	for _, ref := range refs {
		if err := s.Request(ctx, by, ref); err != nil && !errors.Is(err, fault.Conflict) {
			failed = errors.Join(failed, err)
		}
	}
	persons, err := s.unproven(ctx)
	if err != nil {
		return errors.Join(failed, fmt.Errorf("probe: waiting: %w", err))
	}
	for _, person := range persons {
		failed = errors.Join(failed, s.Person(ctx, by, person))
	}
	return failed
}

// Unproven counts the people with an objection that nobody requested here of whom the
// newest answers do not prove that it works.
func (s *Store) Unproven(ctx context.Context) (int, error) {
	all, err := s.unproven(ctx)
	if err != nil {
		return 0, fmt.Errorf("probe: unproven: %w", err)
	}
	return len(all), nil
}

// unproven are they: hidden, and at one partner that takes part the newest answer on
// one way was no denial.
func (s *Store) unproven(ctx context.Context) ([]opaque.ID, error) {
	rows, err := s.DB.Query(ctx, `SELECT DISTINCT p.person_id FROM probes p JOIN persons x ON x.id = p.person_id JOIN organisations o ON o.id = p.organisation_id
 WHERE p.denied = 0 AND x.objected AND o.state = 'connected'
 AND NOT EXISTS (SELECT 1 FROM probes n WHERE n.person_id = p.person_id AND n.organisation_id = p.organisation_id AND n.route = p.route AND n.at > p.at) ORDER BY p.person_id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []opaque.ID
	for rows.Next() {
		var id opaque.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		all = append(all, id)
	}
	return all, rows.Err()
}

// Person probes somebody whose objection nobody requested here: their provider put it
// into its own system. The evidence is theirs, since there is no request to hold it.
// While they must be hidden, and not all who asked were denied, it is ErrNotDenied:
// to be tried again.
func (s *Store) Person(ctx context.Context, by access.Viewer, person opaque.ID) error {
	probes, err := s.probes(ctx, by)
	if err != nil {
		return err
	}
	found, err := s.look(ctx, "change", probes, person, true)
	if err != nil {
		return fmt.Errorf("probe: person: %w", err)
	}
	var hidden bool
	err = s.DB.Do(ctx, func(ctx context.Context) error {
		before, err := s.newest(ctx, person)
		if err != nil {
			return err
		}
		for _, e := range found {
			if old, there := before[e.place()]; there && old == e.outcome() && !e.Denied {
				continue // nothing that is not known already
			}
			_, err := s.DB.Exec(ctx, `INSERT INTO probes (person_id, organisation_id, at, route, denied, status, entry) VALUES (?, ?, ?, ?, ?, ?, ?)
 ON CONFLICT (person_id, at, organisation_id, route) DO NOTHING`, string(person), e.Organisation, e.At.UnixMilli(), e.Route, e.flag(), e.Status, e.Entry)
			if err != nil {
				return err
			}
		}
		row, err := s.DB.QueryRow(ctx, "SELECT COALESCE((SELECT CASE WHEN objected THEN 1 ELSE 0 END FROM persons WHERE id = ?), 0)", string(person))
		if err == nil {
			var n int
			err = row.Scan(&n)
			hidden = n == 1
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("probe: person: %w", err)
	}
	if !hidden || allDenied(found) {
		return nil
	}
	if anyShown(found) {
		s.Logger.Error("somebody who must be hidden was not denied: an objection may not hold", "person", string(person))
	}
	return ErrNotDenied
}

// flag is what is stored of an answer: denied or not. One that is no answer has no
// entry, and no status of a page that was shown.
func (e Evidence) flag() int {
	if e.Denied {
		return 1
	}
	return 0
}

func (e Evidence) place() string { return e.Organisation + " " + e.Route }

type outcome struct{ denied, shown bool }

func (e Evidence) outcome() outcome { return outcome{e.Denied, e.Shown} }

// newest are the outcomes of somebody's newest probes, by who asked and where.
func (s *Store) newest(ctx context.Context, person opaque.ID) (map[string]outcome, error) {
	rows, err := s.DB.Query(ctx, "SELECT organisation_id, route, denied, status, entry FROM probes WHERE person_id = ? ORDER BY at", string(person))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]outcome{}
	for rows.Next() {
		var e Evidence
		var denied int
		if err := rows.Scan(&e.Organisation, &e.Route, &denied, &e.Status, &e.Entry); err != nil {
			return nil, err
		}
		all[e.place()] = outcome{denied == 1, denied == 0 && (e.Entry > 0 || e.Status >= 200 && e.Status < 300)}
	}
	return all, rows.Err()
}
