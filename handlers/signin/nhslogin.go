package signin

import (
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"candour/models/access"
	"candour/models/account"
)

// minAge is the youngest that NHS login gives an account to; a token that says
// less is not one of a person whom it let in.
const minAge = 13

// nhsLogin follows NHS login's interface specification (2.1): vectors of trust
// instead of acr, RS512, a signed client assertion, no sign-out.
type nhsLogin struct{}

// NHSLogin is NHS login. The first call asks for the lowest level that a person
// may come in with, as the specification advises; P9, without which nothing
// personal is shown, is a second call.
func NHSLogin(issuer, clientID string, key crypto.Signer, keyID string) Provider {
	return Provider{
		Name: "nhs-login", Issuer: issuer, ClientID: clientID, Key: key, KeyID: keyID, KeyAlg: "RS512",
		Algorithms: []string{"RS512"}, Scopes: []string{"openid", "profile", "profile_extended", "gp_registration_details"},
		Audience: Patients, rules: nhsLogin{},
	}
}

// vectors are the sets of proof that reach each level: identity, and two factors
// of logging in wherever a person is behind it.
var vectors = map[string][]string{
	account.P0: {"P0.Cp", "P0.Cp.Cd", "P0.Cp.Ck"},
	account.P5: {"P5.Cp.Cd", "P5.Cp.Ck", "P5.Cm"},
	account.P9: {"P9.Cp.Cd", "P9.Cp.Ck", "P9.Cm"},
}

var rank = map[string]int{account.P0: 1, account.P5: 2, account.P9: 3}

func (nhsLogin) valid(p Provider) error {
	switch {
	case p.Secret != "":
		return fmt.Errorf("signin: provider %s: NHS login takes signed assertions only, no secret", p.Name)
	case p.Lowest != "" && rank[p.Lowest] == 0:
		return fmt.Errorf("signin: provider %s: level %q is none of P0, P5 and P9", p.Name, p.Lowest)
	case p.Audience != Patients:
		return fmt.Errorf("signin: provider %s: NHS login is for patients", p.Name)
	case slices.Contains(p.Scopes, "profile") && slices.Contains(p.Scopes, "basic_demographics"):
		return fmt.Errorf("signin: provider %s: profile and basic_demographics exclude each other", p.Name)
	}
	return nil
}

// ask sends vtr. A sign-in asks for a full one (prompt=login): NHS login keeps a
// session that we cannot end, and on a shared computer the next person would come
// in as the last. The second call of a step-up goes without: the person was there
// a moment ago.
func (nhsLogin) ask(p Provider, a *attempt) map[string]string {
	level := p.Lowest
	if level == "" {
		level = account.P5
	}
	if a.Step {
		level = account.P9
	}
	a.Vectors = vectors[level]
	vtr, err := json.Marshal(a.Vectors)
	if err != nil {
		return nil // strings always marshal
	}
	out := map[string]string{"vtr": string(vtr)}
	if !a.Step || a.Again {
		out["prompt"] = "login"
	}
	return out
}

func (nhsLogin) check(p Provider, now time.Time, a *attempt, c claims) error {
	vot := c.text("vot")
	if !slices.ContainsFunc(a.Vectors, func(asked string) bool { return satisfies(vot, asked) }) {
		return errors.New("signin: the vector of trust is not one that was asked for")
	}
	if !trustmark(p.Issuer, c.text("vtm")) {
		return errors.New("signin: the vector of trust has no trustmark of this issuer")
	}
	if c.has("auth_time") {
		at := time.Unix(c.number("auth_time"), 0)
		if at.After(now.Add(skew)) || (!a.Step || a.Again) && at.Before(a.Started.Add(-skew)) {
			return errors.New("signin: the person did not log in for this")
		}
	}
	if born := c.text("birthdate"); born != "" && !access.OfAge(born, minAge, now) {
		return errYoung
	}
	if a.Account != "" && a.Account != account.IDOf(p.Issuer, c.text("sub")) {
		return errAnother
	}
	return nil
}

// satisfies: the identity part reaches at least the level asked for, and every
// way of logging in that was asked for was used.
func satisfies(vot, asked string) bool {
	have, want := strings.Split(vot, "."), strings.Split(asked, ".")
	if rank[have[0]] == 0 || rank[have[0]] < rank[want[0]] {
		return false
	}
	for _, part := range want[1:] {
		if !slices.Contains(have[1:], part) {
			return false
		}
	}
	return true
}

// trustmark says which promises the vector stands under; they are the issuer's own.
func trustmark(issuer, vtm string) bool {
	own, err := url.Parse(issuer)
	if err != nil {
		return false
	}
	mark, err := url.Parse(vtm)
	return err == nil && mark.Host == own.Host && mark.Scheme == own.Scheme && mark.User == nil
}

// level is how well a patient was proven to be who they are: the lower of what
// this sign-in was done with (vot) and what the person ever showed
// (identity_proofing_level, which comes with the scope profile). A high vector
// counts only with the two factors that belong to it.
func (c claims) level() string {
	reached := ""
	for _, level := range []string{account.P0, account.P5, account.P9} {
		if slices.ContainsFunc(vectors[level], func(v string) bool { return satisfies(c.text("vot"), v) }) {
			reached = level
		}
	}
	if !c.has("identity_proofing_level") {
		return reached
	}
	shown := c.text("identity_proofing_level")
	if rank[shown] < rank[reached] {
		return shown // or none, when it is a level nobody knows
	}
	return reached
}

func (nhsLogin) signedOnly(name string) bool {
	return name == "vot" || name == "vtm" || name == "identity_proofing_level"
}

func (nhsLogin) logsOut() bool { return false }

func (nhsLogin) tell(p Provider, c claims) account.Claims {
	out := account.Claims{
		Issuer: p.Issuer, Subject: c.text("sub"), Family: c.text("family_name"), Given: c.text("given_name"),
		NHSNumber: c.text("nhs_number"), BirthDate: c.text("birthdate"), Level: c.level(), AuthTime: c.instant("auth_time"),
	}
	if gp, ok := c["gp_registration_details"].(map[string]any); ok {
		out.GPPractice = claims(gp).text("gp_ods_code")
	}
	return out
}

// provesMore says that the person has shown more than this call asked about, so
// that a second call costs them nothing.
func (c claims) provesMore() bool {
	return c.text("identity_proofing_level") == account.P9 && c.level() != account.P9
}

// settings is where people see to their NHS login: beside the issuer, at each of
// its environments (auth.sandpit.login.nhs.uk has settings.sandpit.login.nhs.uk).
func (p Provider) settings() string {
	if p.Settings != "" {
		return p.Settings
	}
	u, err := url.Parse(p.Issuer)
	if err != nil || !strings.HasPrefix(u.Host, "auth.") {
		return ""
	}
	return "https://settings." + strings.TrimPrefix(u.Host, "auth.")
}
