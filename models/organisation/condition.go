package organisation

import "time"

// Condition is how a feed stands at a moment.
type Condition string

const (
	Fresh   Condition = "fresh"   // heard from within what was agreed
	Late    Condition = "late"    // silent for longer than was agreed
	Failed  Condition = "failed"  // what it sent last could not be taken in
	Waiting Condition = "waiting" // connected, and nothing has come yet
	Apart   Condition = "apart"   // planned, suspended or left: nothing is expected
)

// Conditions lists every condition, so that words can be checked for each.
func Conditions() []Condition { return []Condition{Fresh, Late, Failed, Waiting, Apart} }

// Condition says how the feed stands.
func (s Source) Condition(now time.Time) Condition {
	switch {
	case s.State != Connected:
		return Apart
	case s.LastReceived.IsZero() && s.LastFailed.IsZero():
		return Waiting
	case s.LastFailed.After(s.LastReceived):
		return Failed
	case s.Stale(now):
		return Late
	}
	return Fresh
}
