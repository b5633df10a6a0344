package signin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"candour/handlers/signin"
)

func TestAnAnswerCountsOnce(t *testing.T) {
	p := open(t, nil)
	b := p.browser()
	callback := b.toCallback("/sign-in/nhs-login")
	if got := b.get(callback); got.status != http.StatusSeeOther {
		t.Fatalf("%d %s", got.status, got.body)
	}
	asked := p.nhs.asked("/token")
	b.get(callback)
	if p.nhs.asked("/token") != asked {
		t.Error("the same answer again is taken to the provider")
	}
	stranger := p.browser()
	if got := stranger.get(callback); got.status != http.StatusBadRequest || !strings.HasPrefix(stranger.who(), nobody) {
		t.Errorf("the answer in another browser: %d %s", got.status, stranger.who())
	}

	// A state that is of no attempt spends none; a failed attempt is spent: the right
	// answer does not save it.
	b = p.browser()
	callback = b.toCallback("/sign-in/nhs-login")
	if got := b.get(strings.Replace(callback, "state=", "state=x", 1)); got.status != http.StatusForbidden || !strings.HasPrefix(b.who(), nobody) {
		t.Errorf("wrong state: %d", got.status)
	}
	if got := b.get(strings.Replace(callback, "iss=", "iss=x", 1)); got.status != http.StatusForbidden {
		t.Errorf("wrong issuer: %d", got.status)
	}
	if got := b.get(callback); got.status != http.StatusBadRequest || !strings.HasPrefix(b.who(), nobody) {
		t.Errorf("after a wrong answer: %d %s", got.status, b.who())
	}

	// The provider's own refusal of a code that was used, without our memory of it.
	b = p.browser()
	callback = b.toCallback("/sign-in/nhs-login")
	u, _ := url.Parse(callback)
	delete(p.nhs.codes, u.Query().Get("code"))
	if got := b.get(callback); got.status != http.StatusForbidden {
		t.Errorf("a code that was used elsewhere: %d", got.status)
	}
}

func TestAnswersThatNobodyAskedFor(t *testing.T) {
	p := open(t, nil)
	b := p.browser()
	if got := b.get("/sign-in/nhs-login/callback?code=a&state=b"); got.status != http.StatusBadRequest {
		t.Errorf("without a beginning: %d", got.status)
	}
	noCode := b.toCallback("/sign-in/nhs-login")
	u, err := url.Parse(noCode)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Del("code")
	u.RawQuery = q.Encode()
	if got := b.get(u.String()); got.status != http.StatusForbidden || p.nhs.calls["/token"] != 0 {
		t.Errorf("without a code: %d, and the token endpoint was asked %d times", got.status, p.nhs.calls["/token"])
	}
	if got := b.get("/sign-in/nobody/callback?code=a&state=b"); got.status != http.StatusNotFound {
		t.Errorf("unknown provider: %d", got.status)
	}
	if got := b.get("/sign-in/nobody"); got.status != http.StatusNotFound {
		t.Errorf("unknown provider: %d", got.status)
	}

	// T02: a code of one provider at the other's callback.
	callback := b.toCallback("/sign-in/nhs-login")
	b.get("/sign-in/staff")
	if got := b.get(strings.Replace(callback, "/nhs-login/", "/staff/", 1)); got.status != http.StatusForbidden || !strings.HasPrefix(b.who(), nobody) {
		t.Errorf("mixed up: %d %s", got.status, b.who())
	}

	// T03: the life of an attempt.
	b = p.browser()
	callback = b.toCallback("/sign-in/nhs-login")
	p.on(30*time.Minute + time.Second)
	if got := b.get(callback); got.status != http.StatusBadRequest {
		t.Errorf("after 30 minutes: %d", got.status)
	}
	doubled := b.toCallback("/sign-in/nhs-login")
	if got := b.get(doubled + "&code=second"); got.status == http.StatusSeeOther {
		t.Error("two codes in one answer")
	}
}

// T03, S14: neither state nor anything else of an attempt comes from the request.
func TestTheRequestDoesNotChooseTheAttempt(t *testing.T) {
	p := open(t, nil)
	begun := p.browser().get("/sign-in/nhs-login?state=fixed&nonce=fixed&redirect_uri=https://evil.example&code_challenge=x&scope=all&return=https://evil.example/")
	u, err := url.Parse(begun.location)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if strings.Contains(begun.location, "fixed") || q.Get("redirect_uri") != p.url+"/sign-in/nhs-login/callback" || strings.Contains(begun.location, "evil") {
		t.Errorf("%s", begun.location)
	}
	if q.Get("code_challenge_method") != "S256" || q.Get("scope") != "openid profile profile_extended gp_registration_details" || q.Get("vtr") != `["P5.Cp.Cd","P5.Cp.Ck","P5.Cm"]` {
		t.Errorf("%v", q)
	}
	again, _ := url.Parse(p.browser().get("/sign-in/nhs-login").location)
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(name)) < 43 || q.Get(name) == again.Query().Get(name) {
			t.Errorf("%s: %q", name, q.Get(name))
		}
	}
	for _, return_ := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"} {
		if got := p.browser().signIn("/sign-in/nhs-login?return=" + url.QueryEscape(return_)); got.location != "/my" {
			t.Errorf("return %s: %s", return_, got.location)
		}
	}
	if got := p.browser().signIn("/sign-in/nhs-login?return=" + url.QueryEscape("/my/access-history?from=2026-01-01")); got.location != "/my/access-history?from=2026-01-01" {
		t.Errorf("own return: %s", got.location)
	}
}

func TestProvidersThatAreNotTrusted(t *testing.T) {
	for name, spoil := range map[string]func(d map[string]any){
		"drops challenges":   func(d map[string]any) { d["code_challenge_methods_supported"] = []string{"plain"} },
		"of another issuer":  func(d map[string]any) { d["issuer"] = "https://evil.example" },
		"without an address": func(d map[string]any) { delete(d, "issuer") },
		"tokens over http":   func(d map[string]any) { d["token_endpoint"] = "http://idp.example/token" },
		"keys over http":     func(d map[string]any) { d["jwks_uri"] = "http://idp.example/jwks" },
		"userinfo over http": func(d map[string]any) { d["userinfo_endpoint"] = "http://idp.example/userinfo" },
		"logging in by ftp":  func(d map[string]any) { d["authorization_endpoint"] = "ftp://idp.example/authorize" },
		"without keys":       func(d map[string]any) { delete(d, "jwks_uri") },
		"without tokens":     func(d map[string]any) { delete(d, "token_endpoint") },
	} {
		p := open(t, nil)
		p.nhs.discovery = spoil
		if got := p.browser().get("/sign-in/nhs-login"); got.status != http.StatusServiceUnavailable {
			t.Errorf("%s: %d %s", name, got.status, got.location)
		}
	}
	good := signin.NHSLogin("https://idp.example", "candour", nil, "")
	for name, spoil := range map[string]func(*signin.Provider){
		"http": func(p *signin.Provider) { p.Issuer = "http://idp.example" }, "no issuer": func(p *signin.Provider) { p.Issuer = "" },
		"no algorithms": func(p *signin.Provider) { p.Algorithms = nil }, "none": func(p *signin.Provider) { p.Algorithms = []string{"none"} },
		"HS256": func(p *signin.Provider) { p.Algorithms = []string{"RS256", "HS256"} }, "no client": func(p *signin.Provider) { p.ClientID = "" },
		"a name with a slash": func(p *signin.Provider) { p.Name = "a/b" }, "the name of a page": func(p *signin.Provider) { p.Name = "role" },
		"no audience": func(p *signin.Provider) { p.Audience = "" },
	} {
		bad := good
		spoil(&bad)
		if _, err := signin.NewRegistry("https://record.example", time.Now, bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := signin.NewRegistry("https://record.example", time.Now, good, good); err == nil {
		t.Error("two of one name: accepted")
	}
}

// A provider that was down when the portal started, and one that changes its keys.
func TestProvidersComeBackAndChangeKeys(t *testing.T) {
	p := open(t, nil)
	p.nhs.down = true
	if got := p.browser().get("/sign-in/nhs-login"); got.status != http.StatusServiceUnavailable {
		t.Errorf("down: %d", got.status)
	}
	if got := p.browser().signIn("/sign-in/staff"); got.status != http.StatusSeeOther {
		t.Errorf("the other provider: %d", got.status)
	}
	p.nhs.down = false
	for range 2 {
		b := p.browser()
		if got := b.signIn("/sign-in/nhs-login"); got.status != http.StatusSeeOther {
			t.Fatalf("up again: %d", got.status)
		}
		p.nhs.mu.Lock()
		p.nhs.key, p.nhs.kid = newKey(), p.nhs.kid+"-next"
		p.nhs.mu.Unlock()
	}
	if n := p.nhs.calls["/.well-known/openid-configuration"]; n != 2 {
		t.Errorf("discovery was asked %d times, want once down and once up", n)
	}
	p.on(61 * time.Minute)
	p.nhs.down = true
	if got := p.browser().get("/sign-in/nhs-login"); got.status != http.StatusSeeOther {
		t.Errorf("after an hour, with the provider down, what is known is used: %d", got.status)
	}
}
