package access

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"candour/models/audit"
	"candour/models/invalid"
	"candour/models/opaque"
)

// declared are the reasons that may be declared where no evidence is held: a
// closed list, put into words by locales (keys declared.<value>). Each is direct
// care; there is none for anything else.
var declared = []string{
	"present",  // the person is with me now, or on the telephone
	"referral", // referred to me; the referral is not here yet
	"advice",   // a colleague who cares for them asks for my advice
	"cover",    // I stand in for the team that cares for them
	"results",  // I must act on a result or a letter about them
}

// DeclaredReasons lists the reasons that may be declared, in the order of the form.
func DeclaredReasons() []string { return slices.Clone(declared) }

// maxNote is how much a viewer may add in their own words.
const maxNote = 500

// Claim stores a relationship for the viewer and a person: the evidence held,
// confirmed (Basis evidence, Kind and Evidence as in Pass.Evidence), or a reason
// declared (Basis declared, Reason from DeclaredReasons). It opens nothing that
// Decide refuses for another reason; the refusal is logged and comes back as
// *Refusal. It lasts as policy says, and on evidence no longer than the evidence.
func (g *Gate) Claim(ctx context.Context, by Viewer, person opaque.ID, c Claim) error {
	var verdict error
	who := g.asked(by, person)
	err := g.together(ctx, func(ctx context.Context, alone bool) error {
		verdict = nil
		f, err := who.look(ctx, alone)
		if err != nil {
			return fmt.Errorf("facts: %w", err)
		}
		made := Claim{ID: opaque.New(), Purpose: Treat, Basis: c.Basis, Kind: c.Kind, Evidence: c.Evidence,
			Reason: c.Reason, Note: strings.TrimSpace(c.Note), Until: f.Now.Add(g.policy.ClaimFor), Route: c.Route, RequestID: c.RequestID}
		ask := Ask{By: by, Person: person, What: WhatRecord, Purpose: Treat, Route: c.Route, Shape: "claim", RequestID: c.RequestID}
		d := Decide(by, WhatRecord, Ordinary, f)
		if (by.Kind != Staff || by.Probe) && d.Verdict != Deny {
			d = Decision{Verdict: Deny, Reason: ReasonRole, Policy: f.Policy} // only staff need a relationship, and a probe gets none
		}
		pass := Pass{ask: ask, facts: f, decision: d}
		if d.Verdict == Deny {
			verdict = &Refusal{Decision: d}
			e := pass.entry(audit.Refused, Shown{})
			e.Kind = audit.KindClaim
			g.log.Append(ctx, e)
			return nil
		}
		if problems := made.settle(f); len(problems) > 0 {
			verdict = problems
			return nil
		}
		if err := g.store(ctx, by, person, made, f); err != nil {
			return err
		}
		e := pass.entry(audit.Done, Shown{})
		e.Kind, e.Relation = audit.KindClaim, relation(made)
		if e.Reason = string(ReasonDeclared); made.Basis == BasisEvidence {
			e.Reason = string(ReasonEvidence)
		}
		g.log.Append(ctx, e)
		return nil
	}, who.ahead)
	if err != nil {
		return unavailable(err)
	}
	return verdict
}

// settle checks a claim against the facts and trims its life to its evidence's.
func (c *Claim) settle(f Facts) invalid.Fields {
	var problems invalid.Fields
	switch c.Basis {
	case BasisEvidence:
		c.Reason = ""
		if usable(c, f) == "" {
			return append(problems, invalid.Field{Name: "evidence", Message: "claim.evidence.gone"})
		}
		for _, e := range f.Evidence {
			if e.Kind == c.Kind && e.Item == c.Evidence && !e.Until.IsZero() && e.Until.Before(c.Until) {
				c.Until = e.Until
			}
		}
	case BasisDeclared:
		c.Kind, c.Evidence = BasisDeclared, ""
		if !slices.Contains(declared, c.Reason) {
			problems = append(problems, invalid.Field{Name: "reason", Message: "claim.reason.missing"})
		}
	default:
		problems = append(problems, invalid.Field{Name: "reason", Message: "claim.reason.missing"})
	}
	if utf8.RuneCountInString(c.Note) > maxNote {
		problems = append(problems, invalid.Field{Name: "note", Message: "claim.note.long", Args: map[string]string{"Max": fmt.Sprint(maxNote)}})
	}
	return problems
}

func (g *Gate) store(ctx context.Context, by Viewer, person opaque.ID, c Claim, f Facts) error {
	_, err := g.db.Exec(ctx, `INSERT INTO claims (staff_id, person_id, organisation_id, id, purpose, basis, kind, evidence_item, reason, note, made_at, until_at)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, by.ID, string(person), by.Organisation, string(c.ID), string(c.Purpose), c.Basis, c.Kind,
		string(c.Evidence), c.Reason, c.Note, f.Now.UnixMilli(), c.Until.UnixMilli())
	if err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	return nil
}
