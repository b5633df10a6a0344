package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/views/link"
)

// setContrast remembers the choice of the first control of every page (FAQ
// promise S-01) and goes back to where it was made.
func (s *Server) setContrast(c *fiber.Ctx, _ access.Viewer) error {
	form, err := web.Form(c, "contrast", "return")
	if err != nil {
		return err
	}
	choice := form.Get("contrast")
	if choice != "on" && choice != "off" {
		return fiber.ErrBadRequest
	}
	s.shell.SetContrast(c, choice)
	return web.See(c, web.OwnPath(form.Get("return"), link.Home()))
}
