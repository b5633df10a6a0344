package handlers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/invalid"
	"candour/views/link"
	"candour/views/patient"
)

var messageFields = []string{"body"}

// sendMyMessage writes to those who handle a request.
func (s *Server) sendMyMessage(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, messageFields...)
	if err != nil {
		return err
	}
	ref, err := web.ID(c, "ref")
	if err != nil {
		return err
	}
	err = s.Objections.Message(web.Context(c), by, ref, form.Get("body"), "", asking(c))
	var problems invalid.Fields
	switch {
	case errors.As(err, &problems):
		return s.requestPage(c, by, fiber.StatusUnprocessableEntity, patient.Request{Typed: form.Get("body"), Problems: problems})
	case err != nil:
		return err
	}
	return web.See(c, link.MyRequest(ref)+"?sent=1")
}
