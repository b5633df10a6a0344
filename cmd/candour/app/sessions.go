package app

import (
	"context"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/account"
	"candour/models/clock"
)

// EndSessions ends every session of the accounts, by word of the operator, with an
// entry in the access log for each.
func (s *Stores) EndSessions(ctx context.Context, now clock.Clock, by access.Viewer, accounts []string) (int, error) {
	all := web.SessionsIn(s.DB, now)
	return s.Accounts.EndSessions(ctx, by, account.EndedByOperator, account.Request{Route: "candour sessions end"}, func(ctx context.Context) (ended []account.Ended, err error) {
		for _, id := range accounts {
			these, err := all.EndOf(ctx, id, "", "")
			if err != nil {
				return nil, err
			}
			for _, one := range these {
				ended = append(ended, account.Ended{Session: one.ID, Account: one.Account, Kind: one.Kind, Viewer: one.Viewer})
			}
		}
		return ended, nil
	})
}
