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

	"candour/models/clock"
)

// Audience is whom a provider signs in.
type Audience string

const (
	Patients Audience = "patient"
	Staff    Audience = "staff"
)

// Provider is one identity provider, by configuration.
type Provider struct {
	Name       string // in our addresses: nhs-login, staff
	Issuer     string // byte for byte as in its tokens
	ClientID   string
	Key        crypto.Signer // signs the client assertion (private_key_jwt); nil is a public client, with PKCE alone
	KeyID      string
	KeyAlg     string   // RS512 for NHS login; empty means RS512
	Algorithms []string // of ID tokens; nothing else is accepted
	Scopes     []string
	Extra      map[string]string // further parameters of the authorisation request: vtr, acr_values, prompt
	Audience   Audience
	Demo       bool // the demonstration's own
}

// NHSLogin is a provider with NHS login's rules (interface specification 2.1):
// RS512, a signed client assertion, identity proven to P9 by photo ID or by
// lesser means that the gate then turns away with an explanation.
func NHSLogin(issuer, clientID string, key crypto.Signer, keyID string) Provider {
	return Provider{
		Name: "nhs-login", Issuer: issuer, ClientID: clientID, Key: key, KeyID: keyID, KeyAlg: "RS512",
		Algorithms: []string{"RS512"}, Scopes: []string{"openid", "profile", "profile_extended"},
		Extra:    map[string]string{"vtr": `["P9.Cp.Cd","P9.Cp.Ck","P9.Cm"]`},
		Audience: Patients,
	}
}

// CIS2 is a provider with the rules of the NHS Care Identity Service 2.
func CIS2(issuer, clientID string, key crypto.Signer, keyID string) Provider {
	return Provider{
		Name: "staff", Issuer: issuer, ClientID: clientID, Key: key, KeyID: keyID, KeyAlg: "RS512",
		Algorithms: []string{"RS256"}, Scopes: []string{"openid", "profile", "nationalrbacaccess"},
		Extra:    map[string]string{"acr_values": "AAL2_OR_AAL3_ANY"},
		Audience: Staff,
	}
}

// Demo are the two providers of the demonstration under one address, as public
// clients: PKCE alone. They take everybody in, whatever was proven, so that what
// happens to people below P9 can be seen.
func Demo(publicURL, clientID string) []Provider {
	base := strings.TrimRight(publicURL, "/") + "/demo-idp/"
	patients, staff := NHSLogin(base+"patient", clientID, nil, ""), CIS2(base+"staff", clientID, nil, "")
	patients.Extra = map[string]string{"vtr": `["P9.Cp.Cd","P5.Cp.Cd","P0.Cp"]`}
	patients.Demo, staff.Demo = true, true
	return []Provider{patients, staff}
}

func (p Provider) check() error {
	switch {
	case p.Name == "" || p.Name == "role" || strings.Trim(p.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		return fmt.Errorf("signin: provider name %q cannot stand in an address", p.Name)
	case p.Audience != Patients && p.Audience != Staff:
		return fmt.Errorf("signin: provider %s: audience %q is neither patient nor staff", p.Name, p.Audience)
	case p.ClientID == "" || len(p.Scopes) == 0:
		return fmt.Errorf("signin: provider %s: client id and scopes are needed", p.Name)
	case len(p.Algorithms) == 0:
		return fmt.Errorf("signin: provider %s: which signatures to accept must be said", p.Name)
	}
	for _, a := range p.Algorithms {
		if !slices.Contains([]string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}, a) {
			return fmt.Errorf("signin: provider %s: %s is no signature to rely on", p.Name, a)
		}
	}
	u, err := url.Parse(p.Issuer)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && !loopback(u) {
		return fmt.Errorf("signin: provider %s: issuer %q is not an https address", p.Name, p.Issuer)
	}
	return nil
}

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
	for _, p := range providers {
		if err := p.check(); err != nil {
			return nil, err
		}
		if _, twice := r.parties[p.Name]; twice {
			return nil, fmt.Errorf("signin: two providers are called %s", p.Name)
		}
		r.parties[p.Name] = &party{
			Provider: p, clock: now, client: boundedClient(),
			redirect: Callback(publicURL, p.Name),
		}
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
