package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/fault"
	"candour/views/public"
)

// showTour is the guided tour of the demonstration; elsewhere there is none.
func (s *Server) showTour(c *fiber.Ctx, _ access.Viewer) error {
	if s.Demo == nil {
		return fault.NotFound
	}
	return web.Render(c, public.TourPage(public.Tour{Scenes: s.Demo.Scenes}))
}
