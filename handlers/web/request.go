package web

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/opaque"
)

// request is what the shell knows about the request at hand.
type request struct {
	app      *App
	id       string
	nonce    string
	route    *Route
	session  *session
	unread   error // why the session could not be looked at
	viewer   access.Viewer
	over     *Over     // the session that the request needed
	back     string    // where to go on after signing in again
	uploaded *uploaded // a form with a file, once it was read
	typed    bool      // the page shows again what was typed before
	asks     bool      // the request is no use of its session
	panicked bool
	observed bool // counted and logged when it is over
}

type requestKey struct{}

// of is the state of a request. The server's own refusals (a header too large, a
// body too long) reach the error page before any middleware: they get theirs here.
func of(c *fiber.Ctx) *request {
	if r, ok := c.Locals(requestKey{}).(*request); ok {
		return r
	}
	var b [24]byte
	rand.Read(b[:])
	r := &request{id: hex.EncodeToString(b[:8]), nonce: base64.RawStdEncoding.EncodeToString(b[8:])}
	c.Locals(requestKey{}, r)
	return r
}

// of is the state of a request, which knows its server.
func (a *App) of(c *fiber.Ctx) *request {
	r := of(c)
	r.app = a
	return r
}

// RequestID names the request in the logs, in the access log and on error pages.
func RequestID(c *fiber.Ctx) string { return of(c).id }

// Viewer is who asks, for a part of a page that is made for whoever that is; a handler
// has it as its second parameter.
func Viewer(c *fiber.Ctx) access.Viewer { return of(c).viewer }

// Pattern is the route's pattern, which names no one, for logs and entries.
func Pattern(c *fiber.Ctx) string {
	if r := of(c).route; r != nil {
		return r.Pattern
	}
	return "unmatched"
}

// Context is what stores are called with. It ends when the request has had its
// time, and never before: the server does not notice that a client has gone.
func Context(c *fiber.Ctx) context.Context { return c.UserContext() }

// ID reads an opaque id from the path; anything else is not found, like an id
// that does not exist.
func ID(c *fiber.Ctx, name string) (opaque.ID, error) {
	id, ok := opaque.Parse(c.Params(name))
	if !ok {
		return "", fault.NotFound
	}
	return id, nil
}

// Word reads a short word ([a-z0-9_-], at most 64) from the path.
func Word(c *fiber.Ctx, name string) (string, error) {
	w := c.Params(name)
	if w == "" || len(w) > 64 {
		return "", fault.NotFound
	}
	for i := 0; i < len(w); i++ {
		if ch := w[i]; (ch < 'a' || ch > 'z') && (ch < '0' || ch > '9') && ch != '-' && ch != '_' {
			return "", fault.NotFound
		}
	}
	return w, nil
}

// Partial says that htmx asked for a part of the page, not for a page.
func Partial(c *fiber.Ctx) bool {
	return c.Get("HX-Request") == "true" && c.Get("HX-Request-Type") != "full" && c.Get("HX-Boosted") != "true"
}

// See sends the browser on with GET after a form was taken in.
func See(c *fiber.Ctx, path string) error { return c.Redirect(path, fiber.StatusSeeOther) }

// OwnPath lets through a path of this site, with its query, and turns anything
// else into otherwise: a return address must not lead away (V3.7.2).
func OwnPath(path, otherwise string) string {
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || u.Fragment != "" ||
		len(path) > 512 || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || !plainPath([]byte(u.Path)) {
		return otherwise
	}
	for i := 0; i < len(path); i++ {
		if path[i] < 0x21 || path[i] == '\\' || path[i] > 0x7e {
			return otherwise
		}
	}
	return path
}
