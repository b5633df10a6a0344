package handlers

import "candour/handlers/web"

func (s *Server) patientRoutes() []Route {
	return s.ownPages([]Route{
		{Method: get, Pattern: "/my", Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showMyHome},
		{Method: get, Pattern: "/my/inclusion", Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showMyInclusion},
		{Method: get, Pattern: "/my/access-history", Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showMyAccessHistory},
		{Method: get, Pattern: "/my/access-history/csv", Audience: web.Patient, Discloses: true, Shape: web.CSV, Handler: s.takeMyAccessHistory},
		{Method: get, Pattern: "/my/access-history/print", Audience: web.Patient, Discloses: true, Shape: web.Print, Handler: s.printMyAccessHistory},
		{Method: get, Pattern: "/my/access-history/:entry", Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showMyAccess},
	})
}
