package handlers

import (
	"candour/handlers/web"
	"candour/views/link"
)

// proofRoutes are what shows the effect of an objection: before it is made, and
// after.
func (s *Server) proofRoutes() []Route {
	return s.ownPages([]Route{
		{Method: get, Pattern: link.ObjectionChanges(), Audience: web.Patient, Discloses: true, Shape: web.Page, Handler: s.showMyChanges},
	})
}
