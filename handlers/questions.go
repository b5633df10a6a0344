package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/locales"
	"candour/models/access"
	"candour/models/faq"
	"candour/views/public"
)

// showQuestions is every question with its answer, or what a search of them found. A
// page that follows the typing asks for the answers alone.
func (s *Server) showQuestions(c *fiber.Ctx, _ access.Viewer) error {
	q, err := web.Query(c, "q", "open", "all")
	if err != nil {
		return err
	}
	page := public.Questions{Typed: q.Get("q"), All: q.Get("all") == "1"}
	if asked, ok := faq.BySlug(q.Get("open")); ok {
		page.Open = asked.Slug
	}
	if page.Typed != "" {
		if page.Found, err = s.questions.Search(web.Context(c), locales.Lang(web.Dress(c)), page.Typed); err != nil {
			return err
		}
	}
	if web.Partial(c) {
		return web.Render(c, public.AnswersFragment(page))
	}
	return web.Render(c, public.QuestionsPage(page))
}
