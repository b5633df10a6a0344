package signin

import (
	"strings"
	"testing"

	"candour/views/layout"
	"candour/views/viewtest"
)

var providers = []Provider{{Audience: "patient", Href: "/sign-in/patient", Demo: true}, {Audience: "staff", Href: "/sign-in/staff"}}

func TestStartPageNarrowsToOneAudience(t *testing.T) {
	both := viewtest.Text(viewtest.Page(t, "start", layout.Shell{Demo: true}, StartPage(Start{Providers: providers, Problem: "ended"})))
	for _, words := range []string{"Continue to NHS login", "Continue to staff log in", "You have been logged out"} {
		if !strings.Contains(both, words) {
			t.Errorf("start page does not say %q", words)
		}
	}
	staff := viewtest.Text(viewtest.Page(t, "start-staff", layout.Shell{}, StartPage(Start{For: "staff", Providers: providers})))
	if strings.Contains(staff, "NHS login") {
		t.Error("the staff start page sends staff to the patients' login")
	}
}

func TestRolePageOffersEachRole(t *testing.T) {
	choice := RoleChoice{Problem: "signin.role.missing", Options: []RoleOption{
		{Value: "a", Role: "Consultant", Organisation: "Northgate Hospital", OrganisationCode: "RX9", CanDo: []string{"view_record"}},
		{Value: "b", Role: "General practitioner", Organisation: "Mill Street Surgery", OrganisationCode: "Y12345"}}}
	root := viewtest.Page(t, "role", layout.Shell{}, RolePage(choice))
	if n := len(viewtest.ByClass(root, "nhsuk-radios__input")); n != 2 {
		t.Errorf("%d choices, want 2", n)
	}
	if !strings.Contains(viewtest.Text(root), "Organisation code RX9 · open records") {
		t.Error("a choice does not say its code and what it allows")
	}
}

func TestDeadEndsNameTheNextStep(t *testing.T) {
	for _, key := range []string{"refused", "no_role", "organisation_not_live", "level_too_low", "not_found", "anything else"} {
		page := DeadEndPage(DeadEnd{Key: key, Organisation: "Northgate Hospital", OrganisationCode: "RX9", Reference: "abc123"})
		text := viewtest.Text(viewtest.Page(t, "dead-end-"+strings.ReplaceAll(key, " ", "-"), layout.Shell{}, page))
		if !strings.Contains(text, "What you can do") || strings.Contains(text, "dead_end.") {
			t.Errorf("%s: %s", key, text)
		}
	}
}
