package public

import (
	"strings"
	"testing"

	"candour/models/status"
	"candour/views/layout"
	"candour/views/viewtest"
)

func TestHomePageHasAWayInForEachAudience(t *testing.T) {
	root := viewtest.Page(t, "home", layout.Shell{Demo: true, Region: "Three Rivers"}, HomePage(Home{Region: "Three Rivers", Age: 18, Demo: true, Verdict: status.Partly, Unwell: 1}))
	if n := len(viewtest.ByClass(root, "nhsuk-card--clickable")); n != 8 {
		t.Errorf("%d cards, want 8: questions, looked, object, copy; complain, partners, staff, tour", n)
	}
	if text := viewtest.Text(root); !strings.Contains(text, "1 organisation is late") {
		t.Errorf("nothing of what is late: %s", text)
	}
	root = viewtest.Page(t, "home-down", layout.Shell{}, HomePage(Home{Age: 18, Verdict: status.Down}))
	if n := len(viewtest.ByClass(root, "nhsuk-notification-banner")); n != 1 {
		t.Errorf("%d banners while records cannot be opened", n)
	}
	root = viewtest.Page(t, "home-live", layout.Shell{}, HomePage(Home{Age: 18, Verdict: status.Working}))
	if len(viewtest.ByClass(root, "app-outage")) != 0 {
		t.Error("something is said to be late")
	}
	if strings.Contains(viewtest.Text(root), "tour") {
		t.Error("the tour is offered outside the demonstration")
	}
}

func TestErrorPagesSayWhatToDo(t *testing.T) {
	for _, e := range []Error{
		{Status: 404, Key: "not_found", Reference: "abc123"}, {Status: 503, Key: "unavailable", Phone: "01632 960000", Reference: "abc123"},
		{Status: 401, Key: "not_signed_in", Return: "/my"}, {Status: 500, Key: "no such key"}, {Status: 418}, {Status: 403, Key: "training_expired"},
	} {
		root := viewtest.Page(t, "error", layout.Shell{Contrast: "on"}, ErrorPage(e))
		if text := viewtest.Text(root); strings.Contains(text, "error.") || (e.Reference != "" && !strings.Contains(text, e.Reference)) {
			t.Errorf("%v: %s", e, text)
		}
	}
}

func TestContrastToggleSaysItsState(t *testing.T) {
	for contrast, pressed := range map[string]string{"on": "true", "off": "false", "": "false"} {
		root := viewtest.Page(t, "toggle", layout.Shell{Contrast: contrast}, ErrorPage(Error{Status: 404}))
		toggle := viewtest.ByClass(root, "app-toggle")[0]
		if got := viewtest.Attr(toggle, "aria-pressed"); got != pressed {
			t.Errorf("contrast %q: aria-pressed %s, want %s", contrast, got, pressed)
		}
	}
}

func TestTourHasTenScenes(t *testing.T) {
	var tour Tour
	for _, key := range SceneKeys {
		tour.Scenes = append(tour.Scenes, Scene{Key: key, Persona: "Amina Khan", Href: "/sign-in"})
	}
	root := viewtest.Page(t, "tour", layout.Shell{Demo: true}, TourPage(tour))
	if n := len(viewtest.ByClass(root, "app-tour__scene")); n != 10 {
		t.Errorf("%d scenes, want 10", n)
	}
}
