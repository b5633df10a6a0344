package handlers

import (
	"context"

	"github.com/a-h/templ"

	"candour/handlers/web"
	"candour/locales"
	"candour/models/access"
	"candour/views/layout"
	"candour/views/public"
	view "candour/views/signin"
)

// dress puts what the page frame shows into the context of a rendering.
func (s *Server) dress(ctx context.Context, d web.Dressing) context.Context {
	shell := layout.Shell{
		Audience: layout.Public, CSRF: d.Token, Contrast: d.Contrast, Return: d.Return,
		RequestID: d.RequestID, Region: s.Region, Demo: s.Demo != nil, Version: s.Version,
	}
	switch d.Viewer.Kind {
	case access.Patient:
		shell.Audience = layout.Patient
	case access.Staff:
		shell.Audience = layout.Staff
		shell.Role, shell.Organisation = d.Viewer.RoleName, d.Viewer.OrganisationName
		shell.CanChangeRole = d.Roles
		shell.Requests = d.Viewer.Can(access.ManageRequests) || d.Viewer.Can(access.ViewRecord)
	}
	if shell.SignedIn() {
		shell.Name, shell.IdleSeconds = d.Viewer.Name, d.Idle
		shell.EndsIn, shell.LongestIn, shell.EndsAt = int(d.Left.Idle.Seconds()), int(d.Left.Longest.Seconds()), d.Left.At
		shell.SessionID, shell.Typed = d.Session, d.Typed
	}
	ctx = templ.WithNonce(ctx, d.Nonce)
	return layout.WithShell(locales.With(ctx, s.language(d.Language)), shell)
}

// errorPage draws a failure. Who is not signed in gets the way in, with the way
// back to where they were going.
func (s *Server) errorPage(f web.Failure) templ.Component {
	if f.Over != nil {
		page := s.overPage(f.Over, f.Return, f.Reference)
		page.Partial = f.Partial
		return view.OverPage(page)
	}
	page := public.Error{Status: f.Status, Key: f.Key, Reference: f.Reference, Return: f.Return, Posted: f.Posted, Partial: f.Partial}
	if f.Status == 503 {
		page.Phone = s.Phone
	}
	return public.ErrorPage(page)
}
