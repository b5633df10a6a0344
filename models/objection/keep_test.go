package objection_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"candour/models/casework"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/patient"
)

// clock is the one period of a request that runs.
func (h *house) clock(ref objection.Ref) casework.Clock {
	h.t.Helper()
	_, file, err := h.Open(ctx, h.manager, ref, req)
	if h.must(err); len(file.Clocks) != 1 {
		h.t.Fatalf("%d clocks", len(file.Clocks))
	}
	return file.Clocks[0]
}

// codes takes up what has come.
func (h *house) codes() {
	h.t.Helper()
	_, err := h.CodeSeen(ctx, sys)
	h.must(err)
}

// A code that came while the reversal was asked for counts when the objection is kept:
// it is coded, nothing is late, and the clock is that of the code.
func TestKeptAfterItsCodeCame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		person := h.person("amy", "1970-01-01")
		me := patientOf(person, "amy")
		ref, _ := inReview(h, me)
		h.must(confirm(h, me, ref, 0))
		h.must(reverse(h, me, ref, 0))
		if got := h.clock(ref).Name; got == "code_seen" {
			t.Error(got)
		}
		h.later(time.Hour)
		h.feed("surgery", person, true)
		h.is(ref, objection.ReversalRequested)
		h.later(time.Hour)
		h.ok(h.KeepObjection(ctx, me, ref, 0, req))
		if h.is(ref, objection.Confirmed); h.clock(ref).Name != "code_seen" {
			t.Errorf("the clock is %s", h.clock(ref).Name)
		}
		h.codes()
		h.is(ref, objection.Coded)
		h.later(100 * time.Hour)
		h.alarms(0)
	})
}

// The mirror: the code went away while the reversal was asked for.
func TestKeptAfterItsCodeWent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		person := h.person("bo", "1970-01-01")
		me := patientOf(person, "bo")
		ref, _ := inReview(h, me)
		h.must(confirm(h, me, ref, 0))
		h.feed("surgery", person, true)
		h.is(ref, objection.Coded)
		h.must(reverse(h, me, ref, 0))
		h.must(h.d.Do(ctx, func(ctx context.Context) error {
			_, err := h.d.Exec(ctx, "DELETE FROM consent_events WHERE source_id = 'feed-surgery'")
			if err == nil {
				_, err = h.sharing.Apply(ctx, person)
			}
			return err
		}))
		h.codes()
		h.ok(h.KeepObjection(ctx, me, ref, 0, req))
		o, _, err := h.Open(ctx, h.manager, ref, req)
		h.must(err)
		if h.is(ref, objection.Confirmed); o.Alarm != objection.AlarmCodeGone || !o.Coded.IsZero() || !h.hidden(person) || h.clock(ref).Name != "code_seen" {
			t.Errorf("alarm %q, coded %s", o.Alarm, o.Coded)
		}
		h.codes()
		h.is(ref, objection.Confirmed)
		h.later(time.Hour)
		h.feed("surgery", person, true)
		h.is(ref, objection.Coded)
	})
}

// The statutory clock runs again however a request leaves the state in which somebody
// was to be reached.
func TestTheClockRunsAgain(t *testing.T) {
	ways := map[string]func(h *house, ref objection.Ref) error{
		"reached": func(h *house, ref objection.Ref) error {
			_, err := h.Contact(ctx, h.manager, ref, objection.Attempt{Way: "phone", Outcome: objection.Reached}, req)
			return err
		},
		"a clinician": func(h *house, ref objection.Ref) error {
			_, err := h.WantClinician(ctx, h.manager, ref, 0, req)
			return err
		},
		"a dispute": func(h *house, ref objection.Ref) error {
			_, err := h.Disagree(ctx, h.manager, ref, "f", objection.Disagrees, "", 0, req)
			return err
		},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for name, leave := range ways {
			me := patientOf(h.person(name, "1970-01-01"), name)
			ref, _ := inReview(h, me)
			h.ok(h.WantContact(ctx, h.manager, ref, "which papers", true, 0, req))
			if !h.clock(ref).Due.Waiting {
				t.Fatalf("%s: the clock runs on", name)
			}
			h.later(24 * time.Hour)
			h.must(leave(h, ref))
			o, _, err := h.Open(ctx, h.manager, ref, req)
			if h.must(err); h.clock(ref).Due.Waiting || o.Due == casework.Paused {
				t.Errorf("%s: the clock stands still for ever: %s", name, o.Due)
			}
		}
	})
}

// A carer without parental responsibility acts once those who have it were asked.
func TestACarersAuthorityStands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		_, child, ref := h.family("2018-01-01")
		h.ok(h.Identify(ctx, h.manager, ref, child, 0, req))
		for _, asked := range []bool{false, true} {
			h.ok(h.RecordAuthority(ctx, h.manager, ref, patient.Authority{Ground: patient.CarerBestInterest, Consulted: asked}, "mother", req))
			all, err := h.reps.Of(ctx, h.manager, child)
			if h.must(err); len(all) != 1 || (all[0].State == patient.RepActive) != asked {
				t.Errorf("asked %t: %+v", asked, all)
			}
		}
	})
}

// What goes wrong with one does not keep the others: neither those whose code has come
// nor those whose birthday it is.
func TestOneDoesNotKeepTheOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var refs []objection.Ref
		var people []opaque.ID
		for _, key := range []string{"a", "b", "c"} {
			person := h.person(key, "2008-11-25")
			refs, people = append(refs, h.raised(patientOf(person, key), self)), append(people, person)
		}
		broken := errors.New("broken")
		failing := broken
		cases := casework.NewStore(casework.Deps{DB: d, Gate: h.gate, Clock: func() time.Time { return h.now }, Notify: func(_ context.Context, n casework.Notice) error {
			if n.Case.ID == refs[0] {
				return failing
			}
			return nil
		}})
		s := objection.NewStore(objection.Deps{DB: d, Gate: h.gate, Clock: func() time.Time { return h.now }, Cases: cases, Sharing: h.sharing, Reps: h.reps, Settings: objection.Settings{MinAge: 18, CodeAlarm: 72 * time.Hour}})
		h.later(48 * time.Hour)
		if n, err := s.Birthdays(ctx, sys); !errors.Is(err, broken) || n != 2 {
			t.Errorf("%d birthdays: %v", n, err)
		}
		failing = fault.Conflict
		if n, err := s.Birthdays(ctx, sys); n != 0 || err != nil {
			t.Errorf("changed meanwhile: %d %v", n, err)
		}
		failing = broken
		for i, person := range people {
			h.exec("INSERT INTO consent_events (person_id, item_id, source_id, code, refused, effective_at, recorded_at, place) VALUES (?, ?, 'feed-surgery', 'x', ?, ?, ?, 0)",
				string(person), string(refs[i]), true, h.now.UnixMilli(), h.now.UnixMilli())
			h.must(h.d.Do(ctx, func(ctx context.Context) error { _, err := h.sharing.Apply(ctx, person); return err }))
		}
		if n, err := s.CodeSeen(ctx, sys); !errors.Is(err, broken) || n != 2 {
			t.Errorf("%d codes: %v", n, err)
		}
		for i, ref := range refs {
			if got := h.state(ref); (got == objection.Coded) != (i > 0) {
				t.Errorf("%d: %s", i, got)
			}
		}
	})
}
