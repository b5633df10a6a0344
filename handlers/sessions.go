package handlers

import (
	"context"
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/account"
	"candour/views/layout"
	"candour/views/link"
	view "candour/views/signin"
)

// sessionState is what a page asks for, to know how long it may go on showing
// what it shows.
type sessionState struct {
	In      bool   `json:"in"`
	ID      string `json:"id,omitempty"`
	Ends    int    `json:"ends"`    // seconds
	Longest int    `json:"longest"` // seconds
	Note    string `json:"note,omitempty"`
}

func (s *Server) sessionState(c *fiber.Ctx, left web.Left) error {
	ctx := web.Dress(c)
	state := sessionState{In: true, ID: web.SessionID(c), Ends: int(left.Idle.Seconds()), Longest: int(left.Longest.Seconds())}
	shell := layout.ShellFrom(ctx)
	shell.EndsIn, shell.LongestIn, shell.EndsAt = state.Ends, state.Longest, left.At
	state.Note = layout.SessionNote(ctx, shell)
	return tell(c, state)
}

func tell(c *fiber.Ctx, state sessionState) error {
	body, err := json.Marshal(state)
	if err != nil {
		return err
	}
	c.Response().Header.SetContentType("application/json")
	return c.Send(body)
}

// showSessionState answers a page that asks by itself: that is no use of the
// session and does not make it last.
func (s *Server) showSessionState(c *fiber.Ctx, _ access.Viewer) error {
	left, in := web.Ask(c)
	if !in {
		return tell(c, sessionState{})
	}
	return s.sessionState(c, left)
}

// staySignedIn is pressed by a person, and so it is a use of the session.
func (s *Server) staySignedIn(c *fiber.Ctx, _ access.Viewer) error {
	form, err := web.Form(c, "return")
	if err != nil {
		return err
	}
	if c.Get(fiber.HeaderAccept) == "application/json" {
		return s.sessionState(c, web.Use(c))
	}
	return web.See(c, web.OwnPath(form.Get("return"), link.Home()))
}

// showSessionEnded is where a page goes by itself when its time is over.
func (s *Server) showSessionEnded(c *fiber.Ctx, by access.Viewer) error {
	q, err := web.Query(c, "return")
	if err != nil {
		return err
	}
	back := web.OwnPath(q.Get("return"), "")
	if by.Kind != access.Nobody {
		return web.Render(c, view.StillInPage(web.OwnPath(back, link.Home())))
	}
	page := s.overPage(web.Ended(c), back, web.RequestID(c))
	page.Kept = web.Waiting(c)
	return web.Render(c, view.OverPage(page))
}

// overPage tells why a session is over; nothing is known of one that another tab
// has already seen to its end.
func (s *Server) overPage(o *web.Over, back, reference string) view.Over {
	page := view.Over{Reference: reference}
	if o != nil {
		page = view.Over{Audience: string(o.Kind), Idle: o.Idle, Longest: o.Longest, Ended: o.Idle == 0 && o.Longest == 0, Typed: o.Typed, Kept: o.Kept, Reference: reference}
	}
	if s.entrance != nil {
		page.Providers = s.entrance.Ways(back)
	}
	return page
}

// standing puts sessions into what the list shows.
func standing(c *fiber.Ctx, all []web.Standing) []view.Session {
	out := make([]view.Session, len(all))
	for i, one := range all {
		out[i] = view.Session{ID: one.ID, Device: one.Agent, Provider: one.Provider, Since: one.Created, Seen: one.Seen,
			This: one.ID == web.SessionID(c), Name: one.Viewer.Name, Role: one.Viewer.RoleName}
	}
	return out
}

// endSessions ends what end finds, with its entries in the access log, and goes
// back to the list with the number.
func (s *Server) endSessions(c *fiber.Ctx, by access.Viewer, on account.EndedBy, list string, end func(context.Context) ([]web.Standing, error)) error {
	request := account.Request{Route: web.Pattern(c), RequestID: web.RequestID(c)}
	n, err := s.Accounts.EndSessions(web.Context(c), by, on, request, func(ctx context.Context) ([]account.Ended, error) {
		all, err := end(ctx)
		ended := make([]account.Ended, len(all))
		for i, one := range all {
			ended[i] = account.Ended{Session: one.ID, Account: one.Account, Kind: one.Kind, Viewer: one.Viewer}
		}
		return ended, err
	})
	if err != nil {
		return err
	}
	return web.See(c, list+"?ended="+count(n))
}
