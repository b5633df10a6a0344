package account

import (
	"context"
	"fmt"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/opaque"
	"candour/models/staff"
)

// Coming is who somebody says they are that has not been let in: it may see nothing.
func Coming(c Claims, kind access.ViewerKind) access.Viewer {
	id := IDOf(c.Issuer, c.Subject)
	if kind == access.Staff {
		id = staff.IDOf(c.Issuer, c.Subject)
	}
	return access.Viewer{Kind: kind, ID: id, Name: c.displayName(), Session: string(opaque.New())}
}

// TurnedAway logs that somebody who proved who they are was not let in, or not into
// one of their roles, and why.
func (s *Store) TurnedAway(ctx context.Context, by access.Viewer, role *Role, reason string) error {
	err := s.d.DB.Do(ctx, func(ctx context.Context) error {
		v := by
		if role != nil {
			var err error
			if v, err = s.in(ctx, by, *role); err != nil {
				return err
			}
		}
		s.entry(ctx, v, audit.Refused, reason)
		return nil
	})
	if err != nil {
		return fmt.Errorf("account: turned away: %w", err)
	}
	return nil
}
