package objection_test

import (
	"errors"
	"testing"
	"time"

	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/patient"
	"candour/models/policy"
)

// A request handed on is the other's: theirs to see, and their reversal code lifts it.
func TestHandedOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		person := h.person("joy", "1970-01-01")
		me := patientOf(person, "joy")
		ref, _ := inReview(h, me)
		h.must(confirm(h, me, ref, 0))
		h.ok(h.Transfer(ctx, h.manager, ref, "hospital", "moved", 0, req))
		if _, _, err := h.Open(ctx, h.manager, ref, req); !errors.Is(err, fault.NotFound) {
			t.Errorf("who handed it on still opens it: %v", err)
		}
		h.later(time.Hour)
		h.feed("surgery", person, false)
		if !h.hidden(person) {
			t.Fatal("who handed it on lifted it")
		}
		h.feed("hospital", person, false)
		if h.hidden(person) {
			t.Fatal("its holder did not lift it")
		}
		o, _, err := h.Open(ctx, me, ref, req)
		if h.must(err); o.State != objection.Visible || o.Organisation != "hospital" {
			t.Errorf("%s %s", o.State, o.Organisation)
		}
	})
}

// Two parents ask for one child: one request, both are parties, and when they do
// not want the same it is disputed.
func TestTwoParentsOneRequest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		_, child, first := h.family("2018-05-05")
		father := patientOf(h.person("father", "1984-01-01"), "father")
		second := h.raised(father, forChild("2018-05-05"))
		h.ok(h.Identify(ctx, h.manager, first, child, 0, req))
		var exists *objection.Exists
		if _, err := h.Identify(ctx, h.manager, second, child, 0, req); !errors.As(err, &exists) || exists.Ref != first {
			t.Fatalf("%v", err)
		}
		if _, err := h.Join(ctx, h.manager, first, first, 0, req); !errors.Is(err, fault.Conflict) {
			t.Errorf("joined with itself: %v", err)
		}
		h.ok(h.Join(ctx, h.manager, second, first, 0, req))
		h.is(second, objection.Withdrawn)
		for _, parent := range []struct {
			name string
			ok   bool
		}{{"mother", true}, {"father", true}, {"nobody", false}} {
			by := patientOf(opaque.Of("person", parent.name), parent.name)
			if _, _, err := h.Open(ctx, by, first, req); (err == nil) != parent.ok {
				t.Errorf("%s: %v", parent.name, err)
			}
		}
		h.ok(h.Disagree(ctx, h.manager, first, "father", objection.Disagrees, "he changed his mind", 0, req))
		h.is(first, objection.Disputed)
	})
}

// What the clock does to who acts for a child stands in the child's request.
func TestSuspensionsAreTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		mother, child, ref := h.family("2010-11-24") // sixteen tomorrow
		h.ok(h.Identify(ctx, h.manager, ref, child, 0, req))
		h.ok(h.RecordAuthority(ctx, h.manager, ref, patient.Authority{Ground: patient.BirthMother, Seen: []patient.Proof{patient.BirthCertificate}}, "mother", req))
		if _, _, err := h.Open(ctx, mother, ref, req); err != nil {
			t.Fatal(err)
		}
		if n, err := h.Representatives(ctx, sys); n != 0 || err != nil {
			t.Errorf("%d %v", n, err)
		}
		h.told = nil
		h.later(12 * time.Hour) // midnight
		if n, err := h.Representatives(ctx, sys); n != 1 || err != nil || len(h.told) != 1 || h.told[0].Person != child || len(h.told[0].Accounts) != 1 {
			t.Errorf("%d %v %+v", n, err, h.told)
		}
		if _, _, err := h.Open(ctx, mother, ref, req); !errors.Is(err, fault.Denied) {
			t.Errorf("suspended, and opens it: %v", err)
		}
		if _, err := h.Reverse(ctx, mother, ref, 0, req); !errors.Is(err, fault.Denied) {
			t.Errorf("suspended, and acts: %v", err)
		}
		if _, err := h.Store.Representatives(ctx, h.manager); !errors.Is(err, fault.Denied) {
			t.Error(err)
		}
	})
}

func TestSettingsComeFromPolicy(t *testing.T) {
	s := objection.SettingsOf(policy.Default())
	if s.MinAge != 18 || s.CodeAlarm != 72*time.Hour || s.SecondPerson || s.Step != 20 || patient.SharingPolicyOf(policy.Default()).HoldWhileReviewed {
		t.Errorf("%+v", s)
	}
	p := *policy.Default()
	p.Objections = policy.Objections{HoldWhileReviewed: true, AlarmHours: 5, SecondPerson: true, StepPercent: 7}
	if s = objection.SettingsOf(&p); s.CodeAlarm != 5*time.Hour || !s.SecondPerson || s.Step != 7 || !patient.SharingPolicyOf(&p).HoldWhileReviewed {
		t.Errorf("%+v", s)
	}
}
