package handlers

import "candour/handlers/web"

func (s *Server) publicRoutes() []Route {
	routes := []Route{{Method: get, Pattern: "/", Audience: web.Public, Shape: web.Page, Handler: s.showHome}}
	if s.Demo != nil {
		routes = append(routes, Route{Method: get, Pattern: "/demo", Audience: web.Public, Shape: web.Page, Handler: s.showTour})
	}
	return routes
}

func (s *Server) patientRoutes() []Route { return nil }
