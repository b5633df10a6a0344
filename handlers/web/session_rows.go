package web

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"candour/models/access"
)

// The sessions table. Writes join whatever else is being committed.

func (s *Sessions) read(ctx context.Context, token string) (row, bool, error) {
	q, err := s.db.QueryRow(ctx, readSession, token)
	if err != nil {
		return row{}, false, fmt.Errorf("web: session: %w", err)
	}
	got, err := scanSession(q, token)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, false, nil
	}
	if err != nil {
		return row{}, false, fmt.Errorf("web: session: %w", err)
	}
	return got, true, nil
}

const readSession = "SELECT data, expires_at, account_id, op_sid, created_at, seen_at, id, kind, issuer, subject, provider, organisation_id, proven_at FROM sessions WHERE token = ?"

func scanSession(from interface{ Scan(...any) error }, token string) (row, error) {
	got := row{token: token, found: true}
	var kind string
	var expires, created, seen, proven int64
	err := from.Scan(&got.data, &expires, &got.account, &got.opSID, &created, &seen, &got.id, &kind, &got.issuer, &got.subject, &got.provider, &got.organisation, &proven)
	got.expires, got.created, got.seen = time.UnixMilli(expires), time.UnixMilli(created), time.UnixMilli(seen)
	got.kind = access.ViewerKind(kind)
	got.idle, got.proven = idleOf(got.kind), stored(proven)
	return got, err
}

// instant and stored write and read a time that may not be known.
func instant(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func stored(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// sweepEvery is how often a new session takes the expired ones with it.
const sweepEvery = 10 * time.Minute

func (s *Sessions) insert(ctx context.Context, r row) error {
	last, now := s.swept.Load(), r.seen.UnixMilli()
	due := (now-last >= sweepEvery.Milliseconds() || now < last) && s.swept.CompareAndSwap(last, now)
	return s.write(ctx, func(ctx context.Context) (sql.Result, error) {
		if due {
			if _, err := s.db.Exec(ctx, "DELETE FROM sessions WHERE expires_at <= ?", now-remembered.Milliseconds()); err != nil {
				return nil, err
			}
			if _, err := s.db.Exec(ctx, "DELETE FROM drafts WHERE expires_at <= ?", now); err != nil {
				return nil, err
			}
		}
		return s.db.Exec(ctx, `INSERT INTO sessions (token, data, expires_at, account_id, op_sid, created_at, seen_at, agent, id, kind, issuer, subject, provider, organisation_id, proven_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			r.token, r.data, r.expires.UnixMilli(), r.account, r.opSID, r.created.UnixMilli(), r.seen.UnixMilli(), device(r.agent),
			r.id, string(r.kind), r.issuer, r.subject, r.provider, r.organisation, instant(r.proven))
	}, nil)
}

func (s *Sessions) update(ctx context.Context, old string, r row) error {
	return s.write(ctx, func(ctx context.Context) (sql.Result, error) {
		return s.db.Exec(ctx, `UPDATE sessions SET token = ?, data = ?, expires_at = ?, account_id = ?, op_sid = ?, created_at = ?, seen_at = ?,
			id = ?, kind = ?, issuer = ?, subject = ?, provider = ?, organisation_id = ?, proven_at = ? WHERE token = ?`,
			r.token, r.data, r.expires.UnixMilli(), r.account, r.opSID, r.created.UnixMilli(), r.seen.UnixMilli(),
			r.id, string(r.kind), r.issuer, r.subject, r.provider, r.organisation, instant(r.proven), old)
	}, errRowGone)
}

// touch says that the session was used, without its values.
func (s *Sessions) touch(ctx context.Context, r *row, now time.Time) error {
	return s.write(ctx, func(ctx context.Context) (sql.Result, error) {
		return s.db.Exec(ctx, "UPDATE sessions SET seen_at = ?, expires_at = ? WHERE token = ?", now.UnixMilli(), r.expiry(now).UnixMilli(), r.token)
	}, errRowGone)
}

// moved says that a session which is not where the request found it goes on under
// a new token, which another request of the same browser has given it meanwhile. The
// cookie in the browser is the new one, and stays.
func (s *Sessions) moved(of *session) bool {
	q, err := s.db.QueryRow(context.WithoutCancel(of.ctx), "SELECT count(*) FROM sessions WHERE id = ? AND token <> ? AND expires_at > ?", of.row.id, of.row.token, s.clock().UnixMilli())
	if err != nil {
		return false
	}
	var n int
	return q.Scan(&n) == nil && n > 0
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

// Sweep removes what ran out so long ago that nobody comes back to it.
func (s *Sessions) Sweep(ctx context.Context) (int64, error) {
	return s.end(ctx, func(ctx context.Context) (sql.Result, error) {
		return s.db.Exec(ctx, "DELETE FROM sessions WHERE expires_at <= ?", s.clock().Add(-remembered).UnixMilli())
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
