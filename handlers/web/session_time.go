package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"candour/models/access"
)

// Left is how long a signed-in session goes on: until it ends for not being used,
// and until it ends whatever happens.
type Left struct {
	Idle, Longest time.Duration
	At            time.Time // when it ends if nothing more is asked for
}

// left counts this request as a use of the session, unless it only asks.
func (s *session) left(asks bool) Left {
	now := s.all.clock()
	ends := s.row.expires
	if !asks && now.Sub(s.row.seen) >= touchEvery {
		ends = s.row.expiry(now)
	}
	return Left{Idle: max(0, ends.Sub(now)), Longest: max(0, s.row.created.Add(longest).Sub(now)), At: ends}
}

// Ask is how long the viewer's session goes on, without being a use of it; false
// when nobody is signed in. The cookie of a session that is over stays, so that a
// form on another tab can still be told whose it was.
func Ask(c *fiber.Ctx) (Left, bool) {
	r := of(c)
	r.asks = true
	if r.session == nil || r.viewer.Kind == access.Nobody {
		return Left{}, false
	}
	return r.session.left(true), true
}

// Use is how long the viewer's session goes on from now, this request being a use
// of it.
func Use(c *fiber.Ctx) Left {
	if s := of(c).session; s != nil {
		return s.left(false)
	}
	return Left{}
}

// SessionID names the viewer's own session in lists; it opens nothing.
func SessionID(c *fiber.Ctx) string {
	if s := of(c).session; s != nil && s.row.found {
		return s.row.id
	}
	return ""
}
