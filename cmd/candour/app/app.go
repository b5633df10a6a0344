package app

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"candour/cmd/candour/post"
	"candour/handlers"
	"candour/handlers/signin"
	"candour/handlers/web"
	"candour/models/clock"
	"candour/static"
	"candour/views/public"
)

// Config is what a portal is built from.
type Config struct {
	DSN            string // PostgreSQL URL or path of the SQLite file
	Clock          clock.Clock
	Log            *slog.Logger
	Version        string
	Office         public.Office // who answers for the service
	Region         string
	Phone          string // whom staff ring when the record cannot be shown
	PublicURL      string
	TrustedProxies []string
	Providers      []signin.Provider
	Migrate        bool    // apply waiting migrations on PostgreSQL
	ViewsPerSecond float64 // how fast one member of staff may open records; 0 means the default
	Demo           bool    // demo world, demo identity provider
	Clinical       []Clinical
	PracticeURL    string // where the demo's clinical system listens; "" has none
	PracticeFile   string // where it keeps what it holds
	Post           post.Ways
	EvidenceKey    string // file with the key of the files that people send; "" is beside an embedded database
}

// App is a portal ready to listen.
type App struct {
	*Stores
	Server  *handlers.Server
	Fiber   *fiber.App
	Metrics http.Handler
	Demo    *Demo // nil in earnest
}

// Build opens the database and puts the portal together.
func Build(ctx context.Context, c Config) (*App, error) {
	if err := static.Missing(); err != nil {
		return nil, err
	}
	stores, err := Open(ctx, c.DSN, c.Clock, c.Log, c.Migrate || c.Demo)
	if err != nil {
		return nil, err
	}
	a, err := build(ctx, c, stores)
	if err != nil {
		_ = stores.Close() // the first error is the one to tell
		return nil, err
	}
	return a, nil
}

func build(ctx context.Context, c Config, s *Stores) (*App, error) {
	a := &App{Stores: s}
	maps.Copy(s.Senders, c.Post.Senders(post.Words{Organisations: s.Organisations, PublicURL: c.PublicURL, Clock: c.Clock}))
	if err := keepEvidence(c, s); err != nil {
		return nil, err
	}
	var mode *handlers.DemoMode
	if c.Demo {
		demo, err := buildDemo(ctx, c, s)
		if err != nil {
			return nil, fmt.Errorf("demo world: %w", err)
		}
		a.Demo, mode = demo, demo.mode
		c.Providers = append(c.Providers, signin.Demo(c.PublicURL, demoClient)...)
		c.Clinical = append(c.Clinical, demo.clinical...)
	}
	if err := s.ConnectClinical(c.Clinical); err != nil {
		return nil, err
	}
	registry, err := signin.NewRegistry(c.PublicURL, c.Clock, c.Providers...)
	if err != nil {
		return nil, err
	}
	metrics := web.NewMetrics()
	var pace web.Pace
	if c.ViewsPerSecond > 0 {
		pace.View = web.Limit{PerSecond: c.ViewsPerSecond, Burst: int(c.ViewsPerSecond)}
	}
	a.Server, err = handlers.New(handlers.Deps{
		DB: s.DB, Clock: c.Clock, Logger: c.Log, Gate: s.Gate, Organisations: s.Organisations,
		Accounts: s.Accounts, Staff: s.Staff, Questions: s.Questions, Patients: s.Patients, Records: s.Records, Providers: registry,
		Cases: s.Cases, Objections: s.Objections, Probes: s.Probes, Coding: s.Coding, Letters: s.Letters, Jobs: s.Jobs, Representatives: s.Representatives, Sharing: s.Sharing, Policy: s.Policy,
		Evidence: s.Evidence, Version: c.Version, Office: c.Office, MinAge: s.Policy.MinAge, Region: c.Region, Phone: c.Phone, PublicURL: c.PublicURL, TrustedProxies: c.TrustedProxies, Pace: pace, Metrics: metrics, Demo: mode,
	})
	if err != nil {
		return nil, err
	}
	a.Fiber, a.Metrics = a.Server.App(), metrics.Handler()
	s.Probes.Ask = a.Server.Ask
	s.Probes.Count = func(kind, outcome string) { metrics.Count("candour_probes_total", "outcome", kind+"_"+outcome) }
	return a, nil
}
