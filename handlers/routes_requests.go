package handlers

import "candour/handlers/web"

// requestRoutes are what became of somebody's requests, what they were told, and the
// work behind both that no person starts.
func (s *Server) requestRoutes() []Route {
	return append(s.ownPages([]Route{
		{Method: get, Pattern: "/my/requests", Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showMyRequests},
		{Method: get, Pattern: "/my/requests/:ref", Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showMyRequest},
		{Method: post, Pattern: "/my/requests/:ref/messages", Audience: web.Patient, Shape: web.Act, Keep: messageFields, Shown: "/my/requests/:ref", Handler: s.sendMyMessage},
		{Method: get, Pattern: "/my/requests/:ref/wish", Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showMyWish},
		{Method: post, Pattern: "/my/requests/:ref/wish", Audience: web.Patient, Shape: web.Act, Keep: wishFields, Handler: s.sayMyWish},
		{Method: get, Pattern: "/my/acting", Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showMyActing},

		{Method: get, Pattern: "/my/messages", Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showMyMessages},
		{Method: get, Pattern: "/my/messages/:letter", Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showMyMessage},
		{Method: get, Pattern: "/my/notices", Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showMyNotices},
		{Method: post, Pattern: "/my/notices", Audience: web.Patient, Shape: web.Act, Keep: noticeFields, Handler: s.chooseMyNotices},
	}),
		Route{Method: get, Pattern: "/staff/jobs", Audience: web.Staff, Shape: web.Page, Handler: s.showJobs})
}
