package web

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"candour/models/access"
	"candour/models/db"
	"candour/models/fault"
)

// A page that goes through the gate can have its session looked at there: what this
// process knows of the session from lately is taken to be so until the gate asks, in the
// transaction that logs the page. No answer leaves withSession before the database has
// said, during this very request, that the session is what it was taken to be.

// lately remembers sessions as they were last read.
type lately struct {
	mu   sync.Mutex
	rows map[string]row // by token, as stored
}

// latelyRows bounds the memory; which of more are forgotten does not matter.
const latelyRows = 4096

func (l *lately) put(r row) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rows == nil {
		l.rows = map[string]row{}
	}
	for other := range l.rows {
		if len(l.rows) < latelyRows {
			break
		}
		delete(l.rows, other)
	}
	l.rows[r.token] = r
}

func (l *lately) get(token string) (row, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, ok := l.rows[token]
	return r, ok
}

func (l *lately) forget(token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.rows, token)
}

// errMoved: the session is not what it was lately; it has to be read.
var errMoved = errors.New("web: the session has changed since it was last read")

// While is the condition under which the gate may let this request through, when its
// session is only known from lately; nil when it was read. Only the handler of a route
// that says so (Route.Rides) needs it.
func While(c *fiber.Ctx) *access.While {
	s := of(c).session
	if s == nil || !s.row.lately {
		return nil
	}
	var now row
	var found bool
	q := db.NewQuestion(readSession, func() []any { return []any{s.row.token} }, func(rows db.Rows) (err error) {
		if found = rows.Next(); !found {
			return rows.Err()
		}
		now, err = scanSession(rows, s.row.token)
		return err
	})
	return &access.While{Question: q, Holds: func() error {
		if s.row.lately = !found || !now.same(s.row); s.row.lately && !s.all.config.off.lately {
			return errMoved
		}
		return nil
	}}
}

// same says that nothing about a session has changed.
func (r *row) same(as *row) bool {
	return r.token == as.token && bytes.Equal(r.data, as.data) && r.expires.Equal(as.expires) && r.created.Equal(as.created) && r.seen.Equal(as.seen) &&
		r.account == as.account && r.opSID == as.opSID && r.id == as.id && r.kind == as.kind && r.issuer == as.issuer && r.subject == as.subject &&
		r.provider == as.provider && r.organisation == as.organisation && r.proven.Equal(as.proven)
}

// sure reads a session that is still only known from lately when its answer is made.
func (s *session) sure() error {
	if !s.row.lately || s.all.config.off.lately {
		return nil
	}
	now, found, err := s.all.read(context.WithoutCancel(s.ctx), s.row.token)
	switch {
	case err != nil:
		return err
	case !found:
		err = errRowGone
	case !now.same(s.row):
		err = fault.Conflict // it goes on, as somebody else perhaps: asked again, the page is right
	default:
		s.row.lately = false
		return nil
	}
	s.all.lately.forget(s.row.token)
	return err
}

// rides says whether a request is for a route whose handler has the session looked at by
// the gate.
func (a *App) rides(c *fiber.Ctx) bool {
	if c.Method() != fiber.MethodGet {
		return false
	}
	for _, pattern := range a.riding {
		if fits(pattern, c.Path()) {
			return true
		}
	}
	return false
}

// fits compares a path with a pattern whose parameters are whole segments.
func fits(pattern, path string) bool {
	for pattern != "" && path != "" {
		var want, have string
		want, pattern, _ = strings.Cut(pattern, "/")
		have, path, _ = strings.Cut(path, "/")
		if want != have && !strings.HasPrefix(want, ":") {
			return false
		}
	}
	return pattern == "" && path == ""
}

// readAgain gives the request the session as it is now.
func (a *App) readAgain(c *fiber.Ctx, state *request) error {
	all := a.Sessions
	all.lately.forget(state.session.row.token)
	s, err := all.load(c.UserContext(), string(c.Request().Header.Cookie(all.scs.Cookie.Name)), c.Get(fiber.HeaderUserAgent), false)
	if err != nil {
		return err
	}
	if s.row.found {
		all.lately.put(*s.row)
	}
	state.session, state.viewer = s, s.viewer()
	return nil
}
