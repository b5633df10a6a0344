package handlers

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/views/link"
	"candour/views/staff"
)

// takeNext gives the viewer the case that is due first.
func (s *Server) takeNext(c *fiber.Ctx, by access.Viewer) error {
	if _, err := web.Form(c); err != nil {
		return err
	}
	taken, err := s.Cases.TakeNext(web.Context(c), by, working(c))
	switch {
	case errors.Is(err, fault.NotFound):
		return web.See(c, link.Cases(url.Values{"told": {"none"}}))
	case err != nil:
		return err
	}
	return web.See(c, link.CaseDone(taken.ID, "taken"))
}

// checkAssignment asks whom the ticked cases are to be given to, and lists them as
// they are now.
func (s *Server) checkAssignment(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, "case*")
	if err != nil {
		return err
	}
	return s.assignmentPage(c, by, fiber.StatusOK, staff.Assignment{Picked: pickedOf(form)})
}

// assignCases gives the ticked cases to one person; what changed meanwhile is left.
func (s *Server) assignCases(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, "case*", "assigned")
	if err != nil {
		return err
	}
	page := staff.Assignment{Picked: pickedOf(form), To: form.Get("assigned")}
	to, chosen := colleagueOf(page.To)
	if !chosen {
		page.Problems = staff.NobodyChosen()
		return s.assignmentPage(c, by, fiber.StatusUnprocessableEntity, page)
	}
	batch, err := s.Cases.AssignAll(web.Context(c), by, page.Picked, to, working(c))
	switch {
	case errors.As(err, &page.Problems):
		return s.assignmentPage(c, by, fiber.StatusUnprocessableEntity, page)
	case err != nil:
		return err
	}
	return web.See(c, link.Cases(url.Values{"told": {"given"}, "batch": {string(batch.ID)}, "given": {strconv.Itoa(len(batch.Done))}, "dropped": {strconv.Itoa(len(batch.Dropped))}}))
}

// colleagueOf reads whom was chosen: "nobody" is a choice, nothing is none.
func colleagueOf(chosen string) (casework.Colleague, bool) {
	switch chosen {
	case "":
		return casework.Colleague{}, false
	case "nobody":
		return casework.Colleague{}, true
	}
	return casework.Colleague{ID: chosen}, true
}

// undoAssignment gives a batch back to whoever had it.
func (s *Server) undoAssignment(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, "batch")
	if err != nil {
		return err
	}
	id, ok := opaque.Parse(form.Get("batch"))
	if !ok {
		return fiber.ErrBadRequest
	}
	batch, err := s.Cases.Undo(web.Context(c), by, id, working(c))
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	return web.See(c, link.Cases(url.Values{"told": {"undone"}, "given": {strconv.Itoa(len(batch.Done))}, "dropped": {strconv.Itoa(len(batch.Dropped))}}))
}

func (s *Server) assignmentPage(c *fiber.Ctx, by access.Viewer, status int, page staff.Assignment) error {
	ctx := web.Context(c)
	var err error
	if page.Rows, page.Changed, err = s.Cases.Pick(ctx, by, page.Picked, working(c)); err != nil {
		return err
	}
	if page.Colleagues, err = s.Cases.Colleagues(ctx, by, working(c)); err != nil {
		return err
	}
	page.Viewer = by
	return web.RenderStatus(c, status, staff.AssignmentPage(page))
}

// pickedOf reads the cases that were ticked, each as it was then.
func pickedOf(form web.Values) []casework.Picked {
	var out []casework.Picked
	for _, v := range form.All("case") {
		text, version, _ := strings.Cut(v, ".")
		id, ok := opaque.Parse(text)
		n, err := strconv.Atoi(version)
		if ok && err == nil && n > 0 {
			out = append(out, casework.Picked{ID: id, Version: n})
		}
	}
	return out
}
