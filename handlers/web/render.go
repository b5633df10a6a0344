package web

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"candour/models/access"
	"candour/models/record"
)

// Dressing is what the frame of a page shows of the request.
type Dressing struct {
	Viewer    access.Viewer
	Token     string // for forms; empty when nobody is signed in
	Contrast  string // on, off, or empty: as the device says
	Language  string // as the browser remembers it, unchecked
	Return    string // where a preference form comes back to
	RequestID string
	Nonce     string
	Idle      int    // seconds after which a signed-in page hides itself
	Session   string // names the session; opens nothing
	Left      Left   // of a signed-in session
	Typed     bool   // the page shows again what was typed before the session ended
	Roles     bool   // there are other roles to change to
}

// Dresser puts a Dressing into the context of a rendering.
type Dresser func(ctx context.Context, d Dressing) context.Context

// KeyRoles is the session's list of roles to pick from.
const KeyRoles = "roles"

func (a *App) dressing(c *fiber.Ctx) Dressing {
	r := of(c)
	d := Dressing{Viewer: r.viewer, Contrast: contrast(c), Language: language(c), RequestID: r.id, Nonce: r.nonce, Return: comeBack(c)}
	if s := r.session; s != nil {
		if secret := s.secret(); secret != nil {
			d.Token = masked(secret)
		}
		d.Roles = s.all.scs.Exists(s.ctx, KeyRoles)
	}
	if r.viewer.Kind != access.Nobody {
		d.Idle = int(idleOf(r.viewer.Kind).Seconds())
		d.Session, d.Left, d.Typed = r.session.row.id, r.session.left(r.asks), r.typed
	}
	return d
}

// Dress is the context to render with: the frame's facts, the language, the nonce.
func Dress(c *fiber.Ctx) context.Context {
	a := of(c).app
	return a.config.Dress(c.UserContext(), a.dressing(c))
}

// comeBack is an address that shows about the same again: this page's own, unless
// it answered a form or an identity provider, whose code stays out of any page.
func comeBack(c *fiber.Ctx) string {
	r := of(c)
	switch {
	case r.route != nil && r.route.Audience == SignIn && r.route.Shape == Act:
		return "/sign-in"
	case c.Method() == fiber.MethodGet:
		return OwnPath(c.OriginalURL(), "/")
	case r.viewer.Kind == access.Staff:
		return "/patients"
	}
	return "/"
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render sends a page. It is drawn to its end before its first byte is sent, so
// that half a page never stands in front of an error page.
func Render(c *fiber.Ctx, page templ.Component) error {
	return RenderStatus(c, fiber.StatusOK, page)
}

// RenderStatus is Render with another status, for instance 422 for a form with
// problems.
func RenderStatus(c *fiber.Ctx, status int, page templ.Component) error {
	out := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(out)
	out.Reset()
	if err := page.Render(Dress(c), out); err != nil {
		return fmt.Errorf("web: render: %w", err)
	}
	c.Status(status)
	c.Response().Header.SetContentType("text/html; charset=utf-8")
	send(c, out.Bytes())
	return nil
}

// SendPieces sends a page of which parts were made beforehand. A browser that reads
// gzip gets their stored blocks between what is packed now, as one gzip member; another
// gets all of it unpacked.
func SendPieces(c *fiber.Ctx, pieces []record.PagePart) error {
	r := c.Response()
	r.Header.SetContentType("text/html; charset=utf-8")
	r.ResetBody()
	if !takesGzip(c) {
		for _, p := range pieces {
			text := p.Text
			if text == nil && p.Ready != nil {
				var err error
				if text, err = unpack(p.Ready.Deflated, p.Ready.Length, p.Ready.CRC); err != nil {
					r.ResetBody()
					return fmt.Errorf("web: ready page: %w", err)
				}
			}
			r.AppendBody(text)
		}
		return nil
	}
	z := newMember(responseBody{r})
	for _, p := range pieces {
		switch {
		case p.Ready == nil:
			z.add(p.Text)
		case p.Text == nil:
			z.splice(p.Ready.Deflated, p.Ready.CRC, p.Ready.Length)
		default:
			z.write(p.Ready.Deflated)
			z.count(p.Text)
		}
	}
	z.end()
	if z.err != nil {
		return fmt.Errorf("web: ready page: %w", z.err)
	}
	r.Header.Set(fiber.HeaderContentEncoding, "gzip")
	return nil
}

// Attach sends a file to be saved. The name is ours, never the user's.
func Attach(c *fiber.Ctx, name, contentType string, body []byte) error {
	c.Response().Header.SetContentType(contentType)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	c.Set("Content-Security-Policy", policyNone)
	send(c, body)
	return nil
}
