package access

import (
	"context"
	"fmt"
	"time"

	"candour/models/audit"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/opaque"
)

// What is asked for.
type What string

const (
	WhatRecord   What = "record"   // clinical content
	WhatIdentity What = "identity" // who a person is: search result, reason page, no clinical content
	WhatHistory  What = "history"  // who looked at a person's record
	WhatOwn      What = "own"      // a patient's own home and inclusion
	WhatCase     What = "case"     // a case file: a request and its handling (Gate.Work; Decide refuses it)
)

// Purpose of use, v3-ActReason. The list is closed: there is no purpose for
// research, insurance or marketing (FAQ: only ever direct care).
type Purpose string

const (
	Treat          Purpose = "TREAT"
	PatientRequest Purpose = "PATRQT"
	Operations     Purpose = "HOPERAT" // information-governance review
)

// Category of an item, beyond the person's own facts.
type Category string

const (
	Ordinary      Category = "ordinary"
	Excluded      Category = "excluded"        // sexual health, fertility, gender reassignment, termination, labelled by source
	NotForPatient Category = "not_for_patient" // meta.security NOPAT
)

// Ask is one request to see something of one person, on one surface.
type Ask struct {
	By        Viewer
	Person    opaque.ID
	What      What
	Purpose   Purpose
	Route     string // pattern
	Shape     string // page, fragment, print, csv
	RequestID string
	While     *While
}

// While is a condition that must hold in the transaction of the disclosure, asked before
// all else: that the session of whoever asks is still what it was taken to be. When it
// does not hold nothing is decided and nothing written; the error of Holds comes back as
// it is.
type While struct {
	Question *db.Question
	Holds    func() error
}

// questions is what goes ahead of a pass, in this order.
func (a Ask) questions(facts *db.Question, more []*db.Question) []*db.Question {
	all := make([]*db.Question, 0, 2+len(more))
	if a.While != nil {
		all = append(all, a.While.Question)
	}
	return append(append(all, facts), more...)
}

func (w *While) holds(ctx context.Context, d *db.DB) (verdict, err error) {
	if w == nil {
		return nil, nil
	}
	if err := d.Answer(ctx, w.Question); err != nil {
		return nil, fmt.Errorf("condition: %w", err)
	}
	return w.Holds(), nil
}

// Evidence is a fact in the feeds that makes an organisation involved in a
// person's care.
type Evidence struct {
	Kind  string // practice, appointment, admission, encounter, referral, careteam
	Item  opaque.ID
	At    time.Time // when the evidence itself happens or begins
	From  time.Time // from when it counts: for an appointment, some days before
	Until time.Time // when it stops counting
}

// Claim is a relationship that the viewer confirmed, or a reason they declared,
// for this person; it lasts until Until.
type Claim struct {
	ID       opaque.ID
	Purpose  Purpose
	Basis    string // evidence or declared
	Kind     string
	Evidence opaque.ID
	Reason   string
	Note     string
	Until    time.Time

	Route     string // of the page on which it was made, for the log
	RequestID string
}

// Facts are everything Decide rests on; the gate reads them, locked, inside the
// transaction of the disclosure.
type Facts struct {
	Person            opaque.ID // whose these facts are
	Now               time.Time
	Known             bool   // the person exists
	BirthDate         string // YYYY-MM-DD; anything shorter is not a known age
	InRegion          bool   // registered with a practice of the region
	Objected          bool
	Restricted        bool // demographics-restricted (meta.security R on the person)
	TrainingUntil     time.Time
	OrganisationState string // the viewer's organisation: connected, or not
	Evidence          []Evidence
	Claim             *Claim
	MinAge            int
	Policy            string
}

// Verdict is the outcome of a decision. The zero value is Deny.
type Verdict int

const (
	Deny Verdict = iota
	Allow
	AskReason // a relationship must be confirmed or a reason declared first
)

// Decision is what Decide returns.
type Decision struct {
	Verdict Verdict
	Reason  Reason
	Policy  string
}

// Refusal is the error of a decision that was not Allow. errors.Is(err,
// fault.Denied) holds; the page is chosen by Reason.
type Refusal struct{ Decision Decision }

func (r *Refusal) Error() string { return fmt.Sprintf("access: refused: %s", r.Decision.Reason) }

// Unwrap makes every refusal a fault.Denied, or a fault.NotFound where the very
// existence must not show.
func (r *Refusal) Unwrap() error {
	if r.Decision.Reason == ReasonNotFound || r.Decision.Reason == ReasonRestricted {
		return fault.NotFound
	}
	return fault.Denied
}

// Shown is what a read inside the gate is about to show: either the items
// themselves or a set stored before.
type Shown struct {
	Items    []audit.ItemRef
	Set      []byte
	Count    int
	Sections []string
}
