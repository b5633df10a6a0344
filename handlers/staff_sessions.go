package handlers

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/account"
	"candour/views/link"
	view "candour/views/signin"
)

// showStaffSessions lists where a member of staff is signed in.
func (s *Server) showStaffSessions(c *fiber.Ctx, by access.Viewer) error {
	page, err := s.ownSessions(c, by, link.StaffSessionsEnd())
	if err != nil {
		return err
	}
	if _, err := account.Administers(by); err == nil {
		page.Administers = by.OrganisationName
	}
	return web.Render(c, view.SessionsPage(page))
}

// endStaffSession signs a member of staff out of one other browser or of all others.
func (s *Server) endStaffSession(c *fiber.Ctx, by access.Viewer) error {
	return s.endOwnSession(c, by, link.StaffSessions())
}

// showColleagueSessions lists who is signed in at the viewer's organisation, for
// those who administer it.
func (s *Server) showColleagueSessions(c *fiber.Ctx, by access.Viewer) error {
	organisation, err := account.Administers(by)
	if err != nil {
		return err
	}
	all, err := s.Sessions().At(web.Context(c), organisation)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(one web.Standing) bool { return one.Account == by.ID })
	page := view.Sessions{All: standing(c, all), Action: link.ColleagueSessionsEnd(), Organisation: by.OrganisationName}
	if err := justEnded(c, &page); err != nil {
		return err
	}
	return web.Render(c, view.ColleaguesPage(page))
}

// endColleagueSession signs a colleague out.
func (s *Server) endColleagueSession(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, "session")
	if err != nil {
		return err
	}
	return s.endSessions(c, by, account.EndedByAdministrator, link.ColleagueSessions(), func(ctx context.Context) ([]web.Standing, error) {
		return s.Sessions().EndAt(ctx, by.Organisation, form.Get("session"))
	})
}
