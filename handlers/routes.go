package handlers

import (
	"net/http"

	"candour/handlers/web"
)

// Route is one row of the table from which the router is built.
type Route = web.Route

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// Routes is the whole table, for listing; its handlers have no stores.
func Routes() []Route { return (&Server{Deps: Deps{Demo: &DemoMode{}}}).routes() }

// routes concatenates the areas' tables. Everything that is not in it is not
// found: nothing is served by default.
func (s *Server) routes() []Route {
	table := []Route{
		{Method: get, Pattern: "/livez", Audience: web.Asset, Shape: web.File, Handler: s.showLive},
		{Method: get, Pattern: "/readyz", Audience: web.Asset, Shape: web.File, Handler: s.showReady},
		{Method: get, Pattern: "/static/*", Audience: web.Asset, Shape: web.File, Handler: s.showAsset},

		{Method: post, Pattern: "/preferences/contrast", Audience: web.Public, Shape: web.Act, Look: true, Handler: s.setContrast},

		{Method: get, Pattern: "/sign-in", Audience: web.Public, Shape: web.Page, Handler: s.entrance.Start},
		{Method: get, Pattern: "/sign-in/role", Audience: web.SignIn, Shape: web.Page, Handler: s.entrance.ShowRoles},
		{Method: post, Pattern: "/sign-in/role", Audience: web.SignIn, Shape: web.Act, Pace: web.SignInPace, Handler: s.entrance.ChooseRole},
		{Method: get, Pattern: "/sign-in/:provider", Audience: web.SignIn, Shape: web.Act, Pace: web.SignInPace, Handler: s.entrance.Begin},
		{Method: get, Pattern: "/sign-in/:provider/callback", Audience: web.SignIn, Shape: web.Act, Pace: web.SignInPace, Handler: s.entrance.Finish},
		{Method: get, Pattern: "/sign-in/:provider/proof", Audience: web.SignIn, Shape: web.Act, Pace: web.SignInPace, Handler: s.entrance.Prove},
		{Method: post, Pattern: "/sign-in/:provider/back-channel", Audience: web.Asset, Shape: web.Act, Handler: s.entrance.BackChannel},
		{Method: post, Pattern: "/sign-out", Audience: web.SignIn, Shape: web.Act, Handler: s.entrance.SignOut},
	}
	if s.Demo != nil {
		table = append(table,
			Route{Method: get, Pattern: "/demo-idp/*", Audience: web.Asset, Shape: web.File, Handler: s.showDemoIdentity},
			Route{Method: post, Pattern: "/demo-idp/*", Audience: web.Asset, Shape: web.File, Handler: s.showDemoIdentity},
			Route{Method: get, Pattern: "/demo/languages", Audience: web.Public, Shape: web.Page, Handler: s.showLanguages},
			Route{Method: post, Pattern: "/preferences/language", Audience: web.Public, Shape: web.Act, Look: true, Handler: s.setLanguage})
	}
	table = append(table, s.galleryRoutes()...)
	table = append(table, s.publicRoutes()...)
	table = append(table, s.questionRoutes()...)
	table = append(table, s.patientRoutes()...)
	table = append(table, s.sessionRoutes()...)
	table = append(table, s.objectionRoutes()...)
	table = append(table, s.requestRoutes()...)
	table = append(table, s.codingRoutes()...)
	table = append(table, s.caseRoutes()...)
	table = append(table, s.proofRoutes()...)
	return append(table, s.clinicianRoutes()...)
}
