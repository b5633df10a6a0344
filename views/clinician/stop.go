package clinician

import (
	"candour/models/access"
	"candour/models/organisation"
)

// Stop is a page that ends a journey: the reason in words and what to do next. It
// holds nothing of the person, not even who they are (trust.md T38).
type Stop struct {
	Reason    access.Reason // one that HasStop
	Partners  []organisation.Organisation
	Reference string
}

// stops are the refusals that have a page of their own.
var stops = map[access.Reason]int{
	access.ReasonObjected: 3, access.ReasonUnderAge: 2, access.ReasonNotInRegion: 2, access.ReasonTraining: 2, access.ReasonRole: 2,
	access.ReasonOrganisation: 2, access.ReasonNoRelationship: 2, access.ReasonTooMany: 2,
}

// HasStop tells whether a refusal has a page of its own here.
func HasStop(reason access.Reason) bool { return stops[reason] > 0 }

func (s Stop) key(part string) string {
	return "clinician.stop." + string(s.Reason) + "." + part
}

// nexts are the keys of what can be done now.
func (s Stop) nexts() []string {
	return []string{s.key("next1"), s.key("next2"), s.key("next3")}[:stops[s.Reason]]
}

// phones tells whether the page lists the partners' numbers: where somebody needs
// the information and may have it another way (FAQ S-38).
func (s Stop) phones() bool {
	switch s.Reason {
	case access.ReasonTraining, access.ReasonRole, access.ReasonTooMany:
		return false
	}
	return len(s.Partners) > 0
}
