// Package probe proves that an objection works: promised is not enough. After each
// change a member of staff who does not exist, one of every partner that takes part,
// asks this very server for the record on every way that staff have; what they were
// told is kept as evidence. A person who does not exist, one of every practice,
// objected once and for all and is asked for every minute.
package probe

import (
	"slices"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/opaque"
)

// Answer is what one asking brought.
type Answer struct {
	Route     string
	At        time.Time
	Status    int
	RequestID string // names its entry in the access log
}

// Evidence is an answer with what the log says of it.
type Evidence struct {
	Organisation string
	Route        string
	At           time.Time
	Status       int
	Denied       bool
	Entry        int64 // of the access log; 0 when there is none
}

// hiding are the reasons that tell that the objection itself stood in the way, or that
// nobody is let known of the person at all. Anything else may be refused for, and would
// prove nothing: who is asked for a reason today opens the record tomorrow.
var hiding = []access.Reason{access.ReasonObjected, access.ReasonRestricted}

// judge brings answers together with their entries. Denied is who was turned away by
// the status of a refusal and by an entry that says why; the one without the other is
// no proof.
func judge(organisation string, answers []Answer, lines []audit.Line) []Evidence {
	byRequest := map[string]audit.Line{}
	for _, l := range lines {
		if l.RequestID != "" {
			byRequest[l.RequestID] = l
		}
	}
	out := make([]Evidence, 0, len(answers))
	for _, a := range answers {
		e := Evidence{Organisation: organisation, Route: a.Route, At: a.At, Status: a.Status}
		if line, ok := byRequest[a.RequestID]; ok {
			e.Entry = line.Seq
			refused := line.Kind == audit.KindRecord && line.Outcome == audit.Refused && slices.Contains(hiding, access.Reason(line.Reason))
			e.Denied = refused && (a.Status == 403 || a.Status == 404)
		}
		out = append(out, e)
	}
	return out
}

// allDenied tells whether there is evidence, and all of it of a denial.
func allDenied(all []Evidence) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(e Evidence) bool { return !e.Denied })
}

// Canary is the person of a practice who does not exist.
type Canary struct {
	Practice string
	Name     string // of the practice
	Person   opaque.ID
	Probed   time.Time // zero before the first time
	Failing  time.Time // since when they were not denied; zero while they are
}

// lateAfter is how old the last probe of a canary may be.
const lateAfter = 5 * time.Minute
