package app

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"candour/models/clock"
	"candour/models/opaque"
)

// again signs the browser in again, whoever was signed in before, and ends where
// it wanted to be.
func (b *browser) again(persona, provider, back string) answer {
	b.t.Helper()
	page := b.get("/sign-in/" + provider + "?return=" + url.QueryEscape(back))
	href := personaLink(page.Body, persona)
	if href == "" {
		b.t.Fatalf("no persona %s: %s", persona, text(page.Body))
	}
	to, err := page.URL.Parse(href)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.get(to.RequestURI())
}

func (p *portal) forward(d time.Duration) { p.now.Add(d.Milliseconds()) }

// sessionsOn are the ids of the sessions on a page that may be ended there.
func sessionsOn(t testing.TB, body string) (ids []string) {
	walk(t, body, func(n *html.Node) {
		if n.Data == "input" && attr(n, "name") == "session" {
			ids = append(ids, attr(n, "value"))
		}
	})
	return ids
}

func reasons(all []logged) string {
	var out []string
	for _, l := range all {
		if l.Kind == "signin" {
			out = append(out, l.Reason)
		}
	}
	return strings.Join(out, " ")
}

// The whole life of sessions in the whole program, with the demo's clock.
func TestSessions(t *testing.T) {
	p := start(t, filepath.Join(t.TempDir(), "candour.db"))
	for name, one := range map[string]func(*testing.T, *portal){
		"two browsers, one is revoked": twoBrowsersOneIsRevoked, "sessions of others": sessionsOfOthers, "what was typed is there again": whatWasTypedIsThereAgain,
		"the end leads back": theEndLeadsBack, "a change of role renews the session": aChangeOfRoleRenewsTheSession,
	} {
		t.Run(name, func(t *testing.T) {
			p.forward(13 * time.Hour) // nobody is signed in
			one(t, p)
		})
	}
}

// T07: two browsers, revoke, the next request is refused; the log says who did it.
func twoBrowsersOneIsRevoked(t *testing.T, p *portal) {
	for _, c := range []struct{ persona, list, page string }{
		{"many-sources", "/my/sessions", "/my/access-history"}, {"hospital-doctor", "/staff/sessions", "/patients"},
	} {
		here, there, far := p.signIn(t, c.persona), p.signIn(t, c.persona), p.signIn(t, c.persona)
		page := here.get(c.list)
		ids := sessionsOn(t, page.Body)
		if page.Status != http.StatusOK || len(ids) != 2 || !strings.Contains(page.Body, "This browser") || !strings.Contains(page.Body, "Another browser on another device") {
			t.Fatalf("%s: %d, %d others in %s", c.list, page.Status, len(ids), text(page.Body))
		}
		seq := p.lastSeq(t)
		elapsed := clock.Stopwatch()
		after := here.send(page, c.list+"/end", url.Values{"session": {ids[0]}})
		if after.Status != http.StatusOK || after.URL.Path != c.list || !strings.Contains(after.Body, "1 browser is logged out") || len(sessionsOn(t, after.Body)) != 1 {
			t.Errorf("ending one: %d %s %s", after.Status, after.URL, text(after.Body))
		}
		if got := reasons(p.since(t, seq)); got != "session_ended_by_owner" {
			t.Errorf("logged: %s", got)
		}
		refused := 0
		for _, b := range []*browser{there, far} {
			if a := b.get(c.page); a.Status == http.StatusUnauthorized {
				refused++
				if !strings.Contains(a.Body, "You have been logged out") || !strings.Contains(a.Body, "ended your visit") || strings.Contains(a.Body, "Dr ") {
					t.Errorf("the page of who was ended: %s", text(a.Body))
				}
			}
		}
		if took := elapsed(); took > time.Second {
			t.Errorf("from the form to the refusal: %v", took)
		} else {
			t.Logf("%s: from the form to the other browser's refusal: %v", c.persona, took.Round(time.Millisecond))
		}
		if refused != 1 {
			t.Errorf("%d of the two others were refused, want 1", refused)
		}
		if a := here.get(c.page); a.Status != http.StatusOK {
			t.Errorf("who ended it: %d", a.Status)
		}
		page = here.get(c.list)
		if after := here.send(page, c.list+"/end", url.Values{"session": {ids[0]}}); !strings.Contains(after.Body, "It was logged out already.") {
			t.Errorf("twice: %s", text(after.Body))
		}
		if after := here.send(here.get(c.list), c.list+"/end", url.Values{"others": {"1"}}); !strings.Contains(after.Body, "1 browser is logged out") || !strings.Contains(after.Body, "not logged in anywhere else") {
			t.Errorf("everywhere else: %s", text(after.Body))
		}
		if there.get(c.page).Status != http.StatusUnauthorized || far.get(c.page).Status != http.StatusUnauthorized {
			t.Error("an other is still signed in")
		}
		if a := here.send(here.get(c.list), c.list+"/end", url.Values{}); a.Status != http.StatusBadRequest {
			t.Errorf("nothing to end: %d", a.Status)
		}
	}
}

// Nobody ends, or lists, what is not theirs.
func sessionsOfOthers(t *testing.T, p *portal) {
	gp, doctor, patient := p.signIn(t, "gp"), p.signIn(t, "hospital-doctor"), p.signIn(t, "many-sources")
	manager, officer := p.signIn(t, "practice-manager"), p.signIn(t, "privacy-officer")
	list := manager.get("/staff/sessions/organisation")
	if list.Status != http.StatusOK || !strings.Contains(list.Body, "Dr Amara Nwosu") || strings.Contains(list.Body, "Tomasz") || strings.Contains(list.Body, "Thackeray") || len(sessionsOn(t, list.Body)) != 1 {
		t.Fatalf("the manager's list: %d %s", list.Status, text(list.Body))
	}
	theirs := sessionsOn(t, list.Body)[0]
	other := officer.get("/staff/sessions/organisation")
	if !strings.Contains(other.Body, "Dr Tomasz Zieliński") || strings.Contains(other.Body, "Nwosu") {
		t.Errorf("the officer's list: %s", text(other.Body))
	}
	for who, b := range map[string]*browser{"an officer elsewhere": officer, "a doctor": doctor, "the GP": gp} {
		seq := p.lastSeq(t)
		page := b.get("/staff/sessions")
		after := b.send(page, "/staff/sessions/organisation/end", url.Values{"session": {theirs}})
		logs := reasons(p.since(t, seq))
		if gp.get("/patients").Status != http.StatusOK {
			t.Fatalf("%s ended the GP's session", who)
		}
		if who == "an officer elsewhere" {
			if !strings.Contains(after.Body, "It was logged out already.") || logs != "" {
				t.Errorf("%s: %d %s, logged %q", who, after.Status, text(after.Body), logs)
			}
			continue
		}
		if after.Status != http.StatusForbidden || logs != "role_not_allowed" {
			t.Errorf("%s: %d, logged %q", who, after.Status, logs)
		}
		if a := b.get("/staff/sessions/organisation"); a.Status != http.StatusForbidden {
			t.Errorf("%s sees who is logged in: %d", who, a.Status)
		}
		if strings.Contains(page.Body, "/staff/sessions/organisation") {
			t.Errorf("%s is offered what is not theirs", who)
		}
	}
	if a := patient.send(patient.get("/my/sessions"), "/my/sessions/end", url.Values{"session": {theirs}}); !strings.Contains(a.Body, "It was logged out already.") || gp.get("/patients").Status != http.StatusOK {
		t.Errorf("a patient: %d %s", a.Status, text(a.Body))
	}
	seq := p.lastSeq(t)
	if a := manager.send(list, "/staff/sessions/organisation/end", url.Values{"session": {theirs}}); a.Status != http.StatusOK || !strings.Contains(a.Body, "1 browser is logged out") || !strings.Contains(a.Body, "Nobody else is logged in") {
		t.Errorf("the manager: %d %s", a.Status, text(a.Body))
	}
	if got := reasons(p.since(t, seq)); got != "session_ended_by_administrator" {
		t.Errorf("logged: %s", got)
	}
	if a := gp.get("/patients"); a.Status != http.StatusUnauthorized {
		t.Errorf("the GP's next request: %d", a.Status)
	}
}

// A form sent after the session ran out is on its page again after signing in, for
// the same person only.
func whatWasTypedIsThereAgain(t *testing.T, p *portal) {
	const note = "Telephone call about a sprained wrist"
	path := "/patients/" + string(p.Demo.Person("holiday")) + "/reason"
	lapse := func() *browser {
		b := p.signIn(t, "out-of-area-doctor")
		page := b.get(path)
		p.forward(15 * time.Minute)
		seq := p.lastSeq(t)
		over := b.send(page, path, url.Values{"choice": {"declared.referral"}, "note": {note}})
		if over.Status != http.StatusUnauthorized || !strings.Contains(over.Body, "15 minutes") || !strings.Contains(over.Body, "We kept it for 1 hour") ||
			!strings.Contains(over.Body, "/sign-in/staff?return="+url.QueryEscape(path)) || strings.Contains(over.Body, "NHS login") {
			t.Fatalf("%d %s", over.Status, text(over.Body))
		}
		if n := len(p.since(t, seq)); n != 0 {
			t.Fatalf("%d entries: the form was acted on", n)
		}
		return b
	}
	b := lapse()
	after := b.again("out-of-area-doctor", "staff", path)
	if after.Status != http.StatusOK || after.URL.Path != path || !strings.Contains(after.Body, note) || !strings.Contains(after.Body, "We kept what you typed") || !checked(t, after.Body, "declared.referral") {
		t.Errorf("signed in again: %d %s %s", after.Status, after.URL.Path, text(after.Body))
	}
	if got := b.send(after, path, url.Values{"choice": {"declared.referral"}, "note": {note}}); !strings.HasSuffix(got.URL.Path, "/record") {
		t.Errorf("sent: %d %s", got.Status, got.URL.Path)
	}
	b = lapse()
	if other := b.again("hospital-doctor", "staff", path); strings.Contains(other.Body, note) {
		t.Error("somebody else reads it")
	}
	if back := b.again("out-of-area-doctor", "staff", path); strings.Contains(back.Body, note) {
		t.Error("it is there after somebody else was at this browser")
	}

	b = p.signIn(t, "gp")
	form := b.get("/patients?by=name")
	p.forward(16 * time.Minute)
	b.send(form, "/patients/search", url.Values{"by": {"name"}, "family": {"Okonkwo-Typed"}, "birth_date-day": {"7"}})
	after = b.again("gp", "staff", "/patients")
	if !strings.Contains(after.Body, `value="Okonkwo-Typed"`) || !strings.Contains(after.Body, `value="7"`) {
		t.Errorf("the search: %s", text(after.Body))
	}
}

func checked(t testing.TB, body, value string) (on bool) {
	walk(t, body, func(n *html.Node) {
		on = on || n.Data == "input" && attr(n, "value") == value && has(n, "checked")
	})
	return on
}

// The end of a session leads back to the page it ended on, for a patient after 30
// minutes or 12 hours; there is no other way to go on.
func theEndLeadsBack(t *testing.T, p *portal) {
	const page = "/my/access-history?own=1&single=1"
	b := p.signIn(t, "many-sources")
	p.forward(30 * time.Minute)
	over := b.get(page)
	if over.Status != http.StatusUnauthorized || !strings.Contains(over.Body, "30 minutes") || !strings.Contains(over.Body, "/sign-in/nhs-login?return="+url.QueryEscape(page)) || strings.Contains(over.Body, "/sign-in/staff") {
		t.Errorf("idle: %d %s", over.Status, text(over.Body))
	}
	if after := b.again("many-sources", "nhs-login", page); after.Status != http.StatusOK || after.URL.RequestURI() != page {
		t.Errorf("back at %s: %d", after.URL.RequestURI(), after.Status)
	}
	doctor := p.signIn(t, "hospital-doctor")
	if page := doctor.claim(p.Demo.Person("many-sources")); !strings.HasSuffix(page.URL.Path, "/record") || !strings.Contains(page.Body, `data-ends="900"`) || !strings.Contains(page.Body, "we will log you out at") {
		t.Errorf("the record does not say when the session ends: %s", text(page.Body))
	}
	for range 24 {
		p.forward(29 * time.Minute)
		if a := b.get(page); a.Status != http.StatusOK {
			t.Fatalf("within 12 hours: %d", a.Status)
		}
	}
	p.forward(24 * time.Minute)
	over = b.get(page)
	if over.Status != http.StatusUnauthorized || !strings.Contains(over.Body, "12 hours") {
		t.Errorf("after 12 hours: %d %s", over.Status, text(over.Body))
	}
	if after := b.again("many-sources", "nhs-login", "https://evil.example/my"); after.URL.Path != "/my" || after.Status != http.StatusOK {
		t.Errorf("a foreign address leads to %s: %d", after.URL, after.Status)
	}
}

// A change of role renews the session and is logged; the old cookie opens nothing.
func aChangeOfRoleRenewsTheSession(t *testing.T, p *portal) {
	b := p.signIn(t, "two-roles")
	c := &crawled{browser: b}
	c.t = t
	c.pickFirstRole()
	cookie := func() string {
		u, _ := url.Parse(p.url)
		for _, c := range b.c.Jar.Cookies(u) {
			if c.Name == "candour" {
				return c.Value
			}
		}
		return ""
	}
	before, seq := cookie(), p.lastSeq(t)
	list := b.get("/staff/sessions")
	b.send(b.get("/sign-in/role"), "/sign-in/role", url.Values{"role": {"1"}})
	if cookie() == before || cookie() == "" {
		t.Error("the cookie is the same after a change of role")
	}
	if got := reasons(p.since(t, seq)); got != "role_changed" {
		t.Errorf("logged: %s", got)
	}
	old := p.browser(t)
	u, _ := url.Parse(p.url)
	old.c.Jar.SetCookies(u, []*http.Cookie{{Name: "candour", Value: before, Path: "/"}})
	if a := old.get("/patients"); a.Status != http.StatusUnauthorized {
		t.Errorf("the cookie of before: %d", a.Status)
	}
	if a := b.get("/staff/sessions"); a.Status != http.StatusOK || len(sessionsOn(t, a.Body)) != 0 || sessionID(t, a.Body) != sessionID(t, list.Body) {
		t.Error("it is another session in the list")
	}
}

func sessionID(t testing.TB, body string) (id string) {
	walk(t, body, func(n *html.Node) {
		if v := attr(n, "data-session"); v != "" {
			id = v
		}
	})
	if _, ok := opaque.Parse(id); !ok {
		t.Errorf("session id %q", id)
	}
	return id
}
