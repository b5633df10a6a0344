package objection_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/objection"
	"candour/models/patient"
)

var birthCertificate = patient.Authority{Ground: patient.BirthMother, Seen: []patient.Proof{patient.BirthCertificate}}

// What somebody asked for themselves is never opened to who asked for them too: their
// request is closed, and they are told that there is a message, of nothing else.
func TestNobodyJoinsWhatSomebodyAskedForThemselves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		mother := patientOf(h.person("mother", "1985-01-01"), "mother")
		child := h.person("kit", "2012-05-05")
		own := self
		own.NotParents, own.Words = true, "they must not know"
		first := h.raised(patientOf(child, "kit"), own)
		second := h.raised(mother, forChild("2012-05-05"))
		if _, err := h.Join(ctx, h.manager, second, first, 0, req); !errors.Is(err, fault.Denied) {
			t.Errorf("nobody was found, and joined: %v", err)
		}
		var exists *objection.Exists
		if _, err := h.Identify(ctx, h.manager, second, child, 0, req); !errors.As(err, &exists) || exists.Ref != first {
			t.Fatal(err)
		}
		if _, err := h.Join(ctx, h.manager, first, second, 0, req); !errors.Is(err, fault.Denied) {
			t.Errorf("the child's own was joined into the mother's: %v", err)
		}
		h.told = nil
		h.ok(h.Join(ctx, h.manager, second, first, 0, req))
		h.is(second, objection.Withdrawn)
		if len(h.told) != 1 || h.told[0].What != "message" || fmt.Sprint(h.told[0].Accounts) != "[mother]" || h.told[0].Person != "" || len(h.told[0].Fields) != 0 {
			t.Errorf("%+v", h.told)
		}
		if _, _, err := h.Open(ctx, mother, first, req); !errors.Is(err, fault.NotFound) {
			t.Errorf("the mother opens the child's own: %v", err)
		}
		if _, file, err := h.Open(ctx, mother, second, req); err != nil || eventOf(file, "joined") || eventOf(file, "same_as") || !eventOf(file, "withdraw") {
			t.Errorf("%v %+v", err, file.Events)
		}
		if _, err := h.Reverse(ctx, mother, first, 0, req); !errors.Is(err, fault.NotFound) {
			t.Errorf("the mother takes it back: %v", err)
		}
		// a party of before this rule, as of a stranger's: neither reads nor acts
		h.exec("INSERT INTO case_parties (case_id, account_id, role, name) VALUES (?, 'mother', 'representative', 'm')", string(first))
		if _, _, err := h.Open(ctx, mother, first, req); !errors.Is(err, fault.Denied) {
			t.Errorf("a party opens somebody's own: %v", err)
		}
		if _, err := h.Reverse(ctx, mother, first, 0, req); !errors.Is(err, fault.Denied) {
			t.Errorf("a party takes somebody's own back: %v", err)
		}
	})
}

func eventOf(f casework.File, kind string) bool {
	for _, e := range f.Events {
		if e.Kind == kind {
			return true
		}
	}
	return false
}

// A wrong reference joins nothing.
func TestAWrongReferenceIsNotJoined(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		_, child, first := h.family("2018-05-05")
		h.ok(h.Identify(ctx, h.manager, first, child, 0, req))
		stranger := patientOf(h.person("stranger", "1984-01-01"), "stranger")
		second := h.raised(stranger, forChild("2017-01-01"))
		adult := h.person("adult", "1970-01-01")
		theirs := h.raised(patientOf(adult, "adult"), self)
		for _, into := range []objection.Ref{first, theirs} {
			if _, err := h.Join(ctx, h.manager, second, into, 0, req); !errors.Is(err, fault.Denied) {
				t.Errorf("%v", err)
			}
			if _, _, err := h.Open(ctx, stranger, into, req); !errors.Is(err, fault.NotFound) {
				t.Errorf("%v", err)
			}
		}
		var exists *objection.Exists
		if _, err := h.Identify(ctx, h.manager, second, child, 0, req); !errors.As(err, &exists) {
			t.Fatal(err)
		}
		if _, err := h.Join(ctx, h.manager, second, theirs, 0, req); !errors.Is(err, fault.Denied) {
			t.Errorf("found to be another's, and joined: %v", err)
		}
	})
}

// A parent whose evidence nobody has seen learns neither that a child is held nor that
// the child has objected.
func TestACodeDoesNotAnswerWhoHasNoAuthority(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		mother, child, ref := h.family("2018-05-05")
		h.ok(h.Identify(ctx, h.manager, ref, child, 0, req))
		h.told = nil
		h.feed("surgery", child, true)
		h.is(ref, objection.InReview)
		if len(h.uncased) != 1 || len(h.told) != 0 || !h.hidden(child) {
			t.Errorf("%v %+v", h.uncased, h.told)
		}
		h.ok(h.RecordAuthority(ctx, h.manager, ref, birthCertificate, "mother", req))
		if _, err := h.CodeSeen(ctx, sys); err != nil {
			t.Fatal(err)
		}
		h.is(ref, objection.Coded)
		for who, v := range map[string]struct {
			by   access.Viewer
			some bool
		}{"mother": {mother, false}, "child": {patientOf(child, "kit"), true}, "staff": {h.manager, true}} {
			if o, _, err := h.Open(ctx, v.by, ref, req); err != nil || len(o.Partners) > 0 != v.some {
				t.Errorf("%s: %v %v", who, err, o.Partners)
			}
		}
	})
}

// A doubt shuts nobody out while nobody has decided, and keeps them from acting,
// whether or not the child is held.
func TestADoubtDoesNotTellWhetherTheChildIsHeld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		child := h.person("kit", "2018-05-05")
		for _, held := range []bool{false, true} {
			key := fmt.Sprint("mother ", held)
			mother := patientOf(h.person(key, "1985-01-01"), key)
			ref := h.raised(mother, forChild("2018-05-05"))
			if held {
				h.ok(h.Identify(ctx, h.manager, ref, child, 0, req))
			}
			h.ok(h.RecordAuthority(ctx, h.manager, ref, patient.Authority{Ground: patient.BirthMother}, key, req))
			if _, _, err := h.Open(ctx, mother, ref, req); err != nil {
				t.Errorf("held %t: %v", held, err)
			}
			if _, err := h.Reverse(ctx, mother, ref, 0, req); !errors.Is(err, fault.Denied) {
				t.Errorf("held %t: acts: %v", held, err)
			}
			all, err := h.ActingFor(ctx, mother, req)
			if err != nil || len(all) != 1 || all[0].State != patient.RepClaimed || all[0].Checked {
				t.Errorf("held %t: %v %+v", held, err, all)
			}
		}
	})
}

// What a competent child wants to stand is not taken back by a parent.
func TestAParentDoesNotWithdrawWhatACompetentChildWants(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		mother, child, ref := h.family("2012-05-05")
		h.ok(h.Identify(ctx, h.manager, ref, child, 0, req))
		h.ok(h.RecordChildsWish(ctx, h.gp, ref, objection.Agrees, "", false, req))
		h.ok(h.RecordCompetence(ctx, h.gp, ref, objection.Competent, "", req))
		_, err := h.Withdraw(ctx, mother, ref, 0, req)
		h.bars(err, objection.BarTheirs)
		h.is(ref, objection.InReview)
		h.ok(h.Withdraw(ctx, patientOf(child, "kit"), ref, 0, req))
		h.is(ref, objection.Withdrawn)
	})
}

// Two requests found to be about one person at once: one of them is.
func TestIdentifiedAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for n := range 12 {
			child := h.person(fmt.Sprint("kit", n), "2018-05-05")
			var refs []objection.Ref
			for m := range 2 {
				key := fmt.Sprint("parent", n, m)
				refs = append(refs, h.raised(patientOf(h.person(key, "1985-01-01"), key), forChild("2018-05-05")))
			}
			errs := make([]error, 2)
			var wait sync.WaitGroup
			for m := range refs {
				wait.Go(func() { _, errs[m] = h.Identify(ctx, h.manager, refs[m], child, 0, req) })
			}
			wait.Wait()
			var exists *objection.Exists
			if (errs[0] == nil) == (errs[1] == nil) || !errors.As(errors.Join(errs...), &exists) || h.count("SELECT count(*) FROM cases WHERE person_id = ?", string(child)) != 1 {
				t.Fatalf("%v", errs)
			}
		}
	})
}

// Which request there is already is told to who holds it alone; what was proposed is
// not proposed where a request is handed on to.
func TestWhatAnotherProviderHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, func(s *objection.Settings, _ *patient.SharingPolicy) { s.SecondPerson = true })
		child := h.person("kit", "2018-05-05")
		mother := patientOf(h.person("mother", "1985-01-01"), "mother")
		first, second := h.raised(mother, forChild("2018-05-05")), h.raised(mother, forChild("2018-05-05"))
		h.ok(h.Identify(ctx, h.manager, first, child, 0, req))
		h.ok(h.Review(ctx, h.gp, first, 0, req))
		h.ok(h.Refuse(ctx, h.gp, first, objection.Refusal{Ground: objection.GroundHarm, Reason: "r", Rights: "r", Complaint: "c"}, 0, req))
		entry := objection.Entry{Person: child, Route: casework.Desk, Name: "the father", Answers: forChild("2018-05-05")}
		told := func() (entered, found *objection.Exists) {
			_, err := h.Enter(ctx, h.manager, entry, req)
			_, again := h.Identify(ctx, h.manager, second, child, 0, req)
			if !errors.As(err, &entered) || !errors.As(again, &found) {
				t.Fatal(err, again)
			}
			return entered, found
		}
		if a, b := told(); a.Ref != first || b.Ref != first {
			t.Errorf("%v %v", a, b)
		}
		h.later(time.Minute)
		h.ok(h.Transfer(ctx, h.manager, first, "hospital", "", 0, req))
		if a, b := told(); a.Ref != "" || b.Ref != "" {
			t.Errorf("%v %v", a, b)
		}
		if o, _, err := h.Open(ctx, h.doctor, first, req); err != nil || o.ProposedBy != "" {
			t.Errorf("%v %q", err, o.ProposedBy)
		}
	})
}
