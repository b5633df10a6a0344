// Package signin is the way in and out: our own relying party for OpenID Connect
// (trust.md R-13), the pages around it, and the choice of a role. goth gives the
// interface; its stock provider checks no signature (S14), so nothing else of it
// is used.
package signin

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"candour/models/access"
	"candour/models/account"
	"candour/models/clock"
)

// Audience is whom a provider signs in.
type Audience string

const (
	Patients Audience = "patient"
	Staff    Audience = "staff"
)

func (a Audience) kind() access.ViewerKind {
	if a == Staff {
		return access.Staff
	}
	return access.Patient
}

// Provider is one identity provider, by configuration. NHSLogin, CIS2 and Council
// make them: each follows the rules of its specification.
type Provider struct {
	Name       string // in our addresses: nhs-login, staff
	Title      string // how people know it; empty for the national ones, which have words of their own
	Issuer     string // byte for byte as in its tokens
	ClientID   string
	Key        crypto.Signer // signs the client assertion (private_key_jwt)
	KeyID      string
	KeyAlg     string   // by the kind of key when empty: RS512 or ES256
	Secret     Secret   // where a provider knows no signed assertions; never NHS login
	Algorithms []string // of ID tokens and logout tokens; nothing else is accepted
	Scopes     []string
	Audience   Audience
	Lowest     string // NHS login: the level that the first call asks for; P5 when empty
	Settings   string // NHS login: where people see to their login; found from the issuer when empty
	RoleThere  bool   // CIS2: the role is selected at the provider, not on our page
	Demo       bool   // the demonstration's own

	rules rules
}

// Secret is a client secret; it comes out under no verb and in no log.
type Secret string

// Format prints the same under every verb.
func (Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, "(secret)") }

// MarshalText keeps it out of JSON and of structured logs.
func (Secret) MarshalText() ([]byte, error) { return []byte("(secret)"), nil }

// rules are what the specification of a provider adds to OpenID Connect.
type rules interface {
	// valid refuses a configuration that the specification does not allow.
	valid(p Provider) error
	// ask gives further parameters of an authorisation request.
	ask(p Provider, a *attempt) map[string]string
	// check refuses claims whose signature holds and that still do not count.
	check(p Provider, now time.Time, a *attempt, c claims) error
	// tell puts the claims into our words.
	tell(p Provider, c claims) account.Claims
	// signedOnly names claims that unsigned userinfo cannot bring.
	signedOnly(name string) bool
	// logsOut says whether the provider tells us when it ends a session.
	logsOut() bool
}

// Demo are the two providers of the demonstration under one address, as public
// clients: PKCE alone. The first call takes everybody in, whatever was proven, so
// that what happens to people below P9 can be seen.
func Demo(publicURL, clientID string) []Provider {
	base := strings.TrimRight(publicURL, "/") + "/demo-idp/"
	patients, staff := NHSLogin(base+"patient", clientID, nil, ""), CIS2(base+"staff", clientID, nil, "")
	patients.Lowest, patients.Settings = account.P0, base+"patient/settings"
	patients.Demo, staff.Demo = true, true
	return []Provider{patients, staff}
}

func (p Provider) check() error {
	switch {
	case p.rules == nil:
		return fmt.Errorf("signin: provider %s follows no rules", p.Name)
	case p.Name == "" || p.Name == "role" || strings.Trim(p.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		return fmt.Errorf("signin: provider name %q cannot stand in an address", p.Name)
	case p.Audience != Patients && p.Audience != Staff:
		return fmt.Errorf("signin: provider %s: audience %q is neither patient nor staff", p.Name, p.Audience)
	case p.ClientID == "" || len(p.Scopes) == 0:
		return fmt.Errorf("signin: provider %s: client id and scopes are needed", p.Name)
	case len(p.Algorithms) == 0:
		return fmt.Errorf("signin: provider %s: which signatures to accept must be said", p.Name)
	case p.Key != nil && p.Secret != "":
		return fmt.Errorf("signin: provider %s: a key and a secret; one of them proves who we are", p.Name)
	}
	for _, a := range p.Algorithms {
		if !slices.Contains([]string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}, a) {
			return fmt.Errorf("signin: provider %s: %s is no signature to rely on", p.Name, a)
		}
	}
	u, err := url.Parse(p.Issuer)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || !private(u) {
		return fmt.Errorf("signin: provider %s: issuer %q is not an https address", p.Name, p.Issuer)
	}
	if p.Key == nil && p.Secret == "" && !p.Demo && !loopback(u) {
		return fmt.Errorf("signin: provider %s: neither key nor secret: anybody could pretend to be this portal", p.Name)
	}
	return p.rules.valid(p)
}

// private says that nobody between us and the address can read along.
func private(u *url.URL) bool { return u.Scheme == "https" || loopback(u) }

func loopback(u *url.URL) bool {
	switch u.Hostname() {
	case "localhost", "127.0.0.1", "::1":
		return u.Scheme == "http"
	}
	return false
}

// Registry holds the providers by name. It asks none of them anything before the
// first sign-in, so that the portal starts while they are down.
type Registry struct {
	parties map[string]*party
	order   []string
}

// NewRegistry checks the providers. publicURL is the portal's own address, from
// which callbacks are made; each provider has its own (trust.md T02).
func NewRegistry(publicURL string, now clock.Clock, providers ...Provider) (*Registry, error) {
	if now == nil || publicURL == "" {
		return nil, errors.New("signin: clock and public address are needed")
	}
	r := &Registry{parties: map[string]*party{}}
	issuers := map[string]string{}
	for _, p := range providers {
		if err := p.check(); err != nil {
			return nil, err
		}
		if _, twice := r.parties[p.Name]; twice {
			return nil, fmt.Errorf("signin: two providers are called %s", p.Name)
		}
		if other, twice := issuers[p.Issuer]; twice {
			return nil, fmt.Errorf("signin: %s and %s have one issuer; who somebody is would depend on the button they pressed", other, p.Name)
		}
		issuers[p.Issuer] = p.Name
		r.parties[p.Name] = newParty(p, now, Callback(publicURL, p.Name))
		r.order = append(r.order, p.Name)
	}
	return r, nil
}

func (r *Registry) find(name string) (*party, bool) {
	if r == nil {
		return nil, false
	}
	p, ok := r.parties[name]
	return p, ok
}

// Callback is the address that a provider sends people back to, to be registered
// there; each provider has its own (trust.md T02).
func Callback(publicURL, name string) string {
	return strings.TrimRight(publicURL, "/") + "/sign-in/" + name + "/callback"
}

// BackChannel is the address at which a provider tells us that it ended a
// session, to be registered there as backchannel_logout_uri.
func BackChannel(publicURL, name string) string {
	return strings.TrimRight(publicURL, "/") + "/sign-in/" + name + "/back-channel"
}

// Register lists the addresses of ours that the provider has to know: where people
// come back to, and where it tells that somebody logged out.
func (p Provider) Register(publicURL string) []string {
	out := []string{Callback(publicURL, p.Name)}
	if p.rules != nil && p.rules.logsOut() {
		out = append(out, BackChannel(publicURL, p.Name))
	}
	return out
}

// boundedClient asks providers: bounded in time and size, and going nowhere it
// was not sent.
func boundedClient() *http.Client {
	return &http.Client{
		Timeout: 10 * time.Second,
		Transport: bounded{&http.Transport{Proxy: http.ProxyFromEnvironment, ResponseHeaderTimeout: 8 * time.Second,
			TLSHandshakeTimeout: 5 * time.Second, IdleConnTimeout: time.Minute, MaxIdleConnsPerHost: 4, MaxResponseHeaderBytes: 64 << 10}},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // a token endpoint that redirects is not one
		},
	}
}

type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		response.Body = http.MaxBytesReader(nil, response.Body, answerLimit)
	}
	return response, err
}

// background is the context that key fetches live in: go-oidc keeps the one it
// was made with, and a request's would be over by the next key change.
func (p *party) background() context.Context { return clientContext(context.Background(), p.client) }
