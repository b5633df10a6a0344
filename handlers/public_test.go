package handlers

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/organisation"
	"candour/models/status"
	"candour/static"
	"candour/views/public"
)

// town is the server with a small register: two surgeries of the region, one that
// took over another trust, one elsewhere, one planned.
func town(t *testing.T, d *db.DB, change func(*Deps)) *house {
	t.Helper()
	if err := static.Missing(); err != nil {
		t.Skip("SKIPPED: ", err)
	}
	orgs := organisation.NewStore(d)
	ctx := t.Context()
	o := func(id, ods, name string, kind organisation.Kind, change func(*organisation.Organisation)) {
		t.Helper()
		org := organisation.Organisation{ID: id, ODSCode: ods, Name: name, Kind: kind, InRegion: true, State: organisation.Connected, ConnectedOn: "2023-05-01", Phone: "01632 960" + ods[3:]}
		if change != nil {
			change(&org)
		}
		fatal(t, orgs.Register(ctx, org))
		if org.State == organisation.Connected && org.InRegion {
			fatal(t, orgs.RegisterSource(ctx, organisation.Source{ID: "s-" + id, OrganisationID: id, SystemKind: "gp", Categories: []string{"AllergyIntolerance", "Condition"},
				State: org.State, FreshHours: 26, LastReceived: monday.Add(-time.Hour)}))
		}
	}
	o("riverside", "E89901", "Riverside Surgery", organisation.Practice, nil)
	o("lime", "E89903", "Lime Tree Practice", organisation.Practice, nil)
	o("linden", "E89904", "Lime Street Surgery", organisation.Practice, nil)
	o("mill", "K89903", "Old Mill Surgery", organisation.Practice, func(o *organisation.Organisation) { o.State = organisation.Suspended })
	o("saltmarsh", "Z9P01", "Saltmarsh Surgery", organisation.Practice, func(o *organisation.Organisation) {
		o.InRegion, o.State, o.ConnectedOn = false, organisation.Planned, ""
	})
	o("ouse", "Z9C01", "Ouse Valley", organisation.Community, func(o *organisation.Organisation) {
		o.State, o.LeftOn, o.SuccessorID = organisation.Left, "2026-03-31", "eastern"
	})
	o("eastern", "Z9C02", "Eastern Community", organisation.Community, nil)
	o("vale", "Z9M01", "Vale Mental Health", organisation.Mental, nil)
	o("vale", "Z9M01", "Vale and Fen Mental Health", organisation.Mental, func(o *organisation.Organisation) { o.NamedFrom = "2026-06-26" })
	o("council", "Z9S02", "Northfield Council", organisation.Social, func(o *organisation.Organisation) { o.State, o.ConnectedOn = organisation.Planned, "" })
	fatal(t, orgs.RegisterContacts(ctx, "vale", organisation.Contact{Purpose: organisation.Copies, Email: "copies@vale.example", Page: "https://vale.example/copies"}))

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	fatal(t, err)
	h := &house{t: t, url: "http://" + listener.Addr().String()}
	deps := Deps{DB: d, Clock: clock.Fixed(monday), Organisations: orgs, PublicURL: h.url, Region: "Three Rivers", MinAge: 18, Phone: "01632 960000", Version: "1.2.3",
		Office: public.Office{Operator: "Rivers Board", DataProtection: "dpo@rivers.example", Security: "mailto:security@rivers.example"},
		Demo:   &DemoMode{Identity: http.NotFoundHandler()}}
	if change != nil {
		change(&deps)
	}
	h.Server, err = New(deps)
	fatal(t, err)
	go func() { _ = h.App().Listener(listener) }()
	t.Cleanup(func() { _ = h.App().ShutdownWithTimeout(time.Second) })
	return h
}

// says fails unless the answer has the status and every one of the words.
func (h *house) says(got got, status int, words ...string) {
	h.t.Helper()
	if got.StatusCode != status {
		h.t.Errorf("%s: %d, want %d", got.Request.URL, got.StatusCode, status)
	}
	for _, w := range words {
		no := strings.HasPrefix(w, "!")
		if strings.Contains(got.body, strings.TrimPrefix(w, "!")) == no {
			h.t.Errorf("%s: %q", got.Request.URL, w)
		}
	}
}

func TestPartners(t *testing.T) {
	h := town(t, dbtest.SQLite(t), nil)
	h.says(h.ask(nil, get, "/partners", nil), 200, "8 organisations", "Vale and Fen Mental Health", "Northfield Council", "!Saltmarsh")
	h.says(h.ask(nil, get, "/partners?q=vale+mental", nil), 200, "1 organisation<", "Vale and Fen", "!Riverside Surgery")
	h.says(h.ask(nil, get, "/partners?q=z9c01", nil), 200, "1 organisation<", "Ouse Valley")
	h.says(h.ask(nil, get, "/partners?kind=practice&state=suspended", nil), 200, "1 organisation<", "Old Mill")
	h.says(h.ask(nil, get, "/partners?q=nowhere", nil), 200, "0 organisations", "Show the whole list", "!<table")
	h.says(h.ask(nil, get, "/partners?q=%3Cscript%3Ealert", nil), 200, "!<script>alert")
	h.says(h.ask(nil, get, "/partners/z9m01", nil), 200, "Vale and Fen", "Until 26 June 2026", "<bdi>Vale Mental Health</bdi>", "copies@vale.example", "https://vale.example/copies", "allergies and bad reactions", "Up to date")
	h.says(h.ask(nil, get, "/partners/z9c01", nil), 200, "Left", "/partners/z9c02", "1 May 2023 to 31 March 2026", "What it held went to another organisation")
	h.says(h.ask(nil, get, "/partners/z9c02", nil), 200, "It took over", "Ouse Valley", "No contact is registered")
	h.says(h.ask(nil, get, "/partners/z9c01", nil), 200, "On 1 April 2026 it became part of") // the day after its last
	h.says(h.ask(nil, get, "/partners/riverside", nil), 200, "Riverside Surgery")             // by id, too
	for printed, address := range map[string]string{"Z9C01": "/partners/z9c01", "E89901": "/partners/e89901", "e89901": ""} {
		if a := h.ask(nil, get, "/partners/"+printed, nil); a.Header.Get("Location") != address || (a.StatusCode == 301) != (address != "") {
			t.Errorf("%s: %d to %q", printed, a.StatusCode, a.Header.Get("Location"))
		}
	}
	for _, path := range []string{"/partners/z9p01", "/partners/nobody", "/partners/%3Cb%3E", "/partners/%3CB%3E", "/partners/Z9P01", "/partners/NOBODY", "/partners/Riverside"} {
		h.says(h.ask(nil, get, path, nil), 404)
	}
}

func TestIncluded(t *testing.T) {
	d := dbtest.SQLite(t)
	h := town(t, d, nil)
	h.says(h.ask(nil, get, "/included", nil), 200, "18 or over", "Three Rivers")
	for _, o := range []organisation.Organisation{
		{ID: "castle", ODSCode: "E89909", Name: "Moat Lane Surgery"}, {ID: "castle", ODSCode: "E89909", Name: "Castle Street", NamedFrom: "2025-04-01"},
		{ID: "meadow", ODSCode: "E89907", Name: "Park Surgery"}, {ID: "meadow", ODSCode: "E89907", Name: "Meadow Practice", NamedFrom: "2025-04-01"},
		{ID: "park", ODSCode: "E89908", Name: "Park Surgery"}, {ID: "park-away", ODSCode: "Z9P02", Name: "Park Surgery"},
	} {
		o.Kind, o.State, o.InRegion = organisation.Practice, organisation.Connected, o.ID != "park-away"
		fatal(t, organisation.NewStore(d).Register(t.Context(), o))
	}
	form := func(day, month, year, registered, surgery string, more ...string) url.Values {
		v := url.Values{"birth_date-day": {day}, "birth_date-month": {month}, "birth_date-year": {year}, "registered": {registered}, "surgery": {surgery}}
		for i := 0; i+1 < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	for name, c := range map[string]struct {
		form   url.Values
		status int
		words  []string
	}{
		"18 today":                 {form("23", "11", "2008", "yes", "riverside surgery"), 200, []string{"Yes, you are included", "Riverside Surgery", "Now<"}},
		"18 tomorrow":              {form("24", "11", "2008", "yes", "E89901"), 200, []string{"Not yet, because of your age", "24 November 2026, when you turn 18"}},
		"born on a leap day":       {form("29", "2", "2012", "yes", "Riverside Surgery"), 200, []string{"1 March 2030"}},
		"elsewhere":                {form("1", "1", "1980", "yes", "saltmarsh surgery"), 200, []string{"No, your GP surgery is outside this area", "Most areas of England", "!/partners/z9p01"}},
		"young and elsewhere":      {form("1", "1", "2015", "yes", "saltmarsh surgery"), 200, []string{"Not yet", "only if you are then registered with a GP surgery in Three Rivers", "it knows the shared record of its own area", "!Nobody"}},
		"not known here":           {form("1", "1", "1980", "yes", "High Street <b>"), 200, []string{"We do not know that GP surgery", "High Street &lt;b&gt;", "Most areas of England"}},
		"none":                     {form("1", "1", "1980", "no", ""), 200, []string{"No, not without a GP surgery"}},
		"unsure":                   {form("1", "1", "1980", "unsure", ""), 200, []string{"It depends on your GP surgery"}},
		"paused":                   {form("1", "1", "1980", "yes", "old mill surgery"), 200, []string{"Yes, you are included", "paused at the moment"}},
		"young and not registered": {form("6", "5", "2015", "no", ""), 200, []string{"6 May 2033, when you turn 18, if you are then registered with a GP surgery in Three Rivers", "Any GP surgery near you, to register", "!Nobody"}},
		"part of a name":           {form("1", "1", "1980", "yes", "mill"), 200, []string{"Is this your GP surgery?", "Old Mill Surgery (code K89903)", "No, mine is another one", "!Yes, you are included"}},
		"that one":                 {form("1", "1", "1980", "yes", "mill", "again", "1", "which", "K89903"), 200, []string{"Yes, you are included"}},
		"not that one":             {form("1", "1", "1980", "yes", "mill", "again", "1", "which", "none"), 200, []string{"We do not know that GP surgery"}},
		"neither yes nor no":       {form("1", "1", "1980", "yes", "mill", "again", "1"), 422, []string{"Select whether this is your GP surgery"}},
		"two of one name":          {form("1", "1", "1980", "yes", "park surgery"), 200, []string{"Which GP surgery is yours?", "Park Surgery (code E89908)", "Park Surgery (code Z9P02)", "Meadow Practice (code E89907)", "Earlier called Park Surgery"}},
		"the other one":            {form("1", "1", "1980", "yes", "park surgery", "again", "1", "which", "Z9P02"), 200, []string{"No, your GP surgery is outside this area"}},
		"a name of before":         {form("1", "1", "1980", "yes", "moat lane surgery"), 200, []string{"Is this your GP surgery?", "Castle Street (code E89909)", "Earlier called Moat Lane Surgery"}},
		"two of them":              {form("1", "1", "1980", "yes", "lime"), 200, []string{"Which GP surgery is yours?", "Lime Tree Practice", "Lime Street Surgery", "!There is a problem"}},
		"one of the two":           {form("1", "1", "1980", "yes", "lime", "again", "1", "which", "E89903"), 200, []string{"Yes, you are included", "Lime Tree Practice"}},
		"none of the two":          {form("1", "1", "1980", "yes", "lime", "again", "1", "which", "none"), 200, []string{"We do not know that GP surgery"}},
		"no choice of the two":     {form("1", "1", "1980", "yes", "lime", "again", "1"), 422, []string{"Select your GP surgery, or none of these"}},
		"neither of the two":       {form("1", "1", "1980", "yes", "lime", "again", "1", "which", "Z9P01"), 422, []string{"Select your GP surgery, or none of these"}},
		"nothing":                  {form("", "", "", "", ""), 422, []string{"Enter your date of birth", "Select whether you are registered", "Error: Are you included?", "#birth_date-day"}},
		"no surgery":               {form("1", "1", "1980", "yes", ""), 422, []string{"Enter the name or code", `value="1980"`}},
		"tomorrow's child":         {form("24", "11", "2026", "no", ""), 422, []string{"Date of birth must be in the past"}},
		"no such day":              {form("30", "2", "1980", "no", ""), 422, []string{"Date of birth must be a real date"}},
		"an answer not offered":    {form("1", "1", "1980", "perhaps", ""), 422, []string{"Select whether you are registered"}},
	} {
		t.Run(name, func(t *testing.T) {
			h.t = t
			h.says(h.ask(nil, post, "/included", c.form), c.status, c.words...)
		})
	}
	h.t = t
	h.says(h.ask(nil, post, "/included", form("1", "1", "1980", "no", "", "name", "Amina")), 400)
	if a := h.ask(nil, post, "/included", form("1", "1", "1980", "no", "")); a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Set-Cookie") != "" {
		t.Errorf("the answer is kept: %v", a.Header)
	}
}

func TestStatusPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := monday
		h := town(t, d, func(deps *Deps) { deps.Clock = func() time.Time { return now } })
		h.says(h.ask(nil, get, "/status", nil), 200, "Working<", "5 sources are up to date", "1.2.3", "Latest number")
		h.says(h.ask(nil, get, "/", nil), 200, "!app-outage")
		var got statusJSON
		a := h.ask(nil, get, "/status.json", nil)
		if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.StatusCode != 200 || got.Verdict != status.Working || !got.Database.OK || len(got.Feeds) != 5 ||
			*got.Feeds[0].AgeSeconds != 3600 || got.Log.Number != 0 || len(got.Log.Chain) != 64 || got.Version != "1.2.3" || got.Queues["held"].Waiting != 0 {
			t.Errorf("%v %d %s", err, a.StatusCode, a.body)
		}
		now = now.Add(48 * time.Hour)
		h.says(h.ask(nil, get, "/status", nil), 200, "Working, with gaps", "5 sources are late")
		h.says(h.ask(nil, get, "/", nil), 200, "5 organisations are late")

		now = now.Add(time.Minute)
		fatal(t, d.Do(t.Context(), func(ctx context.Context) error {
			_, err := d.Exec(ctx, "ALTER TABLE audit_head RENAME TO elsewhere")
			return err
		}))
		a = h.ask(nil, get, "/status", nil)
		h.says(a, 503, "Not available", "Records cannot be opened", "01632 960000", "call 999", "!Latest number")
		if a.Header.Get("Retry-After") == "" {
			t.Error("nothing says when to come back")
		}
		h.says(h.ask(nil, get, "/status.json", nil), 503, `"verdict":"down"`, `"ok":false`)
		h.says(h.ask(nil, get, "/", nil), 200, "Records cannot be opened just now")
	})
}

func TestWhatsNew(t *testing.T) {
	h := town(t, dbtest.SQLite(t), nil)
	h.announcements = []public.Announcement{
		{Slug: "service-status", On: "2026-11-23"}, {Slug: "high-contrast", On: "2026-11-22", Withdrawn: "2026-11-23"}, {Slug: "item-by-item", On: "2026-11-24"},
	}
	page := h.ask(nil, get, "/whats-new", nil)
	h.says(page, 200, "See whether everything is working", "!High contrast on every page", "!down to each line", "4 GP surgeries joined", "became part of", "1 April 2026", "!31 March 2026", "New name, before Vale Mental Health", "More organisations:", "Northfield Council")
	if newest, oldest := strings.Index(page.body, "23 November 2026"), strings.Index(page.body, "1 May 2023"); newest < 0 || oldest < newest {
		t.Error("the newest is not first")
	}
	h.says(h.ask(nil, get, "/whats-new/service-status", nil), 200, "See whether everything is working", "23 November 2026")
	h.says(h.ask(nil, get, "/whats-new/high-contrast", nil), 410, "This page has been taken away", "/whats-new")
	h.says(h.ask(nil, get, "/whats-new/item-by-item", nil), 404) // not told yet
	h.says(h.ask(nil, get, "/whats-new/nothing", nil), 404)
}

func TestStatements(t *testing.T) {
	h := town(t, dbtest.SQLite(t), nil)
	h.says(h.ask(nil, get, "/accessibility", nil), 200, "WCAG", "dpo@rivers.example", "1.2.3")
	h.says(h.ask(nil, get, "/privacy", nil), 200, "Rivers Board runs the service", "9(2)(h)", "dpo@rivers.example")
	h.says(h.ask(nil, get, "/cookies", nil), 200, ">candour<", ">contrast<", ">language<")
	a := h.ask(nil, get, "/.well-known/security.txt", nil)
	h.says(a, 200, "Contact: mailto:security@rivers.example\n", "Expires: 2027-02-21T00:00:00Z\n", "Canonical: "+h.url+"/.well-known/security.txt\n")
	if a.Header.Get("Content-Type") != "text/plain; charset=utf-8" || a.Header.Get("Set-Cookie") != "" {
		t.Errorf("%v", a.Header)
	}
	bare := town(t, dbtest.SQLite(t), func(d *Deps) { d.Office, d.Demo = public.Office{}, nil })
	bare.says(bare.ask(nil, get, "/.well-known/security.txt", nil), 404)
	bare.says(bare.ask(nil, get, "/privacy", nil), 200, "Ask your GP surgery, or any organisation that looks after you.")
	bare.says(bare.ask(nil, get, "/cookies", nil), 200, "!>language<")
	for _, demo := range []string{"/demo", "/demo/errors/500", "/demo/scenes/record"} {
		bare.says(bare.ask(nil, get, demo, nil), 404)
	}
}

// Each of the seven is a whole page in house style, with a reference, what became
// of what was typed, and a way on; the cause stays in the log.
func TestEveryErrorPage(t *testing.T) {
	h := town(t, dbtest.SQLite(t), nil)
	for code, title := range map[string]string{"403": "You cannot see this page", "404": "Page not found", "410": "This page has been taken away", "422": "Something on the form needs another look",
		"429": "Wait a moment", "500": "There is a problem with the service", "503": "The service is not available just now"} {
		a := h.ask(nil, get, "/demo/errors/"+code, nil)
		h.says(a, map[string]int{"403": 403, "404": 404, "410": 410, "422": 422, "429": 429, "500": 500, "503": 503}[code],
			"<h1>"+title, "</html>", "give the reference", "What you can do", "Go to the home page", "!errShown", "!on purpose", "!not saved")
		if (code == "503") != (a.Header.Get("Retry-After") != "") {
			t.Errorf("%s: Retry-After %q", code, a.Header.Get("Retry-After"))
		}
	}
	h.says(h.ask(nil, get, "/demo/errors/418", nil), 404)
	h.says(h.ask(nil, post, "/included", url.Values{"other": {"1"}}), 400, "What you had typed was not saved")
	h.says(h.ask(nil, post, "/included", url.Values{}, "Origin", "https://evil.example"), 403, "That form has run out")
	client := h.client()
	for n := range 100 {
		if a := h.ask(client, post, "/included", url.Values{}); a.StatusCode == http.StatusTooManyRequests {
			h.says(a, 429, "Wait a moment", "What you had typed was not saved")
			if a.Header.Get("Retry-After") == "" || n < 30 {
				t.Errorf("after %d: %v", n, a.Header)
			}
			return
		}
	}
	t.Error("a hundred in a row were all answered")
}
