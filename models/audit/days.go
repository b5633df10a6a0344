package audit

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"candour/models/db"
	"candour/models/opaque"
)

// Group is what one organisation did on one London day: one line of a patient's
// list before it is unfolded.
type Group struct {
	Day          string
	Organisation string
	Fold         Fold
	Entries      int64
	LastSeq      int64
}

// DayFilter narrows by days (inclusive, empty = open), organisation and drawer.
type DayFilter struct {
	From, To     string
	Organisation string
	Own, System  bool // unfold them as well
}

// DayCursor is the group after which (or, with Back, before which) a page begins.
type DayCursor struct {
	Day, Organisation string
	Fold              Fold
	Back              bool
}

// highest sorts after every day, organisation and drawer.
const highest = "~"

func (f DayFilter) bounds() (from, to string) {
	if to = f.To; to == "" {
		to = highest
	}
	return f.From, to
}

// folds are the three drawers to look into; a closed one is named twice less.
func (f DayFilter) folds() (a, b, c string) {
	a, b, c = string(FoldStaff), string(FoldStaff), string(FoldStaff)
	if f.Own {
		b = string(FoldOwn)
	}
	if f.System {
		c = string(FoldSystem)
	}
	return a, b, c
}

// Days lists a person's groups, newest day first, by keyset: its cost is that of
// one page whatever the person's history. more says that the list goes on in the
// direction of the cursor.
func (l *Log) Days(ctx context.Context, person opaque.ID, f DayFilter, c DayCursor, limit int) (groups []Group, more bool, err error) {
	from, to := f.bounds()
	a, b, d := f.folds()
	query := "SELECT day, organisation_id, fold, entries, last_seq FROM audit_days WHERE person_id = ? AND day >= ? AND day <= ? AND fold IN (?, ?, ?)"
	args := []any{string(person), from, to, a, b, d}
	if f.Organisation != "" {
		query += " AND organisation_id = ?"
		args = append(args, f.Organisation)
	}
	switch {
	case c.Day == "":
		query += " ORDER BY day DESC, organisation_id DESC, fold DESC LIMIT ?"
	case c.Back:
		query += " AND (day, organisation_id, fold) > (?, ?, ?) ORDER BY day, organisation_id, fold LIMIT ?"
		args = append(args, c.Day, c.Organisation, string(c.Fold))
	default:
		query += " AND (day, organisation_id, fold) < (?, ?, ?) ORDER BY day DESC, organisation_id DESC, fold DESC LIMIT ?"
		args = append(args, c.Day, c.Organisation, string(c.Fold))
	}
	rows, err := l.db.Query(ctx, query, append(args, limit+1)...)
	if err != nil {
		return nil, false, fmt.Errorf("audit: days: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var g Group
		if err := rows.Scan(&g.Day, &g.Organisation, &g.Fold, &g.Entries, &g.LastSeq); err != nil {
			return nil, false, fmt.Errorf("audit: days: %w", err)
		}
		groups = append(groups, g)
	}
	if len(groups) > limit {
		groups, more = groups[:limit], true
	}
	if c.Back {
		slices.Reverse(groups)
	}
	return groups, more, rows.Err()
}

// Total counts a person's entries and groups under a filter, exactly: whole months
// from their sums, the ends from the days.
func (l *Log) Total(ctx context.Context, person opaque.ID, f DayFilter) (entries, groups int64, err error) {
	from, to := f.bounds()
	months, before, after := wholeMonths(f)
	a, b, c := f.folds()
	parts, args := "SELECT entries, days, organisation_id, fold FROM audit_months WHERE person_id = ? AND month >= ? AND month <= ?", []any{string(person), months[0], months[1]}
	const span = " UNION ALL SELECT entries, 1, organisation_id, fold FROM audit_days WHERE person_id = ? AND day >= ? AND day <= ?"
	if f.From != "" {
		parts, args = parts+span, append(args, string(person), from, before)
	}
	if f.To != "" {
		parts, args = parts+span, append(args, string(person), after, to)
	}
	query, args := "SELECT coalesce(sum(entries), 0), coalesce(sum(days), 0) FROM ("+parts+") n WHERE fold IN (?, ?, ?)", append(args, a, b, c)
	if f.Organisation != "" {
		query += " AND organisation_id = ?"
		args = append(args, f.Organisation)
	}
	row, err := l.db.QueryRow(ctx, query, args...)
	if err != nil {
		return 0, 0, fmt.Errorf("audit: total: %w", err)
	}
	if err := row.Scan(&entries, &groups); err != nil {
		return 0, 0, fmt.Errorf("audit: total: %w", err)
	}
	return entries, groups, nil
}

// wholeMonths parts a span into the months that lie in it whole (first and last;
// none when first is after last), the last day of what comes before them, and the
// first day of what comes after.
func wholeMonths(f DayFilter) (months [2]string, before, after string) {
	months = [2]string{"", highest}
	before, after = "", highest+highest
	if from, err := time.Parse(time.DateOnly, f.From); err == nil {
		first := from
		if from.Day() != 1 {
			first = time.Date(from.Year(), from.Month()+1, 1, 0, 0, 0, 0, time.UTC)
		}
		months[0], before = first.Format("2006-01"), first.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	if to, err := time.Parse(time.DateOnly, f.To); err == nil {
		next := to.AddDate(0, 0, 1) // the first day after the span
		last := time.Date(next.Year(), next.Month(), 1, 0, 0, 0, 0, time.UTC)
		months[1], after = last.AddDate(0, -1, 0).Format("2006-01"), last.Format(time.DateOnly)
	}
	if f.To != "" && before > f.To { // all in one month: the days before it are the whole span
		before, after = f.To, highest+highest
	}
	return months, before, after
}

// Organisation names one that stands in somebody's list.
type Organisation struct{ ID, Name string }

// Organisations lists those that stand in a person's list, hopping from one to the
// next over the index, and the first day of the list.
func (l *Log) Organisations(ctx context.Context, person opaque.ID) (all []Organisation, first string, err error) {
	rows, err := l.db.Query(ctx, `WITH RECURSIVE hop(id) AS (
 SELECT min(organisation_id) FROM audit_days WHERE person_id = ?
 UNION ALL SELECT (SELECT min(d.organisation_id) FROM audit_days d WHERE d.person_id = ? AND d.organisation_id > hop.id) FROM hop WHERE hop.id IS NOT NULL)
SELECT hop.id, coalesce(o.name, ''), coalesce((SELECT min(day) FROM audit_days WHERE person_id = ?), '') FROM hop LEFT JOIN organisations o ON o.id = hop.id WHERE hop.id IS NOT NULL`,
		string(person), string(person), string(person))
	if err != nil {
		return nil, "", fmt.Errorf("audit: organisations: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var o Organisation
		if err := rows.Scan(&o.ID, &o.Name, &first); err != nil {
			return nil, "", fmt.Errorf("audit: organisations: %w", err)
		}
		if o.ID != "" { // a patient's own accesses and automatic ones have none
			all = append(all, o)
		}
	}
	return all, first, rows.Err()
}

// Latest reads the newest n entries of each group.
func (l *Log) Latest(ctx context.Context, person opaque.ID, groups []Group, n int) ([][]Line, error) {
	lines := make([][]Line, len(groups))
	if l.db.Dialect == db.Postgres {
		return lines, l.latestPostgres(ctx, person, groups, n, lines)
	}
	for from := 0; from < len(groups); from += latestTogether {
		if err := l.latestSQLite(ctx, person, groups, from, n, lines); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// latestTogether is how many groups one statement asks for: a page.
const latestTogether = 25

func (l *Log) latestSQLite(ctx context.Context, person opaque.ID, groups []Group, from, n int, lines [][]Line) error {
	const one = "SELECT * FROM (SELECT ?, seq, body FROM audit_entries WHERE person_id = ? AND organisation_id = ? AND seq <= ? ORDER BY seq DESC LIMIT ?)"
	query := one
	var args []any
	for i, g := range groups[from:min(from+latestTogether, len(groups))] {
		if i > 0 {
			query += " UNION ALL " + one
		}
		args = append(args, from+i, string(person), g.Organisation, g.LastSeq, reach(g, n))
	}
	rows, err := l.db.Query(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("audit: latest: %w", err)
	}
	return collect(rows, groups, n, lines)
}

// reach is how far to look for n entries of a group: a patient's own and automatic
// entries have no organisation and lie among one another.
func reach(g Group, n int) int {
	if g.Organisation == "" {
		return 4 * n
	}
	return min(n, int(g.Entries))
}

func (l *Log) latestPostgres(ctx context.Context, person opaque.ID, groups []Group, n int, lines [][]Line) error {
	var organisations []string
	var last, limits []int64
	for _, g := range groups {
		organisations, last, limits = append(organisations, g.Organisation), append(last, g.LastSeq), append(limits, int64(reach(g, n)))
	}
	rows, err := l.db.Query(ctx, `SELECT g.i - 1, e.seq, e.body FROM unnest(?::text[], ?::bigint[], ?::bigint[]) WITH ORDINALITY AS g(organisation, last, n, i)
CROSS JOIN LATERAL (SELECT seq, body FROM audit_entries WHERE person_id = ? AND organisation_id = g.organisation AND seq <= g.last ORDER BY seq DESC LIMIT g.n) e
ORDER BY g.i, e.seq DESC`, organisations, last, limits, string(person))
	if err != nil {
		return fmt.Errorf("audit: latest: %w", err)
	}
	return collect(rows, groups, n, lines)
}

// collect puts rows of (group, seq, body) where they belong, leaving out what is
// of another drawer or day.
func collect(rows *sql.Rows, groups []Group, n int, lines [][]Line) error {
	defer rows.Close()
	for rows.Next() {
		var i int
		var seq int64
		var text sql.RawBytes
		if err := rows.Scan(&i, &seq, &text); err != nil {
			return fmt.Errorf("audit: latest: %w", err)
		}
		if len(lines[i]) >= n {
			continue
		}
		e, err := decodeBody(text)
		if err != nil {
			return err
		}
		if foldOf(&e) == groups[i].Fold && Day(e.At) == groups[i].Day {
			lines[i] = append(lines[i], Line{seq, e})
		}
	}
	return rows.Err()
}
