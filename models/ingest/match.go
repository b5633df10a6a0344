package ingest

import (
	"slices"
	"sort"

	"golang.org/x/text/unicode/norm"

	"candour/models/patient"
)

// Claim is what one source says of one of its patients, as far as matching goes.
type Claim struct {
	Source   string
	Local    string
	Practice bool   // the source is a general practice: it leads
	Number   string // checked NHS number, or ""
	Birth    string
	Family   string
	Reason   string // why it cannot be matched at all, or ""
}

// Agree says whether two claims with the same NHS number are of one person: the
// date of birth is the same and the family names agree. Anything less is not
// enough (trust.md T23).
func Agree(a, b Claim) bool {
	if a.Number == "" || a.Number != b.Number || !a.whole() || a.Birth != b.Birth {
		return false
	}
	if patient.FamilyKey(a.Family) == "" && patient.FamilyKey(b.Family) == "" {
		return a.Family != "" && norm.NFKC.String(a.Family) == norm.NFKC.String(b.Family) // a name without letters
	}
	return patient.FamilyAgrees(a.Family, b.Family)
}

// whole says that the date of birth is one: FHIR allows a year or a month, which
// many people share.
func (c Claim) whole() bool { return len(c.Birth) == len("2006-01-02") }

// Match decides over all claims to one NHS number at once, so that the order in
// which they came cannot matter. The practice leads; without one the view that
// most sources share. Whoever does not agree with the leader is held; when equal
// views disagree, all are held: nothing is guessed. The answer is the reason for
// holding, by position, "" for matched.
func Match(claims []Claim) []string {
	verdict := make([]string, len(claims))
	var able []int
	for i, c := range claims {
		if verdict[i] = c.Reason; c.Reason == "" {
			able = append(able, i)
		}
	}
	able = tellable(claims, able, verdict)
	if len(able) < 2 {
		return verdict // one view alone agrees with itself, a year of birth or not
	}
	leaders := leaders(claims, able)
	for _, l := range leaders[1:] {
		if !Agree(claims[leaders[0]], claims[l]) {
			for _, i := range able {
				verdict[i] = IdentityUnclear
			}
			return verdict
		}
	}
	for _, i := range able {
		if !Agree(claims[leaders[0]], claims[i]) {
			verdict[i] = IdentityDiffers
		}
	}
	return verdict
}

// tellable holds those who give a part of a date of birth: it confirms nobody. One
// alone, or the only practice among them, is somebody; whoever comes beside is not
// taken for the same.
func tellable(claims []Claim, able []int, verdict []string) []int {
	var whole, practices []int
	for _, i := range able {
		if claims[i].whole() {
			whole = append(whole, i)
		} else if claims[i].Practice {
			practices = append(practices, i)
		}
	}
	switch {
	case len(whole) == len(able), len(able) == 1:
		return able
	case len(whole) == 0 && len(practices) == 1:
		whole = practices
	}
	for _, i := range able {
		if !slices.Contains(whole, i) {
			verdict[i] = PartBirthDate
		}
	}
	return whole
}

// leaders are the claims of highest rank, in an order of their own.
func leaders(claims []Claim, able []int) []int {
	rank := func(i int) [2]int {
		sources := map[string]bool{}
		for _, j := range able {
			if Agree(claims[i], claims[j]) {
				sources[claims[j].Source] = true
			}
		}
		if claims[i].Practice {
			return [2]int{1, len(sources)}
		}
		return [2]int{0, len(sources)}
	}
	var best [2]int
	var top []int
	for _, i := range able {
		r := rank(i)
		switch {
		case r[0] > best[0] || r[0] == best[0] && r[1] > best[1]:
			best, top = r, []int{i}
		case r == best:
			top = append(top, i)
		}
	}
	sort.Slice(top, func(a, b int) bool {
		x, y := claims[top[a]], claims[top[b]]
		if x.Source != y.Source {
			return x.Source < y.Source
		}
		return x.Local < y.Local
	})
	return top
}
