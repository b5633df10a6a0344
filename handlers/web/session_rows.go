package web

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// The sessions table. Writes join whatever else is being committed.

func (s *Sessions) read(ctx context.Context, token string) (row, bool, error) {
	got := row{token: token, found: true}
	var expires, created, seen int64
	q, err := s.db.QueryRow(ctx, "SELECT data, expires_at, account_id, op_sid, created_at, seen_at FROM sessions WHERE token = ?", token)
	if err != nil {
		return row{}, false, fmt.Errorf("web: session: %w", err)
	}
	err = q.Scan(&got.data, &expires, &got.account, &got.opSID, &created, &seen)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, false, nil
	}
	if err != nil {
		return row{}, false, fmt.Errorf("web: session: %w", err)
	}
	got.expires, got.created, got.seen = time.UnixMilli(expires), time.UnixMilli(created), time.UnixMilli(seen)
	got.idle = got.expires.Sub(got.seen) // at the end of the longest time less, and then it does not matter
	return got, true, nil
}

// sweepEvery is how often a new session takes the expired ones with it.
const sweepEvery = 10 * time.Minute

func (s *Sessions) insert(ctx context.Context, r row) error {
	last, now := s.swept.Load(), r.seen.UnixMilli()
	due := (now-last >= sweepEvery.Milliseconds() || now < last) && s.swept.CompareAndSwap(last, now)
	return s.write(ctx, func(ctx context.Context) (sql.Result, error) {
		if due {
			if _, err := s.db.Exec(ctx, "DELETE FROM sessions WHERE expires_at <= ?", now); err != nil {
				return nil, err
			}
		}
		return s.db.Exec(ctx, "INSERT INTO sessions (token, data, expires_at, account_id, op_sid, created_at, seen_at, agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			r.token, r.data, r.expires.UnixMilli(), r.account, r.opSID, r.created.UnixMilli(), r.seen.UnixMilli(), r.agent)
	}, nil)
}

func (s *Sessions) update(ctx context.Context, old string, r row) error {
	return s.write(ctx, func(ctx context.Context) (sql.Result, error) {
		return s.db.Exec(ctx, "UPDATE sessions SET token = ?, data = ?, expires_at = ?, account_id = ?, op_sid = ?, created_at = ?, seen_at = ? WHERE token = ?",
			r.token, r.data, r.expires.UnixMilli(), r.account, r.opSID, r.created.UnixMilli(), r.seen.UnixMilli(), old)
	}, errRowGone)
}

// touch says that the session was used, without its values.
func (s *Sessions) touch(ctx context.Context, r *row, now time.Time) error {
	return s.write(ctx, func(ctx context.Context) (sql.Result, error) {
		return s.db.Exec(ctx, "UPDATE sessions SET seen_at = ?, expires_at = ? WHERE token = ?", now.UnixMilli(), r.expiry(now).UnixMilli(), r.token)
	}, errRowGone)
}

func (s *Sessions) remove(ctx context.Context, token string) error {
	return s.write(ctx, func(ctx context.Context) (sql.Result, error) {
		return s.db.Exec(ctx, "DELETE FROM sessions WHERE token = ?", token)
	}, nil)
}

// write runs one statement in a shared commit; none is the error when it hit no row.
func (s *Sessions) write(ctx context.Context, statement func(context.Context) (sql.Result, error), none error) error {
	var hit int64
	err := s.db.Group(ctx, func(ctx context.Context) error {
		result, err := statement(ctx)
		if err != nil {
			return err
		}
		hit, err = result.RowsAffected()
		return err
	})
	if err != nil {
		return fmt.Errorf("web: session: %w", err)
	}
	if hit == 0 {
		return none
	}
	return nil
}

// Standing is one session that is open, as its owner may see it.
type Standing struct {
	Created, Seen, Expires time.Time
	Agent                  string
}

// Of lists the open sessions of an account, newest first.
func (s *Sessions) Of(ctx context.Context, account string) ([]Standing, error) {
	rows, err := s.db.Query(ctx, "SELECT created_at, seen_at, expires_at, agent FROM sessions WHERE account_id = ? AND expires_at > ? ORDER BY created_at DESC", account, s.clock().UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("web: sessions: %w", err)
	}
	defer rows.Close()
	var out []Standing
	for rows.Next() {
		var created, seen, expires int64
		var one Standing
		if err := rows.Scan(&created, &seen, &expires, &one.Agent); err != nil {
			return nil, fmt.Errorf("web: sessions: %w", err)
		}
		one.Created, one.Seen, one.Expires = time.UnixMilli(created).UTC(), time.UnixMilli(seen).UTC(), time.UnixMilli(expires).UTC()
		out = append(out, one)
	}
	return out, rows.Err()
}

// EndByAccount signs an account out everywhere; the very next request of any of
// its sessions is a stranger's.
func (s *Sessions) EndByAccount(ctx context.Context, account string) (int64, error) {
	return s.end(ctx, func(ctx context.Context) (sql.Result, error) {
		return s.db.Exec(ctx, "DELETE FROM sessions WHERE account_id = ?", account)
	})
}

// EndByProvider ends the sessions that came of one session at the identity
// provider (its sid).
func (s *Sessions) EndByProvider(ctx context.Context, sid string) (int64, error) {
	if sid == "" {
		return 0, nil
	}
	return s.end(ctx, func(ctx context.Context) (sql.Result, error) {
		return s.db.Exec(ctx, "DELETE FROM sessions WHERE op_sid = ?", sid)
	})
}

// Sweep removes what has expired.
func (s *Sessions) Sweep(ctx context.Context) (int64, error) {
	return s.end(ctx, func(ctx context.Context) (sql.Result, error) {
		return s.db.Exec(ctx, "DELETE FROM sessions WHERE expires_at <= ?", s.clock().UnixMilli())
	})
}

func (s *Sessions) end(ctx context.Context, statement func(context.Context) (sql.Result, error)) (int64, error) {
	var n int64
	err := s.db.Do(ctx, func(ctx context.Context) error {
		result, err := statement(ctx)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("web: sessions: end: %w", err)
	}
	return n, nil
}
