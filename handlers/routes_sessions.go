package handlers

import "candour/handlers/web"

// sessionRoutes are how long a session goes on, what happens when it is over, and
// where somebody is signed in.
func (s *Server) sessionRoutes() []Route {
	return []Route{
		{Method: get, Pattern: "/session/state", Audience: web.SignIn, Shape: web.File, Handler: s.showSessionState},
		{Method: post, Pattern: "/session/stay", Audience: web.AnySignedIn, Shape: web.Act, Handler: s.staySignedIn},
		{Method: get, Pattern: "/session/ended", Audience: web.SignIn, Shape: web.Page, Handler: s.showSessionEnded},

		{Method: get, Pattern: "/my/sessions", Audience: web.Patient, Shape: web.Page, Handler: s.showMySessions},
		{Method: post, Pattern: "/my/sessions/end", Audience: web.Patient, Shape: web.Act, Shown: "/my/sessions", Handler: s.endMySession},

		{Method: get, Pattern: "/staff/sessions", Audience: web.Staff, Shape: web.Page, Handler: s.showStaffSessions},
		{Method: post, Pattern: "/staff/sessions/end", Audience: web.Staff, Shape: web.Act, Shown: "/staff/sessions", Handler: s.endStaffSession},
		{Method: get, Pattern: "/staff/sessions/organisation", Audience: web.Staff, Shape: web.Page, Handler: s.showColleagueSessions},
		{Method: post, Pattern: "/staff/sessions/organisation/end", Audience: web.Staff, Shape: web.Act, Shown: "/staff/sessions/organisation", Handler: s.endColleagueSession},
	}
}
