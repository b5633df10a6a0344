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
	// Count is told of every answer: denied, shown, hidden; nil: nobody is.
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
		// The newest of the person's entries are these, but for what others do meanwhile.
		lines, _, err := s.Log.Entries(ctx, person, audit.EntryFilter{DayFilter: audit.DayFilter{Own: true, System: true}}, audit.EntryCursor{}, len(answers)+100)
		if err != nil {
			return nil, err
		}
		found := judge(p.Organisation, answers, lines)
		for _, e := range found {
			s.count(kind, e.Denied)
		}
		all = append(all, found...)
	}
	return all, nil
}

func (s *Store) count(kind string, denied bool) {
	if s.Count == nil {
		return
	}
	if denied {
		s.Count(kind, "denied")
	} else {
		s.Count(kind, "not_denied")
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
		out[i] = objection.Probe{Organisation: e.Organisation, At: e.At, Route: e.Route, Denied: e.Denied, Status: e.Status, Entry: e.Entry}
	}
	_, err = s.Objections.Probed(ctx, by, ref, out)
	return err
}

// Waiting probes again whatever waits for its proof, or has failed it: for the work
// that comes by itself, should a change's own probe have been lost.
func (s *Store) Waiting(ctx context.Context, by access.Viewer) error {
	refs, err := s.Objections.Unproven(ctx, by)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		if err := s.Request(ctx, by, ref); err != nil && !errors.Is(err, fault.Conflict) {
			return err
		}
	}
	return nil
}

// Person probes somebody whose objection nobody requested here: their provider put it
// into its own system. The evidence is theirs, since there is no request to hold it.
func (s *Store) Person(ctx context.Context, by access.Viewer, person opaque.ID) error {
	probes, err := s.probes(ctx, by)
	if err != nil {
		return err
	}
	found, err := s.look(ctx, "change", probes, person, true)
	if err != nil {
		return fmt.Errorf("probe: person: %w", err)
	}
	return s.DB.Do(ctx, func(ctx context.Context) error {
		for _, e := range found {
			denied := 0
			if e.Denied {
				denied = 1
			}
			_, err := s.DB.Exec(ctx, `INSERT INTO probes (person_id, organisation_id, at, route, denied, status, entry) VALUES (?, ?, ?, ?, ?, ?, ?)
 ON CONFLICT (person_id, at, organisation_id, route) DO NOTHING`, string(person), e.Organisation, e.At.UnixMilli(), e.Route, denied, e.Status, e.Entry)
			if err != nil {
				return fmt.Errorf("probe: person: %w", err)
			}
		}
		return nil
	})
}
