package objection_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/objection"
)

// The clock stops only on probes that were made with the code in place, and only when
// all of them were denied; one that was not stands as an alarm until all are.
func TestOnlyTheProbeStopsTheClock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var moved []casework.State
		h.Moved = func(_ context.Context, _ objection.Objection, to casework.State) error {
			moved = append(moved, to)
			return nil
		}
		person := h.person("p", "1970-01-01")
		me := patientOf(person, "a")
		ref, _ := inReview(h, me)
		h.must(confirm(h, me, ref, 0))
		early := h.now
		unproven := func(want bool) {
			t.Helper()
			refs, err := h.Unproven(ctx, sys)
			if h.must(err); slices.Contains(refs, ref) != want {
				t.Errorf("unproven: %v", refs)
			}
		}
		unproven(false) // confirmed: the code has still to come
		probes := func(at time.Time, denied ...bool) []objection.Probe {
			var out []objection.Probe
			for i, yes := range denied {
				out = append(out, objection.Probe{Organisation: []string{"surgery", "hospital"}[i], At: at, Route: "/r", Denied: yes, Shown: !yes, Status: 403, Entry: 1})
			}
			return out
		}
		is := func(probed []objection.Probe, state casework.State, alarm string) {
			t.Helper()
			o, err := h.Probed(ctx, sys, ref, probed)
			if h.must(err); o.State != state || o.Alarm != alarm || (o.Effective.IsZero()) != (state != objection.Effective) || o.Open() == (state == objection.Effective && alarm == "") {
				t.Errorf("%s, alarm %q, effective %s, open %t", o.State, o.Alarm, o.Effective, o.Open())
			}
		}
		is(probes(early, true, true), objection.Confirmed, "")
		h.later(time.Minute)
		h.feed("surgery", person, true)
		_, err := h.CodeSeen(ctx, sys)
		h.must(err)
		unproven(true)
		is(probes(early.Add(time.Second), true, true), objection.Coded, "") // from before the code
		h.later(time.Second)
		silent := func() []objection.Probe { // a server that is down, an entry that is missing
			return []objection.Probe{{Organisation: "surgery", At: h.now, Route: "/r", Denied: true, Status: 403, Entry: 1}, {Organisation: "hospital", At: h.now, Route: "/r", Status: 503}}
		}
		is(silent(), objection.Coded, "") // no answer is no alarm, and no proof
		unproven(true)
		h.later(time.Second)
		is(probes(h.now, true, false), objection.Coded, objection.AlarmProbeSaw)
		unproven(true)
		for range 3 { // it is said once, however often it is seen
			h.later(time.Minute)
			is(probes(h.now, true, false), objection.Coded, objection.AlarmProbeSaw)
			is(silent(), objection.Coded, objection.AlarmProbeSaw)
		}
		if n := h.count("SELECT count(*) FROM case_events WHERE case_id = ? AND kind = 'alarm'", string(ref)); n != 1 {
			t.Errorf("%d alarms in the history", n)
		}
		if n := h.count("SELECT count(*) FROM objection_probes WHERE case_id = ? AND (status = 503 OR at > ?)", string(ref), h.now.Add(-3*time.Minute).UnixMilli()); n != 0 {
			t.Errorf("%d probes that say nothing new", n)
		}
		h.later(time.Second)
		is(probes(h.now, true, true), objection.Effective, "")
		unproven(false)
		h.later(time.Second)
		is(silent(), objection.Effective, "") // what is proven stays so
		h.later(time.Second)
		is(probes(h.now, false, true), objection.Effective, objection.AlarmProbeSaw) // it is open again, on the queue
		unproven(true)
		h.later(time.Second)
		is(probes(h.now, true, true), objection.Effective, "")
		unproven(false)
		if !slices.Equal(moved, []casework.State{objection.InReview, objection.Confirmed, objection.Coded, objection.Effective}) {
			t.Errorf("told of %v", moved)
		}
		for _, by := range []access.Viewer{{}, me, h.manager, h.gp} {
			if _, err := h.Unproven(ctx, by); !errors.Is(err, fault.Denied) {
				t.Errorf("%q asks for what is unproven: %v", by.Kind, err)
			}
			if _, err := h.Subject(ctx, by, ref); !errors.Is(err, fault.Denied) {
				t.Errorf("%q asks whom it is about: %v", by.Kind, err)
			}
		}
		if got, err := h.Subject(ctx, sys, ref); err != nil || got != person {
			t.Errorf("%s %v", got, err)
		}
		if _, err := h.Subject(ctx, sys, "nothing"); !errors.Is(err, fault.NotFound) {
			t.Errorf("%v", err)
		}
	})
}
