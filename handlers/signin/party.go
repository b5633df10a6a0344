package signin

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/markbates/goth"
	"golang.org/x/oauth2"

	"candour/models/clock"
)

// refresh is how long a provider's own description of itself is believed.
const refresh = time.Hour

// party is our side of one provider: a goth.Provider.
type party struct {
	Provider
	clock    clock.Clock
	client   *http.Client
	redirect string
	ring     *keyring

	mu     sync.Mutex
	found  *discovered
	failed time.Time // when the provider was last asked in vain
}

// discovered is what the provider says of itself.
type discovered struct {
	*oidc.Provider
	at      time.Time
	sendsIs bool // it puts its issuer into the callback (RFC 9207)
	posts   bool // it takes a client secret in the form, not in a header
}

var _ goth.Provider = (*party)(nil)

func newParty(p Provider, now clock.Clock, redirect string) *party {
	out := &party{Provider: p, clock: now, client: boundedClient(), redirect: redirect}
	out.ring = &keyring{party: out}
	return out
}

func clientContext(ctx context.Context, c *http.Client) context.Context {
	return oidc.ClientContext(ctx, c)
}

// discover reads the provider's metadata at first need and again every hour; when
// that fails later on, what is known goes on being used.
func (p *party) discover() (*discovered, error) { return p.discoverAfter(0) }

// discoveryPatience is how long after a failure the provider is not asked again by
// who can do with what is known, or by what anybody can send.
const discoveryPatience = 30 * time.Second

// discoverAfter is discover for who waits so long after a failure.
func (p *party) discoverAfter(patience time.Duration) (*discovered, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	if p.found != nil && now.Sub(p.found.at) < refresh && !now.Before(p.found.at) {
		return p.found, nil
	}
	if p.found != nil {
		patience = discoveryPatience
	}
	var found *discovered
	err := errLately
	if p.failed.IsZero() || now.Before(p.failed) || now.Sub(p.failed) >= patience {
		found, err = p.ask(now)
	}
	if err != nil {
		if !errors.Is(err, errLately) {
			p.failed = now
		}
		if p.found != nil {
			return p.found, nil
		}
		return nil, fmt.Errorf("signin: %s: discovery: %w", p.Provider.Name, err)
	}
	p.found, p.failed = found, time.Time{}
	return found, nil
}

var errLately = errors.New("signin: the provider could not be reached a moment ago")

func (p *party) ask(now time.Time) (*discovered, error) {
	provider, err := oidc.NewProvider(p.background(), p.Issuer)
	if err != nil {
		return nil, err
	}
	var says struct {
		Is         bool     `json:"authorization_response_iss_parameter_supported"`
		Challenges []string `json:"code_challenge_methods_supported"`
		Methods    []string `json:"token_endpoint_auth_methods_supported"`
		Keys       string   `json:"jwks_uri"`
	}
	if err := provider.Claims(&says); err != nil {
		return nil, err
	}
	if says.Challenges != nil && !slices.Contains(says.Challenges, "S256") {
		return nil, errors.New("the provider drops code challenges")
	}
	own, err := url.Parse(p.Issuer)
	if err != nil {
		return nil, err
	}
	for _, address := range []string{provider.Endpoint().AuthURL, provider.Endpoint().TokenURL, says.Keys, provider.UserInfoEndpoint()} {
		u, err := url.Parse(address)
		if err != nil || address != "" && (u.Host == "" || u.Scheme != "https" && (!loopback(u) || !loopback(own))) {
			return nil, errors.New("an endpoint is not an https address")
		}
	}
	if says.Keys == "" || provider.Endpoint().TokenURL == "" || provider.Endpoint().AuthURL == "" {
		return nil, errors.New("an endpoint is missing")
	}
	p.ring.publishedAt(says.Keys)
	posts := says.Methods != nil && !slices.Contains(says.Methods, "client_secret_basic") && slices.Contains(says.Methods, "client_secret_post")
	return &discovered{provider, now, says.Is, posts}, nil
}

// verifier checks tokens of this provider with the keys as ring shows them.
func (p *party) verifier(keys oidc.KeySet) *oidc.IDTokenVerifier {
	return oidc.NewVerifier(p.Issuer, keys, &oidc.Config{ClientID: p.ClientID, SupportedSigningAlgs: p.Algorithms, Now: p.clock})
}

// verify checks a token of this provider. That its keys could not be had is
// errProvider: go-oidc keeps the words of that and not the error.
func (p *party) verify(ctx context.Context, keys *ringView, raw string) (*oidc.IDToken, error) {
	token, err := p.verifier(keys).Verify(ctx, raw)
	if err != nil && keys.err != nil {
		return nil, fmt.Errorf("%w: %w", keys.err, err)
	}
	return token, err
}

func (p *party) oauth(d *discovered) *oauth2.Config {
	endpoint := d.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	if p.Secret != "" && !d.posts {
		endpoint.AuthStyle = oauth2.AuthStyleInHeader
	}
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: string(p.Secret), Endpoint: endpoint, RedirectURL: p.redirect, Scopes: p.scopes()}
}

func (p *party) scopes() []string {
	if p.RoleThere {
		return append(slices.Clone(p.Scopes), "selectedrole")
	}
	return p.Scopes
}

// Name is the provider's name in our addresses.
func (p *party) Name() string { return p.Provider.Name }

// SetName is part of goth.Provider; a name that callbacks are made of stays.
func (p *party) SetName(string) {}

// Debug is part of goth.Provider; there is nothing that may be printed.
func (p *party) Debug(bool) {}

// RefreshTokenAvailable says no: sessions end, they are not prolonged.
func (p *party) RefreshTokenAvailable() bool { return false }

// RefreshToken is not offered.
func (p *party) RefreshToken(string) (*oauth2.Token, error) {
	return nil, errors.New("signin: tokens are not refreshed")
}

// BeginAuth starts a sign-in; state comes from the desk, never from a request (S14).
func (p *party) BeginAuth(state string) (goth.Session, error) {
	return p.begin(state, attempt{})
}

// begin starts the attempt that next describes. The nonce and the verifier are
// drawn here.
func (p *party) begin(state string, next attempt) (*attempt, error) {
	d, err := p.discover()
	if err != nil {
		return nil, err
	}
	a := &next
	a.Provider, a.Issuer, a.State, a.Nonce, a.Verifier, a.Started = p.Provider.Name, p.Issuer, state, secret(), oauth2.GenerateVerifier(), p.clock()
	options := []oauth2.AuthCodeOption{oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)}
	for name, value := range p.rules.ask(p.Provider, a) {
		options = append(options, oauth2.SetAuthURLParam(name, value))
	}
	a.address = p.oauth(d).AuthCodeURL(state, options...)
	return a, nil
}

// UnmarshalSession reads an attempt back from the session.
func (p *party) UnmarshalSession(text string) (goth.Session, error) { return readAttempt(text) }

// FetchUser gives what the checked token said.
func (p *party) FetchUser(s goth.Session) (goth.User, error) {
	a, ok := s.(*attempt)
	if !ok || a.claims == nil {
		return goth.User{}, errors.New("signin: nobody was authorised")
	}
	return goth.User{Provider: p.Provider.Name, UserID: a.claims.text("sub"), Name: a.claims.text("name"), RawData: a.claims}, nil
}

// secret is a value nobody guesses.
func secret() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}
