package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
)

// showRecordStanding answers an open page that asks by itself whether it may go on
// showing a record: nothing when it may, and gone for every reason why not. It is no use
// of the session and does not make it last.
func (s *Server) showRecordStanding(c *fiber.Ctx, by access.Viewer) error {
	web.Ask(c)
	ref, err := web.ID(c, "ref")
	if err != nil {
		return c.SendStatus(fiber.StatusGone)
	}
	stands, err := s.Gate.Stands(web.Context(c), by, ref)
	switch {
	case err != nil:
		return err
	case !stands:
		return c.SendStatus(fiber.StatusGone)
	}
	return c.SendStatus(fiber.StatusNoContent)
}
