package account

import (
	"context"
	"fmt"
	"time"

	"candour/models/access"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/models/staff"
)

// Ended is a session that somebody's identity provider ended.
type Ended struct {
	Account string
	Viewer  access.Viewer // nobody while a role was being chosen
	Kind    access.ViewerKind
	Session string
}

// OwnedBy says whether the session is of the person with this subject.
func (e Ended) OwnedBy(issuer, subject string) bool {
	return e.Account == IDOf(issuer, subject) || e.Account == staff.IDOf(issuer, subject)
}

// Logout is what a provider says, by a logout token, of somebody who logged out there.
type Logout struct {
	Issuer  string
	TokenID string    // jti: the token counts once
	Until   time.Time // when the token is too old to count
	Subject string    // who it was; or
	SID     string    // which session of theirs
	At      time.Time // when, by the provider's clock, in whole seconds
}

// rememberLogouts is longer than any sign-in takes from the provider's page to ours.
const rememberLogouts = 30 * time.Minute

// LoggedOut takes a provider's word that somebody logged out there. The token
// counts once, the sessions end, the log says so and sign-ins under way are
// stopped (Admit) in one transaction; a token that came before is a fault.Conflict.
func (s *Store) LoggedOut(ctx context.Context, by access.Viewer, said Logout, end func(context.Context) ([]Ended, error)) (int, error) {
	if by.Kind != access.System {
		return 0, refusal(access.ReasonRole)
	}
	var ended []Ended
	err := s.d.DB.Do(ctx, func(ctx context.Context) error {
		if err := s.inTurn(ctx, said.Issuer); err != nil {
			return err
		}
		if err := s.once(ctx, said); err != nil {
			return err
		}
		if err := s.remember(ctx, said); err != nil {
			return err
		}
		var err error
		if ended, err = end(ctx); err != nil {
			return err
		}
		for _, e := range ended {
			v := e.Viewer
			if v.Kind == access.Nobody {
				v = access.Viewer{Kind: e.Kind, ID: e.Account, Session: e.Session}
			}
			s.logged(ctx, v, endedByProvider)
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("account: logged out: %w", err)
	}
	return len(ended), nil
}

const endedByProvider = "ended_by_provider"

// inTurn lets logouts and beginning sessions of one provider commit one after the
// other: whichever comes second sees what the first did. SQLite has one writer.
func (s *Store) inTurn(ctx context.Context, issuer string) error {
	if s.d.DB.Dialect != db.Postgres {
		return nil
	}
	_, err := s.d.DB.Exec(ctx, `SELECT pg_advisory_xact_lock(7204, hashtext(?))`, issuer)
	return err
}

func (s *Store) once(ctx context.Context, said Logout) error {
	now := s.d.Clock().UnixMilli()
	if _, err := s.d.DB.Exec(ctx, `DELETE FROM logout_tokens WHERE expires_at <= ?`, now); err != nil {
		return err
	}
	if _, err := s.d.DB.Exec(ctx, `DELETE FROM logouts WHERE expires_at <= ?`, now); err != nil {
		return err
	}
	result, err := s.d.DB.Exec(ctx, `INSERT INTO logout_tokens (id, expires_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING`,
		string(opaque.Of("logout", said.Issuer, said.TokenID)), said.Until.UnixMilli())
	if err != nil {
		return err
	}
	fresh, err := result.RowsAffected()
	if err == nil && fresh == 0 {
		return fault.Conflict
	}
	return err
}

// The three things that a logout may be of.
func ofSession(issuer, sid string) string { return string(opaque.Of("logout of session", issuer, sid)) }
func ofPerson(issuer, sub string) string  { return string(opaque.Of("logout of person", issuer, sub)) }
func ofUnnamed(issuer, sub string) string { // the person's sessions whose sid is not known here
	return string(opaque.Of("logout of unnamed session", issuer, sub))
}

func (s *Store) remember(ctx context.Context, said Logout) error {
	var of []string
	switch {
	case said.SID == "":
		of = []string{ofPerson(said.Issuer, said.Subject)}
	case said.Subject == "":
		of = []string{ofSession(said.Issuer, said.SID)}
	default:
		of = []string{ofSession(said.Issuer, said.SID), ofUnnamed(said.Issuer, said.Subject)}
	}
	for _, id := range of {
		if _, err := s.d.DB.Exec(ctx, `INSERT INTO logouts (id, at, expires_at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE
			SET at = CASE WHEN excluded.at > logouts.at THEN excluded.at ELSE logouts.at END, expires_at = excluded.expires_at`,
			id, said.At.UnixMilli(), s.d.Clock().Add(rememberLogouts).UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}

// Admit says, in the transaction that begins v's session, whether their provider
// has not meanwhile told that they logged out there: who proved who they are before
// that comes in no more, and the log says what became of their sign-in.
func (s *Store) Admit(ctx context.Context, v access.Viewer, c Claims) (bool, error) {
	if err := s.inTurn(ctx, c.Issuer); err != nil {
		return false, fmt.Errorf("account: admit: %w", err)
	}
	of := [2]string{ofPerson(c.Issuer, c.Subject), ofUnnamed(c.Issuer, c.Subject)}
	if c.SID != "" {
		of[1] = ofSession(c.Issuer, c.SID)
	}
	row, err := s.d.DB.QueryRow(ctx, `SELECT count(*) FROM logouts WHERE id IN (?, ?) AND at >= ? AND expires_at > ?`,
		of[0], of[1], c.AuthTime.UnixMilli(), s.d.Clock().UnixMilli())
	if err != nil {
		return false, fmt.Errorf("account: admit: %w", err)
	}
	var n int
	if err := row.Scan(&n); err != nil {
		return false, fmt.Errorf("account: admit: %w", err)
	}
	if n > 0 {
		s.logged(ctx, v, endedByProvider)
	}
	return n == 0, nil
}
