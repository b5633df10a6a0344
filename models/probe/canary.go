package probe

import (
	"context"
	"fmt"
	"time"

	"candour/models/access"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/patient"
)

// Canaries asks for the canary of every practice, and says how many were not denied.
// The probe is of the practice itself: the nearest to a canary that anybody is. One
// that is not denied stays as it is, for somebody to look at; nothing mends it.
func (s *Store) Canaries(ctx context.Context, by access.Viewer) (failing int, err error) {
	probes, err := s.probes(ctx, by)
	if err != nil {
		return 0, err
	}
	of := map[string]access.Viewer{}
	for _, p := range probes {
		of[p.Organisation] = p
	}
	all, err := s.Organisations.All(ctx)
	if err != nil {
		return 0, fmt.Errorf("probe: canaries: %w", err)
	}
	for _, o := range all {
		p, takesPart := of[o.ID]
		if !takesPart || o.Kind != organisation.Practice || !o.InRegion {
			continue
		}
		person, err := s.canary(ctx, o)
		if err != nil {
			return failing, fmt.Errorf("probe: canaries: %w", err)
		}
		found, err := s.look(ctx, "canary", []access.Viewer{p}, person, false)
		if err != nil {
			return failing, fmt.Errorf("probe: canaries: %w", err)
		}
		if !allDenied(found) && !anyShown(found) { // no answer: how it stood stays, and is soon seen to be old
			s.Logger.Warn("a canary could not be asked for", "organisation", o.ID, "status", found[0].Status)
			continue
		}
		if !allDenied(found) {
			failing++
			s.Logger.Error("a canary was not denied: an objection may not hold", "organisation", o.ID, "status", found[0].Status, "entry", found[0].Entry)
		}
		if err := s.sung(ctx, o.ID, found[0]); err != nil {
			return failing, fmt.Errorf("probe: canaries: %w", err)
		}
	}
	return failing, nil
}

// canary gives the canary of a practice. The first time it is made: a person with no
// name and no number, whom no search finds, and an objection that the practice
// confirmed, by the rule that holds for everybody.
func (s *Store) canary(ctx context.Context, o organisation.Organisation) (opaque.ID, error) {
	person, objected := opaque.Of("canary", o.ID), opaque.Of("canary objection", o.ID)
	row, err := s.DB.QueryRow(ctx, "SELECT count(*) FROM canaries WHERE practice_id = ?", o.ID)
	if err != nil {
		return "", err
	}
	var n int
	if err := row.Scan(&n); err != nil || n > 0 {
		return person, err
	}
	now := s.Clock()
	return person, s.DB.Do(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, `INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key,
 phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
 VALUES (?, ?, '1900-01-01', '', '', '', '', '', '', '', '', '', '', '', ?, '', ?, ?, 0, 1, ?) ON CONFLICT (id) DO NOTHING`,
			string(person), "canary "+o.ID, o.ODSCode, false, false, now.UnixMilli())
		if err != nil {
			return err
		}
		_, err = s.DB.Exec(ctx, "INSERT INTO canaries (practice_id, person_id, made_at, probed_at, failing_at, status, entry) VALUES (?, ?, ?, 0, 0, 0, 0) ON CONFLICT (practice_id) DO NOTHING",
			o.ID, string(person), now.UnixMilli())
		if err != nil {
			return err
		}
		_, err = s.Sharing.Decide(ctx, person, patient.Decision{Objection: objected, Holder: o.ID, Requested: now, Confirmed: now})
		return err
	})
}

// sung writes down how a canary's probe ended; since when it has been failing stays.
func (s *Store) sung(ctx context.Context, practice string, e Evidence) error {
	return s.DB.Group(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, `UPDATE canaries SET probed_at = ?, status = ?, entry = ?, failing_at = CASE WHEN ? THEN 0 WHEN failing_at > 0 THEN failing_at ELSE ? END WHERE practice_id = ?`,
			e.At.UnixMilli(), e.Status, e.Entry, e.Denied, e.At.UnixMilli(), practice)
		return err
	})
}

// All are the canaries as they stand.
func (s *Store) All(ctx context.Context) ([]Canary, error) {
	rows, err := s.DB.Query(ctx, "SELECT c.practice_id, o.name, c.person_id, c.probed_at, c.failing_at FROM canaries c JOIN organisations o ON o.id = c.practice_id ORDER BY o.name, o.id")
	if err != nil {
		return nil, fmt.Errorf("probe: canaries: %w", err)
	}
	defer rows.Close()
	var all []Canary
	for rows.Next() {
		var c Canary
		var probed, failing int64
		if err := rows.Scan(&c.Practice, &c.Name, &c.Person, &probed, &failing); err != nil {
			return nil, fmt.Errorf("probe: canaries: %w", err)
		}
		c.Probed, c.Failing = instant(probed), instant(failing)
		all = append(all, c)
	}
	return all, rows.Err()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
