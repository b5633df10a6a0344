package signin

import (
	"crypto"
	"errors"
	"fmt"
	"slices"
	"time"

	"candour/models/account"
	"candour/models/staff"
)

// Terms are what is agreed with a further organisation, a council for instance,
// whose staff log in with their own provider because they hold no national
// account. All its roles are at that one organisation: its provider cannot make
// anybody a member of another (trust.md T02, T08).
type Terms struct {
	Organisation string // ODS code
	RoleClaim    string // which claim of the signed token carries groups or roles
	Roles        []TermsRole
	IDAssurance  int      // how well the organisation warrants to know its people
	Factors      []string // values of amr that mean a second factor
	Classes      []string // values of acr that mean a second factor
}

// TermsRole is a value of the role claim and the national role it stands for.
type TermsRole struct {
	Value      string
	Code       string // S8000:G8000:R1330
	Name       string
	Activities []string
}

// council follows OpenID Connect as it is, and the terms.
type council struct{ Terms }

// Council is the provider of one further organisation.
func Council(name, title, issuer, clientID string, key crypto.Signer, keyID string, terms Terms) Provider {
	return Provider{
		Name: name, Title: title, Issuer: issuer, ClientID: clientID, Key: key, KeyID: keyID,
		Algorithms: []string{"RS256"}, Scopes: []string{"openid", "profile"}, Audience: Staff, rules: council{terms},
	}
}

func (t council) valid(p Provider) error {
	switch {
	case p.Audience != Staff:
		return fmt.Errorf("signin: provider %s is for staff", p.Name)
	case p.Title == "":
		return fmt.Errorf("signin: provider %s: people need a name for it", p.Name)
	case t.Organisation == "" || t.RoleClaim == "" || len(t.Roles) == 0:
		return fmt.Errorf("signin: provider %s: organisation, role claim and roles must be agreed", p.Name)
	case t.IDAssurance <= 0:
		return fmt.Errorf("signin: provider %s: how well it knows its people must be warranted", p.Name)
	case len(t.Factors) == 0 && len(t.Classes) == 0:
		return fmt.Errorf("signin: provider %s: which values of amr or acr mean a second factor must be agreed", p.Name)
	}
	for _, r := range t.Roles {
		if r.Value == "" || staff.Code(r.Code) == "" {
			return fmt.Errorf("signin: provider %s: role %q stands for %q, which is no national role", p.Name, r.Value, r.Code)
		}
	}
	return nil
}

// ask wants a login of the last five minutes, said in the token.
func (council) ask(Provider, *attempt) map[string]string {
	return map[string]string{"prompt": "login", "max_age": fmt.Sprint(int(freshFor.Seconds()))}
}

func (t council) check(_ Provider, now time.Time, _ *attempt, c claims) error {
	second := slices.Contains(t.Classes, c.text("acr")) ||
		slices.ContainsFunc(c.texts("amr"), func(v string) bool { return slices.Contains(t.Factors, v) })
	if !second {
		return errors.New("signin: no second factor was used")
	}
	return fresh(now, c)
}

// signedOnly: what makes somebody a social worker is signed.
func (t council) signedOnly(name string) bool { return name == t.RoleClaim }

func (council) logsOut() bool { return true }

func (t council) tell(p Provider, c claims) account.Claims {
	out := c.member(p)
	out.IDAssurance, out.AuthAssurance = t.IDAssurance, account.TwoFactors
	out.Organisations = []account.Organisation{{Code: t.Organisation, Name: p.Title}}
	held := c.texts(t.RoleClaim)
	for _, r := range t.Roles {
		if slices.Contains(held, r.Value) {
			out.Roles = append(out.Roles, account.Role{ID: r.Value, OrgCode: t.Organisation, OrgName: p.Title,
				RoleCode: r.Code, RoleName: r.Name, Activities: r.Activities})
		}
	}
	return out
}
