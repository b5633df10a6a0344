package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/views/patient"
)

// showMyActing lists whom somebody acts for, and how that stands.
func (s *Server) showMyActing(c *fiber.Ctx, by access.Viewer) error {
	all, err := s.Objections.ActingFor(web.Context(c), by, asking(c))
	if err != nil {
		return err
	}
	return web.Render(c, patient.ActingPage(patient.Acting{All: all}))
}
