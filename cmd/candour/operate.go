package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"candour/handlers"
	"candour/migrations"
	"candour/models/db"
)

// MigrateCmd is `candour migrate up|status`.
type MigrateCmd struct {
	Up     MigrateUpCmd     `cmd:"" help:"Apply waiting migrations."`
	Status MigrateStatusCmd `cmd:"" help:"List migrations, applied and waiting."`
}

// MigrateUpCmd applies what waits.
type MigrateUpCmd struct{ Storage }

// Run applies and then lists.
func (m MigrateUpCmd) Run(ctx context.Context, cli *CLI) error {
	d, err := db.Open(ctx, m.DSN("data"), cli.logger())
	if err != nil {
		return err
	}
	defer d.Close()
	if err := migrations.Up(ctx, string(d.Dialect), d.Writer()); err != nil {
		return err
	}
	return printMigrations(ctx, d)
}

// MigrateStatusCmd lists the migrations.
type MigrateStatusCmd struct{ Storage }

// Run lists.
func (m MigrateStatusCmd) Run(ctx context.Context, cli *CLI) error {
	d, err := db.Open(ctx, m.DSN("data"), cli.logger())
	if err != nil {
		return err
	}
	defer d.Close()
	return printMigrations(ctx, d)
}

func printMigrations(ctx context.Context, d *db.DB) error {
	list, err := migrations.List(ctx, string(d.Dialect), d.Writer())
	if err != nil {
		return err
	}
	for _, m := range list {
		state := "waiting"
		if m.Applied {
			state = "applied"
		}
		fmt.Printf("%-8s %05d %s\n", state, m.Version, m.Name)
	}
	return nil
}

// DoctorCmd checks what safety rests on and prints what it found.
type DoctorCmd struct{ Storage }

// Run prints durability, guards and roles; it fails when one is not as it must be.
func (c DoctorCmd) Run(ctx context.Context, cli *CLI) error {
	d, err := db.Open(ctx, c.DSN("data"), cli.logger())
	if err != nil {
		return err
	}
	defer d.Close()
	fmt.Println("database:", d.Dialect)
	list, err := migrations.List(ctx, string(d.Dialect), d.Writer())
	if err != nil {
		return err
	}
	for _, m := range list {
		if !m.Applied {
			return fmt.Errorf("doctor: migration %s is waiting: run `candour migrate up`", m.Name)
		}
	}
	var all []db.Setting
	for _, check := range []struct {
		title string
		read  func(context.Context) ([]db.Setting, error)
	}{{"durability", d.Durability}, {"append-only guards", d.Guards}, {"database role", d.Roles}} {
		settings, err := check.read(ctx)
		if err != nil {
			return err
		}
		printSettings(os.Stdout, check.title, settings)
		if check.title != "database role" { // a role that is too strong is advice, not a stop
			all = append(all, settings...)
		}
	}
	if db.Insist(all) != nil {
		return errors.New("doctor: something above is not as it must be")
	}
	return nil
}

func printSettings(w io.Writer, title string, settings []db.Setting) {
	if len(settings) == 0 {
		return
	}
	fmt.Fprintln(w, title+":")
	t := tabwriter.NewWriter(w, 2, 4, 2, ' ', 0)
	for _, s := range settings {
		mark := "ok"
		if !s.OK {
			mark = "LOOK"
		}
		fmt.Fprintf(t, "  %s\t%s\tis %s\twanted %s\n", mark, s.Name, s.Got, s.Want)
	}
	_ = t.Flush() // standard output
}

// RoutesCmd lists the routes.
type RoutesCmd struct {
	JSON bool `help:"As JSON."`
}

// Run prints the route table from which the router is built.
func (r RoutesCmd) Run() error {
	routes := handlers.Routes()
	if r.JSON {
		type row struct {
			Method    string `json:"method"`
			Pattern   string `json:"pattern"`
			Audience  string `json:"audience"`
			Shape     string `json:"shape"`
			Discloses bool   `json:"discloses"`
		}
		out := make([]row, len(routes))
		for i, x := range routes {
			out[i] = row{x.Method, x.Pattern, string(x.Audience), string(x.Shape), x.Discloses}
		}
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(out)
	}
	t := tabwriter.NewWriter(os.Stdout, 2, 4, 2, ' ', 0)
	for _, x := range routes {
		discloses := ""
		if x.Discloses {
			discloses = "discloses"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", x.Method, x.Pattern, x.Audience, discloses)
	}
	return t.Flush()
}
