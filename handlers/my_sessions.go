package handlers

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/account"
	"candour/views/link"
	view "candour/views/signin"
)

// showMySessions lists where a patient is signed in.
func (s *Server) showMySessions(c *fiber.Ctx, by access.Viewer) error {
	page, err := s.ownSessions(c, by, link.MySessionsEnd())
	if err != nil {
		return err
	}
	return web.Render(c, view.SessionsPage(page))
}

// endMySession signs a patient out of one other browser or of all others.
func (s *Server) endMySession(c *fiber.Ctx, by access.Viewer) error {
	return s.endOwnSession(c, by, link.MySessions())
}

func (s *Server) ownSessions(c *fiber.Ctx, by access.Viewer, action string) (view.Sessions, error) {
	all, err := s.Sessions().Of(web.Context(c), by.ID)
	if err != nil {
		return view.Sessions{}, err
	}
	page := view.Sessions{All: standing(c, all), Action: action}
	return page, justEnded(c, &page)
}

func (s *Server) endOwnSession(c *fiber.Ctx, by access.Viewer, list string) error {
	form, err := web.Form(c, "session", "others")
	if err != nil {
		return err
	}
	id := form.Get("session")
	if id == "" && form.Get("others") != "1" {
		return fiber.ErrBadRequest
	}
	return s.endSessions(c, by, account.EndedByOwner, list, func(ctx context.Context) ([]web.Standing, error) {
		return s.Sessions().EndOf(ctx, by.ID, id, web.SessionID(c))
	})
}

// justEnded reads from the address what the form before has done.
func justEnded(c *fiber.Ctx, page *view.Sessions) error {
	q, err := web.Query(c, "ended")
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(q.Get("ended")); err == nil && n >= 0 && n < 1000 {
		page.Ended, page.Gone = n, n == 0
	}
	return nil
}

func count(n int) string { return strconv.Itoa(n) }
