package signin_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// bad is what a provider, a network or a browser may do, and what comes of it:
// nobody is signed in. It is done to the provider for patients or to that for
// staff, which follow different rules.
type bad struct {
	name   string
	spoil  func(p *idp)
	status int // 403 when zero
}

// hostile holds for every provider.
var hostile = []bad{
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
	{name: "issuer with a slash", spoil: late(func(p *idp, c map[string]any) { c["iss"] = p.URL + "/" })},
	{name: "expired", spoil: late(func(p *idp, c map[string]any) { c["exp"] = p.now().Add(-time.Second).Unix() })},
	{name: "no expiry", spoil: claim("exp", nil)},
	{name: "expiry as a word", spoil: claim("exp", "never")},
	{name: "no time of issue", spoil: claim("iat", nil)},
	{name: "of the future", spoil: late(func(p *idp, c map[string]any) { c["iat"] = p.now().Add(time.Hour).Unix() })},
	{name: "of yesterday", spoil: late(func(p *idp, c map[string]any) { c["iat"] = p.now().Add(-24 * time.Hour).Unix() })},
	{name: "not yet valid", spoil: late(func(p *idp, c map[string]any) { c["nbf"] = p.now().Add(time.Hour).Unix() })},
	{name: "no subject", spoil: claim("sub", nil)},
	{name: "empty subject", spoil: claim("sub", "")},
	{name: "subject without end", spoil: both(claim("sub", strings.Repeat("s", 256)), func(p *idp) { p.more = map[string]any{"sub": strings.Repeat("s", 256)} })},
	{name: "access token of another", spoil: claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")},
	{name: "a logout token for an ID token", spoil: claim("events", map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}})},
	{name: "a token of another type", spoil: signWith(func(p *idp, c map[string]any) string { return p.signedAs("logout+jwt", p.key, p.kid, p.alg, c) })},
	{name: "an access token for an ID token", spoil: signWith(func(p *idp, c map[string]any) string { return p.signedAs("at+jwt", p.key, p.kid, p.alg, c) })},
	{name: "unknown key", spoil: signWith(func(p *idp, c map[string]any) string { return p.signed(newKey(), "other", p.alg, c) })},
	{name: "known key id, another key", spoil: signWith(func(p *idp, c map[string]any) string { return p.signed(newKey(), p.kid, p.alg, c) })},
	{name: "no key id, another key", spoil: signWith(func(p *idp, c map[string]any) string { return p.signed(newKey(), "", p.alg, c) })},
	{name: "an algorithm that this issuer does not use", spoil: signWith(func(p *idp, c map[string]any) string {
		delete(c, "at_hash") // which would give it away by its length
		return p.signed(p.key, p.kid, jose.RS384, c)
	})},
	{name: "PSS where PKCS 1 was agreed", spoil: signWith(func(p *idp, c map[string]any) string { return p.signed(p.key, p.kid, jose.PS512, c) })},
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
	{name: "a key in the token's own header", spoil: signWith(func(p *idp, c map[string]any) string {
		signer, _ := jose.NewSigner(jose.SigningKey{Algorithm: p.alg, Key: newKey()}, &jose.SignerOptions{EmbedJWK: true})
		payload, _ := json.Marshal(c)
		signed, _ := signer.Sign(payload)
		text, _ := signed.CompactSerialize()
		return text
	})},
	{name: "a critical header that nobody knows", spoil: signWith(func(p *idp, c map[string]any) string {
		signer, _ := jose.NewSigner(jose.SigningKey{Algorithm: p.alg, Key: jose.JSONWebKey{Key: p.key, KeyID: p.kid}},
			(&jose.SignerOptions{}).WithHeader("crit", []string{"exp"}).WithHeader("exp", 1))
		payload, _ := json.Marshal(c)
		signed, _ := signer.Sign(payload)
		text, _ := signed.CompactSerialize()
		return text
	})},
	{name: "a key for encryption", spoil: func(p *idp) { p.use, p.kid = "enc", "encryption" }},
	{name: "a key of another algorithm", spoil: func(p *idp) { p.keyAlg, p.kid = "RS384", "elsewhere" }},
	{name: "a short key", spoil: func(p *idp) { p.key, p.kid = shortKey(), "short" }},
	{name: "a token in JSON serialisation", spoil: signWith(func(p *idp, c map[string]any) string {
		signer, _ := jose.NewSigner(jose.SigningKey{Algorithm: p.alg, Key: jose.JSONWebKey{Key: p.key, KeyID: p.kid}}, nil)
		payload, _ := json.Marshal(c)
		signed, _ := signer.Sign(payload)
		return signed.FullSerialize()
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
	{name: "an error beside a code", spoil: answers("error", "server_error"), status: 503},
	{name: "wants a login for ever", spoil: answers("error", "sso_login_required")},
	{name: "the provider is out of order", spoil: answers("error", "temporarily_unavailable"), status: 503},
	{name: "userinfo of another person", spoil: func(p *idp) { p.more = map[string]any{"sub": "eve"} }},
	{name: "userinfo without a person", spoil: func(p *idp) { p.more = map[string]any{"sub": nil} }},
	{name: "userinfo is not JSON", spoil: userinfo(200, "text/html", "<html>")},
	{name: "userinfo that only looks like JSON", spoil: userinfo(200, "text/html", `{"sub":"ada-1"}`)},
	{name: "userinfo refuses", spoil: userinfo(401, "application/json", ""), status: 503},
	{name: "userinfo without end", spoil: userinfo(200, "application/json", `{"sub":"ada-1","x":"`+strings.Repeat("x", 300<<10)+`"}`), status: 503},
	{name: "token endpoint out of order", spoil: tokenAnswer(502), status: 503},
	{name: "token endpoint sends elsewhere", spoil: func(p *idp) {
		p.token = func(w http.ResponseWriter) bool {
			w.Header().Set("Location", "https://evil.example/token")
			w.WriteHeader(307)
			return true
		}
	}},
}

// hostileNHS breaks the rules of NHS login.
var hostileNHS = []bad{
	{name: "no vector of trust", spoil: claim("vot", nil)},
	{name: "a lower level than asked for", spoil: both(claim("vot", "P0.Cp.Cd"), claim("identity_proofing_level", "P0"))},
	{name: "password alone where two factors were asked for", spoil: claim("vot", "P9.Cp")},
	{name: "a vector of no factors", spoil: claim("vot", "P9")},
	{name: "a level of its own", spoil: claim("vot", "P10.Cp.Cd")},
	{name: "a vector that is a list", spoil: claim("vot", []string{"P9.Cp.Cd"})},
	{name: "a vector that only userinfo tells", spoil: both(claim("vot", nil), func(p *idp) { p.more = map[string]any{"vot": "P9.Cp.Cd"} })},
	{name: "no trustmark", spoil: claim("vtm", nil)},
	{name: "the trustmark of another", spoil: claim("vtm", "https://evil.example/trustmark")},
	{name: "a trustmark that is no address", spoil: claim("vtm", "trustmark")},
	{name: "a proofing level nobody knows", spoil: claim("identity_proofing_level", "P11")},
	{name: "a proofing level that is a number", spoil: claim("identity_proofing_level", 9)},
	{name: "somebody of 12", spoil: claim("birthdate", "2014-11-24")},
	{name: "logged in an hour ago, though a login was asked for", spoil: late(func(p *idp, c map[string]any) { c["auth_time"] = p.now().Add(-time.Hour).Unix() })},
	{name: "logged in tomorrow", spoil: late(func(p *idp, c map[string]any) { c["auth_time"] = p.now().Add(24 * time.Hour).Unix() })},
}

// hostileCIS2 breaks the rules of CIS2.
var hostileCIS2 = []bad{
	{name: "identity assurance 2", spoil: claim("id_assurance_level", "2")},
	{name: "no identity assurance", spoil: claim("id_assurance_level", nil)},
	{name: "identity assurance that only userinfo tells", spoil: both(claim("id_assurance_level", nil), func(p *idp) { p.more = map[string]any{"id_assurance_level": "3"} })},
	{name: "authentication assurance 1", spoil: claim("authentication_assurance_level", 1)},
	{name: "authentication assurance that only userinfo tells", spoil: both(claim("authentication_assurance_level", nil), func(p *idp) { p.more = map[string]any{"authentication_assurance_level": "3"} })},
	{name: "no class of authentication", spoil: claim("acr", nil)},
	{name: "a weak class of authentication", spoil: claim("acr", "AAL1_USERPASS")},
	{name: "a class that begins well", spoil: claim("acr", "AAL2X")},
	{name: "it is not said when the person logged in", spoil: claim("auth_time", nil)},
	{name: "logged in six minutes ago, for ever", spoil: late(func(p *idp, c map[string]any) { c["auth_time"] = p.now().Add(-6 * time.Minute).Unix() })},
	{name: "logged in tomorrow", spoil: late(func(p *idp, c map[string]any) { c["auth_time"] = p.now().Add(24 * time.Hour).Unix() })},
	{name: "a user's number that is not the subject", spoil: func(p *idp) { p.more = map[string]any{"uid": "555036632103"} }},
	{name: "an NHS user's number that is not the subject", spoil: func(p *idp) { p.more = map[string]any{"nhsid_useruid": "555036632103"} }},
	{name: "a selected role that is none of the person's", spoil: claim("selected_roleid", "555254242106")},
	{name: "roles that are not a list", spoil: claim("nhsid_nrbac_roles", "S8000:G8000:R8000")},
	{name: "no role", spoil: claim("nhsid_nrbac_roles", []any{})},
	{name: "a role at an organisation of nobody's", spoil: claim("nhsid_nrbac_roles", []any{role("X9X99", "R8000", "Clinician", "B0360")})},
}

// T01 to T05: each hostile answer signs nobody in, says nothing of why, and the
// very same browser can sign in properly afterwards.
func TestHostileAnswersSignNobodyIn(t *testing.T) {
	p := open(t, nil)
	var table strings.Builder
	tried, in := 0, 0
	try := func(who string, op *idp, path string, all []bad) {
		for _, h := range all {
			fresh := op.keep()
			h.spoil(op)
			b := p.browser()
			got := b.follow(b.signIn(path))
			fresh()
			want, mark := h.status, "refused"
			if want == 0 {
				want = http.StatusForbidden
			}
			tried++
			if viewer := b.who(); !strings.HasPrefix(viewer, nobody) {
				in, mark = in+1, "SIGNED IN"
				t.Errorf("%s: %s: signed in as %s", who, h.name, viewer)
			}
			if got.status != want {
				t.Errorf("%s: %s: %d, want %d", who, h.name, got.status, want)
			}
			if strings.Contains(got.body, "oidc") || strings.Contains(got.body, "nonce is") || strings.Contains(got.body, nhsNumber) {
				t.Errorf("%s: %s: the page says why", who, h.name)
			}
			fmt.Fprintf(&table, "%3d  %-9s  %-60s  %d  %s\n", tried, who, h.name, got.status, mark)
		}
	}
	try("NHS login", p.nhs, "/sign-in/nhs-login", hostile)
	try("NHS login", p.nhs, "/sign-in/nhs-login", hostileNHS)
	try("CIS2", p.cis, "/sign-in/staff", hostile)
	try("CIS2", p.cis, "/sign-in/staff", hostileCIS2)
	t.Logf("hostile answers: %d tried, %d sign-ins\n%s", tried, in, table.String())

	b := p.browser()
	if got := b.signIn("/sign-in/nhs-login"); got.status != http.StatusSeeOther || !strings.Contains(b.who(), "kind=patient") {
		t.Fatalf("without mischief: %d %s; the table proves nothing", got.status, b.who())
	}
	if got := b.signIn("/sign-in/staff"); got.status != http.StatusSeeOther || !strings.Contains(b.who(), "kind=staff") {
		t.Fatalf("without mischief: %d %s; the table proves nothing", got.status, b.who())
	}
	if log := p.logs.String(); strings.Contains(log, nhsNumber) || strings.Contains(log, "access-") || strings.Contains(log, "Ada") {
		t.Errorf("the log holds what a provider said: %s", log)
	}
}

const nobody = "kind= id= person="

func claim(name string, value any) func(*idp) {
	return late(func(_ *idp, c map[string]any) {
		if c[name] = value; value == nil {
			delete(c, name)
		}
	})
}

// late changes the claims after everything else was put into them.
func late(change func(*idp, map[string]any)) func(*idp) {
	return func(p *idp) {
		before := p.spoil
		p.spoil = func(c map[string]any) {
			if before != nil {
				before(c)
			}
			change(p, c)
		}
	}
}

func both(a, b func(*idp)) func(*idp) { return func(p *idp) { a(p); b(p) } }

func signWith(sign func(*idp, map[string]any) string) func(*idp) {
	return func(p *idp) { p.sign = func(c map[string]any) string { return sign(p, c) } }
}

func answers(name, value string) func(*idp) {
	return func(p *idp) {
		p.answer = func(q url.Values) {
			if q.Set(name, value); value == "" {
				q.Del(name)
			}
		}
	}
}

func userinfo(status int, kind, body string) func(*idp) {
	return func(p *idp) {
		p.userinfo = func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
			return true
		}
	}
}

func tokenAnswer(status int) func(*idp) {
	return func(p *idp) {
		p.token = func(w http.ResponseWriter) bool {
			w.WriteHeader(status)
			return true
		}
	}
}

func bare(v any) string {
	text, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(text)
}
