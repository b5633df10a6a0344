package handlers

import (
	"candour/handlers/web"
)

// clinicianRoutes are the pages of staff: find a person, say why, open the record.
// Whatever shows something of somebody discloses: HEAD and prefetch are refused.
func (s *Server) clinicianRoutes() []Route {
	return []Route{
		{Method: get, Pattern: "/patients", Audience: web.Staff, Shape: web.Page, Handler: s.showFindPatient},
		{Method: post, Pattern: "/patients/search", Audience: web.Staff, Discloses: true, Shape: web.Page, Pace: web.SearchPace, Keep: findFields, Shown: "/patients", Handler: s.searchPatients},
		{Method: get, Pattern: "/patients/:ref/reason", Audience: web.Staff, Discloses: true, Shape: web.Page, Pace: web.ViewPace, Handler: s.showReason},
		{Method: post, Pattern: "/patients/:ref/reason", Audience: web.Staff, Shape: web.Act, Pace: web.ViewPace, Keep: reasonFields, Handler: s.giveReason},
		{Method: get, Pattern: "/patients/:ref/record", Audience: web.Staff, Discloses: true, Rides: true, Shape: web.Page, Pace: web.ViewPace, Handler: s.showRecord},
		{Method: get, Pattern: "/patients/:ref/record/print", Audience: web.Staff, Discloses: true, Shape: web.Print, Pace: web.ViewPace, Handler: s.printRecord},
		{Method: get, Pattern: "/patients/:ref/record/csv", Audience: web.Staff, Discloses: true, Shape: web.CSV, Pace: web.ViewPace, Handler: s.takeRecord},
		{Method: get, Pattern: "/patients/:ref/record/sections/:section", Audience: web.Staff, Discloses: true, Shape: web.Fragment, Pace: web.ViewPace, Handler: s.showRecordSection},
		{Method: get, Pattern: "/patients/:ref/record/documents/:item", Audience: web.Staff, Discloses: true, Shape: web.Page, Pace: web.ViewPace, Handler: s.showRecordDocument},
	}
}
