package handlers

import (
	"candour/handlers/web"
	"candour/models/opaque"
	"candour/views/link"
)

// buttonOnly are acts of one button on the case's own page.
var buttonOnly = map[string]bool{"note-strike": true, "reading": true, "leaving": true}

// caseRoutes are the queue of those who handle requests, and the case itself. What
// is done with a case has a page that asks for what it needs, at the address that
// takes it in.
func (s *Server) caseRoutes() []Route {
	table := []Route{
		{Method: get, Pattern: "/cases", Audience: web.Staff, Discloses: true, Shape: web.Page, Handler: s.showCases},
		{Method: post, Pattern: "/cases/search", Audience: web.Staff, Discloses: true, Shape: web.Page, Pace: web.SearchPace, Keep: []string{"text"}, Shown: "/cases", Handler: s.searchCases},
		{Method: post, Pattern: "/cases/next", Audience: web.Staff, Shape: web.Act, Handler: s.takeNext},
		{Method: post, Pattern: "/cases/assignment/check", Audience: web.Staff, Discloses: true, Shape: web.Page, Handler: s.checkAssignment},
		{Method: post, Pattern: "/cases/assignment", Audience: web.Staff, Shape: web.Act, Handler: s.assignCases},
		{Method: post, Pattern: "/cases/assignment/undo", Audience: web.Staff, Shape: web.Act, Handler: s.undoAssignment},
		{Method: post, Pattern: "/cases/views", Audience: web.Staff, Shape: web.Act, Keep: []string{"name"}, Shown: "/cases", Handler: s.saveCasesView},
		{Method: post, Pattern: "/cases/views/removal", Audience: web.Staff, Shape: web.Act, Handler: s.removeCasesView},
		{Method: get, Pattern: "/cases/new", Audience: web.Staff, Shape: web.Page, Handler: s.showNewCase},
		{Method: post, Pattern: "/cases/new/search", Audience: web.Staff, Discloses: true, Shape: web.Page, Pace: web.SearchPace, Keep: newCaseFields, Shown: "/cases/new", Handler: s.searchNewCase},
		{Method: get, Pattern: "/cases/new/:person", Audience: web.Staff, Discloses: true, Shape: web.Page, Pace: web.ViewPace, Handler: s.showCaseEntry},
		{Method: post, Pattern: "/cases/new/:person", Audience: web.Staff, Shape: web.Act, Keep: enterFields, Handler: s.enterCase},
		{Method: get, Pattern: "/cases/:ref/evidence/:file", Audience: web.Staff, Discloses: true, Shape: web.File, Pace: web.ViewPace, Handler: s.takeCaseEvidence},
		{Method: get, Pattern: "/cases/:ref", Audience: web.Staff, Discloses: true, Shape: web.Page, Handler: s.showCase},
	}
	for _, act := range caseActs {
		pattern := link.CaseAct(opaque.ID(":ref"), act.noun)
		taken := Route{Method: post, Pattern: pattern, Audience: web.Staff, Shape: web.Act, Keep: act.fields, Handler: s.doAct(act)}
		if buttonOnly[act.noun] {
			taken.Keep = nil
			table = append(table, taken)
			continue
		}
		table = append(table, Route{Method: get, Pattern: pattern, Audience: web.Staff, Discloses: true, Shape: web.Page, Handler: s.askAct(act)}, taken)
	}
	return table
}
