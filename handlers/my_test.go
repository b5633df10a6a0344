package handlers

import (
	"context"
	"encoding/csv"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/signin"
	"candour/handlers/web"
	"candour/models/access"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/static"
)

// patients is the server with what a patient's own pages need, and one way in that
// asks for no proof: signing in has tests of its own.
func patients(t *testing.T, d *db.DB, level string) (*house, *http.Client) {
	t.Helper()
	if err := static.Missing(); err != nil {
		t.Skip("SKIPPED: ", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	fatal(t, err)
	at := clock.Fixed(monday)
	log := audit.New(d, at)
	gate := access.NewGate(access.Deps{DB: d, Log: log, Clock: at, Policy: access.PolicyFacts{Version: "test-1", MinAge: 18, ClaimFor: time.Hour}})
	h := &house{t: t, url: "http://" + listener.Addr().String()}
	h.Server = &Server{Deps: Deps{DB: d, Clock: at, Gate: gate, Patients: patient.NewStore(d, gate, at), Region: "Three Rivers", Phone: "01632 960000", PublicURL: h.url}}
	h.shell, err = web.NewApp(web.Config{DB: d, Clock: at, PublicURL: h.url, ErrorPage: h.errorPage, Dress: h.dress})
	fatal(t, err)
	registry, err := signin.NewRegistry(h.url, at, signin.Demo(h.url, "candour")...)
	fatal(t, err)
	h.entrance = &signin.Desk{Registry: registry, Origin: h.shell.Origin()}
	me := access.Viewer{Kind: access.Patient, ID: "account", Name: "Amina Khan", Person: opaque.Of("person"), Level: level}
	fatal(t, h.shell.Mount(append(h.patientRoutes(), Route{Method: get, Pattern: "/enter", Audience: web.SignIn, Shape: web.Act,
		Handler: func(c *fiber.Ctx, _ access.Viewer) error {
			if err := web.Enter(c, web.Entrance{Account: me.ID, Kind: me.Kind}); err != nil {
				return err
			}
			return web.Become(c, me)
		}})))
	fillIn(t, d, log, me.Person)
	go func() { _ = h.App().Listener(listener) }()
	t.Cleanup(func() { _ = h.App().ShutdownWithTimeout(time.Second) })
	browser := h.client()
	if got := h.ask(browser, get, "/enter", nil); got.StatusCode != http.StatusOK {
		t.Fatalf("enter: %d %s", got.StatusCode, got.body)
	}
	return h, browser
}

// fillIn fills in the patient, a hospital and one access by its doctor.
func fillIn(t *testing.T, d *db.DB, log *audit.Log, me opaque.ID) {
	t.Helper()
	orgs := organisation.NewStore(d)
	fatal(t, orgs.Register(context.Background(), organisation.Organisation{ID: "surgery", ODSCode: "E81999", Name: "Mill Street Surgery", Kind: organisation.Practice, InRegion: true, State: organisation.Connected}))
	fatal(t, d.Do(context.Background(), func(ctx context.Context) error {
		if _, err := d.Exec(ctx, `INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key,
 phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
 VALUES (?, '9990000018', '1978-08-06', 'Khan', 'khan', 'Amina', '', '', 'female', '', '', '', '', '', 'E81999', '', ?, ?, 0, 1, 0)`, string(me), false, false); err != nil {
			return err
		}
		log.Append(ctx, audit.Entry{At: monday.Add(-time.Hour), Kind: audit.KindRecord, Outcome: audit.Shown, Reason: string(access.ReasonEvidence), Person: me,
			Viewer:   audit.Viewer{ID: "gp", Kind: "staff", Name: "Dr Tom Brook", Role: "R0260", Organisation: "surgery", OrganisationName: "Mill Street Surgery"},
			Relation: audit.Relation{Kind: "practice", Basis: access.BasisEvidence}, Policy: "test-1", Sections: []string{"medicines"}})
		return nil
	}))
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPatientSeesWhoLooked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, browser := patients(t, d, "P9")
		h.ask(browser, get, "/my/access-history", nil) // so that the patient has looked, whichever page comes first below
		for path, words := range map[string]string{
			"/my":                       "Hello Amina Khan",
			"/my/inclusion":             "Mill Street Surgery",
			"/my/access-history":        "Because you are registered at this GP surgery.",
			"/my/access-history/print":  "Dr Tom Brook",
			"/my/access-history/1":      "One access to your record",
			"/my/access-history?own=1":  "You looked at",
			"/my/access-history?role=x": "Nothing fits these filters",
		} {
			got := h.ask(browser, get, path, nil)
			if got.StatusCode != http.StatusOK || !strings.Contains(got.body, words) {
				t.Errorf("%s: %d, does not say %q", path, got.StatusCode, words)
			}
			if strings.Contains(got.body, "9990000018") || strings.Contains(got.body, "999 000 0018") {
				t.Errorf("%s shows an NHS number", path)
			}
		}
	})
}

func TestAccessHistoryAddresses(t *testing.T) {
	h, browser := patients(t, dbtest.SQLite(t), "P9")
	form := "/my/access-history?from-day=1&from-month=8&from-year=2026&to-day=&to-month=&to-year=&organisation=&role=R0260&section=&reason=&own=1"
	got := h.ask(browser, get, form, nil)
	if got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/my/access-history?from=2026-08-01&own=1&role=R0260" {
		t.Errorf("the form leads to %d %s", got.StatusCode, got.Header.Get("Location"))
	}
	wrong := h.ask(browser, get, "/my/access-history?from-day=45&from-month=8&from-year=2026", nil)
	if wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, `value="45"`) || strings.Contains(wrong.body, "Dr Tom Brook") {
		t.Errorf("a date that is none: %d", wrong.StatusCode)
	}
	for _, path := range []string{"/my/access-history/0", "/my/access-history/x", "/my/access-history/99999"} {
		if got := h.ask(browser, get, path, nil); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.StatusCode)
		}
	}
}

func TestAccessHistoryAsASpreadsheet(t *testing.T) {
	h, browser := patients(t, dbtest.SQLite(t), "P9")
	got := h.ask(browser, get, "/my/access-history/csv", nil)
	if got.StatusCode != http.StatusOK || got.Header.Get("Content-Type") != "text/csv; charset=utf-8" ||
		got.Header.Get("Content-Disposition") != `attachment; filename="who-looked.csv"` {
		t.Fatalf("%d %v", got.StatusCode, got.Header)
	}
	rows, err := csv.NewReader(strings.NewReader(got.body)).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][1] != "Dr Tom Brook" || rows[1][2] != "GP" {
		t.Errorf("%v %v", rows, err)
	}
}

// Somebody of whom nothing is held is told so, at each of their addresses, and not
// that they mistyped one.
func TestAPatientOfWhomNothingIsHeld(t *testing.T) {
	d := dbtest.SQLite(t)
	h, browser := patients(t, d, "P9")
	fatal(t, d.Do(context.Background(), func(ctx context.Context) error {
		_, err := d.Exec(ctx, "DELETE FROM persons WHERE id = ?", string(opaque.Of("person")))
		return err
	}))
	for _, path := range []string{"/my", "/my/inclusion", "/my/access-history", "/my/access-history/csv", "/my/access-history/print", "/my/access-history/1"} {
		got := h.ask(browser, get, path, nil)
		if got.StatusCode != http.StatusNotFound || !strings.Contains(got.body, "We hold no record for you") ||
			!strings.Contains(got.body, "ask your GP surgery") || !strings.Contains(got.body, `action="/sign-out"`) || strings.Contains(got.body, "Brook") {
			t.Errorf("%s: %d", path, got.StatusCode)
		}
	}
}

// P9 for anything personal: somebody whose identity is not proven is told what to do.
func TestAnUnprovenPatientSeesNothing(t *testing.T) {
	h, browser := patients(t, dbtest.SQLite(t), "P5")
	for _, path := range []string{"/my", "/my/inclusion", "/my/access-history", "/my/access-history/csv", "/my/access-history/print", "/my/access-history/1"} {
		got := h.ask(browser, get, path, nil)
		if got.StatusCode != http.StatusForbidden || !strings.Contains(got.body, "one more check") || strings.Contains(got.body, "Brook") {
			t.Errorf("%s: %d", path, got.StatusCode)
		}
	}
}
