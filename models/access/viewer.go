// Package access is the one place where it is decided who may see what about
// whom, and the one way to anything personal: Decide is a pure function, Gate
// decides, logs and reads in one durable transaction.
package access

import "candour/models/opaque"

// ViewerKind is what sort of viewer asks. The zero value is nobody.
type ViewerKind string

const (
	Nobody  ViewerKind = ""
	Patient ViewerKind = "patient"
	Staff   ViewerKind = "staff"
	System  ViewerKind = "system"
)

// Capability is what a role lets its holder do, derived from national role and
// activity codes by models/staff.
type Capability string

const (
	ViewRecord       Capability = "view_record"       // B0360 View detailed health records
	ViewDemographics Capability = "view_demographics" // B0820, B0825
	ReviewAccess     Capability = "review_access"     // privacy officer, Caldicott Guardian
	ManageRequests   Capability = "manage_requests"   // practice staff queues
	ManageSessions   Capability = "manage_sessions"   // B0062, privacy officer: end a colleague's session
)

// Viewer is who asks, by plain identifiers. Viewers are made by models/account
// (people) and by ForSystem (jobs, command line), nowhere else.
type Viewer struct {
	Kind             ViewerKind
	ID               string    // account or staff id
	Name             string    // as the identity provider gave it
	Person           opaque.ID // patient: their own person
	Level            string    // patient: identity proofing level P0, P5 or P9
	Role             string    // staff: national role code
	RoleName         string
	Organisation     string // staff: organisation id
	OrganisationName string
	Capabilities     []Capability
	Session          string // reference of the session, for the log
	Probe            bool   // staff: nobody at all, asking whether they would be refused
}

// Can tells whether the viewer's role gives a capability.
func (v Viewer) Can(c Capability) bool {
	for _, have := range v.Capabilities {
		if have == c {
			return true
		}
	}
	return false
}

// ForProbe is a member of staff who does not exist. A program asks as them for the
// record of somebody who objected, on the way that staff take, to have the refusal as
// evidence. They are let in nowhere, whatever goes wrong: Decide stops a probe for want
// of a relationship at the latest, and none can be made for it. The log has them as
// the program that they are.
func ForProbe(id, organisation, name string) Viewer {
	return Viewer{Kind: Staff, ID: id, Name: "Effect probe", Role: "R8000", RoleName: "Effect probe", Organisation: organisation, OrganisationName: name,
		Capabilities: []Capability{ViewRecord}, Probe: true}
}

// ForSystem is the viewer of work that no person started; why names it in the log.
func ForSystem(why string) Viewer {
	return Viewer{Kind: System, ID: "system", Name: why}
}
