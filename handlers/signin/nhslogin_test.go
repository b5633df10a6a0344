package signin_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"candour/handlers/signin"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
)

// asked are the parameters of the authorisation request that a path leads to.
func (b *browser) asked(path string) url.Values {
	b.p.t.Helper()
	u, err := url.Parse(b.get(path).location)
	if err != nil {
		b.p.t.Fatal(err)
	}
	return u.Query()
}

// What is sent is what the specification lists, and nothing that it rules out.
func TestNHSLoginIsAskedInItsOwnTerms(t *testing.T) {
	p := open(t, nil)
	q := p.browser().asked("/sign-in/nhs-login?acr_values=x&max_age=1&login_hint=ada&ui_locales=cy")
	known := []string{"client_id", "code_challenge", "code_challenge_method", "nonce", "prompt", "redirect_uri", "response_type", "scope", "state", "vtr"}
	for name := range q {
		if !slices.Contains(known, name) {
			t.Errorf("%s is sent", name)
		}
	}
	if q.Get("prompt") != "login" || q.Get("vtr") != `["P5.Cp.Cd","P5.Cp.Ck","P5.Cm"]` {
		t.Errorf("%v", q)
	}
	for lowest, want := range map[string]string{"P0": `["P0.Cp","P0.Cp.Cd","P0.Cp.Ck"]`, "P9": `["P9.Cp.Cd","P9.Cp.Ck","P9.Cm"]`} {
		p := open(t, func(p *portal) { p.patient.Lowest = lowest })
		if q := p.browser().asked("/sign-in/nhs-login"); q.Get("vtr") != want {
			t.Errorf("%s: %s", lowest, q.Get("vtr"))
		}
	}
	good := signin.NHSLogin("https://auth.login.nhs.uk", "candour", newKey(), "k1")
	for name, spoil := range map[string]func(*signin.Provider){
		"a secret":                   func(p *signin.Provider) { p.Secret, p.Key = "s", nil },
		"neither key nor secret":     func(p *signin.Provider) { p.Key = nil },
		"a level of its own":         func(p *signin.Provider) { p.Lowest = "P7" },
		"for staff":                  func(p *signin.Provider) { p.Audience = signin.Staff },
		"scopes that exclude others": func(p *signin.Provider) { p.Scopes = append(p.Scopes, "basic_demographics") },
	} {
		bad := good
		bad.Scopes = slices.Clone(good.Scopes)
		spoil(&bad)
		if _, err := signin.NewRegistry("https://record.example", time.Now, bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := signin.NewRegistry("https://record.example", time.Now, good); err != nil {
		t.Error(err)
	}
}

// P5 to P9: the second call asks for P9 alone and lets the person stay logged in
// there; the session goes on under a new token, now with the person's record.
func TestStepUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := openOn(t, d, nil)
		p.nhs.claims["vot"], p.nhs.claims["identity_proofing_level"] = "P5.Cp.Cd", "P5"
		b := p.browser()
		if got := b.signIn("/sign-in/nhs-login?return=/who"); got.location != "/who" {
			t.Fatalf("%d %s", got.status, got.location)
		}
		if who := b.who(); !strings.Contains(who, "person= level=P5") {
			t.Fatal(who)
		}
		page := b.get("/more-proof")
		for _, words := range []string{"has not yet checked", `href="/sign-in/nhs-login/proof?return=%2Fwho"`, "GP surgery"} {
			if page.status != http.StatusForbidden || !strings.Contains(page.body, words) {
				t.Errorf("no %q in %s", words, page.body)
			}
		}
		q := b.asked("/sign-in/nhs-login/proof?return=/who")
		if q.Get("vtr") != `["P9.Cp.Cd","P9.Cp.Ck","P9.Cm"]` || q.Has("prompt") {
			t.Errorf("%v", q)
		}
		// They prove more, and come back.
		p.nhs.claims["vot"], p.nhs.claims["identity_proofing_level"] = "P9.Cp.Cd", "P9"
		before := b.cookie()
		got := b.signIn("/sign-in/nhs-login/proof?return=/who")
		if got.location != "/who" || b.cookie() == before {
			t.Fatalf("%d %s, renewed %t", got.status, got.location, b.cookie() != before)
		}
		if who := b.who(); !strings.Contains(who, "person="+string(opaque.Of("ada"))+" level=P9") {
			t.Error(who)
		}
		if acts := logged(t, d); strings.Join(acts, " ") != "signed_in proof_raised" {
			t.Errorf("logged: %v", acts)
		}
		if got := b.get("/sign-in/nhs-login/proof"); got.location != "/my" {
			t.Errorf("somebody at P9 is sent again: %d %s", got.status, got.location)
		}
	})
}

// Comparing a face to a document takes its time; the session's own idle limit is the
// end of it.
func TestStepUpMayTakeHalfAnHour(t *testing.T) {
	p := open(t, nil)
	for wait, in := range map[time.Duration]bool{29 * time.Minute: true, 31 * time.Minute: false} {
		p.nhs.claims["vot"], p.nhs.claims["identity_proofing_level"] = "P5.Cp.Cd", "P5"
		b := p.browser()
		b.signIn("/sign-in/nhs-login")
		p.nhs.claims["vot"], p.nhs.claims["identity_proofing_level"] = "P9.Cp.Cd", "P9"
		callback := b.toCallback("/sign-in/nhs-login/proof")
		p.on(wait)
		if b.get(callback); strings.Contains(b.who(), "level=P9") != in {
			t.Errorf("after %s: %s", wait, b.who())
		}
	}
}

func TestStepUpThatComesToNothing(t *testing.T) {
	p := open(t, nil)
	low := func() { p.nhs.claims["vot"], p.nhs.claims["identity_proofing_level"] = "P5.Cp.Cd", "P5" }
	for name, c := range map[string]struct {
		spoil func()
		says  string
	}{
		"they do not share":      {func() { p.nhs.answer = func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") } }, "You are still logged in"},
		"the level is no better": {low, "Logging in did not work"},
		"another comes back":     {func() { p.nhs.claims["sub"] = "eve-1" }, "Somebody else came back"},
		"the provider is down":   {func() { p.nhs.answer = func(q url.Values) { q.Del("code"); q.Set("error", "server_error") } }, "did not answer"},
	} {
		p.nhs.claims = adaClaims()
		low()
		b := p.browser()
		b.signIn("/sign-in/nhs-login")
		p.nhs.claims = adaClaims()
		c.spoil()
		got := b.signIn("/sign-in/nhs-login/proof")
		p.nhs.answer = nil
		if !strings.Contains(got.body, c.says) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		if who := b.who(); !strings.Contains(who, "kind=patient") || !strings.Contains(who, "person= level=P5") {
			t.Errorf("%s: the session of before: %s", name, who)
		}
	}
	if got := p.browser().get("/sign-in/nhs-login/proof?return=/who"); got.location != "/sign-in/nhs-login?return=%2Fwho" {
		t.Errorf("nobody: %s", got.location)
	}
	for _, path := range []string{"/sign-in/staff/proof", "/sign-in/nobody/proof"} {
		if got := p.browser().get(path); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	b := p.browser()
	b.signIn("/sign-in/staff")
	if got := b.get("/sign-in/nhs-login/proof"); got.location != "/sign-in/nhs-login" {
		t.Errorf("staff: %d %s", got.status, got.location)
	}
}

// Somebody who is P9 and was only asked for P5 goes back for it without a page in
// between, and it is the same person who must come back.
func TestWhoOnceProvedMoreIsAskedAtOnce(t *testing.T) {
	p := open(t, nil)
	p.nhs.vot = func(asked string) string { return asked[2:10] }
	b := p.browser()
	first := b.signIn("/sign-in/nhs-login?return=/who")
	if !strings.Contains(first.location, "vtr=%5B%22P9.Cp.Cd") || strings.Contains(first.location, "prompt=") {
		t.Fatalf("%d %s", first.status, first.location)
	}
	if who := b.who(); !strings.HasPrefix(who, nobody) {
		t.Errorf("between the calls: %s", who)
	}
	if got := b.follow(first); got.location != "/who" || !strings.Contains(b.who(), "level=P9") {
		t.Errorf("%d %s %s", got.status, got.location, b.who())
	}
	b = p.browser()
	first = b.signIn("/sign-in/nhs-login")
	p.nhs.claims = adaClaims()
	p.nhs.claims["sub"] = "eve-1"
	if got := b.follow(first); got.status != http.StatusForbidden || !strings.HasPrefix(b.who(), nobody) {
		t.Errorf("another: %d %s", got.status, b.who())
	}
}

// Three pages for who does not agree to share: at the first call, after it, and in
// the NHS App; none of them is a log-in that failed.
func TestPagesForWhoDoesNotShare(t *testing.T) {
	p := open(t, nil)
	p.nhs.answer = func(q url.Values) {
		q.Del("code")
		q.Set("error", "access_denied")
		q.Set("error_description", "ConsentNotGiven")
	}
	got := p.browser().signIn("/sign-in/nhs-login?return=/who")
	for _, words := range []string{"You cannot go on without sharing", `href="/sign-in/nhs-login?return=%2Fwho"`, `href="tel:111"`, `href="tel:999"`, "Ask the organisation that runs this service"} {
		if got.status != http.StatusOK || !strings.Contains(got.body, words) {
			t.Errorf("at the first call: %d, no %q", got.status, words)
		}
	}
	b := p.browser()
	b.agent = "Mozilla/5.0 (iPhone) nhsapp-ios/3.2"
	got = b.signIn("/sign-in/nhs-login?return=/who")
	if !strings.Contains(got.body, "The service provider needs") || strings.Contains(got.body, "Go back to NHS login") || !strings.Contains(got.body, `href="tel:999"`) {
		t.Errorf("in the NHS App: %d %s", got.status, got.body)
	}
}

// NHS login wants a login first (prompt=none, or a token of another service): the
// portal asks once more, with a login demanded, and not for ever.
func TestALoginIsDemandedOnce(t *testing.T) {
	for _, problem := range []string{"sso_login_required", "login_required", "interaction_required", "account_selection_required"} {
		p := open(t, nil)
		asked := 0
		p.nhs.answer = func(q url.Values) {
			if asked++; asked == 1 {
				q.Del("code")
				q.Set("error", problem)
			}
		}
		b := p.browser()
		again := b.signIn("/sign-in/nhs-login?return=/who")
		if !strings.Contains(again.location, "prompt=login") || b.cookie() == "" {
			t.Fatalf("%s: %d %s", problem, again.status, again.location)
		}
		if got := b.follow(again); got.location != "/who" || !strings.Contains(b.who(), "kind=patient") {
			t.Errorf("%s: %d %s", problem, got.status, got.location)
		}
	}
}

// S-12: of whom nothing is held, and whose surgery is elsewhere, is told so.
func TestPracticeElsewhere(t *testing.T) {
	p := open(t, nil)
	for practice, want := range map[string]bool{"Z9B01": false, "E99999": true, "": false} {
		p.nhs.claims = adaClaims()
		p.nhs.claims["family_name"] = "Somebody-Else"
		p.nhs.claims["gp_registration_details"] = map[string]any{"gp_ods_code": practice}
		if practice == "" {
			delete(p.nhs.claims, "gp_registration_details")
		}
		p.browser().signIn("/sign-in/nhs-login")
		kept := strings.Contains(sessionBytes(t, p.db), signin.KeyElsewhere)
		if kept != want {
			t.Errorf("practice %q: %t, want %t", practice, kept, want)
		}
		if _, err := p.db.Writer().ExecContext(t.Context(), "DELETE FROM sessions"); err != nil {
			t.Fatal(err)
		}
	}
}

// Claims that are absent or null are absent: no panic, no word "null", no level.
func TestAbsentClaims(t *testing.T) {
	p := open(t, nil)
	for _, absent := range []any{nil, "absent"} {
		p.nhs.claims = map[string]any{"sub": "ada-1", "vot": "P9.Cp.Cd"}
		for _, name := range []string{"nhs_number", "birthdate", "family_name", "given_name", "gp_registration_details", "identity_proofing_level", "auth_time"} {
			if absent == nil {
				p.nhs.claims[name] = nil
			}
		}
		b := p.browser()
		b.signIn("/sign-in/nhs-login")
		if who := b.who(); !strings.HasPrefix(who, "kind=patient") || !strings.Contains(who, "person= level=P9") {
			t.Errorf("%v: %s", absent, who)
		}
	}
}
