package signin

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/markbates/goth"
	"golang.org/x/oauth2"
)

const (
	attemptLife = 10 * time.Minute
	skew        = 2 * time.Minute // between our clock and the provider's
	answerLimit = 256 << 10
)

// attempt is one sign-in under way: a goth.Session. Everything in it stays in the
// server-side session; the browser carries state and nonce hash only.
type attempt struct {
	Provider string
	Issuer   string
	State    string
	Nonce    string
	Verifier string
	Started  time.Time
	Return   string // own path to go to afterwards

	address string
	claims  claims
}

var _ goth.Session = (*attempt)(nil)

// Refusals that have a page of their own; everything else is "it did not work".
var (
	errCancelled = errors.New("signin: the person did not go through with it")
	errExpired   = errors.New("signin: it took too long, or was done before")
	errProvider  = errors.New("signin: the provider cannot be reached or says that it cannot")
)

// GetAuthURL is where the browser goes.
func (a *attempt) GetAuthURL() (string, error) {
	if a.address == "" {
		return "", errors.New(goth.NoAuthUrlErrorMessage)
	}
	return a.address, nil
}

// Marshal puts the attempt into words for the session.
func (a *attempt) Marshal() string {
	text, err := json.Marshal(a)
	if err != nil {
		return "" // strings and a time always marshal; an empty attempt is refused when read
	}
	return string(text)
}

func readAttempt(text string) (*attempt, error) {
	a := &attempt{}
	if text == "" {
		return nil, errExpired
	}
	if err := json.Unmarshal([]byte(text), a); err != nil || a.State == "" || a.Nonce == "" || a.Verifier == "" {
		return nil, errExpired
	}
	return a, nil
}

// Authorize takes the callback: it checks that the answer belongs to this
// attempt, changes the code for tokens and checks those. It returns the access
// token, as goth has it; the claims stay in the attempt.
func (a *attempt) Authorize(provider goth.Provider, params goth.Params) (string, error) {
	p, ok := provider.(*party)
	if !ok || p.Provider.Name != a.Provider || p.Issuer != a.Issuer {
		return "", errors.New("signin: the attempt was begun with another provider")
	}
	d, err := p.discover()
	if err != nil {
		return "", fmt.Errorf("%w: %w", errProvider, err)
	}
	if err := a.answers(p, d, params); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(p.background(), 15*time.Second)
	defer cancel()
	options := []oauth2.AuthCodeOption{oauth2.VerifierOption(a.Verifier)}
	if p.Key != nil {
		assertion, err := p.assertion(d.Endpoint().TokenURL)
		if err != nil {
			return "", err
		}
		options = append(options, oauth2.SetAuthURLParam("client_assertion_type", assertionType), oauth2.SetAuthURLParam("client_assertion", assertion))
	}
	token, err := p.oauth(d).Exchange(ctx, params.Get("code"), options...)
	if err != nil {
		return "", exchangeError(err)
	}
	if a.claims, err = p.checked(ctx, d, a, token); err != nil {
		return "", err
	}
	return token.AccessToken, nil
}

// answers checks the callback's parameters against the attempt.
func (a *attempt) answers(p *party, d *discovered, params goth.Params) error {
	if subtle.ConstantTimeCompare([]byte(params.Get("state")), []byte(a.State)) != 1 {
		return errors.New("signin: state is not of this attempt")
	}
	if age := p.clock().Sub(a.Started); age > attemptLife || age < -skew {
		return errExpired
	}
	// RFC 9207: which provider answers. Without it a code of one could be used at
	// another's callback (trust.md T02).
	if is := params.Get("iss"); is != p.Issuer && (d.sendsIs || is != "") {
		return errors.New("signin: the answer comes from another issuer")
	}
	switch problem := params.Get("error"); problem {
	case "":
	case "access_denied", "consent_required", "interaction_required":
		return errCancelled
	case "temporarily_unavailable", "server_error":
		return fmt.Errorf("%w: %s", errProvider, problem)
	default:
		return errors.New("signin: the provider answered with an error")
	}
	if params.Get("code") == "" {
		return errors.New("signin: no code")
	}
	return nil
}

// exchangeError drops the provider's text, which may repeat what was sent.
func exchangeError(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		if refused.Response != nil && refused.Response.StatusCode >= 500 {
			return fmt.Errorf("%w: token endpoint answers %d", errProvider, refused.Response.StatusCode)
		}
		return fmt.Errorf("signin: the code was not accepted (%.40s)", refused.ErrorCode)
	}
	return fmt.Errorf("%w: token endpoint: %w", errProvider, err)
}

// checked verifies the ID token and adds what userinfo knows.
func (p *party) checked(ctx context.Context, d *discovered, a *attempt, token *oauth2.Token) (claims, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return nil, errors.New("signin: no ID token")
	}
	id, err := d.Verifier(&oidc.Config{ClientID: p.ClientID, SupportedSigningAlgs: p.Algorithms, Now: p.clock}).Verify(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("signin: ID token: %w", err)
	}
	out := claims{}
	if err := id.Claims(&out); err != nil {
		return nil, fmt.Errorf("signin: ID token: %w", err)
	}
	if err := p.holds(id, out, a); err != nil {
		return nil, err
	}
	if id.AccessTokenHash != "" {
		if err := id.VerifyAccessToken(token.AccessToken); err != nil {
			return nil, fmt.Errorf("signin: access token: %w", err)
		}
	}
	return out, p.addUserinfo(ctx, d, token, out)
}

// holds checks what go-oidc leaves to its user.
func (p *party) holds(id *oidc.IDToken, all claims, a *attempt) error {
	now := p.clock()
	switch {
	case subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(a.Nonce)) != 1:
		return errors.New("signin: the nonce is not of this attempt")
	case id.Subject == "" || len(id.Subject) > 255:
		return errors.New("signin: no subject")
	case !all.has("exp") || !all.has("iat"):
		return errors.New("signin: the token does not say when it was made and until when it counts")
	case id.IssuedAt.After(now.Add(skew)):
		return errors.New("signin: the token is of the future")
	case id.IssuedAt.Before(a.Started.Add(-skew)):
		return errors.New("signin: the token is older than the attempt")
	case len(id.Audience) > 1 && all.text("azp") == "", all.has("azp") && all.text("azp") != p.ClientID:
		return errors.New("signin: the token was made for somebody else")
	case len(id.Audience) > 1 && !slices.Contains(id.Audience, p.ClientID):
		return errors.New("signin: the token was made for somebody else")
	}
	return nil
}

// addUserinfo asks for what the ID token leaves out. It may add to the token and
// never change it, and it must speak of the same person.
func (p *party) addUserinfo(ctx context.Context, d *discovered, token *oauth2.Token, into claims) error {
	if d.UserInfoEndpoint() == "" {
		return nil
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.UserInfoEndpoint(), nil)
	if err != nil {
		return fmt.Errorf("signin: userinfo: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token.AccessToken)
	response, err := p.client.Do(request)
	if err != nil {
		return fmt.Errorf("%w: userinfo: %w", errProvider, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, answerLimit+1))
	if err != nil || response.StatusCode != http.StatusOK || len(body) > answerLimit {
		return fmt.Errorf("%w: userinfo answers %d", errProvider, response.StatusCode)
	}
	more := claims{}
	if err := json.Unmarshal(body, &more); err != nil {
		return errors.New("signin: userinfo is not JSON")
	}
	if more.text("sub") != into.text("sub") {
		return errors.New("signin: userinfo speaks of another person")
	}
	for name, value := range more {
		if _, there := into[name]; !there && !onlyFromToken[name] {
			into[name] = value
		}
	}
	return nil
}

// onlyFromToken: how well somebody was proven counts only when it is signed (T05).
var onlyFromToken = map[string]bool{
	"vot": true, "vtm": true, "identity_proofing_level": true, "id_assurance_level": true, "authentication_assurance_level": true,
	"acr": true, "amr": true, "auth_time": true, "sid": true, "aud": true, "iss": true, "exp": true, "iat": true, "nonce": true, "azp": true, "nbf": true,
}
