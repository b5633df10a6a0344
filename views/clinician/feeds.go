package clinician

import (
	"time"

	"candour/models/record"
)

// freshness is how a feed stands at the moment of opening, worst first.
type freshness string

const (
	notAvailable freshness = "not_available"
	delayed      freshness = "delayed"
	notConnected freshness = "not_connected"
	upToDate     freshness = "up_to_date"
)

// feed is a source with its freshness found.
type feed struct {
	record.SourceStatus
	now   freshness
	since time.Time // when it was last well
}

// feeds finds how each source stands. A feed that failed after it last delivered
// is not available; one silent for longer than its own threshold is delayed.
func feeds(all []record.SourceStatus, at time.Time) []feed {
	out := make([]feed, len(all))
	for i, s := range all {
		out[i] = feed{SourceStatus: s, now: standing(s, at), since: s.LastReceived}
	}
	return out
}

func standing(s record.SourceStatus, at time.Time) freshness {
	switch {
	case s.State != "connected":
		return notConnected
	case s.LastReceived.IsZero(), s.LastFailed.After(s.LastReceived):
		return notAvailable
	case s.FreshHours > 0 && at.Sub(s.LastReceived) > time.Duration(s.FreshHours)*time.Hour:
		return delayed
	}
	return upToDate
}

// well counts the feeds that are up to date.
func (p page) well() int {
	n := 0
	for _, s := range p.sources {
		if s.now == upToDate {
			n++
		}
	}
	return n
}

// unwell are the feeds that make the page incomplete: those that hold something of
// the person, or the others, which may hold something that has not come.
func (p page) unwell(holds bool) []feed {
	var out []feed
	for _, s := range p.sources {
		if s.now != upToDate && s.Holds == holds {
			out = append(out, s)
		}
	}
	return out
}

// standingWords says how a feed stands, with the day and time it was last well.
func (p page) standingWords(s feed) string {
	key := "clinician.fresh." + string(s.now)
	if s.now == delayed || s.now == notAvailable {
		if s.since.IsZero() {
			return p.t("clinician.fresh.never")
		}
		return p.f(key, "when", stamp(s.since))
	}
	return p.t(key)
}

func (p page) received(s feed) string {
	if s.LastReceived.IsZero() {
		return p.t("clinician.fresh.nothing_yet")
	}
	return stamp(s.LastReceived)
}
