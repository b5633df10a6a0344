package patient

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/nhsnumber"
	"candour/models/opaque"
)

// Identity is who a person is, and nothing of their care. It comes only out of
// the gate, after its entry is durable: its fields cannot be set elsewhere.
type Identity struct {
	ref       opaque.ID
	family    string
	given     string
	title     string
	preferred string
	born      string
	died      string
	gender    string
	address   string
	postcode  string
	number    nhsnumber.Number
	practice  string
}

// Ref is the opaque id by which addresses name the person.
func (i Identity) Ref() opaque.ID { return i.ref }

// Family, Given, Title and Preferred are the parts of the name.
func (i Identity) Family() string { return i.family }

// Given is the given names.
func (i Identity) Given() string { return i.given }

// Title is the title, for instance Mrs.
func (i Identity) Title() string { return i.title }

// Preferred is the name the person likes to be called by.
func (i Identity) Preferred() string { return i.preferred }

// Born is the date of birth, YYYY-MM-DD.
func (i Identity) Born() string { return i.born }

// Died is the date of death, or "".
func (i Identity) Died() string { return i.died }

// Gender is the FHIR code: male, female, other, unknown.
func (i Identity) Gender() string { return i.gender }

// AddressLine is the first line of the address: enough to tell two people apart.
func (i Identity) AddressLine() string {
	line, _, _ := strings.Cut(i.address, "\n")
	line, _, _ = strings.Cut(line, ",")
	return strings.TrimSpace(line)
}

// Postcode is the postcode.
func (i Identity) Postcode() string { return i.postcode }

// NHSNumber is the number in its printed form, 3-3-4.
func (i Identity) NHSNumber() string { return i.number.Spaced() }

// Practice is the name of the registered practice, as far as it is known here.
func (i Identity) Practice() string { return i.practice }

// Found is the answer to a search.
type Found struct {
	pass    access.Pass
	people  []Identity
	tooMany bool
}

// By is who searched.
func (f Found) By() access.Viewer { return f.pass.Ask().By }

// People are those found, at most twenty, ordered by name.
func (f Found) People() []Identity { return f.people }

// TooMany says that more than twenty fit, and that none is listed therefore.
func (f Found) TooMany() bool { return f.tooMany }

// At is when the search was made.
func (f Found) At() time.Time { return f.pass.At() }

// Identified is one person, for the page that asks why somebody wants to see more.
type Identified struct {
	pass     access.Pass
	who      Identity
	evidence []access.Evidence
	items    []audit.ItemRef
}

// By is who asked.
func (i Identified) By() access.Viewer { return i.pass.Ask().By }

// Who is the person.
func (i Identified) Who() Identity { return i.who }

// Evidence is what the feeds hold that makes the viewer's organisation involved:
// the plainest of each kind, the plainest of all first.
func (i Identified) Evidence() []access.Evidence { return i.evidence }

// Items are the items that the evidence rests on, as the entry says they were shown.
func (i Identified) Items() []audit.ItemRef { return i.items }

// plainest picks one piece of evidence of each kind: being their practice first,
// then what is nearest to now, so that this morning's appointment comes before
// last month's.
func plainest(all []access.Evidence, now time.Time) []access.Evidence {
	away := func(e access.Evidence) time.Duration {
		if e.Kind == access.KindPractice {
			return -1
		}
		return now.Sub(e.At).Abs()
	}
	sorted := slices.SortedStableFunc(slices.Values(all), func(x, y access.Evidence) int { return cmp.Compare(away(x), away(y)) })
	seen := map[string]bool{}
	return slices.DeleteFunc(sorted, func(e access.Evidence) bool {
		again := seen[e.Kind]
		seen[e.Kind] = true
		return again
	})
}

// Claim is the relationship that the viewer confirmed or declared before, or nil.
func (i Identified) Claim() *access.Claim { return i.pass.Claim() }

// At is when it was asked.
func (i Identified) At() time.Time { return i.pass.At() }
