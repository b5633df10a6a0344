package signin

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"candour/models/account"
)

// claims are a token's, before they mean anything to us.
type claims map[string]any

func (c claims) has(name string) bool { _, ok := c[name]; return ok }

// text is a claim that is a string; anything else is none.
func (c claims) text(name string) string {
	s, _ := c[name].(string)
	return s
}

// number is a claim that is a number, or a number in a string (CIS2 sends both).
func (c claims) number(name string) int64 {
	switch v := c[name].(type) {
	case float64:
		return int64(v)
	case json.Number:
		n, _ := v.Int64()
		return n
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return 0
		}
		return n
	}
	return 0
}

// account is what the claims say in our words.
func (c claims) account(p Provider) account.Claims {
	out := account.Claims{
		Issuer: p.Issuer, Subject: c.text("sub"), SID: c.text("sid"),
		Family: c.text("family_name"), Given: c.text("given_name"), Name: c.text("name"),
	}
	if at := c.number("auth_time"); at > 0 {
		out.AuthTime = time.Unix(at, 0).UTC()
	}
	if p.Audience == Patients {
		out.NHSNumber, out.BirthDate, out.Level = c.text("nhs_number"), c.text("birthdate"), c.level()
		return out
	}
	out.IDAssurance, out.AuthAssurance = int(c.number("id_assurance_level")), int(c.number("authentication_assurance_level"))
	out.Roles = c.roles()
	return out
}

// level is how well a patient was proven to be who they are: the lower of what
// this sign-in was done with (vot) and what the person once showed
// (identity_proofing_level). One of them missing is no reason to believe more;
// both missing is no level at all.
func (c claims) level() string {
	vector, _, _ := strings.Cut(c.text("vot"), ".")
	shown := c.text("identity_proofing_level")
	order := map[string]int{account.P0: 1, account.P5: 2, account.P9: 3}
	switch {
	case order[vector] == 0 && (vector != "" || order[shown] == 0):
		return ""
	case order[vector] == 0:
		return shown
	case shown == "":
		return vector
	case order[shown] == 0:
		return ""
	case order[shown] < order[vector]:
		return shown
	}
	return vector
}

// mostRoles bounds what one token may bring; nobody holds so many.
const mostRoles = 50

// roles are the national roles of a member of staff. An entry without
// organisation or role code gives no role.
func (c claims) roles() []account.Role {
	list, _ := c["nhsid_nrbac_roles"].([]any)
	var out []account.Role
	for _, entry := range list {
		fields, ok := entry.(map[string]any)
		if !ok || len(out) == mostRoles {
			continue
		}
		f := claims(fields)
		r := account.Role{OrgCode: f.text("org_code"), OrgName: f.text("org_name"), RoleCode: f.text("role_code"), RoleName: roleName(f.text("role_name"))}
		if r.OrgCode == "" || r.RoleCode == "" {
			continue
		}
		codes, _ := f["activity_codes"].([]any)
		for _, code := range codes {
			if text, ok := code.(string); ok {
				r.Activities = append(r.Activities, text)
			}
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
