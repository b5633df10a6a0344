package faq

import (
	"context"
	"fmt"

	"candour/models/db"
)

// Store counts whether answers are useful. It knows nothing of who says so.
type Store struct{ db *db.DB }

// NewStore makes a store.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

// Usefulness is how an answer, as last checked, was found.
type Usefulness struct{ Yes, No int64 }

// answerOf is how a judgement is written down.
func answerOf(useful bool) string {
	if useful {
		return "yes"
	}
	return "no"
}

// Judge counts one judgement of an answer as it is now.
func (s *Store) Judge(ctx context.Context, q Question, useful bool) error {
	err := s.db.Do(ctx, func(ctx context.Context) error {
		_, err := s.db.Exec(ctx, `INSERT INTO usefulness (question, checked, answer, count) VALUES (?, ?, ?, 1)
			ON CONFLICT (question, checked, answer) DO UPDATE SET count = usefulness.count + 1`, q.Slug, q.Checked, answerOf(useful))
		return err
	})
	if err != nil {
		return fmt.Errorf("faq: judge: %w", err)
	}
	return nil
}

// Judgements tells how each answer, as it is now, was found, by slug.
func (s *Store) Judgements(ctx context.Context) (map[string]Usefulness, error) {
	rows, err := s.db.Query(ctx, `SELECT question, checked, answer, count FROM usefulness`)
	if err != nil {
		return nil, fmt.Errorf("faq: judgements: %w", err)
	}
	defer rows.Close()
	out := map[string]Usefulness{}
	for rows.Next() {
		var slug, checked, answer string
		var count int64
		if err := rows.Scan(&slug, &checked, &answer, &count); err != nil {
			return nil, fmt.Errorf("faq: judgements: %w", err)
		}
		if q, ok := BySlug(slug); !ok || q.Checked != checked {
			continue // an answer that is no longer given, or that said something else
		}
		u := out[slug]
		if answer == answerOf(true) {
			u.Yes = count
		} else {
			u.No = count
		}
		out[slug] = u
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("faq: judgements: %w", err)
	}
	return out, nil
}
