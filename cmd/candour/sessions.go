package main

import (
	"context"
	"fmt"

	"candour/cmd/candour/app"
	"candour/models/access"
	"candour/models/clock"
)

// SessionsCmd is `candour sessions`: who is logged in.
type SessionsCmd struct {
	End SessionsEndCmd `cmd:"" help:"Log a person out everywhere, at once."`
}

// SessionsEndCmd ends all sessions of one person.
type SessionsEndCmd struct {
	Account string `required:"" xor:"whose" help:"Account, as the access log names it." placeholder:"ID"`
	Patient string `required:"" xor:"whose" help:"NHS number: every account that came in as this patient." placeholder:"NUMBER"`
	By      string `required:"" help:"Who wants it, for the access log." placeholder:"NAME"`
	Storage
}

// Run ends them.
func (c SessionsEndCmd) Run(ctx context.Context, cli *CLI) error {
	stores, err := app.Open(ctx, c.DSN("data"), clock.System, cli.logger(), false)
	if err != nil {
		return err
	}
	defer stores.Close()
	n, err := c.end(ctx, stores)
	if err != nil {
		return err
	}
	fmt.Printf("%d sessions ended\n", n)
	return nil
}

func (c SessionsEndCmd) end(ctx context.Context, stores *app.Stores) (int, error) {
	by, accounts := access.ForSystem("operator: "+c.By), []string{c.Account}
	if c.Patient != "" {
		var err error
		if accounts, err = stores.Accounts.OfPatient(ctx, by, c.Patient); err != nil {
			return 0, err
		}
	}
	return stores.EndSessions(ctx, clock.System, by, accounts)
}
