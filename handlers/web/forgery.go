package web

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/url"

	"github.com/gofiber/fiber/v2"
)

// Two independent proofs that a form is ours (V3.5.1): the browser says where it
// comes from, and, in a session, the form carries a token that only our pages
// have. Fiber's own middleware wants a Referer and keeps state in memory (S13).

// TokenField is the hidden field, TokenHeader the header for htmx.
const (
	TokenField  = "csrf"
	TokenHeader = "X-CSRF-Token"
)

const tokenSize = 32

func (a *App) refuseForged(c *fiber.Ctx, r *Route) error {
	if !a.config.off.origin && !a.fromHere(c) {
		return errForged
	}
	kind := string(mediaType(c.Request().Header.ContentType()))
	withFile := r.Upload > 0 && kind == "multipart/form-data"
	if kind != "application/x-www-form-urlencoded" && !withFile {
		return fiber.ErrUnsupportedMediaType
	}
	s := of(c).session
	if a.config.off.token || s == nil || s.secret() == nil {
		return nil // nobody is signed in: there is no authority to borrow
	}
	if r.Look {
		return nil // none is borrowed; and pages outside the session, like the demo's sign-in, have no token to send
	}
	token := c.Get(TokenHeader)
	switch {
	case token != "":
	case withFile:
		token = string(takeApart(c).args.Peek(TokenField))
	default:
		token = string(c.Request().PostArgs().Peek(TokenField))
	}
	if !matches(token, s.secret()) {
		return errForged
	}
	return nil
}

// fromHere: Sec-Fetch-Site is set by the browser and cannot be set by a page;
// Origin is there in every browser for a POST. A request with neither is not
// from a browser that can be trusted to tell.
func (a *App) fromHere(c *fiber.Ctx) bool {
	h := &c.Request().Header
	site, origin := string(h.Peek("Sec-Fetch-Site")), string(h.Peek("Origin"))
	if site == "" && origin == "" {
		return false
	}
	if site != "" && site != "same-origin" {
		return false
	}
	if origin == "" || origin == "null" && site != "" {
		return true // a page that sends no referrer says "null", and the browser vouches for it otherwise
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return false
	}
	return u.Scheme == a.origin.Scheme && (u.Host == a.origin.Host || u.Host == string(c.Request().Host()))
}

func mediaType(contentType []byte) []byte {
	for i, ch := range contentType {
		if ch == ';' || ch == ' ' {
			return contentType[:i]
		}
	}
	return contentType
}

// newSecret draws a session's secret.
func newSecret() string {
	var b [tokenSize]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// masked hides the secret behind fresh random bytes on every page, so that
// compressed pages of different length say nothing of it.
func masked(secret []byte) string {
	var b [2 * tokenSize]byte
	rand.Read(b[:tokenSize])
	subtle.XORBytes(b[tokenSize:], b[:tokenSize], secret)
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func matches(token string, secret []byte) bool {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != 2*tokenSize || len(secret) != tokenSize {
		return false
	}
	var plain [tokenSize]byte
	subtle.XORBytes(plain[:], b[:tokenSize], b[tokenSize:])
	return subtle.ConstantTimeCompare(plain[:], secret) == 1
}
