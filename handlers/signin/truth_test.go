package signin_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
)

// outcomes are the entries of signing in, in short: reason, and whether it was done.
func outcomes(t *testing.T, d *db.DB) (out []string) {
	for _, body := range entries(t, d) {
		for _, reason := range []string{"signed_in", "signed_out", "role_chosen", "role_changed", "no_role", "organisation_unknown", "role_without_rights",
			"level_too_low", "session_ended_by_new_sign_in"} {
			if strings.Contains(body, `"`+reason+`"`) {
				if strings.Contains(body, `"refused"`) {
					reason = "refused:" + reason
				}
				out = append(out, reason)
			}
		}
	}
	return out
}

// The log says what happened: who was not let in did not sign in, and a role that
// was not taken was not changed to.
func TestTheLogSaysWhatHappened(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		here, elsewhere := role("Z9A01", "R8000", "Clinician", "B0360"), role("Z9X99", "R8000", "Clinician elsewhere", "B0360")
		p := openOn(t, d, nil)
		for _, c := range []struct {
			name   string
			claims map[string]any
			want   []string
		}{
			{"no role", samClaims(), []string{"refused:no_role"}},
			{"an organisation that is not here", samClaims(elsewhere), []string{"refused:organisation_unknown"}},
			{"too little proof", func() map[string]any {
				c := samClaims(here)
				c["id_assurance_level"] = "1"
				return c
			}(), []string{"refused:level_too_low"}},
		} {
			p.cis.claims = c.claims
			before := len(outcomes(t, d))
			b := p.browser()
			got := b.signIn("/sign-in/staff")
			if log := outcomes(t, d)[before:]; got.status != http.StatusForbidden || !strings.HasPrefix(b.who(), nobody) || !slices.Equal(log, c.want) {
				t.Errorf("%s: %d %v, want %v\n%s", c.name, got.status, log, c.want, p.logs.String())
			}
		}
	})
	p := open(t, nil)
	p.cis.claims = samClaims(role("Z9A01", "R8000", "Clinician", "B0360"), role("Z9X99", "R8000", "Clinician elsewhere", "B0360"))
	b := p.browser()
	b.signIn("/sign-in/staff")
	for _, index := range []string{"0", "1"} {
		b.post("/sign-in/role", b.get("/sign-in/role").body, url.Values{"role": {index}})
	}
	want := []string{"signed_in", "role_chosen", "refused:organisation_unknown"}
	if log := outcomes(t, p.db); !slices.Equal(log, want) || !strings.Contains(b.who(), "role=R8000") || strings.Contains(b.who(), "org= ") {
		t.Errorf("%v, want %v; %s", log, want, b.who())
	}
}

// Every session that ends has an end in the log: at the role page, and under a
// sign-in of somebody else.
func TestEverySessionHasItsEndInTheLog(t *testing.T) {
	p := open(t, nil)
	p.cis.claims = samClaims(role("Z9A01", "R8000", "Clinician", "B0360"), role("Z9B01", "R8000", "Clinician", "B0360"))
	b := p.browser()
	b.signIn("/sign-in/staff")
	b.post("/sign-out", b.get("/sign-in/role").body, url.Values{})
	b.signIn("/sign-in/staff")
	b.follow(b.signIn("/sign-in/nhs-login"))
	p.cis.claims = samClaims(role("Z9A01", "R8000", "Clinician", "B0360"))
	b.signIn("/sign-in/staff")
	const over = "session_ended_by_new_sign_in"
	want := []string{"signed_in", "signed_out", "signed_in", "signed_in", over, "signed_in", over}
	if log := outcomes(t, p.db); !slices.Equal(log, want) {
		t.Errorf("%v, want %v", log, want)
	}
	all := entries(t, p.db)
	for was, ended := range map[int]int{0: 1, 2: 4, 3: 6} {
		id := regexp.MustCompile(`"session":"([^"]+)"`)
		if a, b := id.FindString(all[was]), id.FindString(all[ended]); a == "" || a != b {
			t.Errorf("entry %d is not the end of %d: %s %s", ended, was, a, b)
		}
	}
}
