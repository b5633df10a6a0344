package ingest

import (
	"fmt"
	"time"
)

// Count is what became of the resources of one type.
type Count struct {
	Read        int `json:"read"`
	Stored      int `json:"stored"`    // new or changed, and shown
	Unchanged   int `json:"unchanged"` // known already, or older than what is known
	Withheld    int `json:"withheld"`  // stored but never shown
	Quarantined int `json:"quarantined"`
	Held        int `json:"held"` // waits for its patient to be certain
	Gone        int `json:"gone"` // removed, because it is gone at the source
}

// Problem is one thing that an operator should know. It names no person and
// holds no value from the input.
type Problem struct {
	Place  string `json:"place"` // "line 12", "entry 3"
	Type   string `json:"type"`
	ID     string `json:"id"` // the source's own id
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

// Reasons beside those of package fhir.
const (
	NoPatientNamed  = "no_patient_named" // an item that does not say whom it is about
	PatientUnknown  = "patient_unknown"  // an item whose patient has not been sent
	NothingToTie    = "nothing_to_tie"   // a collection of items without any patient
	BadDate         = "bad_date"         // kept, shown with its date unknown
	SameVersion     = "same_version_other_content"
	NoNumber        = "no_nhs_number"
	BadNumber       = "bad_nhs_number"
	TwoNumbers      = "two_nhs_numbers"
	NoBirthDate     = "no_birth_date"
	BadBirthDate    = "bad_birth_date"
	PartBirthDate   = "birth_date_not_whole" // only a year or a month: no date to tell anybody by
	FutureBirthDate = "birth_date_in_future"
	NoFamily        = "no_family_name"
	LongFamily      = "family_name_too_long"
	IdentityDiffers = "identity_differs"  // same number, but birth date or family name disagree
	IdentityUnclear = "identity_unclear"  // sources disagree and none of them leads
	PatientDeletion = "patient_deletion"  // a source deletes a patient: somebody has to look at it
	Unreadable      = "input_unreadable"  // a file that could not be opened, or not be read to its end
	NotRemoved      = "complete_not_done" // --complete was asked for, but part of the input could not be read
)

// problemLimit bounds the list in a receipt; MoreProblems counts the rest.
const problemLimit = 1000

// Receipt is the answer to one delivery.
type Receipt struct {
	ID            string            `json:"id"`
	Source        string            `json:"source"`
	Name          string            `json:"name"`
	Started       time.Time         `json:"started"`
	Finished      time.Time         `json:"finished"`
	Complete      bool              `json:"complete"`
	Inputs        int               `json:"inputs"`
	RefusedInputs int               `json:"refused_inputs"`
	Refused       string            `json:"refused"` // why the whole delivery was refused; nothing of it is stored
	Detail        string            `json:"detail"`
	Counts        map[string]*Count `json:"counts"` // by resource type
	Problems      []Problem         `json:"problems"`
	MoreProblems  int               `json:"more_problems"`
}

// Verdict sums a receipt up.
type Verdict string

const (
	AllIn   Verdict = "in"      // everything is in
	Part    Verdict = "part"    // the good part is in, the rest is reported
	OnHold  Verdict = "held"    // kept until somebody has decided whose it is
	Refused Verdict = "refused" // nothing stored
	Nothing Verdict = "nothing" // there was nothing in it
)

// Total adds the types up.
func (r *Receipt) Total() Count {
	var t Count
	for _, c := range r.Counts {
		t.add(*c)
	}
	return t
}

func (c *Count) add(o Count) {
	c.Read += o.Read
	c.Stored += o.Stored
	c.Unchanged += o.Unchanged
	c.Withheld += o.Withheld
	c.Quarantined += o.Quarantined
	c.Held += o.Held
	c.Gone += o.Gone
}

// Verdict is what became of the delivery.
func (r *Receipt) Verdict() Verdict {
	t := r.Total()
	people := Count{}
	if p := r.Counts["Patient"]; p != nil {
		people = *p
	}
	switch {
	case r.Refused != "":
		return Refused
	case t.Read == 0 && t.Gone == 0:
		return Nothing
	case people.Held > 0 && people.Stored+people.Unchanged == 0:
		return OnHold
	case t.Held+t.Quarantined > 0 || len(r.Problems) > 0:
		return Part
	}
	return AllIn
}

func (r *Receipt) count(kind string) *Count {
	if r.Counts == nil {
		r.Counts = map[string]*Count{}
	}
	c := r.Counts[kind]
	if c == nil {
		c = &Count{}
		r.Counts[kind] = c
	}
	return c
}

func (r *Receipt) problem(p Problem) {
	if len(r.Problems) >= problemLimit {
		r.MoreProblems++
		return
	}
	r.Problems = append(r.Problems, p)
}

// clone is a copy to go back to when a transaction fails.
func (r *Receipt) clone() Receipt {
	c := *r
	c.Counts = make(map[string]*Count, len(r.Counts))
	for k, v := range r.Counts {
		n := *v
		c.Counts[k] = &n
	}
	c.Problems = r.Problems[:len(r.Problems):len(r.Problems)]
	return c
}

// UnknownSource says that a source is not registered, and how to register it.
type UnknownSource struct{ Source string }

func (e *UnknownSource) Error() string {
	return fmt.Sprintf("ingest: source %q is not registered: add its organisation and the source to the register first (candour seeds them from the register file, or organisation.Store.RegisterSource in code)", e.Source)
}
