// Package seed is the demo world: made-up people, practices and hospitals, what
// they sent over a year, and who looked at whom. It writes feeds and has them
// taken in, and opens records through the gate, as everybody else does: nothing
// is put into a table behind the domain's back.
//
// The world is the same on every machine for the same day. It is built around
// the day on which it is first needed, so that somebody is always about to turn
// 18 and somebody always has an appointment today.
package seed

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
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/policy"
	"candour/models/record"
	"candour/models/staff"
)

// People is how many there are in the demo world.
const People = 64

// Deps is what the world is built with.
type Deps struct {
	DB            *db.DB
	Clock         clock.Clock
	Policy        *policy.Policy
	Render        record.Renderer
	Version       string                                   // of the templates, as record.Deps has it
	Title         func(fhirType string, raw []byte) string // as access.Deps has it
	Log           *slog.Logger
	PatientIssuer string // issuer URL of the demo's identity provider for patients
	StaffIssuer   string // and for staff
}

// World is the demo world, for the sign-in page, the tour and the tests.
type World struct {
	Day      string // YYYY-MM-DD on which it was built
	New      bool   // built by this call
	Personas []Persona
	People   map[string]opaque.ID // by key of the cast, and ordinary-NN
	Planted  map[opaque.ID]string // a word that only this person's record holds
	Canaries []string             // words of items that nobody may see

	Practices []Practice // with their lists of patients
}

// Persona finds a persona by its key.
func (w *World) Persona(key string) (Persona, bool) {
	for _, p := range w.Personas {
		if p.Key == key {
			return p, true
		}
	}
	return Persona{}, false
}

// ErrOther says that the database holds something that is not a whole demo world.
var ErrOther = errors.New("the database holds data that is not a whole demo world: use an empty one")

// Build makes the world in an empty database, or recognises the one that is there.
func Build(ctx context.Context, d Deps) (*World, error) {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	day, started, err := recognise(ctx, d.DB)
	if err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	if !started {
		day = d.Clock()
	}
	y := plan(midnight(day), People)
	if !started {
		if err := (&builder{Deps: d, year: y}).run(ctx); err != nil {
			return nil, fmt.Errorf("seed: %w", err)
		}
	}
	w, err := y.world(ctx, d.DB)
	if err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	w.New = !started
	if err := y.enrol(ctx, d); err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	return w, nil
}

// midnight is the start of an instant's day in London.
func midnight(t time.Time) time.Time {
	t = t.In(audit.London)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, audit.London)
}

// recognise finds the day of the world that is there. The first delivery of the
// year tells the day, the last one that the year was finished.
func recognise(ctx context.Context, d *db.DB) (day time.Time, started bool, err error) {
	row, err := d.QueryRow(ctx, `SELECT (SELECT count(*) FROM persons), COALESCE((SELECT MIN(started_at) FROM receipts WHERE source_id = ?), 0),
		(SELECT count(*) FROM audit_entries)`, "gp-"+riverside)
	if err != nil {
		return time.Time{}, false, err
	}
	var people, first, entries int64
	if err := row.Scan(&people, &first, &entries); err != nil {
		return time.Time{}, false, err
	}
	if people == 0 && entries == 0 && first == 0 {
		return time.Time{}, false, nil
	}
	if first == 0 {
		return time.Time{}, false, ErrOther
	}
	day = midnight(time.UnixMilli(first)).AddDate(0, 0, deliveryDays[0])
	var whole int64
	row, err = d.QueryRow(ctx, `SELECT count(*) FROM receipts WHERE started_at = ?`, finished(day).UnixMilli())
	if err == nil {
		err = row.Scan(&whole)
	}
	if err == nil && whole == 0 {
		err = ErrOther
	}
	return day, true, err
}

// finished is when the last delivery of the world comes: once it is in, the
// world is whole.
func finished(day time.Time) time.Time { return midnight(day).Add(-time.Minute) }

// world reads back under which ids the people are held.
func (y *year) world(ctx context.Context, d *db.DB) (*World, error) {
	rows, err := d.Query(ctx, `SELECT id, nhs_number FROM persons`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	ids := map[string]opaque.ID{}
	for rows.Next() {
		var id, number string
		if err := rows.Scan(&id, &number); err != nil {
			return nil, err
		}
		ids[number] = opaque.ID(id)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	w := &World{Day: onDay(y.today), People: map[string]opaque.ID{}, Planted: map[opaque.ID]string{}, Canaries: y.canaries, Personas: y.personas(ids), Practices: y.practices()}
	for n := range y.people {
		p := &y.people[n]
		id, held := ids[p.number]
		if !held {
			return nil, fmt.Errorf("%s is not in the database: %w", p.key, ErrOther)
		}
		w.People[p.key], w.Planted[id] = id, p.word
	}
	return w, nil
}

// enrol puts the workforce down under the issuer in use, which depends on the
// address that the demo listens at.
func (y *year) enrol(ctx context.Context, d Deps) error {
	store := staff.NewStore(d.DB)
	row, err := d.DB.QueryRow(ctx, `SELECT count(*) FROM staff WHERE issuer = ? AND training_until > 0`, d.StaffIssuer)
	if err != nil {
		return err
	}
	var known int
	all := y.workforce()
	if err := row.Scan(&known); err != nil || known >= len(all) {
		return err
	}
	return d.DB.Do(ctx, func(ctx context.Context) error {
		for _, m := range all {
			until := y.today.AddDate(2, 0, 0)
			if m.expired {
				until = y.today.AddDate(0, 0, -31)
			}
			if err := store.Enrol(ctx, access.ForSystem("demo world"), staff.Member{Issuer: d.StaffIssuer, Subject: m.subject, Name: m.name, TrainingUntil: until}); err != nil {
				return err
			}
		}
		return nil
	})
}

// register brings the partner register to what it was at the start of the year.
func (y *year) register(ctx context.Context, store *organisation.Store, p partner) error {
	if err := store.Register(ctx, p.Organisation); err != nil {
		return err
	}
	if err := store.RegisterContacts(ctx, p.ID, contacts(p.Organisation)...); err != nil {
		return err
	}
	if p.source == nil {
		return nil
	}
	return store.RegisterSource(ctx, *p.source)
}
