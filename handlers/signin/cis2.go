package signin

import (
	"crypto"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"candour/models/account"
)

// freshFor is how long ago a member of staff may have proven themselves to the
// provider when they come in here: desks and computers are shared.
const freshFor = 5 * time.Minute

// cis2 follows the NHS Care Identity Service 2: national roles from userinfo,
// assurance levels in the signed token, sign-out told over the back channel.
type cis2 struct{}

// CIS2 is the NHS Care Identity Service 2.
func CIS2(issuer, clientID string, key crypto.Signer, keyID string) Provider {
	return Provider{
		Name: "staff", Issuer: issuer, ClientID: clientID, Key: key, KeyID: keyID,
		Algorithms: []string{"RS256"}, Scopes: []string{"openid", "profile", "nationalrbacaccess", "associatedorgs"},
		Audience: Staff, rules: cis2{},
	}
}

func (cis2) valid(p Provider) error {
	if p.Audience != Staff {
		return fmt.Errorf("signin: provider %s: CIS2 is for staff", p.Name)
	}
	return nil
}

// ask wants authenticator assurance level 2 or 3. Where the role is selected at
// the provider, everybody logs in anew, as its guidance says: otherwise the role
// of another application would come along.
func (cis2) ask(p Provider, a *attempt) map[string]string {
	out := map[string]string{"acr_values": "AAL2_OR_AAL3_ANY"}
	if p.RoleThere || a.Again {
		out["prompt"] = "login"
	}
	return out
}

// strong are the classes of authentication at assurance level 2 or 3.
var strong = regexp.MustCompile(`^AAL[23](_[A-Z0-9_]+)?$`)

func (cis2) check(p Provider, now time.Time, a *attempt, c claims) error {
	if !strong.MatchString(c.text("acr")) {
		return errors.New("signin: the class of authentication is none that was asked for")
	}
	for _, name := range []string{"uid", "nhsid_useruid"} {
		if c.has(name) && c.text(name) != c.text("sub") {
			return errors.New("signin: the user's number is not the subject")
		}
	}
	if id := c.text("selected_roleid"); id != "" && !slices.ContainsFunc(c.roles(), func(r account.Role) bool { return r.ID == id }) {
		return errors.New("signin: the role selected is none of the person's")
	}
	return fresh(now, c)
}

// fresh is errStale for somebody who proved themselves too long ago, or of whom it
// is not said when.
func fresh(now time.Time, c claims) error {
	at := c.instant("auth_time")
	switch {
	case at.After(now.Add(skew)):
		return errors.New("signin: the person logged in in the future")
	case now.Sub(at) > freshFor:
		return errStale
	}
	return nil
}

func (cis2) signedOnly(name string) bool {
	switch name {
	case "id_assurance_level", "authentication_assurance_level", "selected_roleid":
		return true
	}
	return false
}

func (cis2) logsOut() bool { return true }

func (cis2) tell(p Provider, c claims) account.Claims {
	out := c.member(p)
	out.IDAssurance, out.AuthAssurance = int(c.number("id_assurance_level")), int(c.number("authentication_assurance_level"))
	out.Roles, out.SelectedRole = c.roles(), c.text("selected_roleid")
	for _, o := range c.list("nhsid_user_orgs") {
		if code := o.text("org_code"); code != "" && len(out.Organisations) < mostRoles {
			out.Organisations = append(out.Organisations, account.Organisation{Code: code, Name: o.text("org_name")})
		}
	}
	for i := range out.Roles { // the roles carry codes, the organisations their names
		at := slices.IndexFunc(out.Organisations, func(o account.Organisation) bool { return o.Code == out.Roles[i].OrgCode })
		if at >= 0 && out.Roles[i].OrgName == "" {
			out.Roles[i].OrgName = out.Organisations[at].Name
		}
	}
	return out
}

// member is what every provider says of a member of staff.
func (c claims) member(p Provider) account.Claims {
	return account.Claims{
		Issuer: p.Issuer, Subject: c.text("sub"), SID: c.text("sid"), Name: c.text("name"),
		Family: c.text("family_name"), Given: c.text("given_name"), AuthTime: c.instant("auth_time"),
	}
}

// mostRoles bounds what one token may bring; nobody holds so many.
const mostRoles = 50

// roles are the national roles of a member of staff. An entry without
// organisation or role code gives no role.
func (c claims) roles() []account.Role {
	var out []account.Role
	for _, f := range c.list("nhsid_nrbac_roles") {
		r := account.Role{ID: f.text("person_roleid"), OrgCode: f.text("org_code"), OrgName: f.text("org_name"),
			RoleCode: f.text("role_code"), RoleName: roleName(f.text("role_name")), Activities: f.texts("activity_codes")}
		if r.OrgCode == "" || r.RoleCode == "" || len(out) == mostRoles {
			continue
		}
		out = append(out, r)
	}
	return out
}

// roleName is the last part of a name that comes as a path: "Clinical":"General
// Practitioner" in quotes and colons.
func roleName(name string) string {
	parts := strings.Split(name, ":")
	return strings.Trim(parts[len(parts)-1], `" `)
}
