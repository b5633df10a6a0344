package signin_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
)

func TestPatientSignsInAndOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := openOn(t, d, nil)
		b := p.browser()
		start := b.get("/sign-in?return=/my/inclusion")
		if start.status != 200 || !strings.Contains(start.body, "/sign-in/nhs-login?return=%2Fmy%2Finclusion") || !strings.Contains(start.body, "/sign-in/staff") {
			t.Fatalf("%d %s", start.status, start.body)
		}
		got := b.signIn("/sign-in/nhs-login?return=/my/inclusion")
		if got.status != http.StatusSeeOther || got.location != "/my/inclusion" {
			t.Fatalf("%d %s %s", got.status, got.location, got.body)
		}
		who := b.who()
		if !strings.HasPrefix(who, "kind=patient") || !strings.Contains(who, "person="+string(opaque.Of("ada"))) || !strings.Contains(who, "level=P9") || !strings.Contains(who, "session=true") {
			t.Errorf("%s", who)
		}
		if kept := sessionBytes(t, d); strings.Contains(kept, nhsNumber) || strings.Contains(kept, "1950-02-03") {
			t.Error("the session holds what the provider traced")
		}
		old := b.cookie()
		out := b.post("/sign-out", b.get("/sign-in").body, url.Values{})
		if out.status != http.StatusSeeOther || out.header.Get("Clear-Site-Data") == "" || b.cookie() != "" {
			t.Fatalf("sign-out: %d %q", out.status, out.header.Get("Clear-Site-Data"))
		}
		if page := b.get(out.location); page.status != 200 || !strings.Contains(page.body, "logged out") {
			t.Errorf("%d %s", page.status, page.body)
		}
		u, _ := url.Parse(p.url)
		b.Jar.SetCookies(u, []*http.Cookie{{Name: "candour", Value: old, Path: "/"}})
		if who := b.who(); !strings.HasPrefix(who, nobody) {
			t.Errorf("the old cookie: %s", who)
		}
		if acts := logged(t, d); strings.Join(acts, " ") != "signed_in signed_out" {
			t.Errorf("logged: %v", acts)
		}
	})
}

func sessionBytes(t *testing.T, d *db.DB) string {
	t.Helper()
	rows, err := d.Query(t.Context(), "SELECT data FROM sessions")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	if all.Len() == 0 {
		t.Fatal("no session")
	}
	return all.String()
}

// logged are the acts of signing in and out that the access log holds, in order.
func logged(t *testing.T, d *db.DB) []string {
	t.Helper()
	var acts []string
	for _, body := range entries(t, d) {
		for _, act := range []string{"signed_in", "signed_out", "role_chosen", "role_changed", "proof_raised", "ended_by_provider"} {
			if strings.Contains(body, act) {
				acts = append(acts, act)
			}
		}
	}
	return acts
}

// entries are what the access log has of signing in and out.
func entries(t *testing.T, d *db.DB) (out []string) {
	t.Helper()
	rows, err := d.Query(t.Context(), "SELECT body FROM audit_entries WHERE kind = 'signin' ORDER BY seq")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			t.Fatal(err)
		}
		out = append(out, body)
	}
	return out
}

// T05: below P9 a person is signed in, and no record is theirs; userinfo cannot
// raise a level, nor change what was signed. Levels go both ways: what the token
// says must be among what was asked for.
func TestLevels(t *testing.T) {
	p := open(t, func(p *portal) { p.patient.Lowest = "P0" })
	ada := "person=" + string(opaque.Of("ada")) + " level=P9"
	for name, c := range map[string]struct {
		vot, shown any
		more       map[string]any
		want       string
	}{
		"P9 both":                           {"P9.Cp.Cd", "P9", nil, ada},
		"P9 by key":                         {"P9.Cp.Ck", "P9", nil, ada},
		"P5 both":                           {"P5.Cp.Cd", "P5", nil, "person= level=P5"},
		"P0":                                {"P0.Cp", "P0", nil, "person= level=P0"},
		"P9 by password alone":              {"P9.Cp", "P9", nil, nobody},
		"P9 by password alone, once P5":     {"P9.Cp", "P5", nil, "person= level=P0"},
		"now P9, once P5":                   {"P9.Cp.Cd", "P5", nil, "person= level=P5"},
		"P9, what was shown left out":       {"P9.Cp.Cd", nil, nil, ada},
		"no vot":                            {nil, "P9", nil, nobody},
		"P5, userinfo says P9":              {"P5.Cp.Cd", "P5", map[string]any{"vot": "P9.Cp.Cd", "identity_proofing_level": "P9"}, "person= level=P5"},
		"P5 by vot, userinfo adds the rest": {"P5.Cp.Cd", nil, map[string]any{"identity_proofing_level": "P9"}, "person= level=P5"},
		"userinfo names another number":     {"P9.Cp.Cd", "P9", map[string]any{"nhs_number": "9434765919", "family_name": "Eve"}, ada},
	} {
		p.nhs.claims = adaClaims()
		for k, v := range map[string]any{"vot": c.vot, "identity_proofing_level": c.shown} {
			if p.nhs.claims[k] = v; v == nil {
				delete(p.nhs.claims, k)
			}
		}
		p.nhs.more = c.more
		b := p.browser()
		if got := b.follow(b.signIn("/sign-in/nhs-login")); c.want == nobody && got.status != http.StatusForbidden {
			t.Errorf("%s: %d", name, got.status)
		}
		if who := b.who(); !strings.Contains(who, c.want) {
			t.Errorf("%s: %s", name, who)
		}
	}
}

// Userinfo may add what the token leaves out.
func TestUserinfoAdds(t *testing.T) {
	p := open(t, nil)
	full := adaClaims()
	p.nhs.claims = map[string]any{"sub": "ada-1", "vot": "P9.Cp.Cd", "identity_proofing_level": "P9"}
	p.nhs.more = map[string]any{"nhs_number": full["nhs_number"], "birthdate": full["birthdate"], "family_name": full["family_name"]}
	b := p.browser()
	b.signIn("/sign-in/nhs-login")
	if who := b.who(); !strings.Contains(who, "person="+string(opaque.Of("ada"))) {
		t.Error(who)
	}
}

func TestPeopleWhoTurnBack(t *testing.T) {
	p := open(t, nil)
	p.nhs.answer = func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }
	b := p.browser()
	got := b.signIn("/sign-in/nhs-login")
	if got.status != 200 || !strings.Contains(got.body, "You cannot go on without sharing your details") || !strings.HasPrefix(b.who(), nobody) {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestOneRoleIsTaken(t *testing.T) {
	p := open(t, nil)
	b := p.browser()
	got := b.signIn("/sign-in/staff")
	if got.status != http.StatusSeeOther || got.location != "/patients" {
		t.Fatalf("%d %s", got.status, got.location)
	}
	if who := b.who(); !strings.Contains(who, "kind=staff") || !strings.Contains(who, "role=R8000 org=gen") || !strings.Contains(who, "view_record") {
		t.Error(who)
	}
	if page := b.get("/sign-in/role"); page.status != http.StatusUnauthorized {
		t.Errorf("a picker for one role: %d", page.status)
	}
}

// T06, T08: the picker takes a place in the list of the person's own token; each
// choice renews the session and is logged.
func TestTwoRoles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := openOn(t, d, nil)
		p.cis.claims = samClaims(role("Z9A01", "R8000", "Clinician", "B0360"), role("Z9B01", "R8006", "Medical Secretary", "B0820"))
		b := p.browser()
		if got := b.signIn("/sign-in/staff?return=/patients"); got.location != "/sign-in/role" {
			t.Fatalf("%d %s", got.status, got.location)
		}
		if who := b.who(); !strings.HasPrefix(who, nobody) {
			t.Errorf("before the choice: %s", who)
		}
		page := b.get("/sign-in/role").body
		if !strings.Contains(page, "Medical Secretary") || !strings.Contains(page, "General Hospital") {
			t.Errorf("%s", page)
		}
		for _, forged := range []string{"2", "-1", "99999999999999999999", "Z9B01", "R0001", "0;1", "S8000:G8000:R8000"} {
			if got := b.post("/sign-in/role", page, url.Values{"role": {forged}}); got.status != http.StatusForbidden {
				t.Errorf("role %q: %d", forged, got.status)
			}
		}
		if got := b.post("/sign-in/role", page, url.Values{}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Select the role") {
			t.Errorf("no role: %d", got.status)
		}
		if got := b.post("/sign-in/role", page, url.Values{"role": {"0"}, "org": {"Z9B01"}}); got.status != http.StatusBadRequest {
			t.Errorf("a field of the browser's own: %d", got.status)
		}
		if got := b.ask("POST", "/sign-in/role", url.Values{"role": {"0"}}); got.status != http.StatusForbidden {
			t.Errorf("without a token: %d", got.status)
		}
		if who := b.who(); !strings.HasPrefix(who, nobody) {
			t.Errorf("after forged choices: %s", who)
		}
		before := b.cookie()
		if got := b.post("/sign-in/role", page, url.Values{"role": {"1"}}); got.status != http.StatusSeeOther || got.location != "/patients" {
			t.Fatalf("%d %s", got.status, got.body)
		}
		if who := b.who(); !strings.Contains(who, "role=R8006 org=sur") || strings.Contains(who, "view_record") {
			t.Error(who)
		}
		if b.cookie() == before {
			t.Error("the session was not renewed")
		}
		before = b.cookie()
		if got := b.post("/sign-in/role", b.get("/sign-in/role").body, url.Values{"role": {"0"}}); got.status != http.StatusSeeOther {
			t.Fatalf("change of role: %d %s", got.status, got.body)
		}
		if who := b.who(); !strings.Contains(who, "role=R8000 org=gen") || b.cookie() == before {
			t.Error(who)
		}
		if acts := logged(t, d); strings.Join(acts, " ") != "signed_in role_chosen role_changed" {
			t.Errorf("logged: %v", acts)
		}
	})
}

func TestAPersonWhomNobodyHolds(t *testing.T) {
	p := open(t, nil)
	p.nhs.claims["family_name"] = "Somebody-Else"
	b := p.browser()
	got := b.signIn("/sign-in/nhs-login")
	if who := b.who(); got.status != http.StatusSeeOther || got.location != "/my" || !strings.HasPrefix(who, "kind=patient") || !strings.Contains(who, "person= ") {
		t.Errorf("%d %s %s", got.status, got.location, who)
	}
}

func TestStaffWhoCannotComeIn(t *testing.T) {
	p := open(t, nil)
	for name, c := range map[string]struct {
		claims map[string]any
		says   string
	}{
		"no role":              {samClaims(), "no role"},
		"roles without a code": {samClaims(map[string]any{"org_code": "Z9A01"}, "nonsense", 7), "no role"},
		"unknown organisation": {samClaims(role("X9X99", "R8000", "Clinician", "B0360")), "Org X9X99"},
		"a role of no use":     {samClaims(role("Z9A01", "R8015", "Helper")), "B0360"},
		"weakly proven":        {weak(samClaims(role("Z9A01", "R8000", "Clinician", "B0360")), "id_assurance_level", "2"), ""},
		"weakly signed in":     {weak(samClaims(role("Z9A01", "R8000", "Clinician", "B0360")), "authentication_assurance_level", 1), ""},
		"no assurance at all":  {map[string]any{"sub": "sam-1", "nhsid_nrbac_roles": []any{role("Z9A01", "R8000", "Clinician", "B0360")}}, ""},
	} {
		p.cis.claims = c.claims
		b := p.browser()
		got := b.signIn("/sign-in/staff")
		if got.status != http.StatusForbidden || !strings.Contains(strings.ToLower(got.body), strings.ToLower(c.says)) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		if who := b.who(); !strings.HasPrefix(who, nobody) {
			t.Errorf("%s: %s", name, who)
		}
		if strings.Contains(got.body, "code=") || strings.Contains(got.body, "state=") {
			t.Errorf("%s: the provider's answer is repeated in the page", name)
		}
	}
}

func weak(c map[string]any, name string, level any) map[string]any { c[name] = level; return c }

// NHS login takes no client but one that signs an assertion.
func TestSignedClientAssertion(t *testing.T) {
	key := newKey()
	p := open(t, func(p *portal) {
		p.nhs.client = &key.PublicKey
		p.patient.Key, p.patient.KeyID = key, "client-key"
	})
	for range 2 {
		b := p.browser()
		if got := b.signIn("/sign-in/nhs-login"); got.status != http.StatusSeeOther {
			t.Fatalf("%d %s", got.status, p.logs.String())
		}
	}
	if len(p.nhs.assertions) != 2 || p.nhs.assertions[0] == p.nhs.assertions[1] {
		t.Errorf("%v", p.nhs.assertions)
	}
	p.nhs.client = &newKey().PublicKey
	if got := p.browser().signIn("/sign-in/nhs-login"); got.status != http.StatusForbidden {
		t.Errorf("with a key that the provider does not know: %d", got.status)
	}
}

func TestASignInThatCannotBeLoggedDoesNotHappen(t *testing.T) {
	p := open(t, nil)
	if err := p.db.Do(t.Context(), func(ctx context.Context) error {
		_, err := p.db.Exec(ctx, "ALTER TABLE audit_entries RENAME TO elsewhere")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	b := p.browser()
	if got := b.signIn("/sign-in/nhs-login"); got.status < 500 || !strings.HasPrefix(b.who(), nobody) {
		t.Errorf("%d %s", got.status, b.who())
	}
}

// The answer comes to the public address; a sign-in begun under another name of
// the same machine starts there.
func TestBeginsAtThePublicAddress(t *testing.T) {
	p := open(t, nil)
	other := strings.Replace(p.url, "127.0.0.1", "localhost", 1)
	if got := p.browser().get(other + "/sign-in/nhs-login?return=/my"); got.location != p.url+"/sign-in/nhs-login?return=/my" {
		t.Errorf("%d %s", got.status, got.location)
	}
}

func TestPreviousSignInIsKept(t *testing.T) {
	p := open(t, nil)
	p.browser().signIn("/sign-in/nhs-login")
	p.on(time.Hour)
	p.browser().signIn("/sign-in/nhs-login")
	if kept := sessionBytes(t, p.db); !strings.Contains(kept, "2026-11-23T09:00:00Z") {
		t.Errorf("%q", kept)
	}
}
