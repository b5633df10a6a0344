package demo

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"slices"
	"strings"
)

// idToken is the ID token of one sign-in. Claims that a person does not have are
// left out, never null, as both providers do.
func (i *issuer) idToken(g grant) map[string]any {
	now := i.conf.Clock()
	claims := map[string]any{
		"iss": i.url, "sub": g.persona.Subject, "aud": g.client, "nonce": g.nonce,
		"iat": now.Unix(), "exp": now.Add(idLife).Unix(), "auth_time": g.at, "jti": secret(), "at_hash": i.accessHash(g.token),
	}
	if i.name == StaffIssuer {
		claims["sid"] = g.sid
		claims["acr"] = "AAL3_ANY"
		claims["amr"] = []string{"N3_SMARTCARD"}
		claims["id_assurance_level"] = "3"
		claims["authentication_assurance_level"] = "3"
		put(claims, "selected_roleid", g.role)
		return claims
	}
	for name, value := range i.personal(g) {
		claims[name] = value
	}
	claims["vot"] = g.persona.Level + ".Cp.Cd"
	if g.persona.Level == "P0" {
		claims["vot"] = "P0.Cp"
	}
	claims["vtm"] = i.url + "/trustmark"
	return claims
}

// accessHash ties the access token to the ID token: the left half of its hash.
func (i *issuer) accessHash(token string) string {
	if i.alg == "RS512" {
		sum := sha512.Sum512([]byte(token))
		return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
	}
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

// personal is what the scopes of a grant tell of the person.
func (i *issuer) personal(g grant) map[string]any {
	if i.name == StaffIssuer {
		return g.persona.staffClaims(g.scopes)
	}
	return g.persona.patientClaims(g.scopes)
}

func (p Persona) patientClaims(scopes []string) map[string]any {
	out := map[string]any{"identity_proofing_level": p.Level}
	full := slices.Contains(scopes, "profile")
	if p.Level != "P0" { // P0 has shown an e-mail address and nothing else
		if full || slices.Contains(scopes, "basic_demographics") {
			put(out, "family_name", p.Family)
			put(out, "birthdate", p.BirthDate)
		}
		if full {
			put(out, "nhs_number", p.NHSNumber)
		}
		if slices.Contains(scopes, "profile_extended") {
			put(out, "given_name", p.Given)
		}
		if slices.Contains(scopes, "gp_registration_details") && p.GPPractice != "" {
			out["gp_registration_details"] = map[string]string{"gp_ods_code": p.GPPractice}
		}
	}
	return out
}

func (p Persona) staffClaims(scopes []string) map[string]any {
	out := map[string]any{"nhsid_useruid": p.Subject}
	if slices.Contains(scopes, "profile") {
		put(out, "name", p.Name)
		put(out, "given_name", p.Given)
		put(out, "family_name", p.Family)
	}
	if slices.Contains(scopes, "associatedorgs") {
		var orgs []map[string]string
		for _, r := range p.Roles {
			orgs = append(orgs, map[string]string{"org_code": r.OrgCode, "org_name": r.OrgName})
		}
		for _, o := range p.Belongs {
			orgs = append(orgs, map[string]string{"org_code": o.Code, "org_name": o.Name})
		}
		if len(orgs) > 0 {
			out["nhsid_user_orgs"] = orgs
		}
	}
	if !slices.Contains(scopes, "nationalrbacaccess") {
		return out
	}
	roles := make([]map[string]any, 0, len(p.Roles))
	for n, r := range p.Roles {
		codes, names := []string{}, []string{}
		for _, a := range r.Activities {
			codes, names = append(codes, a.Code), append(names, a.Name)
		}
		roles = append(roles, map[string]any{
			"person_orgid": p.Subject + strings.Repeat("0", n+1), "person_roleid": p.roleID(n),
			"org_code": r.OrgCode, "role_name": r.RoleName, "role_code": r.RoleCode,
			"activities": names, "activity_codes": codes,
		})
	}
	if len(roles) > 0 { // a user may have no role: then the claim is not there
		out["nhsid_nrbac_roles"] = roles
	}
	return out
}

// roleID is the person's own number of one of their roles.
func (p Persona) roleID(n int) string { return p.Subject + strings.Repeat("1", n+1) }

func put(claims map[string]any, name, value string) {
	if value != "" {
		claims[name] = value
	}
}
