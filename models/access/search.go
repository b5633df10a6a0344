package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"candour/models/audit"
	"candour/models/fault"
	"candour/models/opaque"
)

// Enumeration is held off by counting misses: the eleventh in ten minutes waits
// (trust.md T41). Hits do not count, so that a busy ward is not locked out.
const (
	missLimit  = 10
	missWindow = 10 * time.Minute
)

// SearchAsk is one search for a person, before anybody is found.
type SearchAsk struct {
	By        Viewer
	Route     string
	Shape     string
	RequestID string
}

// Search lets staff look for a person by their identity. find runs inside the
// transaction and gives the ids of those who will be listed; it must leave out
// people who are restricted, and show nothing clinical. Each person listed gets an
// entry of their own ("found you in a search"), a search that finds nobody gets
// one without a person, and a refusal too. The same rules hold as for Pass.
func (g *Gate) Search(ctx context.Context, ask SearchAsk, find func(ctx context.Context) ([]opaque.ID, error)) (Pass, error) {
	var pass Pass
	var verdict error
	err := g.db.Group(ctx, func(ctx context.Context) error {
		pass, verdict = Pass{}, nil
		d, f, err := g.decideSearch(ctx, ask.By)
		if err != nil {
			return fmt.Errorf("facts: %w", err)
		}
		pass = Pass{facts: f, decision: d, ask: Ask{By: ask.By, What: WhatIdentity, Purpose: purposeOf(ask.By.Kind, WhatIdentity),
			Route: ask.Route, Shape: ask.Shape, RequestID: ask.RequestID}}
		if d.Verdict != Allow {
			verdict = &Refusal{Decision: d}
			g.logSearch(ctx, &pass, audit.Refused, "")
			return nil
		}
		people, err := find(ctx)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		if len(people) == 0 {
			g.logSearch(ctx, &pass, audit.Nothing, "")
		}
		for _, person := range people {
			g.logSearch(ctx, &pass, audit.Shown, person)
		}
		return nil
	})
	if err != nil {
		return Pass{}, unavailable(err)
	}
	if verdict != nil {
		return Pass{}, verdict
	}
	return pass, nil
}

// decideSearch asks Decide about somebody with nothing against them: what is left
// is what concerns the viewer alone, and then the limit.
func (g *Gate) decideSearch(ctx context.Context, by Viewer) (Decision, Facts, error) {
	f := Facts{Now: g.clock(), Known: true, MinAge: g.policy.MinAge, Policy: g.policy.Version}
	if _, err := g.viewerFacts(ctx, by, &f); err != nil {
		return Decision{}, f, err
	}
	if by.Kind == Patient {
		return Decision{Verdict: Deny, Reason: ReasonRole, Policy: f.Policy}, f, nil
	}
	d := Decide(by, WhatIdentity, Ordinary, f)
	if d.Verdict != Allow {
		return d, f, nil
	}
	misses, err := g.log.Misses(ctx, by.ID, f.Now.Add(-missWindow))
	if err != nil {
		return Decision{}, f, err
	}
	if misses >= missLimit {
		return Decision{Verdict: Deny, Reason: ReasonTooMany, Policy: f.Policy}, f, nil
	}
	return d, f, nil
}

func (g *Gate) logSearch(ctx context.Context, p *Pass, outcome audit.Outcome, person opaque.ID) {
	e := p.entry(outcome, Shown{})
	e.Kind, e.Person = audit.KindSearch, person
	p.receipt = g.log.Append(ctx, e)
}
