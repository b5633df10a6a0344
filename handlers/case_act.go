package handlers

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/views/link"
	"candour/views/staff"
)

// caseAct is one thing that can be done with a case: its page asks for fields, do
// calls the one verb.
type caseAct struct {
	noun   string
	fields []string
	do     func(s *Server, c *fiber.Ctx, by access.Viewer, a doing) error
}

// doing is an act as it was sent.
type doing struct {
	ref  opaque.ID
	form web.Values
	seen int // version of the case that the form was made from
	req  casework.Request
}

// errSure says that the act is to be asked for once more.
var errSure = errors.New("handlers: asked once more")

// askAct shows the page of an act.
func (s *Server) askAct(act caseAct) web.Handler {
	return func(c *fiber.Ctx, by access.Viewer) error {
		return s.actPage(c, by, fiber.StatusOK, staff.Act{Name: act.noun, Values: web.Typed(c)})
	}
}

// doAct takes an act in. What is wrong with it, what stands in its way and what
// changed meanwhile come back on its page, with all that was typed.
func (s *Server) doAct(act caseAct) web.Handler {
	return func(c *fiber.Ctx, by access.Viewer) error {
		ref, err := web.ID(c, "ref")
		if err != nil {
			return err
		}
		form, err := web.Form(c, append(act.fields[:len(act.fields):len(act.fields)], "seen", "sure")...)
		if err != nil {
			return err
		}
		a := doing{ref: ref, form: form, req: working(c)}
		if a.seen, err = strconv.Atoi(form.Get("seen")); err != nil || a.seen < 1 {
			return fiber.ErrBadRequest
		}
		page := staff.Act{Name: act.noun, Values: form}
		var barred *objection.Barred
		switch err := act.do(s, c, by, a); {
		case err == nil:
			return web.See(c, link.CaseDone(ref, act.noun))
		case errors.Is(err, errSure):
			page.Sure = true
			return s.actPage(c, by, fiber.StatusOK, page)
		case errors.As(err, &page.Problems):
			return s.actPage(c, by, fiber.StatusUnprocessableEntity, page)
		case errors.As(err, &barred):
			page.Barred = barred.Bars
			return s.actPage(c, by, fiber.StatusUnprocessableEntity, page)
		case errors.As(err, &page.Conflict):
			return s.actPage(c, by, fiber.StatusConflict, page)
		default:
			return err
		}
	}
}

func (s *Server) actPage(c *fiber.Ctx, by access.Viewer, status int, page staff.Act) error {
	ref, err := web.ID(c, "ref")
	if err != nil {
		return err
	}
	if page.Case, err = s.openCase(c, by, ref); err != nil {
		return err
	}
	return web.RenderStatus(c, status, staff.ActPage(page))
}
