package objection_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/objection"
	"candour/models/opaque"
)

func (h *house) alarms(want int) {
	h.t.Helper()
	if n, err := h.RaiseAlarms(ctx, sys); err != nil || n != want {
		h.t.Fatalf("%d alarms instead of %d: %v", n, want, err)
	}
}

func (h *house) alarm(ref objection.Ref) string {
	h.t.Helper()
	o, _, err := h.Open(ctx, h.manager, ref, req)
	h.must(err)
	return o.Alarm
}

// A confirmed code that has not come in the hours of policy raises an alarm, once;
// the code ends it. The same for the reversal, and for a code that goes away.
func TestAlarms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		person := h.person("amy", "1970-01-01")
		me := patientOf(person, "amy")
		ref, _ := inReview(h, me)
		h.later(200 * time.Hour)
		h.must(confirm(h, me, ref, 0))
		h.later(72*time.Hour - time.Millisecond)
		h.alarms(0)
		h.later(time.Millisecond)
		h.alarms(1)
		h.alarms(0)
		if h.alarm(ref) != objection.AlarmCodeNotSeen {
			t.Error(h.alarm(ref))
		}
		h.feed("hospital", person, true) // another partner's code is not what is waited for
		if h.is(ref, objection.Confirmed); h.alarm(ref) == "" {
			t.Error("another's code ended the alarm")
		}
		h.feed("surgery", person, true)
		if h.is(ref, objection.Coded); h.alarm(ref) != "" {
			t.Error("the code did not end the alarm")
		}
		h.must(h.d.Do(ctx, func(ctx context.Context) error { // entered in error at the surgery
			_, err := h.d.Exec(ctx, "DELETE FROM consent_events WHERE source_id = 'feed-surgery'")
			if err == nil {
				_, err = h.sharing.Apply(ctx, person)
			}
			return err
		}))
		_, err := h.CodeSeen(ctx, sys)
		h.must(err)
		if h.is(ref, objection.Confirmed); h.alarm(ref) != objection.AlarmCodeGone || !h.hidden(person) {
			t.Errorf("%q, hidden %t", h.alarm(ref), h.hidden(person))
		}
		h.feed("surgery", person, true)
		h.must(reverse(h, me, ref, 0))
		h.must(confirmReversal(h, me, ref, 0))
		h.later(72 * time.Hour)
		h.alarms(1)
		if h.alarm(ref) != objection.AlarmReversalNotSeen {
			t.Error(h.alarm(ref))
		}
		if _, err := h.RaiseAlarms(ctx, h.manager); !errors.Is(err, fault.Denied) {
			t.Error(err)
		}
	})
}

func TestReconciliation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		of := func(source string) objection.Reconciliation {
			t.Helper()
			all, err := h.Reconcile(ctx, sys)
			h.must(err)
			for _, r := range all {
				if r.Source == source {
					return r
				}
			}
			t.Fatal("no such feed")
			return objection.Reconciliation{}
		}
		var people []opaque.ID
		for i := range 10 {
			people = append(people, h.person(fmt.Sprint("r", i), "1970-01-01"))
			h.feed("surgery", people[i], true)
		}
		h.later(time.Second)
		h.feed("hospital", people[0], false) // taken back elsewhere, later
		h.feed("surgery", people[1], false)
		ref, _ := inReview(h, patientOf(h.person("unseen", "1970-01-01"), "unseen"))
		h.must(confirm(h, access.Viewer{}, ref, 0))
		r := of("feed-surgery")
		if r.Coded != 9 || r.Reversals != 1 || r.InForce != 8 || r.Unapplied != 0 || r.Unseen != 1 || r.Alarm != "" || r.Day != "2026-11-23" {
			t.Errorf("%+v", r)
		}
		h.later(24 * time.Hour)
		if r = of("feed-surgery"); r.Alarm != "" {
			t.Errorf("nothing changed: %+v", r)
		}
		for i := range 6 {
			h.feed("surgery", h.person(fmt.Sprint("more", i), "1970-01-01"), true)
		}
		h.later(24 * time.Hour)
		if r = of("feed-surgery"); r.Alarm != objection.AlarmStep || r.Coded != 15 {
			t.Errorf("the count jumped: %+v", r)
		}
		h.later(24 * time.Hour)
		h.exec("UPDATE persons SET objected = ? WHERE id = ?", false, string(people[5])) // as no verb does it
		if r = of("feed-surgery"); r.Alarm != objection.AlarmUnapplied || r.Unapplied != 1 {
			t.Errorf("somebody can be seen: %+v", r)
		}
		all, err := h.Reconciliations(ctx, h.manager, "2026-11-01")
		if h.must(err); len(all) != 4 || all[0].Alarm == "" || all[2].Alarm != "" {
			t.Errorf("%d days, %+v", len(all), all)
		}
		elsewhere := h.manager
		elsewhere.Organisation = "other"
		for by, want := range map[string][]string{"surgery": {"feed-surgery"}, "other": {"feed-other"}} { // nobody is shown another's
			elsewhere.Organisation = by
			all, err := h.Reconciliations(ctx, elsewhere, "2026-11-01")
			h.must(err)
			for _, r := range all {
				if !slices.Contains(want, r.Source) {
					t.Errorf("%s is shown %s", by, r.Source)
				}
			}
			n, err := h.FeedAlarms(ctx, elsewhere)
			if h.must(err); len(all) == 0 || (n == 1) != (by == "surgery") {
				t.Errorf("%s: %d days, %d alarms", by, len(all), n)
			}
		}
		if all, err = h.Reconciliations(ctx, sys, "2026-11-01"); err != nil || len(all) != 12 {
			t.Errorf("%d days, %v", len(all), err)
		}
		if _, err := h.Reconciliations(ctx, h.doctor, ""); !errors.Is(err, fault.Denied) {
			t.Error(err)
		}
	})
}

// No verb is open to whoever has nothing to do with a request: a stranger, another
// surgery, the zero viewer; and none of what staff do is open to the person.
func TestVerbsAreClosed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		person := h.person("ivy", "2014-01-01")
		me := patientOf(person, "ivy")
		ref, _ := inReview(h, me)
		elsewhere := h.manager
		elsewhere.Organisation, elsewhere.Capabilities = "other", []access.Capability{access.ManageRequests, access.ViewRecord}
		stranger := patientOf(h.person("stranger", "1970-01-01"), "stranger")
		of := func(_ objection.Objection, err error) error { return err }
		verbs := map[string]func(by access.Viewer) error{
			"review":   func(by access.Viewer) error { return of(h.Review(ctx, by, ref, 0, req)) },
			"identify": func(by access.Viewer) error { return of(h.Identify(ctx, by, ref, person, 0, req)) },
			"contact": func(by access.Viewer) error {
				return of(h.Contact(ctx, by, ref, objection.Attempt{Outcome: objection.Reached}, req))
			},
			"want contact":   func(by access.Viewer) error { return of(h.WantContact(ctx, by, ref, "", false, 0, req)) },
			"want clinician": func(by access.Viewer) error { return of(h.WantClinician(ctx, by, ref, 0, req)) },
			"clinician":      func(by access.Viewer) error { return of(h.RecordClinician(ctx, by, ref, objection.NoConcern, "", req)) },
			"competence": func(by access.Viewer) error {
				return of(h.RecordCompetence(ctx, by, ref, objection.Competent, "", req))
			},
			"disagree": func(by access.Viewer) error {
				return of(h.Disagree(ctx, by, ref, "f", objection.Disagrees, "", 0, req))
			},
			"position":         func(by access.Viewer) error { return of(h.Position(ctx, by, ref, "f", objection.Disagrees, "", req)) },
			"settle":           func(by access.Viewer) error { return of(h.Settle(ctx, by, ref, objection.ByCourt, "x", 0, req)) },
			"confirm":          func(by access.Viewer) error { return confirm(h, by, ref, 0) },
			"confirm reversal": func(by access.Viewer) error { return of(h.ConfirmReversal(ctx, by, ref, 0, req)) },
			"refuse":           func(by access.Viewer) error { return of(h.Refuse(ctx, by, ref, refusal, 0, req)) },
			"probed":           func(by access.Viewer) error { return of(h.Probed(ctx, by, ref, []objection.Probe{{}})) },
			"code seen":        func(by access.Viewer) error { _, err := h.CodeSeen(ctx, by); return err },
			"birthdays":        func(by access.Viewer) error { _, err := h.Birthdays(ctx, by); return err },
			"reconcile":        func(by access.Viewer) error { _, err := h.Reconcile(ctx, by); return err },
			"check":            func(by access.Viewer) error { _, err := h.Check(ctx, by, time.Time{}); return err },
			"sweep":            func(by access.Viewer) error { return h.Sweep(ctx, by) },
			"enter": func(by access.Viewer) error {
				_, err := h.Enter(ctx, by, objection.Entry{Person: person, Route: "phone", Answers: self}, req)
				return err
			},
			"withdraw": func(by access.Viewer) error { return withdraw(h, by, ref, 0) },
			"reverse":  func(by access.Viewer) error { return reverse(h, by, ref, 0) },
			"open":     func(by access.Viewer) error { _, _, err := h.Open(ctx, by, ref, req); return err },
			"wish": func(by access.Viewer) error {
				return of(h.RecordChildsWish(ctx, by, ref, objection.Agrees, "", false, req))
			},
		}
		theirs := map[string]bool{"withdraw": true, "reverse": true, "open": true, "wish": true}
		before := h.count("SELECT count(*) FROM case_events")
		for name, verb := range verbs {
			whos := map[string]access.Viewer{"nobody": {}, "a stranger": stranger, "another surgery": elsewhere}
			if !theirs[name] {
				whos["the person"] = me
			}
			for who, by := range whos {
				if name == "enter" && who == "another surgery" || name == "confirm" {
					continue // theirs to enter, for their own; and confirm's helper is the manager
				}
				if err := verb(by); !errors.Is(err, fault.Denied) && !errors.Is(err, fault.NotFound) {
					t.Errorf("%s by %s: %v", name, who, err)
				}
			}
		}
		for who, by := range map[string]access.Viewer{"nobody": {}, "a stranger": stranger, "another surgery": elsewhere, "the person": me} {
			if err := of(h.Confirm(ctx, by, ref, 0, req)); !errors.Is(err, fault.Denied) && !errors.Is(err, fault.NotFound) {
				t.Errorf("confirm by %s: %v", who, err)
			}
		}
		if n := h.count("SELECT count(*) FROM case_events"); n != before {
			t.Errorf("%d lines written", n-before)
		}
		if h.hidden(person) {
			t.Error("hidden")
		}
	})
}
