package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/views/clinician"
)

// takeRecord is the record as a spreadsheet: an access of its own. The file's name
// says nothing of the person.
func (s *Server) takeRecord(c *fiber.Ctx, by access.Viewer) error {
	d, err := s.openRecord(c, by, web.CSV)
	if err != nil {
		return s.stop(c, err)
	}
	body, err := clinician.CSV(web.Dress(c), d)
	if err != nil {
		return err
	}
	return web.Attach(c, "record.csv", "text/csv; charset=utf-8", body)
}
