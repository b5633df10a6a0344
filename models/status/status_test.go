package status_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/status"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// world is a service whose time and health the test sets.
type world struct {
	d     *db.DB
	now   time.Time
	tick  time.Time
	sick  error
	asked int
	*status.Board
}

func build(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{d: d, now: noon, tick: noon}
	orgs := organisation.NewStore(d)
	w.Board = status.New(status.Deps{DB: d, Organisations: orgs, Clock: func() time.Time { return w.now }, Ticks: func() time.Time { return w.tick },
		Ready: func(context.Context) error { w.asked++; return w.sick }})
	ctx := t.Context()
	for id, received := range map[string]time.Time{"mill": noon.Add(-time.Hour), "lime": noon.Add(-30 * time.Hour)} {
		err := errors.Join(
			orgs.Register(ctx, organisation.Organisation{ID: id, Name: "The " + id, Kind: organisation.Practice, State: organisation.Connected}),
			orgs.RegisterSource(ctx, organisation.Source{ID: "gp-" + id, OrganisationID: id, SystemKind: "gp", State: organisation.Connected, FreshHours: 26, LastReceived: received}))
		if err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w *world) exec(t *testing.T, query string, args ...any) {
	t.Helper()
	if err := w.d.Do(t.Context(), func(ctx context.Context) error { _, err := w.d.Exec(ctx, query, args...); return err }); err != nil {
		t.Fatal(err)
	}
}

func TestReport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		r := w.Report(t.Context())
		if r.Verdict() != status.Partly || len(r.Unwell()) != 1 || r.Unwell()[0].Organisation != "The lime" || r.Unwell()[0].Condition != organisation.Late || len(r.Expected()) != 2 {
			t.Errorf("%s %+v", r.Verdict(), r.Unwell())
		}
		if r.Log.Number != 0 || !r.Log.At.IsZero() || r.Quarantined.Waiting != 0 || r.Held.Age(noon) != 0 {
			t.Errorf("an empty service: %+v", r)
		}

		for id, at := range map[string]time.Time{"q1": noon.Add(-3 * time.Hour), "q2": noon.Add(-time.Hour)} {
			w.exec(t, "INSERT INTO quarantine (id, source_id, receipt_id, place, type, local_id, reason, detail, received_at, resolved_at, raw) VALUES (?, 'gp-mill', '', '', '', '', '', '', ?, 0, ?)", id, at.UnixMilli(), []byte("x"))
		}
		w.exec(t, "INSERT INTO quarantine (id, source_id, receipt_id, place, type, local_id, reason, detail, received_at, resolved_at, raw) VALUES ('done', 'gp-mill', '', '', '', '', '', '', 1, 2, ?)", []byte("x"))
		for state, at := range map[string]int64{"held": noon.Add(-2 * time.Hour).UnixMilli(), "matched": 1} {
			w.exec(t, "INSERT INTO source_patients (source_id, local_id, person_id, state, reason, nhs_number, birth_date, family, hash, updated_at, received_at, raw) VALUES ('gp-mill', ?, '', ?, '', '', '', '', ?, 0, ?, ?)", state, state, []byte("h"), at, []byte("x"))
		}
		log := audit.New(d, clock.Fixed(noon.Add(-time.Minute)))
		if err := d.Do(t.Context(), func(ctx context.Context) error {
			log.Append(ctx, audit.Entry{At: noon.Add(-time.Minute), Kind: audit.KindRecord, Outcome: audit.Shown, Person: opaque.Of("somebody")})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		w.tick = w.tick.Add(status.Kept)
		r = w.Report(t.Context())
		if r.Quarantined.Waiting != 2 || r.Quarantined.Age(noon) != 3*time.Hour || r.Held.Waiting != 1 || r.Held.Age(noon) != 2*time.Hour {
			t.Errorf("queues: %+v %+v", r.Quarantined, r.Held)
		}
		if r.Log.Number != 1 || !r.Log.At.Equal(noon.Add(-time.Minute)) || len(r.Log.Chain) != 32 {
			t.Errorf("log: %+v", r.Log)
		}
	})
}

// A report is kept for a few seconds by either clock: the demo's may stand still,
// or be set to another day.
func TestReportIsKeptForAMoment(t *testing.T) {
	w := build(t, dbtest.SQLite(t))
	w.Report(t.Context())
	w.Report(t.Context())
	if w.asked != 1 {
		t.Errorf("asked %d times at one moment", w.asked)
	}
	w.tick = w.tick.Add(status.Kept)
	w.Report(t.Context())
	w.now = w.now.Add(-48 * time.Hour)
	if r := w.Report(t.Context()); w.asked != 3 || r.Verdict() != status.Working {
		t.Errorf("asked %d times, %s", w.asked, r.Verdict())
	}
}

func TestReportOfADatabaseThatDoesNotAnswer(t *testing.T) {
	w := build(t, dbtest.SQLite(t))
	before := w.Report(t.Context())
	w.sick, w.tick, w.now = errors.New("read-only"), w.tick.Add(status.Kept), w.now.Add(26*time.Hour)
	r := w.Report(t.Context())
	if r.Verdict() != status.Down || len(r.Feeds) != 2 || !r.At.Equal(w.now) {
		t.Errorf("%s with %d feeds at %s", r.Verdict(), len(r.Feeds), r.At)
	}
	if len(before.Unwell()) != 1 || len(r.Unwell()) != 2 {
		t.Errorf("%d feeds were unwell and %d are, a day later", len(before.Unwell()), len(r.Unwell()))
	}
	w.sick, w.tick = nil, w.tick.Add(status.Kept)
	w.exec(t, "ALTER TABLE quarantine RENAME TO elsewhere")
	if r := w.Report(t.Context()); r.Verdict() != status.Down {
		t.Errorf("a table is missing and it says %s", r.Verdict())
	}
}
