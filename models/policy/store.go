package policy

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"candour/models/clock"
	"candour/models/db"
)

// Store keeps the versions that were ever in force, so that a decision of last
// year can be explained with the rules of last year.
type Store struct {
	db     *db.DB
	clock  clock.Clock
	active atomic.Pointer[Policy]
}

// New makes the store.
func New(d *db.DB, now clock.Clock) *Store { return &Store{db: d, clock: now} }

type row struct {
	Version    string
	ActiveFrom int64
	Body       string
}

func (row) TableName() string { return "policies" }

// Register puts the embedded versions into the table; a version that is there
// already must say the same, for a version is never changed.
func (s *Store) Register(ctx context.Context) error {
	return s.db.Do(ctx, func(ctx context.Context) error {
		for _, p := range all() {
			body, err := json.Marshal(p, json.Deterministic(true))
			if err != nil {
				return fmt.Errorf("policy: register: %w", err)
			}
			from, err := time.Parse(time.DateOnly, p.ActiveFrom)
			if err != nil {
				return fmt.Errorf("policy: register: %w", err)
			}
			var known []row
			if err := s.db.For(ctx).Where("version = ?", p.Version).Find(&known).Error; err != nil {
				return fmt.Errorf("policy: register: %w", err)
			}
			if len(known) > 0 {
				same, err := sameRules([]byte(known[0].Body), body)
				if err != nil {
					return fmt.Errorf("policy: register: %w", err)
				}
				if !same {
					return fmt.Errorf("policy: register: version %s is in the database with other rules; a changed policy needs a new version", p.Version)
				}
				continue
			}
			if err := s.db.For(ctx).Create(&row{p.Version, from.UnixMilli(), string(body)}).Error; err != nil {
				return fmt.Errorf("policy: register: %w", err)
			}
		}
		return nil
	})
}

// sameRules compares two policies but for the clauses they cite: a citation put
// better changes no decision.
func sameRules(a, b []byte) (bool, error) {
	var plain [2][]byte
	for i, body := range [][]byte{a, b} {
		var rules any
		if err := json.Unmarshal(body, &rules); err != nil {
			return false, err
		}
		out, err := json.Marshal(uncited(rules), json.Deterministic(true))
		if err != nil {
			return false, err
		}
		plain[i] = out
	}
	return bytes.Equal(plain[0], plain[1]), nil
}

func uncited(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if name == "clause" || strings.HasSuffix(name, "_clause") {
				delete(v, name)
				continue
			}
			v[name] = uncited(member)
		}
	case []any:
		for i := range v {
			v[i] = uncited(v[i])
		}
	}
	return v
}

// Active is the version in force now: the newest that has begun. It is read once
// and kept; Register and a restart bring a new one in.
func (s *Store) Active(ctx context.Context) (*Policy, error) {
	if p := s.active.Load(); p != nil {
		return p, nil
	}
	var rows []row
	err := s.db.For(ctx).Where("active_from <= ?", s.clock().UnixMilli()).Order("active_from DESC").Limit(1).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("policy: active: %w", err)
	}
	if len(rows) == 0 {
		return Default(), nil
	}
	p, err := Parse([]byte(rows[0].Body))
	if err != nil {
		return nil, err
	}
	s.active.Store(p)
	return p, nil
}

// Applied tells whether the exclusions of a version have been worked out over
// everything that is held.
func (s *Store) Applied(ctx context.Context, version string) (bool, error) {
	var at []int64
	if err := s.db.For(ctx).Model(&row{}).Where("version = ?", version).Pluck("applied_at", &at).Error; err != nil {
		return false, fmt.Errorf("policy: applied: %w", err)
	}
	return len(at) == 1 && at[0] > 0, nil
}

// MarkApplied notes that they have.
func (s *Store) MarkApplied(ctx context.Context, version string) error {
	return s.db.Do(ctx, func(ctx context.Context) error {
		if err := s.db.For(ctx).Model(&row{}).Where("version = ?", version).Update("applied_at", s.clock().UnixMilli()).Error; err != nil {
			return fmt.Errorf("policy: applied: %w", err)
		}
		return nil
	})
}
