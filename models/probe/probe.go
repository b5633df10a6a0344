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
	Denied       bool  // the objection stood in the way
	Shown        bool  // it did not; neither: no answer, which proves nothing
	Entry        int64 // of the access log; 0 when there is none that says which
}

// hiding are the reasons that tell that the objection itself stood in the way, or that
// nobody is let known of the person at all. Anything else may be refused for, and would
// prove nothing: who is asked for a reason today opens the record tomorrow.
var hiding = []access.Reason{access.ReasonObjected, access.ReasonRestricted}

// through are the reasons that tell that the objection did not stand in the way: all
// that is missing is a reason to look, which anybody may give.
var through = []access.Reason{access.ReasonNoRelationship}

// judge brings answers together with their entries. Denied is who was turned away by
// the status of a refusal and by an entry that says why; the one without the other is
// no proof. Shown is who got the record, by the status or by the entry, or was let past
// the objection. A server that is down, an entry that is missing, a refusal for
// something else are no answer.
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
			record := line.Kind == audit.KindRecord
			refused := record && line.Outcome == audit.Refused
			e.Denied = refused && slices.Contains(hiding, access.Reason(line.Reason)) && (a.Status == 403 || a.Status == 404)
			e.Shown = record && line.Outcome == audit.Shown || refused && slices.Contains(through, access.Reason(line.Reason))
			if e.Denied || e.Shown {
				e.Entry = line.Seq
			}
		}
		e.Shown = e.Shown || a.Status >= 200 && a.Status < 300
		out = append(out, e)
	}
	return out
}

// allDenied tells whether there is evidence, and all of it of a denial.
func allDenied(all []Evidence) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(e Evidence) bool { return !e.Denied })
}

// anyShown tells whether the objection did not stand in the way of one of them.
func anyShown(all []Evidence) bool {
	return slices.ContainsFunc(all, func(e Evidence) bool { return e.Shown })
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
