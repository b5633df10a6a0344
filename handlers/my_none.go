package handlers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/signin"
	"candour/handlers/web"
	"candour/models/access"
	"candour/views/link"
	view "candour/views/signin"
)

// ownPages are a patient's pages, with words for somebody who proved too little, and
// for somebody who proved who they are and of whom nothing is held: "page not found"
// would tell them that they had mistyped an address.
func (s *Server) ownPages(routes []Route) []Route {
	for i := range routes {
		show := routes[i].Handler
		routes[i].Handler = func(c *fiber.Ctx, by access.Viewer) error {
			err := show(c, by)
			var refusal *access.Refusal
			switch {
			case !errors.As(err, &refusal):
				return err
			case refusal.Decision.Reason == access.ReasonLevelTooLow:
				return s.entrance.MoreProof(c, by, web.OwnPath(c.OriginalURL(), link.My()))
			case !heldNowhere(by, refusal.Decision.Reason):
				return err
			}
			page := view.DeadEnd{Key: string(access.ReasonNotFound), Nothing: true, Reference: web.RequestID(c)}
			if web.Recall(c, signin.KeyElsewhere) != "" {
				page.Key = "out_of_area"
			}
			return web.RenderStatus(c, fiber.StatusNotFound, view.DeadEndPage(page))
		}
	}
	return routes
}

// heldNowhere: the sign-in is tied to no person, or to one who is not here any more.
func heldNowhere(by access.Viewer, reason access.Reason) bool {
	return reason == access.ReasonNotFound || reason == access.ReasonAnother && by.Person == ""
}
