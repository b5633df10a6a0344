package handlers

import (
	"candour/handlers/web"
	"candour/models/opaque"
	"candour/views/link"
)

// caseRoutes are the queue of those who handle requests, and the case itself. What
// is done with a case has a page that asks for what it needs, at the address that
// takes it in.
func (s *Server) caseRoutes() []Route {
	table := []Route{
		{Method: get, Pattern: "/cases", Audience: web.Staff, Discloses: true, Shape: web.Page, Handler: s.showCases},
		{Method: get, Pattern: "/cases/:ref", Audience: web.Staff, Discloses: true, Shape: web.Page, Handler: s.showCase},
	}
	for _, act := range caseActs {
		pattern := link.CaseAct(opaque.ID(":ref"), act.noun)
		table = append(table,
			Route{Method: get, Pattern: pattern, Audience: web.Staff, Discloses: true, Shape: web.Page, Handler: s.askAct(act)},
			Route{Method: post, Pattern: pattern, Audience: web.Staff, Shape: web.Act, Keep: act.fields, Handler: s.doAct(act)})
	}
	return table
}
