package web

import (
	"github.com/gofiber/fiber/v2"
)

// The two preferences that are kept without signing in say nothing of anybody:
// contrast (FAQ promise S-01), and the language, where there is more than one.
const (
	contrastCookie = "contrast"
	languageCookie = "language"
)

func contrast(c *fiber.Ctx) string {
	switch v := string(c.Request().Header.Cookie(contrastCookie)); v {
	case "on", "off":
		return v
	}
	return ""
}

// language is what the browser remembers, which may be anything: whoever dresses
// the page knows which languages there are.
func language(c *fiber.Ctx) string {
	return string(c.Request().Header.Cookie(languageCookie))
}

// SetContrast remembers the choice for a year.
func (a *App) SetContrast(c *fiber.Ctx, choice string) { a.remember(c, contrastCookie, choice) }

// SetLanguage remembers the choice for a year. The caller has checked that there is
// such a language.
func (a *App) SetLanguage(c *fiber.Ctx, choice string) { a.remember(c, languageCookie, choice) }

func (a *App) remember(c *fiber.Ctx, name, choice string) {
	c.Cookie(&fiber.Cookie{Name: name, Value: choice, Path: "/", MaxAge: 365 * 24 * 3600,
		Secure: a.secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode})
}
