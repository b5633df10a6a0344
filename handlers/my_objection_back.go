package handlers

import (
	"context"
	"errors"
	"strconv"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/objection"
	"candour/models/organisation"
	"candour/views/link"
	"candour/views/patient"
)

// showObjectionBack is the first of 2 screens on which an objection is taken back, in
// any state; where there is nothing to take back, its page says what became of it.
func (s *Server) showObjectionBack(c *fiber.Ctx, by access.Viewer) error {
	return s.takingBack(c, by, func(o objection.Objection, page patient.TakingBack) error {
		return web.Render(c, patient.ObjectionBackPage(page))
	})
}

// showObjectionBackAnswers is the second.
func (s *Server) showObjectionBackAnswers(c *fiber.Ctx, by access.Viewer) error {
	return s.takingBack(c, by, func(o objection.Objection, page patient.TakingBack) error {
		return web.Render(c, patient.ObjectionBackAnswersPage(page))
	})
}

func (s *Server) takingBack(c *fiber.Ctx, by access.Viewer, show func(objection.Objection, patient.TakingBack) error) error {
	o, decider, err := s.ownObjection(c, by)
	if err != nil {
		return err
	}
	page := pageBack(o, decider)
	if _, ok := objection.Next(o.State, objection.Reverse); !ok && !page.Undone {
		return web.See(c, link.MyRequest(o.ID))
	}
	return show(o, page)
}

func pageBack(o objection.Objection, decider organisation.Organisation) patient.TakingBack {
	return patient.TakingBack{Request: o, Decider: decider.Name, Undone: objection.Undecided(o.State)}
}

// takeObjectionBack withdraws what nobody has decided, and asks for the reversal of
// what is in force. What changed since the page was made is shown first.
func (s *Server) takeObjectionBack(c *fiber.Ctx, by access.Viewer) error {
	return s.actOnOwn(c, by, s.Objections.Reverse, link.ObjectionReversed, patient.ObjectionBackAnswersPage)
}

// keepObjection lets an objection stand: somebody changed their mind about changing
// it, or a young person was asked.
func (s *Server) keepObjection(c *fiber.Ctx, by access.Viewer) error {
	return s.actOnOwn(c, by, s.Objections.KeepObjection, link.MyRequest, patient.ObjectionKeepPage)
}

// showObjectionKeep asks whether it is to stand.
func (s *Server) showObjectionKeep(c *fiber.Ctx, by access.Viewer) error {
	o, decider, err := s.ownObjection(c, by)
	if err != nil {
		return err
	}
	if o.State != objection.ReversalRequested && o.AskedOn == "" {
		return web.See(c, link.MyRequest(o.ID))
	}
	return web.Render(c, patient.ObjectionKeepPage(pageBack(o, decider)))
}

// showObjectionReversed confirms that an objection was taken back.
func (s *Server) showObjectionReversed(c *fiber.Ctx, by access.Viewer) error {
	o, decider, err := s.ownObjection(c, by)
	if err != nil {
		return err
	}
	page := pageBack(o, decider)
	page.Undone = o.State == objection.Withdrawn
	if !page.Undone && o.Reversal.IsZero() {
		return web.See(c, link.MyRequest(o.ID))
	}
	return web.Render(c, patient.ObjectionBackSentPage(page))
}

// ownAct is a verb on a request of one's own, of the version that was seen.
type ownAct func(ctx context.Context, by access.Viewer, ref objection.Ref, seen int, req objection.Request) (objection.Objection, error)

// actOnOwn does something to a request of one's own. When it changed since the page
// was made, nothing is done, and the page says what changed.
func (s *Server) actOnOwn(c *fiber.Ctx, by access.Viewer, act ownAct, done func(objection.Ref) string, page func(patient.TakingBack) templ.Component) error {
	form, err := web.Form(c, "version")
	if err != nil {
		return err
	}
	ref, err := web.ID(c, "ref")
	if err != nil {
		return err
	}
	seen, err := strconv.Atoi(form.Get("version"))
	if err != nil || seen < 1 {
		return fiber.ErrBadRequest
	}
	_, err = act(web.Context(c), by, ref, seen, asking(c))
	var conflict *casework.Conflict
	var barred *objection.Barred
	if errors.As(err, &barred) {
		o, decider, err := s.ownObjection(c, by)
		if err != nil {
			return err
		}
		shown := pageBack(o, decider)
		shown.Barred = true
		return web.RenderStatus(c, fiber.StatusForbidden, page(shown))
	}
	if !errors.As(err, &conflict) {
		if err != nil {
			return err
		}
		return web.See(c, done(ref))
	}
	o, decider, err := s.ownObjection(c, by)
	if err != nil {
		return err
	}
	if sentTwice(o, by, conflict.Changes) {
		return web.See(c, done(ref))
	}
	shown := pageBack(o, decider)
	shown.Stale, shown.Changes = true, conflict.Changes
	if _, ok := objection.Next(o.State, objection.Reverse); !ok && !shown.Undone {
		return web.See(c, link.MyRequest(o.ID))
	}
	return web.RenderStatus(c, fiber.StatusConflict, page(shown))
}

// sentTwice: what changed meanwhile is that the viewer did the same already.
func sentTwice(o objection.Objection, by access.Viewer, changes []casework.Event) bool {
	if len(changes) != 1 || changes[0].By.ID != by.ID {
		return false
	}
	switch objection.Verb(changes[0].Kind) {
	case objection.Withdraw:
		return o.State == objection.Withdrawn
	case objection.Reverse:
		return o.State == objection.ReversalRequested
	}
	return false
}
