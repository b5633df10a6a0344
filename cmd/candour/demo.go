package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"candour/cmd/candour/app"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/seed"
)

// DemoCmd is `candour demo`: the portal with made-up people and a sign-in that
// asks no password. It refuses to be put where real people could meet it.
type DemoCmd struct {
	Listen         string  `default:"127.0.0.1:8080" help:"Address to listen on; a loopback address unless --expose-demo."`
	MetricsListen  string  `help:"Address of the separate metrics listener; none when empty." placeholder:"ADDRESS"`
	PracticeListen string  `default:"127.0.0.1:0" help:"Loopback address of the demo practices' clinical system; a free port when it ends in :0."`
	Clock          string  `help:"File with an RFC 3339 instant, read on each use: the time of the demo." placeholder:"FILE"`
	Region         string  `default:"Three Rivers" help:"Name of the made-up region."`
	ExposeDemo     bool    `help:"Allow an address that others can reach, or a machine set up with a real issuer."`
	ViewsPerSecond float64 `env:"CANDOUR_VIEWS_PER_SECOND" default:"50" help:"How fast one member of staff may open records before being asked to slow down."`
	Storage
}

// Run builds the world where it is not there yet, says where to go, and serves.
func (d DemoCmd) Run(ctx context.Context, cli *CLI) error {
	if err := d.refuse(cli); err != nil {
		return err
	}
	l, err := net.Listen("tcp", d.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", d.Listen, err)
	}
	defer l.Close()
	pl, err := d.practiceListener()
	if err != nil {
		return err
	}
	defer pl.Close()
	now := clock.System
	if d.Clock != "" {
		if now, err = clock.File(d.Clock); err != nil {
			return err
		}
	}
	log := cli.logger()
	url := "http://" + l.Addr().String()
	a, err := app.Build(ctx, app.Config{DSN: d.DSN("data/demo"), Clock: now, Log: log, Version: version, Office: demoOffice, Region: d.Region, Phone: "01632 960 000", PublicURL: url, Demo: true, ViewsPerSecond: d.ViewsPerSecond,
		PracticeURL: "http://" + pl.Addr().String(), PracticeFile: d.practiceFile(), Post: d.post()})
	if err != nil {
		return err
	}
	defer a.Close()
	clinical := a.Demo.Practice.Server()
	defer clinical.Close()
	go func() {
		if err := clinical.Serve(pl); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the practices' clinical system has stopped", "error", err)
		}
	}()
	return serve(ctx, a, l, d.MetricsListen, log, func() {
		welcome(os.Stdout, url, "http://"+pl.Addr().String(), a.Demo.World)
		fmt.Print(stale(a.Demo.World.Day, now().In(audit.London).Format(time.DateOnly), d.place("data/demo")))
	})
}

// refuse keeps the demo away from real people (trust.md T60).
func (d DemoCmd) refuse(cli *CLI) error {
	if d.ExposeDemo {
		return nil
	}
	real, err := realIssuer(cli)
	if err != nil {
		return err
	}
	if real {
		return errors.New("this machine is set up with a real identity provider; the demo does not start beside it (--expose-demo overrides)")
	}
	host, _, err := net.SplitHostPort(d.Listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", d.Listen, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s can be reached by others, and the demo signs anybody in; use 127.0.0.1, or --expose-demo if you mean it", d.Listen)
	}
	return nil
}

// practiceListener is where the practices' clinical system listens: it asks nobody who
// they are, so it never leaves this machine, whatever else is exposed.
func (d DemoCmd) practiceListener() (net.Listener, error) {
	host, _, err := net.SplitHostPort(d.PracticeListen)
	if err != nil || host != "127.0.0.1" {
		return nil, fmt.Errorf("--practice-listen %s: the demo's clinical system listens on 127.0.0.1 only", d.PracticeListen)
	}
	l, err := net.Listen("tcp", d.PracticeListen)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", d.PracticeListen, err)
	}
	return l, nil
}

// practiceFile is where that system keeps what it holds: beside the database of the
// demo, and nowhere when that is a server's.
func (d DemoCmd) practiceFile() string {
	if d.Database != "" {
		return ""
	}
	return filepath.Join(d.place("data/demo"), "practices.json")
}

// stale says that a kept world is of another day than today: its appointments,
// birthdays and freshness have moved on. It is "" for a world of today.
func stale(made, today, place string) string {
	if made == today {
		return ""
	}
	return fmt.Sprintf("\nThis world was made on %s and today is %s; delete %s to start anew.\n", made, today, place)
}

// welcome prints the address and who there is to sign in as.
func welcome(w io.Writer, url, practices string, world *seed.World) {
	fmt.Fprintf(w, "\nCandour is running with its demo world: %s\n", url)
	fmt.Fprintf(w, "Guided tour, ten scenes:                %s/demo\n", url)
	fmt.Fprintf(w, "The practices' own clinical system:     %s\n\n", practices)
	for _, kind := range []struct{ key, title, path string }{
		{seed.StaffPersona, "Members of staff", "/sign-in/staff"}, {seed.PatientPersona, "Patients", "/sign-in/nhs-login"},
	} {
		fmt.Fprintf(w, "%s (%s%s), no password:\n", kind.title, url, kind.path)
		for _, p := range world.Personas {
			if p.Kind == kind.key {
				fmt.Fprintf(w, "  %-20s %s\n", p.Key, p.Name)
			}
		}
	}
	fmt.Fprintln(w, "\nEverybody here is made up. Stop with Ctrl+C.")
}
