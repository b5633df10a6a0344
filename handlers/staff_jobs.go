package handlers

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/account"
	"candour/models/fault"
	"candour/models/job"
	"candour/views/link"
	"candour/views/staff"
)

// jobsAtOnce is how many jobs a page lists.
const jobsAtOnce = 50

// showJobs is the work that no person starts, for those who administer an
// organisation: nothing of anybody stands there but what kind of thing is to be done.
func (s *Server) showJobs(c *fiber.Ctx, by access.Viewer) error {
	q, err := web.Query(c, "state", "kind", "after", "again")
	if err != nil {
		return err
	}
	if _, err := account.Administers(by); err != nil {
		return err
	}
	page := staff.Jobs{Kind: q.Get("kind"), State: job.State(q.Get("state")), Again: q.Get("again"), Now: s.Clock()}
	if page.State != "" && !slices.Contains(job.States(), page.State) {
		return fault.NotFound
	}
	before, err := olderThan(q.Get("after"))
	if err != nil {
		return err
	}
	filter := job.Filter{State: page.State, Kind: page.Kind, Limit: jobsAtOnce + 1}
	if page.Older = before != nil; page.Older {
		filter.Before = &job.Job{ID: string(before.ID), Changed: before.StateAt}
	}
	if page.Counts, err = s.Jobs.Counts(web.Context(c)); err != nil {
		return err
	}
	if page.List, err = s.Jobs.List(web.Context(c), filter); err != nil {
		return err
	}
	if page.More = len(page.List) > jobsAtOnce; page.More {
		page.List = page.List[:jobsAtOnce]
	}
	return web.Render(c, staff.JobsPage(page))
}

// retryJob has a dead job tried anew. One that is not dead any more has been tried.
func (s *Server) retryJob(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, "job")
	if err != nil {
		return err
	}
	if _, err := account.Administers(by); err != nil {
		return err
	}
	again := "yes"
	switch err := s.Jobs.Retry(web.Context(c), form.Get("job")); {
	case errors.Is(err, fault.Conflict):
		again = "not"
	case err != nil:
		return err
	}
	s.shell.Logger().Info("job tried anew", "request", web.RequestID(c), "job", form.Get("job"), "by", by.ID)
	return web.See(c, link.StaffJobs(nil)+"?again="+again)
}
