package objection

import (
	"slices"

	"candour/models/deadline"
	"candour/models/patient"
)

// LevelChecked is the identity level of somebody whom staff know or have checked,
// at the desk, on the telephone or by letter.
const LevelChecked = "checked"

// Bar is what stands in the way of confirming: a closed list, put into words by
// locales. The staff's task list is made from it.
type Bar string

const (
	BarPerson     Bar = "person_unknown"     // it is not known whom it is about
	BarIdentity   Bar = "identity_unproven"  // of who asks
	BarBirth      Bar = "birth_unknown"      // no whole date of birth
	BarDisputed   Bar = "disputed"           // holders of parental responsibility disagree
	BarClinician  Bar = "clinician_missing"  // a child's case needs the entry of a named clinician
	BarConcern    Bar = "clinician_concern"  // and they have a concern
	BarCompetence Bar = "competence_missing" // under 16: competence for this decision
	BarWish       Bar = "wish_missing"       // of a competent child, or a young person
	BarDisagrees  Bar = "child_disagrees"
	BarAuthority  Bar = "authority_missing"
	BarTheirs     Bar = "theirs_to_take_back" // who decides themselves wants it: nobody else withdraws it
)

// AllBars lists them.
func AllBars() []Bar {
	return []Bar{BarPerson, BarIdentity, BarBirth, BarDisputed, BarClinician, BarConcern, BarCompetence, BarWish, BarDisagrees, BarAuthority, BarTheirs}
}

// Bars says what stands in the way of confirming on a London day (S-48, S-49,
// domain.md e). It is pure. An adult who asks for themselves needs nothing but to be
// known. For whoever is under 18 a named clinician has an entry; under 16 their
// competence for this decision decides whose word counts: a competent child's own,
// else that of somebody with parental responsibility; at 16 and 17 their own.
func Bars(o Objection, today deadline.Day) []Bar {
	var bars []Bar
	add := func(b Bar, when bool) {
		if when && !slices.Contains(bars, b) {
			bars = append(bars, b)
		}
	}
	add(BarDisputed, o.State == Disputed)
	add(BarPerson, o.Person == "")
	add(BarIdentity, o.Level != "P9" && o.Level != LevelChecked)
	band := o.Band(today)
	add(BarBirth, band == patient.BandUnknown)
	wish := func() {
		if o.Subject == Self {
			return // they asked themselves
		}
		w, said := latest(o.Findings, FoundWish)
		add(BarWish, !said || w.Outcome == CannotSay)
		add(BarDisagrees, said && w.Outcome == Disagrees)
	}
	authority := func() {
		a, seen := latest(o.Findings, FoundAuthority)
		add(BarAuthority, !seen || a.Outcome != Proven)
	}
	if band != patient.BandAdult {
		c, entered := latest(o.Findings, FoundClinician)
		add(BarClinician, !entered)
		add(BarConcern, entered && c.Outcome == Concern)
	}
	switch {
	case band == patient.BandAdult && o.Subject == Self:
	case band == patient.BandAdult && o.Subject == Adult:
		authority()
	case band == patient.BandAdult || band == patient.Band16: // asked for a child who decides themselves by now
		wish()
	default:
		c, assessed := latest(o.Findings, FoundCompetence)
		switch {
		case !assessed:
			add(BarCompetence, true)
		case c.Outcome == Competent:
			wish()
		default:
			authority()
		}
	}
	return bars
}

// Ground of a refusal: a closed list, put into words by locales.
type RefusalGround string

const (
	GroundIdentity   RefusalGround = "identity_not_proven"
	GroundAuthority  RefusalGround = "not_entitled"    // who asks may not act for them
	GroundChild      RefusalGround = "child_disagrees" // competent, or 16 and over
	GroundHarm       RefusalGround = "serious_harm"    // safeguarding
	GroundCompelling RefusalGround = "compelling"      // grounds that override, UK GDPR art 21(1)
)

// RefusalGrounds lists them, in the order of the form.
func RefusalGrounds() []RefusalGround {
	return []RefusalGround{GroundIdentity, GroundAuthority, GroundChild, GroundHarm, GroundCompelling}
}

// SettledBy is how a dispute between holders of parental responsibility ended.
type SettledBy string

const (
	ByAgreement    SettledBy = "agreement"
	ByCourt        SettledBy = "court_order"
	ByBestInterest SettledBy = "best_interests" // a named clinician's, written down
)

// Settlements lists them.
func Settlements() []SettledBy { return []SettledBy{ByAgreement, ByCourt, ByBestInterest} }

// Settles says whether a dispute may be called settled on a basis: agreement needs
// that the newest position of everybody is the same; the others need a note.
func Settles(positions []Finding, by SettledBy, note string) bool {
	newest := map[string]string{}
	for _, p := range positions {
		if p.Kind == FoundPosition {
			newest[p.Who] = p.Outcome
		}
	}
	switch by {
	case ByAgreement:
		same := ""
		for _, outcome := range newest {
			if same != "" && same != outcome {
				return false
			}
			same = outcome
		}
		return len(newest) > 1
	case ByCourt, ByBestInterest:
		return note != ""
	}
	return false
}
