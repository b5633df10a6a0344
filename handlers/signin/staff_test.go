package signin_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"candour/handlers/signin"
	"candour/models/organisation"
)

// A session at CIS2 of an hour ago is not enough: the portal asks once more, with
// a login demanded, and lets in who then proves themselves.
func TestStaffProveThemselvesNow(t *testing.T) {
	p := open(t, nil)
	calls := 0
	p.cis.spoil = func(c map[string]any) {
		if calls++; calls == 1 {
			c["auth_time"] = p.at.Add(-time.Hour).Unix()
		}
	}
	b := p.browser()
	first := b.signIn("/sign-in/staff?return=/who")
	if !strings.Contains(first.location, "prompt=login") || !strings.HasPrefix(b.who(), nobody) {
		t.Fatalf("%d %s %s", first.status, first.location, b.who())
	}
	if got := b.follow(first); got.location != "/who" || !strings.Contains(b.who(), "kind=staff") {
		t.Errorf("%d %s", got.status, got.location)
	}
	calls, p.cis.spoil = 0, func(c map[string]any) { c["auth_time"] = p.at.Add(-time.Hour).Unix() }
	b = p.browser()
	if got := b.follow(b.signIn("/sign-in/staff")); got.status != http.StatusForbidden || !strings.Contains(got.body, "too long ago") {
		t.Errorf("for ever: %d %s", got.status, got.body)
	}
	for ago, in := range map[time.Duration]bool{4*time.Minute + 59*time.Second: true, 5*time.Minute + time.Second: false} {
		p.cis.spoil = func(c map[string]any) { c["auth_time"] = p.at.Add(-ago).Unix() }
		b = p.browser()
		if b.follow(b.signIn("/sign-in/staff")); strings.Contains(b.who(), "kind=staff") != in {
			t.Errorf("%s ago: %s", ago, b.who())
		}
	}
}

func TestStaffWhoTurnBack(t *testing.T) {
	p := open(t, nil)
	p.cis.answer = func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }
	b := p.browser()
	if got := b.signIn("/sign-in/staff?return=/who"); got.status != 200 || !strings.Contains(got.body, "You stopped before logging in was finished") ||
		!strings.Contains(got.body, "/sign-in/staff?return=%2Fwho") || !strings.HasPrefix(b.who(), nobody) {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// The role that was selected at CIS2 is the one to work in; the person's others
// are a change away. The organisations' names come apart from the roles.
func TestSelectedRole(t *testing.T) {
	p := open(t, func(p *portal) { p.staff.RoleThere = true })
	first, second := role("Z9A01", "R8000", "Clinician", "B0360"), role("Z9B01", "R8006", "Medical Secretary", "B0825")
	first["person_roleid"], second["person_roleid"] = "111", "222"
	p.cis.claims = samClaims(first, second)
	p.cis.claims["selected_roleid"] = "222"
	b := p.browser()
	q := b.asked("/sign-in/staff")
	if q.Get("scope") != "openid profile nationalrbacaccess associatedorgs selectedrole" || q.Get("prompt") != "login" || q.Get("acr_values") != "AAL2_OR_AAL3_ANY" {
		t.Errorf("%v", q)
	}
	if got := b.signIn("/sign-in/staff"); got.location != "/patients" {
		t.Fatalf("%d %s", got.status, got.location)
	}
	if who := b.who(); !strings.Contains(who, "role=R8006 org=sur can=[view_demographics]") {
		t.Errorf("B0825 includes B0820: %s", who)
	}
	page := b.get("/sign-in/role")
	if page.status != 200 || !strings.Contains(page.body, "Clinician, General Hospital") {
		t.Errorf("change of role: %d", page.status)
	}
	if b.post("/sign-in/role", page.body, url.Values{"role": {"0"}}); !strings.Contains(b.who(), "role=R8000 org=gen") {
		t.Error(b.who())
	}
	// Nothing selected, as from a card reader without a dialogue: our own page asks.
	delete(p.cis.claims, "selected_roleid")
	if got := p.browser().signIn("/sign-in/staff"); got.location != "/sign-in/role" {
		t.Errorf("%d %s", got.status, got.location)
	}
}

// Roles that cannot be used here are named with the reason, and cannot be chosen.
func TestRolesOfNoUse(t *testing.T) {
	p := open(t, nil)
	register(t, p, organisation.Organisation{ID: "soon", ODSCode: "Z9C01", Name: "Soon Hospital", Kind: organisation.Acute, State: organisation.Planned})
	register(t, p, organisation.Organisation{ID: "gone", ODSCode: "Z9D01", Name: "Old Trust", Kind: organisation.Community, State: organisation.Left, SuccessorID: "gen"})
	useless := []any{role("Z9C01", "R8000", "Clinician", "B0360"), role("Z9D01", "R8001", "Nurse", "B0360"), role("X9X99", "R8001", "Nurse", "B0360"), role("Z9A01", "R8015", "Helper")}
	p.cis.claims = samClaims(append([]any{role("Z9B01", "R0260", "GP", "B0360")}, useless...)...)
	b := p.browser()
	if got := b.signIn("/sign-in/staff"); got.location != "/sign-in/role" {
		t.Fatalf("%d %s", got.status, got.location)
	}
	page := b.get("/sign-in/role").body
	if strings.Count(page, `type="radio"`) != 1 {
		t.Errorf("%d roles to choose from, want 1", strings.Count(page, `type="radio"`))
	}
	for _, words := range []string{"agreed to join", "has left", "does not take part", "allows nothing"} {
		if !strings.Contains(page, words) {
			t.Errorf("no %q in %s", words, page)
		}
	}
	for index, words := range map[string]string{"1": "not connected yet", "2": "General Hospital", "3": "not part of this service", "4": "B0360"} {
		got := b.post("/sign-in/role", page, url.Values{"role": {index}})
		if got.status != http.StatusForbidden || !strings.Contains(got.body, words) || !strings.Contains(got.body, "Choose another role") {
			t.Errorf("role %s: %d, no %q in %s", index, got.status, words, got.body)
		}
		if who := b.who(); !strings.HasPrefix(who, nobody) {
			t.Errorf("role %s: %s", index, who)
		}
	}
	if got := b.post("/sign-in/role", page, url.Values{"role": {"0"}}); got.location != "/patients" {
		t.Errorf("after them all: %d", got.status)
	}
	// None of use: a page that lists them, and what to ask for.
	p.cis.claims = samClaims(useless...)
	b = p.browser()
	b.signIn("/sign-in/staff")
	if got := b.get("/sign-in/role"); got.status != http.StatusForbidden || !strings.Contains(got.body, "None of your roles") || !strings.Contains(got.body, "Soon Hospital") || !strings.Contains(got.body, "B0820") {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// Somebody without a role is told where their account says they belong.
func TestNoRoleNamesTheOrganisation(t *testing.T) {
	p := open(t, nil)
	p.cis.claims = samClaims()
	p.cis.more = map[string]any{"nhsid_user_orgs": []any{map[string]any{"org_code": "Z9A01", "org_name": "General Hospital"}, "nonsense"}}
	got := p.browser().signIn("/sign-in/staff")
	for _, words := range []string{"You have no role", "General Hospital", "Z9A01", "registration authority", "R8001"} {
		if got.status != http.StatusForbidden || !strings.Contains(got.body, words) {
			t.Errorf("%d: no %q in %s", got.status, words, got.body)
		}
	}
}

func register(t *testing.T, p *portal, o organisation.Organisation) {
	t.Helper()
	if err := organisation.NewStore(p.db).Register(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

var terms = signin.Terms{Organisation: "Z9S01", RoleClaim: "roles", IDAssurance: 3, Factors: []string{"mfa"}, Classes: []string{"urn:example:strong"},
	Roles: []signin.TermsRole{{Value: "care.social-worker", Code: "S8000:G8000:R1330", Name: "Social Worker", Activities: []string{"B0360"}},
		{Value: "care.clerk", Code: "R1720", Name: "Clerk", Activities: []string{"B0820"}}}}

// A council's staff come in by their own provider, in the roles that were agreed,
// at that council and nowhere else.
func TestCouncil(t *testing.T) {
	p := open(t, func(p *portal) {
		p.further = func(issuer string) signin.Provider {
			return signin.Council("ouse", "Ouse Council", issuer, "candour", nil, "", terms)
		}
	})
	register(t, p, organisation.Organisation{ID: "ouse", ODSCode: "Z9S01", Name: "Ouse Valley Council", Kind: organisation.Social, InRegion: true, State: organisation.Connected})
	worker := func() map[string]any {
		return map[string]any{"sub": "w-1", "name": "Wim Worker", "amr": []any{"pwd", "mfa"}, "roles": []any{"other", "care.social-worker"},
			"nhsid_nrbac_roles": []any{role("Z9A01", "R0001", "Privacy Officer")}, "id_assurance_level": "1"}
	}
	start := p.browser().get("/sign-in?for=staff")
	if !strings.Contains(start.body, "Continue with Ouse Council") || !strings.Contains(start.body, "/sign-in/ouse") {
		t.Errorf("%s", start.body)
	}
	p.council.claims = worker()
	b := p.browser()
	if q := b.asked("/sign-in/ouse"); q.Get("max_age") != "300" || q.Get("prompt") != "login" || q.Get("scope") != "openid profile" {
		t.Errorf("%v", q)
	}
	if got := b.signIn("/sign-in/ouse"); got.location != "/patients" || !strings.Contains(b.who(), "role=R1330 org=ouse can=[view_record view_demographics]") {
		t.Fatalf("%d %s %s", got.status, got.location, b.who())
	}
	c := p.council.logoutClaims("op-session-1")
	c["sub"] = "w-1"
	if status, _ := p.tell("/sign-in/ouse/back-channel", logoutForm(p.council.logoutToken(c))); status != http.StatusOK || !strings.HasPrefix(b.who(), nobody) {
		t.Errorf("back channel: %d %s", status, b.who())
	}
	for name, spoil := range map[string]func(c map[string]any){
		"one factor":                 func(c map[string]any) { c["amr"] = []any{"pwd"} },
		"nothing of how":             func(c map[string]any) { delete(c, "amr") },
		"another class":              func(c map[string]any) { delete(c, "amr"); c["acr"] = "1" },
		"a role that was not agreed": func(c map[string]any) { c["roles"] = []any{"R0001", "S8000:G8000:R8000"} },
		"no role":                    func(c map[string]any) { delete(c, "roles") },
		"not said when":              func(c map[string]any) { c["auth_time"] = nil },
		"an hour ago":                func(c map[string]any) { c["auth_time"] = p.at.Add(-time.Hour).Unix() },
		"roles that only userinfo tells": func(c map[string]any) {
			delete(c, "roles")
			p.council.more = map[string]any{"roles": []any{"care.social-worker"}}
		},
	} {
		p.council.claims = worker()
		spoil(p.council.claims)
		b := p.browser()
		if got := b.follow(b.signIn("/sign-in/ouse")); got.status != http.StatusForbidden || !strings.HasPrefix(b.who(), nobody) {
			t.Errorf("%s: %d %s", name, got.status, b.who())
		}
		p.council.more = nil
	}
	p.council.claims = worker()
	delete(p.council.claims, "amr")
	p.council.claims["acr"] = "urn:example:strong"
	p.on(time.Second) // after the logout
	b = p.browser()
	if b.signIn("/sign-in/ouse"); !strings.Contains(b.who(), "kind=staff") {
		t.Errorf("a class that was agreed: %s", b.who())
	}
}

func TestTermsThatCannotBe(t *testing.T) {
	for name, spoil := range map[string]func(*signin.Terms){
		"no organisation": func(x *signin.Terms) { x.Organisation = "" }, "no role claim": func(x *signin.Terms) { x.RoleClaim = "" },
		"no roles": func(x *signin.Terms) { x.Roles = nil }, "no warranty": func(x *signin.Terms) { x.IDAssurance = 0 },
		"no second factor":   func(x *signin.Terms) { x.Factors, x.Classes = nil, nil },
		"a role of its own":  func(x *signin.Terms) { x.Roles = []signin.TermsRole{{Value: "a", Code: "boss"}} },
		"a value of nothing": func(x *signin.Terms) { x.Roles = []signin.TermsRole{{Code: "R1330"}} },
	} {
		bad := terms
		spoil(&bad)
		if _, err := signin.NewRegistry("https://record.example", time.Now, signin.Council("c", "C", "https://c.example", "candour", newKey0(), "k", bad)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	good := signin.Council("c", "C", "https://c.example", "candour", newKey0(), "k", terms)
	if _, err := signin.NewRegistry("https://record.example", time.Now, good); err != nil {
		t.Error(err)
	}
	if got := strings.Join(good.Register("https://record.example/"), " "); got != "https://record.example/sign-in/c/callback https://record.example/sign-in/c/back-channel" {
		t.Errorf("to register: %s", got)
	}
	if got := signin.NHSLogin("https://auth.login.nhs.uk", "candour", newKey0(), "k").Register("https://record.example"); len(got) != 1 {
		t.Errorf("NHS login has no back channel: %v", got)
	}
	other := good
	other.Name = "d"
	if _, err := signin.NewRegistry("https://record.example", time.Now, good, other); err == nil {
		t.Error("two providers of one issuer: accepted")
	}
	good.Secret = "s3cret"
	encoded, err := json.Marshal(map[string]any{"secret": good.Secret})
	if said := fmt.Sprintf("%v %+v %#v %s %q", good.Secret, good.Secret, good.Secret, good.Secret, good.Secret) + string(encoded); err != nil || strings.Contains(said, "s3cret") {
		t.Errorf("a secret comes out: %s", said)
	}
	if _, err := signin.NewRegistry("https://record.example", time.Now, good); err == nil {
		t.Error("a key and a secret: accepted")
	}
}
