package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"candour/cmd/candour/app"
	"candour/models/clock"
)

// ServeCmd is `candour serve`: the portal for real people.
type ServeCmd struct {
	Listen          string   `env:"CANDOUR_LISTEN" default:"127.0.0.1:8080" help:"Address to listen on."`
	MetricsListen   string   `env:"CANDOUR_METRICS_LISTEN" help:"Address of the separate metrics listener; none when empty." placeholder:"ADDRESS"`
	PublicURL       string   `env:"CANDOUR_PUBLIC_URL" help:"The https address that people use; links and cookies are built from it." placeholder:"URL"`
	Region          string   `env:"CANDOUR_REGION" default:"Bedfordshire, Luton and Milton Keynes" help:"Name of the region, as people know it."`
	TrustedProxy    []string `env:"CANDOUR_TRUSTED_PROXY" help:"Addresses whose X-Forwarded-For is believed." placeholder:"ADDRESS"`
	MigrateAtStart  bool     `name:"migrate" env:"CANDOUR_MIGRATE" help:"Apply waiting migrations before serving (always done on SQLite)."`
	Phone           string   `env:"CANDOUR_PHONE" help:"Whom staff ring when the record cannot be shown." placeholder:"NUMBER"`
	EvidenceKey     string   `env:"CANDOUR_EVIDENCE_KEY" help:"File with the key (32 bytes, base64) that encrypts the files people send; made beside an embedded database, to be given for PostgreSQL." placeholder:"FILE"`
	ViewsPerSecond  float64  `env:"CANDOUR_VIEWS_PER_SECOND" default:"50" help:"How fast one member of staff may open records before being asked to slow down."`
	ClinicalSystems string   `env:"CANDOUR_CLINICAL_SYSTEMS" help:"File (TOML) of the providers' clinical systems: where codes are written and feeds fetched." placeholder:"FILE"`
	Storage
	Issuers
	Office
	Post
}

// Run serves until it is told to stop, then answers what is open and leaves.
func (s ServeCmd) Run(ctx context.Context, cli *CLI) error {
	log := cli.logger()
	if !s.Real() {
		return errors.New("no identity provider is set: give --nhs-login-issuer and --staff-issuer, or run `candour demo`")
	}
	if u, err := url.Parse(s.PublicURL); s.PublicURL != "" && (err != nil || u.Scheme != "https" && u.Hostname() != "localhost" && !net.ParseIP(u.Hostname()).IsLoopback()) {
		return fmt.Errorf("--public-url %s: people's records travel over https only", s.PublicURL)
	}
	if s.PublicURL == "" {
		return errors.New("--public-url is missing: it is the https address that people use")
	}
	providers, err := s.providers()
	if err != nil {
		return err
	}
	office, err := s.shown()
	if err != nil {
		return err
	}
	ways, err := s.ways()
	if err != nil {
		return err
	}
	s.advise(log)
	a, err := app.Build(ctx, app.Config{
		EvidenceKey: s.EvidenceKey, DSN: s.DSN("data"), Clock: clock.System, Log: log, Version: version, Office: office, Region: s.Region, Phone: s.Phone, PublicURL: s.PublicURL,
		TrustedProxies: s.TrustedProxy, Providers: providers, Migrate: s.MigrateAtStart, ViewsPerSecond: s.ViewsPerSecond, Post: ways,
	})
	if err != nil {
		return err
	}
	defer a.Close()
	if err := connect(ctx, a, s.ClinicalSystems); err != nil {
		return err
	}
	l, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", s.Listen, err)
	}
	for _, p := range providers {
		log.Info("to be registered at the identity provider", "provider", p.Name, "issuer", p.Issuer, "addresses", strings.Join(p.Register(s.PublicURL), " "))
	}
	return serve(ctx, a, l, s.MetricsListen, log, func() { log.Info("listening", "address", l.Addr().String()) })
}

// serve runs the app on its listeners until ctx ends, then drains: open requests
// are answered, queued log entries committed.
func serve(ctx context.Context, a *app.App, l net.Listener, metrics string, log *slog.Logger, ready func()) error {
	tuneMemory()
	if err := a.Records.Warm(ctx); err != nil {
		log.Warn("the first reader will wait longer", "error", err)
	}
	runtime.GC() // what warming took is the first reader's; what it pooled outlives one sweep
	failed := make(chan error, 2)
	go func() { failed <- a.Fiber.Listener(l) }()
	var m *http.Server
	if metrics != "" {
		m = &http.Server{Addr: metrics, Handler: a.Metrics, ReadHeaderTimeout: 5 * time.Second}
		go func() {
			if err := m.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("metrics: %w", err)
			}
		}()
	}
	ready()
	working, rest := context.WithCancel(ctx)
	worked := make(chan error, 1)
	go func() { worked <- a.Work.Run(working) }()
	defer func() { // jobs are finished or given back before the database is closed
		rest()
		if err := <-worked; err != nil {
			log.Warn("work stopped", "error", err)
		}
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping: answering open requests")
	a.Server.Drain()
	if m != nil {
		_ = m.Close() // scrapes may be cut
	}
	time.Sleep(goodbye)
	if err := a.Fiber.ShutdownWithTimeout(4 * time.Second); err != nil {
		log.Warn("stopped with requests open", "error", err)
	}
	return nil
}

// goodbye is how long browsers and proxies are told, with the answers to what they still
// ask, that their connections end, before those on which nothing is asked are closed.
const goodbye = 300 * time.Millisecond

// tuneMemory lets the heap grow to four times what is in use before it is swept:
// pages are made of many small pieces that live for a moment, and sweeping after
// each doubling was a tenth of the processor time of a page. What the start left
// behind goes back before anybody comes. GOGC in the environment wins.
func tuneMemory() {
	if was := debug.SetGCPercent(300); was != 100 {
		debug.SetGCPercent(was)
	}
	runtime.GC()
	debug.FreeOSMemory()
}

// HealthcheckCmd asks a running portal whether it is ready.
type HealthcheckCmd struct {
	URL string `arg:"" optional:"" default:"http://127.0.0.1:8080/readyz" help:"Address to ask."`
}

// Run exits 0 when the answer is 200.
func (h HealthcheckCmd) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", res.Status)
	}
	fmt.Fprintln(os.Stdout, "ready")
	return nil
}

// VersionCmd prints the version.
type VersionCmd struct{}

// Run prints the version.
func (VersionCmd) Run() error {
	fmt.Println("candour", version)
	return nil
}
