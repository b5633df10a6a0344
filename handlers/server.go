// Package handlers answers requests: one file a page, each handler a method of
// Server that reads, calls one verb and chooses a page. The route table
// (routes.go) says who may come to which; web is the ground under it.
package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/signin"
	"candour/handlers/web"
	"candour/models/access"
	"candour/models/account"
	"candour/models/casework"
	"candour/models/clock"
	"candour/models/coding"
	"candour/models/evidence"
	"candour/models/faq"
	"candour/models/job"
	"candour/models/letter"
	"candour/models/objection"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/models/policy"
	"candour/models/probe"
	"candour/models/record"
	"candour/models/staff"
	"candour/models/status"
	"candour/views/public"
)

// Deps is everything the handlers work with, made by the composition root.
type Deps struct {
	DB     *web.Database // sessions and readiness only
	Clock  clock.Clock
	Logger *slog.Logger

	Gate          *access.Gate
	Organisations *organisation.Store
	Accounts      *account.Store
	Patients      *patient.Store
	Records       *record.Store
	Staff         *staff.Store
	Questions     *faq.Store
	Providers     *signin.Registry

	Cases           *casework.Store
	Objections      *objection.Store
	Probes          *probe.Store
	Coding          *coding.Store
	Letters         *letter.Store
	Jobs            *job.Queue
	Representatives *patient.Representatives
	Sharing         *patient.Sharing
	Policy          *policy.Policy
	Evidence        *evidence.Store

	Version        string
	Office         public.Office // who answers for the service
	MinAge         int           // years, of the policy in force
	Region         string        // whom the service is for
	Phone          string        // whom to ring when the record cannot be shown
	PublicURL      string
	TrustedProxies []string
	Pace           web.Pace // limits on how often; zero values mean the defaults
	Metrics        *web.Metrics
	Demo           *DemoMode // nil in earnest
}

// DemoMode is what the demonstration adds.
type DemoMode struct {
	Identity http.Handler   // the embedded identity provider, under /demo-idp/
	Scenes   []public.Scene // of the guided tour
}

// Server holds what handlers need.
type Server struct {
	Deps
	shell         *web.App
	entrance      *signin.Desk
	board         *status.Board
	announcements []public.Announcement
	questions     *faq.Index
	draining      atomic.Bool
}

// New builds the server and its routes.
func New(d Deps) (*Server, error) {
	s := &Server{Deps: d, announcements: public.Announcements(), questions: faq.NewIndex(public.QuestionTexts)}
	var err error
	s.shell, err = web.NewApp(web.Config{
		DB: d.DB, Clock: d.Clock, Logger: d.Logger, Metrics: d.Metrics,
		PublicURL: d.PublicURL, TrustedProxies: d.TrustedProxies, Pace: d.Pace,
		ErrorPage: s.errorPage, Dress: s.dress,
	})
	if err != nil {
		return nil, err
	}
	s.board = status.New(status.Deps{DB: d.DB, Organisations: d.Organisations, Clock: d.Clock, Ready: s.Ready})
	s.entrance = &signin.Desk{Registry: d.Providers, Accounts: d.Accounts, Sessions: s.shell.Sessions, Log: s.shell.Logger(), Origin: s.shell.Origin()}
	if err := s.shell.Mount(s.routes()); err != nil {
		return nil, err
	}
	return s, nil
}

// App is the server to listen with.
func (s *Server) App() *fiber.App { return s.shell.Fiber }

// Sessions is who is signed in.
func (s *Server) Sessions() *web.Sessions { return s.shell.Sessions }

// Drain makes the server say that it is not ready, before it stops, and each answer
// that its connection ends.
func (s *Server) Drain() {
	s.draining.Store(true)
	s.shell.Closing()
}

// Ready tells whether requests can be answered, logged and kept.
func (s *Server) Ready(ctx context.Context) error {
	if s.draining.Load() {
		return errDraining
	}
	return web.Ready(ctx, s.DB)
}
