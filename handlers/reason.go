package handlers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/views/clinician"
	"candour/views/link"
)

var reasonFields = []string{"choice", "note"}

// showReason says who the person is and what makes the viewer's organisation
// involved, and asks for a word.
func (s *Server) showReason(c *fiber.Ctx, by access.Viewer) error {
	typed := web.Typed(c)
	return s.askReason(c, by, fiber.StatusOK, clinician.Ask{Choice: typed.Get("choice"), Note: typed.Get("note")})
}

// giveReason stores the relationship that was confirmed or declared, and goes on
// to the record.
func (s *Server) giveReason(c *fiber.Ctx, by access.Viewer) error {
	ref, err := web.ID(c, "ref")
	if err != nil {
		return err
	}
	form, err := web.Form(c, reasonFields...)
	if err != nil {
		return err
	}
	page := clinician.Ask{Choice: form.Get("choice"), Note: form.Get("note")}
	claim := clinician.ClaimOf(page.Choice, page.Note)
	claim.Route, claim.RequestID = web.Pattern(c), web.RequestID(c)
	err = s.Gate.Claim(web.Context(c), by, ref, claim)
	switch {
	case errors.As(err, &page.Problems):
		return s.askReason(c, by, fiber.StatusUnprocessableEntity, page)
	case err != nil:
		return s.stop(c, err)
	}
	return web.See(c, link.Record(ref, nil))
}

func (s *Server) askReason(c *fiber.Ctx, by access.Viewer, status int, page clinician.Ask) error {
	ref, err := web.ID(c, "ref")
	if err != nil {
		return err
	}
	if page.Of, err = s.Patients.Identify(web.Context(c), by, ref, seeking(c)); err != nil {
		return s.stop(c, err)
	}
	return web.RenderStatus(c, status, clinician.ReasonPage(page))
}

// stop is where a refusal ends: a page with its reason and a next step, or the
// reason page where one is all that is wanting. Anything else goes on as it is.
func (s *Server) stop(c *fiber.Ctx, err error) error {
	var refusal *access.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	reason := refusal.Decision.Reason
	if ref, bad := web.ID(c, "ref"); bad == nil && refusal.Decision.Verdict == access.AskReason && c.Method() == fiber.MethodGet {
		return web.See(c, link.Reason(ref))
	}
	if !clinician.HasStop(reason) {
		return err
	}
	partners, failed := s.Organisations.All(web.Context(c))
	if failed != nil {
		return failed
	}
	status := fiber.StatusForbidden
	if reason == access.ReasonTooMany {
		status = fiber.StatusTooManyRequests
	}
	return web.RenderStatus(c, status, clinician.StopPage(clinician.Stop{Reason: reason, Partners: partners, Reference: web.RequestID(c)}))
}
