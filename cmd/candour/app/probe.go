package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/clock"
	"candour/models/job"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/probe"
)

// openProbes puts together what proves that objections work. They ask this very
// server, so that they wait until there is one.
func openProbes(s *Stores, now clock.Clock, log *slog.Logger) {
	s.Probes = probe.NewStore(probe.Deps{DB: s.DB, Gate: s.Gate, Log: s.Audit, Clock: now, Organisations: s.Organisations, Staff: s.Staff,
		Sharing: s.Sharing, Objections: s.Objections, Logger: log})
}

// proof is what is to be probed: a request, or a person whose objection has none.
type proof struct {
	Case   opaque.ID `json:"case,omitempty"`
	Person opaque.ID `json:"person,omitempty"`
}

var (
	probeChange = job.Define[proof]("probe.change", job.Options{Pause: 5 * time.Second, Limit: 5 * time.Minute})
	probeRest   = job.Define[errand]("probe.rest", job.Options{Attempts: 1, Next: job.Every(time.Minute), Limit: 5 * time.Minute})
	canaries    = job.Define[errand]("probe.canaries", job.Options{Next: job.Every(time.Minute), Limit: 5 * time.Minute})
)

// probeMoved asks for a probe wherever a request has come to a state that shows: an
// objection stands, or stands no more.
func (s *Stores) probeMoved(now clock.Clock) func(ctx context.Context, o objection.Objection, to casework.State) error {
	return func(ctx context.Context, o objection.Objection, to casework.State) error {
		if o.Person == "" || to != objection.Confirmed && to != objection.Coded && to != objection.Visible {
			return nil
		}
		_, err := probeChange.Add(ctx, s.Jobs, fmt.Sprintf("%s:%s:%d", o.ID, to, o.Version), proof{Case: o.ID}, now())
		return err
	}
}

// probePerson asks for one of somebody whose code nobody requested here.
func (s *Stores) probePerson(ctx context.Context, person opaque.ID, at time.Time) error {
	_, err := probeChange.Add(ctx, s.Jobs, fmt.Sprintf("%s:%d", person, at.UnixMilli()), proof{Person: person}, at)
	return err
}

// probeErrands does the probing.
func probeErrands(s *Stores) {
	by := access.ForSystem("effect probe")
	job.Handle(s.Work, probeChange, func(ctx context.Context, _ *job.Run, p proof) error {
		if p.Case != "" {
			return withServer(s.Probes.Request(ctx, by, p.Case))
		}
		return withServer(unproven(s.Probes.Person(ctx, by, p.Person)))
	})
	job.Handle(s.Work, probeRest, func(ctx context.Context, _ *job.Run, _ errand) error {
		return withServer(unproven(s.Probes.Waiting(ctx, by)))
	})
	job.Handle(s.Work, canaries, func(ctx context.Context, _ *job.Run, _ errand) error {
		failing, err := s.Probes.Canaries(ctx, by)
		if err == nil && failing > 0 {
			err = job.Because("canary", fmt.Errorf("%d canaries were not denied", failing))
		}
		return withServer(err)
	})
}

// unproven gives the work on somebody who must be hidden, and was not denied
// everywhere, a word of its own: it is tried again, and stands among what failed.
func unproven(err error) error {
	if errors.Is(err, probe.ErrNotDenied) {
		return job.Because("not_denied", err)
	}
	return err
}

// withServer leaves the probing to whoever has a server: what waits for it is found
// again by probe.rest.
func withServer(err error) error {
	if errors.Is(err, probe.ErrNoServer) {
		return nil
	}
	return err
}
