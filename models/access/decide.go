package access

import (
	"time"

	"candour/models/audit"
)

// levelProven is the identity proofing level that anything personal needs
// (domain.md f: P9 is verified identity; P0 and P5 are not).
const levelProven = "P9"

// Decide says whether a viewer may see something, and why. It is pure; whatever it
// does not know it refuses. The order is part of the rule: first everything that
// concerns the viewer alone, so that somebody who may see nobody learns nothing of
// anybody; then whether the person may be known of at all; then the person's own
// will and inclusion; then the item; and the relationship last.
func Decide(by Viewer, what What, category Category, f Facts) Decision {
	reason := refuse(by, what, category, f)
	if reason == "" {
		return Decision{Verdict: Allow, Reason: grounds(by, what, f), Policy: f.Policy}
	}
	verdict := Deny
	if reason == ReasonNoRelationship {
		verdict = AskReason
	}
	return Decision{Verdict: verdict, Reason: reason, Policy: f.Policy}
}

// refuse gives the first reason against, or "".
func refuse(by Viewer, what What, category Category, f Facts) Reason {
	if f.Policy == "" || f.Now.IsZero() {
		return ReasonUnknown // nothing is decided without a policy and an hour
	}
	var reason Reason
	switch by.Kind {
	case Patient:
		reason = refusePatient(by, what, f)
	case Staff:
		reason = refuseStaff(by, what, f)
	case System:
		reason = refuseSystem(what, f)
	case Nobody:
		return ReasonNotSignedIn
	default:
		return ReasonUnknown
	}
	if reason == "" && what == WhatRecord {
		reason = refusePerson(f)
	}
	if reason == "" {
		reason = refuseCategory(by, category)
	}
	if reason == "" && what == WhatRecord && by.Kind == Staff && (by.Probe || usable(f.Claim, f) == "") {
		reason = ReasonNoRelationship
	}
	return reason
}

func refusePatient(by Viewer, what What, f Facts) Reason {
	switch {
	case by.Level != levelProven:
		return ReasonLevelTooLow
	case by.Person == "" || by.Person != f.Person:
		return ReasonAnother
	case what != WhatRecord && what != WhatHistory && what != WhatOwn:
		return ReasonUnknown
	case !f.Known:
		return ReasonNotFound
	}
	return ""
}

func refuseStaff(by Viewer, what What, f Facts) Reason {
	switch {
	case !f.TrainingUntil.After(f.Now):
		return ReasonTraining
	case f.OrganisationState != "connected":
		return ReasonOrganisation
	case by.Probe && what != WhatRecord:
		return ReasonRole // a program that learns of nobody who they are
	}
	var able bool
	switch what {
	case WhatRecord:
		able = by.Can(ViewRecord)
	case WhatIdentity:
		able = by.Can(ViewRecord) || by.Can(ViewDemographics)
	case WhatHistory:
		able = by.Can(ReviewAccess)
	default:
		return ReasonUnknown
	}
	switch {
	case !able:
		return ReasonRole
	case !f.Known:
		return ReasonNotFound
	case f.Restricted:
		return ReasonRestricted
	}
	return ""
}

// refuseSystem: a program may find out who somebody is and whether they are
// included; nothing clinical, and not who looked.
func refuseSystem(what What, f Facts) Reason {
	switch {
	case what != WhatIdentity && what != WhatOwn:
		return ReasonUnknown
	case !f.Known:
		return ReasonNotFound
	case f.Restricted && what == WhatIdentity:
		return ReasonRestricted
	}
	return ""
}

// refusePerson holds for everybody who asks for clinical content: an objection has
// no override, and the record exists only for those whom it includes.
func refusePerson(f Facts) Reason {
	switch {
	case f.Objected:
		return ReasonObjected
	case f.MinAge <= 0:
		return ReasonUnknown
	case !OfAge(f.BirthDate, f.MinAge, f.Now):
		return ReasonUnderAge
	case !f.InRegion:
		return ReasonNotInRegion
	}
	return ""
}

func refuseCategory(by Viewer, category Category) Reason {
	switch category {
	case Ordinary:
		return ""
	case Excluded:
		return ReasonExcluded
	case NotForPatient:
		if by.Kind == Patient {
			return ReasonNotForPatient
		}
		return ""
	}
	return ReasonUnknown
}

// usable tells on what ground a claim stands now, or "" when it does not: it must
// run, and a claim on evidence needs that evidence still to be there.
func usable(c *Claim, f Facts) Reason {
	if c == nil || !c.Until.After(f.Now) {
		return ""
	}
	switch c.Basis {
	case BasisDeclared:
		return ReasonDeclared
	case BasisEvidence:
		for _, e := range f.Evidence {
			if e.Kind == c.Kind && e.Item == c.Evidence && e.Live(f.Now) {
				return ReasonEvidence
			}
		}
	}
	return ""
}

// grounds names why something is allowed; refuse has found nothing against.
func grounds(by Viewer, what What, f Facts) Reason {
	switch by.Kind {
	case Patient:
		return ReasonOwnRecord
	case System:
		return ReasonSystem
	}
	switch what {
	case WhatIdentity:
		return ReasonIdentify
	case WhatHistory:
		return ReasonReview
	}
	return usable(f.Claim, f)
}

// Bases of a claim.
const (
	BasisEvidence = "evidence"
	BasisDeclared = "declared"
)

// KindPractice is the evidence of being the person's registered practice.
const KindPractice = "practice"

// Live tells whether the evidence counts at an instant; without an end it lasts.
func (e Evidence) Live(now time.Time) bool {
	return !e.From.After(now) && (e.Until.IsZero() || e.Until.After(now))
}

// OfAge tells whether somebody has reached an age on the London day of now. Who is
// born on 29 February comes of age on 1 March of a common year. A date of birth
// that is not a whole day is not a known age.
func OfAge(birthDate string, years int, now time.Time) bool {
	born, err := time.Parse(time.DateOnly, birthDate)
	if err != nil {
		return false
	}
	birthday := time.Date(born.Year()+years, born.Month(), born.Day(), 0, 0, 0, 0, time.UTC)
	return audit.Day(now) >= birthday.Format(time.DateOnly)
}
