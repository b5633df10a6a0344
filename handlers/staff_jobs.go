package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/account"
	"candour/views/staff"
)

// showJobs is the work that no person starts, for those who administer an
// organisation: how much there is of each kind. A single job may be another
// organisation's, so that who looks at one, or has it tried anew, is who runs the
// service (`candour jobs`).
func (s *Server) showJobs(c *fiber.Ctx, by access.Viewer) error {
	if _, err := account.Administers(by); err != nil {
		return err
	}
	counts, err := s.Jobs.Counts(web.Context(c))
	if err != nil {
		return err
	}
	return web.Render(c, staff.JobsPage(staff.Jobs{Counts: counts, Now: s.Clock()}))
}
