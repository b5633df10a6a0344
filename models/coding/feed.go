package coding

import (
	"context"
	"fmt"
	"time"
)

// Visit is the last visit to a feed that the portal fetches itself.
type Visit struct {
	Source string
	At     time.Time
	Taken  time.Time // when it last gave something, or said that there is nothing new
	Error  string    // a word, "" when it went well
}

// Tag is what a feed called what it gave last; "" is nothing yet.
func (s *Store) Tag(ctx context.Context, source string) (string, error) {
	var tag string
	err := s.each(ctx, "SELECT etag FROM feed_visits WHERE source_id = ?", func(scan func(...any) error) error { return scan(&tag) }, source)
	if err != nil {
		return "", fmt.Errorf("coding: tag: %w", err)
	}
	return tag, nil
}

// Visited notes how a visit ended.
func (s *Store) Visited(ctx context.Context, source, tag, word string) error {
	now, taken := millis(s.Clock()), int64(0)
	if word == "" {
		taken = now
	}
	err := s.exec(ctx, `INSERT INTO feed_visits (source_id, etag, at, taken_at, error) VALUES (?, ?, ?, ?, ?) ON CONFLICT (source_id) DO UPDATE SET
 etag = excluded.etag, at = excluded.at, taken_at = CASE WHEN excluded.taken_at > 0 THEN excluded.taken_at ELSE feed_visits.taken_at END, error = excluded.error`,
		source, tag, now, taken, word)
	if err != nil {
		return fmt.Errorf("coding: visited: %w", err)
	}
	return nil
}

// Visits lists the last visit to each feed, by source.
func (s *Store) Visits(ctx context.Context) (map[string]Visit, error) {
	all := map[string]Visit{}
	err := s.each(ctx, "SELECT source_id, at, taken_at, error FROM feed_visits", func(scan func(...any) error) error {
		var v Visit
		var at, taken int64
		err := scan(&v.Source, &at, &taken, &v.Error)
		v.At, v.Taken = instant(at), instant(taken)
		all[v.Source] = v
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("coding: visits: %w", err)
	}
	return all, nil
}
