package account

import (
	"context"
	"fmt"
	"time"

	"candour/models/access"
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

// LoggedOut takes a provider's word, by a logout token, that somebody logged out
// there. The token counts once (its jti), the sessions end and the log says so in
// one transaction; a token that came before is a fault.Conflict.
func (s *Store) LoggedOut(ctx context.Context, by access.Viewer, issuer, jti string, until time.Time, end func(context.Context) ([]Ended, error)) (int, error) {
	if by.Kind != access.System {
		return 0, refusal(access.ReasonRole)
	}
	var ended []Ended
	err := s.d.DB.Do(ctx, func(ctx context.Context) error {
		if _, err := s.d.DB.Exec(ctx, `DELETE FROM logout_tokens WHERE expires_at <= ?`, s.d.Clock().UnixMilli()); err != nil {
			return err
		}
		result, err := s.d.DB.Exec(ctx, `INSERT INTO logout_tokens (id, expires_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING`,
			string(opaque.Of("logout", issuer, jti)), until.UnixMilli())
		if err != nil {
			return err
		}
		fresh, err := result.RowsAffected()
		if err != nil {
			return err
		}
		if fresh == 0 {
			return fault.Conflict
		}
		if ended, err = end(ctx); err != nil {
			return err
		}
		for _, e := range ended {
			v := e.Viewer
			if v.Kind == access.Nobody {
				v = access.Viewer{Kind: e.Kind, ID: e.Account, Session: e.Session}
			}
			s.logged(ctx, v, "ended_by_provider")
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("account: logged out: %w", err)
	}
	return len(ended), nil
}
