package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/views/patient"
)

// showMyInclusion answers "am I included?", worked out now, with its reason.
func (s *Server) showMyInclusion(c *fiber.Ctx, by access.Viewer) error {
	inclusion, err := s.Patients.Inclusion(web.Context(c), by, by.Person, ownRequest(c))
	if err != nil {
		return err
	}
	return web.Render(c, patient.InclusionPage(inclusion))
}
