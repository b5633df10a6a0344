package objection_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/patient"
)

// The whole way for oneself: sent, reviewed with a contact, confirmed, coded, seen,
// proven, reversed, seen again.
func TestTheWholeWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		person := h.person("amina", "1978-08-06")
		me := patientOf(person, "amina")
		h.claim(person, "amina")
		h.must(h.looks(person))
		ref := h.raised(me, self)
		h.is(ref, objection.Submitted)
		h.ok(h.Review(ctx, h.manager, ref, 1, req))
		h.ok(h.WantContact(ctx, h.manager, ref, "to understand the worry", false, 2, req))
		h.is(ref, objection.ContactWanted)
		h.ok(h.Contact(ctx, h.manager, ref, objection.Attempt{Way: "phone", Outcome: objection.NotReached}, req))
		h.is(ref, objection.ContactWanted)
		h.ok(h.Contact(ctx, h.manager, ref, objection.Attempt{Way: "phone", Outcome: objection.Reached, Note: "she is sure"}, req))
		h.is(ref, objection.InReview)
		if h.hidden(person) {
			t.Fatal("hidden though nobody decided")
		}
		h.later(time.Hour)
		h.ok(h.Confirm(ctx, h.manager, ref, 0, req))
		h.is(ref, objection.Confirmed)
		if err := h.looks(person); !errors.Is(err, fault.Denied) || !h.hidden(person) {
			t.Fatalf("confirmed, and seen: %v", err)
		}
		o, file, err := h.Open(ctx, h.manager, ref, req)
		if h.must(err); len(o.Partners) != 3 || !o.Partners[0].Coded.IsZero() || file.Clocks[0].Name != "code_seen" {
			t.Errorf("%+v %+v", o.Partners, file.Clocks)
		}
		h.later(time.Hour)
		h.feed("surgery", person, true)
		h.is(ref, objection.Coded)
		h.ok(h.Probed(ctx, sys, ref, []objection.Probe{{Organisation: "hospital", At: h.now, Route: "/record", Denied: true, Status: 403}, {Organisation: "surgery", At: h.now, Route: "/record", Shown: true, Status: 200}}))
		h.is(ref, objection.Coded) // one that was let through: not proven
		if o, _, err = h.Open(ctx, h.manager, ref, req); err != nil || o.Alarm != objection.AlarmProbeSaw {
			t.Errorf("%v %q", err, o.Alarm)
		}
		h.later(time.Minute)
		h.ok(h.Probed(ctx, sys, ref, []objection.Probe{{Organisation: "hospital", At: h.now, Route: "/record", Denied: true, Status: 403}, {Organisation: "surgery", At: h.now, Route: "/record", Denied: true, Status: 403}}))
		h.is(ref, objection.Effective)
		if o, _, err = h.Open(ctx, me, ref, req); err != nil || o.Alarm != "" || o.Effective.IsZero() || len(o.Probes) != 4 || o.Partners[2].Coded.IsZero() || !o.Partners[0].Coded.IsZero() {
			t.Errorf("%v %+v", err, o)
		}
		h.ok(h.Reverse(ctx, me, ref, 0, req))
		h.is(ref, objection.ReversalRequested)
		h.ok(h.KeepObjection(ctx, me, ref, 0, req))
		h.is(ref, objection.Coded)
		h.ok(h.Withdraw(ctx, me, ref, 0, req)) // by another word
		h.ok(h.ConfirmReversal(ctx, h.manager, ref, 0, req))
		h.is(ref, objection.ReversalConfirmed)
		if h.later(time.Hour); !h.hidden(person) {
			t.Fatal("seen before the reversal code came")
		}
		h.feed("hospital", person, false)
		if h.is(ref, objection.ReversalConfirmed); !h.hidden(person) {
			t.Fatal("another provider's code lifted it")
		}
		h.later(time.Hour)
		h.feed("surgery", person, false)
		if h.is(ref, objection.Visible); h.hidden(person) {
			t.Fatal("still hidden")
		}
		h.must(h.looks(person))
		seen, effect, err := h.Timeline(ctx, me, req)
		if h.must(err); len(seen) != 3 || !seen[0].Refused || effect.Why != patient.WhyReversed {
			t.Errorf("%+v %+v", seen, effect)
		}
		if ref2 := h.raised(me, self); ref2 == ref {
			t.Error("no second objection after the first was reversed")
		}
	})
}

// A code that nobody requested takes effect at once, has no case and stands in the
// timeline; the same when it is taken back on the telephone.
func TestACodeNobodyRequested(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		person := h.person("bea", "1960-01-01")
		h.feed("surgery", person, true)
		if !h.hidden(person) || h.count("SELECT count(*) FROM cases") != 0 || !slices.Equal(h.uncased, []opaque.ID{person}) {
			t.Fatal("no effect, or a case, or nobody told")
		}
		seen, effect, err := h.Timeline(ctx, patientOf(person, "bea"), req)
		if h.must(err); len(seen) != 1 || seen[0].Organisation != "surgery" || effect.Why != patient.WhyCoded {
			t.Errorf("%+v", seen)
		}
		h.later(time.Hour)
		if h.feed("surgery", person, false); h.hidden(person) {
			t.Error("still hidden")
		}
		if n, err := h.CodeSeen(ctx, sys); n != 0 || err != nil {
			t.Errorf("%d are looked at again: %v", n, err)
		}
		if _, _, err := h.Timeline(ctx, h.gp, req); err == nil {
			t.Error("staff read the timeline of nobody")
		}
	})
}

// Whoever objected on the telephone takes it back here as easily as anybody.
func TestARecordedObjectionIsTakenBackHere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		person := h.person("cleo", "1960-01-01")
		cleo := patientOf(person, "cleo")
		if _, err := h.Adopt(ctx, cleo, req); !errors.Is(err, fault.NotFound) {
			t.Errorf("nothing is recorded: %v", err)
		}
		h.feed("surgery", person, true)
		if _, err := h.Adopt(ctx, h.manager, req); err == nil {
			t.Errorf("staff adopt for somebody: %v", err)
		}
		told := len(h.told)
		c, err := h.Adopt(ctx, cleo, req)
		h.must(err)
		h.is(c.ID, objection.Coded)
		var again *objection.Exists
		if _, err := h.Adopt(ctx, cleo, req); !errors.As(err, &again) || again.Ref != c.ID {
			t.Errorf("a second time: %v", err)
		}
		if len(h.told) != told || !h.hidden(person) {
			t.Error("told of what they knew, or seen again")
		}
		o, _, err := h.Open(ctx, cleo, c.ID, req)
		if h.must(err); o.Organisation != "surgery" || len(o.Partners) == 0 || o.Coded.IsZero() {
			t.Errorf("%+v", o)
		}
		_, err = h.Reverse(ctx, cleo, c.ID, o.Version, req)
		h.must(err)
		_, err = h.ConfirmReversal(ctx, h.manager, c.ID, o.Version+1, req)
		if h.must(err); !h.hidden(person) {
			t.Error("seen before the code is there")
		}
		h.later(time.Hour)
		h.feed("surgery", person, false)
		if _, err := h.CodeSeen(ctx, sys); err != nil || h.hidden(person) {
			t.Errorf("not seen again: %v", err)
		}
		h.is(c.ID, objection.Visible)
		if wrong, err := h.Check(ctx, sys, time.Time{}); err != nil || len(wrong) > 0 {
			t.Errorf("%v %v", wrong, err)
		}
	})
}

// The same by telephone, letter and desk: the same case.
func TestEnteredByStaff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		person := h.person("carl", "1950-01-01")
		c, err := h.Enter(ctx, h.manager, objection.Entry{Person: person, Route: casework.Phone, Answers: self}, req)
		if h.must(err); c.Route != casework.Phone || c.TakenName != "name of manager" {
			t.Errorf("%+v", c)
		}
		h.ok(h.Review(ctx, h.manager, c.ID, 0, req))
		h.feed("surgery", person, true) // coded before anybody confirmed here
		if h.is(c.ID, objection.Coded); !h.hidden(person) {
			t.Fatal("not hidden")
		}
		o, _, err := h.Open(ctx, patientOf(person, "carl"), c.ID, req) // who logs in later finds it
		if h.must(err); o.Route != casework.Phone {
			t.Error(o.Route)
		}
		var exists *objection.Exists
		if _, err := h.Enter(ctx, h.manager, objection.Entry{Person: person, Route: casework.Desk, Answers: self}, req); !errors.As(err, &exists) || exists.Ref != c.ID {
			t.Errorf("a second one: %v", err)
		}
		for name, e := range map[string]objection.Entry{"portal": {Person: person, Route: casework.Portal, Answers: self}, "a day ahead": {Person: person, Route: casework.Desk, Received: 30000, Answers: self}, "for whom": {Person: person, Route: casework.Desk}} {
			var fields invalid.Fields
			if _, err := h.Enter(ctx, h.manager, e, req); !errors.As(err, &fields) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.Enter(ctx, patientOf(person, "carl"), objection.Entry{Person: person, Route: casework.Desk, Answers: self}, req); err == nil {
			t.Error("a patient entered one as staff")
		}
		h.ok(h.Reverse(ctx, h.second, c.ID, 0, req)) // by telephone
		h.is(c.ID, objection.ReversalRequested)
	})
}

func TestDraftsAreKeptAndSentOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		me := patientOf(h.person("dan", "1970-01-01"), "dan")
		draft, err := h.Start(ctx, me, objection.Answers{}, req)
		h.must(err)
		draft.Answers.Subject, draft.Step = objection.Self, "contact"
		draft, err = h.Save(ctx, me, draft, req)
		h.must(err)
		stale := draft
		stale.Version = 1
		if _, err := h.Save(ctx, me, stale, req); !errors.Is(err, fault.Conflict) {
			t.Errorf("an old window: %v", err)
		}
		var fields invalid.Fields
		if _, err := h.Raise(ctx, me, draft.ID, req); !errors.As(err, &fields) || fields.For("ways") == "" {
			t.Errorf("sent half filled in: %v", err)
		}
		h.later(29 * 24 * time.Hour)
		back, err := h.Resume(ctx, me, draft.ID, req)
		if h.must(err); back.Step != "contact" || back.Answers.Subject != objection.Self {
			t.Errorf("%+v", back)
		}
		if _, err := h.Resume(ctx, patientOf("", "eve"), draft.ID, req); !errors.Is(err, fault.NotFound) {
			t.Errorf("another's draft: %v", err)
		}
		back.Answers = self
		back, err = h.Save(ctx, me, back, req)
		h.must(err)
		refs := make([]objection.Ref, 8)
		done := make(chan bool)
		for i := range refs {
			go func() {
				c, err := h.Raise(ctx, me, back.ID, req)
				if refs[i] = c.ID; err != nil {
					t.Error(err)
				}
				done <- true
			}()
		}
		for range refs {
			<-done
		}
		for _, ref := range refs {
			if ref != refs[0] {
				t.Fatal("sent eight times: more than one request")
			}
		}
		if n := h.count("SELECT count(*) FROM cases"); n != 1 {
			t.Fatalf("%d requests", n)
		}
		other, err := h.Start(ctx, me, self, req)
		h.must(err)
		h.later(30 * 24 * time.Hour)
		if _, err := h.Resume(ctx, me, other.ID, req); !errors.Is(err, fault.NotFound) {
			t.Errorf("after 30 days: %v", err)
		}
		h.must(h.Sweep(ctx, sys))
		if all, err := h.Drafts(ctx, me, req); err != nil || len(all) != 0 {
			t.Errorf("%v %v", all, err)
		}
		if _, err := h.Start(ctx, access.Viewer{Kind: access.Patient, ID: "p5", Level: "P5"}, self, req); !errors.Is(err, fault.Denied) {
			t.Errorf("with too little proof: %v", err)
		}
	})
}

func TestRefusalNeedsAllOfIt(t *testing.T) {
	whole := objection.Refusal{Ground: objection.GroundCompelling, Reason: "because", Rights: "you may ask again", Complaint: "write to us"}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, func(s *objection.Settings, _ *patient.SharingPolicy) { s.SecondPerson = true })
		person := h.person("fay", "1970-01-01")
		ref := h.raised(patientOf(person, "fay"), self)
		h.ok(h.Review(ctx, h.manager, ref, 0, req))
		for name, spoil := range map[string]func(*objection.Refusal){"ground": func(r *objection.Refusal) { r.Ground = "dislike" }, "reason": func(r *objection.Refusal) { r.Reason = " " },
			"rights": func(r *objection.Refusal) { r.Rights = "" }, "complaint": func(r *objection.Refusal) { r.Complaint = "" }} {
			bad := whole
			spoil(&bad)
			var fields invalid.Fields
			if _, err := h.Refuse(ctx, h.gp, ref, bad, 0, req); !errors.As(err, &fields) || len(fields) != 1 || fields[0].Name != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := h.Refuse(ctx, h.manager, ref, whole, 0, req)
		h.bars(err, objection.BarClinician) // staff alone
		h.ok(h.RecordClinician(ctx, h.gp, ref, objection.Concern, "a risk", req))
		for range 2 { // the same person twice is one person
			h.ok(h.Refuse(ctx, h.manager, ref, whole, 0, req))
			h.is(ref, objection.InReview)
		}
		h.ok(h.Refuse(ctx, h.second, ref, whole, 0, req))
		h.is(ref, objection.Refused)
		_, file, err := h.Open(ctx, patientOf(person, "fay"), ref, req)
		h.must(err)
		last := file.Events[len(file.Events)-1]
		if last.Kind != "refusal" || last.Detail["clinician"] != "name of gp" || last.Detail["complaint"] == "" || last.Detail["rights"] == "" {
			t.Errorf("%+v", last)
		}
		if h.hidden(person) {
			t.Error("refused, and hidden")
		}
	})
}

func TestHeldWhileReviewed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, func(_ *objection.Settings, p *patient.SharingPolicy) { p.HoldWhileReviewed = true })
		person := h.person("gil", "1970-01-01")
		me := patientOf(person, "gil")
		ref := h.raised(me, self)
		if !h.hidden(person) {
			t.Fatal("not held")
		}
		h.ok(h.Withdraw(ctx, me, ref, 0, req))
		if h.is(ref, objection.Withdrawn); h.hidden(person) {
			t.Error("withdrawn, and held")
		}
	})
}
