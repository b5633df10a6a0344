package patient

import (
	"strings"
	"testing"

	"candour/models/probe"
	"candour/views/component"
	"candour/views/viewtest"
)

func TestAsTheySeeShowsBothSights(t *testing.T) {
	a := AsSeen{Roles: []component.Option{{Value: "R8000", Text: "Doctor", Selected: true}}, Organisations: []component.Option{{Value: "hospital", Text: "Northgate Hospital", Selected: true}},
		Role: "Doctor", Organisation: "Northgate Hospital",
		Today: Sight{Shown: true, Lines: []SightLine{{"Medicines", "4 current, 2 past, from 3 sources"}, {"Problems", "None recorded."}}},
		Then:  Sight{Title: "This person has chosen not to be viewed here", Text: "They have used their right to object."}}
	text := viewtest.Text(viewtest.Page(t, "as-seen", shell, AsTheySeePage(a)))
	for _, words := range []string{"Today", "4 current, 2 past, from 3 sources", "After an objection", "chosen not to be viewed here", "This look is in your own list"} {
		if !strings.Contains(text, words) {
			t.Errorf("it does not say %q:\n%s", words, text)
		}
	}
	a.Objected, a.Today, a.Then = true, a.Then, a.Today
	a.Proofs = []probe.Proof{{At: noon, Partners: 8, Asked: 40}, {At: noon, Partners: 8, Asked: 40, Saw: 1}}
	text = viewtest.Text(viewtest.Page(t, "as-seen-back", shell, AsTheySeePage(a)))
	for _, words := range []string{"After changing your mind", "23 November 2026, 12:04pm: asked as 8 services, and refused each time", "asked as 8 services, and not refused each time"} {
		if !strings.Contains(text, words) {
			t.Errorf("the way back does not say %q:\n%s", words, text)
		}
	}
}
