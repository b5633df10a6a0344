package status

import (
	"context"
	"fmt"
	"time"
)

// Canary is how the last asking for a practice's canary ended: a person who does not
// exist and has objected, asked for every minute (models/probe).
type Canary struct {
	Practice string    // its name
	Probed   time.Time // when last
	Seen     time.Time // since when they could be seen; zero while they cannot
}

// checkedWithin is how old the last asking may be.
const checkedWithin = 5 * time.Minute

// Unchecked tells whether nobody has asked for too long.
func (c Canary) Unchecked(now time.Time) bool { return now.Sub(c.Probed) > checkedWithin }

// Seen are the canaries that could be seen.
func (r Report) Seen() []Canary { return r.canaries(func(c Canary) bool { return !c.Seen.IsZero() }) }

// Unchecked are those for which nobody has asked.
func (r Report) Unchecked() []Canary {
	return r.canaries(func(c Canary) bool { return c.Seen.IsZero() && c.Unchecked(r.At) })
}

func (r Report) canaries(which func(Canary) bool) (out []Canary) {
	for _, c := range r.Canaries {
		if which(c) {
			out = append(out, c)
		}
	}
	return out
}

// Checked is when the oldest last asking was; zero while nobody has been asked for.
func (r Report) Checked() time.Time {
	var oldest time.Time
	for _, c := range r.Canaries {
		if oldest.IsZero() || c.Probed.Before(oldest) {
			oldest = c.Probed
		}
	}
	return oldest
}

func (b *Board) canaries(ctx context.Context, r *Report) error {
	rows, err := b.deps.DB.Query(ctx, "SELECT o.name, c.probed_at, c.failing_at FROM canaries c JOIN organisations o ON o.id = c.practice_id WHERE c.probed_at > 0 ORDER BY o.name, o.id")
	if err != nil {
		return fmt.Errorf("status: canaries: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var c Canary
		var probed, seen int64
		if err := rows.Scan(&c.Practice, &probed, &seen); err != nil {
			return fmt.Errorf("status: canaries: %w", err)
		}
		c.Probed = time.UnixMilli(probed).UTC()
		if seen > 0 {
			c.Seen = time.UnixMilli(seen).UTC()
		}
		r.Canaries = append(r.Canaries, c)
	}
	return rows.Err()
}
