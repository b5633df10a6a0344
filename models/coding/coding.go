// Package coding has the code of an objection, or of its reversal, put into the
// provider's clinical system (FAQ S-41, S-44, S-50): the decision itself leaves a row,
// a job writes it there where that system can be written to, and people enter it by
// hand where it cannot. Nothing here moves a request: only the code in the feed does
// (models/objection, CodeSeen).
//
//	             ┌─ by hand ───────────────────┐
//	decided ─────┤                             ├─► seen in the feed
//	             └─ waiting ─┬─ written ───────┤
//	                         └─ refused ───────┘
//
// Where the request has gone on to where a code is not wanted any more, the code is
// superseded: nothing writes it, and nobody is asked to enter it.
package coding

import (
	"slices"
	"strconv"
	"time"

	"candour/models/casework"
	"candour/models/objection"
	"candour/models/opaque"
)

// State is how far a code has come.
type State string

const (
	ByHand  State = "by_hand" // the system cannot be written to: a person enters it
	Waiting State = "waiting" // to be written, or being tried
	Written State = "written" // the system has taken it; the feed has not shown it yet
	Refused State = "refused" // the system would not have it: a person enters it
	Seen    State = "seen"    // the feed has shown it

	Superseded State = "superseded" // the request has gone on: it is not wanted any more
)

// States lists them, so that words can be checked for each.
func States() []State { return []State{ByHand, Waiting, Written, Refused, Seen, Superseded} }

// Reasons why a code is to be entered by hand after all: a closed list, put into
// words by locales. What a system answered beyond it is not kept: it may say
// something of a person.
const (
	ReasonUnknownPatient = "not_found"   // it has no such patient
	ReasonForbidden      = "forbidden"   // it does not let the portal write
	ReasonInvalid        = "invalid"     // it does not understand what it was sent
	ReasonBusiness       = "business"    // a rule of its own
	ReasonUnreachable    = "unreachable" // tried often enough
	ReasonGone           = "gone"        // it was seen, and is not there any more
	ReasonOther          = "other"
)

// Reasons lists them.
func Reasons() []string {
	return []string{ReasonUnknownPatient, ReasonForbidden, ReasonInvalid, ReasonBusiness, ReasonUnreachable, ReasonGone, ReasonOther}
}

// Refusal is a clinical system's answer that trying again cannot change.
type Refusal struct{ Reason string }

func (r *Refusal) Error() string { return "coding: refused: " + r.Reason }

// Code is one code of one request on its way.
type Code struct {
	ID           opaque.ID
	Case         opaque.ID
	Person       opaque.ID
	Organisation string // whose clinical system
	Refused      bool   // the objection; else its reversal
	State        State
	Reason       string
	Round        int // how often it was asked for anew
	Attempts     int
	Stated       time.Time // the clinical date
	Asked        time.Time
	Tried        time.Time
	Written      time.Time
	Entered      time.Time // somebody says that they have entered it
	EnteredName  string
	Seen         time.Time
	Late         bool // the request has waited for it for longer than policy gives
}

// Codes are the three codes to enter.
func (c Code) Codes() objection.Codes {
	if c.Refused {
		return objection.RefusedCodes
	}
	return objection.GivenCodes
}

// Hand tells whether somebody has to enter it.
func (c Code) Hand() bool { return c.State == ByHand || c.State == Refused }

// Anew tells whether it may be asked for again: refused, or taken and never seen.
func (c Code) Anew() bool { return c.Hand() || c.State == Written && c.Late }

// Name is what a clinical system knows it by: another one in each round, since what it
// has been told under one name it need not show anew.
func (c Code) Name() opaque.ID {
	if c.Round <= 1 {
		return c.ID
	}
	return opaque.Of("consent", string(c.ID), strconv.Itoa(c.Round))
}

// wanted tells in which states of its request a code is to be written or entered.
func wanted(refused bool, s casework.State) bool {
	if refused {
		return s == objection.Confirmed || s == objection.Coded || s == objection.Effective
	}
	return s == objection.ReversalConfirmed
}

// standing is how far a code is, seen with its request. One that was taken may still
// be seen while the reversal is only asked for.
func standing(c Code, s casework.State) State {
	if c.State == Seen || wanted(c.Refused, s) && c.State != Superseded || c.State == Written && c.Refused && s == objection.ReversalRequested {
		return c.State
	}
	return Superseded
}

// reasonOf keeps a refusal to the closed list.
func reasonOf(reason string) string {
	if slices.Contains(Reasons(), reason) {
		return reason
	}
	return ReasonOther
}
