package handlers

import "candour/handlers/web"

// publicRoutes need no signing in, and show nothing of anybody.
func (s *Server) publicRoutes() []Route {
	routes := []Route{
		{Method: get, Pattern: "/", Audience: web.Public, Shape: web.Page, Handler: s.showHome},
		{Method: get, Pattern: "/partners", Audience: web.Public, Shape: web.Page, Handler: s.showPartners},
		{Method: get, Pattern: "/partners/:code", Audience: web.Public, Shape: web.Page, Handler: s.showPartner},
		{Method: get, Pattern: "/included", Audience: web.Public, Shape: web.Page, Handler: s.showIncluded},
		{Method: post, Pattern: "/included", Audience: web.Public, Shape: web.Page, Pace: web.SearchPace, Handler: s.checkIncluded},
		{Method: get, Pattern: "/status", Audience: web.Public, Shape: web.Page, Handler: s.showStatus},
		{Method: get, Pattern: "/status.json", Audience: web.Asset, Shape: web.File, Handler: s.showStatusJSON},
		{Method: get, Pattern: "/whats-new", Audience: web.Public, Shape: web.Page, Handler: s.showWhatsNew},
		{Method: get, Pattern: "/whats-new/:entry", Audience: web.Public, Shape: web.Page, Handler: s.showAnnouncement},
		{Method: get, Pattern: "/accessibility", Audience: web.Public, Shape: web.Page, Handler: s.showAccessibility},
		{Method: get, Pattern: "/privacy", Audience: web.Public, Shape: web.Page, Handler: s.showPrivacy},
		{Method: get, Pattern: "/cookies", Audience: web.Public, Shape: web.Page, Handler: s.showCookies},
		{Method: get, Pattern: "/.well-known/security.txt", Audience: web.Asset, Shape: web.File, Handler: s.showSecurityTxt},
	}
	if s.Demo != nil {
		routes = append(routes,
			Route{Method: get, Pattern: "/demo", Audience: web.Public, Shape: web.Page, Handler: s.showTour},
			Route{Method: get, Pattern: "/demo/scenes/:key", Audience: web.SignIn, Shape: web.Act, Pace: web.SignInPace, Handler: s.showScene},
			Route{Method: get, Pattern: "/demo/errors/:status", Audience: web.Public, Shape: web.Page, Handler: s.showDemoError})
	}
	return routes
}
