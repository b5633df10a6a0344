package handlers

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/signin"
	"candour/handlers/web"
	"candour/models/access"
	"candour/models/audit"
	"candour/models/casework"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/job"
	"candour/models/letter"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/static"
)

// surgery is the server with requests and letters, a surgery with its staff, and
// people who log in without proof.
type surgery struct {
	*house
	d           *db.DB
	now         time.Time
	manager, gp access.Viewer
	staff       map[string]access.Viewer // who can log in as staff
	serial      int
}

var at = objection.Request{Route: "/test"}

func openSurgery(t *testing.T, d *db.DB) *surgery {
	t.Helper()
	if err := static.Missing(); err != nil {
		t.Skip("SKIPPED: ", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	fatal(t, err)
	g := &surgery{house: &house{t: t, url: "http://" + listener.Addr().String()}, d: d, now: monday, staff: map[string]access.Viewer{}}
	var c clock.Clock = func() time.Time { return g.now }
	gate := access.NewGate(access.Deps{DB: d, Log: audit.New(d, c), Clock: c, Policy: access.PolicyFacts{Version: "test-1", MinAge: 18, ClaimFor: time.Hour}})
	jobs := job.NewQueue(d, c, nil)
	letters := letter.NewStore(d, gate, c, jobs)
	cases := casework.NewStore(casework.Deps{DB: d, Gate: gate, Clock: c, Notify: objection.Letters(d, letters)})
	sharing, reps := patient.NewSharing(d, c, patient.SharingPolicy{}), patient.NewRepresentatives(d, c)
	objections := objection.NewStore(objection.Deps{DB: d, Gate: gate, Clock: c, Cases: cases, Sharing: sharing, Reps: reps, KeepBack: letters.KeepBack,
		Settings: objection.Settings{MinAge: 18, CodeAlarm: 72 * time.Hour, Step: 20}})
	g.Server = &Server{Deps: Deps{DB: d, Clock: c, Gate: gate, Organisations: organisation.NewStore(d), Patients: patient.NewStore(d, gate, c), Cases: cases, Objections: objections,
		Letters: letters, Jobs: jobs, Representatives: reps, Sharing: sharing, MinAge: 18, Region: "Three Rivers", PublicURL: g.url}}
	g.shell, err = web.NewApp(web.Config{DB: d, Clock: c, PublicURL: g.url, ErrorPage: g.errorPage, Dress: g.dress})
	fatal(t, err)
	registry, err := signin.NewRegistry(g.url, c, signin.Demo(g.url, "candour")...)
	fatal(t, err)
	g.entrance = &signin.Desk{Registry: registry, Origin: g.shell.Origin()}
	fatal(t, g.shell.Mount(append(append(g.requestRoutes(), g.objectionRoutes()...), Route{Method: get, Pattern: "/enter/:who", Audience: web.SignIn, Shape: web.Act, Handler: g.letIn})))
	for _, o := range []organisation.Organisation{{ID: "surgery", ODSCode: "E81999", Name: "Mill Street Surgery", Kind: organisation.Practice, Phone: "01632 960 001"},
		{ID: "hospital", ODSCode: "RC9", Name: "Northgate Hospital", Kind: organisation.Acute}} {
		o.InRegion, o.State = true, organisation.Connected
		fatal(t, g.Organisations.Register(t.Context(), o))
		fatal(t, g.Organisations.RegisterSource(t.Context(), organisation.Source{ID: "feed-" + o.ID, OrganisationID: o.ID, SystemKind: "gp", State: organisation.Connected, FreshHours: 24}))
	}
	g.manager, g.gp = g.member("manager", access.ManageRequests), g.member("gp", access.ViewRecord)
	go func() { _ = g.App().Listener(listener) }()
	t.Cleanup(func() { _ = g.App().ShutdownWithTimeout(time.Second) })
	return g
}

func (g *surgery) member(id string, can ...access.Capability) access.Viewer {
	g.exec("INSERT INTO staff (id, issuer, subject, name, training_until) VALUES (?, 'i', ?, ?, ?)", id, id, id, monday.AddDate(40, 0, 0).UnixMilli())
	return access.Viewer{Kind: access.Staff, ID: id, Name: "Staff " + id, Organisation: "surgery", OrganisationName: "Mill Street Surgery", Capabilities: can}
}

func (g *surgery) exec(query string, args ...any) {
	g.t.Helper()
	fatal(g.t, g.d.Do(context.Background(), func(ctx context.Context) error { _, err := g.d.Exec(ctx, query, args...); return err }))
}

// letIn makes the browser that of the person of a key.
func (g *surgery) letIn(c *fiber.Ctx, _ access.Viewer) error {
	me, works := g.staff[c.Params("who")]
	if !works {
		me = person(c.Params("who"))
	}
	if err := web.Enter(c, web.Entrance{Account: me.ID, Kind: me.Kind}); err != nil {
		return err
	}
	return web.Become(c, me)
}

func person(key string) access.Viewer {
	return access.Viewer{Kind: access.Patient, ID: "account-" + key, Name: "Name of " + key, Person: opaque.Of("person", key), Level: "P9"}
}

// born puts somebody into the surgery's list and gives them an account.
func (g *surgery) born(key, on string) access.Viewer {
	g.t.Helper()
	g.serial++
	me := person(key)
	g.exec(`INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key,
 phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
 VALUES (?, ?, ?, ?, ?, 'Kit', '', '', 'female', '', '', '', '', '', 'E81999', '', ?, ?, 0, 1, 0)`, string(me.Person), fmt.Sprint(9990000000+g.serial), on, key, key, false, false)
	g.exec("INSERT INTO accounts (id, issuer, subject, person_id, signed_in_at, previous_at) VALUES (?, 'i', ?, ?, 1, 0)", me.ID, me.ID, string(me.Person))
	return me
}

func (g *surgery) enter(key string) *http.Client {
	g.t.Helper()
	browser := g.client()
	if got := g.ask(browser, get, "/enter/"+key, nil); got.StatusCode != http.StatusOK {
		g.t.Fatalf("enter: %d %s", got.StatusCode, got.body)
	}
	return browser
}

// sent is a request of somebody.
func (g *surgery) sent(by access.Viewer, a objection.Answers) objection.Ref {
	g.t.Helper()
	a.Contact = objection.Contact{Ways: []string{"app"}}
	if a.Subject != objection.Self {
		a.Provider = "surgery"
	}
	d, err := g.Objections.Start(g.t.Context(), by, a, at)
	fatal(g.t, err)
	c, err := g.Objections.Raise(g.t.Context(), by, d.ID, at)
	fatal(g.t, err)
	return c.ID
}

func (g *surgery) ok(_ objection.Objection, err error) {
	g.t.Helper()
	fatal(g.t, err)
}

var tokenField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// sends fills in the form of a page.
func (g *surgery) sends(browser *http.Client, page, action string, form url.Values) got {
	g.t.Helper()
	token := tokenField.FindStringSubmatch(g.ask(browser, get, page, nil).body)
	if token == nil {
		g.t.Fatalf("%s has no form", page)
	}
	form.Set("csrf", token[1])
	return g.ask(browser, post, action, form)
}

// says fails unless a page is there and says all of these, and none of those.
func (g *surgery) says(browser *http.Client, path string, words []string, not ...string) string {
	g.t.Helper()
	got := g.ask(browser, get, path, nil)
	if got.StatusCode != http.StatusOK {
		g.t.Fatalf("%s: %d", path, got.StatusCode)
	}
	for _, w := range words {
		if !strings.Contains(got.body, w) {
			g.t.Errorf("%s does not say %q", path, w)
		}
	}
	for _, w := range not {
		if strings.Contains(got.body, w) {
			g.t.Errorf("%s says %q", path, w)
		}
	}
	return got.body
}

// code is a code in the feed of an organisation.
func (g *surgery) code(org string, who opaque.ID, refused bool) {
	g.t.Helper()
	g.serial++
	fatal(g.t, g.d.Do(context.Background(), func(ctx context.Context) error {
		_, err := g.d.Exec(ctx, "INSERT INTO consent_events (person_id, item_id, source_id, code, refused, effective_at, recorded_at, place) VALUES (?, ?, ?, 'x', ?, ?, ?, 0)",
			string(who), string(opaque.Of("item", fmt.Sprint(g.serial))), "feed-"+org, refused, g.now.UnixMilli(), g.now.UnixMilli())
		if err == nil {
			_, err = g.Sharing.Apply(ctx, who)
		}
		return err
	}))
	_, err := g.Objections.CodeSeen(context.Background(), access.ForSystem("test"))
	fatal(g.t, err)
}

// Somebody follows their request from the day it is sent until it is taken back.
func TestARequestIsFollowed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := openSurgery(t, d)
		ctx := t.Context()
		me := g.born("ann", "1980-05-06")
		browser := g.enter("ann")
		g.says(browser, "/my/requests", []string{"You have not asked for anything here yet", "/my/objection"})
		ref := g.sent(me, objection.Answers{Subject: objection.Self})
		page := "/my/requests/" + string(ref)
		g.says(browser, "/my/requests", []string{"Objection for you", ">Sent<", page, "Messages: 1 new", "You will hear by 23 December 2026", "In progress"})
		g.says(browser, page, []string{"Mill Street Surgery", "01632 960 001", "The request was sent", "Take this request back", "/change-of-mind", "There are no messages yet"}, "Change my mind", "Services that take part")

		g.ok(g.Objections.Review(ctx, g.manager, ref, 0, at))
		g.ok(g.Objections.WantContact(ctx, g.manager, ref, "We would like to talk about your medicines list", false, 0, at))
		g.says(browser, "/my/requests", []string{"Waiting for you", "They want to talk to you"})
		g.ok(g.Objections.Contact(ctx, g.manager, ref, objection.Attempt{Way: "phone", Outcome: objection.NotReached}, at))
		g.ok(g.Objections.Contact(ctx, g.manager, ref, objection.Attempt{Way: "phone", Outcome: objection.Reached, Note: "staff only note"}, at))
		g.says(browser, page, []string{"They tried to make contact and reached nobody", "Contact was made", "By phone.", "We would like to talk about your medicines list", "Staff manager"}, "staff only note")

		g.ok(g.Objections.Confirm(ctx, g.manager, ref, 0, at))
		g.says(browser, page, []string{"agreed to the objection", "In force since", "Change my mind", "This service keeps the record hidden there", "Northgate Hospital"}, "Take this request back", "we tried to see")
		g.code("surgery", me.Person, true)
		g.now = g.now.Add(time.Minute)
		g.ok(g.Objections.Probed(ctx, access.ForSystem("probe"), ref, []objection.Probe{{Organisation: "surgery", At: g.now, Route: "/r", Denied: true, Status: 403, Entry: 7}, {Organisation: "hospital", At: g.now, Route: "/r", Denied: true, Status: 403, Entry: 8}}))
		g.says(browser, page, []string{"Agreed and proven", "Recorded in their own system on 23 November 2026", "as a member of staff of 2 services. All of them were refused", "Tried and proven on"})
		g.says(browser, "/my/requests", []string{"Finished", "Agreed and proven"})

		g.ok(g.Objections.Reverse(ctx, me, ref, 0, at))
		g.says(browser, page, []string{"Asked to share again", "Keep the objection", "/kept"}, "Change my mind")
	})
}

// Messages go both ways; what was typed stays when it cannot be sent.
func TestMessagesInARequest(t *testing.T) {
	g := openSurgery(t, dbtest.SQLite(t))
	ref := g.sent(g.born("ann", "1980-05-06"), objection.Answers{Subject: objection.Self})
	browser, page := g.enter("ann"), "/my/requests/"+string(ref)
	if got := g.sends(browser, page, page+"/messages", url.Values{"body": {"When will you decide?"}}); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != page+"?sent=1" {
		t.Fatalf("%d %s", got.StatusCode, got.Header.Get("Location"))
	}
	fatal(t, g.Objections.Message(t.Context(), g.manager, ref, "Next <b>week</b>", "", at))
	g.says(browser, page+"?sent=1", []string{"When will you decide?", "Next &lt;b&gt;week&lt;/b&gt;", "Your message was sent"})
	if n := g.count("SELECT COUNT(*) FROM case_texts WHERE by_kind = 'staff' AND read_at = 0"); n != 0 {
		t.Error("what was read is not noted as read")
	}
	long := strings.Repeat("a", 4000)
	if got := g.sends(browser, page, page+"/messages", url.Values{"body": {"  "}}); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.body, "There is a problem") {
		t.Errorf("an empty message: %d", got.StatusCode)
	}
	if got := g.sends(browser, page, page+"/messages", url.Values{"body": {long}}); got.StatusCode != http.StatusSeeOther {
		t.Errorf("the longest that a form takes: %d", got.StatusCode)
	}
}

func (g *surgery) count(query string, args ...any) (n int) {
	g.t.Helper()
	row, err := g.d.QueryRow(context.Background(), query, args...)
	fatal(g.t, err)
	fatal(g.t, row.Scan(&n))
	return n
}

// A refusal says who, on what ground, why, what the rights are and how to complain.
func TestARefusalOnItsPage(t *testing.T) {
	g := openSurgery(t, dbtest.SQLite(t))
	ref := g.sent(g.born("ann", "1980-05-06"), objection.Answers{Subject: objection.Self})
	g.ok(g.Objections.Review(t.Context(), g.manager, ref, 0, at))
	g.ok(g.Objections.RecordClinician(t.Context(), g.gp, ref, objection.Concern, "seen", at))
	g.ok(g.Objections.Refuse(t.Context(), g.gp, ref, objection.Refusal{Ground: objection.GroundHarm, Reason: "Their own words", Rights: "What may be done", Complaint: "Where to write"}, 0, at))
	letter := regexp.MustCompile(`data-letter="objection_refused"><h2[^>]*><a href="([^"]+)"`).FindStringSubmatch(g.says(g.enter("ann"), "/my/messages", nil))
	g.says(g.enter("ann"), letter[1], []string{"The decision was made by Staff gp", "It would put somebody at risk of serious harm", "complain to Mill Street Surgery", "Information Commissioner", "call 01632 960 001"}, "Their own words")
	g.says(g.enter("ann"), "/my/requests/"+string(ref), []string{"Not agreed", "It would put somebody at risk of serious harm", "Decided by Staff gp on 23 November 2026", "Their own words", "What may be done", "Where to write"}, "Take this request back", "Change my mind")
}
