package demo

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// assertionType is the only client authentication that NHS login takes (RFC 7523).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512}

func algorithmNames() []string {
	out := make([]string, len(algorithms))
	for n, a := range algorithms {
		out[n] = string(a)
	}
	return out
}

// token changes a code for tokens, once.
func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil || r.PostForm.Get("grant_type") != "authorization_code" {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "unsupported_grant_type"})
		return
	}
	client, ok := i.authenticate(r.PostForm)
	if !ok {
		writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	}
	g, ok := i.redeem(client, r.PostForm)
	if !ok {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	id, err := i.keys.sign(i.idToken(g))
	if err != nil {
		writeJSON(w, http.StatusInternalServerError, map[string]string{"error": "server_error"})
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"access_token": g.token, "token_type": "Bearer",
		"expires_in": int(tokenLife.Seconds()), "id_token": id, "scope": strings.Join(g.scopes, " ")})
}

// redeem takes a code off the shelf. A code that comes a second time was stolen
// from somebody: the token it bought is taken back (RFC 6749 4.1.2).
func (i *issuer) redeem(client Client, form url.Values) (grant, bool) {
	now, code := i.conf.Clock(), form.Get("code")
	i.mu.Lock()
	defer i.mu.Unlock()
	g, ok := i.codes.look(code, now)
	if !ok {
		return grant{}, false
	}
	if g.used {
		i.tokens.drop(g.token)
		return grant{}, false
	}
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	proof := base64.RawURLEncoding.EncodeToString(sum[:])
	fits := g.client == client.ID && g.redirect == form.Get("redirect_uri") &&
		len(form.Get("code_verifier")) >= 43 && subtle.ConstantTimeCompare([]byte(proof), []byte(g.challenge)) == 1
	g.used, g.token = true, secret() // a failed try spends the code too
	i.codes.put(code, g, now, codeLife)
	if !fits || !i.tokens.put(g.token, g, now, tokenLife) {
		return grant{}, false
	}
	if i.name == StaffIssuer && !i.sessions.put(g.sid, g, now, sessionLife) {
		return grant{}, false
	}
	return g, true
}

// authenticate checks who asks for the tokens.
func (i *issuer) authenticate(form url.Values) (Client, bool) {
	assertion := form.Get("client_assertion")
	if assertion == "" {
		c, ok := i.conf.client(form.Get("client_id"))
		return c, ok && len(c.Keys.Keys) == 0
	}
	if form.Get("client_assertion_type") != assertionType {
		return Client{}, false
	}
	signed, err := jose.ParseSignedCompact(assertion, algorithms)
	if err != nil || len(signed.Signatures) != 1 {
		return Client{}, false
	}
	var claims struct {
		Issuer   string   `json:"iss"`
		Subject  string   `json:"sub"`
		Audience audience `json:"aud"`
		Expires  float64  `json:"exp"`
		ID       string   `json:"jti"`
	}
	if err := json.Unmarshal(signed.UnsafePayloadWithoutVerification(), &claims); err != nil {
		return Client{}, false
	}
	client, ok := i.conf.client(claims.Issuer) // which keys to try; nothing is believed before they fit
	if !ok || claims.Subject != claims.Issuer || !i.verify(signed, client) {
		return Client{}, false
	}
	if id := form.Get("client_id"); id != "" && id != client.ID {
		return Client{}, false
	}
	return client, i.firstUse(client.ID+" "+claims.ID, claims.ID != "", claims.Audience, time.Unix(int64(claims.Expires), 0))
}

// firstUse checks audience and life of an assertion, and that its jti is new.
func (i *issuer) firstUse(jti string, named bool, aud audience, expires time.Time) bool {
	now := i.conf.Clock()
	if !named || !aud.has(i.url+"/token") || !now.Before(expires) || expires.After(now.Add(assertLife)) {
		return false
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if _, seen := i.asserted.look(jti, now); seen {
		return false
	}
	return i.asserted.put(jti, struct{}{}, now, expires.Sub(now))
}

func (i *issuer) verify(signed *jose.JSONWebSignature, c Client) bool {
	for _, key := range c.Keys.Keys {
		if kid := signed.Signatures[0].Header.KeyID; kid != "" && key.KeyID != "" && kid != key.KeyID {
			continue
		}
		if _, err := signed.Verify(key.Key); err == nil {
			return true
		}
	}
	return false
}

// audience is one string or a list of them.
type audience []string

func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

func (a audience) has(want string) bool {
	for _, s := range a {
		if s == want {
			return true
		}
	}
	return false
}

// userinfo answers what the token's scopes allow.
func (i *issuer) userinfo(w http.ResponseWriter, r *http.Request) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	i.mu.Lock()
	g, ok := i.tokens.look(token, i.conf.Clock())
	i.mu.Unlock()
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
		return
	}
	claims := i.personal(g)
	claims["sub"] = g.persona.Subject
	writeJSON(w, http.StatusOK, claims)
}
