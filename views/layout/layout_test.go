package layout_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"candour/static"
	"candour/views/layout"
	"candour/views/viewtest"
	"github.com/a-h/templ"
)

var staff = layout.Shell{Audience: layout.Staff, Name: "Dr Joan Reid", Role: "Consultant", Organisation: "Northgate Hospital", CanChangeRole: true,
	CSRF: "token", Contrast: "on", Return: "/patients?x=1", RequestID: "req1", IdleSeconds: 900, EndsIn: 900, LongestIn: 43200, EndsAt: time.Date(2026, 11, 23, 9, 45, 0, 0, time.UTC), SessionID: "abc", Typed: true}

func content(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "<h1>"+text+"</h1>")
		return err
	})
}

func page(meta layout.Meta) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return layout.Page(meta).Render(templ.WithChildren(ctx, content("Main")), w)
	})
}

func TestFrameIsThePageAroundItsContent(t *testing.T) {
	ctx, meta := layout.WithShell(context.Background(), staff), layout.Meta{Title: "Record", Wide: true}
	head, tail, err := layout.Frame(ctx, meta)
	if err != nil {
		t.Fatal(err)
	}
	var whole bytes.Buffer
	if err := page(meta).Render(ctx, &whole); err != nil {
		t.Fatal(err)
	}
	if got := string(head) + "<h1>Main</h1>" + string(tail); got != whole.String() {
		t.Errorf("head, content and tail are not the page:\n%s\n%s", got, whole.String())
	}
}

func TestFrameOfStaff(t *testing.T) {
	root := viewtest.Page(t, "staff", staff, page(layout.Meta{Title: "Find a person", Current: "find", Error: true}))
	text := viewtest.Text(root)
	for _, words := range []string{"Error: Find a person – Candour", "Dr Joan Reid", "Consultant, Northgate Hospital", "Change role", "Log out", "Page reference req1"} {
		if !strings.Contains(text, words) {
			t.Errorf("no %q in %s", words, text)
		}
	}
	tokens := 0
	for _, input := range viewtest.All(root, "input") {
		if viewtest.Attr(input, "name") == layout.CSRFField && viewtest.Attr(input, "value") == "token" {
			tokens++
		}
	}
	if forms := len(viewtest.All(root, "form")); tokens != forms {
		t.Errorf("%d forms, %d tokens", forms, tokens)
	}
	body := viewtest.All(root, "body")[0]
	if viewtest.Attr(body, "data-private") != "true" || viewtest.Attr(body, "data-idle") != "900" {
		t.Error("a signed-in page does not say that it is private and when to hide")
	}
	for _, words := range []string{"we will log you out at 9:45am", "See where you are logged in", "You will be logged out soon", "We kept what you typed"} {
		if !strings.Contains(text, words) {
			t.Errorf("no %q in %s", words, text)
		}
	}
	dialog := viewtest.All(root, "dialog")[0]
	for name, want := range map[string]string{"data-ends": "900", "data-longest": "43200", "data-id": "abc", "data-over": "/session/ended?return=%2Fpatients%3Fx%3D1", "data-left": "Time left: {left}"} {
		if got := viewtest.Attr(dialog, name); got != want {
			t.Errorf("%s=%q, want %q", name, got, want)
		}
	}
}

func TestFrameOfThePublic(t *testing.T) {
	root := viewtest.Page(t, "public", layout.Shell{}, page(layout.Meta{Title: "Home", Exit: true, Back: layout.Crumb{Href: "/", Text: "Back"}}))
	text := viewtest.Text(root)
	if len(viewtest.All(root, "dialog")) != 0 {
		t.Error("a public page warns of the end of a session")
	}
	for _, words := range []string{"Log out", "logged out", "Demonstration", "Guided tour"} {
		if strings.Contains(text, words) {
			t.Errorf("a public page says %q", words)
		}
	}
	body := viewtest.All(root, "body")[0]
	if viewtest.Attr(body, "data-private") != "false" || !strings.Contains(text, "Leave this page quickly") {
		t.Errorf("public page: %s", text)
	}
}

func TestHighContrastIsAsAskedFor(t *testing.T) {
	for contrast, media := range map[string]string{"on": "screen", "off": "none", "": "screen and (prefers-contrast: more)"} {
		root := viewtest.Page(t, "contrast", layout.Shell{Contrast: contrast}, page(layout.Meta{Title: "x"}))
		got := "none"
		for _, l := range viewtest.All(root, "link") {
			if viewtest.Attr(l, "href") == static.URL("contrast.css") {
				got = viewtest.Attr(l, "media")
			}
		}
		if got != media {
			t.Errorf("contrast %q: sheet for %q, want %q", contrast, got, media)
		}
	}
}
