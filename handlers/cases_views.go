package handlers

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/opaque"
	"candour/views/link"
	"candour/views/staff"
)

// saveCasesView keeps the filter of a queue under a name.
func (s *Server) saveCasesView(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, "query", "name", "shared")
	if err != nil {
		return err
	}
	query, err := url.ParseQuery(form.Get("query"))
	if err != nil {
		return fiber.ErrBadRequest
	}
	page := queueOf(web.Values(query)) // of it only what a queue's address has
	err = s.Cases.SaveView(web.Context(c), by, casework.View{Name: form.Get("name"), Query: page.Query.Encode(), Shared: form.Get("shared") != ""}, working(c))
	switch {
	case errors.As(err, &page.Problems):
		page.ViewName = form.Get("name")
		if page, err = s.queue(c, by, page); err != nil {
			return err
		}
		return web.RenderStatus(c, fiber.StatusUnprocessableEntity, staff.QueuePage(page))
	case err != nil:
		return err
	}
	page.Query.Set("told", "saved")
	return web.See(c, link.Cases(page.Query))
}

// removeCasesView forgets a view.
func (s *Server) removeCasesView(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, "view")
	if err != nil {
		return err
	}
	id, ok := opaque.Parse(form.Get("view"))
	if !ok {
		return fiber.ErrBadRequest
	}
	if err := s.Cases.RemoveView(web.Context(c), by, id, working(c)); err != nil {
		return err
	}
	return web.See(c, link.Cases(url.Values{"told": {"removed"}}))
}
