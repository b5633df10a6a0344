package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/views/public"
)

// showHome is the way in for everybody, signed in or not.
func (s *Server) showHome(c *fiber.Ctx, _ access.Viewer) error {
	return web.Render(c, public.HomePage(public.Home{Region: s.Region, Demo: s.Demo != nil}))
}
