package handlers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	view "candour/views/signin"
)

// ownPages are a patient's pages, with words for somebody who proved who they are
// and of whom nothing is held: "page not found" would tell them that they had
// mistyped an address.
func ownPages(routes []Route) []Route {
	for i := range routes {
		show := routes[i].Handler
		routes[i].Handler = func(c *fiber.Ctx, by access.Viewer) error {
			err := show(c, by)
			var refusal *access.Refusal
			if !errors.As(err, &refusal) || !heldNowhere(by, refusal.Decision.Reason) {
				return err
			}
			return web.RenderStatus(c, fiber.StatusNotFound, view.DeadEndPage(view.DeadEnd{Key: string(access.ReasonNotFound), Reference: web.RequestID(c)}))
		}
	}
	return routes
}

// heldNowhere: the sign-in is tied to no person, or to one who is not here any more.
func heldNowhere(by access.Viewer, reason access.Reason) bool {
	return reason == access.ReasonNotFound || reason == access.ReasonAnother && by.Person == ""
}
