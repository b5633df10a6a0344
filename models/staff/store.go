package staff

import (
	"context"
	"fmt"
	"time"

	"candour/models/access"
	"candour/models/db"
	"candour/models/opaque"
)

// Member is a member of staff as this portal knows them. Role and organisation
// are not here: they come with each sign-in.
type Member struct {
	ID            string
	Issuer        string
	Subject       string
	Name          string
	TrainingUntil time.Time // zero: no training on file, which counts as expired
}

// Store keeps the members of staff.
type Store struct{ db *db.DB }

// NewStore makes a store on a database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

// IDOf is the id of the member with this sign-in: the pair of issuer and subject
// names a person, the subject alone does not (trust.md T02).
func IDOf(issuer, subject string) string { return string(opaque.Of("staff", issuer, subject)) }

// Enrol puts down a member with the day their training runs out; done again it
// brings name and training up to date. Only the system does this: the command
// line and the demo world.
func (s *Store) Enrol(ctx context.Context, by access.Viewer, m Member) error {
	if by.Kind != access.System {
		return fmt.Errorf("staff: enrol: %w", &access.Refusal{Decision: access.Decision{Reason: access.ReasonRole}})
	}
	var until int64
	if !m.TrainingUntil.IsZero() {
		until = m.TrainingUntil.UnixMilli()
	}
	err := s.db.Do(ctx, func(ctx context.Context) error {
		_, err := s.db.Exec(ctx, `INSERT INTO staff (id, issuer, subject, name, training_until) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (issuer, subject) DO UPDATE SET name = excluded.name, training_until = excluded.training_until`,
			IDOf(m.Issuer, m.Subject), m.Issuer, m.Subject, m.Name, until)
		return err
	})
	if err != nil {
		return fmt.Errorf("staff: enrol: %w", err)
	}
	return nil
}

// Arrive notes that somebody signed in. Their training is what was on file
// before, and none for a newcomer: until somebody enrols them, the gate refuses.
func (s *Store) Arrive(ctx context.Context, by access.Viewer, issuer, subject, name string) (Member, error) {
	m := Member{ID: IDOf(issuer, subject), Issuer: issuer, Subject: subject, Name: name}
	if by.Kind != access.System {
		return Member{}, fmt.Errorf("staff: arrive: %w", &access.Refusal{Decision: access.Decision{Reason: access.ReasonRole}})
	}
	err := s.db.Do(ctx, func(ctx context.Context) error {
		row, err := s.db.QueryRow(ctx, `INSERT INTO staff (id, issuer, subject, name, training_until) VALUES (?, ?, ?, ?, 0)
			ON CONFLICT (issuer, subject) DO UPDATE SET name = excluded.name RETURNING training_until`, m.ID, issuer, subject, name)
		if err != nil {
			return err
		}
		var until int64
		if err := row.Scan(&until); err != nil {
			return err
		}
		if until > 0 {
			m.TrainingUntil = time.UnixMilli(until).UTC()
		}
		return nil
	})
	if err != nil {
		return Member{}, fmt.Errorf("staff: arrive: %w", err)
	}
	return m, nil
}
