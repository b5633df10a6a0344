package signin_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"candour/handlers/signin"
)

// hostile is what a provider, a network or a browser may do, and what comes of
// it: nobody is signed in.
var hostile = []struct {
	name   string
	spoil  func(p *portal)
	status int // 403 when zero
}{
	{name: "another nonce", spoil: claim("nonce", "other")},
	{name: "no nonce", spoil: claim("nonce", nil)},
	{name: "nonce of another type", spoil: claim("nonce", 7)},
	{name: "another audience", spoil: claim("aud", "somebody")},
	{name: "no audience", spoil: claim("aud", nil)},
	{name: "two audiences, no azp", spoil: claim("aud", []string{"candour", "other"})},
	{name: "azp of another", spoil: claim("azp", "other")},
	{name: "two audiences, azp of another", spoil: both(claim("aud", []string{"candour", "other"}), claim("azp", "other"))},
	{name: "another issuer in the token", spoil: claim("iss", "https://evil.example")},
	{name: "no issuer in the token", spoil: claim("iss", nil)},
	{name: "issuer with a slash", spoil: func(p *portal) { p.nhs.spoil = func(c map[string]any) { c["iss"] = p.nhs.URL + "/" } }},
	{name: "expired", spoil: func(p *portal) { p.nhs.spoil = func(c map[string]any) { c["exp"] = p.now().Add(-time.Second).Unix() } }},
	{name: "no expiry", spoil: claim("exp", nil)},
	{name: "expiry as a word", spoil: claim("exp", "never")},
	{name: "no time of issue", spoil: claim("iat", nil)},
	{name: "of the future", spoil: func(p *portal) { p.nhs.spoil = func(c map[string]any) { c["iat"] = p.now().Add(time.Hour).Unix() } }},
	{name: "of yesterday", spoil: func(p *portal) {
		p.nhs.spoil = func(c map[string]any) { c["iat"] = p.now().Add(-24 * time.Hour).Unix() }
	}},
	{name: "not yet valid", spoil: func(p *portal) { p.nhs.spoil = func(c map[string]any) { c["nbf"] = p.now().Add(time.Hour).Unix() } }},
	{name: "no subject", spoil: claim("sub", nil)},
	{name: "empty subject", spoil: claim("sub", "")},
	{name: "access token of another", spoil: claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")},
	{name: "unknown key", spoil: signWith(func(p *idp, c map[string]any) string { return p.signed(newKey(), "other", jose.RS512, c) })},
	{name: "known key id, another key", spoil: signWith(func(p *idp, c map[string]any) string { return p.signed(newKey(), p.kid, jose.RS512, c) })},
	{name: "an algorithm that this issuer does not use", spoil: signWith(func(p *idp, c map[string]any) string {
		delete(c, "at_hash") // which would give it away by its length
		return p.signed(p.key, p.kid, jose.RS256, c)
	})},
	{name: "HS256 with the public key's bytes", spoil: signWith(func(p *idp, c map[string]any) string {
		return p.signed(p.key.PublicKey.N.Bytes(), p.kid, jose.HS256, c)
	})},
	{name: "HS512 with the client id", spoil: signWith(func(p *idp, c map[string]any) string {
		return p.signed([]byte(strings.Repeat("candour", 12)), p.kid, jose.HS512, c)
	})},
	{name: "alg none", spoil: signWith(func(_ *idp, c map[string]any) string {
		return bare(map[string]any{"alg": "none"}) + "." + bare(c) + "."
	})},
	{name: "alg None in capitals", spoil: signWith(func(_ *idp, c map[string]any) string {
		return bare(map[string]any{"alg": "NONE"}) + "." + bare(c) + "."
	})},
	{name: "signature cut off", spoil: signWith(func(p *idp, c map[string]any) string {
		t := p.signed(p.key, p.kid, p.alg, c)
		return t[:strings.LastIndexByte(t, '.')+1]
	})},
	{name: "payload exchanged after signing", spoil: signWith(func(p *idp, c map[string]any) string {
		parts := strings.Split(p.signed(p.key, p.kid, p.alg, c), ".")
		c["sub"] = "eve"
		return parts[0] + "." + bare(c) + "." + parts[2]
	})},
	{name: "a key in the token's own header", spoil: signWith(func(_ *idp, c map[string]any) string {
		k := newKey()
		signer, _ := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS512, Key: k}, &jose.SignerOptions{EmbedJWK: true})
		payload, _ := json.Marshal(c)
		signed, _ := signer.Sign(payload)
		text, _ := signed.CompactSerialize()
		return text
	})},
	{name: "nonsense for a token", spoil: signWith(func(*idp, map[string]any) string { return "a.b.c" })},
	{name: "no ID token", spoil: signWith(func(*idp, map[string]any) string { return "" })},
	{name: "state of another", spoil: answers("state", "other")},
	{name: "no state", spoil: answers("state", "")},
	{name: "another issuer in the callback", spoil: answers("iss", "https://evil.example")},
	{name: "no issuer in the callback, though announced", spoil: answers("iss", "")},
	{name: "no code", spoil: answers("code", "")},
	{name: "a code that is not known", spoil: answers("code", "made-up")},
	{name: "an error of the provider's own", spoil: answers("error", "invalid_request")},
	{name: "the provider is out of order", spoil: answers("error", "temporarily_unavailable"), status: 503},
	{name: "userinfo of another person", spoil: func(p *portal) { p.nhs.more = map[string]any{"sub": "eve"} }},
	{name: "userinfo without a person", spoil: func(p *portal) { p.nhs.more = map[string]any{"sub": nil} }},
	{name: "userinfo is not JSON", spoil: userinfo(200, "<html>")},
	{name: "userinfo refuses", spoil: userinfo(401, ""), status: 503},
	{name: "userinfo without end", spoil: userinfo(200, `{"sub":"ada-1","x":"`+strings.Repeat("x", 300<<10)+`"}`), status: 503},
	{name: "token endpoint out of order", spoil: tokenAnswer(502, ""), status: 503},
	{name: "token endpoint sends elsewhere", spoil: func(p *portal) {
		p.nhs.token = func(w http.ResponseWriter) bool {
			w.Header().Set("Location", "https://evil.example/token")
			w.WriteHeader(307)
			return true
		}
	}},
	{name: "no level", spoil: both(claim("vot", nil), claim("identity_proofing_level", nil))},
	{name: "a level that only userinfo tells", spoil: both(both(claim("vot", nil), claim("identity_proofing_level", nil)), func(p *portal) {
		p.nhs.more = map[string]any{"vot": "P9.Cp.Cd", "identity_proofing_level": "P9"}
	})},
	{name: "a level of its own", spoil: claim("vot", "P10.Cp")},
	{name: "levels that are not words", spoil: both(claim("vot", 9), claim("identity_proofing_level", 9))},
}

func claim(name string, value any) func(*portal) {
	return func(p *portal) {
		before := p.nhs.spoil
		p.nhs.spoil = func(c map[string]any) {
			if before != nil {
				before(c)
			}
			if value == nil {
				delete(c, name)
				return
			}
			c[name] = value
		}
	}
}

func both(a, b func(*portal)) func(*portal) { return func(p *portal) { a(p); b(p) } }

func signWith(sign func(*idp, map[string]any) string) func(*portal) {
	return func(p *portal) { p.nhs.sign = func(c map[string]any) string { return sign(p.nhs, c) } }
}

func answers(name, value string) func(*portal) {
	return func(p *portal) {
		p.nhs.answer = func(q url.Values) {
			if q.Set(name, value); value == "" {
				q.Del(name)
			}
		}
	}
}

func userinfo(status int, body string) func(*portal) {
	return func(p *portal) {
		p.nhs.userinfo = func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
			return true
		}
	}
}

func tokenAnswer(status int, body string) func(*portal) {
	return func(p *portal) {
		p.nhs.token = func(w http.ResponseWriter) bool {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
			return true
		}
	}
}

func bare(v any) string {
	text, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(text)
}

const nobody = "kind= id= person="

// T01 to T04: each hostile answer signs nobody in, says nothing of why, and the
// very same browser can sign in properly afterwards.
func TestHostileAnswersSignNobodyIn(t *testing.T) {
	p := open(t, nil)
	for _, h := range hostile {
		h.spoil(p)
		b := p.browser()
		got := b.signIn("/sign-in/nhs-login")
		want := h.status
		if want == 0 {
			want = http.StatusForbidden
		}
		if got.status != want {
			t.Errorf("%s: %d, want %d", h.name, got.status, want)
		}
		if who := b.who(); !strings.HasPrefix(who, nobody) {
			t.Errorf("%s: signed in as %s", h.name, who)
		}
		if strings.Contains(got.body, "oidc") || strings.Contains(got.body, "nonce is") || strings.Contains(got.body, nhsNumber) {
			t.Errorf("%s: the page says why", h.name)
		}
		p.nhs.spoil, p.nhs.sign, p.nhs.answer, p.nhs.userinfo, p.nhs.token, p.nhs.more = nil, nil, nil, nil, nil, nil
	}
	b := p.browser()
	if got := b.signIn("/sign-in/nhs-login"); got.status != http.StatusSeeOther || !strings.Contains(b.who(), "kind=patient") {
		t.Fatalf("without mischief: %d %s; the table proves nothing", got.status, b.who())
	}
	if log := p.logs.String(); strings.Contains(log, nhsNumber) || strings.Contains(log, "access-") || strings.Contains(log, "Ada") {
		t.Errorf("the log holds what a provider said: %s", log)
	}
}

func TestAnAnswerCountsOnce(t *testing.T) {
	p := open(t, nil)
	b := p.browser()
	callback := b.toCallback("/sign-in/nhs-login")
	if got := b.get(callback); got.status != http.StatusSeeOther {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := b.get(callback); got.status != http.StatusBadRequest {
		t.Errorf("the same answer again: %d", got.status)
	}
	stranger := p.browser()
	if got := stranger.get(callback); got.status != http.StatusBadRequest || !strings.HasPrefix(stranger.who(), nobody) {
		t.Errorf("the answer in another browser: %d %s", got.status, stranger.who())
	}

	// A failed attempt is spent as well: the right answer does not save it.
	b = p.browser()
	callback = b.toCallback("/sign-in/nhs-login")
	if got := b.get(strings.Replace(callback, "state=", "state=x", 1)); got.status != http.StatusForbidden {
		t.Errorf("wrong state: %d", got.status)
	}
	if got := b.get(callback); got.status != http.StatusBadRequest || !strings.HasPrefix(b.who(), nobody) {
		t.Errorf("after a wrong state: %d %s", got.status, b.who())
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
	p.on(10*time.Minute + time.Second)
	if got := b.get(callback); got.status != http.StatusBadRequest {
		t.Errorf("after ten minutes: %d", got.status)
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
