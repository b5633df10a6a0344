package patient

import (
	"fmt"
	"strings"
	"testing"

	"candour/locales"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/deadline"
	"candour/models/invalid"
	"candour/models/letter"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/views/viewtest"
)

var (
	me       = opaque.Of("person")
	today    = deadline.DayOf(noon)
	partners = map[string]string{"surgery": "Mill Street Surgery", "hospital": "Northgate Hospital"}
)

// inState is a request about a child with something of everything.
func inState(s casework.State) Request {
	c := casework.Case{ID: opaque.Of(string(s)), Ref: "K7M3-Q2P9", Kind: casework.Objection, Person: me, About: "Kit Doe", Organisation: "surgery", Route: casework.Phone,
		Opened: noon, Received: "2026-11-20", Due: "2026-12-21", State: s, Version: 3}
	if s == objection.Effective || s == objection.Refused || s == objection.Withdrawn || s == objection.Visible {
		c.Closed = noon
	}
	staff := casework.By{Kind: access.Staff, ID: "s", Name: "Ann Lee"}
	r := Request{Objection: objection.Objection{Case: c, Subject: objection.Child, BirthDate: "2012-03-04", Confirmed: noon, Coded: noon, Effective: noon, ReviewOn: "2028-03-04", AskedOn: "2026-11-23",
		Partners: []objection.Partner{{Organisation: "surgery", Name: "Mill Street Surgery", Coded: noon}, {Organisation: "hospital", Name: "Northgate Hospital"}},
		Probes:   []objection.Probe{{Organisation: "surgery", At: noon, Denied: true}, {Organisation: "hospital", At: noon}}},
		By: access.Viewer{Kind: access.Patient, ID: "account", Person: me}, Names: partners, Today: today, MinAge: 18,
		Holder: organisation.Organisation{ID: "surgery", Name: "Mill Street Surgery", Phone: "01632 960001"}}
	r.File.Case = c
	for _, t := range objection.Transitions() {
		r.File.Events = append(r.File.Events, casework.Event{At: noon, Kind: string(t.Verb), From: t.From, To: t.To, By: staff, Detail: map[string]string{"route": "phone"}})
	}
	for _, e := range []casework.Event{{Kind: "found_contact", Reason: objection.NotReached, Detail: map[string]string{"who": "phone"}}, {Kind: "found_wish", Reason: objection.CannotSay}, {Kind: "not_parents"},
		{Kind: "transferred", Reason: "moved house", Detail: map[string]string{"to": "hospital"}}, {Kind: "review_ahead", Detail: map[string]string{"age": "16", "on": "2028-03-04"}}, {Kind: "review", Detail: map[string]string{"age": "16"}},
		{Kind: "asked", Detail: map[string]string{"age": "16"}}, {Kind: "answered"}, {Kind: "representative", Reason: patient.RepSuspended}, {Kind: "of another program"},
		{Kind: "refusal", Reason: "serious_harm", Detail: map[string]string{"clinician": "Dr Ann Lee", "reason": "words", "rights": "rights", "complaint": "complaint"}}} {
		e.At, e.By = noon, staff
		r.File.Events = append(r.File.Events, e)
	}
	r.File.Texts = []casework.Text{{At: noon, Body: "When?", By: casework.By{Kind: access.Patient, ID: "account"}}, {At: noon, Body: "Soon.", By: staff}}
	return r
}

// Every state has a name, a meaning and a page on which nothing is without words.
func TestARequestInEveryState(t *testing.T) {
	names := map[string]bool{}
	for _, state := range objection.States() {
		if state == objection.Draft {
			continue
		}
		r := inState(state)
		text := viewtest.Text(viewtest.Page(t, "request-"+string(state), shell, RequestPage(r)))
		for _, raw := range []string{"requests.", "letter.", "wish.", "{"} {
			if strings.Contains(text, raw) {
				t.Errorf("%s shows %q: %s", state, raw, text)
			}
		}
		names[stateName(locales.With(t.Context(), "en"), state)] = true
		taken, back := strings.Contains(text, "Take this request back"), strings.Contains(text, "Change my mind")
		if taken != objection.Undecided(state) || back != (state == objection.Confirmed || state == objection.Coded || state == objection.Effective) {
			t.Errorf("%s: take back %v, change my mind %v", state, taken, back)
		}
		if told := strings.Contains(text, "1 service could still see it"); told != objection.InForce(state) { // when none is in force, they are meant to
			t.Errorf("%s: that a probe saw the record is told: %v", state, told)
		}
	}
	if len(names) != len(objection.States())-1 {
		t.Errorf("two states have one name: %v", names)
	}
}

func TestTheListOfRequests(t *testing.T) {
	var all []casework.Case
	for _, s := range []casework.State{objection.Submitted, objection.ContactWanted, objection.Visible} {
		all = append(all, inState(s).File.Case)
	}
	all[0].Person, all[0].Due = "", casework.Paused
	text := viewtest.Text(viewtest.Page(t, "requests", shell, RequestsPage(Requests{Cases: all, Person: me, Names: partners, Unread: 2, Today: today})))
	if waiting, open := strings.Index(text, "Waiting for you"), strings.Index(text, "In progress"); waiting < 0 || open < waiting || !strings.Contains(text, "Objection for Kit Doe") || !strings.Contains(text, "stands still until you answer") || !strings.Contains(text, "Messages: 2 new") {
		t.Error(text)
	}
	codes := Requests{Person: me, Effect: patient.Effect{Hidden: true}, Sightings: []objection.Sighting{{Organisation: "Northgate Hospital", Refused: true, Effective: noon, Seen: noon, Gone: noon}, {Effective: noon, Seen: noon}}}
	text = viewtest.Text(viewtest.Page(t, "requests-codes", shell, RequestsPage(codes)))
	if !strings.Contains(text, "They stopped sending it") || !strings.Contains(text, "the service that looks after you recorded") && !strings.Contains(text, "The service that looks after you recorded") {
		t.Error(text)
	}
	codes.Cases = []casework.Case{inState(objection.Withdrawn).File.Case}
	if !codes.uncased() {
		t.Error("a request that was taken back explains a code of today")
	}
	codes.Cases = []casework.Case{inState(objection.Coded).File.Case}
	text = viewtest.Text(viewtest.Page(t, "requests-codes-beside", shell, RequestsPage(codes)))
	if !strings.Contains(text, "Recorded by services") || strings.Contains(text, "Nobody asked for this here") {
		t.Error("beside a request of one's own:", text)
	}
}

func TestLettersAndHowOneIsTold(t *testing.T) {
	l := letter.Letter{ID: opaque.Of("l"), Template: letter.ObjectionConfirmed, Version: 1, Fields: letter.Fields{"reference": "K7M3-Q2P9", "organisation": "surgery", "from": "2026-11-23"}, Organisation: "surgery",
		As: letter.Self, Language: "en", Format: letter.Standard, At: noon, StateAt: noon}
	page := Messages{Page: letter.Page{Letters: []letter.Letter{l}, Unread: 1, More: true}, Names: partners, Older: true}
	for name, words := range map[string]string{"messages": "The objection is agreed"} {
		if text := viewtest.Text(viewtest.Page(t, name, shell, MessagesPage(page))); !strings.Contains(text, words) || !strings.Contains(text, "Older messages") {
			t.Error(text)
		}
	}
	viewtest.Page(t, "messages-none", shell, MessagesPage(Messages{}))
	for _, f := range letter.Formats() {
		viewtest.Page(t, "message-"+string(f), shell, MessagePage(Message{Letter: l, Shown: f, Names: partners}))
	}
	notices := Notices{Chosen: letter.Preferences{Wishes: letter.Wishes{Language: "en", Format: letter.Standard, Email: "a@"}, By: map[letter.Kind][]letter.Channel{letter.Progress: {letter.Email}}},
		Problems: invalid.Fields{{Name: "email", Message: "letter.error.email"}}}
	if text := viewtest.Text(viewtest.Page(t, "notices", shell, NoticesPage(notices))); !strings.Contains(text, "Enter an email address like") {
		t.Error(text)
	}
}

func TestActingAndTheYoungPersonsPage(t *testing.T) {
	var all []objection.Acting
	for i, state := range []string{patient.RepClaimed, patient.RepActive, patient.RepSuspended, patient.RepEnded} {
		all = append(all, objection.Acting{Ref: opaque.Of(state), CaseRef: fmt.Sprintf("K7M3-Q2P%d", i+2), About: "Kit Doe", Subject: objection.Child, Ground: patient.BirthMother, State: state, UntilOn: "2030-03-04", Review: "2028-03-04"})
	}
	for _, doubt := range patient.Doubts() {
		all = append(all, objection.Acting{Ref: opaque.Of(string(doubt)), CaseRef: "K7M3-Q2P9", About: "Kit Doe", Ground: patient.Attorney, State: patient.RepSuspended, Doubt: doubt})
	}
	text := viewtest.Text(viewtest.Page(t, "acting", shell, ActingPage(Acting{All: all})))
	if strings.Contains(text, "acting.") || !strings.Contains(text, "A birthday has come") {
		t.Error(text)
	}
	viewtest.Page(t, "acting-none", shell, ActingPage(Acting{}))
	viewtest.Page(t, "acting-stopped", shell, ActingStoppedPage())
	wish := Wish{Request: inState(objection.InReview), Problems: invalid.Fields{{Name: "outcome", Message: "objection.wish.missing"}}, NotParents: true}
	if text := viewtest.Text(viewtest.Page(t, "wish", shell, WishPage(wish))); !strings.Contains(text, "Do not tell my parents") {
		t.Error(text)
	}
}
