package audit

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"candour/models/opaque"
)

// EntryFilter narrows single entries; what DayFilter does not know is read from
// the entries themselves.
type EntryFilter struct {
	DayFilter
	Role    string // national role code
	Section string
	Reason  string
}

func (f EntryFilter) keeps(e *Entry) bool {
	switch foldOf(e) {
	case FoldOwn:
		if !f.Own {
			return false
		}
	case FoldSystem:
		if !f.System {
			return false
		}
	}
	day := Day(e.At)
	return day >= f.From && (f.To == "" || day <= f.To) &&
		(f.Organisation == "" || e.Viewer.Organisation == f.Organisation) &&
		(f.Role == "" || e.Viewer.Role == f.Role) &&
		(f.Section == "" || slices.Contains(e.Sections, f.Section)) &&
		(f.Reason == "" || e.Reason == f.Reason)
}

// EntryCursor is the entry after which (or, with Back, before which) a page begins.
type EntryCursor struct {
	Seq  int64
	Back bool
}

// scanLimit bounds the entries one call looks at, so that a rare role in a long
// history costs a page no more than a common one.
const scanLimit = 5000

// Entries lists single entries, newest first, by keyset. reached is where to go on
// in the direction of the cursor, 0 when there is no more; a page may hold less
// than limit and still go on, when scanLimit entries were looked at.
func (l *Log) Entries(ctx context.Context, person opaque.ID, f EntryFilter, c EntryCursor, limit int) (lines []Line, reached int64, err error) {
	if c.Seq == 0 {
		if c.Seq, err = l.startOf(ctx, person, f.DayFilter); err != nil {
			return nil, 0, err
		}
	}
	chunk := limit + 1 // as it were nothing to leave out; then more at a time
	for looked := 0; looked < scanLimit; chunk *= 4 {
		chunk = min(chunk, scanLimit-looked)
		page, err := l.sweep(ctx, person, f, c, chunk)
		if err != nil {
			return nil, 0, err
		}
		looked += page.read
		for _, line := range page.kept {
			if len(lines) == limit {
				return order(lines, c.Back), lines[limit-1].Seq, nil
			}
			lines = append(lines, line)
		}
		if page.ended || page.read < chunk {
			return order(lines, c.Back), 0, nil
		}
		c.Seq = page.last
	}
	return order(lines, c.Back), c.Seq, nil
}

func order(lines []Line, back bool) []Line {
	if !back {
		return lines
	}
	lines = slices.Clone(lines)
	slices.Reverse(lines)
	return lines
}

// startOf is just above the last entry up to the filter's last day.
func (l *Log) startOf(ctx context.Context, person opaque.ID, f DayFilter) (int64, error) {
	_, to := f.bounds()
	row, err := l.db.QueryRow(ctx, `SELECT coalesce(max(last_seq), 0) + 1 FROM audit_days WHERE person_id = ?
 AND day = (SELECT max(day) FROM audit_days WHERE person_id = ? AND day <= ?)`, string(person), string(person), to)
	if err != nil {
		return 0, fmt.Errorf("audit: entries: %w", err)
	}
	var seq int64
	if err := row.Scan(&seq); err != nil {
		return 0, fmt.Errorf("audit: entries: %w", err)
	}
	return seq, nil
}

// swept is what one range of the index gave.
type swept struct {
	kept  []Line
	read  int
	last  int64
	ended bool // past the filter's first (or, going back, last) day
}

func (l *Log) sweep(ctx context.Context, person opaque.ID, f EntryFilter, c EntryCursor, limit int) (swept, error) {
	query := "SELECT seq, body FROM audit_entries WHERE person_id = ?"
	args := []any{string(person)}
	if f.Organisation != "" {
		query += " AND organisation_id = ?"
		args = append(args, f.Organisation)
	}
	if !f.Own && !f.System && f.Organisation == "" {
		// Staff look for an organisation, and who has none is refused: what is neither is
		// folded away, and need not leave the database.
		query += " AND (organisation_id <> '' OR outcome = 'refused')"
	}
	if c.Back {
		query += " AND seq > ? ORDER BY seq LIMIT ?"
	} else {
		query += " AND seq < ? ORDER BY seq DESC LIMIT ?"
	}
	rows, err := l.db.Query(ctx, query, append(args, c.Seq, limit)...)
	if err != nil {
		return swept{}, fmt.Errorf("audit: entries: %w", err)
	}
	defer rows.Close()
	var s swept
	for rows.Next() {
		var text sql.RawBytes
		if err := rows.Scan(&s.last, &text); err != nil {
			return s, fmt.Errorf("audit: entries: %w", err)
		}
		s.read++
		if fold := foldOfBody(text); fold == FoldOwn && !f.Own || fold == FoldSystem && !f.System {
			continue // somebody's own visits may be many: they are not even read
		}
		e, err := decodeBody(text)
		if err != nil {
			return s, err
		}
		if day := Day(e.At); !c.Back && day < f.From || c.Back && f.To != "" && day > f.To {
			s.ended = true
			break
		}
		if f.keeps(&e) {
			s.kept = append(s.kept, Line{s.last, e})
		}
	}
	return s, rows.Err()
}
