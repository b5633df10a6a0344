// Package audit is the access log: one entry for each time somebody saw, looked
// for or was refused something about a person. It is append-only; no method here
// changes or removes an entry (FAQ: "every time anyone accesses, a log of who
// they are and what they looked at").
//
// # Encoding
//
// The body of an entry is JSON without spaces, with its keys in one fixed order,
// instants as whole milliseconds UTC, no fractions, and optional keys left out
// when empty:
//
//	{"v":1,"at":…,"person":…,"viewer":…,"org":…,"kind":…,"outcome":…,   always; also columns
//	 "reason":…,"as":{"kind","name","role","role_name","org_name","session"},"purpose":…,
//	 "relation":{"kind","basis","evidence","reason","note"},"route":…,"shape":…,"request":…,
//	 "policy":…,"sections":[…],"set":"<hex>","count":n}
//
//	commitment = SHA-256("candour entry 1\n" ‖ salt ‖ body)   salt: 16 random bytes of this entry
//	leaf       = tlog.RecordHash(commitment)                  RFC 6962 leaf hash
//	chain(n)   = tlog.NodeHash(chain(n-1), leaf(n))           chain(0) = 32 zero bytes
//
// The sequence number is the entry's place, not part of its body, so that a
// sequencer apart from the writers stays possible. A Merkle tree over the leaves
// (tlog tiles, signed checkpoints, a patient's receipt) can be added without
// touching an entry; because the commitment is salted, a body and its salt can be
// erased while the leaf goes on proving that something stood there, and a leaf
// given to one patient says nothing of another's.
package audit

import (
	"time"

	"candour/models/opaque"
)

// Kind says what sort of access an entry records.
type Kind string

const (
	KindRecord   Kind = "record"   // the merged record or a part of it
	KindSearch   Kind = "search"   // a search for a person
	KindIdentify Kind = "identify" // who a person is, before the record: search result, reason page
	KindHistory  Kind = "history"  // the list of accesses itself
	KindOwn      Kind = "own"      // a patient's own page: home, inclusion
	KindClaim    Kind = "claim"    // a relationship confirmed or a reason declared
	KindSignIn   Kind = "signin"   // sign-in, role choice, sign-out
	KindExport   Kind = "export"   // the log taken out by an operator
	KindCase     Kind = "case"     // a request and its handling: the case file, an act on it
)

// Outcome says how it ended.
type Outcome string

const (
	Shown   Outcome = "shown"   // the items of the entry's set were shown
	Refused Outcome = "refused" // the gate said no; nothing was shown
	Nothing Outcome = "nothing" // allowed, and there was nothing to show
	Done    Outcome = "done"    // an act, nothing shown
)

// ItemRef is one item in the version that was shown.
type ItemRef struct {
	ID      opaque.ID
	Version int
}

// Viewer is who looked, as they were at that moment: names and role are copied,
// not referred to, so that a later change of job or of name does not rewrite
// history.
type Viewer struct {
	ID               string `json:"id,omitempty"`
	Kind             string `json:"kind"`
	Name             string `json:"name,omitempty"`
	Role             string `json:"role,omitempty"`      // national role code, for instance R0260
	RoleName         string `json:"role_name,omitempty"` // as the identity provider named it
	Organisation     string `json:"org,omitempty"`       // organisation id
	OrganisationName string `json:"org_name,omitempty"`
	Session          string `json:"session,omitempty"` // a reference to the session, never its token
}

// Relation is why the viewer may look: evidence found, or a reason declared.
type Relation struct {
	Kind     string    `json:"kind,omitempty"`     // practice, appointment, admission, encounter, referral, careteam, self, declared
	Basis    string    `json:"basis,omitempty"`    // evidence or declared
	Evidence opaque.ID `json:"evidence,omitempty"` // the item that is the evidence
	Reason   string    `json:"reason,omitempty"`   // closed list, when declared
	Note     string    `json:"note,omitempty"`     // the viewer's own words, when declared
}

// Entry is one line of the log. Items are stored once a set, by hash.
type Entry struct {
	At        time.Time
	Kind      Kind
	Outcome   Outcome
	Reason    string // access.Reason: why it was allowed or refused
	Person    opaque.ID
	Viewer    Viewer
	Purpose   string // v3-ActReason: TREAT, PATRQT, ...
	Relation  Relation
	Route     string // the route's pattern, for instance /patients/:ref/record
	Shape     string // page, fragment, print, csv
	RequestID string
	Policy    string    // policy version of the decision
	Sections  []string  // sections shown
	Items     []ItemRef // what was shown; nil when Set is given
	Set       []byte    // id of a set stored before (SHA-256 of its packed items)
	Count     int       // number of items in the set
}

// Receipt is what Append gives back; its fields are filled when the transaction
// commits.
type Receipt struct {
	Seq int64
	At  time.Time
}
