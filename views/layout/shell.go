// Package layout is the frame around every page: the contrast toggle, the skip
// link, the header, the navigation of the audience, the footer. What the frame
// shows comes from the context through one typed accessor; what the page shows is
// given to the page.
package layout

import (
	"context"
	"time"

	"candour/locales"
	"candour/views/link"
)

// Audience is whom the frame is for.
type Audience string

const (
	Public  Audience = "public"
	Patient Audience = "patient"
	Staff   Audience = "staff"
)

// CSRFField is the name of the hidden field of every form that changes something.
const CSRFField = "csrf"

// Shell is what the frame needs to know of the request; the web shell puts it into
// the context.
type Shell struct {
	Audience      Audience
	Name          string // of the viewer, as the identity provider gave it
	Role          string // staff: in words
	Organisation  string // staff
	CanChangeRole bool   // staff with more than one role
	Requests      bool   // staff who handle requests, or have an entry to make in them
	CSRF          string
	Contrast      string // "on", "off" or "" (follow the device)
	Return        string // path and query of this page, for the contrast toggle
	RequestID     string
	Region        string // whom the service is for, for instance "Three Rivers"
	Demo          bool
	Version       string
	IdleSeconds   int       // signed-in pages hide themselves after this long without use
	EndsIn        int       // seconds until the session ends if nothing more is asked for
	LongestIn     int       // and until it ends whatever happens
	EndsAt        time.Time // the first of the two, as a time of day
	SessionID     string    // names the session, so that a tab knows another's; opens nothing
	Typed         bool      // the page shows again what was typed before the session ended
}

// SignedIn says whether the frame is around a page of a signed-in person.
func (s Shell) SignedIn() bool { return s.Audience == Patient || s.Audience == Staff }

type shellKey struct{}

// WithShell puts the frame's facts into the context of a page.
func WithShell(ctx context.Context, s Shell) context.Context {
	return context.WithValue(ctx, shellKey{}, s)
}

// ShellFrom reads them; without any it is the frame of a public page.
func ShellFrom(ctx context.Context) Shell {
	s, _ := ctx.Value(shellKey{}).(Shell)
	if s.Audience == "" {
		s.Audience = Public
	}
	return s
}

// Crumb is a link with its words.
type Crumb struct{ Href, Text string }

// Meta is what a page says about itself.
type Meta struct {
	Title   string // of the browser tab, without the name of the service
	Error   bool   // the form on it has problems: the title says so first
	Wide    bool   // the record page of staff
	Back    Crumb  // where the back link goes; none without Href
	Current string // key of the navigation entry that this page is
	Exit    bool   // offer "leave this page quickly"
	Forms   bool   // it has a text with a limit, or a file to choose
}

func (m Meta) tab(ctx context.Context) string {
	key := "shell.tab"
	if m.Error {
		key = "shell.tab_error"
	}
	return locales.T(ctx, key, "title", m.Title)
}

type navItem struct{ key, href string }

// navigation is at most six entries, by audience.
func navigation(s Shell) []navItem {
	switch s.Audience {
	case Patient:
		return []navItem{{"my", link.My()}, {"history", link.MyAccessHistory(nil)}, {"requests", link.MyRequests()}, {"inclusion", link.MyInclusion()},
			{"choices", link.MyChoices()}, {"questions", link.Questions(nil)}}
	case Staff:
		return staffNavigation(s)
	}
	return publicNavigation(s)
}

// contrastOn says whether the high contrast sheet is asked for by the person
// rather than by their device.
func contrastOn(s Shell) bool { return s.Contrast == "on" }
