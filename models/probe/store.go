package probe

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/models/staff"
)

// Deps are what a Store works with.
type Deps struct {
	DB            *db.DB
	Gate          *access.Gate
	Log           *audit.Log
	Clock         clock.Clock
	Organisations *organisation.Store
	Staff         *staff.Store
	Sharing       *patient.Sharing
	Objections    *objection.Store
	Logger        *slog.Logger
	// Count is told of every answer: denied, shown, no_answer; nil: nobody is.
	Count func(kind, outcome string)
}

// Asker asks this very server, as a probe.
type Asker func(ctx context.Context, by access.Viewer, person opaque.ID, everywhere bool) ([]Answer, error)

// Store probes, and keeps what was found.
type Store struct {
	Deps
	Ask Asker // given when there is a server; without one nothing is probed

	numbers keptNumbers
}

// NewStore makes the store.
func NewStore(d Deps) *Store {
	if d.Logger == nil {
		d.Logger = slog.New(slog.DiscardHandler)
	}
	return &Store{Deps: d}
}

// ErrNoServer is what probing is without a server to ask.
var ErrNoServer = errors.New("probe: no server to ask")

// Where the probes' one entry in the register of staff comes from.
const issuer, subject = "candour", "probe"

// probes are those who ask, one of each partner that takes part.
func (s *Store) probes(ctx context.Context, by access.Viewer) ([]access.Viewer, error) {
	if by.Kind != access.System {
		return nil, fmt.Errorf("probe: %w", fault.Denied)
	}
	if s.Ask == nil {
		return nil, ErrNoServer
	}
	// Their training counts: were they refused for want of it, that would prove nothing.
	if err := s.Staff.Enrol(ctx, by, staff.Member{Issuer: issuer, Subject: subject, Name: "Effect probe", TrainingUntil: s.Clock().Add(48 * time.Hour)}); err != nil {
		return nil, err
	}
	all, err := s.Organisations.All(ctx)
	if err != nil {
		return nil, err
	}
	var out []access.Viewer
	for _, o := range all {
		if o.State == organisation.Connected {
			out = append(out, access.ForProbe(staff.IDOf(issuer, subject), o.ID, o.Name))
		}
	}
	return out, nil
}

// look has every probe ask for a person.
func (s *Store) look(ctx context.Context, kind string, probes []access.Viewer, person opaque.ID, everywhere bool) ([]Evidence, error) {
	var all []Evidence
	for _, p := range probes {
		answers, err := s.Ask(ctx, p, person, everywhere)
		if err != nil {
			return nil, err
		}
		lines, err := s.entries(ctx, p, person, answers)
		if err != nil {
			return nil, err
		}
		found := judge(p.Organisation, answers, lines)
		for _, e := range found {
			s.count(kind, e)
		}
		all = append(all, found...)
	}
	return all, nil
}

// entries are those of the access log that these answers brought.
func (s *Store) entries(ctx context.Context, by access.Viewer, person opaque.ID, answers []Answer) ([]audit.Line, error) {
	if len(answers) == 0 {
		return nil, nil
	}
	since, ids := answers[0].At, map[string]bool{}
	for _, a := range answers {
		if ids[a.RequestID] = a.RequestID != ""; a.At.Before(since) {
			since = a.At
		}
	}
	return s.Log.OfRequest(ctx, by.ID, person, since, ids)
}

func (s *Store) count(kind string, e Evidence) {
	switch {
	case s.Count == nil:
	case e.Denied:
		s.Count(kind, "denied")
	case e.Shown:
		s.Count(kind, "shown")
	default:
		s.Count(kind, "no_answer")
	}
}

// Request probes whom a request is about and hands the evidence to it: what is coded
// is effective by it, and what is not denied raises an alarm. A request about nobody
// who is known here has nobody to ask for.
func (s *Store) Request(ctx context.Context, by access.Viewer, ref opaque.ID) error {
	probes, err := s.probes(ctx, by)
	if err != nil {
		return err
	}
	person, err := s.Objections.Subject(ctx, by, ref)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("probe: request: %w", err)
	}
	found, err := s.look(ctx, "change", probes, person, true)
	if err != nil {
		return fmt.Errorf("probe: request: %w", err)
	}
	out := make([]objection.Probe, len(found))
	for i, e := range found {
		out[i] = objection.Probe{Organisation: e.Organisation, At: e.At, Route: e.Route, Denied: e.Denied, Shown: e.Shown, Status: e.Status, Entry: e.Entry}
	}
	_, err = s.Objections.Probed(ctx, by, ref, out)
	return err
}
