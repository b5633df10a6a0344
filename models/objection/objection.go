// Package objection is the right to object to being viewed in the shared record,
// for oneself, for a child or for somebody one acts for, and to take it back (FAQ
// S-35 to S-51). The portal carries the request, the provider decides (G6), and the
// code in the clinical system is what proves it.
//
//	draft ── submitted ── in review ─┬─ confirmed ── coded ── effective
//	                      │    ▲     │       │         │        │
//	   contact wanted ◄───┤    │     │       └────┬────┴────────┘
//	   clinician wanted ◄─┤    │     │            ▼
//	   disputed ◄─────────┴────┘     │     reversal requested ── reversal confirmed ── visible
//	                                 ├─ refused
//	                                 └─ withdrawn
//
// transitions.go is the whole table. Nobody is viewable from the earlier of
// confirmed and coded on; models/patient has that rule and the only place that
// applies it.
package objection

import (
	"slices"
	"time"

	"candour/models/casework"
	"candour/models/deadline"
	"candour/models/opaque"
	"candour/models/patient"
)

// Subject is for whom somebody objects.
type Subject string

const (
	Self  Subject = "self"
	Child Subject = "child"
	Adult Subject = "adult" // somebody one acts for: attorney, deputy
)

// Subjects lists them, in the order of the form.
func Subjects() []Subject { return []Subject{Self, Child, Adult} }

// Objection is one request with what is said in it.
type Objection struct {
	casework.Case
	Subject       Subject
	Answers       Answers
	BirthDate     string // as stated, and as held once it is known who it is
	Level         string // identity level of who made it
	ProposedBy    string // who proposed a refusal that needs a second person
	Confirmed     time.Time
	ConfirmedName string
	Coded         time.Time
	Effective     time.Time // proven by a probe
	Reversal      time.Time // asked for
	Reversed      time.Time // its code seen, viewable again
	ReviewOn      string
	AskedOn       string // the young person was asked on that day and has not answered
	Findings      []Finding
	Partners      []Partner
	Probes        []Probe
}

// Codes are what is to be entered in a clinical system, in the three vocabularies.
type Codes struct{ SNOMED, ReadV2, CTV3 string }

// The codes of the objection and of its reversal (domain.md a; the last two of the
// reversal are read from memory and kept in policy data too).
var (
	RefusedCodes = Codes{"416409005", "93C1.", "XaKRw"}
	GivenCodes   = Codes{"417528008", "93C0.", "XaKRv"}
)

// Partner is one organisation: coded there, or enforced by the portal alone (G2).
type Partner struct {
	Organisation string
	Name         string
	Coded        time.Time // zero: only the portal enforces it there
	Reversed     time.Time
}

// Probe is one attempt of a synthetic clinician to see the record.
type Probe struct {
	Organisation string
	At           time.Time
	Route        string
	Denied       bool
	Shown        bool  // the objection did not stand in the way; neither: no answer
	Status       int   // of the answer
	Entry        int64 // of the access log
}

// FindingKind is what was found out.
type FindingKind string

const (
	FoundContact    FindingKind = "contact"    // an attempt to reach somebody
	FoundCompetence FindingKind = "competence" // of a child, for this decision
	FoundWish       FindingKind = "wish"       // the child's own
	FoundClinician  FindingKind = "clinician"  // the entry of a named clinician
	FoundAuthority  FindingKind = "authority"  // evidence of who may act
	FoundPosition   FindingKind = "position"   // of somebody with parental responsibility
)

// Outcomes of findings: closed lists, put into words by locales.
const (
	Reached      = "reached"
	NotReached   = "not_reached"
	Competent    = "competent"
	NotCompetent = "not_competent"
	Agrees       = "agrees"
	Disagrees    = "disagrees"
	CannotSay    = "cannot_say"
	NoConcern    = "no_concern"
	Concern      = "concern"
	Proven       = "proven"
	Doubtful     = "doubtful"
)

var outcomes = map[FindingKind][]string{
	FoundContact: {Reached, NotReached}, FoundCompetence: {Competent, NotCompetent}, FoundWish: {Agrees, Disagrees, CannotSay},
	FoundClinician: {NoConcern, Concern}, FoundAuthority: {Proven, Doubtful}, FoundPosition: {Agrees, Disagrees},
}

// Outcomes lists the outcomes of a kind of finding.
func Outcomes(k FindingKind) []string { return slices.Clone(outcomes[k]) }

// Finding is one of them.
type Finding struct {
	Seq     int
	Kind    FindingKind
	At      time.Time
	By      casework.By
	Outcome string
	Who     string // contact: how; position: whose; authority: the doubt
	Note    string
	ShownTo casework.Audience
}

// latest is the newest finding of a kind that counts.
func latest(all []Finding, kind FindingKind) (Finding, bool) {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Kind == kind {
			return all[i], true
		}
	}
	return Finding{}, false
}

// Birth is the date of birth of whom it is about.
func (o Objection) Birth() string { return o.BirthDate }

// Band is their age on a day.
func (o Objection) Band(today deadline.Day) patient.Band { return patient.BandOf(o.Birth(), today) }

// Minor tells whether it is about somebody who is not of age on a day.
func (o Objection) Minor(today deadline.Day) bool {
	b := o.Band(today)
	return b != patient.BandAdult && (b != patient.BandUnknown || o.Subject == Child)
}

// MattersFrom is the day from which an objection for somebody under age has a
// visible effect: until then nobody of that age is in the record (G1). "" means now.
func MattersFrom(birth string, minAge int, today deadline.Day) string {
	born, err := deadline.ParseDay(birth)
	if err != nil || today >= born.Birthday(minAge) {
		return ""
	}
	return born.Birthday(minAge).String()
}

// Ref is the opaque id of an objection's case.
type Ref = opaque.ID
