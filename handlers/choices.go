package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/views/link"
	"candour/views/public"
)

// showChoices compares the choices about sharing. Somebody who is signed in and
// proven goes on to the page that also says what they have set, which is theirs alone.
func (s *Server) showChoices(c *fiber.Ctx, by access.Viewer) error {
	if by.Kind == access.Patient && by.Person != "" {
		return web.See(c, link.MyChoices())
	}
	return web.Render(c, public.ChoicesPage(public.Choices{}))
}

// showMyChoices adds what is known of a person's own choices: of this record it is,
// of the other three it is not.
func (s *Server) showMyChoices(c *fiber.Ctx, by access.Viewer) error {
	inclusion, err := s.Patients.Inclusion(web.Context(c), by, by.Person, ownRequest(c))
	if err != nil {
		return err
	}
	return web.Render(c, public.ChoicesPage(public.Choices{
		Own: &public.OwnChoice{Objected: inclusion.Objected(), Since: inclusion.SharingSince(), Included: inclusion.Included()},
	}))
}
