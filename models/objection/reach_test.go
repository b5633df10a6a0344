package objection_test

import (
	"slices"
	"testing"
	"time"

	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/letter"
	"candour/models/objection"
	"candour/models/opaque"
)

// at gives somebody the address of the family's home, as the feeds have it.
func (h *house) at(person opaque.ID) {
	h.t.Helper()
	h.exec("UPDATE persons SET address = '1 Mill Lane', email = 'family@example.org', phone = '07700 900001' WHERE id = ?", string(person))
}

// outside are the letters that leave the portal, as "channel role state address".
func (h *house) outside() (all []string) {
	h.t.Helper()
	rows, err := h.d.Query(ctx, "SELECT channel, role, state, language, format, address FROM letters WHERE channel <> 'in_app' ORDER BY channel, role, state, address")
	h.must(err)
	defer rows.Close()
	for rows.Next() {
		var channel, role, state, language, format, address string
		h.must(rows.Scan(&channel, &role, &state, &language, &format, &address))
		all = append(all, channel+" "+role+" "+state+" "+language+" "+format+" "+address)
	}
	h.must(rows.Err())
	return all
}

func refused(h *house, ref objection.Ref) {
	h.t.Helper()
	h.later(time.Minute)
	h.ok(h.Review(ctx, h.gp, ref, 0, req))
	h.later(time.Minute)
	h.ok(h.Refuse(ctx, h.gp, ref, objection.Refusal{Ground: objection.GroundCompelling, Reason: "r", Rights: "r", Complaint: "c"}, 0, req))
}

// What a child asked for themselves does not come to the family's home: no paper, and
// no address that the feeds have. Only one that the child gave is written to.
func TestAChildsOwnRequestStaysOutOfTheHouse(t *testing.T) {
	for name, c := range map[string]struct {
		born    string
		silent  bool
		contact objection.Contact
		want    string // of every letter that leaves
	}{
		"parents are not told":       {"2011-05-05", true, objection.Contact{Ways: []string{"letter", "email"}, Value: ""}, ""},
		"a child's own":              {"2011-05-05", false, objection.Contact{Ways: []string{"app", "letter"}}, ""},
		"an address that they gave":  {"2011-05-05", true, objection.Contact{Ways: []string{"email", "letter"}, Value: "me@example.org"}, `email self queued en standard {"email":"me@example.org","only":true}`},
		"an address and another way": {"2011-05-05", false, objection.Contact{Ways: []string{"text"}, Value: "me@example.org"}, ""},
		"seventeen":                  {"2009-05-05", false, objection.Contact{Ways: []string{"text"}, Value: "07700 900777"}, `notify self queued en standard {"mobile":"07700 900777","only":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				h, l := lettered(t, d)
				child := h.person("kit", c.born)
				h.at(child)
				h.linked("kit", child)
				me := patientOf(child, "kit")
				refused(h, h.raised(me, objection.Answers{Subject: objection.Self, NotParents: c.silent, Contact: c.contact}))
				for _, line := range h.outside() {
					if line != c.want {
						t.Errorf("leaves: %s", line)
					}
				}
				if n := h.count("SELECT count(*) FROM letters WHERE channel <> 'in_app'"); (n > 0) != (c.want != "") {
					t.Errorf("%d leave", n)
				}
				if names, _ := h.read(l, me); !slices.Contains(names, "objection_refused") {
					t.Errorf("the child does not read it: %v", names)
				}
			})
		})
	}
}

// A child who asks it later, in a request of a parent: what is on its way to the
// child's home is taken back, and nothing goes there any more.
func TestAChildWhoAsksLaterIsNotWrittenToAtHome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, _ := lettered(t, d)
		_, child, ref := h.family("2012-05-05")
		h.at(child)
		h.ok(h.Identify(ctx, h.manager, ref, child, 0, req))
		h.later(time.Minute)
		h.ok(h.WantContact(ctx, h.manager, ref, "", false, 0, req))
		h.later(time.Minute)
		h.ok(h.RecordChildsWish(ctx, h.gp, ref, "agrees", "", true, req))
		h.ok(h.Contact(ctx, h.gp, ref, objection.Attempt{Way: "phone", Outcome: objection.Reached, Note: "n"}, req))
		h.ok(h.WantContact(ctx, h.manager, ref, "", false, 0, req))
		if n := h.count("SELECT count(*) FROM letters WHERE channel <> 'in_app' AND recipient = ? AND state <> 'cancelled'", string(child)); n != 0 {
			t.Errorf("%d on their way home: %v", n, h.outside())
		}
	})
}

// What somebody chose on the way is how they are written to: where, by what, in which
// language and form. Nobody else who belongs to the request is written to there.
func TestWhatWasChosenInTheJourneyIsHowTheyAreWrittenTo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, l := lettered(t, d)
		amina := h.person("amina", "1978-08-06")
		h.at(amina)
		h.linked("amina", amina)
		h.raised(patientOf(amina, "amina"), objection.Answers{Subject: objection.Self,
			Contact: objection.Contact{Ways: []string{"text", "letter"}, Value: "07700 900777", Language: "pl", LargePrint: true}})
		want := []string{`letter self queued pl large_print {"mobile":"07700 900777"}`, `notify self queued pl large_print {"mobile":"07700 900777"}`}
		if got := h.outside(); !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
		h.exec("UPDATE letters SET state = 'cancelled' WHERE channel <> 'in_app'")

		only := h.person("omar", "1978-08-07")
		h.at(only)
		h.linked("omar", only)
		h.raised(patientOf(only, "omar"), objection.Answers{Subject: objection.Self, Contact: objection.Contact{Ways: []string{"app", "phone"}, Value: "01632 960001"}})
		mother := patientOf(h.person("mother", "1985-01-01"), "mother")
		h.at(mother.Person)
		h.linked("mother", mother.Person)
		a := forChild("2018-05-05")
		a.Contact = objection.Contact{Ways: []string{"email"}, Value: "mum@example.org", LargePrint: true}
		ref := h.raised(mother, a)
		father := patientOf(h.person("father", "1985-01-01"), "father")
		h.linked("father", father.Person)
		h.exec("INSERT INTO case_parties (case_id, account_id, role, name) VALUES (?, 'father', 'representative', 'F')", string(ref))
		h.ok(h.Review(ctx, h.manager, ref, 0, req))
		for _, line := range h.outside() {
			if line == `email parent queued en large_print {"email":"mum@example.org"}` || line[:6] != "email " && line[:7] != "notify " && line[:7] != "letter " {
				continue
			}
			if !slices.Contains([]string{`letter self cancelled pl large_print {"mobile":"07700 900777"}`, `notify self cancelled pl large_print {"mobile":"07700 900777"}`}, line) {
				t.Errorf("leaves: %s", line)
			}
		}
		if n := h.count("SELECT count(*) FROM letters WHERE channel = 'email' AND recipient = ? AND state = 'queued'", string(mother.Person)); n != 2 {
			t.Errorf("%d to the mother", n)
		}
		if names, all := h.read(l, father); len(names) == 0 || all[0].Format != letter.Standard {
			t.Errorf("the father: %v", names)
		}
	})
}
