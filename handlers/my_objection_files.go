package handlers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/evidence"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/views/link"
	"candour/views/patient"
)

// uploadBytes is how large a form with a file may be: twice a file that is taken, so
// that somebody whose file is too large is told so by the page and not by their browser.
const uploadBytes = 2*evidence.MaxBytes + 1<<20

// addObjectionFile takes in the file that was chosen, if one was, and stays or goes on.
func (s *Server) addObjectionFile(c *fiber.Ctx, by access.Viewer) error {
	form, file, err := web.Upload(c, "file", "version", "from", "do")
	if err != nil {
		return err
	}
	d, _, err := s.resumed(c, by)
	if err != nil {
		return err
	}
	if d.Sent != "" {
		return web.See(c, link.ObjectionSent(d.Sent))
	}
	page := s.objecting(d, filesStep, form.Get("from") == "answers")
	goOn := form.Get("do") == "continue"
	if file == nil && !goOn {
		file = &web.Received{} // nothing was chosen, and the button to add it was pressed
	}
	if file != nil {
		_, err := s.Evidence.Add(web.Context(c), by, d.ID, evidence.Upload{Name: file.Name, Declared: file.Declared, Body: file.Body}, asking(c))
		switch {
		case errors.Is(err, fault.Conflict):
			return web.See(c, link.ObjectionFiles(d.ID))
		case !s.Evidence.Takes():
			page.Problems = invalid.Fields{{Name: "file", Message: "objection.file.not_taken"}}
		case !errors.As(err, &page.Problems) && err != nil:
			return err
		}
	}
	if len(page.Problems) > 0 {
		return s.renderStep(c, by, fiber.StatusUnprocessableEntity, page)
	}
	switch {
	case !goOn:
		return web.See(c, link.ObjectionFiles(d.ID))
	case page.Checking:
		return web.See(c, link.ObjectionStep(d.ID, firstOpen(d.Answers, s.today())))
	}
	return web.See(c, link.ObjectionStep(d.ID, after(d.Answers, patient.StepFiles)))
}

// removeObjectionFile takes a file away again.
func (s *Server) removeObjectionFile(c *fiber.Ctx, by access.Viewer) error {
	draft, err := web.ID(c, "draft")
	if err != nil {
		return err
	}
	file, err := web.ID(c, "file")
	if err != nil {
		return err
	}
	if _, err := web.Form(c); err != nil {
		return err
	}
	if err := s.Evidence.Remove(web.Context(c), by, draft, file, asking(c)); err != nil {
		return err
	}
	return web.See(c, link.ObjectionFiles(draft))
}

// takeObjectionFile gives a file back to who sent it, to be saved.
func (s *Server) takeObjectionFile(c *fiber.Ctx, by access.Viewer) error {
	draft, err := web.ID(c, "draft")
	if err != nil {
		return err
	}
	id, err := web.ID(c, "file")
	if err != nil {
		return err
	}
	f, body, err := s.Evidence.Own(web.Context(c), by, draft, id, asking(c))
	if err != nil {
		return err
	}
	return web.Attach(c, f.SaveAs(), string(f.Kind), body)
}
