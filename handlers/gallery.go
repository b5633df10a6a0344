package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/views/link"
	"candour/views/public/gallery"
)

// showGallery is one group of pieces in all their states, or the list of groups.
// Only the demonstration has it: it holds nobody's data and changes nothing.
func (s *Server) showGallery(c *fiber.Ctx, _ access.Viewer) error {
	group := strings.TrimPrefix(strings.TrimPrefix(c.Path(), link.Gallery("")), "/")
	return web.Render(c, gallery.Page(gallery.Gallery{Group: group}))
}
