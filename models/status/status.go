// Package status says how the service stands, for everybody to read: whether the
// database answers, how old each feed is, what waits for somebody's decision, and
// how far the access log has come. Nothing in it is about a person.
package status

import (
	"time"

	"candour/models/organisation"
)

// Verdict sums a report up; each has its own words and its own answer to machines.
type Verdict string

const (
	Working Verdict = "working" // all is as it should be
	Partly  Verdict = "partly"  // records open, and some feed is late, has failed or has yet to begin, or an objection may not hold
	Down    Verdict = "down"    // records cannot be opened, because an access could not be written down
)

// Verdicts lists every verdict, so that words can be checked for each.
func Verdicts() []Verdict { return []Verdict{Working, Partly, Down} }

// Feed is one feed of one organisation.
type Feed struct {
	organisation.Source
	Organisation string // its name
	Condition    organisation.Condition
}

// Queue is what waits for somebody's decision, and since when the oldest waits.
type Queue struct {
	Waiting int64
	Oldest  time.Time // zero when nothing waits
}

// Age is how long the oldest has waited.
func (q Queue) Age(now time.Time) time.Duration {
	if q.Waiting == 0 || q.Oldest.IsZero() {
		return 0
	}
	return now.Sub(q.Oldest)
}

// Checkpoint is how far the access log has come: the number of the latest entry,
// when it was written, and the value that chains it to all before it.
type Checkpoint struct {
	Number int64
	At     time.Time // zero when nothing was written yet
	Chain  []byte
}

// Report is how the service stood at one moment.
type Report struct {
	At          time.Time
	Database    bool // it answers, and an access could be written down
	Feeds       []Feed
	Quarantined Queue // items that could not be read
	Held        Queue // people whom a feed sent and who are not certain
	Log         Checkpoint
	Canaries    []Canary // whether objections hold, as far as it was asked
}

// Verdict sums the report up.
func (r Report) Verdict() Verdict {
	if !r.Database {
		return Down
	}
	if len(r.Unwell())+len(r.Seen())+len(r.Unchecked()) > 0 {
		return Partly
	}
	return Working
}

// Unwell are the feeds from which something should have come and did not.
func (r Report) Unwell() []Feed {
	var out []Feed
	for _, f := range r.Feeds {
		if f.Condition == organisation.Late || f.Condition == organisation.Failed || f.Condition == organisation.Waiting {
			out = append(out, f)
		}
	}
	return out
}

// Expected are the feeds that are connected.
func (r Report) Expected() []Feed {
	var out []Feed
	for _, f := range r.Feeds {
		if f.Condition != organisation.Apart {
			out = append(out, f)
		}
	}
	return out
}
