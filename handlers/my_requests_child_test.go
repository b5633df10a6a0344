package handlers

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/patient"
)

func forKit(born string) objection.Answers {
	return objection.Answers{Subject: objection.Child, Given: "Kit", Family: "Doe", BirthDate: born, Relation: "mother", Ground: patient.BirthMother, Agrees: objection.CannotSay}
}

// Ids, references and form tokens differ between any two pages.
var changing = regexp.MustCompile(`[a-z2-7]{26}|[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9a-f]{16}|(?:value|nonce)="[^"]*"`)

func (g *surgery) bare(browser *http.Client, path string) string {
	g.t.Helper()
	_, main, _ := strings.Cut(g.says(browser, path, nil), "<main")
	main, _, _ = strings.Cut(main, "</main>")
	return changing.ReplaceAllString(main, "#")
}

// Whether a child of that name is held here cannot be told from any page: nobody is
// held; somebody is and has not been found; staff have found them.
func TestNoPageTellsWhetherTheChildIsHeld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := openSurgery(t, d)
		pages := map[string][]string{}
		for n, key := range []string{"one", "two", "three"} {
			g.now = monday
			mother := g.born(key, "1985-01-01")
			ref := g.sent(mother, forKit("2018-05-05"))
			kit := opaque.ID("")
			if n > 0 {
				kit = g.born("kit-of-"+key, "2018-05-04").Person // held with another day than was stated
			}
			g.now = monday.Add(time.Minute)
			g.ok(g.Objections.Review(t.Context(), g.manager, ref, 0, at))
			if n == 2 {
				g.ok(g.Objections.Identify(t.Context(), g.manager, ref, kit, 0, at))
				g.ok(g.Objections.RecordClinician(t.Context(), g.gp, ref, objection.NoConcern, "", at))
				g.ok(g.Objections.RecordCompetence(t.Context(), g.gp, ref, objection.NotCompetent, "", at))
			}
			browser := g.enter(key)
			for _, path := range []string{"/my/requests", "/my/requests/" + string(ref), "/my/acting", "/my/messages"} {
				pages[path[:min(len(path), 13)]] = append(pages[path[:min(len(path), 13)]], strings.ReplaceAll(g.bare(browser, path), "Name of "+key, "#"))
			}
			if got := g.ask(browser, get, "/my/requests/"+string(ref)+"/wish", nil); got.StatusCode != http.StatusNotFound {
				t.Errorf("a parent at the child's own page: %d", got.StatusCode)
			}
		}
		for path, all := range pages {
			half := len(all) / 3
			for i := range half {
				if all[i] != all[i+half] || all[i] != all[i+2*half] {
					t.Errorf("%s tells them apart:\n%s\n\n%s\n\n%s", path, all[i], all[i+half], all[i+2*half])
				}
			}
		}
	})
}

// family is a mother, her child, and the mother's request, with the child found.
func (g *surgery) family(born string) (mother, child access.Viewer, ref objection.Ref) {
	mother, child = g.born("mother", "1985-01-01"), g.born("kit", born)
	ref = g.sent(mother, forKit(born))
	g.ok(g.Objections.Review(g.t.Context(), g.manager, ref, 0, at))
	g.ok(g.Objections.Identify(g.t.Context(), g.manager, ref, child.Person, 0, at))
	return mother, child, ref
}

// A young person says what they want themselves; their parents do not read it, and
// when they ask that parents are not told, nothing more reaches a parent.
func TestTheYoungPersonsOwnPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := openSurgery(t, d)
		_, _, ref := g.family("2012-01-02") // 14
		page := "/my/requests/" + string(ref)
		kit, mother := g.enter("kit"), g.enter("mother")
		g.says(kit, "/my/requests", []string{"Objection for you"})
		g.says(kit, page, []string{"Say what you want", page + "/wish", "They are under 18", "The objection begins to matter on 2 January 2030"})
		g.says(mother, page, []string{"They are under 18"}, "Say what you want")
		if got := g.sends(kit, page+"/wish", page+"/wish", url.Values{"words": {"Leave it open"}}); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Select whether you want this") || !strings.Contains(got.body, "Leave it open") {
			t.Errorf("nothing chosen: %d", got.StatusCode)
		}
		got := g.sends(kit, page+"/wish", page+"/wish", url.Values{"outcome": {"disagrees"}, "words": {"I want it seen"}, "not_parents": {"yes"}})
		if got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != page+"?said=1" {
			t.Fatalf("%d %s", got.StatusCode, got.body)
		}
		g.says(kit, page+"?said=1", []string{"We wrote down what you want", "said that they do not want this", "asked that their parents are not told"})
		g.says(mother, page, nil, "do not want this", "not told", "I want it seen")
		if got := g.sends(mother, page, page+"/wish", url.Values{"outcome": {"agrees"}, "words": {"She wants it"}}); got.StatusCode != http.StatusForbidden || g.count("SELECT COUNT(*) FROM objection_findings WHERE kind = 'wish'") != 1 {
			t.Errorf("a parent speaks for the child: %d", got.StatusCode)
		}
		before := g.count("SELECT COUNT(*) FROM letters WHERE role = 'parent' AND state <> 'cancelled'")
		fatal(t, g.Objections.Message(t.Context(), g.manager, ref, "Only for you", "", at))
		g.ok(g.Objections.WantContact(t.Context(), g.manager, ref, "why", false, 0, at))
		if after := g.count("SELECT COUNT(*) FROM letters WHERE role = 'parent' AND state <> 'cancelled'"); after != before {
			t.Errorf("%d letters more reached a parent", after-before)
		}
		g.says(mother, page, nil, "Only for you")
		g.says(mother, "/my/messages", []string{"There are no messages for you yet"})
		g.says(kit, page, []string{"Only for you"})
		g.says(kit, "/my/messages", []string{"There is a message in your request", "wants to talk to you"})
	})
}

// Acting for somebody: checked, until when; at 16 it is suspended, says so, and
// opens nothing more.
func TestActingEndsAndSaysSo(t *testing.T) {
	g := openSurgery(t, dbtest.SQLite(t))
	_, _, ref := g.family("2011-05-06") // 15
	page, mother := "/my/requests/"+string(ref), g.enter("mother")
	g.says(mother, "/my/acting", []string{"Kit Doe", "Not checked yet", "6 May 2029", `data-standing="claimed"`})
	seen := patient.Authority{Ground: patient.BirthMother, Seen: []patient.Proof{patient.BirthCertificate}}
	g.ok(g.Objections.RecordAuthority(t.Context(), g.manager, ref, seen, "account-mother", at))
	g.says(mother, "/my/acting", []string{">Checked<", "6 May 2027", "6 May 2029"})
	g.says(mother, page, []string{"Take this request back"})

	g.now = time.Date(2027, 5, 6, 1, 0, 0, 0, time.UTC)
	if _, err := g.Objections.Representatives(t.Context(), access.ForSystem("test")); err != nil {
		t.Fatal(err)
	}
	mother, kit := g.enter("mother"), g.enter("kit")
	g.says(mother, "/my/acting", []string{">Suspended<", "They are 16 or 17, and decide themselves."})
	got := g.ask(mother, get, page, nil)
	if got.StatusCode != http.StatusForbidden || !strings.Contains(got.body, "You cannot act for this person at the moment") || !strings.Contains(got.body, "/my/acting") || strings.Contains(got.body, "Mill Street") {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
	g.says(kit, page, []string{"Objection for you"})
	g.says(kit, "/my/acting", []string{"You have not asked for anything for somebody else"}, "Kit Doe")
}

// A code that nobody requested here appears in the person's own list, with who
// recorded it, and counts at once.
func TestACodeThatNobodyRequested(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := openSurgery(t, d)
		me := g.born("ann", "1980-05-06")
		g.code("hospital", me.Person, true)
		browser := g.enter("ann")
		g.says(browser, "/my/requests", []string{"Recorded by services", "Northgate Hospital recorded on 23 November 2026 that you object to sharing", "Nobody can see your record through this service"})
		g.now = g.now.Add(5 * time.Minute)
		g.code("hospital", me.Person, false)
		g.says(browser, "/my/requests", []string{"Northgate Hospital recorded on 23 November 2026 that your record may be shared", "Staff who care for you can see your record"})
	})
}

// It is taken back here as easily as what was asked for here.
func TestWhatAServiceRecordedIsTakenBackHere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := openSurgery(t, d)
		me := g.born("ann", "1980-05-06")
		browser := g.enter("ann")
		if got := g.sends(browser, "/my/notices", "/my/objection/recorded", url.Values{}); got.StatusCode != http.StatusNotFound {
			t.Errorf("with nothing recorded: %d", got.StatusCode)
		}
		g.code("hospital", me.Person, true)
		g.says(browser, "/my/objection", []string{"You have objected already: Northgate Hospital recorded it"})
		for range 2 { // a second press leads to the same request
			got := g.sends(browser, "/my/notices", "/my/objection/recorded", url.Values{})
			if n := g.count("SELECT count(*) FROM cases WHERE state = 'coded'"); !strings.HasSuffix(got.Header.Get("Location"), "/change-of-mind") || n != 1 {
				t.Fatalf("taking it back leads to %d %s, with %d requests", got.StatusCode, got.Header.Get("Location"), n)
			}
			g.says(browser, got.Header.Get("Location"), []string{"mind"})
		}
		g.says(browser, "/my/requests", []string{"Agreed and recorded"})
	})
}

// What is somebody else's is not there; who has proved too little is told what to do;
// and every page leaves its entry in the access log.
func TestRequestsAreTheirOwnersAlone(t *testing.T) {
	g := openSurgery(t, dbtest.SQLite(t))
	ref := g.sent(g.born("ann", "1980-05-06"), objection.Answers{Subject: objection.Self})
	g.born("bob", "1980-05-06")
	ann, bob := g.enter("ann"), g.enter("bob")
	letters := regexp.MustCompile(`/my/messages/[a-z2-7]{26}`).FindString(g.says(ann, "/my/messages", []string{"We have the objection"}))
	g.says(ann, letters, []string{"We have the objection", "Mill Street Surgery"})
	for _, path := range []string{"/my/requests/" + string(ref), letters, "/my/requests/" + string(ref) + "/wish", "/my/requests/aaaaaaaaaaaaaaaaaaaaaaaaaa", "/my/requests/x", "/my/messages?after=1.x"} {
		if got := g.ask(bob, get, path, nil); got.StatusCode != http.StatusNotFound || strings.Contains(got.body, "Mill Street") {
			t.Errorf("%s: %d", path, got.StatusCode)
		}
	}
	if got := g.sends(bob, "/my/notices", "/my/requests/"+string(ref)+"/messages", url.Values{"body": {"hello"}}); got.StatusCode != http.StatusNotFound {
		t.Errorf("writing into somebody else's request: %d", got.StatusCode)
	}
	if got := g.sends(bob, "/my/notices", "/my/requests/"+string(ref)+"/wish", url.Values{"outcome": {"agrees"}}); got.StatusCode != http.StatusNotFound {
		t.Errorf("speaking for somebody else: %d", got.StatusCode)
	}
	if n := g.count("SELECT COUNT(*) FROM case_texts") + g.count("SELECT COUNT(*) FROM objection_findings"); n != 0 {
		t.Errorf("%d things were written", n)
	}
	for _, path := range []string{"/my/requests", "/my/requests/" + string(ref), "/my/messages", letters, "/my/notices", "/my/acting"} {
		before := g.count("SELECT COUNT(*) FROM audit_entries")
		g.says(ann, path, nil)
		if g.count("SELECT COUNT(*) FROM audit_entries") == before {
			t.Errorf("%s left no entry in the access log", path)
		}
	}
}
