package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gofiber/fiber/v2"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/opaque"
)

// Keys of a session's values. Handlers use others through Remember.
const (
	keyViewer = "viewer"
	keySecret = "csrf"
)

// session is one request's hold on its session.
type session struct {
	all  *Sessions
	ctx  context.Context // carries what scs loaded, and the row
	row  *row
	lost bool // the browser has a cookie whose session is no more
	key  []byte
}

// withSession loads the session, lets the request run, and writes back what
// changed. scs's own middleware, put through Fiber's adaptor, would commit
// before the handler ran (S2).
func (a *App) withSession(c *fiber.Ctx) error {
	state := of(c)
	cookie := string(c.Request().Header.Cookie(a.Sessions.scs.Cookie.Name))
	s, err := a.Sessions.load(c.UserContext(), cookie, c.Get(fiber.HeaderUserAgent), a.rides(c))
	if err != nil {
		// What is for everybody can still be read; guarded lets nothing else through.
		state.unread = fmt.Errorf("%w: %w", fault.Unavailable, err)
		return c.Next()
	}
	state.session = s
	state.viewer = s.viewer()

	if err := c.Next(); err != nil {
		if err := a.fail(c, err); err != nil {
			return err
		}
	}
	s = state.session // it may have been read again
	err = s.sure()
	if err == nil {
		err = a.saveSession(c, s)
	}
	if errors.Is(err, fault.Conflict) {
		return err
	}
	if err != nil {
		// The answer must not go out as if its session had been kept.
		if errors.Is(err, errRowGone) && a.Sessions.moved(s) {
			return fault.Conflict // nothing is lost but what this request had to keep
		}
		if errors.Is(err, errRowGone) {
			a.setCookie(c, s, "")
			state.viewer = access.Viewer{}
			return errEnded
		}
		return fmt.Errorf("%w: %w", fault.Unavailable, err)
	}
	return nil
}

// load gives a request its session; with lately, as this process last read it, if it did.
func (s *Sessions) load(ctx context.Context, cookie, agent string, lately bool) (*session, error) {
	r := &row{agent: agent, id: newID(), lately: lately}
	ctx, err := s.scs.Load(context.WithValue(ctx, rowKey{}, r), cookie)
	if err != nil {
		return nil, err
	}
	r.lately = r.lately && r.found
	return &session{all: s, ctx: ctx, row: r, lost: cookie != "" && !r.found}, nil
}

func (a *App) saveSession(c *fiber.Ctx, s *session) error {
	all := a.Sessions
	ctx := context.WithoutCancel(s.ctx) // the work's time is over, the keeping's is not
	switch all.scs.Status(s.ctx) {
	case scs.Modified:
		before := s.row.token
		token, _, err := all.scs.Commit(ctx)
		if err != nil {
			return err
		}
		if s.row.token != before {
			a.setCookie(c, s, token)
		}
	case scs.Destroyed:
		a.setCookie(c, s, "")
	default:
		if of(c).asks {
			return nil
		}
		if s.lost {
			// A browser keeps showing a page it has in memory as long as the cookie is
			// the same (S17): a session that is over takes its cookie along.
			a.setCookie(c, s, "")
			return nil
		}
		return a.touchSession(ctx, c, s)
	}
	return nil
}

func (a *App) touchSession(ctx context.Context, c *fiber.Ctx, s *session) error {
	now := a.Sessions.clock()
	if !s.row.found || now.Sub(s.row.seen) < touchEvery {
		return nil
	}
	a.Sessions.lately.forget(s.row.token)
	err := a.Sessions.touch(ctx, s.row, now)
	if errors.Is(err, errRowGone) && a.Sessions.moved(s) {
		return nil
	}
	if errors.Is(err, errRowGone) {
		a.setCookie(c, s, "") // ended while this page was made; the page was asked for before that
		return nil
	}
	if err != nil {
		a.config.Logger.Warn("session not touched", "request", of(c).id, "error", err)
	}
	return nil
}

// setCookie lets scs write the cookie, with the flags it was configured with,
// and copies it over. An empty token takes the cookie away.
func (a *App) setCookie(c *fiber.Ctx, s *session, token string) {
	c.Response().Header.DelCookie(a.Sessions.scs.Cookie.Name)
	w := headerWriter{}
	at := s.row.expires
	if token == "" {
		at = time.Time{}
	}
	a.Sessions.scs.WriteSessionCookie(s.ctx, w, token, at)
	for _, v := range w.Header()["Set-Cookie"] {
		c.Response().Header.Add("Set-Cookie", v)
	}
}

// headerWriter is an http.ResponseWriter of headers alone.
type headerWriter http.Header

func (w headerWriter) Header() http.Header         { return http.Header(w) }
func (w headerWriter) Write(b []byte) (int, error) { return len(b), nil }
func (w headerWriter) WriteHeader(int)             {}

func (s *session) viewer() access.Viewer { return readViewer(s.all.scs.GetString(s.ctx, keyViewer)) }

func readViewer(text string) access.Viewer {
	var v access.Viewer
	if text == "" {
		return v
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return access.Viewer{} // what cannot be read is nobody
	}
	return v
}

// secret is the forgery secret, or nil when nobody is signed in.
func (s *session) secret() []byte {
	if s.key == nil {
		b, err := base64.RawURLEncoding.DecodeString(s.all.scs.GetString(s.ctx, keySecret))
		if err != nil || len(b) != tokenSize {
			return nil
		}
		s.key = b
	}
	return s.key
}

// Remember keeps a short text in the session, Recall reads it, Take reads it for
// the last time.
func Remember(c *fiber.Ctx, key, value string) {
	if s := of(c).session; s != nil {
		s.all.scs.Put(s.ctx, key, value)
	}
}

// Recall reads what Remember kept.
func Recall(c *fiber.Ctx, key string) string {
	if s := of(c).session; s != nil {
		return s.all.scs.GetString(s.ctx, key)
	}
	return ""
}

// Take reads what Remember kept and forgets it.
func Take(c *fiber.Ctx, key string) string {
	if s := of(c).session; s != nil {
		return s.all.scs.PopString(s.ctx, key)
	}
	return ""
}

// Entrance is who comes in.
type Entrance struct {
	ID       string            // names the session in lists and in the access log
	Account  string            // whose session it is, even before a role was chosen
	Issuer   string            // the identity provider
	Subject  string            // who they are there
	OPSID    string            // the session at the identity provider
	Provider string            // how they signed in, by the provider's name here
	Kind     access.ViewerKind // decides the idle time
	Keep     map[string]string // what the way in still needs, for instance the roles to pick from
	Proven   time.Time         // when they proved who they are, by the provider's clock

	// Admit, if any, is asked in the transaction that keeps the session: nothing else
	// says in time that its provider has ended it meanwhile.
	Admit func(context.Context) (bool, error)
}

// Enter begins the session of somebody who has just proven who they are: a new
// token, and nothing kept of what the browser came with (T06). The viewer follows
// by Become.
func Enter(c *fiber.Ctx, e Entrance) error {
	s := of(c).session
	if s == nil {
		return errNoRow
	}
	if err := s.renew(); err != nil {
		return err
	}
	if err := s.all.scs.Clear(s.ctx); err != nil {
		return fmt.Errorf("web: enter: %w", err)
	}
	s.row.fresh, s.row.account, s.row.opSID = true, e.Account, e.OPSID
	s.row.id, s.row.issuer, s.row.subject, s.row.provider, s.row.organisation = newID(), e.Issuer, e.Subject, e.Provider, ""
	s.row.kind, s.row.idle, s.row.proven, s.row.admit = e.Kind, idleOf(e.Kind), e.Proven, e.Admit
	if _, ok := opaque.Parse(e.ID); ok {
		s.row.id = e.ID
	}
	s.key = nil
	dropDrafts(c, e.Account)
	s.all.scs.Put(s.ctx, keySecret, newSecret())
	for k, v := range e.Keep {
		s.all.scs.Put(s.ctx, k, v)
	}
	of(c).viewer = access.Viewer{}
	return nil
}

// Become makes the session act as by from now on: after Enter, or for another
// role. The token changes, the longest time does not start again.
func Become(c *fiber.Ctx, by access.Viewer) error {
	state := of(c)
	s := state.session
	if s == nil {
		return errNoRow
	}
	if err := s.renew(); err != nil {
		return err
	}
	text, err := json.Marshal(by)
	if err != nil {
		return fmt.Errorf("web: become: %w", err)
	}
	s.row.kind, s.row.idle, s.row.organisation = by.Kind, idleOf(by.Kind), by.Organisation
	s.all.scs.Put(s.ctx, keyViewer, string(text))
	state.viewer = by
	return nil
}

// renew changes the token. The row moves to it in one statement at the end of
// the request, so that a session ended meanwhile stays ended.
func (s *session) renew() error {
	s.row.renewing = s.row.found
	if err := s.all.scs.RenewToken(s.ctx); err != nil {
		return fmt.Errorf("web: renew: %w", err)
	}
	return nil
}

// Leave ends the session. The browser loses the cookie, which is what makes it
// drop pages it keeps in memory, and is told to clear the rest (S17).
func Leave(c *fiber.Ctx) error {
	state := of(c)
	if state.session == nil {
		return nil
	}
	if err := state.session.all.scs.Destroy(state.session.ctx); err != nil {
		return fmt.Errorf("%w: web: leave: %w", fault.Unavailable, err)
	}
	state.viewer = access.Viewer{}
	dropDrafts(c, "")
	c.Set("Clear-Site-Data", `"cache", "storage"`)
	return nil
}
