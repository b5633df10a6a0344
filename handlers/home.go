package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/views/public"
)

// showHome is the way in for everybody, signed in or not.
func (s *Server) showHome(c *fiber.Ctx, _ access.Viewer) error {
	r := s.board.Report(web.Context(c))
	return web.Render(c, public.HomePage(public.Home{Region: s.Region, Age: s.MinAge, Demo: s.Demo != nil, Verdict: r.Verdict(), Unwell: len(r.Unwell())}))
}
