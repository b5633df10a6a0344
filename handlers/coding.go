package handlers

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/audit"
	"candour/models/fault"
	"candour/models/objection"
	"candour/models/organisation"
	"candour/views/link"
	"candour/views/staff"
)

// codingRoutes are the task of the clinical system, and the daily comparison.
func (s *Server) codingRoutes() []Route {
	return []Route{
		{Method: post, Pattern: "/cases/:ref/coding", Audience: web.Staff, Shape: web.Act, Shown: "/cases/:ref", Handler: s.doCoding},
		{Method: get, Pattern: link.Reconciliation(), Audience: web.Staff, Shape: web.Page, Handler: s.showReconciliation},
	}
}

// codingOf is the part of the clinical system on the page of a case that was opened.
func (s *Server) codingOf(ctx context.Context, by access.Viewer, o objection.Objection) (staff.Coding, error) {
	all, err := s.Coding.Of(ctx, o.ID)
	return staff.Coding{Case: o.ID, Codes: all, Writable: s.Coding.Writable(o.Organisation), Able: by.Can(access.ManageRequests) || by.Can(access.ViewRecord)}, err
}

// doCoding notes that somebody entered the code, or has it written again. Where that
// is not asked for any more the case's page, to which it goes back, says why.
func (s *Server) doCoding(c *fiber.Ctx, by access.Viewer) error {
	ref, err := web.ID(c, "ref")
	if err != nil {
		return err
	}
	form, err := web.Form(c, "code", "act")
	if err != nil {
		return err
	}
	ctx, refused := web.Context(c), form.Get("code") == "refused"
	o, _, err := s.Objections.Open(ctx, by, ref, working(c))
	if err != nil {
		return err
	}
	switch form.Get("act") {
	case "entered":
		err = s.Coding.Entered(ctx, by, o.Case, refused, working(c))
	case "again":
		err = s.Coding.Again(ctx, by, o.Case, refused, working(c))
	default:
		err = fiber.ErrBadRequest
	}
	if err != nil && !errors.Is(err, fault.Conflict) {
		return err
	}
	return web.See(c, link.Case(ref)+"#coding-"+form.Get("code"))
}

// reconciledDays is how far back alarms are listed.
const reconciledDays = 30

// showReconciliation compares, feed by feed, the codes with the objections in force.
func (s *Server) showReconciliation(c *fiber.Ctx, by access.Viewer) error {
	ctx := web.Context(c)
	all, err := s.Objections.Reconciliations(ctx, by, audit.Day(s.Clock().AddDate(0, 0, -reconciledDays)))
	if err != nil {
		return err
	}
	names, err := s.feedNames(ctx)
	if err != nil {
		return err
	}
	visits, err := s.Coding.Visits(ctx)
	if err != nil {
		return err
	}
	page := staff.Reconciled{Step: s.Policy.Objections.Step()}
	newest := map[string]string{}
	for _, r := range all {
		newest[r.Source] = max(newest[r.Source], r.Day)
	}
	for _, r := range all {
		feed := staff.ReconciledFeed{Reconciliation: r, Organisation: names[r.Source], Visit: visits[r.Source]}
		switch {
		case r.Day == newest[r.Source]:
			page.Feeds = append(page.Feeds, feed)
		case r.Alarm != "":
			page.Alarms = append(page.Alarms, feed)
		}
	}
	slices.SortStableFunc(page.Feeds, func(a, b staff.ReconciledFeed) int {
		return cmp.Or(cmp.Compare(b.Alarm, a.Alarm), cmp.Compare(a.Organisation, b.Organisation))
	})
	return web.Render(c, staff.ReconciliationPage(page))
}

// feedNames are the organisations of the feeds, by feed.
func (s *Server) feedNames(ctx context.Context) (map[string]string, error) {
	sources, err := s.Organisations.Sources(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.Organisations.All(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, f := range sources {
		at := slices.IndexFunc(all, func(o organisation.Organisation) bool { return o.ID == f.OrganisationID })
		if names[f.ID] = f.ID; at >= 0 {
			names[f.ID] = all[at].Name
		}
	}
	return names, nil
}
