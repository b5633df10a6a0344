package demo_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/go-jose/go-jose/v4"
)

func TestPatientSignsIn(t *testing.T) {
	p := start(t)
	got := p.signIn("patient", "proven", nil)
	if got.Get("state") != "s1" || got.Get("iss") != "http://idp.test/demo-idp/patient" || got.Get("code") == "" {
		t.Fatalf("came back with %v", got)
	}
	status, tokens := p.exchange("patient", p.form(got.Get("code"), nil))
	if status != http.StatusOK {
		t.Fatalf("%d %v", status, tokens)
	}
	id := p.claims("patient", tokens["id_token"].(string), jose.RS512)
	for name, want := range map[string]any{"iss": "http://idp.test/demo-idp/patient", "sub": "p-1", "aud": "portal", "nonce": "n1", "vot": "P9.Cp.Cd",
		"identity_proofing_level": "P9", "nhs_number": "9990000018", "birthdate": "1950-02-03", "family_name": "Ash", "given_name": "Ada"} {
		if id[name] != want {
			t.Errorf("%s = %v, want %v", name, id[name], want)
		}
	}
	if _, ok := id["sid"]; ok {
		t.Error("NHS login has no sign-out service and sends no sid")
	}
	w := p.get("/demo-idp/patient/userinfo", "Authorization", "Bearer "+tokens["access_token"].(string))
	var info map[string]any
	_ = json.Unmarshal(w.Body.Bytes(), &info)
	if info["sub"] != "p-1" || info["nhs_number"] != "9990000018" {
		t.Errorf("userinfo %v", info)
	}
	p.now = p.now.Add(5 * time.Minute)
	if w := p.get("/demo-idp/patient/userinfo", "Authorization", "Bearer "+tokens["access_token"].(string)); w.Code != http.StatusUnauthorized {
		t.Errorf("an access token of five minutes answered %d afterwards", w.Code)
	}
}

// Fiber's adaptor hands over strings that lie in a buffer of the request and are
// written over by the next one.
func TestNothingIsKeptOfTheRequestsBuffer(t *testing.T) {
	p := start(t)
	buffer := []byte(request(nil).Encode())
	r := httptest.NewRequest("GET", "/demo-idp/patient/authorize", nil)
	r.URL.RawQuery = unsafe.String(&buffer[0], len(buffer))
	w := httptest.NewRecorder()
	p.h.ServeHTTP(w, r)
	for n := range buffer {
		buffer[n] = 'x'
	}
	link := regexp.MustCompile(`<a data-persona="proven" href="([^"]+)"`).FindStringSubmatch(w.Body.String())
	u, err := url.Parse(strings.ReplaceAll(link[1], "&amp;", "&"))
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(p.get(u.RequestURI()).Header().Get("Location"))
	if err != nil || to.Query().Get("state") != "s1" {
		t.Fatalf("came back to %s: %v", to, err)
	}
	if status, body := p.exchange("patient", p.form(to.Query().Get("code"), nil)); status != http.StatusOK {
		t.Fatalf("%d %v", status, body)
	}
}

func TestStaffSignsIn(t *testing.T) {
	p := start(t)
	toStaff := func(a *assertion) { a.aud = "http://idp.test/demo-idp/staff/token" }
	got := p.signIn("staff", "doctor", map[string]string{"vtr": ""})
	_, tokens := p.exchange("staff", p.form(got.Get("code"), map[string]string{"client_assertion": p.assert(toStaff)}))
	id := p.claims("staff", tokens["id_token"].(string), jose.RS256)
	if id["id_assurance_level"] != "3" || id["authentication_assurance_level"] != "3" || id["sid"] == nil || id["auth_time"] != float64(now.Unix()) {
		t.Errorf("ID token %v", id)
	}
	w := p.get("/demo-idp/staff/userinfo", "Authorization", "Bearer "+tokens["access_token"].(string))
	for _, want := range []string{`"nhsid_nrbac_roles":[{`, `"org_code":"Z9A01"`, `"role_code":"S8000:G8000:R8000"`, `"activity_codes":["B0360"]`, `"name":"Dr Dee Elm"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in %s", want, w.Body)
		}
	}
	got = p.signIn("staff", "nobody", map[string]string{"vtr": ""})
	_, tokens = p.exchange("staff", p.form(got.Get("code"), map[string]string{"client_assertion": p.assert(toStaff)}))
	w = p.get("/demo-idp/staff/userinfo", "Authorization", "Bearer "+tokens["access_token"].(string))
	if strings.Contains(w.Body.String(), "nhsid_nrbac_roles") {
		t.Error("somebody without a role has a list of roles")
	}
}

func TestLowerLevelsTellLess(t *testing.T) {
	p := start(t)
	got := p.signIn("patient", "contact", nil)
	_, tokens := p.exchange("patient", p.form(got.Get("code"), nil))
	id := p.claims("patient", tokens["id_token"].(string), jose.RS512)
	if id["vot"] != "P0.Cp" || id["nhs_number"] != nil || id["birthdate"] != nil || id["family_name"] != nil {
		t.Errorf("P0 told %v", id)
	}
	for persona, vtr := range map[string]string{"matched": "", "contact": `["P9.Cp.Cd","P5.Cp.Cd"]`} {
		page := p.choice("patient", persona, map[string]string{"vtr": vtr})
		if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), `data-check="passed"`) {
			t.Fatalf("%s under vtr %q: %d %s", persona, vtr, page.Code, page.Body)
		}
		if got := p.along(page, `data-way="share"`); got.Get("error") != "access_denied" || got.Get("error_description") != "ConsentNotGiven" || got.Get("code") != "" {
			t.Errorf("%s does not share: %v", persona, got)
		}
		page = p.choice("patient", persona, map[string]string{"vtr": vtr})
		passed := p.along(page, `data-check="passed"`)
		_, tokens := p.exchange("patient", p.form(passed.Get("code"), nil))
		want := map[string]string{"matched": "P9", "contact": "P5"}[persona]
		if id := p.claims("patient", tokens["id_token"].(string), jose.RS512); id["vot"] != want+".Cp.Cd" || id["identity_proofing_level"] != want || id["family_name"] == nil {
			t.Errorf("%s proved more: %v", persona, id)
		}
		got = p.signIn("patient", persona, nil)
		_, tokens = p.exchange("patient", p.form(got.Get("code"), nil))
		if id := p.claims("patient", tokens["id_token"].(string), jose.RS512); id["identity_proofing_level"] == want {
			t.Errorf("%s keeps what was proven in an earlier sign-in", persona)
		}
	}
}

// A person who proved more than is asked comes back with what they proved.
func TestHigherLevelsSatisfyLowerVectors(t *testing.T) {
	p := start(t)
	got := p.signIn("patient", "proven", map[string]string{"vtr": `["P5.Cp.Cd","P5.Cp.Ck","P5.Cm"]`})
	_, tokens := p.exchange("patient", p.form(got.Get("code"), nil))
	if id := p.claims("patient", tokens["id_token"].(string), jose.RS512); id["vot"] != "P9.Cp.Cd" || id["vtm"] != "http://idp.test/demo-idp/patient/trustmark" {
		t.Errorf("%v", id)
	}
	if w := p.get("/demo-idp/patient/trustmark"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"P9"`) {
		t.Errorf("trustmark: %d %s", w.Code, w.Body)
	}
}

func TestWaysThatComeToNothing(t *testing.T) {
	p := start(t)
	for way, want := range map[string]string{"share": "access_denied", "again": "sso_login_required", "down": "temporarily_unavailable"} {
		page := p.get("/demo-idp/patient/authorize?" + request(nil).Encode())
		if got := p.along(page, `data-way="`+way+`"`); got.Get("error") != want || got.Get("state") != "s1" || got.Get("iss") == "" || got.Get("code") != "" {
			t.Errorf("%s: %v", way, got)
		}
	}
	if w := p.get("/demo-idp/patient/refusal?request=made-up&how=share"); w.Code != http.StatusBadRequest {
		t.Errorf("without a request: %d", w.Code)
	}
}

// The role is selected here for clients that ask for it, and only among the
// person's own.
func TestSelectedRole(t *testing.T) {
	p := start(t)
	toStaff := map[string]string{"client_assertion": p.assert(func(a *assertion) { a.aud = "http://idp.test/demo-idp/staff/token" })}
	ask := map[string]string{"vtr": "", "scope": "openid profile nationalrbacaccess associatedorgs selectedrole", "prompt": "login"}
	page := p.choice("staff", "both", ask)
	if strings.Count(page.Body.String(), "data-role=") != 2 {
		t.Fatalf("%d %s", page.Code, page.Body)
	}
	got := p.along(page, `data-role="1"`)
	_, tokens := p.exchange("staff", p.form(got.Get("code"), toStaff))
	id := p.claims("staff", tokens["id_token"].(string), jose.RS256)
	w := p.get("/demo-idp/staff/userinfo", "Authorization", "Bearer "+tokens["access_token"].(string))
	if id["selected_roleid"] == nil || !strings.Contains(w.Body.String(), `"person_roleid":"`+id["selected_roleid"].(string)+`","role_code":"S8000:G8000:R8000"`) {
		t.Errorf("%v in %s", id["selected_roleid"], w.Body)
	}
	if !strings.Contains(w.Body.String(), `"nhsid_user_orgs":[{"org_code":"Z9B01","org_name":"Surgery"},{"org_code":"Z9A01","org_name":"General"}]`) {
		t.Errorf("organisations: %s", w.Body)
	}
	if got := p.signIn("staff", "doctor", ask); got.Get("code") == "" {
		t.Errorf("one role is selected without asking: %v", got)
	}
	ask["prompt"] = ""
	if w := p.get("/demo-idp/staff/authorize?" + request(ask).Encode()); !strings.Contains(w.Header().Get("Location"), "invalid_request") {
		t.Errorf("selectedrole without prompt=login: %s", w.Header().Get("Location"))
	}
}

func TestRequestsThatAreSentBack(t *testing.T) {
	p := start(t)
	for name, c := range map[string]struct {
		change map[string]string
		want   string
	}{
		"no PKCE":                   {map[string]string{"code_challenge": "", "code_challenge_method": ""}, "invalid_request"},
		"plain PKCE":                {map[string]string{"code_challenge_method": "plain"}, "invalid_request"},
		"method left out":           {map[string]string{"code_challenge_method": ""}, "invalid_request"},
		"challenge not a hash":      {map[string]string{"code_challenge": "short"}, "invalid_request"},
		"no nonce":                  {map[string]string{"nonce": ""}, "invalid_request"},
		"no state":                  {map[string]string{"state": ""}, "invalid_request"},
		"implicit flow":             {map[string]string{"response_type": "id_token"}, "unsupported_response_type"},
		"no openid":                 {map[string]string{"scope": "profile"}, "invalid_scope"},
		"vtr that is not a list":    {map[string]string{"vtr": "P9"}, "invalid_request"},
		"vtr that is an empty list": {map[string]string{"vtr": "[]"}, "invalid_request"},
		"vtr of nobody's":           {map[string]string{"vtr": `["P9.Cx"]`}, "invalid_request"},
		"acr_values":                {map[string]string{"acr_values": "AAL3_ANY"}, "invalid_request"},
		"max_age":                   {map[string]string{"max_age": "300"}, "invalid_request"},
		"login_hint":                {map[string]string{"login_hint": "ada"}, "invalid_request"},
		"ui_locales":                {map[string]string{"ui_locales": "cy"}, "invalid_request"},
		"prompt=none":               {map[string]string{"prompt": "none"}, "login_required"},
		"prompt of its own":         {map[string]string{"prompt": "create"}, "invalid_request"},
	} {
		w := p.get("/demo-idp/patient/authorize?" + request(c.change).Encode())
		to, _ := url.Parse(w.Header().Get("Location"))
		if w.Code != http.StatusFound || to.Query().Get("error") != c.want || to.Query().Get("iss") == "" {
			t.Errorf("%s: %d %s", name, w.Code, w.Header().Get("Location"))
		}
	}
	twice := request(nil)
	twice.Add("state", "s2")
	if w := p.get("/demo-idp/patient/authorize?" + twice.Encode()); !strings.Contains(w.Header().Get("Location"), "invalid_request") {
		t.Errorf("state twice: %d %s", w.Code, w.Header().Get("Location"))
	}
	for name, change := range map[string]map[string]string{
		"unknown client":  {"client_id": "stranger"},
		"another address": {"redirect_uri": back + "/"},
		"no address":      {"redirect_uri": ""},
	} {
		if w := p.get("/demo-idp/patient/authorize?" + request(change).Encode()); w.Code != http.StatusBadRequest || w.Header().Get("Location") != "" {
			t.Errorf("%s: %d to %q, must not redirect", name, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestCodesThatBuyNothing(t *testing.T) {
	for name, c := range map[string]struct {
		issuer string
		change map[string]string
		wait   time.Duration
		want   int
	}{
		"wrong verifier":           {"patient", map[string]string{"code_verifier": strings.Repeat("x", 43)}, 0, 400},
		"no verifier":              {"patient", map[string]string{"code_verifier": ""}, 0, 400},
		"other address":            {"patient", map[string]string{"redirect_uri": back + "?"}, 0, 400},
		"made-up code":             {"patient", map[string]string{"code": "abc"}, 0, 400},
		"too late":                 {"patient", nil, 10 * time.Minute, 400},
		"other client":             {"patient", map[string]string{"client_id": "open", "client_assertion_type": ""}, 0, 400},
		"other grant type":         {"patient", map[string]string{"grant_type": "password"}, 0, 400},
		"no client":                {"patient", map[string]string{"client_id": "", "client_assertion_type": ""}, 0, 401},
		"keys but no proof":        {"patient", map[string]string{"client_assertion_type": ""}, 0, 401},
		"code of the other issuer": {"staff", nil, 0, 401}, // the assertion names the patient issuer
	} {
		p := start(t)
		code := p.signIn("patient", "proven", nil).Get("code")
		p.now = p.now.Add(c.wait)
		if status, body := p.exchange(c.issuer, p.form(code, c.change)); status != c.want || body["id_token"] != nil {
			t.Errorf("%s: %d %v", name, status, body)
		}
	}
}

func TestACodeCountsOnce(t *testing.T) {
	p := start(t)
	code := p.signIn("patient", "proven", nil).Get("code")
	_, tokens := p.exchange("patient", p.form(code, nil))
	bearer := "Bearer " + tokens["access_token"].(string)
	if w := p.get("/demo-idp/patient/userinfo", "Authorization", bearer); w.Code != http.StatusOK {
		t.Fatal(w.Code)
	}
	if status, body := p.exchange("patient", p.form(code, nil)); status != http.StatusBadRequest || body["error"] != "invalid_grant" {
		t.Errorf("second use: %d %v", status, body)
	}
	if w := p.get("/demo-idp/patient/userinfo", "Authorization", bearer); w.Code != http.StatusUnauthorized {
		t.Error("the token of a code used twice was not taken back")
	}
	code = p.signIn("patient", "proven", nil).Get("code")
	p.exchange("patient", p.form(code, map[string]string{"code_verifier": strings.Repeat("x", 43)}))
	if status, _ := p.exchange("patient", p.form(code, nil)); status != http.StatusBadRequest {
		t.Error("a code survived a wrong verifier")
	}
}

func TestClientAssertions(t *testing.T) {
	for name, change := range map[string]func(*assertion){
		"another key":         func(a *assertion) { a.key = otherKey },
		"HS256":               func(a *assertion) { a.alg = jose.HS256 },
		"other audience":      func(a *assertion) { a.aud = "http://idp.test/demo-idp/staff/token" },
		"no jti":              func(a *assertion) { a.jti = "" },
		"expired":             func(a *assertion) { a.expiresIn = -time.Second },
		"lives a day":         func(a *assertion) { a.expiresIn = 24 * time.Hour },
		"subject differs":     func(a *assertion) { a.sub = "open" },
		"unknown client":      func(a *assertion) { a.client, a.sub = "stranger", "stranger" },
		"client without keys": func(a *assertion) { a.client, a.sub = "open", "open" },
	} {
		p := start(t)
		code := p.signIn("patient", "proven", nil).Get("code")
		status, body := p.exchange("patient", p.form(code, map[string]string{"client_assertion": p.assert(change)}))
		if status != http.StatusUnauthorized || body["error"] != "invalid_client" {
			t.Errorf("%s: %d %v", name, status, body)
		}
		if status, _ := p.exchange("patient", p.form(code, nil)); status != http.StatusOK {
			t.Errorf("%s: the code must be left to its owner, got %d", name, status)
		}
	}
	p := start(t)
	once := p.assert(nil)
	first := p.signIn("patient", "proven", nil).Get("code")
	if status, _ := p.exchange("patient", p.form(first, map[string]string{"client_assertion": once})); status != http.StatusOK {
		t.Fatal(status)
	}
	second := p.signIn("patient", "proven", nil).Get("code")
	if status, body := p.exchange("patient", p.form(second, map[string]string{"client_assertion": once})); status != http.StatusUnauthorized {
		t.Errorf("the same assertion again: %d %v", status, body)
	}
}

func TestPage(t *testing.T) {
	p := start(t)
	w := p.get("/demo-idp/staff/authorize?" + request(map[string]string{"vtr": ""}).Encode())
	page := w.Body.String()
	if strings.Contains(page, `data-persona="proven"`) || !strings.Contains(page, `data-persona="nobody"`) {
		t.Error("the staff page must list staff and nobody else")
	}
	for _, bad := range []string{"<script", "<style", " style=", "onclick", "9990000018"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if !strings.Contains(page, "Demonstration, not for real patients") || w.Header().Get("Cache-Control") != "no-store" {
		t.Error("no badge, or the page may be stored")
	}
	if w := p.get("/demo-idp/patient/choice?request=abc&persona=proven"); w.Code != http.StatusBadRequest {
		t.Errorf("choice without a request: %d", w.Code)
	}
	q := url.Values{"post_logout_redirect_uri": {"https://portal.test/"}, "state": {"bye"}}
	if w := p.get("/demo-idp/staff/end-session?" + q.Encode()); w.Header().Get("Location") != "https://portal.test/?state=bye" {
		t.Errorf("sign-out: %d %s", w.Code, w.Header().Get("Location"))
	}
	q.Set("post_logout_redirect_uri", "https://elsewhere.test/")
	if w := p.get("/demo-idp/staff/end-session?" + q.Encode()); w.Code != http.StatusBadRequest {
		t.Errorf("sign-out to elsewhere: %d", w.Code)
	}
}
