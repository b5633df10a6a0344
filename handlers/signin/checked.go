package signin

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// checked verifies the ID token, adds what userinfo knows, and holds both to the
// provider's own rules.
func (p *party) checked(ctx context.Context, d *discovered, a *attempt, token *oauth2.Token) (claims, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return nil, errors.New("signin: no ID token")
	}
	id, err := p.verify(ctx, p.ring.forLogin(), raw)
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
	if err := p.addUserinfo(ctx, d, token, out); err != nil {
		return nil, err
	}
	return out, p.rules.check(p.Provider, p.clock(), a, out)
}

// holds checks what go-oidc leaves to its user. A token without exp has expired for
// go-oidc, and one without iat is older than any attempt.
func (p *party) holds(id *oidc.IDToken, all claims, a *attempt) error {
	now := p.clock()
	switch {
	case subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(a.Nonce)) != 1:
		return errors.New("signin: the nonce is not of this attempt")
	case id.Subject == "" || len(id.Subject) > 255:
		return errors.New("signin: no subject")
	case id.IssuedAt.After(now.Add(skew)):
		return errors.New("signin: the token is of the future")
	case id.IssuedAt.Before(a.Started.Add(-skew)):
		return errors.New("signin: the token is older than the attempt")
	case len(id.Audience) > 1 && all.text("azp") == "", all.has("azp") && all.text("azp") != p.ClientID:
		return errors.New("signin: the token was made for somebody else")
	case len(id.Audience) > 1 && !slices.Contains(id.Audience, p.ClientID):
		return errors.New("signin: the token was made for somebody else")
	case all.has("events"):
		return errors.New("signin: a logout token is no ID token")
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
	request.Header.Set("Accept", "application/json")
	response, err := p.client.Do(request)
	if err != nil {
		return fmt.Errorf("%w: userinfo: %w", errProvider, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, answerLimit+1))
	if err != nil || response.StatusCode != http.StatusOK || len(body) > answerLimit {
		return fmt.Errorf("%w: userinfo answers %d", errProvider, response.StatusCode)
	}
	if kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return errors.New("signin: userinfo is not JSON")
	}
	more := claims{}
	if err := json.Unmarshal(body, &more); err != nil {
		return errors.New("signin: userinfo is not JSON")
	}
	if more.text("sub") != into.text("sub") {
		return errors.New("signin: userinfo speaks of another person")
	}
	for name, value := range more {
		if !into.has(name) && !onlyFromToken[name] && !p.rules.signedOnly(name) {
			into[name] = value
		}
	}
	return nil
}

// onlyFromToken: what OpenID Connect wants signed. How well somebody was proven is
// in the rules of each provider (T05).
var onlyFromToken = map[string]bool{
	"acr": true, "amr": true, "auth_time": true, "sid": true, "aud": true, "iss": true, "exp": true, "iat": true, "nonce": true, "azp": true, "nbf": true, "jti": true,
}
