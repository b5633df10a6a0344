package handlers

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/locales"
	"candour/models/access"
	"candour/views/link"
	"candour/views/public"
)

// testLanguages are the languages that the demonstration can be read in, to see
// that every word can be translated. Nobody else is offered those that nobody speaks.
func testLanguages() []string { return append([]string{locales.Default}, locales.Pseudo...) }

// language is that of a page: English, unless the demonstration was asked for
// another.
func (s *Server) language(remembered string) string {
	if s.Demo != nil && slices.Contains(testLanguages(), remembered) {
		return remembered
	}
	return locales.Default
}

// showLanguages is where the demonstration's language is chosen.
func (s *Server) showLanguages(c *fiber.Ctx, _ access.Viewer) error {
	return web.Render(c, public.LanguagesPage(testLanguages()))
}

// setLanguage remembers the language and goes back to where it was chosen.
func (s *Server) setLanguage(c *fiber.Ctx, _ access.Viewer) error {
	form, err := web.Form(c, "language")
	if err != nil {
		return err
	}
	if !slices.Contains(testLanguages(), form.Get("language")) {
		return fiber.ErrBadRequest
	}
	s.shell.SetLanguage(c, form.Get("language"))
	return web.See(c, link.Languages())
}
