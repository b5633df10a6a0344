package handlers

import (
	"candour/handlers/web"
	"candour/views/link"
)

// proofRoutes are what shows the effect of an objection: before it is made, and
// after.
func (s *Server) proofRoutes() []Route {
	routes := []Route{
		{Method: get, Pattern: link.Numbers(), Audience: web.Public, Shape: web.Page, Handler: s.showNumbers},
		{Method: get, Pattern: link.NumbersCSV(), Audience: web.Public, Shape: web.CSV, Handler: s.takeNumbers},
		{Method: get, Pattern: link.NumbersJSON(), Audience: web.Asset, Shape: web.File, Handler: s.showNumbersJSON},
		{Method: get, Pattern: "/patients/:ref/standing", Audience: web.Staff, Shape: web.File, Handler: s.showRecordStanding},
	}
	return append(routes, s.ownPages([]Route{
		{Method: get, Pattern: link.ObjectionChanges(), Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showMyChanges},
		{Method: get, Pattern: link.AsTheySee(nil), Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showAsTheySee},
	})...)
}
