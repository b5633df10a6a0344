package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/e2e/results"
	"candour/handlers/web"
	"candour/models/access"
	"candour/views/public"
)

// showAccessibility is the statement with what the browser tests found last.
func (s *Server) showAccessibility(c *fiber.Ctx, _ access.Viewer) error {
	found, err := results.Read()
	if err != nil {
		return err
	}
	return web.Render(c, public.AccessibilityPage(public.Accessibility{Office: s.Office, Results: found, Version: s.Version}))
}

// showPrivacy says what is held of whom, and why that is lawful.
func (s *Server) showPrivacy(c *fiber.Ctx, _ access.Viewer) error {
	return web.Render(c, public.PrivacyPage(public.Privacy{Office: s.Office, Region: s.Region, Age: s.MinAge}))
}

// showCookies lists every cookie that there is.
func (s *Server) showCookies(c *fiber.Ctx, _ access.Viewer) error {
	return web.Render(c, public.CookiesPage(public.CookieNotice{Secure: s.shell.Origin().Scheme == "https", Demo: s.Demo != nil}))
}
