package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/views/clinician"
)

// printRecord is the record for paper: an access of its own.
func (s *Server) printRecord(c *fiber.Ctx, by access.Viewer) error {
	d, err := s.openRecord(c, by, web.Print)
	if err != nil {
		return s.stop(c, err)
	}
	return web.Render(c, clinician.PrintPage(d))
}
