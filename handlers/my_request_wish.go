package handlers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/views/link"
	"candour/views/patient"
)

var wishFields = []string{"outcome", "words", "not_parents"}

// showMyWish asks a young person what they want themselves, in a request that
// somebody else made for them. For anybody else there is no such page.
func (s *Server) showMyWish(c *fiber.Ctx, by access.Viewer) error {
	return s.wishPage(c, by, fiber.StatusOK, patient.Wish{})
}

func (s *Server) wishPage(c *fiber.Ctx, by access.Viewer, status int, page patient.Wish) error {
	ref, err := web.ID(c, "ref")
	if err != nil {
		return err
	}
	page.Objection, page.File, err = s.Objections.Open(web.Context(c), by, ref, asking(c))
	if err != nil {
		return err
	}
	if page.By, page.Today = by, deadline.DayOf(s.Clock()); !page.Theirs() {
		return fault.NotFound
	}
	return web.RenderStatus(c, status, patient.WishPage(page))
}

// sayMyWish writes it down, and keeps parents from being told when that is asked.
func (s *Server) sayMyWish(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, wishFields...)
	if err != nil {
		return err
	}
	ref, err := web.ID(c, "ref")
	if err != nil {
		return err
	}
	_, err = s.Objections.RecordChildsWish(web.Context(c), by, ref, form.Get("outcome"), form.Get("words"), form.Get("not_parents") == "yes", asking(c))
	var problems invalid.Fields
	switch {
	case errors.As(err, &problems):
		return s.wishPage(c, by, fiber.StatusUnprocessableEntity, patient.Wish{Problems: problems, Outcome: form.Get("outcome"), Words: form.Get("words"), NotParents: form.Get("not_parents") == "yes"})
	case err != nil:
		return err
	}
	return web.See(c, link.MyRequest(ref)+"?said=1")
}
