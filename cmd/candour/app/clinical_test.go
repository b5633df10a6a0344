package app

import (
	"context"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/cmd/candour/practice"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/coding"
	"candour/models/db/dbtest"
	"candour/models/objection"
	"candour/models/opaque"
)

// clinic is a portal beside the practices' clinical system, which runs on an address
// of its own and is reached over HTTP only.
type clinic struct {
	*portal
	t       testing.TB
	system  string // its address
	manager access.Viewer
	gp      access.Viewer
}

var (
	bg       = context.Background()
	asked    = objection.Request{Route: "/test"}
	forOne   = objection.Answers{Subject: objection.Self, Contact: objection.Contact{Ways: []string{"email"}}}
	riversOf = "riverside"
)

func startClinic(t testing.TB, dsn string) *clinic {
	t.Helper()
	later := &handlerLater{}
	server := httptest.NewServer(later)
	c := &clinic{t: t, system: server.URL}
	c.portal = startWith(t, dsn, nil, func(conf *Config) { conf.PracticeURL = server.URL })
	later.set(c.Demo.Practice.Handler())
	t.Cleanup(func() { c.Demo.Practice.Break(practice.Sound); server.Close() })
	c.manager, c.gp = c.staff("practice-manager", access.ManageRequests), c.staff("gp", access.ManageRequests, access.ViewRecord)
	return c
}

// staff is somebody of Riverside Surgery as a sign-in makes them.
func (c *clinic) staff(persona string, can ...access.Capability) access.Viewer {
	c.t.Helper()
	p, ok := c.Demo.World.Persona(persona)
	if !ok {
		c.t.Fatalf("nobody is %s", persona)
	}
	row, err := c.DB.QueryRow(bg, "SELECT id FROM staff WHERE subject = ?", p.Subject)
	var id string
	if c.must(err); row.Scan(&id) != nil {
		c.t.Fatalf("%s is not enrolled", persona)
	}
	return access.Viewer{Kind: access.Staff, ID: id, Name: p.Name, Role: "R8008", RoleName: "role", Organisation: riversOf, OrganisationName: "Riverside Surgery", Capabilities: can}
}

func (c *clinic) me(key string) access.Viewer {
	return access.Viewer{Kind: access.Patient, ID: "account-" + key, Name: key, Level: "P9", Person: c.Demo.World.People[key]}
}

func (c *clinic) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// work does what is due.
func (c *clinic) work() {
	c.t.Helper()
	_, err := c.Work.Drain(bg)
	c.must(err)
}

// later moves the portal's clock, which is the clinical system's too.
func (c *clinic) later(d time.Duration) { c.now.Add(d.Milliseconds()) }

func (c *clinic) is(ref opaque.ID, want casework.State) {
	c.t.Helper()
	o, _, err := c.Objections.Open(bg, c.manager, ref, asked)
	if c.must(err); o.State != want {
		c.t.Fatalf("%s instead of %s", o.State, want)
	}
}

// coded says that the code has been seen, whether or not the probes have been yet.
func (c *clinic) coded(ref opaque.ID) {
	c.t.Helper()
	o, _, err := c.Objections.Open(bg, c.manager, ref, asked)
	if c.must(err); o.State != objection.Coded && o.State != objection.Effective {
		c.t.Fatalf("%s instead of coded", o.State)
	}
}

func (c *clinic) codes(ref opaque.ID) []coding.Code {
	c.t.Helper()
	all, err := c.Coding.Of(bg, ref)
	c.must(err)
	return all
}

// confirmed is somebody's objection, confirmed by the practice.
func (c *clinic) confirmed(key string) opaque.ID {
	c.t.Helper()
	d, err := c.Objections.Start(bg, c.me(key), forOne, asked)
	c.must(err)
	k, err := c.Objections.Raise(bg, c.me(key), d.ID, asked)
	c.must(err)
	_, err = c.Objections.Review(bg, c.manager, k.ID, 0, asked)
	c.must(err)
	_, err = c.Objections.Confirm(bg, c.manager, k.ID, 0, asked)
	c.must(err)
	return k.ID
}

// atDesk enters a code in the clinical system's own page, as the practice would.
func (c *clinic) atDesk(key, code string) {
	c.t.Helper()
	var local string
	number := ""
	row, err := c.DB.QueryRow(bg, "SELECT nhs_number FROM persons WHERE id = ?", string(c.Demo.World.People[key]))
	if c.must(err); row.Scan(&number) != nil {
		c.t.Fatal("no number")
	}
	for _, p := range c.Demo.World.Practices {
		for _, l := range p.People {
			if l.Number == number {
				local = l.Local
				riversOf = p.ID
			}
		}
	}
	defer func() { riversOf = "riverside" }()
	b := c.browser(c.t)
	a := b.post(c.system+"/practices/"+riversOf+"/entries", url.Values{"patient": {local}, "code": {code}}, c.system)
	if a.Status != 200 {
		c.t.Fatalf("%d %s", a.Status, text(a.Body))
	}
}

// The thin thread: a confirmed objection is written over HTTP, comes back in the
// feed and is coded; its reversal the same, and the record is seen again.
func TestAnObjectionIsWrittenAndComesBackInTheFeed(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { thereAndBack(t, filepath.Join(t.TempDir(), "candour.db")) })
	t.Run("postgres", func(t *testing.T) { thereAndBack(t, dbtest.DurableURL(t)) })
}

func thereAndBack(t *testing.T, dsn string) {
	c := startClinic(t, dsn)
	ref := c.confirmed("many-sources")
	if all := c.codes(ref); len(all) != 1 || all[0].State != coding.Waiting || !all[0].Refused {
		t.Fatalf("%+v", all)
	}
	c.work()
	c.is(ref, objection.Effective) // coded, and proven by the probe that follows
	if all := c.codes(ref); all[0].State != coding.Seen || all[0].Attempts != 1 || all[0].Written.IsZero() || all[0].Seen.IsZero() {
		t.Errorf("%+v", all)
	}
	page := c.browser(t).fetch(c.system + "/practices/riverside")
	if page.Status != 200 || !strings.Contains(page.Body, `data-code="refused" data-by="portal"`) || !strings.Contains(page.Body, "Thackeray-Osei") {
		t.Errorf("%d %s", page.Status, text(page.Body))
	}
	c.later(time.Hour)
	_, err := c.Objections.Reverse(bg, c.me("many-sources"), ref, 0, asked)
	c.must(err)
	c.later(time.Minute)
	_, err = c.Objections.ConfirmReversal(bg, c.manager, ref, 0, asked)
	c.must(err)
	c.work()
	c.is(ref, objection.Visible)
	if all := c.codes(ref); len(all) != 2 || all[1].State != coding.Seen || all[1].Refused {
		t.Errorf("%+v", all)
	}
}
