package handlers

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/opaque"
	"candour/views/staff"
)

// showCase is one case with its file.
func (s *Server) showCase(c *fiber.Ctx, by access.Viewer) error {
	q, err := web.Query(c, "done", "log")
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
	if page.Evidence, err = s.Evidence.OfCase(web.Context(c), by, ref, working(c)); err != nil {
		return err
	}
	if done := q.Get("done"); staff.Done(done) {
		page.Done = done
	}
	if part := q.Get("log"); slices.Contains(staff.Logs(), part) {
		page.Log = part
	}
	return web.Render(c, staff.CasePage(page))
}

func (s *Server) openCase(c *fiber.Ctx, by access.Viewer, ref opaque.ID) (staff.Case, error) {
	o, file, err := s.Objections.Open(web.Context(c), by, ref, working(c))
	if err != nil {
		return staff.Case{}, err
	}
	codes, err := s.codingOf(web.Context(c), by, o)
	return staff.Case{Objection: o, File: file, Now: s.Clock(), Viewer: by, Coding: codes, MinAge: s.MinAge}, err
}

// takeCaseEvidence gives out a file that somebody sent to prove who may act: to be
// saved, under a name of ours, and never shown as a page of this site.
func (s *Server) takeCaseEvidence(c *fiber.Ctx, by access.Viewer) error {
	ref, err := web.ID(c, "ref")
	if err != nil {
		return err
	}
	id, err := web.ID(c, "file")
	if err != nil {
		return err
	}
	file, body, err := s.Evidence.Open(web.Context(c), by, ref, id, working(c))
	if err != nil {
		return err
	}
	return web.Attach(c, file.SaveAs(), string(file.Kind), body)
}
