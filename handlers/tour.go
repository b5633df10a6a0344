package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/fault"
	"candour/views/public"
)

// showScene logs in as the person of a scene and goes to what it shows.
func (s *Server) showScene(c *fiber.Ctx, _ access.Viewer) error {
	key, err := web.Word(c, "key")
	if err != nil || s.Demo == nil {
		return fault.NotFound
	}
	for _, scene := range s.Demo.Scenes {
		switch {
		case scene.Key != key:
		case scene.As == "":
			return web.See(c, scene.Href)
		default:
			return s.entrance.BeginAs(c, scene.Provider, scene.Href, scene.As)
		}
	}
	return fault.NotFound
}

// showTour is the guided tour of the demonstration; elsewhere there is none.
func (s *Server) showTour(c *fiber.Ctx, _ access.Viewer) error {
	if s.Demo == nil {
		return fault.NotFound
	}
	return web.Render(c, public.TourPage(public.Tour{Scenes: s.Demo.Scenes}))
}
