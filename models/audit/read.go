package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"candour/models/fault"
	"candour/models/opaque"
)

// Line is an entry as it stands in the log.
type Line struct {
	Seq int64
	Entry
}

// Misses counts a viewer's searches that found nobody, since an instant; those of
// the transaction in ctx that are not yet written count too.
func (l *Log) Misses(ctx context.Context, viewer string, since time.Time) (int, error) {
	row, err := l.db.QueryRow(ctx, "SELECT count(*) FROM audit_entries WHERE viewer_id = ? AND at >= ? AND kind = 'search' AND outcome = 'nothing'",
		viewer, since.UnixMilli())
	if err != nil {
		return 0, fmt.Errorf("audit: misses: %w", err)
	}
	var n int
	if err := row.Scan(&n); err != nil {
		return 0, fmt.Errorf("audit: misses: %w", err)
	}
	if !l.db.InTx(ctx) {
		return n, nil
	}
	for _, e := range l.pending(ctx).entries {
		if e.Viewer.ID == viewer && e.Kind == KindSearch && e.Outcome == Nothing && !e.At.Before(since) {
			n++
		}
	}
	return n, nil
}

// OfRequest reads the entries that one viewer's requests about a person brought, by
// the ids of the requests, since an instant: whatever others did meanwhile.
func (l *Log) OfRequest(ctx context.Context, viewer string, person opaque.ID, since time.Time, requests map[string]bool) ([]Line, error) {
	rows, err := l.db.Query(ctx, "SELECT seq, body FROM audit_entries WHERE viewer_id = ? AND at >= ? AND person_id = ? ORDER BY seq", viewer, since.UnixMilli(), string(person))
	if err != nil {
		return nil, fmt.Errorf("audit: of request: %w", err)
	}
	defer rows.Close()
	var all []Line
	for rows.Next() {
		var seq int64
		var text []byte
		if err := rows.Scan(&seq, &text); err != nil {
			return nil, fmt.Errorf("audit: of request: %w", err)
		}
		e, err := decodeBody(text)
		if err != nil {
			return nil, fmt.Errorf("audit: of request: %w", err)
		}
		if requests[e.RequestID] {
			all = append(all, Line{seq, e})
		}
	}
	return all, rows.Err()
}

// Entry reads one entry of a person's; fault.NotFound when it is not theirs.
func (l *Log) Entry(ctx context.Context, person opaque.ID, seq int64) (Line, error) {
	row, err := l.db.QueryRow(ctx, "SELECT body FROM audit_entries WHERE seq = ? AND person_id = ?", seq, string(person))
	if err != nil {
		return Line{}, fmt.Errorf("audit: entry: %w", err)
	}
	var text []byte
	if err := row.Scan(&text); errors.Is(err, sql.ErrNoRows) {
		return Line{}, fault.NotFound
	} else if err != nil {
		return Line{}, fmt.Errorf("audit: entry: %w", err)
	}
	e, err := decodeBody(text)
	return Line{seq, e}, err
}
