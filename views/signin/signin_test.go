package signin

import (
	"strings"
	"testing"

	"candour/views/layout"
	"candour/views/viewtest"
)

var providers = []Provider{{Audience: "patient", Href: "/sign-in/nhs-login", Demo: true}, {Audience: "staff", Href: "/sign-in/staff"},
	{Audience: "staff", Title: "Ouse Valley Council", Href: "/sign-in/ouse"}}

func TestStartPageNarrowsToOneAudience(t *testing.T) {
	root := viewtest.Page(t, "start", layout.Shell{Demo: true}, StartPage(Start{Providers: providers, Problem: "ended"}))
	both := viewtest.Text(root)
	for _, words := range []string{"Continue to NHS login", "Continue to staff log in", "Continue with Ouse Valley Council", "You have been logged out", "30 minutes"} {
		if !strings.Contains(both, words) {
			t.Errorf("start page does not say %q", words)
		}
	}
	if strings.Index(both, "Continue to NHS login") > strings.Index(both, "What to expect") {
		t.Error("NHS login's button does not come first")
	}
	staff := viewtest.Text(viewtest.Page(t, "start-staff", layout.Shell{}, StartPage(Start{For: "staff", Providers: providers})))
	if strings.Contains(staff, "NHS login") {
		t.Error("the staff start page sends staff to the patients' login")
	}
	for _, problem := range []string{"failed", "cancelled", "expired", "required", "provider", "stale"} {
		text := viewtest.Text(viewtest.Page(t, "start-"+problem, layout.Shell{}, StartPage(Start{Providers: providers, Problem: problem})))
		if strings.Contains(text, "signin.problem") {
			t.Errorf("no words for %s", problem)
		}
	}
}

var roles = []RoleOption{
	{Value: "0", Role: "Consultant", Organisation: "Northgate Hospital", OrganisationCode: "RX9", CanDo: []string{"view_record"}},
	{Value: "1", Role: "General practitioner", Organisation: "Mill Street Surgery", OrganisationCode: "Y12345"},
	{Value: "2", OrganisationCode: "X9X99", Closed: "organisation_unknown"},
	{Value: "3", Role: "Nurse", Organisation: "Soon Hospital", OrganisationCode: "Z9C01", Closed: "organisation_planned"},
	{Value: "4", Role: "Nurse", Organisation: "Old Trust", OrganisationCode: "Z9D01", Closed: "organisation_left"},
	{Value: "5", Role: "Nurse", Organisation: "Quiet Trust", OrganisationCode: "Z9E01", Closed: "organisation_suspended"},
	{Value: "6", Role: "Helper", Organisation: "Northgate Hospital", OrganisationCode: "RX9", Closed: "role_without_rights"},
}

func TestRolePageOffersEachRole(t *testing.T) {
	root := viewtest.Page(t, "role", layout.Shell{}, RolePage(RoleChoice{Problem: "signin.role.missing", Options: roles}))
	if n := len(viewtest.ByClass(root, "nhsuk-radios__input")); n != 2 {
		t.Errorf("%d choices, want 2", n)
	}
	text := viewtest.Text(root)
	if !strings.Contains(text, "Organisation code RX9 · open records") {
		t.Error("a choice does not say its code and what it allows")
	}
	for _, words := range []string{"Roles you hold that cannot be used here", "does not take part", "agreed to join", "has left", "disconnected", "allows nothing", "Role without a name, X9X99"} {
		if !strings.Contains(text, words) {
			t.Errorf("no %q", words)
		}
	}
	plain := viewtest.Text(viewtest.Page(t, "role-plain", layout.Shell{}, RolePage(RoleChoice{Options: roles[:2]})))
	if strings.Contains(plain, "cannot be used") {
		t.Error("a list of nothing")
	}
}

func TestDeadEndsNameTheNextStep(t *testing.T) {
	for _, key := range []string{"refused", "no_role", "no_role_of_use", "role_without_rights", "organisation_unknown", "organisation_planned", "organisation_suspended",
		"organisation_left", "staff_level_too_low", "level_too_low", "another_person", "too_young", "out_of_area", "not_found", "anything else"} {
		page := DeadEnd{Key: key, Organisation: "Northgate Hospital", OrganisationCode: "RX9", Role: "Helper", RoleCode: "R8015", Successor: "General", SuccessorCode: "RY1",
			Belongs: []Belonging{{"Northgate Hospital", "RX9"}}, Roles: roles[2:], Needs: true, OtherRoles: true, Reference: "abc123"}
		root := viewtest.Page(t, "dead-end-"+strings.ReplaceAll(key, " ", "-"), layout.Shell{}, DeadEndPage(page))
		text := viewtest.Text(root)
		for _, words := range []string{"What you can do", "RX9", "R8015", "RY1", "What to ask for", "B0360", "Choose another role", "Go back to log in", "abc123"} {
			if !strings.Contains(text, words) || strings.Contains(text, "dead_end.") {
				t.Errorf("%s: no %q in %s", key, words, text)
			}
		}
	}
	signedIn := viewtest.Text(viewtest.Page(t, "dead-end-signed-in", layout.Shell{Audience: layout.Patient, Name: "Ada"}, DeadEndPage(DeadEnd{Key: "another_person", SignedIn: true})))
	nothing := viewtest.Text(viewtest.Page(t, "dead-end-nothing", layout.Shell{Audience: layout.Patient, Name: "Ada"}, DeadEndPage(DeadEnd{Key: "out_of_area", Nothing: true})))
	if !strings.Contains(nothing, "Go to the home page") || strings.Contains(nothing, "Go on as before") {
		t.Errorf("somebody of whom nothing is held: %s", nothing)
	}
	if !strings.Contains(signedIn, "Go on as before") || strings.Contains(signedIn, "Go back to log in") {
		t.Errorf("somebody who is logged in: %s", signedIn)
	}
}

func TestMoreProofPage(t *testing.T) {
	for level, words := range map[string]string{"P5": "matched your details", "P0": "only an email address"} {
		page := MoreProof{Level: level, Prove: "/sign-in/nhs-login/proof", Settings: "https://settings.login.nhs.uk", Demo: true, Reference: "abc123"}
		root := viewtest.Page(t, "more-proof-"+level, layout.Shell{Audience: layout.Patient, Name: "Ada", Demo: true}, MoreProofPage(page))
		text := viewtest.Text(root)
		for _, want := range []string{words, "Your NHS login needs one more check", "Continue to NHS login", "NHS login settings", "abc123"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q", level, want)
			}
		}
	}
	bare := viewtest.Text(viewtest.Page(t, "more-proof-bare", layout.Shell{}, MoreProofPage(MoreProof{Level: "P5"})))
	if strings.Contains(bare, "Continue to NHS login") || strings.Contains(bare, "settings") {
		t.Errorf("ways that are not there: %s", bare)
	}
}

func TestUnsharedPages(t *testing.T) {
	for name, c := range map[string]struct {
		page     Unshared
		says     []string
		saysNone string
	}{
		"out":      {Unshared{Again: "/sign-in/nhs-login"}, []string{"cannot go on", "Go back to NHS login", "Without NHS login"}, "still logged in"},
		"still-in": {Unshared{Again: "/sign-in/nhs-login/proof", StillIn: true}, []string{"still logged in", "Go back to NHS login", "Go to the home page"}, "Without NHS login"},
		"app":      {Unshared{Again: "/sign-in/nhs-login", App: true}, []string{"The service provider needs", "NHS App"}, "Go back to NHS login"},
	} {
		text := viewtest.Text(viewtest.Page(t, "unshared-"+name, layout.Shell{}, UnsharedPage(c.page)))
		for _, words := range append(c.says, "call 111", "call 999") {
			if !strings.Contains(text, words) || strings.Contains(text, "unshared.") {
				t.Errorf("%s: no %q in %s", name, words, text)
			}
		}
		if strings.Contains(text, c.saysNone) {
			t.Errorf("%s says %q", name, c.saysNone)
		}
	}
}
