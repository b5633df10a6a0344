package signin_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// without makes one of the provider's addresses answer nothing.
func (p *idp) without(path string) (restore func()) {
	set := func(path string) { p.mu.Lock(); p.gone = path; p.mu.Unlock() }
	set(path)
	return func() { set("") }
}

func (p *idp) asked(path string) int { p.mu.Lock(); defer p.mu.Unlock(); return p.calls[path] }

// The keys cannot be had: that is not the token's fault. A logout token may be
// sent again and counts within seconds of the provider being back.
func TestKeysThatCannotBeHad(t *testing.T) {
	p := open(t, nil)
	b := p.browser()
	b.signIn("/sign-in/staff")
	p.on(6 * time.Minute)
	p.cis.mu.Lock()
	p.cis.key, p.cis.kid = newKey0(), "k2"
	p.cis.mu.Unlock()
	restore := p.cis.without("/jwks")
	token := logoutForm(p.cis.logoutToken(p.cis.logoutClaims("op-session-1")))
	before := p.cis.asked("/jwks")
	for range 5 {
		if status, _ := p.tell(staffBackChannel, token); status != http.StatusServiceUnavailable {
			t.Errorf("a logout token while the keys cannot be had: %d", status)
		}
	}
	if n := p.cis.asked("/jwks") - before; n != 1 {
		t.Errorf("%d questions for 5 tokens, want 1", n)
	}
	other := p.browser()
	if got := other.signIn("/sign-in/staff"); got.status != http.StatusServiceUnavailable {
		t.Errorf("a sign-in while the keys cannot be had: %d", got.status)
	}
	restore()
	p.on(11 * time.Second)
	if status, _ := p.tell(staffBackChannel, token); status != http.StatusOK || !strings.HasPrefix(b.who(), nobody) {
		t.Errorf("sent again: %d %s", status, b.who())
	}
}

// Anybody can send anything: the provider is not asked about what is no token of
// its own, nor with each that looks like one while it does not answer.
func TestTheProviderIsNotAskedForStrangers(t *testing.T) {
	p := open(t, nil)
	restore := p.cis.without("/.well-known/openid-configuration")
	const at = "/.well-known/openid-configuration"
	foreign := p.nhs.signedAs("logout+jwt", p.cis.key, p.cis.kid, p.cis.alg, p.nhs.logoutClaims("op-1"))
	for _, text := range []string{"a.b.c", "nonsense", foreign} {
		if status, _ := p.tell(staffBackChannel, logoutForm(text)); status != http.StatusBadRequest {
			t.Errorf("%.10s: %d", text, status)
		}
	}
	if n := p.cis.asked(at); n != 0 {
		t.Errorf("%d questions about what is no token of the provider's", n)
	}
	for range 5 {
		if status, _ := p.tell(staffBackChannel, logoutForm(p.cis.logoutToken(p.cis.logoutClaims("op-1")))); status != http.StatusServiceUnavailable {
			t.Errorf("while the provider does not answer: %d", status)
		}
	}
	if n := p.cis.asked(at); n != 1 {
		t.Errorf("%d questions for 5 tokens, want 1", n)
	}
	restore()
	b := p.browser() // who signs in is not kept waiting
	if b.signIn("/sign-in/staff"); !strings.Contains(b.who(), "kind=staff") {
		t.Error(b.who())
	}
}
