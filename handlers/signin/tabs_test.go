package signin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Two tabs are at the provider: each comes in, or finds that it already is; an
// old attempt makes room for a new one.
func TestTwoTabs(t *testing.T) {
	p := open(t, nil)
	b := p.browser()
	var tabs []string
	for range 4 {
		tabs = append(tabs, b.toCallback("/sign-in/staff"))
	}
	if got := b.get(tabs[0]); got.status != http.StatusForbidden || !strings.HasPrefix(b.who(), nobody) {
		t.Errorf("the oldest of four: %d %s", got.status, b.who())
	}
	if got := b.get(tabs[1]); got.status != http.StatusSeeOther || !strings.Contains(b.who(), "kind=staff") {
		t.Errorf("not the last tab: %d %s", got.status, b.who())
	}
	for _, tab := range tabs[1:] { // again with the back button, and from the others
		if got := b.get(tab); got.status != http.StatusSeeOther || got.location != "/patients" || !strings.Contains(b.who(), "kind=staff") {
			t.Errorf("signed in already: %d %s %s", got.status, got.location, b.who())
		}
	}
	if got := b.get("/sign-in/nhs-login/callback?code=a&state=b"); got.status != http.StatusBadRequest {
		t.Errorf("another audience's callback: %d", got.status)
	}
}

// Making an account at the provider takes its time. Who takes longer still learns
// that, and where they were going is kept.
func TestASlowSignIn(t *testing.T) {
	p := open(t, nil)
	b := p.browser()
	back := b.toCallback("/sign-in/staff?return=/who%3Fx%3D1")
	p.on(29 * time.Minute)
	if got := b.get(back); got.status != http.StatusSeeOther || got.location != "/who?x=1" {
		t.Errorf("after 29 minutes: %d %s", got.status, got.location)
	}
	b = p.browser()
	back = b.toCallback("/sign-in/staff?return=/who%3Fx%3D1")
	p.on(35 * time.Minute)
	if got := b.get(back); got.status != http.StatusBadRequest || !strings.Contains(got.body, "x%3D1") {
		t.Errorf("after 35 minutes: %d %s", got.status, got.body)
	}
}

// Who thinks long about their role learns that the session is over, and goes on to
// where they were going.
func TestTheRolePageOfASessionThatIsOver(t *testing.T) {
	p := open(t, nil)
	p.cis.claims = samClaims(role("Z9A01", "R8000", "Clinician", "B0360"), role("Z9B01", "R8000", "Clinician", "B0360"))
	for _, send := range []func(*browser, string) answer{
		func(b *browser, page string) answer { return b.post("/sign-in/role", page, url.Values{"role": {"0"}}) },
		func(b *browser, _ string) answer { return b.get("/sign-in/role") },
	} {
		b := p.browser()
		b.signIn("/sign-in/staff?return=/who%3Fy%3D1")
		page := b.get("/sign-in/role").body
		p.on(16 * time.Minute)
		if got := send(b, page); got.status != http.StatusUnauthorized || !strings.Contains(got.body, "session_ended") || !strings.Contains(got.body, "/who?y=1") {
			t.Errorf("%d %s", got.status, got.body)
		}
	}
	if got := p.browser().get("/sign-in/role"); got.status != http.StatusUnauthorized || !strings.Contains(got.body, "not_signed_in") {
		t.Errorf("a stranger: %d %s", got.status, got.body)
	}
}
