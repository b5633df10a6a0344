package signin

import (
	"strings"
	"testing"
	"time"

	"candour/views/layout"
	"candour/views/viewtest"
)

func TestWhyASessionIsOverIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		page    Over
		says    []string
		saysNot []string
	}{
		"idle":     {Over{Audience: "patient", Idle: 30 * time.Minute}, []string{"30 minutes", "Continue to NHS login"}, []string{"staff log in", "typed", "somebody else"}},
		"longest":  {Over{Audience: "staff", Longest: 12 * time.Hour}, []string{"12 hours", "Continue to staff log in"}, []string{"NHS login"}},
		"one hour": {Over{Longest: time.Hour}, []string{"1 hour."}, nil},
		"unknown":  {Over{}, []string{"another tab", "NHS login", "staff log in"}, []string{"somebody"}},
		"ended":    {Over{Ended: true, Reference: "abc"}, []string{"another place", "somebody else", "abc", "NHS login", "staff log in"}, nil},
		"kept":     {Over{Audience: "patient", Idle: time.Minute, Typed: true, Kept: true}, []string{"1 minute.", "We kept it"}, []string{"could not keep"}},
		"lost":     {Over{Audience: "patient", Typed: true}, []string{"could not keep"}, []string{"We kept"}},
	} {
		c.page.Providers = providers
		text := viewtest.Text(viewtest.Page(t, "over-"+name, layout.Shell{}, OverPage(c.page)))
		for _, words := range c.says {
			if !strings.Contains(text, words) {
				t.Errorf("%s: no %q in %s", name, words, text)
			}
		}
		for _, words := range c.saysNot {
			if strings.Contains(text, words) {
				t.Errorf("%s: it says %q: %s", name, words, text)
			}
		}
	}
}

func TestSessionsAreListed(t *testing.T) {
	since := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	shell := layout.Shell{Audience: layout.Staff, Name: "Louise Tremaine", CSRF: "token"}
	own := Sessions{Action: "/end", Administers: "Northgate Hospital", Ended: 2, All: []Session{
		{ID: "a", Device: "firefox windows", Provider: "staff", Since: since, Seen: since, This: true},
		{ID: "b", Device: "hyperbrowser toaster", Provider: "council-x", Since: since, Seen: since.Add(time.Hour)}}}
	root := viewtest.Page(t, "sessions", shell, SessionsPage(own))
	text := viewtest.Text(root)
	for _, words := range []string{"Firefox on Windows", "This browser", "Another browser on another device", "Your account at work", "Staff log in", "2 browsers are logged out",
		"23 November 2026, 9:30am", "23 November 2026, 10:30am", "See who is logged in at Northgate Hospital", "Log out everywhere else"} {
		if !strings.Contains(text, words) {
			t.Errorf("no %q in %s", words, text)
		}
	}
	ends := 0
	for _, input := range viewtest.All(root, "input") {
		if viewtest.Attr(input, "name") == "session" {
			ends++
			if viewtest.Attr(input, "value") != "b" {
				t.Error("the session that asks can be ended from the list")
			}
		}
	}
	if ends != 1 {
		t.Errorf("%d sessions can be ended, want 1", ends)
	}
	alone := viewtest.Text(viewtest.Page(t, "sessions-alone", shell, SessionsPage(Sessions{Gone: true, All: own.All[:1]})))
	if !strings.Contains(alone, "not logged in anywhere else") || !strings.Contains(alone, "logged out already") || strings.Contains(alone, "Log out everywhere") {
		t.Errorf("alone: %s", alone)
	}
}

func TestColleaguesAreListed(t *testing.T) {
	shell := layout.Shell{Audience: layout.Staff, Name: "Louise Tremaine", CSRF: "token"}
	page := Sessions{Organisation: "Northgate Hospital", Action: "/end", All: []Session{{ID: "b", Device: "chrome linux", Name: "Sam Example", Role: "Nurse"}}}
	text := viewtest.Text(viewtest.Page(t, "colleagues", shell, ColleaguesPage(page)))
	for _, words := range []string{"Who is logged in at Northgate Hospital", "Sam Example", "Nurse", "Chrome on Linux", "written down"} {
		if !strings.Contains(text, words) {
			t.Errorf("no %q in %s", words, text)
		}
	}
	page.All = nil
	if text := viewtest.Text(viewtest.Page(t, "colleagues-none", shell, ColleaguesPage(page))); !strings.Contains(text, "Nobody else is logged in at Northgate Hospital") {
		t.Errorf("none: %s", text)
	}
}

func TestWhoIsStillLoggedInIsLedBack(t *testing.T) {
	root := viewtest.Page(t, "session-still-in", layout.Shell{Audience: layout.Patient, Name: "Ada"}, StillInPage("/my/access-history?own=1"))
	for _, a := range viewtest.All(root, "a") {
		if viewtest.Attr(a, "href") == "/my/access-history?own=1" {
			return
		}
	}
	t.Error("no way back to the page they came from")
}
