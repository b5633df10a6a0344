package patient

import (
	"cmp"
	"slices"
	"time"

	"candour/models/audit"
	"candour/models/opaque"
	"candour/models/policy"
)

// CodeEvent is one coded statement in a clinical system: the objection to the
// shared record, or its reversal (domain.md a). Instants are milliseconds as the
// feed states them, never when it arrived: the order of arrival cannot matter.
type CodeEvent struct {
	Item         opaque.ID
	Source       string
	Organisation string // whose feed it is
	Refused      bool
	Effective    int64 // clinical date; a date alone is the midnight at which it begins in London
	Recorded     int64
	Place        int64 // order of entry within one message
}

// Decision is what a provider decided in the portal about one objection.
type Decision struct {
	Objection opaque.ID
	Holder    string   // the organisation that holds the objection
	Holders   []string // it, whoever took over its work, and the practice that took over its list
	Requested time.Time
	Confirmed time.Time
	Reversed  time.Time // its reversal was confirmed; the code has still to come
	Dropped   time.Time // refused or withdrawn before it was confirmed
}

// SharingPolicy is what the rule takes from policy.
type SharingPolicy struct {
	HoldWhileReviewed bool // hide from the request on, before anybody has decided
}

// SharingPolicyOf takes it from a policy.
func SharingPolicyOf(p *policy.Policy) SharingPolicy {
	return SharingPolicy{HoldWhileReviewed: p.Objections.HoldWhileReviewed}
}

// Why says on what the answer rests: a closed list, put into words by locales.
type Why string

const (
	WhyNever     Why = ""          // nobody ever said anything
	WhyCoded     Why = "coded"     // the code in a clinical system
	WhyConfirmed Why = "confirmed" // the provider's confirmation in the portal
	WhyRequested Why = "requested" // held while it is reviewed
	WhyReversed  Why = "reversed"  // the newest code takes an objection back
)

// Whys lists every ground, so that words can be checked for each.
func Whys() []Why { return []Why{WhyNever, WhyCoded, WhyConfirmed, WhyRequested, WhyReversed} }

// Effect is the answer of the rule.
type Effect struct {
	Hidden bool
	Since  int64 // milliseconds; 0 = always so
	Why    Why
	Holder string // whose confirmation hides it, when that is why
	Next   int64  // when the answer may change by itself; 0 = never
}

// Hidden says whether nobody may see a person's record (G3, G3b): from the
// earlier of the provider's confirmation and the code in any feed, until the
// reversal is there, and where it was confirmed here, until it is there in the
// feed of the provider that holds it. Privacy wins in both directions: a refusal
// dated ahead counts at once, a reversal when its day has come. There is no
// override, in an emergency or otherwise (G4).
func Hidden(codes []CodeEvent, decisions []Decision, p SharingPolicy, now time.Time) Effect {
	ms := now.UnixMilli()
	var out Effect
	newest := newestOf(codes, ms, func(CodeEvent) bool { return true })
	if newest != nil {
		out.Since, out.Why, out.Hidden = newest.stated(), WhyReversed, newest.Refused
		if newest.Refused {
			out.Why = WhyCoded
		}
	}
	for _, d := range decisions {
		since, why := d.hides(codes, p, ms)
		if why == WhyNever || out.Hidden && (since > out.Since || since == out.Since && !d.before(out, why)) {
			continue
		}
		out.Hidden, out.Since, out.Why, out.Holder = true, since, why, d.Holder
	}
	for _, c := range codes {
		if !c.Refused && c.Effective > ms && (out.Next == 0 || c.Effective < out.Next) {
			out.Next = c.Effective
		}
	}
	return out
}

// before breaks a tie between two grounds of one instant, so that the order in
// which they are looked at cannot matter.
func (d Decision) before(have Effect, why Why) bool {
	return cmp.Or(cmp.Compare(why, have.Why), cmp.Compare(d.Holder, have.Holder)) < 0
}

// hides says since when and why this decision alone hides the record.
func (d Decision) hides(codes []CodeEvent, p SharingPolicy, now int64) (int64, Why) {
	if d.Confirmed.IsZero() {
		if p.HoldWhileReviewed && !d.Requested.IsZero() && d.Dropped.IsZero() {
			return d.Requested.UnixMilli(), WhyRequested
		}
		return 0, WhyNever
	}
	if d.released(codes, now) {
		return 0, WhyNever
	}
	return d.Confirmed.UnixMilli(), WhyConfirmed
}

// released tells whether the reversal has been seen where the objection is held.
func (d Decision) released(codes []CodeEvent, now int64) bool {
	last := newestOf(codes, now, func(c CodeEvent) bool { return slices.Contains(d.Holders, c.Organisation) })
	if last == nil || last.Refused {
		return false
	}
	confirmed := d.Confirmed.UnixMilli()
	if last.Effective > confirmed {
		return true
	}
	// A reversal dated with the day of the confirmation, without an hour: its clinical
	// date cannot say which came first. It counts when it was recorded afterwards and
	// something tells that an objection had gone before it: a reversal confirmed here,
	// or the objection's own code of that day.
	if last.Effective != midnightOf(confirmed) || last.Recorded <= confirmed {
		return false
	}
	return !d.Reversed.IsZero() || slices.ContainsFunc(codes, func(c CodeEvent) bool {
		return c.Refused && slices.Contains(d.Holders, c.Organisation) && c.Effective >= last.Effective
	})
}

// newestOf is the code that decides among some: the newest by clinical date, then
// by date of recording, then by order of entry; said beside its opposite, the
// refusal. A reversal dated ahead does not count yet.
func newestOf(codes []CodeEvent, now int64, among func(CodeEvent) bool) *CodeEvent {
	var best *CodeEvent
	for i := range codes {
		c := &codes[i]
		if !among(*c) || !c.Refused && c.Effective > now {
			continue
		}
		if best == nil || c.newer(*best) {
			best = c
		}
	}
	return best
}

func (c CodeEvent) newer(o CodeEvent) bool {
	by := cmp.Or(cmp.Compare(c.Effective, o.Effective), cmp.Compare(c.Recorded, o.Recorded), cmp.Compare(c.Place, o.Place))
	switch {
	case by != 0:
		return by > 0
	case c.Refused != o.Refused:
		return c.Refused
	}
	return c.Item < o.Item
}

// stated is the date by which a code is known.
func (c CodeEvent) stated() int64 {
	if c.Effective > 0 {
		return c.Effective
	}
	return c.Recorded
}

// midnightOf is when the London day of an instant began.
func midnightOf(ms int64) int64 {
	t := time.UnixMilli(ms).In(audit.London)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, audit.London).UnixMilli()
}
