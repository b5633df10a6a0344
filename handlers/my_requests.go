package handlers

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/views/patient"
)

// asking is where a person's question about their requests came from, for the log.
func asking(c *fiber.Ctx) casework.Request {
	return casework.Request{Route: web.Pattern(c), RequestID: web.RequestID(c)}
}

// showMyRequests lists what somebody asked for, and what services entered for them.
func (s *Server) showMyRequests(c *fiber.Ctx, by access.Viewer) error {
	ctx := web.Context(c)
	page := patient.Requests{Person: by.Person, Today: deadline.DayOf(s.Clock())}
	var err error
	if page.Cases, err = s.Cases.Mine(ctx, by, asking(c)); err != nil {
		return err
	}
	if by.Person != "" { // else there is nobody of whom a code could come
		if page.Sightings, page.Effect, err = s.Objections.Timeline(ctx, by, asking(c)); err != nil {
			return err
		}
	}
	if page.Unread, err = s.Letters.Unread(ctx, by, ownRequest(c)); err != nil {
		return err
	}
	return web.Render(c, patient.RequestsPage(page))
}

// showMyRequest is one of them.
func (s *Server) showMyRequest(c *fiber.Ctx, by access.Viewer) error {
	q, err := web.Query(c, "sent", "said")
	if err != nil {
		return err
	}
	return s.requestPage(c, by, fiber.StatusOK, patient.Request{Sent: q.Get("sent") == "1", Said: q.Get("said") == "1"})
}

// requestPage opens a request and shows it; page has what a form left behind.
func (s *Server) requestPage(c *fiber.Ctx, by access.Viewer, status int, page patient.Request) error {
	ctx := web.Context(c)
	ref, err := web.ID(c, "ref")
	if err != nil {
		return err
	}
	page.Objection, page.File, err = s.Objections.Open(ctx, by, ref, asking(c))
	if errors.Is(err, fault.Denied) {
		return web.RenderStatus(c, fiber.StatusForbidden, patient.ActingStoppedPage())
	}
	if err != nil {
		return err
	}
	page.By, page.Today, page.MinAge = by, deadline.DayOf(s.Clock()), s.MinAge
	if err := s.readBy(ctx, by, ref, page.File, asking(c)); err != nil {
		return err
	}
	all, err := s.Organisations.All(ctx)
	if err != nil {
		return err
	}
	page.Names = namesOf(all)
	for _, o := range all {
		if o.ID == page.Organisation {
			page.Holder = o
		}
	}
	return web.RenderStatus(c, status, patient.RequestPage(page))
}

// readBy notes that a person has read what staff wrote, when there is something new.
func (s *Server) readBy(ctx context.Context, by access.Viewer, ref opaque.ID, f casework.File, req casework.Request) error {
	for _, t := range f.Texts {
		if t.By.Kind == access.Staff && !t.Note && t.Read.IsZero() {
			return s.Cases.MarkRead(ctx, by, ref, req)
		}
	}
	return nil
}

func namesOf(all []organisation.Organisation) map[string]string {
	names := make(map[string]string, len(all))
	for _, o := range all {
		names[o.ID] = o.Name
	}
	return names
}
