package handlers

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/fault"
	"candour/models/record"
	"candour/views/clinician"
)

// showRecordSection is one section: an access of its own that logs that section
// alone. htmx gets the section, a browser a page with the banner above it.
func (s *Server) showRecordSection(c *fiber.Ctx, by access.Viewer) error {
	name, err := web.Word(c, "section")
	if err != nil {
		return err
	}
	kind := record.SectionKind(name)
	if !slices.Contains(record.SectionOrder, kind) {
		return fault.NotFound
	}
	d, err := s.openRecord(c, by, web.Fragment, kind)
	if err != nil {
		return s.stop(c, err)
	}
	if web.Partial(c) {
		return web.Render(c, clinician.RecordFragment(d))
	}
	return web.Render(c, clinician.SectionPage(d))
}
