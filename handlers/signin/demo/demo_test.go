package demo_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"candour/handlers/signin/demo"
	"candour/models/clock"
)

const (
	back     = "https://portal.test/sign-in/callback"
	verifier = "a-verifier-of-at-least-forty-three-characters-0"
)

var (
	now       = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	clientKey = mustKey()
	otherKey  = mustKey()
)

func mustKey() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}

// provider is a running demo provider and a clock that a test may move.
type provider struct {
	t   *testing.T
	h   http.Handler
	now time.Time
}

func start(t *testing.T) *provider { return startWith(t, nil) }

func startWith(t *testing.T, change func(*demo.Config)) *provider {
	p := &provider{t: t, now: now}
	conf := demo.Config{
		BaseURL: "http://idp.test",
		Personas: []demo.Persona{
			{Key: "proven", Issuer: demo.PatientIssuer, Group: "demo.group.included", Name: "Ada Ash", Story: "demo.badge", Subject: "p-1",
				Level: "P9", NHSNumber: "9990000018", BirthDate: "1950-02-03", Family: "Ash", Given: "Ada", GPPractice: "E89991"},
			{Key: "matched", Issuer: demo.PatientIssuer, Group: "demo.group.unproven", Name: "Bo Birch", Story: "demo.badge", Subject: "p-2",
				Level: "P5", NHSNumber: "9990000026", BirthDate: "1960-02-03", Family: "Birch", Given: "Bo"},
			{Key: "contact", Issuer: demo.PatientIssuer, Group: "demo.group.unproven", Name: "Cy Cedar", Story: "demo.badge", Subject: "p-3",
				Level: "P0", NHSNumber: "9990000034", BirthDate: "1970-02-03", Family: "Cedar"},
			{Key: "doctor", Issuer: demo.StaffIssuer, Group: "demo.group.care", Name: "Dr Dee Elm", Story: "demo.badge", Subject: "555000000001",
				Roles: []demo.Role{{OrgCode: "Z9A01", OrgName: "General", RoleCode: "S8000:G8000:R8000", RoleName: "Clinical Practitioner",
					Activities: []demo.Activity{{Code: "B0360", Name: "View Detailed Health Records"}}}}},
			{Key: "both", Issuer: demo.StaffIssuer, Group: "demo.group.care", Name: "Dr Gil Gum", Story: "demo.badge", Subject: "555000000003",
				Roles: []demo.Role{{OrgCode: "Z9B01", OrgName: "Surgery", RoleCode: "S8000:G8000:R0260", RoleName: "GP"},
					{OrgCode: "Z9A01", OrgName: "General", RoleCode: "S8000:G8000:R8000", RoleName: "Clinical Practitioner"}}},
			{Key: "nobody", Issuer: demo.StaffIssuer, Group: "demo.group.stopped", Name: "Flo Fir", Story: "demo.badge", Subject: "555000000002"},
		},
		Clients: []demo.Client{
			{ID: "portal", RedirectURIs: []string{back}, AfterLogout: []string{"https://portal.test/"},
				Keys: jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: clientKey.Public(), KeyID: "k1", Algorithm: "RS512"}}}},
			{ID: "open", RedirectURIs: []string{back}},
		},
		Clock: func() time.Time { return clock.Fixed(p.now)() },
	}
	if change != nil {
		change(&conf)
	}
	p.h = demo.New(conf)
	return p
}

func (p *provider) get(path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	p.h.ServeHTTP(w, r)
	return w
}

func request(change map[string]string) url.Values {
	sum := sha256.Sum256([]byte(verifier))
	q := url.Values{"client_id": {"portal"}, "redirect_uri": {back}, "response_type": {"code"}, "scope": {"openid profile profile_extended gp_registration_details nationalrbacaccess"},
		"state": {"s1"}, "nonce": {"n1"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
		"vtr": {`["P0.Cp","P5.Cp.Cd","P9.Cp.Cd"]`}}
	for k, v := range change {
		if v == "" {
			q.Del(k)
		} else {
			q.Set(k, v)
		}
	}
	return q
}

// along follows the link with an attribute as a browser does, back to the client.
func (p *provider) along(page *httptest.ResponseRecorder, attribute string) url.Values {
	p.t.Helper()
	tag := regexp.MustCompile(`<a ` + attribute + `[^>]* href="([^"]+)"`).FindStringSubmatch(page.Body.String())
	if tag == nil {
		p.t.Fatalf("no link with %s in %s", attribute, page.Body)
	}
	u, err := url.Parse(strings.ReplaceAll(tag[1], "&amp;", "&"))
	if err != nil {
		p.t.Fatal(err)
	}
	w := p.get(u.RequestURI())
	if w.Code != http.StatusFound || !strings.HasPrefix(w.Header().Get("Location"), back+"?") {
		p.t.Fatalf("%s: %d %s", attribute, w.Code, w.Header().Get("Location"))
	}
	to, _ := url.Parse(w.Header().Get("Location"))
	return to.Query()
}

// choice is the page after a persona was picked, when there is one.
func (p *provider) choice(issuer, persona string, change map[string]string) *httptest.ResponseRecorder {
	p.t.Helper()
	w := p.get("/demo-idp/" + issuer + "/authorize?" + request(change).Encode())
	tag := regexp.MustCompile(`<a data-persona="` + persona + `" href="([^"]+)"`).FindStringSubmatch(w.Body.String())
	if tag == nil {
		p.t.Fatalf("no link for %s: %d %s", persona, w.Code, w.Body)
	}
	u, err := url.Parse(strings.ReplaceAll(tag[1], "&amp;", "&"))
	if err != nil {
		p.t.Fatal(err)
	}
	return p.get(u.RequestURI())
}

// signIn walks through the page as a browser does and returns what came back.
func (p *provider) signIn(issuer, persona string, change map[string]string) url.Values {
	p.t.Helper()
	return p.along(p.get("/demo-idp/"+issuer+"/authorize?"+request(change).Encode()), `data-persona="`+persona+`"`)
}

type assertion struct {
	key       *rsa.PrivateKey
	alg       jose.SignatureAlgorithm
	client    string
	sub       string
	aud, jti  string
	expiresIn time.Duration
}

func (p *provider) assert(change func(*assertion)) string {
	p.t.Helper()
	a := assertion{key: clientKey, alg: jose.RS512, client: "portal", sub: "portal", aud: "http://idp.test/demo-idp/patient/token", jti: rand.Text(), expiresIn: 5 * time.Minute}
	if change != nil {
		change(&a)
	}
	var key any = a.key
	if a.alg == jose.HS256 {
		key = []byte(strings.Repeat("k", 32))
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: a.alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "k1"))
	if err != nil {
		p.t.Fatal(err)
	}
	body, _ := json.Marshal(map[string]any{"iss": a.client, "sub": a.sub, "aud": a.aud, "jti": a.jti, "exp": p.now.Add(a.expiresIn).Unix()})
	o, err := s.Sign(body)
	if err != nil {
		p.t.Fatal(err)
	}
	text, _ := o.CompactSerialize()
	return text
}

func (p *provider) exchange(issuer string, form url.Values) (int, map[string]any) {
	p.t.Helper()
	r := httptest.NewRequest("POST", "/demo-idp/"+issuer+"/token", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	p.h.ServeHTTP(w, r)
	var out map[string]any
	body, _ := io.ReadAll(w.Body)
	if err := json.Unmarshal(body, &out); err != nil {
		p.t.Fatalf("%d %s", w.Code, body)
	}
	return w.Code, out
}

func (p *provider) form(code string, change map[string]string) url.Values {
	f := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {back}, "code_verifier": {verifier},
		"client_id": {"portal"}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
	for k, v := range change {
		if v == "" {
			f.Del(k)
		} else {
			f.Set(k, v)
		}
	}
	if f.Get("client_assertion") == "" && f.Get("client_assertion_type") != "" {
		f.Set("client_assertion", p.assert(nil))
	}
	return f
}

// claims checks the signature by the published keys and returns the ID token.
func (p *provider) claims(issuer, token string, alg jose.SignatureAlgorithm) map[string]any {
	p.t.Helper()
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(p.get("/demo-idp/"+issuer+"/jwks").Body.Bytes(), &set); err != nil {
		p.t.Fatal(err)
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{alg})
	if err != nil {
		p.t.Fatal(err)
	}
	body, err := signed.Verify(set.Keys[0])
	if err != nil {
		p.t.Fatal(err)
	}
	var out map[string]any
	_ = json.Unmarshal(body, &out)
	return out
}
