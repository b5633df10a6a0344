package handlers

import "candour/handlers/web"

// questionRoutes are the questions and answers, and the choices that are taken for
// one another. What somebody has set is theirs alone.
func (s *Server) questionRoutes() []Route {
	public := []Route{
		{Method: get, Pattern: "/questions", Audience: web.Public, Shape: web.Page, Handler: s.showQuestions},
		{Method: get, Pattern: "/questions/:slug", Audience: web.Public, Shape: web.Page, Handler: s.showQuestion},
		{Method: post, Pattern: "/questions/:slug/usefulness", Audience: web.Public, Shape: web.Act, Pace: web.VotePace, Handler: s.judgeAnswer},
		{Method: get, Pattern: "/choices", Audience: web.Public, Shape: web.Page, Handler: s.showChoices},
	}
	return append(public, s.ownPages([]Route{
		{Method: get, Pattern: "/my/choices", Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showMyChoices},
	})...)
}
