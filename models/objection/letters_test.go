package objection_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/job"
	"candour/models/letter"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/patient"
)

// lettered is the house with letters instead of a list of notices.
func lettered(t *testing.T, d *db.DB) (*house, *letter.Store) {
	h := newHouse(t, d)
	var c clock.Clock = func() time.Time { return h.now }
	l := letter.NewStore(d, h.gate, c, job.NewQueue(d, c, nil))
	h.cases = casework.NewStore(casework.Deps{DB: d, Gate: h.gate, Clock: c, Notify: objection.Letters(d, l)})
	h.Store.Cases, h.Store.KeepBack = h.cases, l.KeepBack
	return h, l
}

// linked ties an account to a person who is held.
func (h *house) linked(account string, person opaque.ID) {
	h.exec("INSERT INTO accounts (id, issuer, subject, person_id, signed_in_at, previous_at) VALUES (?, 'i', ?, ?, 1, 0)", account, account, string(person))
}

// read are the letters in somebody's inbox, oldest first.
func (h *house) read(l *letter.Store, by access.Viewer) (names []string, all []letter.Letter) {
	h.t.Helper()
	page, err := l.Inbox(ctx, by, nil, patient.Request{Route: "/test"})
	h.must(err)
	slices.Reverse(page.Letters)
	for _, x := range page.Letters {
		names = append(names, string(x.Template))
	}
	return names, page.Letters
}

// What happens to a request is told, once each, and a refusal names who refused.
func TestWhatHappensIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, l := lettered(t, d)
		person := h.person("amina", "1978-08-06")
		me := patientOf(person, "amina")
		h.linked("amina", person)
		ref := h.raised(me, self)
		h.later(time.Minute)
		step := func(o objection.Objection, err error) {
			t.Helper()
			h.ok(o, err)
			h.later(time.Minute)
		}
		step(h.Review(ctx, h.manager, ref, 1, req))
		step(h.WantContact(ctx, h.manager, ref, "to understand the worry", false, 2, req))
		step(h.Contact(ctx, h.manager, ref, objection.Attempt{Way: "phone", Outcome: objection.Reached, Note: "she is sure"}, req))
		step(h.Confirm(ctx, h.manager, ref, 0, req))
		h.feed("surgery", person, true)
		h.later(time.Minute)
		step(h.Reverse(ctx, me, ref, 0, req))
		step(h.ConfirmReversal(ctx, h.manager, ref, 0, req))
		h.feed("surgery", person, false)
		names, all := h.read(l, me)
		want := []string{"objection_received", "objection_opened", "contact_wanted", "objection_confirmed", "objection_coded", "reversal_received", "reversal_confirmed", "visible_again"}
		if !slices.Equal(names, want) {
			t.Fatalf("%v, want %v", names, want)
		}
		for _, x := range all {
			if x.As != letter.Self || x.Case != x.Fields["reference"] || x.Fields["organisation"] != "surgery" && x.Template != letter.VisibleAgain {
				t.Errorf("%+v", x)
			}
		}
		if on := all[3].Fields["from"]; on != "2026-11-23" {
			t.Errorf("hidden from %s", on)
		}
	})
}

func TestARefusalIsALetterThatNamesWhoRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, l := lettered(t, d)
		person := h.person("amina", "1978-08-06")
		h.linked("amina", person)
		h.exec("UPDATE persons SET address = '1 Mill Lane' WHERE id = ?", string(person))
		ref := h.raised(patientOf(person, "amina"), self)
		h.later(time.Minute)
		h.ok(h.Review(ctx, h.gp, ref, 0, req))
		h.later(time.Minute)
		h.ok(h.Refuse(ctx, h.gp, ref, objection.Refusal{Ground: objection.GroundCompelling, Reason: "r", Rights: "r", Complaint: "c"}, 0, req))
		names, all := h.read(l, patientOf(person, "amina"))
		if !slices.Equal(names, []string{"objection_received", "objection_opened", "objection_refused"}) || all[2].Fields["decided_by"] != "name of gp" || all[2].Fields["ground"] != "compelling" || all[2].Fields["complaints"] != "surgery" {
			t.Errorf("%v %+v", names, all)
		}
		if n := h.count("SELECT count(*) FROM letters WHERE channel = 'letter' AND state = 'queued'"); n != 1 {
			t.Errorf("%d on paper", n)
		}
	})
}

// A parent who asked is told, until the child asks that parents are not; the child
// reads on. What the parent reads does not say whether the child is held.
func TestAParentIsToldUntilTheChildSaysNo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, l := lettered(t, d)
		mother, child, ref := h.family("2012-05-05")
		h.linked("child", child)
		young := patientOf(child, "child")
		h.ok(h.Identify(ctx, h.manager, ref, child, 0, req))
		h.later(time.Minute)
		h.ok(h.WantContact(ctx, h.manager, ref, "", false, 0, req))
		for who, by := range map[string]access.Viewer{"mother": mother, "child": young} {
			names, all := h.read(l, by)
			if who == "mother" { // who was told from the beginning
				if !slices.Equal(names[:2], []string{"objection_opened", "objection_received"}) && !slices.Equal(names[:2], []string{"objection_received", "objection_opened"}) {
					t.Errorf("%v", names)
				}
				names, all = names[2:], all[2:]
			}
			if !slices.Equal(names, []string{"contact_wanted"}) || (all[0].About == child) != (who == "child") || (all[0].As == letter.Self) != (who == "child") {
				t.Errorf("%s: %v %+v", who, names, all)
			}
		}
		h.later(time.Minute)
		h.ok(h.RecordChildsWish(ctx, h.gp, ref, "agrees", "", true, req))
		h.ok(h.Contact(ctx, h.gp, ref, objection.Attempt{Way: "phone", Outcome: objection.Reached, Note: "n"}, req))
		h.ok(h.WantContact(ctx, h.manager, ref, "", false, 0, req))
		if names, _ := h.read(l, mother); len(names) != 0 { // not even what she had in her list and not opened
			t.Errorf("the mother is told: %v", names)
		}
		if n := h.count("SELECT count(*) FROM letters WHERE role = 'parent' AND state <> 'cancelled'"); n != 0 {
			t.Errorf("%d are on their way to the mother", n)
		}
		if names, _ := h.read(l, young); len(names) != 2 {
			t.Errorf("the child is not told: %v", names)
		}
	})
}

// Every ground of a refusal can be written; nothing is told that has no template.
func TestEveryGroundCanBeWritten(t *testing.T) {
	refused, _ := letter.Current(letter.ObjectionRefused)
	for _, f := range refused.Fields {
		if f.Name != "ground" {
			continue
		}
		var want []string
		for _, g := range objection.RefusalGrounds() {
			want = append(want, string(g))
		}
		if fmt.Sprint(f.Of) != fmt.Sprint(want) {
			t.Errorf("letters know %v, decisions %v", f.Of, want)
		}
	}
}

// Somebody's own request is told to themselves as themselves, and to nobody else so.
func TestNobodyElseIsToldAsThemselves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, l := lettered(t, d)
		person, stranger := h.person("amina", "1978-08-06"), h.person("stranger", "1980-01-01")
		h.linked("amina", person)
		h.linked("stranger", stranger)
		ref := h.raised(patientOf(person, "amina"), self)
		h.exec("INSERT INTO case_parties (case_id, account_id, role, name) VALUES (?, 'stranger', 'representative', 's')", string(ref))
		h.later(time.Minute)
		h.ok(h.Review(ctx, h.manager, ref, 0, req))
		for who, v := range map[string]struct {
			by access.Viewer
			as letter.Role
		}{"amina": {patientOf(person, "amina"), letter.Self}, "stranger": {patientOf(stranger, "stranger"), letter.Other}} {
			_, all := h.read(l, v.by)
			if len(all) == 0 || all[len(all)-1].As != v.as {
				t.Errorf("%s: %+v", who, all)
			}
		}
	})
}
