package status

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"candour/models/clock"
	"candour/models/db"
	"candour/models/organisation"
)

// Kept is how long a report is shown again before a new one is made: whoever asks
// more often costs nothing.
const Kept = 5 * time.Second

// patience is how long the database may take before it counts as not answering.
const patience = 2 * time.Second

// Deps are what a board stands on.
type Deps struct {
	DB            *db.DB
	Organisations *organisation.Store
	Clock         clock.Clock // decides how old a feed is
	Ticks         clock.Clock // decides how old a report is; nil means the machine's
	Ready         func(ctx context.Context) error
}

// Board makes reports and keeps the last one for a few seconds.
type Board struct {
	deps Deps

	mu   sync.Mutex
	last Report
	made time.Time
}

// New returns a board. Ready tells whether an access could be written down now.
func New(d Deps) *Board {
	if d.Ticks == nil {
		d.Ticks = clock.System
	}
	return &Board{deps: d}
}

// Report says how the service stands. It never fails: a database that does not
// answer is what it reports, with what was known of the feeds before.
func (b *Board) Report(ctx context.Context) Report {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, tick := b.deps.Clock(), b.deps.Ticks()
	if age := now.Sub(b.last.At); !b.made.IsZero() && tick.Sub(b.made) < Kept && age >= 0 && age < Kept {
		return b.last
	}
	// The report is for everybody who waits here: it does not end with the one who asked.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	r, err := b.read(ctx, now)
	if err != nil {
		r = b.last
		r.At, r.Database, r.Feeds = now, false, judged(b.last.Feeds, now)
	}
	b.last, b.made = r, b.deps.Ticks()
	return r
}

// judged are feeds by what was known of them, as that counts now.
func judged(feeds []Feed, now time.Time) []Feed {
	out := slices.Clone(feeds)
	for i := range out {
		out[i].Condition = out[i].Source.Condition(now)
	}
	return out
}

func (b *Board) read(ctx context.Context, now time.Time) (Report, error) {
	r := Report{At: now}
	if err := b.deps.Ready(ctx); err != nil {
		return r, fmt.Errorf("status: %w", err)
	}
	r.Database = true
	err := errors.Join(
		b.readFeeds(ctx, &r),
		b.quarantined(ctx, &r.Quarantined),
		b.held(ctx, &r.Held),
		b.checkpoint(ctx, &r.Log),
		b.canaries(ctx, &r),
	)
	return r, err
}

func (b *Board) readFeeds(ctx context.Context, r *Report) error {
	all, err := b.deps.Organisations.All(ctx)
	if err != nil {
		return err
	}
	sources, err := b.deps.Organisations.Sources(ctx)
	if err != nil {
		return err
	}
	for _, o := range all { // by name
		for _, s := range sources {
			if s.OrganisationID == o.ID {
				r.Feeds = append(r.Feeds, Feed{s, o.Name, s.Condition(r.At)})
			}
		}
	}
	return nil
}

func (b *Board) quarantined(ctx context.Context, q *Queue) error {
	row, err := b.deps.DB.QueryRow(ctx, "SELECT count(*), coalesce(min(received_at), 0) FROM quarantine WHERE resolved_at = 0")
	if err != nil {
		return fmt.Errorf("status: quarantine: %w", err)
	}
	return q.scan(row)
}

func (b *Board) held(ctx context.Context, q *Queue) error {
	row, err := b.deps.DB.QueryRow(ctx, "SELECT count(*), coalesce(min(received_at), 0) FROM source_patients WHERE state = 'held'")
	if err != nil {
		return fmt.Errorf("status: held: %w", err)
	}
	return q.scan(row)
}

func (q *Queue) scan(row *sql.Row) error {
	var oldest int64
	if err := row.Scan(&q.Waiting, &oldest); err != nil {
		return fmt.Errorf("status: queue: %w", err)
	}
	if oldest > 0 {
		q.Oldest = time.UnixMilli(oldest).UTC()
	}
	return nil
}

const checkpointQuery = `SELECT h.seq, h.chain, e.at FROM audit_head h LEFT JOIN audit_entries e ON e.seq = h.seq WHERE h.id = 1`

func (b *Board) checkpoint(ctx context.Context, c *Checkpoint) error {
	row, err := b.deps.DB.QueryRow(ctx, checkpointQuery)
	if err != nil {
		return fmt.Errorf("status: checkpoint: %w", err)
	}
	var at sql.NullInt64
	if err := row.Scan(&c.Number, &c.Chain, &at); err != nil {
		return fmt.Errorf("status: checkpoint: %w", err)
	}
	if at.Valid {
		c.At = time.UnixMilli(at.Int64).UTC()
	}
	return nil
}
