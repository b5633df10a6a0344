package signin_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// idp is a small identity provider that can be made to misbehave in every way
// that a sign-in must survive.
type idp struct {
	*httptest.Server
	t   *testing.T
	mu  sync.Mutex
	now func() time.Time

	key    *rsa.PrivateKey
	kid    string
	alg    jose.SignatureAlgorithm
	claims map[string]any // of the person
	more   map[string]any // only userinfo has these
	client crypto.PublicKey

	// Ways to misbehave.
	spoil      func(claims map[string]any)        // the ID token's claims, last
	sign       func(claims map[string]any) string // another way to make the token
	answer     func(q url.Values)                 // the callback's parameters
	userinfo   func(w http.ResponseWriter, r *http.Request) bool
	token      func(w http.ResponseWriter) bool
	discovery  func(d map[string]any)
	use        string // of the published key
	keyAlg     string
	vot        func(asked string) string // vector of trust by what was asked for
	jti        atomic.Int64
	down       bool
	gone       string // the path that does not answer
	codes      map[string]url.Values
	assertions []string
	calls      map[string]int
}

var testKey = sync.OnceValue(func() *rsa.PrivateKey { return newKey() })

func newKey() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}

func newIDP(t *testing.T, alg jose.SignatureAlgorithm, now func() time.Time, claims map[string]any) *idp {
	p := &idp{t: t, now: now, key: testKey(), kid: "k1", alg: alg, claims: claims, use: "sig", codes: map[string]url.Values{}, calls: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", p.discover)
	mux.HandleFunc("/authorize", p.authorize)
	mux.HandleFunc("/token", p.exchange)
	mux.HandleFunc("/userinfo", p.tell)
	mux.HandleFunc("/jwks", func(w http.ResponseWriter, _ *http.Request) {
		p.reply(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &p.key.PublicKey, KeyID: p.kid, Use: p.use, Algorithm: p.keyAlg}}})
	})
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.calls[r.URL.Path]++
		if p.down || p.gone == r.URL.Path {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *idp) reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		p.t.Error(err)
	}
}

func (p *idp) discover(w http.ResponseWriter, _ *http.Request) {
	d := map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "userinfo_endpoint": p.URL + "/userinfo",
		"jwks_uri": p.URL + "/jwks", "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"none", "HS256", string(p.alg)}, "code_challenge_methods_supported": []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
	}
	if p.discovery != nil {
		p.discovery(d)
	}
	p.reply(w, d)
}

func (p *idp) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 || q.Get("nonce") == "" || len(q.Get("state")) < 40 || q.Get("response_type") != "code" {
		p.t.Errorf("authorisation request: %v", q)
	}
	raw := make([]byte, 16)
	_, _ = rand.Read(raw)
	code := base64.RawURLEncoding.EncodeToString(raw)
	p.codes[code] = q
	back := url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {p.URL}}
	if p.answer != nil {
		p.answer(back)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (p *idp) exchange(w http.ResponseWriter, r *http.Request) {
	if p.token != nil && p.token(w) {
		return
	}
	_ = r.ParseForm()
	asked, ok := p.codes[r.PostForm.Get("code")]
	delete(p.codes, r.PostForm.Get("code"))
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	if !ok || base64.RawURLEncoding.EncodeToString(sum[:]) != asked.Get("code_challenge") || r.PostForm.Get("redirect_uri") != asked.Get("redirect_uri") || !p.knows(r.PostForm) {
		w.WriteHeader(http.StatusBadRequest)
		p.reply(w, map[string]string{"error": "invalid_grant"})
		return
	}
	now := p.now()
	claims := map[string]any{"iss": p.URL, "aud": asked.Get("client_id"), "nonce": asked.Get("nonce"), "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		"auth_time": now.Unix(), "vtm": p.URL + "/trustmark", "at_hash": p.hash("access-" + asked.Get("nonce")), "sid": "op-session-1"}
	for k, v := range p.claims {
		claims[k] = v
	}
	if p.vot != nil {
		claims["vot"] = p.vot(asked.Get("vtr"))
	}
	if p.spoil != nil {
		p.spoil(claims)
	}
	sign := p.sign
	if sign == nil {
		sign = func(claims map[string]any) string { return p.signed(p.key, p.kid, p.alg, claims) }
	}
	answer := map[string]any{"access_token": "access-" + asked.Get("nonce"), "token_type": "Bearer", "expires_in": 300}
	if text := sign(claims); text != "" {
		answer["id_token"] = text
	}
	p.reply(w, answer)
}

// knows checks private_key_jwt, when the provider has the client's key.
func (p *idp) knows(form url.Values) bool {
	if p.client == nil {
		return form.Get("client_id") == "candour" && form.Get("client_secret") == ""
	}
	text := form.Get("client_assertion")
	signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.RS512})
	if err != nil {
		return false
	}
	payload, err := signed.Verify(p.client)
	if err != nil || signed.Signatures[0].Header.KeyID != "client-key" {
		return false
	}
	var c struct {
		Iss, Sub, Aud, Jti string
		Exp, Iat           int64
	}
	if err := json.Unmarshal(payload, &c); err != nil {
		return false
	}
	for _, before := range p.assertions {
		if before == c.Jti {
			return false
		}
	}
	p.assertions = append(p.assertions, c.Jti)
	return c.Iss == "candour" && c.Sub == "candour" && c.Aud == p.URL+"/token" && c.Jti != "" && c.Exp-c.Iat <= 300 && c.Exp > p.now().Unix() &&
		form.Get("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
}

func (p *idp) tell(w http.ResponseWriter, r *http.Request) {
	if p.userinfo != nil && p.userinfo(w, r) {
		return
	}
	if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer access-") {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	out := map[string]any{"sub": p.claims["sub"]}
	for k, v := range p.more {
		out[k] = v
	}
	p.reply(w, out)
}

func (p *idp) hash(token string) string {
	if p.alg == jose.RS512 {
		sum := sha512.Sum512([]byte(token))
		return base64.RawURLEncoding.EncodeToString(sum[:32])
	}
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// keep remembers how the provider behaves and gives the way back.
func (p *idp) keep() (restore func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key, kid := p.key, p.kid
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.spoil, p.sign, p.answer, p.userinfo, p.token, p.more = nil, nil, nil, nil, nil, nil
		p.use, p.keyAlg, p.key, p.kid = "sig", "", key, kid
	}
}

// newKey0 is another key that the provider does not have, always the same.
var newKey0 = sync.OnceValue(newKey)

// shortKey is of a length that nobody should believe any more.
var shortKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		panic(err)
	}
	return k
})

func (p *idp) signed(key any, kid string, alg jose.SignatureAlgorithm, claims map[string]any) string {
	return p.signedAs("", key, kid, alg, claims)
}

func (p *idp) signedAs(kind jose.ContentType, key any, kid string, alg jose.SignatureAlgorithm, claims map[string]any) string {
	var options *jose.SignerOptions
	if kind != "" {
		options = (&jose.SignerOptions{}).WithType(kind)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, options)
	if err != nil {
		p.t.Error(err)
		return ""
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		p.t.Error(err)
	}
	token, err := signer.Sign(payload)
	if err != nil {
		p.t.Error(err)
		return ""
	}
	text, err := token.CompactSerialize()
	if err != nil {
		p.t.Error(err)
	}
	return text
}
