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
	"candour/models/patient"
	"candour/views/link"
	"candour/views/staff"
)

// caseAct is one thing that can be done with a case: its page asks for fields, do
// calls the one verb and says where to go on; "" is the case itself.
type caseAct struct {
	noun   string
	fields []string
	do     func(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error)
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

// shownFound says that the page is to show who was found.
type shownFound struct{ found patient.Found }

func (shownFound) Error() string { return "handlers: somebody to choose" }

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
		to, err := act.do(s, c, by, a)
		if err != nil {
			return s.actFailed(c, by, staff.Act{Name: act.noun, Values: form}, err)
		}
		if to == "" {
			to = link.CaseDone(ref, act.noun)
		}
		return web.See(c, to)
	}
}

// actFailed is the page of an act that came to nothing.
func (s *Server) actFailed(c *fiber.Ctx, by access.Viewer, page staff.Act, err error) error {
	var barred *objection.Barred
	var exists *objection.Exists
	var found shownFound
	status := fiber.StatusUnprocessableEntity
	switch {
	case errors.Is(err, errSure):
		status, page.Sure = fiber.StatusOK, true
	case errors.As(err, &found):
		status, page.Choices.Found = fiber.StatusOK, &found.found
	case errors.As(err, &page.Problems):
	case errors.As(err, &barred):
		page.Barred = barred.Bars
	case errors.As(err, &exists):
		status, page.Choices.Exists = fiber.StatusConflict, true
	case errors.As(err, &page.Choices.Busy), errors.As(err, &page.Conflict):
		status = fiber.StatusConflict
	default:
		return err
	}
	return s.actPage(c, by, status, page)
}

func (s *Server) actPage(c *fiber.Ctx, by access.Viewer, status int, page staff.Act) error {
	ref, err := web.ID(c, "ref")
	if err != nil {
		return err
	}
	if page.Case, err = s.openCase(c, by, ref); err != nil {
		return err
	}
	ctx := web.Context(c)
	switch page.Name {
	case "transfer":
		page.Choices.Organisations, err = s.Organisations.All(ctx)
	case "assignment":
		page.Choices.Colleagues, err = s.Cases.Colleagues(ctx, by, working(c))
	case "decision":
		page.Choices.SecondPerson = s.Objections.Settings.SecondPerson
	}
	if err != nil {
		return err
	}
	return web.RenderStatus(c, status, staff.ActPage(page))
}
