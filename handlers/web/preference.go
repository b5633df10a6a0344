package web

import (
	"github.com/gofiber/fiber/v2"
)

// contrastCookie remembers the one preference that is kept without signing in
// (FAQ promise S-01). It says nothing of anybody.
const contrastCookie = "contrast"

func contrast(c *fiber.Ctx) string {
	switch v := string(c.Request().Header.Cookie(contrastCookie)); v {
	case "on", "off":
		return v
	}
	return ""
}

// SetContrast remembers the choice for a year.
func (a *App) SetContrast(c *fiber.Ctx, choice string) {
	c.Cookie(&fiber.Cookie{Name: contrastCookie, Value: choice, Path: "/", MaxAge: 365 * 24 * 3600,
		Secure: a.secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode})
}
