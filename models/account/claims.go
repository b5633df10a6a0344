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

// The least that a staff sign-in must be proven to (CIS2, domain.md g).
const (
	minIdentityAssurance = 3
	minSignInAssurance   = 2
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
	IDAssurance   int    // staff: id_assurance_level
	AuthAssurance int    // staff: authentication_assurance_level
	Roles         []Role // staff
	AuthTime      time.Time
}

// Role is one role of a member of staff at one organisation.
type Role struct {
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
