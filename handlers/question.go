package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/faq"
	"candour/models/fault"
	"candour/views/link"
	"candour/views/public"
)

// showQuestion is one answer on a page of its own.
func (s *Server) showQuestion(c *fiber.Ctx, _ access.Viewer) error {
	asked, err := question(c)
	if err != nil {
		return err
	}
	q, err := web.Query(c, "thanks")
	if err != nil {
		return err
	}
	return web.Render(c, public.QuestionPage(public.Question{Question: asked, Thanked: q.Get("thanks") == "1"}))
}

// judgeAnswer counts whether an answer was useful, and keeps nothing of who said so.
func (s *Server) judgeAnswer(c *fiber.Ctx, _ access.Viewer) error {
	asked, err := question(c)
	if err != nil {
		return err
	}
	form, err := web.Form(c, "useful")
	if err != nil {
		return err
	}
	choice := form.Get("useful")
	if choice != "yes" && choice != "no" {
		return fiber.ErrBadRequest
	}
	if err := s.Questions.Judge(web.Context(c), asked, choice == "yes"); err != nil {
		return err
	}
	return web.See(c, link.QuestionThanked(asked.Slug))
}

// question is the one that the address names.
func question(c *fiber.Ctx) (faq.Question, error) {
	slug, err := web.Word(c, "slug")
	if err != nil {
		return faq.Question{}, err
	}
	asked, ok := faq.BySlug(slug)
	if !ok {
		return faq.Question{}, fault.NotFound
	}
	return asked, nil
}
