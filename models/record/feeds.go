package record

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// feedState is a source as it is right now.
type feedState struct {
	id, name, kind, system, state string
	categories                    []string
	fresh                         int
	received, failed              int64
	shared                        int64
}

// failing: the newest thing that happened was a message that could not be read.
func (f feedState) failing() bool { return f.failed > f.received }

const feedsQuery = `SELECT s.id, coalesce(o.name, ''), coalesce(o.kind, ''), s.system_kind, s.state, s.categories, s.fresh_hours,
 s.last_received_at, s.last_failed_at, s.shared_version
FROM sources s LEFT JOIN organisations o ON o.id = s.organisation_id ORDER BY s.id`

// The imprint is everything that changes about the sources in one value: it rides
// on the statement that reads a rendering, so that the register is read again only
// when it is not what it was. A change of an organisation's name counts as a
// change of its sources' shared_version. PostgreSQL makes a number of it, in a third of
// the time: versions and instants only ever grow, so that their sum tells each change.
const (
	imprintSQLite   = `(SELECT coalesce(string_agg(s.id || ':' || s.shared_version || ':' || s.state || ':' || s.last_received_at || ':' || s.last_failed_at, ',' ORDER BY s.id), '') FROM sources s)`
	imprintPostgres = `(SELECT coalesce(CAST(bit_xor(hashtextextended(s.id || ':' || s.state, s.shared_version + s.last_received_at + s.last_failed_at)) AS TEXT), '') FROM sources s)`
)

// feedsRead is the register as it was under an imprint.
type feedsRead struct {
	imprint string
	byID    map[string]feedState
	order   []string
}

// feeds gives the sources, with the freshness that the imprint tells of.
func (s *Store) feeds(ctx context.Context, imprint string) (*feedsRead, error) {
	if known := s.known.Load(); known != nil && known.imprint == imprint {
		return known, nil
	}
	read, err := s.readFeeds(ctx)
	if err != nil {
		return nil, err
	}
	read.imprint = imprint // newer than its imprint at worst: then the next reader reads again
	s.known.Store(read)
	return read, nil
}

func (s *Store) readFeeds(ctx context.Context) (*feedsRead, error) {
	rows, err := s.db.Query(ctx, feedsQuery)
	if err != nil {
		return nil, fmt.Errorf("record: sources: %w", err)
	}
	defer rows.Close()
	out := &feedsRead{byID: map[string]feedState{}}
	for rows.Next() {
		var f feedState
		var categories string
		if err := rows.Scan(&f.id, &f.name, &f.kind, &f.system, &f.state, &categories, &f.fresh, &f.received, &f.failed, &f.shared); err != nil {
			return nil, fmt.Errorf("record: sources: %w", err)
		}
		if categories != "" {
			f.categories = strings.Split(categories, ",")
		}
		out.byID[f.id] = f
		out.order = append(out.order, f.id)
	}
	return out, rows.Err()
}

// statuses are the sources as the shell shows them.
func (r *feedsRead) statuses(holding []string) []SourceStatus {
	out := make([]SourceStatus, 0, len(r.order))
	for _, id := range r.order {
		f := r.byID[id]
		out = append(out, SourceStatus{ID: f.id, Organisation: or(f.name, f.id), Kind: f.kind, State: f.state, LastReceived: instant(f.received),
			LastFailed: instant(f.failed), FreshHours: f.fresh, Holds: slices.Contains(holding, id)})
	}
	return out
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// A key says what a rendering was made of: the code, the policy, the version of
// the person's record, and of each of its sources what the page shows of it. It
// holds while making it again would give the same.

func (s *Store) key(version int64, sources []string, feeds map[string]feedState) string {
	b := make([]byte, 0, 64+24*len(sources))
	b = append(b, s.code...)
	b = append(b, '|')
	b = append(b, s.policy...)
	b = append(b, '|')
	b = strconv.AppendInt(b, version, 10)
	for _, id := range sources {
		f := feeds[id]
		b = append(b, '|')
		b = append(b, url.QueryEscape(id)...)
		b = append(b, ':')
		b = strconv.AppendInt(b, f.shared, 10)
		b = append(b, ':')
		b = append(b, f.state...)
		if f.failing() {
			b = append(b, '!')
		}
	}
	return string(b)
}

// holds checks a stored key against the present and gives the sources it names.
func (s *Store) holds(key string, version int64, feeds map[string]feedState) ([]string, bool) {
	var sources []string
	for i, part := range strings.Split(key, "|") {
		if i < 3 {
			continue
		}
		escaped, _, _ := strings.Cut(part, ":")
		id, err := url.QueryUnescape(escaped)
		if err != nil {
			return nil, false
		}
		sources = append(sources, id)
	}
	return sources, key == s.key(version, sources, feeds)
}
