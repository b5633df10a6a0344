package link

import (
	"net/url"

	"candour/models/opaque"
)

// The queue of those who handle requests, and a case. ref is the opaque id of the
// case. What is looked for by name or NHS number is posted: it stands in no address.

// Cases is the queue; filter, order and place stand in the address.
func Cases(filter url.Values) string { return query("/cases", filter) }

func CasesSearch() string { return "/cases/search" }
func CasesNext() string   { return "/cases/next" }

// Giving many cases away at once: which, then the page that asks, then the act.

func CasesAssign() string       { return "/cases/assignment" }
func CasesAssignCheck() string  { return "/cases/assignment/check" }
func CasesAssignUndo() string   { return "/cases/assignment/undo" }
func CasesViews() string        { return "/cases/views" }
func CasesViewsRemoval() string { return "/cases/views/removal" }

// CaseNew is writing a request down for somebody; person is who was found.

func CaseNew() string                    { return "/cases/new" }
func CaseNewSearch() string              { return "/cases/new/search" }
func CaseNewFor(person opaque.ID) string { return "/cases/new/" + string(person) }

// Case is one case; CaseAct is one of the things that can be done with it.

func Case(ref opaque.ID) string { return "/cases/" + string(ref) }

func CaseAct(ref opaque.ID, noun string) string {
	return "/cases/" + string(ref) + "/" + url.PathEscape(noun)
}

// CaseDone is the case after something was done with it.
func CaseDone(ref opaque.ID, noun string) string {
	return query(Case(ref), url.Values{"done": {noun}})
}

// CaseLog is the case with a part of its history; CaseEvidence is a file of it.

func CaseLog(ref opaque.ID, part string) string {
	if part == "" {
		return Case(ref) + "#log"
	}
	return query(Case(ref), url.Values{"log": {part}}) + "#log"
}

func CaseEvidence(ref, file opaque.ID) string { return CaseAct(ref, "evidence") + "/" + string(file) }
