package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/opaque"
	"candour/views/staff"
)

// showCase is one case with its file.
func (s *Server) showCase(c *fiber.Ctx, by access.Viewer) error {
	q, err := web.Query(c, "done")
	if err != nil {
		return err
	}
	ref, err := web.ID(c, "ref")
	if err != nil {
		return err
	}
	page, err := s.openCase(c, by, ref)
	if err != nil {
		return err
	}
	if done := q.Get("done"); staff.Done(done) {
		page.Done = done
	}
	return web.Render(c, staff.CasePage(page))
}

func (s *Server) openCase(c *fiber.Ctx, by access.Viewer, ref opaque.ID) (staff.Case, error) {
	o, file, err := s.Objections.Open(web.Context(c), by, ref, working(c))
	if err != nil {
		return staff.Case{}, err
	}
	codes, err := s.codingOf(web.Context(c), by, o)
	return staff.Case{Objection: o, File: file, Now: s.Clock(), Viewer: by, Coding: codes}, err
}
