package web

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"candour/models/access"
	"candour/models/clock"
	"candour/models/opaque"
)

// SessionsIn is the sessions of a database for who has no server: to list and end them.
func SessionsIn(d *Database, now clock.Clock) *Sessions { return &Sessions{db: d, clock: now} }

// Standing is one open session: what its owner, an administrator and the access
// log may know of it.
type Standing struct {
	ID           string // also the session of the entries it left in the access log
	Account      string
	Kind         access.ViewerKind
	Provider     string // how its owner signed in
	Organisation string
	Viewer       access.Viewer // nobody while a role is being chosen
	Agent        string

	Created, Seen, Expires time.Time
	Proven                 time.Time // by the provider's clock; zero when it is not known
}

const selectStanding = "SELECT id, account_id, kind, provider, organisation_id, data, agent, created_at, seen_at, expires_at, proven_at FROM sessions WHERE "

// Of lists the open sessions of an account, newest first.
func (s *Sessions) Of(ctx context.Context, account string) ([]Standing, error) {
	rows, err := s.db.Query(ctx, selectStanding+"account_id = ? AND expires_at > ? ORDER BY created_at DESC, id", account, s.clock().UnixMilli())
	return s.standing(rows, err)
}

// At lists the open sessions of staff who work at an organisation now.
func (s *Sessions) At(ctx context.Context, organisation string) ([]Standing, error) {
	rows, err := s.db.Query(ctx, selectStanding+"organisation_id = ? AND organisation_id <> '' AND expires_at > ? ORDER BY created_at DESC, id", organisation, s.clock().UnixMilli())
	return s.standing(rows, err)
}

func (s *Sessions) standing(rows *sql.Rows, err error) ([]Standing, error) {
	if err != nil {
		return nil, fmt.Errorf("web: sessions: %w", err)
	}
	defer rows.Close()
	var out []Standing
	for rows.Next() {
		var one Standing
		var data []byte
		var created, seen, expires, proven int64
		if err := rows.Scan(&one.ID, &one.Account, &one.Kind, &one.Provider, &one.Organisation, &data, &one.Agent, &created, &seen, &expires, &proven); err != nil {
			return nil, fmt.Errorf("web: sessions: %w", err)
		}
		one.Created, one.Seen, one.Expires = time.UnixMilli(created).UTC(), time.UnixMilli(seen).UTC(), time.UnixMilli(expires).UTC()
		one.Proven = stored(proven)
		if _, values, err := (codec{}).Decode(data); err == nil {
			text, _ := values[keyViewer].(string)
			one.Viewer = readViewer(text)
		}
		out = append(out, one)
	}
	return out, rows.Err()
}

// EndBySubject ends every session of one person at one identity provider for which
// they proved who they are no later than the given instant, by the provider's own
// clock, and says which they were; a zero instant ends all. It joins the transaction of ctx, so that a log entry and the end are
// one act.
func (s *Sessions) EndBySubject(ctx context.Context, issuer, subject string, provenBy time.Time) ([]Standing, error) {
	if issuer == "" || subject == "" {
		return nil, nil
	}
	return s.endThese(ctx, provenBy, func(ctx context.Context) (*sql.Rows, error) {
		return s.db.Query(ctx, selectStanding+"issuer = ? AND subject = ? ORDER BY created_at DESC, id", issuer, subject)
	})
}

// EndBySID ends the sessions that came of one session at one identity provider
// (its sid, which is unique at that provider only). It is EndBySubject otherwise.
func (s *Sessions) EndBySID(ctx context.Context, issuer, sid string) ([]Standing, error) {
	if issuer == "" || sid == "" {
		return nil, nil
	}
	return s.endThese(ctx, time.Time{}, func(ctx context.Context) (*sql.Rows, error) {
		return s.db.Query(ctx, selectStanding+"issuer = ? AND op_sid = ? ORDER BY created_at DESC, id", issuer, sid)
	})
}

// EndUnnamed is EndBySubject for the sessions of which the provider gave no sid.
func (s *Sessions) EndUnnamed(ctx context.Context, issuer, subject string, provenBy time.Time) ([]Standing, error) {
	if issuer == "" || subject == "" {
		return nil, nil
	}
	return s.endThese(ctx, provenBy, func(ctx context.Context) (*sql.Rows, error) {
		return s.db.Query(ctx, selectStanding+"issuer = ? AND subject = ? AND op_sid = '' ORDER BY created_at DESC, id", issuer, subject)
	})
}

// EndOf ends one session of an account, or all but the one to keep when id is
// empty; what is not the account's own is left alone.
func (s *Sessions) EndOf(ctx context.Context, account, id, keep string) ([]Standing, error) {
	if account == "" {
		return nil, nil
	}
	return s.endThese(ctx, time.Time{}, func(ctx context.Context) (*sql.Rows, error) {
		return s.db.Query(ctx, selectStanding+"account_id = ? AND (id = ? OR ? = '') AND id <> ? ORDER BY created_at DESC, id", account, id, id, keep)
	})
}

// EndAt ends one session of somebody who works at an organisation now; a session
// elsewhere is left alone.
func (s *Sessions) EndAt(ctx context.Context, organisation, id string) ([]Standing, error) {
	if organisation == "" || id == "" {
		return nil, nil
	}
	return s.endThese(ctx, time.Time{}, func(ctx context.Context) (*sql.Rows, error) {
		return s.db.Query(ctx, selectStanding+"organisation_id = ? AND id = ?", organisation, id)
	})
}

// EndByAccount signs an account out everywhere and tells how many it were.
func (s *Sessions) EndByAccount(ctx context.Context, account string) (int64, error) {
	ended, err := s.EndOf(ctx, account, "", "")
	return int64(len(ended)), err
}

// endThese ends the sessions that find finds: the very next request of any of
// them is a stranger's.
func (s *Sessions) endThese(ctx context.Context, provenBy time.Time, find func(context.Context) (*sql.Rows, error)) ([]Standing, error) {
	var ended []Standing
	err := s.db.Do(ctx, func(ctx context.Context) error {
		ended = nil
		found, err := s.standing(find(ctx))
		if err != nil {
			return err
		}
		for _, one := range found {
			if !provenBy.IsZero() && or(one.Proven, one.Created).After(provenBy) {
				continue
			}
			result, err := s.db.Exec(ctx, "DELETE FROM sessions WHERE id = ?", one.ID)
			if err != nil {
				return err
			}
			gone, err := result.RowsAffected()
			if err != nil {
				return err
			}
			if gone > 0 && s.clock().Before(one.Expires) { // else it was over already
				ended = append(ended, one)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("web: sessions: end: %w", err)
	}
	return ended, nil
}

// newID names a session in lists and in the access log; it opens nothing.
func newID() string { return string(opaque.New()) }
