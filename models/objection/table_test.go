package objection_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/deadline"
	"candour/models/objection"
	"candour/models/patient"
)

// The table of transitions as it was agreed, written by hand and not from the table.
const agreed = `
draft              : submit>submitted adopt>coded
submitted          : open_review>in_review withdraw>withdrawn see_code>coded dispute>disputed
in_review          : want_contact>contact_wanted want_clinician>clinician_wanted confirm>confirmed withdraw>withdrawn see_code>coded refuse>refused dispute>disputed
contact_wanted     : want_clinician>clinician_wanted back_to_review>in_review confirm>confirmed withdraw>withdrawn see_code>coded refuse>refused dispute>disputed
clinician_wanted   : want_contact>contact_wanted back_to_review>in_review confirm>confirmed withdraw>withdrawn see_code>coded refuse>refused dispute>disputed
disputed           : back_to_review>in_review withdraw>withdrawn see_code>coded refuse>refused
confirmed          : reverse>reversal_requested see_code>coded see_reversal>visible
coded              : prove>effective lose_code>confirmed reverse>reversal_requested see_reversal>visible
effective          : lose_code>confirmed reverse>reversal_requested see_reversal>visible
refused            :
withdrawn          :
reversal_requested : confirm_reversal>reversal_confirmed keep>confirmed keep_coded>coded see_reversal>visible
reversal_confirmed : see_reversal>visible
visible            :
`

func TestTheTableIsTheOneAgreed(t *testing.T) {
	verbs := []objection.Verb{objection.Submit, objection.Adopt, objection.OpenReview, objection.WantContact, objection.WantClinician, objection.BackToReview, objection.Dispute, objection.Confirm, objection.Refuse,
		objection.Withdraw, objection.SeeCode, objection.LoseCode, objection.Prove, objection.Reverse, objection.ConfirmReversal, objection.Keep, objection.KeepCoded, objection.SeeReversal, "fly"}
	lines, total := strings.Split(strings.TrimSpace(agreed), "\n"), 0
	if len(lines) != len(objection.States()) {
		t.Fatal("states")
	}
	for i, line := range lines {
		from, rest, _ := strings.Cut(line, ":")
		state := casework.State(strings.TrimSpace(from))
		if objection.States()[i] != state {
			t.Errorf("%s is not the %d. state", state, i)
		}
		want := map[objection.Verb]casework.State{}
		for _, f := range strings.Fields(rest) {
			v, to, _ := strings.Cut(f, ">")
			want[objection.Verb(v)] = casework.State(to)
		}
		total += len(want)
		for _, v := range verbs {
			if to, ok := objection.Next(state, v); ok != (want[v] != "") || to != want[v] {
				t.Errorf("%s by %s leads to %q, not %q", state, v, to, want[v])
			}
		}
		if got := objection.Verbs(state); len(got) != len(want) {
			t.Errorf("%s: %v", state, got)
		}
	}
	if len(objection.Transitions()) != total {
		t.Errorf("%d transitions, not %d", len(objection.Transitions()), total)
	}
}

// A history that does not fit is named by where it stops fitting.
func TestAHistoryThatDoesNotFit(t *testing.T) {
	step := func(kind, from, to string) casework.Event {
		return casework.Event{Kind: kind, From: casework.State(from), To: casework.State(to)}
	}
	sent := step("submit", "draft", "submitted")
	for name, c := range map[string]struct {
		events []casework.Event
		state  casework.State
		fits   bool
	}{
		"nothing yet":               {nil, "draft", true},
		"sent":                      {[]casework.Event{sent}, "submitted", true},
		"a note":                    {[]casework.Event{sent, step("note", "submitted", "submitted")}, "submitted", true},
		"a note that moves":         {[]casework.Event{sent, step("note", "submitted", "refused")}, "submitted", false},
		"another beginning":         {[]casework.Event{sent, step("open_review", "draft", "in_review")}, "submitted", false},
		"another end":               {[]casework.Event{sent, step("open_review", "submitted", "confirmed")}, "submitted", false},
		"a verb out of place":       {[]casework.Event{sent, step("confirm", "submitted", "confirmed")}, "submitted", false},
		"one that leads nowhere":    {[]casework.Event{sent, step("confirm", "submitted", "")}, "submitted", false},
		"after the end":             {[]casework.Event{sent, step("withdraw", "submitted", "withdrawn"), step("withdraw", "withdrawn", "withdrawn")}, "withdrawn", false},
		"from elsewhere, that fits": {[]casework.Event{sent, step("confirm", "in_review", "confirmed")}, "submitted", false},
	} {
		state, err := objection.Derive(c.events)
		if state != c.state || (err == nil) != c.fits {
			t.Errorf("%s: %s, %v", name, state, err)
		}
	}
}

func TestListsOfTheFormAreWhole(t *testing.T) {
	for _, c := range [][2]string{
		{fmt.Sprint(objection.Subjects()), "[self child adult]"},
		{fmt.Sprint(objection.Ways()), "[app email text letter phone]"},
		{fmt.Sprint(objection.Worries()), "[who_sees mistakes sensitive safety someone_known principle other]"},
		{fmt.Sprint(objection.Settlements()), "[agreement court_order best_interests]"},
		{fmt.Sprint(objection.Outcomes(objection.FoundWish)), "[agrees disagrees cannot_say]"},
		{fmt.Sprint(objection.Outcomes("guess")), "[]"},
		{fmt.Sprint(len(objection.AllBars()), " ", objection.AllBars()[0]), "11 person_unknown"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s, not %s", c[0], c[1])
		}
	}
}

// What somebody says of another is looked at field by field: each fault is named at
// its own field, once, and a whole form has none.
func TestWhatIsAskedIsChecked(t *testing.T) {
	today := deadline.On(2026, 11, 23)
	child := func(more func(*objection.Answers)) objection.Answers {
		a := forChild("2018-05-05")
		if more != nil {
			more(&a)
		}
		return a
	}
	adult := func(more func(*objection.Answers)) objection.Answers {
		return child(func(a *objection.Answers) {
			a.Subject, a.BirthDate, a.Ground, a.Agrees = objection.Adult, "1950-01-01", patient.Attorney, ""
			if more != nil {
				more(a)
			}
		})
	}
	long := strings.Repeat("é", 101)
	for name, c := range map[string]struct {
		a    objection.Answers
		want string
	}{
		"for oneself": {self, ""},
		"whole": {child(func(a *objection.Answers) {
			a.Evidence, a.Worries = []patient.Proof{patient.BirthCertificate}, objection.Worries()
		}), ""},
		"whole, for an adult":        {adult(func(a *objection.Answers) { a.Evidence = []patient.Proof{patient.OPGRegister} }), ""},
		"nothing":                    {objection.Answers{}, "subject:objection.subject.missing ways:objection.ways.missing"},
		"for whom":                   {objection.Answers{Subject: "dog", Contact: self.Contact}, "subject:objection.subject.missing"},
		"no way":                     {objection.Answers{Subject: objection.Self}, "ways:objection.ways.missing"},
		"a strange way":              {objection.Answers{Subject: objection.Self, Contact: objection.Contact{Ways: []string{"pigeon", "owl"}}}, "ways:objection.ways.unknown"},
		"a strange worry":            {objection.Answers{Subject: objection.Self, Contact: self.Contact, Worries: []string{"rain", "snow", "other"}}, "worries:objection.worries.unknown"},
		"words of the full length":   {objection.Answers{Subject: objection.Self, Contact: self.Contact, Words: strings.Repeat("é", 2000)}, ""},
		"too many words":             {objection.Answers{Subject: objection.Self, Contact: self.Contact, Words: strings.Repeat("é", 2001)}, "words:objection.words.long"},
		"a long address":             {objection.Answers{Subject: objection.Self, Contact: objection.Contact{Ways: self.Contact.Ways, Value: long}}, "contact:objection.contact.long"},
		"nobody's name":              {child(func(a *objection.Answers) { a.Given, a.Family = " ", "" }), "given:objection.given.missing family:objection.family.missing"},
		"long names":                 {child(func(a *objection.Answers) { a.Given, a.Family = long, long }), "given:objection.given.long family:objection.family.long"},
		"no birthday":                {child(func(a *objection.Answers) { a.BirthDate = "May" }), "birth_date:objection.birth_date.invalid"},
		"born tomorrow":              {child(func(a *objection.Answers) { a.BirthDate = "2026-11-24" }), "birth_date:objection.birth_date.future"},
		"born today":                 {child(func(a *objection.Answers) { a.BirthDate = "2026-11-23" }), ""},
		"a child of age":             {child(func(a *objection.Answers) { a.BirthDate = "2008-11-23" }), "birth_date:objection.birth_date.adult"},
		"a child of almost age":      {child(func(a *objection.Answers) { a.BirthDate = "2008-11-24" }), ""},
		"no wish":                    {child(func(a *objection.Answers) { a.Agrees = "" }), "agrees:objection.agrees.missing"},
		"a power for a child":        {child(func(a *objection.Answers) { a.Ground = patient.Attorney }), "ground:objection.ground.missing"},
		"no ground":                  {child(func(a *objection.Answers) { a.Ground = "" }), "ground:objection.ground.missing"},
		"evidence of something else": {child(func(a *objection.Answers) { a.Evidence = []patient.Proof{patient.CourtOrder, patient.Agreement} }), "evidence:objection.evidence.unknown"},
		"an adult who is a child":    {adult(func(a *objection.Answers) { a.BirthDate = "2018-05-05" }), "birth_date:objection.birth_date.child"},
		"an adult without birthday":  {adult(func(a *objection.Answers) { a.BirthDate = "" }), "birth_date:objection.birth_date.invalid"},
		"a mother of an adult":       {adult(func(a *objection.Answers) { a.Ground = patient.BirthMother }), "ground:objection.ground.missing"},
		"an adult without a name":    {adult(func(a *objection.Answers) { a.Given = "" }), "given:objection.given.missing"},
	} {
		var got []string
		for _, f := range c.a.Problems(today) {
			got = append(got, f.Name+":"+f.Message)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, not %s", name, got, c.want)
		}
	}
}

// Who is known to staff is as well known as by photograph; and nothing is said twice.
func TestIdentityOfWhoAsks(t *testing.T) {
	today := deadline.On(2026, 11, 23)
	for level, want := range map[string]string{"P9": "[]", objection.LevelChecked: "[]", "P5": "[identity_unproven]", "": "[identity_unproven]"} {
		o := objection.Objection{Subject: objection.Self, BirthDate: "1950-01-01", Level: level}
		o.Person, o.State = "somebody", objection.InReview
		if got := fmt.Sprint(objection.Bars(o, today)); got != want {
			t.Errorf("%q: %s", level, got)
		}
	}
}

func TestFromWhenAnObjectionMatters(t *testing.T) {
	today := deadline.On(2026, 11, 23)
	for birth, want := range map[string]string{"2018-05-05": "2036-05-05", "2008-11-23": "", "2008-11-24": "2026-11-24", "1950-01-01": "", "": "", "May": ""} {
		if got := objection.MattersFrom(birth, 18, today); got != want {
			t.Errorf("%q: %q, not %q", birth, got, want)
		}
	}
	for _, c := range []struct {
		birth   string
		subject objection.Subject
		minor   bool
	}{{"2018-05-05", objection.Self, true}, {"1950-01-01", objection.Child, false}, {"", objection.Self, false}, {"", objection.Adult, false}, {"", objection.Child, true}, {"2008-11-24", objection.Adult, true}} {
		if got := (objection.Objection{BirthDate: c.birth, Subject: c.subject}).Minor(today); got != c.minor {
			t.Errorf("%q for %s: %t", c.birth, c.subject, got)
		}
	}
}

// Staff who give no care themselves close no child's case alone, neither by refusing
// nor by taking it back (S-49); whoever asked may, and so may staff for an adult.
func TestNobodyClosesAChildsCaseAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		mother, child, ref := h.family("2018-05-05")
		h.ok(h.Identify(ctx, h.manager, ref, child, 0, req))
		_, err := h.Withdraw(ctx, h.manager, ref, 0, req)
		h.bars(err, objection.BarClinician)
		h.is(ref, objection.InReview)
		h.ok(h.RecordClinician(ctx, h.gp, ref, objection.NoConcern, "", req))
		h.ok(h.Withdraw(ctx, h.manager, ref, 0, req))
		h.is(ref, objection.Withdrawn)
		again := h.raised(mother, forChild("2018-05-05"))
		h.ok(h.Withdraw(ctx, mother, again, 0, req)) // who asked
		third := h.raised(mother, forChild("2018-05-05"))
		h.ok(h.Withdraw(ctx, h.gp, third, 0, req)) // who gives care
		adult := h.person("ada", "1950-01-01")
		own := h.raised(patientOf(adult, "ada"), self)
		h.ok(h.Withdraw(ctx, h.manager, own, 0, req))
	})
}

// Who asked for something to be taken back stands in the history.
func TestWhoTookItBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		adult, kid := patientOf(h.person("ada", "1950-01-01"), "ada"), h.person("kit", "2012-05-05")
		mother := patientOf(h.person("mother", "1985-01-01"), "mother")
		for _, c := range []struct {
			raise func() objection.Ref
			by    access.Viewer
			want  string
		}{
			{func() objection.Ref { return h.raised(adult, self) }, adult, "subject"},
			{func() objection.Ref { return h.raised(adult, self) }, h.manager, "staff"},
			{func() objection.Ref { return h.raised(mother, forChild("2012-05-05")) }, mother, "applicant"},
			{func() objection.Ref {
				ref := h.raised(mother, forChild("2012-05-05"))
				h.ok(h.Identify(ctx, h.manager, ref, kid, 0, req))
				return ref
			}, patientOf(kid, "kit"), "subject"},
		} {
			ref := c.raise()
			o, err := h.Withdraw(ctx, c.by, ref, 0, req)
			h.must(err)
			events, err := h.Cases.History(ctx, sys, o.Case)
			h.must(err)
			at := slices.IndexFunc(events, func(e casework.Event) bool { return e.Kind == string(objection.Withdraw) })
			if at < 0 || events[at].Detail["asked"] != c.want {
				t.Errorf("%s: %+v", c.want, events)
			}
		}
	})
}

// What staff find out has an outcome of the list and a note that is not a book.
func TestFindingsAreChecked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ref := h.raised(patientOf(h.person("ada", "1950-01-01"), "ada"), self)
		h.ok(h.Review(ctx, h.manager, ref, 0, req))
		for _, a := range []objection.Attempt{{Way: "phone", Outcome: "maybe"}, {Way: "phone"}, {Way: "phone", Outcome: objection.Reached, Note: strings.Repeat("x", 5000)}} {
			if _, err := h.Contact(ctx, h.manager, ref, a, req); err == nil {
				t.Errorf("taken: %.60v", a)
			}
		}
		r := objection.Refusal{Ground: objection.GroundCompelling, Reason: strings.Repeat("x", 5000), Rights: "r", Complaint: "c"}
		if r.Check() == nil {
			t.Error("a reason as long as a book")
		}
		if (objection.Refusal{Ground: objection.GroundCompelling, Reason: "x", Rights: "r", Complaint: "c"}).Check() != nil {
			t.Error("a whole refusal")
		}
	})
}

// What is over is closed, and is on nobody's list any more; what begins again is open.
func TestWhatIsOverIsClosed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		closed := func(ref objection.Ref, want bool) {
			t.Helper()
			o, _, err := h.Open(ctx, h.manager, ref, req)
			if h.must(err); o.Closed.IsZero() == want {
				t.Errorf("%s: closed %v", o.State, o.Closed)
			}
		}
		ada := patientOf(h.person("ada", "1950-01-01"), "ada")
		first := h.raised(ada, self)
		closed(first, false)
		h.ok(h.Withdraw(ctx, ada, first, 0, req))
		closed(first, true)
		second := h.raised(ada, self)
		h.ok(h.Review(ctx, h.manager, second, 0, req))
		h.ok(h.Refuse(ctx, h.gp, second, objection.Refusal{Ground: objection.GroundCompelling, Reason: "because", Rights: "ask again", Complaint: "write"}, 0, req))
		closed(second, true)
		third := h.raised(ada, self)
		h.ok(h.Review(ctx, h.manager, third, 0, req))
		h.ok(h.Confirm(ctx, h.manager, third, 0, req))
		closed(third, false)
		h.later(time.Minute)
		h.feed("surgery", ada.Person, true)
		closed(third, false)
		h.ok(h.Probed(ctx, sys, third, []objection.Probe{{Organisation: "surgery", At: h.now, Route: "/record", Denied: true, Status: 403}}))
		closed(third, true)
		h.later(time.Minute)
		h.ok(h.Reverse(ctx, ada, third, 0, req))
		closed(third, false)
		h.ok(h.ConfirmReversal(ctx, h.manager, third, 0, req))
		h.later(time.Minute)
		h.feed("surgery", ada.Person, false)
		closed(third, true)
	})
}
