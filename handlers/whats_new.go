package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/fault"
	"candour/views/component"
	"candour/views/public"
)

// errWithdrawn: it was there, and was taken back.
var errWithdrawn = &web.Problem{Status: fiber.StatusGone, Key: "gone"}

// showWhatsNew lists announcements, and what changed in the register.
func (s *Server) showWhatsNew(c *fiber.Ctx, _ access.Viewer) error {
	all, err := s.partners(c)
	if err != nil {
		return err
	}
	return web.Render(c, public.WhatsNewPage(public.WhatsNew{News: public.Latest(s.announcements, all, component.ISODay(s.Clock())), Planned: public.StillToJoin(all)}))
}

// showAnnouncement is one of them.
func (s *Server) showAnnouncement(c *fiber.Ctx, _ access.Viewer) error {
	slug, err := web.Word(c, "entry")
	if err != nil {
		return err
	}
	for _, a := range s.announcements {
		switch {
		case a.Slug != slug || a.On > component.ISODay(s.Clock()):
		case a.Withdrawn != "":
			return errWithdrawn
		default:
			return web.Render(c, public.AnnouncementPage(a))
		}
	}
	return fault.NotFound
}
