package staff

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"candour/locales"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/deadline"
	"candour/models/evidence"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/views/layout"
	"candour/views/viewtest"
)

var (
	now     = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	shell   = layout.Shell{Audience: layout.Staff, Name: "Devinder Gill", Role: "Administrator", Organisation: "Riverside Surgery", Requests: true, CSRF: "token"}
	manager = access.Viewer{Kind: access.Staff, ID: "manager", Name: "Devinder Gill", OrganisationName: "Riverside Surgery", Capabilities: []access.Capability{access.ManageRequests}}
	doctor  = access.Viewer{Kind: access.Staff, ID: "doctor", Name: "Dr Amara Nwosu", OrganisationName: "Riverside Surgery", Capabilities: []access.Capability{access.ViewRecord}}
)

// a case about a child with everything that a page can show.
func full(state casework.State, by access.Viewer) Case {
	staff := casework.By{Kind: access.Staff, ID: "manager", Name: "Devinder Gill", Role: "Administrator"}
	person := casework.By{Kind: access.Patient, ID: "account", Name: "Delphine Abbotsley"}
	c := casework.Case{ID: opaque.Of("case"), Ref: "K7M3-Q2P9", Kind: casework.Objection, About: "Jory Abbotsley", Organisation: "riverside", Route: casework.Portal, TakenName: "Delphine Abbotsley",
		Opened: now, Received: "2026-10-20", Due: "2026-11-20", State: state, Version: 4, Alarm: objection.AlarmCodeNotSeen, Lock: casework.Lock{By: "other", Name: "Somebody Else", At: now}}
	o := objection.Objection{Case: c, Subject: objection.Child, BirthDate: "2014-07-02", Level: "P9", ReviewOn: "2027-07-02", ProposedBy: "manager",
		Answers: objection.Answers{Subject: objection.Child, Given: "Jory", Family: "Abbotsley", BirthDate: "2014-07-02", Relation: "mother", Ground: patient.BirthMother, Understands: "yes", Agrees: objection.Agrees,
			Worries: objection.Worries(), Words: "Words\nof their own", Contact: objection.Contact{Ways: objection.Ways(), Value: "01632 960001", Language: "en", Interpreter: true, LargePrint: true}, NotParents: true},
		Partners: []objection.Partner{{Organisation: "a", Name: "Riverside Surgery", Coded: now}, {Organisation: "b", Name: "Northgate", Reversed: now}, {Organisation: "c", Name: "Council"}},
		Probes:   []objection.Probe{{Organisation: "a", At: now, Denied: true, Status: 403}, {Organisation: "b", At: now, Status: 200}}}
	seq := 0
	for kind, outcomes := range map[objection.FindingKind][]string{objection.FoundContact: {"not_reached"}, objection.FoundCompetence: {"competent"}, objection.FoundWish: {"disagrees"},
		objection.FoundClinician: {"concern"}, objection.FoundAuthority: {"proven", "doubtful"}, objection.FoundPosition: {"agrees"}} {
		for _, outcome := range outcomes {
			seq++
			who := map[objection.FindingKind]string{objection.FoundContact: "phone", objection.FoundAuthority: "not_proven", objection.FoundPosition: "the father"}[kind]
			o.Findings = append(o.Findings, objection.Finding{Seq: seq, Kind: kind, At: now, By: staff, Outcome: outcome, Who: who, Note: "A note"})
		}
	}
	f := casework.File{Case: c, Whom: casework.Subject{Family: "Abbotsley", Given: "Jory", Title: "Master", Born: "2014-07-02", NHSNumber: "9990000018", Practice: "Riverside Surgery"},
		Texts: []casework.Text{{Seq: 1, At: now, By: person, Body: "A question", ShownTo: casework.ForApplicant}, {Seq: 2, Note: true, At: now, By: staff, Body: "A note", ShownTo: casework.ForStaff},
			{Seq: 3, Note: true, At: now, By: staff, Body: "Wrong", ShownTo: casework.ForAll, Struck: now}, {Seq: 4, At: now, By: staff, Body: "An answer", ShownTo: casework.ForAll, Read: now}},
		Clocks: []casework.Clock{{Name: "objection", Term: deadline.Term{Rule: deadline.Objection, Pauses: []deadline.Pause{{Open: true}, {}}}}, {Name: "code_seen"}}}
	for _, kind := range []string{"submit", "open_review", "refusal", "refusal_proposed", "settled", "assigned", "alarm", "want_contact", "review", "found_wish", "message", "joined"} {
		e := casework.Event{At: now, Kind: kind, By: staff, Detail: map[string]string{"reason": "Why", "rights": "Rights", "complaint": "Complain", "name": "Somebody", "age": "11", "asked": "The father"}}
		switch kind {
		case "refusal", "refusal_proposed":
			e.Reason = string(objection.GroundHarm)
		case "alarm":
			e.Reason = objection.AlarmProbeSaw
		case "settled":
			e.Reason = string(objection.ByCourt)
		}
		f.Events = append(f.Events, e)
	}
	return Case{Objection: o, File: f, Now: now, Viewer: by, MinAge: 18, Evidence: []evidence.File{{ID: opaque.Of("file"), Name: "certificate.pdf", Kind: evidence.PDF, Size: 2000}}}
}

func TestQueuePages(t *testing.T) {
	row := casework.Row{Case: full(objection.Confirmed, manager).Objection.Case, Family: "Abbotsley", Given: "Jory", NHSNumber: "9990000018", DueIn: casework.Overdue, Days: 3}
	found := casework.Queue{Rows: []casework.Row{row}, Total: 1, Cards: casework.Cards{Open: 4, Overdue: 1}, Next: "next", Previous: "back",
		Views: []casework.View{{ID: opaque.Of("view"), Name: "Late ones", Query: "due=overdue", Shared: true}}, Colleagues: []casework.Colleague{{ID: "doctor", Name: "Dr Amara Nwosu"}}}
	every := url.Values{"due": {"overdue"}, "state": {"coded"}, "assigned": {"me"}, "kind": {"objection"}, "ref": {"K7M3"}, "alarm": {"1"}, "closed": {"1"}}
	for name, q := range map[string]Queue{
		"queue": {Query: url.Values{}, Found: found, Viewer: manager}, "filtered": {Query: every, Found: found, Viewer: manager, Told: Told{Batch: opaque.Of("batch"), Given: 2, Dropped: 1}},
		"nothing": {Query: url.Values{"due": {"overdue"}}, Found: casework.Queue{Cards: casework.Cards{Open: 3}}, Viewer: doctor, Told: Told{NoNext: true}},
		"found":   {Query: url.Values{}, Found: found, Viewer: manager, Searched: true, Typed: "Abbotsley", Told: Told{Undone: true, Dropped: 1}},
		"problem": {Query: url.Values{"due": {"today"}}, Found: casework.Queue{Total: casework.Countless, Rows: found.Rows}, Viewer: manager, Problems: invalid.Fields{{Name: "name", Message: "case.view.missing"}}},
		"empty":   {Query: url.Values{}, Viewer: manager, Told: Told{Saved: true}}, "moved": {Query: url.Values{}, Viewer: manager, Told: Told{Transferred: true}}, "removed": {Query: url.Values{}, Viewer: manager, Told: Told{Removed: true}},
	} {
		root := viewtest.Page(t, "cases-"+name, shell, QueuePage(q))
		if text := viewtest.Text(root); name == "nothing" && !strings.Contains(text, "3 open requests are hidden by your filters") {
			t.Errorf("%s: %s", name, text)
		}
	}
	for name, a := range map[string]Assignment{"some": {Rows: found.Rows, Changed: []casework.Picked{{}}, Colleagues: found.Colleagues, Viewer: manager, Problems: NobodyChosen()}, "none": {Viewer: manager}} {
		viewtest.Page(t, "cases-assignment-"+name, shell, AssignmentPage(a))
	}
}

// Every state of a case, for both who handle it.
func TestCasePages(t *testing.T) {
	for _, state := range objection.States()[1:] {
		for name, by := range map[string]access.Viewer{"manager": manager, "doctor": doctor} {
			c := full(state, by)
			c.Done = "review"
			root := viewtest.Page(t, "case-"+string(state)+"-"+name, shell, CasePage(c))
			if strings.Contains(viewtest.Text(root), "Decide") != c.decidable() {
				t.Errorf("%s, %s: a decision is offered: %t", state, name, !c.decidable())
			}
		}
	}
	c := full(objection.InReview, manager)
	c.File.Whom, c.Evidence, c.File.Texts, c.Objection.Alarm, c.Objection.Lock = casework.Subject{}, nil, nil, "", casework.Lock{By: "manager", At: now}
	viewtest.Page(t, "case-unknown", shell, CasePage(c))
}

// Every page of an act, filled in and not, with what can be wrong with it; and every
// act has its words, its page and its line of success.
func TestActPages(t *testing.T) {
	conflict := &casework.Conflict{Case: full(objection.Refused, manager).Objection.Case, Changes: []casework.Event{{At: now, Kind: "refuse", By: casework.By{Name: "Dr Amara Nwosu"}}}}
	for _, noun := range nouns {
		if noun == "taken" || noun == "entered" || noun == "proposal" {
			continue
		}
		for name, by := range map[string]access.Viewer{"manager": manager, "doctor": doctor} {
			c := full(objection.InReview, by)
			choices := Choices{Organisations: []organisation.Organisation{{ID: "castle", Name: "Castle Street", State: organisation.Connected}}, Colleagues: []casework.Colleague{{ID: "x", Name: "X"}}, SecondPerson: true}
			viewtest.Page(t, "act-"+noun+"-"+name, shell, ActPage(Act{Case: c, Name: noun, Choices: choices}))
			c.Objection.ProposedBy = ""
			a := Act{Case: c, Name: noun, Values: map[string][]string{"why": {"Because"}, "decision": {"refuse"}}, Conflict: conflict, Barred: objection.AllBars(), Choices: choices,
				Problems: invalid.Fields{{Name: "outcome", Message: "objection.wish.missing"}, {Name: "birth_date", Message: "find.error.birth_missing"}}}
			a.Choices.Exists, a.Choices.Found = true, &patient.Found{}
			root := viewtest.Page(t, "act-"+noun+"-"+name+"-wrong", shell, ActPage(a))
			for _, words := range []string{"This request changed while you were writing", "Because", "Choose what they want", "There is a request about this person already"} {
				if !strings.Contains(viewtest.Text(root), words) {
					t.Errorf("%s: it does not say %q", noun, words)
				}
			}
		}
	}
	for _, subject := range []objection.Subject{objection.Self, objection.Adult} {
		c := full(objection.InReview, doctor)
		c.Objection.Subject, c.Objection.Answers.Ground = subject, patient.Deputy
		sure := Act{Case: c, Name: "decision", Sure: true, Values: map[string][]string{"ground": {"serious_harm"}, "reason": {"At risk"}, "rights": {"Rights"}, "complaint": {"Write"}}}
		root := viewtest.Page(t, "act-refusing-"+string(subject), shell, ActPage(sure))
		if text := viewtest.Text(root); !strings.Contains(text, "At risk") || !strings.Contains(text, "Dr Amara Nwosu") {
			t.Errorf("the page before refusing does not show the letter: %s", text)
		}
		viewtest.Page(t, "act-authority-"+string(subject), shell, ActPage(Act{Case: c, Name: "authority"}))
	}
}

func TestNewCasePages(t *testing.T) {
	viewtest.Page(t, "new", shell, NewPage(New{}))
	viewtest.Page(t, "new-none", shell, NewPage(New{Found: &patient.Found{}, Problems: invalid.Fields{{Name: "birth_date", Message: "find.error.birth_missing"}}}))
	whom := full(objection.InReview, manager).File.Whom
	viewtest.Page(t, "entry", shell, EntryPage(Entry{Act: Act{Case: Case{Viewer: manager, Now: now}, Name: "entry"}, Person: opaque.Of("person"), Whom: whom}))
	viewtest.Page(t, "entry-there", shell, EntryPage(Entry{Act: Act{Case: Case{Viewer: manager, Now: now}, Name: "entry", Problems: invalid.Fields{{Name: "checked", Message: "case.act.entry.checked_missing"}, {Name: "name", Message: "objection.name.missing"}}},
		Person: opaque.Of("person"), Whom: whom, Exists: opaque.Of("other"), There: true}))
	viewtest.Page(t, "entry-elsewhere", shell, EntryPage(Entry{Act: Act{Case: Case{Viewer: manager, Now: now}, Name: "entry"}, Person: opaque.Of("person"), Whom: whom, There: true}))
}

// Every word of a closed list is in the locales; a list that grows says so here.
func TestEveryWordOfACaseIsThere(t *testing.T) {
	for prefix, all := range map[string][]string{
		"case.state.": texts(objection.States()), "case.bar.": texts(objection.AllBars()), "case.ground.": texts(objection.RefusalGrounds()), "case.alarm.": objection.Alarms(), "case.alarm_text.": objection.Alarms(),
		"case.settled.": texts(objection.Settlements()), "case.worry.": objection.Worries(), "case.reach.": objection.Ways(), "case.doubt.": texts(patient.Doubts()), "case.kind.": texts(casework.Kinds()),
		"case.route.": texts(casework.Routes()), "case.done.": nouns, "case.filter.due_in.": texts(casework.Dues()), "case.authority.": texts(append(patient.ChildGrounds(), patient.AdultGrounds()...)),
	} {
		for _, word := range all {
			if !has(prefix + word) {
				t.Errorf("no sentence %s%s", prefix, word)
			}
		}
	}
	for _, v := range objection.Transitions() {
		if !has("case.event." + string(v.Verb)) {
			t.Errorf("no sentence for the line %s", v.Verb)
		}
	}
	for _, kind := range []objection.FindingKind{objection.FoundContact, objection.FoundCompetence, objection.FoundWish, objection.FoundClinician, objection.FoundAuthority, objection.FoundPosition} {
		if !has("case.event.found_" + string(kind)) {
			t.Errorf("no sentence for %s", kind)
		}
		for _, outcome := range objection.Outcomes(kind) {
			if !has("case.outcome." + outcome) {
				t.Errorf("no sentence for the outcome %s", outcome)
			}
		}
	}
	for _, g := range append(patient.ChildGrounds(), patient.AdultGrounds()...) {
		for _, p := range g.Proofs() {
			if !has("case.proof." + string(p)) {
				t.Errorf("no sentence for the proof %s", p)
			}
		}
	}
}

func has(key string) bool {
	_, ok := locales.Lookup(locales.With(context.Background(), locales.Default), key)
	return ok
}
