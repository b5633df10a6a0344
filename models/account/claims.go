// Package account ties a sign-in to a person: an identity provider's claims
// become the Viewer that the gate decides about. It is the only maker of Viewers
// for people (trust.md T02, T05, T08).
package account

import (
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Identity proofing levels of NHS login: P0 an e-mail address, P5 details that
// match, P9 a face that matches photo identification. A record needs P9.
const (
	P0 = "P0"
	P5 = "P5"
	P9 = "P9"
)

// TwoFactors is authenticator assurance level 2: something known and something had.
const TwoFactors = 2

// The least that a staff sign-in must be proven to (CIS2, domain.md g).
const (
	minIdentityAssurance = 3
	minSignInAssurance   = TwoFactors
)

// Claims are what a checked ID token and its userinfo said. The NHS number in
// them serves to find the person and goes no further: NHS login forbids showing
// what it traced, so it is kept in no session and on no page (domain.md f).
type Claims struct {
	Issuer  string
	Subject string
	SID     string

	NHSNumber string `json:"-"`
	BirthDate string `json:"-"` // YYYY-MM-DD
	Family    string
	Given     string
	Name      string // staff: the name as the provider gives it

	Level         string // patients: P0, P5 or P9
	GPPractice    string // patients: ODS code of the registered practice
	IDAssurance   int    // staff: id_assurance_level
	AuthAssurance int    // staff: authentication_assurance_level
	Roles         []Role // staff
	SelectedRole  string // staff: the ID of the role that was selected at the provider
	Organisations []Organisation
	AuthTime      time.Time
}

// Organisation is one that a member of staff belongs to, as their provider knows it.
type Organisation struct{ Code, Name string }

// Role is one role of a member of staff at one organisation.
type Role struct {
	ID         string // at the provider
	OrgCode    string // ODS
	OrgName    string
	RoleCode   string // S8000:G8000:R8001, or R8001
	RoleName   string
	Activities []string // codes
}

// LogValue keeps everything personal out of a log.
func (c Claims) LogValue() slog.Value {
	return slog.GroupValue(slog.String("issuer", c.Issuer), slog.String("level", c.Level), slog.Int("roles", len(c.Roles)))
}

// Format prints the same under every verb: claims never come out by accident.
func (c Claims) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "claims of %s", c.Issuer) }

// displayName is how the header addresses somebody.
func (c Claims) displayName() string {
	if c.Name != "" {
		return c.Name
	}
	return strings.TrimSpace(c.Given + " " + c.Family)
}

// InitialRole is the one that a member of staff works in from the beginning, if there is one.
func (c Claims) InitialRole() (Role, bool) {
	if len(c.Roles) == 1 {
		return c.Roles[0], true
	}
	for _, r := range c.Roles {
		if c.SelectedRole != "" && r.ID == c.SelectedRole {
			return r, true
		}
	}
	return Role{}, false
}
