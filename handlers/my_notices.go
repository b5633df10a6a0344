package handlers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/invalid"
	"candour/models/letter"
	"candour/views/link"
	"candour/views/patient"
)

// noticeFields are the addresses, the form and, for each kind of thing, the ways.
var noticeFields = []string{"language", "format", "email", "mobile", "progress*", "review*", "access*"}

// showMyNotices asks how somebody wants to hear of things.
func (s *Server) showMyNotices(c *fiber.Ctx, by access.Viewer) error {
	q, err := web.Query(c, "saved")
	if err != nil {
		return err
	}
	chosen, err := s.Letters.Preferences(web.Context(c), by, letter.Me(by), ownRequest(c))
	if err != nil {
		return err
	}
	return web.Render(c, patient.NoticesPage(patient.Notices{Chosen: chosen, Saved: q.Get("saved") == "1"}))
}

// chooseMyNotices keeps it: all of it, or nothing when something is wrong.
func (s *Server) chooseMyNotices(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, noticeFields...)
	if err != nil {
		return err
	}
	chosen := letter.Preferences{By: map[letter.Kind][]letter.Channel{},
		Wishes: letter.Wishes{Language: form.Get("language"), Format: letter.Format(form.Get("format")), Email: form.Get("email"), Mobile: form.Get("mobile")}}
	for _, kind := range letter.Kinds() {
		chosen.By[kind] = []letter.Channel{}
		for _, way := range form.All(string(kind)) {
			chosen.By[kind] = append(chosen.By[kind], letter.Channel(way))
		}
	}
	err = s.Letters.Choose(web.Context(c), by, letter.Me(by), chosen, ownRequest(c))
	var problems invalid.Fields
	switch {
	case errors.As(err, &problems):
		return web.RenderStatus(c, fiber.StatusUnprocessableEntity, patient.NoticesPage(patient.Notices{Chosen: chosen, Problems: problems}))
	case err != nil:
		return err
	}
	return web.See(c, link.MyNotices()+"?saved=1")
}
