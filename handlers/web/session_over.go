package web

import (
	"encoding/base64"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candour/models/access"
)

// remembered is how long a session that ran out is still recognised, so that who
// comes back is told why and keeps what they had typed. It opens nothing any more.
const remembered = 24 * time.Hour

// Over is what can be told of a session that is over. One that was ended by
// somebody is gone without a trace: then nothing is known but that.
type Over struct {
	Kind    access.ViewerKind // whose it was: decides the way back in
	Idle    time.Duration     // it was not used for so long
	Longest time.Duration     // or it had lasted so long
	Typed   bool              // a form was sent
	Kept    bool              // and what was typed in it waits for its owner
}

// over is how the session that this browser had came to its end, or nil when it
// had none that anybody had signed in to.
func (s *session) over() *Over {
	if s == nil || !s.lost {
		return nil
	}
	was := s.row.over
	switch {
	case was == nil:
		return &Over{}
	case was.account == "":
		return nil
	case was.expires.Before(was.created.Add(longest)):
		return &Over{Kind: was.kind, Idle: was.idle}
	}
	return &Over{Kind: was.kind, Longest: longest}
}

// Resume is for who finds a page of signing in after their session ran out: the
// session is over, and they go on to where key says that they were going. Nil when
// nobody had signed in.
func Resume(c *fiber.Ctx, key string) error {
	r := of(c)
	if r.over = r.session.over(); r.over == nil {
		return nil
	}
	if r.back = "/"; r.session.row.over != nil {
		if _, values, err := (codec{}).Decode(r.session.row.over.data); err == nil {
			back, _ := values[key].(string)
			r.back = OwnPath(back, "/")
		}
	}
	return errEnded
}

// Ended is how the session that this browser had ended, or nil.
func Ended(c *fiber.Ctx) *Over { return of(c).session.over() }

// comingBack notes, for somebody whose session is over, where they were going and
// what they had typed.
func (a *App) comingBack(c *fiber.Ctx, r *Route) {
	state := of(c)
	if state.viewer.Kind != access.Nobody {
		return
	}
	state.back = wayBack(c, r)
	if state.over = state.session.over(); state.over != nil && r.Method == fiber.MethodPost && len(r.Keep) > 0 {
		state.over.Typed = true
		state.over.Kept = a.keepTyped(c, r)
	}
}

// keepHeader marks a form that a page sends before its session runs out: it is
// to be kept and not to be acted on.
const keepHeader = "X-Candour-Keep"

// keepInstead answers such a form, whatever the route. No person sent it, so it is
// no use of the session.
func (a *App) keepInstead(c *fiber.Ctx, r *Route) error {
	of(c).asks = true
	if !a.keepTyped(c, r) {
		return c.SendStatus(fiber.StatusNoContent)
	}
	return c.SendStatus(fiber.StatusCreated)
}

// keepTyped puts by what was typed in a form of a route that says so, for the
// account whose session this is or was. A session that has run out proves by its
// form token that the form is from its own page; one that somebody ended is gone
// and keeps nothing.
func (a *App) keepTyped(c *fiber.Ctx, r *Route) bool {
	s := of(c).session
	if s == nil || len(r.Keep) == 0 {
		return false
	}
	owner := s.row
	if !owner.found {
		if owner = s.row.over; owner == nil || !a.config.off.token && !fromItsPage(c, owner) {
			return false
		}
	}
	typed, err := pick(c.Request().PostArgs(), r.Keep, false)
	if err != nil || owner.account == "" || typed.empty() {
		return false
	}
	token := a.draftToken(c)
	if err := a.Sessions.saveDraft(c.UserContext(), token, owner.account, r.shownAt(c), typed); err != nil {
		a.config.Logger.Warn("typed text not kept", "request", of(c).id, "error", err)
		return false
	}
	a.setDraftCookie(c, token)
	return true
}

func fromItsPage(c *fiber.Ctx, was *row) bool {
	_, values, err := codec{}.Decode(was.data)
	if err != nil {
		return false
	}
	text, _ := values[keySecret].(string)
	secret, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	token := c.Get(TokenHeader)
	if token == "" {
		token = string(c.Request().PostArgs().Peek(TokenField))
	}
	return matches(token, secret)
}

// shownAt is the path of the page that has the route's form.
func (r *Route) shownAt(c *fiber.Ctx) string {
	if r.Shown == "" {
		return c.Path()
	}
	parts := strings.Split(r.Shown, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, ":"); ok {
			parts[i] = c.Params(name)
		}
	}
	return strings.Join(parts, "/")
}

// wayBack is where somebody goes on after signing in again: to the page they
// asked for, or to the one whose form they sent, as they saw it.
func wayBack(c *fiber.Ctx, r *Route) string {
	if r == nil || r.Method != fiber.MethodPost {
		return comeBack(c)
	}
	if len(r.Keep) == 0 && r.Shown == "" {
		return ownReferer(c, "")
	}
	page := r.shownAt(c)
	if from := ownReferer(c, ""); from == page || strings.HasPrefix(from, page+"?") {
		return from
	}
	return OwnPath(page, "")
}

// ownReferer is the page of ours that the request comes from.
func ownReferer(c *fiber.Ctx, otherwise string) string {
	u, err := url.Parse(c.Get(fiber.HeaderReferer))
	if err != nil || u.Host != string(c.Request().Host()) {
		return otherwise
	}
	return OwnPath(u.RequestURI(), otherwise)
}

// currentPage is the page of which htmx asked for a part.
func currentPage(c *fiber.Ctx) string {
	u, err := url.Parse(c.Get("HX-Current-URL"))
	if err != nil {
		return "/"
	}
	return OwnPath(u.RequestURI(), "/")
}

func (v Values) empty() bool {
	for _, all := range v {
		for _, one := range all {
			if one != "" {
				return false
			}
		}
	}
	return true
}
