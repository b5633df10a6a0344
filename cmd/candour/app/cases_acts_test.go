package app

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/evidence"
	"candour/models/objection"
	"candour/models/opaque"
)

// What can be done with a case, through the pages that ask for it.
func TestWorkingOnCases(t *testing.T) {
	p := start(t, filepath.Join(t.TempDir(), "candour.db"))
	for name, one := range map[string]func(*testing.T, *portal){
		"a child's case is not closed by staff alone": aChildsCase, "two decide at once": twoDecideAtOnce, "who works on it": whoWorksOnIt,
		"messages and notes": messagesAndNotes, "a dispute is a state": aDisputeIsAState, "written down for somebody": writtenDownForSomebody,
		"taken back on the telephone": takenBackOnTheTelephone, "handed on": handedOn,
		"a second person": aSecondPerson, "evidence is saved, not shown": evidenceIsSavedNotShown,
	} {
		t.Run(name, func(t *testing.T) { one(t, p) })
	}
}

// forChild raises a request of a parent for a child of nine.
func (p *portal) forChild(t testing.TB, asker string, a objection.Answers) casework.Case {
	t.Helper()
	a.Subject, a.Given, a.Family, a.BirthDate, a.Relation, a.Ground, a.Agrees = objection.Child, "Leo", "Bright", "2017-10-14", "mother", "birth_mother", "cannot_say"
	return p.raise(t, asker, a)
}

// identify finds the child on the page and chooses them.
func (b *browser) identify(ref opaque.ID) answer {
	b.t.Helper()
	a := b.act(ref, "identity", url.Values{"family": {"Bright"}, "birth_date-day": {"14"}, "birth_date-month": {"10"}, "birth_date-year": {"2017"}})
	if a.Status != http.StatusOK || !strings.Contains(a.Body, "BRIGHT, Leo (Master)") {
		b.t.Fatalf("not found: %d %s", a.Status, text(a.Body))
	}
	return b.send(a, casePath(ref, "identity"), url.Values{"seen": {field(b.t, a.Body, "seen")}, "person": {field(b.t, a.Body, "person")}})
}

// S-48, S-49: identity found, competence and a clinician's entry by a named clinician,
// authority seen; only then is it confirmed.
func aChildsCase(t *testing.T, p *portal) {
	c := p.forChild(t, "many-sources", objection.Answers{})
	manager, gp := p.signIn(t, "practice-manager"), p.signIn(t, "gp")
	manager.act(c.ID, "review", nil)
	page := manager.get(casePath(c.ID, ""))
	for _, words := range []string{"Objection for Leo Bright, a child", "Find out whom this is about", "A clinician must assess whether the child is competent", "Depends on the other checks", "Birth mother"} {
		if !strings.Contains(page.Body, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	if strings.Contains(page.Body, casePath(c.ID, "competence")) {
		t.Error("a manager is offered the clinician's entry")
	}
	a := manager.act(c.ID, "decision", url.Values{"decision": {"confirm"}})
	if a.Status != http.StatusUnprocessableEntity || p.state(t, c.ID) != objection.InReview || !strings.Contains(a.Body, "A named clinician must make an entry first") {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	if a = manager.identify(c.ID); !strings.Contains(a.Body, "The person is identified") || !strings.Contains(a.Body, "BRIGHT, Leo (Master)") || !strings.Contains(a.Body, "begins to matter on 14 October 2035") {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	competence := manager.get(casePath(c.ID, "competence"))
	if a = manager.send(competence, casePath(c.ID, "competence"), url.Values{"seen": {field(t, competence.Body, "seen")}, "outcome": {"not_competent"}, "note": {"x"}}); a.Status != http.StatusForbidden {
		t.Errorf("a manager assessed a child: %d", a.Status)
	}
	if a = gp.act(c.ID, "competence", url.Values{"note": {"He is nine."}}); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "He is nine.") || !strings.Contains(a.Body, "Choose whether the child is competent") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	gp.act(c.ID, "competence", url.Values{"outcome": {"not_competent"}, "note": {"He is nine."}})
	if a = manager.get(casePath(c.ID, "")); !strings.Contains(a.Body, "See evidence of who may act") {
		t.Error("nobody says that evidence of authority is to be seen")
	}
	gp.act(c.ID, "clinician-entry", url.Values{"outcome": {"no_concern"}, "note": {"Spoke to his mother."}})
	if a = manager.act(c.ID, "authority", url.Values{"ground": {"birth_mother"}}); !strings.Contains(a.Body, "None of its evidence has been seen") {
		t.Errorf("no doubt without evidence: %s", text(a.Body))
	}
	if a = manager.act(c.ID, "authority", url.Values{"ground": {"birth_mother"}, "seen_proof": {"birth_certificate"}, "until-day": {"31"}, "until-month": {"2"}, "until-year": {"2027"}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("31 February: %d", a.Status)
	}
	if a = manager.act(c.ID, "authority", url.Values{"ground": {"birth_mother"}, "seen_proof": {"birth_certificate"}}); a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	if a = manager.act(c.ID, "decision", url.Values{"decision": {"confirm"}}); p.state(t, c.ID) != objection.Confirmed {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	for _, words := range []string{"Dr Amara Nwosu", "Spoke to his mother.", "Not coded here: only this portal enforces it", "416409005"} {
		if a = manager.get(casePath(c.ID, "")); !strings.Contains(a.Body, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
}

// Two who decide at once: one wins, the other sees what changed and keeps their text.
func twoDecideAtOnce(t *testing.T, p *portal) {
	c := p.raise(t, "allergy-conflict", objection.Answers{})
	manager, gp := p.signIn(t, "practice-manager"), p.signIn(t, "gp")
	manager.act(c.ID, "review", nil)
	page := gp.get(casePath(c.ID, "decision"))
	seen := field(t, page.Body, "seen")
	manager.act(c.ID, "decision", url.Values{"decision": {"contact"}, "why": {"To talk about it."}})
	a := gp.send(page, casePath(c.ID, "decision"), with(refusing, "seen", seen, "sure", "1"))
	if a.Status != http.StatusConflict || p.state(t, c.ID) != objection.ContactWanted {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	for _, words := range []string{"changed while you were writing", "Contact wanted", "Devinder Gill", "Waiting for contact", "It would put her at risk.", "Write to us."} {
		if !strings.Contains(a.Body, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	if a = gp.send(a, casePath(c.ID, "decision"), with(refusing, "seen", field(t, a.Body, "seen"), "sure", "1")); p.state(t, c.ID) != objection.Refused {
		t.Errorf("sent again it is refused: %d %s", a.Status, text(a.Body))
	}
	if a = gp.get(casePath(c.ID, "")); !strings.Contains(a.Body, "You can object again.") || !strings.Contains(a.Body, "Write to us.") {
		t.Error("the four parts are not on the page")
	}
	for _, bad := range []string{"", "0", "-1", "x"} {
		if a = gp.send(page, casePath(c.ID, "decision"), with(refusing, "seen", bad, "sure", "1")); a.Status != http.StatusBadRequest {
			t.Errorf("a decision on version %q: %d", bad, a.Status)
		}
	}
}

func whoWorksOnIt(t *testing.T, p *portal) {
	c := p.raise(t, "merged-trust", objection.Answers{})
	manager, gp := p.signIn(t, "practice-manager"), p.signIn(t, "gp")
	if a := manager.act(c.ID, "work", nil); !strings.Contains(a.Body, "You are working on this now") {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	if a := gp.get(casePath(c.ID, "")); !strings.Contains(a.Body, "Devinder Gill") || !strings.Contains(a.Body, "is working on this, since 9:30am") {
		t.Errorf("%s", text(a.Body))
	}
	if a := gp.act(c.ID, "work", nil); a.Status != http.StatusConflict || !strings.Contains(a.Body, "Why do you take it over?") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	if a := gp.act(c.ID, "work", url.Values{"reason": {"They are ill."}}); !strings.Contains(a.Body, "You are working on this now") || !strings.Contains(a.Body, "They are ill.") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	page := gp.get(casePath(c.ID, ""))
	if a := gp.send(page, casePath(c.ID, "leaving"), url.Values{"seen": {field(t, page.Body, "seen")}}); a.Status != http.StatusOK || strings.Contains(manager.get(casePath(c.ID, "")).Body, "is working on this") {
		t.Errorf("%d", a.Status)
	}
	taken := manager.send(manager.get("/cases"), "/cases/next", url.Values{})
	if taken.Status != http.StatusOK || !strings.Contains(taken.Body, "This request is yours now") {
		t.Errorf("%d %s", taken.Status, text(taken.Body))
	}
}

func messagesAndNotes(t *testing.T, p *portal) {
	c := p.raise(t, "holiday", objection.Answers{})
	me := access.Viewer{Kind: access.Patient, ID: "account-holiday", Name: "Somebody Asking", Person: c.Person, Level: "P9"}
	manager := p.signIn(t, "practice-manager")
	if a := manager.act(c.ID, "message", url.Values{"body": {" "}}); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "Enter what you want to say") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	manager.act(c.ID, "message", url.Values{"body": {"When may we <b>ring</b>?"}, "audience": {"all"}})
	manager.act(c.ID, "note", url.Values{"body": {"Asked at the desk."}})
	manager.act(c.ID, "note", url.Values{"body": {"We are on it."}, "visible": {"1"}})
	page := manager.get(casePath(c.ID, ""))
	for _, words := range []string{"When may we &lt;b&gt;ring&lt;/b&gt;?", "Asked at the desk.", "Staff only", "Not read yet"} {
		if !strings.Contains(page.Body, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	_, file, err := p.Objections.Open(context.Background(), me, c.ID, casework.Request{})
	if err != nil || len(file.Texts) != 2 {
		t.Fatalf("%v: the person reads %d texts", err, len(file.Texts))
	}
	if a := manager.send(page, casePath(c.ID, "note-strike"), url.Values{"seen": {field(t, page.Body, "seen")}, "note": {"2"}}); !strings.Contains(a.Body, "<del") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	if err := p.Cases.Write(context.Background(), me, c.ID, "On Monday.", "", casework.Request{}); err != nil {
		t.Fatal(err)
	}
	page = manager.get(casePath(c.ID, ""))
	if a := manager.send(page, casePath(c.ID, "reading"), url.Values{"seen": {field(t, page.Body, "seen")}}); !strings.Contains(a.Body, "On Monday.") || strings.Contains(a.Body, casePath(c.ID, "reading")) {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	events := func(path string) int {
		n := 0
		walk(t, manager.get(path).Body, func(node *html.Node) {
			if attr(node, "data-event") != "" {
				n++
			}
		})
		return n
	}
	all, parts := events(casePath(c.ID, "")), 0
	for _, part := range []string{"decisions", "messages", "work"} {
		n := events(casePath(c.ID, "") + "?log=" + part)
		if parts += n; n >= all {
			t.Errorf("%s: %d of %d lines", part, n, all)
		}
	}
	if parts != all {
		t.Errorf("the parts have %d lines of %d", parts, all)
	}
}

func aDisputeIsAState(t *testing.T, p *portal) {
	c := p.forChild(t, "stale-feed", objection.Answers{Ground: "birth_mother"})
	manager := p.signIn(t, "practice-manager")
	manager.act(c.ID, "review", nil)
	if a := manager.act(c.ID, "disagreement", url.Values{"outcome": {"disagrees"}, "note": {"He rang."}}); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "Enter who it is") || !strings.Contains(a.Body, "He rang.") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	if a := manager.act(c.ID, "disagreement", url.Values{"who": {"the father"}, "outcome": {"disagrees"}, "note": {"He rang."}}); p.state(t, c.ID) != objection.Disputed {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	if a := manager.act(c.ID, "settlement", url.Values{"how": {"agreement"}}); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "This does not settle it") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	manager.act(c.ID, "position", url.Values{"who": {"the father"}, "outcome": {"agrees"}})
	if a := manager.act(c.ID, "settlement", url.Values{"how": {"agreement"}, "note": {"Both were here."}}); p.state(t, c.ID) != objection.InReview {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
}

// S-50: by telephone it is the same case; the identity of who asks is established.
func writtenDownForSomebody(t *testing.T, p *portal) {
	manager := p.signIn(t, "practice-manager")
	page := manager.get("/cases/new")
	if a := manager.send(page, "/cases/new/search", url.Values{"family": {"Raman"}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("found without a date of birth: %d", a.Status)
	}
	who := p.Demo.World.People["no-known-allergies"]
	row, err := p.DB.QueryRow(context.Background(), "SELECT nhs_number, birth_date FROM persons WHERE id = ?", string(who))
	var number, born string
	if err == nil {
		err = row.Scan(&number, &born)
	}
	if err != nil {
		t.Fatal(err)
	}
	found := manager.send(page, "/cases/new/search", url.Values{"nhs_number": {number}, "birth_date-day": {born[8:]}, "birth_date-month": {born[5:7]}, "birth_date-year": {born[:4]}})
	path := "/cases/new/" + string(who)
	if found.Status != http.StatusOK || !strings.Contains(found.Body, path) {
		t.Fatalf("%d %s", found.Status, text(found.Body))
	}
	form := manager.get(path)
	said := url.Values{"route": {"phone"}, "subject": {"self"}, "words": {"She does not want it."}, "ways": {"phone", "letter"}}
	if a := manager.send(form, path, with(said)); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "Establish who is asking") || !strings.Contains(a.Body, "She does not want it.") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	if a := manager.send(form, path, with(said, "checked", "1", "route", "")); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "Choose how they asked") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	if a := manager.send(form, path, with(said, "checked", "1", "received-day", "1", "received-month", "1", "received-year", "2030")); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "must not be in the future") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	a := manager.send(form, path, with(said, "checked", "1", "received-day", "20", "received-month", "11", "received-year", "2026"))
	for _, words := range []string{"The request is written down", "By phone, taken by Devinder Gill", "Checked by staff", "She does not want it.", "20 November 2026", "RAMAN, Priya (Ms)"} {
		if a.Status != http.StatusOK || !strings.Contains(a.Body, words) {
			t.Errorf("%d, the page does not say %q: %s", a.Status, words, text(a.Body))
		}
	}
	if again := manager.send(form, path, with(said, "checked", "1")); again.Status != http.StatusConflict || !strings.Contains(again.Body, a.URL.Path) || !strings.Contains(again.Body, "She does not want it.") {
		t.Errorf("%d %s", again.Status, text(again.Body))
	}
	for _, id := range []string{string(opaque.Of("nobody")), string(p.Demo.World.People["restricted"])} {
		if a := manager.get("/cases/new/" + id); a.Status != http.StatusNotFound {
			t.Errorf("somebody who may not be known of: %d", a.Status)
		}
	}
	if a := p.signIn(t, "receptionist").get(path); a.Status == http.StatusOK {
		t.Error("a receptionist without the right writes requests down")
	}
}

func takenBackOnTheTelephone(t *testing.T, p *portal) {
	c := p.raise(t, "sensitive", objection.Answers{})
	manager := p.signIn(t, "practice-manager")
	manager.act(c.ID, "review", nil)
	manager.act(c.ID, "decision", url.Values{"decision": {"confirm"}})
	if a := manager.act(c.ID, "withdrawal", nil); p.state(t, c.ID) != objection.ReversalRequested {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	if a := manager.act(c.ID, "keeping", nil); p.state(t, c.ID) != objection.Confirmed {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	manager.act(c.ID, "withdrawal", nil)
	if a := manager.act(c.ID, "reversal", nil); p.state(t, c.ID) != objection.ReversalConfirmed || !strings.Contains(a.Body, "417528008") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	if a := p.signIn(t, "gp").get("/patients/" + string(c.Person) + "/record"); a.Status == http.StatusOK {
		t.Error("seen before the reversal code came")
	}
}

func handedOn(t *testing.T, p *portal) {
	c := p.raise(t, "partly-proven", objection.Answers{})
	manager := p.signIn(t, "practice-manager")
	if a := manager.act(c.ID, "transfer", nil); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	a := manager.act(c.ID, "transfer", url.Values{"provider": {"castle-street"}, "why": {"She has moved."}})
	if a.URL.Path != "/cases" || !strings.Contains(a.Body, "The request is with the other provider now") || strings.Contains(a.Body, c.Ref) {
		t.Fatalf("%d %s %s", a.Status, a.URL, text(a.Body))
	}
	if a = manager.get(casePath(c.ID, "")); a.Status != http.StatusNotFound {
		t.Errorf("still open to whoever had it: %d", a.Status)
	}
	if a = p.signIn(t, "two-roles").get("/cases"); a.Status != http.StatusOK { // a role is chosen first
		t.Logf("%d", a.Status)
	}
}

// A world of its own: there is one child, and one request about them.
func TestTwoRequestsAboutOnePerson(t *testing.T) {
	p := start(t, filepath.Join(t.TempDir(), "candour.db"))
	first, second := p.forChild(t, "conflicting-doses", objection.Answers{}), p.forChild(t, "moved-away", objection.Answers{})
	manager := p.signIn(t, "practice-manager")
	manager.act(first.ID, "review", nil)
	if page := manager.get("/cases?ref=" + first.Ref); !strings.Contains(page.Body, "Find out whom this is about") {
		t.Error("the queue does not say that nobody has been found")
	}
	for _, bad := range []string{"", "none", "K7M3-Q2P9"} {
		if a := manager.act(second.ID, "joining", url.Values{"reference": {bad}}); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("joined with %q: %d", bad, a.Status)
		}
	}
	into := url.Values{"reference": {strings.ToLower(first.Ref)}}
	if a := manager.act(second.ID, "joining", into); a.Status == http.StatusOK && a.URL.Path == casePath(first.ID, "") {
		t.Error("joined before anybody knew that they are about the same child")
	}
	manager.identify(first.ID)
	if a := manager.identify(second.ID); a.Status != http.StatusConflict {
		t.Errorf("a second request about the same child: %d %s", a.Status, text(a.Body))
	}
	a := manager.act(second.ID, "joining", into)
	if a.URL.Path != casePath(first.ID, "") || p.state(t, second.ID) != objection.Withdrawn {
		t.Errorf("%d %s %s", a.Status, a.URL, text(a.Body))
	}
}

func aSecondPerson(t *testing.T, p *portal) {
	p.Objections.Settings.SecondPerson = true
	defer func() { p.Objections.Settings.SecondPerson = false }()
	c := p.raise(t, "reversed", objection.Answers{})
	manager, gp := p.signIn(t, "practice-manager"), p.signIn(t, "gp")
	manager.act(c.ID, "review", nil)
	gp.act(c.ID, "clinician-entry", url.Values{"outcome": {"concern"}, "note": {"At risk."}})
	if a := manager.act(c.ID, "decision", with(refusing, "sure", "1")); !strings.Contains(a.Body, "a second person must agree") || p.state(t, c.ID) != objection.InReview {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	if a := gp.get(casePath(c.ID, "decision")); !strings.Contains(a.Body, "A refusal is proposed") || !strings.Contains(a.Body, "To agree, refuse the objection yourself") {
		t.Errorf("%s", text(a.Body))
	}
	if a := manager.act(c.ID, "decision", with(refusing, "sure", "1")); p.state(t, c.ID) != objection.InReview {
		t.Fatalf("one person alone refused: %d", a.Status)
	}
	if a := gp.act(c.ID, "decision", with(refusing, "sure", "1")); p.state(t, c.ID) != objection.Refused {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
}

// A file that was sent is given out to those who handle the case alone, as a file to
// save under a name of ours.
func evidenceIsSavedNotShown(t *testing.T, p *portal) {
	ctx := context.Background()
	me := access.Viewer{Kind: access.Patient, ID: "account-ordinary-02", Name: "Somebody Asking", Person: p.Demo.World.People["ordinary-02"], Level: "P9"}
	a := objection.Answers{Subject: objection.Child, Given: "Ann", Family: "Other", BirthDate: "2018-01-02", Relation: "mother", Ground: "birth_mother", Agrees: "cannot_say", Provider: "riverside",
		Contact: objection.Contact{Ways: []string{"phone"}}}
	d, err := p.Objections.Start(ctx, me, a, casework.Request{})
	if err != nil {
		t.Fatal(err)
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 40))); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Evidence.Add(ctx, me, d.ID, evidence.Upload{Name: "<b>birth</b>.png", Declared: "image/png", Body: picture.Bytes()}, casework.Request{}); err != nil {
		t.Fatal(err)
	}
	c, err := p.Objections.Raise(ctx, me, d.ID, casework.Request{})
	if err != nil {
		t.Fatal(err)
	}
	manager := p.signIn(t, "practice-manager")
	page, href := manager.get(casePath(c.ID, "")), ""
	walk(t, page.Body, func(n *html.Node) {
		if strings.Contains(attr(n, "href"), "/evidence/") {
			href = attr(n, "href")
		}
	})
	if href == "" || strings.Contains(page.Body, "<b>birth") {
		t.Fatalf("no file, or its name as markup: %s", text(page.Body))
	}
	file := manager.get(href)
	if file.Status != http.StatusOK || file.Body != picture.String() || !strings.HasPrefix(file.Header.Get("Content-Disposition"), `attachment; filename="evidence-`) ||
		file.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(file.Header.Get("Cache-Control"), "no-store") || !strings.Contains(file.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%d %v", file.Status, file.Header)
	}
	for _, persona := range []string{"receptionist", "hospital-doctor", "many-sources"} {
		if a := p.signIn(t, persona).get(href); a.Status == http.StatusOK || strings.Contains(a.Body, "PNG") {
			t.Errorf("%s has the file: %d", persona, a.Status)
		}
	}
}
