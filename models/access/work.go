package access

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"candour/models/audit"
	"candour/models/fault"
	"candour/models/opaque"
)

// ReasonCase is why staff and people see a case file: it is theirs to handle, or
// about them. It is logged with entries of audit.KindCase only.
const ReasonCase Reason = "handles_request"

// Hands are those who may lay a hand on a case: one act may be open to several.
type Hands int

const (
	Applicants Hands = 1 << iota // who made the request, and whom it is about
	Handlers                     // staff of the organisation that holds it, who handle requests
	Clinicians                   // staff of it who give care themselves
	Machines                     // work that no person started
)

// WorkAsk is one look at a case file, or one act on it. Case is empty for a list.
type WorkAsk struct {
	By        Viewer
	Case      opaque.ID
	Person    opaque.ID // whom it is about, when that is known
	Owner     string    // the organisation that holds it
	Parties   []string  // accounts of those who made it
	Open      Hands     // to whom this act is open
	Act       string    // for the log: open, list, confirm, ...
	Route     string
	RequestID string
}

// DecideWork says whether a viewer may do something with a case. It is pure, and
// like Decide it refuses what it does not know. Whoever has nothing to do with a
// case is told that there is none.
func DecideWork(ask WorkAsk, f Facts, ownerNow string) Decision {
	reason := refuseWork(ask, f, ownerNow)
	if reason == "" {
		if ask.By.Kind == System {
			return Decision{Verdict: Allow, Reason: ReasonSystem, Policy: f.Policy}
		}
		return Decision{Verdict: Allow, Reason: ReasonCase, Policy: f.Policy}
	}
	return Decision{Verdict: Deny, Reason: reason, Policy: f.Policy}
}

func refuseWork(ask WorkAsk, f Facts, ownerNow string) Reason {
	by := ask.By
	if f.Policy == "" || f.Now.IsZero() {
		return ReasonUnknown
	}
	switch by.Kind {
	case Nobody:
		return ReasonNotSignedIn
	case System:
		if ask.Open&Machines == 0 {
			return ReasonUnknown
		}
		return ""
	case Patient:
		party := by.ID != "" && slices.Contains(ask.Parties, by.ID) || by.Person != "" && by.Person == ask.Person
		switch {
		case by.Level != levelProven:
			return ReasonLevelTooLow
		case !party:
			return ReasonAnother
		case ask.Open&Applicants == 0:
			return ReasonRole
		}
		return ""
	case Staff:
		return refuseWorker(ask, f, ownerNow)
	}
	return ReasonUnknown
}

func refuseWorker(ask WorkAsk, f Facts, ownerNow string) Reason {
	by := ask.By
	able := ask.Open&Handlers != 0 && by.Can(ManageRequests) || ask.Open&Clinicians != 0 && by.Can(ViewRecord)
	switch {
	case !f.TrainingUntil.After(f.Now):
		return ReasonTraining
	case f.OrganisationState != "connected" || by.Organisation == "":
		return ReasonOrganisation
	case by.Probe:
		return ReasonRole
	case by.Organisation != ask.Owner && by.Organisation != ownerNow:
		return ReasonAnother
	case !able:
		return ReasonRole
	}
	return ""
}

// Work asks for a case file, or for leave to act on it. As with Pass the decision
// is logged, durably, before anything is handed out or done; for an act read is nil,
// and the act follows in a transaction of its own.
func (g *Gate) Work(ctx context.Context, ask WorkAsk, read func(ctx context.Context, p Pass) (Shown, error)) (Pass, error) {
	var pass Pass
	var verdict error
	err := g.db.Group(ctx, func(ctx context.Context) error {
		pass, verdict = Pass{}, nil
		f := Facts{Person: ask.Person, Now: g.clock(), MinAge: g.policy.MinAge, Policy: g.policy.Version}
		if _, err := g.viewerFacts(ctx, ask.By, &f); err != nil {
			return fmt.Errorf("facts: %w", err)
		}
		ownerNow, err := g.successor(ctx, ask)
		if err != nil {
			return fmt.Errorf("facts: %w", err)
		}
		pass = Pass{facts: f, decision: DecideWork(ask, f, ownerNow), ask: Ask{By: ask.By, Person: ask.about(), What: WhatCase,
			Purpose: Operations, Route: ask.Route, Shape: ask.Act, RequestID: ask.RequestID}}
		if pass.decision.Verdict != Allow {
			if verdict = error(&Refusal{Decision: pass.decision}); pass.decision.Reason == ReasonAnother {
				verdict = fault.NotFound
			}
			g.logWork(ctx, &pass, ask, audit.Refused, Shown{})
			return nil
		}
		outcome, shown := audit.Done, Shown{}
		if read != nil {
			outcome = audit.Shown
			if shown, err = read(ctx, pass); errors.Is(err, fault.NotFound) {
				outcome, verdict, shown = audit.Nothing, err, Shown{}
			} else if err != nil {
				return err
			}
		}
		g.logWork(ctx, &pass, ask, outcome, shown)
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

func (g *Gate) logWork(ctx context.Context, p *Pass, ask WorkAsk, outcome audit.Outcome, shown Shown) {
	e := p.entry(outcome, shown)
	if ask.Case != "" {
		e.Relation = audit.Relation{Kind: "case", Evidence: ask.Case}
	}
	p.receipt = g.log.Append(ctx, e)
}

// about is whose list of accesses the entry belongs in. What a representative or a
// stranger does with a case is no access of the person's own, and must not read as one.
func (ask WorkAsk) about() opaque.ID {
	if ask.By.Kind == Patient && ask.By.Person != ask.Person {
		return ""
	}
	return ask.Person
}

// successor is who has the work of the organisation that holds the case, if it was absorbed.
func (g *Gate) successor(ctx context.Context, ask WorkAsk) (string, error) {
	if ask.By.Kind != Staff || ask.Owner == "" || ask.Owner == ask.By.Organisation {
		return "", nil
	}
	rows, err := g.db.Query(ctx, "SELECT successor_id FROM organisations WHERE id = ?", ask.Owner)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var id string
	if rows.Next() {
		if err := rows.Scan(&id); err != nil {
			return "", err
		}
	}
	return id, rows.Err()
}
