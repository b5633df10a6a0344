package access

import (
	"context"
	"fmt"
)

// Imagine is a member of staff who need not exist: somebody with a job at an
// organisation. They have no id, so that the gate lets them in nowhere; they serve
// to be supposed.
func Imagine(role string, can []Capability, organisation string) Viewer {
	return Viewer{Kind: Staff, Role: role, Capabilities: can, Organisation: organisation}
}

// Supposed is how somebody else's asking for the record would end.
type Supposed struct {
	by       Viewer
	facts    Facts
	decision Decision
}

// Decision is what they would be told.
func (s Supposed) Decision() Decision { return s.decision }

// May tells whether an item of a category would be shown to them.
func (s Supposed) May(c Category) bool {
	return Decide(s.by, WhatRecord, c, s.facts).Verdict == Allow
}

// Suppose tells how it would end if somebody else asked for the record of whoever is
// looking at their own: with and without an objection, and for the rest on the facts
// of this very moment. It is Decide that says so. Whoever is supposed works where
// they say, is trained, and has said why they look.
func (g *Gate) Suppose(ctx context.Context, p Pass, as Viewer, objected bool) (Supposed, error) {
	if p.ask.By.Kind != Patient || p.ask.What != WhatOwn || p.decision.Verdict != Allow || as.Kind != Staff || as.ID != "" {
		return Supposed{}, &Refusal{Decision{Verdict: Deny, Reason: ReasonUnknown, Policy: p.facts.Policy}}
	}
	who := g.asked(as, p.ask.Person) // without an id: nothing of any member of staff
	if err := g.db.Answer(ctx, who.locked()); err != nil {
		return Supposed{}, fmt.Errorf("access: suppose: %w", err)
	}
	f := who.facts
	if !f.Known {
		f = p.facts
	}
	f.Now, f.Objected = p.facts.Now, objected
	f.TrainingUntil = f.Now.Add(g.policy.ClaimFor)
	f.Claim = &Claim{Purpose: Treat, Basis: BasisDeclared, Kind: BasisDeclared, Reason: declared[0], Until: f.Now.Add(g.policy.ClaimFor)}
	return Supposed{by: as, facts: f, decision: Decide(as, WhatRecord, Ordinary, f)}, nil
}
