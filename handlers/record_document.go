package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/views/clinician"
)

// showRecordDocument is the text of one letter: an access of its own.
func (s *Server) showRecordDocument(c *fiber.Ctx, by access.Viewer) error {
	ref, err := web.ID(c, "ref")
	if err != nil {
		return err
	}
	item, err := web.ID(c, "item")
	if err != nil {
		return err
	}
	letter, err := s.Records.Document(web.Context(c), by, ref, item, viewing(c, web.Page))
	if err != nil {
		return s.stop(c, err)
	}
	return web.Render(c, clinician.DocumentPage(letter))
}
