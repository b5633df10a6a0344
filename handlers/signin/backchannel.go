package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/account"
	"candour/models/fault"
)

const (
	logoutEvent  = "http://schemas.openid.net/event/backchannel-logout"
	logoutWindow = 300 * time.Second // how old a logout token may be
	logoutLimit  = 16 << 10
)

// BackChannel is where a staff provider tells that somebody logged out there or
// took their smartcard out. No browser comes here: the signed token is the only
// authority, and the sessions it names end at once.
func (d *Desk) BackChannel(c *fiber.Ctx, _ access.Viewer) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	p, ok := d.Registry.find(c.Params("provider"))
	if !ok || !p.rules.logsOut() {
		return c.SendStatus(fiber.StatusNotFound)
	}
	n, err := d.loggedOut(c, p)
	if err != nil {
		status := fiber.StatusBadRequest
		if errors.Is(err, errProvider) || errors.Is(err, fault.Unavailable) {
			status = fiber.StatusServiceUnavailable // it is not the token's fault: the provider may send it again
		}
		d.Log.Warn("logout token refused", "request", web.RequestID(c), "provider", p.Provider.Name, "error", err)
		return c.Status(status).JSON(fiber.Map{"error": "invalid_request"})
	}
	d.Log.Info("logged out by the provider", "request", web.RequestID(c), "provider", p.Provider.Name, "sessions", n)
	return c.SendStatus(fiber.StatusOK)
}

func (d *Desk) loggedOut(c *fiber.Ctx, p *party) (int, error) {
	given := c.Request().PostArgs().PeekMulti("logout_token") // other fields are to be ignored
	if len(given) != 1 || len(given[0]) == 0 || len(given[0]) > logoutLimit {
		return 0, errors.New("signin: no logout token")
	}
	raw := string(given[0])
	if !p.ours(raw) {
		return 0, errors.New("signin: not a token of this provider")
	}
	if _, err := p.discoverAfter(discoveryPatience); err != nil {
		return 0, fmt.Errorf("%w: %w", errProvider, err)
	}
	ctx, cancel := context.WithTimeout(p.background(), 12*time.Second)
	defer cancel()
	out, err := p.logoutToken(ctx, raw)
	if err != nil {
		return 0, err
	}
	n, err := d.Accounts.LoggedOut(web.Context(c), access.ForSystem("back-channel logout"),
		account.Logout{Issuer: p.Issuer, TokenID: out.jti, Until: out.until, Subject: out.sub, SID: out.sid, At: out.at},
		func(ctx context.Context) ([]account.Ended, error) { return d.end(ctx, p.Issuer, out) })
	if err != nil && !errors.Is(err, fault.Conflict) && !errors.Is(err, errForeign) {
		return 0, fmt.Errorf("%w: %w", fault.Unavailable, err)
	}
	return n, err
}

// ours says whether a token looks like one of this provider: anybody can send
// anything, and only this is worth asking the provider about.
func (p *party) ours(raw string) bool {
	token, err := jose.ParseSignedCompact(raw, signatures(p.Algorithms))
	if err != nil {
		return false
	}
	var says struct {
		Issuer string `json:"iss"`
	}
	return json.Unmarshal(token.UnsafePayloadWithoutVerification(), &says) == nil && says.Issuer == p.Issuer
}

// errForeign spoils a logout token that names a session and another person than its own.
var errForeign = errors.New("signin: the session is not of the person whom the logout token names")

// logout is what a logout token says.
type logout struct {
	sub, sid, jti string
	at, until     time.Time
}

// logoutToken checks a logout token: signature, issuer, audience and expiry as for
// an ID token, and what OpenID Connect Back-Channel Logout 1.0 adds.
func (p *party) logoutToken(ctx context.Context, raw string) (logout, error) {
	token, err := p.verify(ctx, p.ring.forLogout(), raw)
	if err != nil {
		return logout{}, fmt.Errorf("signin: logout token: %w", err)
	}
	all := claims{}
	if err := token.Claims(&all); err != nil {
		return logout{}, fmt.Errorf("signin: logout token: %w", err)
	}
	now := p.clock()
	events, _ := all["events"].(map[string]any)
	_, event := events[logoutEvent].(map[string]any)
	out := logout{sub: all.text("sub"), sid: all.text("sid"), jti: all.text("jti"), at: token.IssuedAt}
	out.until = out.at.Add(logoutWindow + skew + time.Minute) // by then it is too old to count
	_, nonced := all["nonce"]
	switch {
	case !event:
		return out, errors.New("signin: not a token of logging out")
	case nonced:
		return out, errors.New("signin: a logout token carries no nonce")
	case out.at.After(now.Add(skew)):
		return out, errors.New("signin: the logout token is of the future")
	case now.Sub(out.at) > logoutWindow:
		return out, errors.New("signin: the logout token is too old")
	case out.jti == "" || len(out.jti) > 255:
		return out, errors.New("signin: the logout token cannot be told from another")
	case all.has("sub") && out.sub == "", all.has("sid") && out.sid == "", out.sub == "" && out.sid == "":
		return out, errors.New("signin: the logout token names nobody")
	case all.has("azp") && all.text("azp") != p.ClientID:
		return out, errors.New("signin: the logout token was made for somebody else")
	}
	return out, nil
}

// end ends the sessions that a logout token names: those of the provider's session
// when it says which, with those of its person that came without saying which, else
// all for which its person proved themselves by then. A session that it names and
// that is of somebody else spoils the whole token.
func (d *Desk) end(ctx context.Context, issuer string, out logout) ([]account.Ended, error) {
	var standing []web.Standing
	var err error
	if out.sid == "" {
		standing, err = d.Sessions.EndBySubject(ctx, issuer, out.sub, out.at)
	} else if standing, err = d.Sessions.EndBySID(ctx, issuer, out.sid); err == nil {
		var more []web.Standing
		more, err = d.Sessions.EndUnnamed(ctx, issuer, out.sub, out.at)
		standing = append(standing, more...)
	}
	if err != nil {
		return nil, err
	}
	ended := make([]account.Ended, 0, len(standing))
	for _, s := range standing {
		e := account.Ended{Account: s.Account, Viewer: s.Viewer, Kind: s.Kind, Session: s.ID}
		if out.sub != "" && !e.OwnedBy(issuer, out.sub) {
			return nil, errForeign
		}
		ended = append(ended, e)
	}
	return ended, nil
}
