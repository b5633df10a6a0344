package objection

import (
	"fmt"
	"slices"

	"candour/models/casework"
)

// States, in the order in which a request goes through them.
const (
	Draft             casework.State = "draft"
	Submitted         casework.State = "submitted"
	InReview          casework.State = "in_review"
	ContactWanted     casework.State = "contact_wanted"
	ClinicianWanted   casework.State = "clinician_wanted"
	Disputed          casework.State = "disputed"
	Confirmed         casework.State = "confirmed"
	Coded             casework.State = "coded"
	Effective         casework.State = "effective"
	Refused           casework.State = "refused"
	Withdrawn         casework.State = "withdrawn"
	ReversalRequested casework.State = "reversal_requested"
	ReversalConfirmed casework.State = "reversal_confirmed"
	Visible           casework.State = "visible"
)

// Verb is what moves a request from one state to the next; it is also the kind of
// the event that is written.
type Verb string

const (
	Submit          Verb = "submit"
	Adopt           Verb = "adopt" // recorded by a provider without a request, and taken up here
	OpenReview      Verb = "open_review"
	WantContact     Verb = "want_contact"
	WantClinician   Verb = "want_clinician"
	BackToReview    Verb = "back_to_review"
	Dispute         Verb = "dispute"
	Confirm         Verb = "confirm"
	Refuse          Verb = "refuse"
	Withdraw        Verb = "withdraw"
	SeeCode         Verb = "see_code"
	LoseCode        Verb = "lose_code"
	Prove           Verb = "prove"
	Reverse         Verb = "reverse"
	ConfirmReversal Verb = "confirm_reversal"
	Keep            Verb = "keep"       // the reversal is not wanted after all; nothing coded yet
	KeepCoded       Verb = "keep_coded" // the same, and the code is there
	SeeReversal     Verb = "see_reversal"
)

// Transition is one line of the table.
type Transition struct {
	From casework.State
	Verb Verb
	To   casework.State
}

// underReview are the states in which nobody has decided yet.
var underReview = []casework.State{Submitted, InReview, ContactWanted, ClinicianWanted, Disputed}

// inForce are those in which an objection stands.
var inForce = []casework.State{Confirmed, Coded, Effective, ReversalRequested, ReversalConfirmed}

// table is every transition there is. Nothing else moves a request.
var table = build()

func build() []Transition {
	t := []Transition{
		{Draft, Submit, Submitted}, {Draft, Adopt, Coded},
		{Submitted, OpenReview, InReview},
		{InReview, WantContact, ContactWanted}, {ClinicianWanted, WantContact, ContactWanted},
		{InReview, WantClinician, ClinicianWanted}, {ContactWanted, WantClinician, ClinicianWanted},
		{ContactWanted, BackToReview, InReview}, {ClinicianWanted, BackToReview, InReview}, {Disputed, BackToReview, InReview},
		{InReview, Confirm, Confirmed}, {ContactWanted, Confirm, Confirmed}, {ClinicianWanted, Confirm, Confirmed},
		{Coded, Prove, Effective},
		{Coded, LoseCode, Confirmed}, {Effective, LoseCode, Confirmed},
		{Confirmed, Reverse, ReversalRequested}, {Coded, Reverse, ReversalRequested}, {Effective, Reverse, ReversalRequested},
		{ReversalRequested, ConfirmReversal, ReversalConfirmed},
		{ReversalRequested, Keep, Confirmed}, {ReversalRequested, KeepCoded, Coded},
	}
	for _, s := range underReview {
		t = append(t, Transition{s, Withdraw, Withdrawn}, Transition{s, SeeCode, Coded})
		if s != Submitted {
			t = append(t, Transition{s, Refuse, Refused})
		}
		if s != Disputed {
			t = append(t, Transition{s, Dispute, Disputed})
		}
	}
	t = append(t, Transition{Confirmed, SeeCode, Coded})
	for _, s := range inForce {
		t = append(t, Transition{s, SeeReversal, Visible})
	}
	return t
}

// Transitions is the table.
func Transitions() []Transition { return slices.Clone(table) }

// States lists every state.
func States() []casework.State {
	return []casework.State{Draft, Submitted, InReview, ContactWanted, ClinicianWanted, Disputed, Confirmed, Coded, Effective,
		Refused, Withdrawn, ReversalRequested, ReversalConfirmed, Visible}
}

// InForce tells whether an objection stands in a state.
func InForce(s casework.State) bool { return slices.Contains(inForce, s) }

// Undecided tells whether nobody has decided yet.
func Undecided(s casework.State) bool { return slices.Contains(underReview, s) }

// over are the states in which there is nothing left to do for staff.
func over(s casework.State) bool {
	return s == Effective || s == Refused || s == Withdrawn || s == Visible
}

// Next is where a verb leads from a state; ok is false where it leads nowhere.
func Next(from casework.State, v Verb) (casework.State, bool) {
	for _, t := range table {
		if t.From == from && t.Verb == v {
			return t.To, true
		}
	}
	return "", false
}

// Verbs lists what may be done in a state.
func Verbs(from casework.State) []Verb {
	var all []Verb
	for _, t := range table {
		if t.From == from {
			all = append(all, t.Verb)
		}
	}
	return all
}

// Derive works the state out from the history alone: each event that is a verb must
// be a transition of the table, from the state that the one before led to.
func Derive(events []casework.Event) (casework.State, error) {
	state := Draft
	for _, e := range events {
		to, ok := Next(state, Verb(e.Kind))
		switch {
		case !slices.ContainsFunc(table, func(t Transition) bool { return t.Verb == Verb(e.Kind) }):
			if e.From != e.To {
				return state, fmt.Errorf("objection: event %d (%s) moves from %s to %s and is no verb", e.Seq, e.Kind, e.From, e.To)
			}
			continue
		case !ok || e.From != state || e.To != to:
			return state, fmt.Errorf("objection: event %d: %s from %s to %s, while it was %s", e.Seq, e.Kind, e.From, e.To, state)
		}
		state = to
	}
	return state, nil
}
