package signin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"candour/models/db"
	"candour/models/db/dbtest"
)

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// logoutClaims are those of a good logout token.
func (p *idp) logoutClaims(sid string) map[string]any {
	now := p.now()
	return map[string]any{"iss": p.URL, "aud": "candour", "sub": "sam-1", "sid": sid, "iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(),
		"jti": fmt.Sprint("jti-", p.jti.Add(1)), "events": map[string]any{logoutEvent: map[string]any{}}}
}

func (p *idp) logoutToken(c map[string]any) string {
	return p.signedAs("logout+jwt", p.key, p.kid, p.alg, c)
}

// tell sends a logout token as the provider does: without a browser, a cookie or
// an origin.
func (p *portal) tell(path string, form url.Values) (int, http.Header) {
	p.t.Helper()
	response, err := http.PostForm(p.url+path, form)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode, response.Header
}

const staffBackChannel = "/sign-in/staff/back-channel"

func logoutForm(text string) url.Values { return url.Values{"logout_token": {text}} }

// Two browsers of one person and one of another: the session that the provider
// names ends at once, by its sid; the others go on. Without a sid all of the
// person's end, and a session begun afterwards does not.
func TestBackChannelLogout(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := openOn(t, d, nil)
		in := func(sub, sid string) *browser {
			p.cis.claims["sub"], p.cis.claims["sid"] = sub, sid
			b := p.browser()
			if b.signIn("/sign-in/staff"); !strings.Contains(b.who(), "kind=staff") {
				t.Fatal(b.who())
			}
			return b
		}
		first, second, other := in("sam-1", "op-1"), in("sam-1", "op-2"), in("jo-1", "op-3")
		begun := time.Now()
		status, header := p.tell(staffBackChannel, logoutForm(p.cis.logoutToken(p.cis.logoutClaims("op-1"))))
		if status != http.StatusOK || header.Get("Cache-Control") != "no-store" || header.Get("Set-Cookie") != "" {
			t.Fatalf("%d %v %s", status, header, p.logs.String())
		}
		if who := first.who(); !strings.HasPrefix(who, nobody) {
			t.Errorf("the session that was named: %s", who)
		}
		took := time.Since(begun)
		t.Logf("from the provider's word to the refused request: %s", took.Round(time.Microsecond))
		if took > time.Second {
			t.Errorf("it took %s", took)
		}
		if first.cookie() != "" {
			t.Error("the browser keeps its cookie, and with it the pages it has in memory")
		}
		for name, b := range map[string]*browser{"the person's other browser": second, "another person": other} {
			if who := b.who(); !strings.Contains(who, "kind=staff") {
				t.Errorf("%s: %s", name, who)
			}
		}
		// By subject: what was begun by then, and nothing that begins later.
		c := p.cis.logoutClaims("")
		delete(c, "sid")
		p.on(10 * time.Second)
		later := in("sam-1", "op-4")
		if status, _ := p.tell(staffBackChannel, logoutForm(p.cis.logoutToken(c))); status != http.StatusOK {
			t.Fatalf("%d", status)
		}
		if !strings.HasPrefix(second.who(), nobody) || !strings.Contains(later.who(), "kind=staff") || !strings.Contains(other.who(), "kind=staff") {
			t.Errorf("by subject: before %s, after %s, another %s", second.who(), later.who(), other.who())
		}
		if acts := strings.Join(logged(t, d), " "); acts != "signed_in signed_in signed_in ended_by_provider signed_in ended_by_provider" {
			t.Errorf("logged: %s", acts)
		}
		// A sid that is of nobody ends nothing and is no mistake.
		if status, _ := p.tell(staffBackChannel, logoutForm(p.cis.logoutToken(p.cis.logoutClaims("op-9")))); status != http.StatusOK {
			t.Errorf("an unknown session: %d", status)
		}
	})
}

// A role has still to be chosen: the session of that moment ends as well.
func TestBackChannelLogoutBeforeTheRole(t *testing.T) {
	p := open(t, nil)
	p.cis.claims = samClaims(role("Z9A01", "R8000", "Clinician", "B0360"), role("Z9B01", "R8006", "Medical Secretary", "B0820"))
	b := p.browser()
	b.signIn("/sign-in/staff")
	if status, _ := p.tell(staffBackChannel, logoutForm(p.cis.logoutToken(p.cis.logoutClaims("op-session-1")))); status != http.StatusOK {
		t.Fatal(status)
	}
	if got := b.get("/sign-in/role"); got.status != http.StatusUnauthorized {
		t.Errorf("%d", got.status)
	}
}

// forged are logout tokens that end nothing.
var forged = []struct {
	name string
	make func(p *portal) url.Values
}{
	{"no event", changed("events", nil)},
	{"another event", changed("events", map[string]any{"http://schemas.openid.net/event/other": map[string]any{}})},
	{"an event that is no object", changed("events", map[string]any{logoutEvent: "yes"})},
	{"events as a list", changed("events", []string{logoutEvent})},
	{"a nonce", changed("nonce", "n")},
	{"a nonce that is null", changed("nonce", jsonNull)},
	{"another issuer", changed("iss", "https://evil.example")},
	{"no issuer", changed("iss", nil)},
	{"another audience", changed("aud", "somebody")},
	{"no audience", changed("aud", nil)},
	{"azp of another", changed("azp", "other")},
	{"expired", at("exp", -time.Second)},
	{"no expiry", changed("exp", nil)},
	{"older than five minutes", older},
	{"of the future", at("iat", time.Hour)},
	{"no time of issue", changed("iat", nil)},
	{"no jti", changed("jti", nil)},
	{"an empty jti", changed("jti", "")},
	{"nobody", func(p *portal) url.Values {
		c := p.cis.logoutClaims("")
		delete(c, "sub")
		delete(c, "sid")
		return logoutForm(p.cis.logoutToken(c))
	}},
	{"an empty sub beside a sid", changed("sub", "")},
	{"an empty sid", changed("sid", "")},
	{"a sid that is a number", changed("sid", 7)},
	{"the sid of another person's session", changed("sub", "jo-1")},
	{"unknown key", func(p *portal) url.Values {
		return logoutForm(p.cis.signedAs("logout+jwt", newKey(), "other", p.cis.alg, p.cis.logoutClaims("op-session-1")))
	}},
	{"known key id, another key", func(p *portal) url.Values {
		return logoutForm(p.cis.signedAs("logout+jwt", newKey(), p.cis.kid, p.cis.alg, p.cis.logoutClaims("op-session-1")))
	}},
	{"alg none", func(p *portal) url.Values {
		return logoutForm(bare(map[string]any{"alg": "none", "typ": "logout+jwt"}) + "." + bare(p.cis.logoutClaims("op-session-1")) + ".")
	}},
	{"HS256 with the client id", func(p *portal) url.Values {
		return logoutForm(p.cis.signedAs("logout+jwt", []byte(strings.Repeat("candour", 12)), p.cis.kid, jose.HS256, p.cis.logoutClaims("op-session-1")))
	}},
	{"an algorithm that this issuer does not use", func(p *portal) url.Values {
		return logoutForm(p.cis.signedAs("logout+jwt", p.cis.key, p.cis.kid, jose.RS512, p.cis.logoutClaims("op-session-1")))
	}},
	{"another type of token", func(p *portal) url.Values {
		return logoutForm(p.cis.signedAs("at+jwt", p.cis.key, p.cis.kid, p.cis.alg, p.cis.logoutClaims("op-session-1")))
	}},
	{"an ID token", func(p *portal) url.Values {
		c := p.cis.logoutClaims("op-session-1")
		delete(c, "events")
		c["nonce"] = "n"
		return logoutForm(p.cis.signed(p.cis.key, p.cis.kid, p.cis.alg, c))
	}},
	{"nonsense", func(*portal) url.Values { return logoutForm("a.b.c") }},
	{"nothing", func(*portal) url.Values { return url.Values{} }},
	{"two tokens", func(p *portal) url.Values {
		good := p.cis.logoutToken(p.cis.logoutClaims("op-session-1"))
		return url.Values{"logout_token": {good, good}}
	}},
	{"without end", func(*portal) url.Values { return logoutForm(strings.Repeat("x", 20<<10)) }},
	{"the other provider's", func(p *portal) url.Values {
		return logoutForm(p.nhs.signedAs("logout+jwt", p.nhs.key, p.nhs.kid, p.nhs.alg, p.nhs.logoutClaims("op-session-1")))
	}},
}

type null struct{}

func (null) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

var jsonNull = null{}

func changed(name string, value any) func(*portal) url.Values {
	return func(p *portal) url.Values {
		c := p.cis.logoutClaims("op-session-1")
		if c[name] = value; value == nil {
			delete(c, name)
		}
		return logoutForm(p.cis.logoutToken(c))
	}
}

func at(name string, from time.Duration) func(*portal) url.Values {
	return func(p *portal) url.Values { return changed(name, p.now().Add(from).Unix())(p) }
}

// older was made 301 seconds ago and has not expired.
func older(p *portal) url.Values {
	c := p.cis.logoutClaims("op-session-1")
	c["iat"] = p.now().Add(-301 * time.Second).Unix()
	return logoutForm(p.cis.logoutToken(c))
}

func TestForgedLogoutTokensEndNothing(t *testing.T) {
	p := open(t, nil)
	b := p.browser()
	b.signIn("/sign-in/staff")
	var table strings.Builder
	for n, f := range forged {
		status, _ := p.tell(staffBackChannel, f.make(p))
		if status != http.StatusBadRequest {
			t.Errorf("%s: %d, want 400", f.name, status)
		}
		mark := "refused"
		if who := b.who(); !strings.Contains(who, "kind=staff") {
			mark = "LOGGED OUT"
			t.Errorf("%s: %s", f.name, who)
			b.signIn("/sign-in/staff")
		}
		fmt.Fprintf(&table, "%3d  %-45s  %d  %s\n", n+1, f.name, status, mark)
	}
	t.Logf("forged logout tokens: %d\n%s", len(forged), table.String())
	for path, want := range map[string]int{"/sign-in/nhs-login/back-channel": 404, "/sign-in/nobody/back-channel": 404} {
		if status, _ := p.tell(path, logoutForm(p.nhs.logoutToken(p.nhs.logoutClaims("op-session-1")))); status != want {
			t.Errorf("%s: %d", path, status)
		}
	}
	if got := b.get(staffBackChannel); got.status != http.StatusMethodNotAllowed && got.status != http.StatusNotFound {
		t.Errorf("GET: %d", got.status)
	}
	// A token counts once: again it is refused, and ends no later session.
	good := logoutForm(p.cis.logoutToken(p.cis.logoutClaims("op-session-1")))
	if status, _ := p.tell(staffBackChannel, good); status != http.StatusOK || !strings.HasPrefix(b.who(), nobody) {
		t.Fatalf("without mischief: %d %s; the table proves nothing", status, b.who())
	}
	p.on(time.Second)
	b.signIn("/sign-in/staff")
	if status, _ := p.tell(staffBackChannel, good); status != http.StatusBadRequest || !strings.Contains(b.who(), "kind=staff") {
		t.Errorf("a second time: %d %s", status, b.who())
	}
	if log := p.logs.String(); strings.Contains(log, "eyJ") || strings.Contains(log, "sam-1") {
		t.Errorf("the log holds a token or a subject: %s", log)
	}
}

// Anybody can send a token with an unknown key; the provider is asked for its keys
// at most every five minutes because of that. A sign-in asks when it must.
func TestUnknownKeysAreAskedForSeldom(t *testing.T) {
	p := open(t, nil)
	p.browser().signIn("/sign-in/staff")
	keys := func() int { p.cis.mu.Lock(); defer p.cis.mu.Unlock(); return p.cis.calls["/jwks"] }
	before := keys()
	for range 20 {
		p.tell(staffBackChannel, logoutForm(p.cis.signedAs("logout+jwt", newKey0(), "made-up", p.cis.alg, p.cis.logoutClaims("op-session-1"))))
	}
	if n := keys() - before; n != 0 {
		t.Errorf("%d questions for 20 made-up tokens within five minutes", n)
	}
	p.on(5*time.Minute + time.Second)
	for range 20 {
		p.tell(staffBackChannel, logoutForm(p.cis.signedAs("logout+jwt", newKey0(), "made-up", p.cis.alg, p.cis.logoutClaims("op-session-1"))))
	}
	if n := keys() - before; n != 1 {
		t.Errorf("%d questions after five minutes, want 1", n)
	}
	// The provider changes its key: whoever signs in is not kept waiting.
	restore := p.cis.keep()
	defer restore()
	p.cis.mu.Lock()
	p.cis.key, p.cis.kid = newKey(), "k2"
	p.cis.mu.Unlock()
	b := p.browser()
	if b.signIn("/sign-in/staff"); !strings.Contains(b.who(), "kind=staff") {
		t.Error(b.who())
	}
	if status, _ := p.tell(staffBackChannel, logoutForm(p.cis.logoutToken(p.cis.logoutClaims("op-session-1")))); status != http.StatusOK {
		t.Errorf("with the new key: %d", status)
	}
}

// A logout that cannot be written down does not happen, and may be sent again.
func TestALogoutThatCannotBeLogged(t *testing.T) {
	p := open(t, nil)
	b := p.browser()
	b.signIn("/sign-in/staff")
	form := logoutForm(p.cis.logoutToken(p.cis.logoutClaims("op-session-1")))
	rename := func(from, to string) {
		if _, err := p.db.Writer().ExecContext(t.Context(), "ALTER TABLE "+from+" RENAME TO "+to); err != nil {
			t.Fatal(err)
		}
	}
	rename("audit_entries", "elsewhere")
	if status, _ := p.tell(staffBackChannel, form); status != http.StatusServiceUnavailable || !strings.Contains(b.who(), "kind=staff") {
		t.Errorf("%d %s", status, b.who())
	}
	rename("elsewhere", "audit_entries")
	if status, _ := p.tell(staffBackChannel, form); status != http.StatusOK || !strings.HasPrefix(b.who(), nobody) {
		t.Errorf("sent again: %d %s", status, b.who())
	}
}
