package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/fault"
)

// ErrAgain is returned by a read that has nothing ready to show: the gate is left
// without an entry and without data; make it ready and ask again.
var ErrAgain = errors.New("access: not ready, ask again")

// PolicyFacts is what the gate needs of the policy in force.
type PolicyFacts struct {
	Version  string
	MinAge   int           // years, from this birthday on
	ClaimFor time.Duration // how long a confirmed or declared relationship lasts
}

// Deps are what a gate stands on.
type Deps struct {
	DB     *db.DB
	Log    *audit.Log
	Clock  clock.Clock
	Policy PolicyFacts
	// Title names an item for the patient's list of what was seen, from its FHIR
	// type and its JSON; nil leaves items with their type only.
	Title func(fhirType string, raw []byte) string
}

// Gate is the one way to anything personal: it decides, lets read, and writes the
// entry, in one transaction that is durable before anything is handed out.
type Gate struct {
	db     *db.DB
	log    *audit.Log
	clock  clock.Clock
	policy PolicyFacts
	title  func(string, []byte) string
}

// NewGate builds the gate.
func NewGate(d Deps) *Gate {
	return &Gate{db: d.DB, log: d.Log, clock: d.Clock, policy: d.Policy, title: d.Title}
}

// Pass asks for something of one person. Only when the decision allows it is read
// called, inside the transaction, to fetch what will be shown; its Shown becomes
// the entry's set of items. A refusal is logged too and comes back as *Refusal. A
// read that finds nothing (fault.NotFound) is logged as such. Whatever else goes
// wrong, with the log or the database, is fault.Unavailable, and the caller must
// show nothing. read may run twice and must keep what it found to itself until
// Pass has returned. What read is known to ask may go ahead (db.Question), after the
// gate's own question: it is asked before the decision and looked at after it.
func (g *Gate) Pass(ctx context.Context, ask Ask, read func(ctx context.Context, p Pass) (Shown, error), ahead ...*db.Question) (Pass, error) {
	var pass Pass
	var verdict error // what the caller gets though the transaction commits
	who := g.asked(ask.By, ask.Person)
	err := g.together(ctx, func(ctx context.Context, alone bool) error {
		pass = Pass{}
		var err error
		if verdict, err = ask.While.holds(ctx, g.db); err != nil || verdict != nil {
			return err
		}
		f, err := who.look(ctx, alone)
		if err != nil {
			return fmt.Errorf("facts: %w", err)
		}
		decision := decideAsk(&ask, f)
		pass = Pass{ask: ask, facts: f, decision: decision}
		if pass.decision.Verdict != Allow {
			verdict = &Refusal{Decision: pass.decision}
			pass.receipt = g.log.Append(ctx, pass.entry(audit.Refused, Shown{}))
			return nil
		}
		shown, err := read(ctx, pass)
		outcome := audit.Shown
		var refused *Refusal
		switch {
		case errors.Is(err, ErrAgain):
			verdict = ErrAgain
			return nil
		case errors.As(err, &refused): // the read itself asked for more than it may show
			pass.decision, verdict = refused.Decision, refused
			pass.receipt = g.log.Append(ctx, pass.entry(audit.Refused, Shown{}))
			return nil
		case errors.Is(err, fault.NotFound):
			outcome, verdict, shown = audit.Nothing, err, Shown{}
		case err != nil:
			return err
		}
		pass.receipt = g.log.Append(ctx, pass.entry(outcome, shown))
		return nil
	}, ask.questions(who.ahead, ahead)...)
	if err != nil {
		return Pass{}, unavailable(err)
	}
	if verdict != nil {
		return Pass{}, verdict
	}
	return pass, nil
}

// decideAsk adds to Decide what belongs to the request: its purpose.
func decideAsk(ask *Ask, f Facts) Decision {
	if ask.Purpose == "" {
		ask.Purpose = purposeOf(ask.By.Kind, ask.What)
	}
	d := Decide(ask.By, ask.What, Ordinary, f)
	if d.Verdict == Allow && !purposeAllowed(ask.By.Kind, ask.What, ask.Purpose) {
		return Decision{Verdict: Deny, Reason: ReasonUnknown, Policy: f.Policy}
	}
	return d
}

func purposeOf(kind ViewerKind, what What) Purpose {
	switch {
	case kind == Patient:
		return PatientRequest
	case kind == Staff && what != WhatHistory:
		return Treat
	}
	return Operations
}

// purposeAllowed keeps to what people were told: direct care, the patient's own
// request, and the review of accesses; nothing else (FAQ S-60).
func purposeAllowed(kind ViewerKind, what What, p Purpose) bool {
	switch kind {
	case Patient:
		return p == PatientRequest
	case Staff:
		return p == Treat && what != WhatHistory || p == Operations && what != WhatRecord
	case System:
		return p == Operations
	}
	return false
}

func kindOf(what What) audit.Kind {
	switch what {
	case WhatRecord:
		return audit.KindRecord
	case WhatIdentity:
		return audit.KindIdentify
	case WhatHistory:
		return audit.KindHistory
	case WhatOwn:
		return audit.KindOwn
	case WhatCase:
		return audit.KindCase
	}
	return audit.KindRecord // an unknown ask is logged as the gravest
}

// entry is the log line of a pass.
func (p Pass) entry(outcome audit.Outcome, shown Shown) audit.Entry {
	e := audit.Entry{At: p.facts.Now, Kind: kindOf(p.ask.What), Outcome: outcome, Reason: string(p.decision.Reason),
		Person: p.ask.Person, Viewer: logged(p.ask.By), Purpose: string(p.ask.Purpose), Route: p.ask.Route, Shape: p.ask.Shape,
		RequestID: p.ask.RequestID, Policy: p.decision.Policy, Sections: shown.Sections, Items: shown.Items, Set: shown.Set, Count: shown.Count}
	if p.ask.By.Probe {
		e.Purpose = string(Operations)
	}
	switch p.decision.Reason {
	case ReasonOwnRecord:
		e.Relation = audit.Relation{Kind: "self"}
	case ReasonEvidence, ReasonDeclared:
		e.Relation = relation(*p.facts.Claim)
	}
	return e
}

func relation(c Claim) audit.Relation {
	return audit.Relation{Kind: c.Kind, Basis: c.Basis, Evidence: c.Evidence, Reason: c.Reason, Note: c.Note}
}

// logged copies who looks, as they are now.
func logged(by Viewer) audit.Viewer {
	kind := string(by.Kind)
	if by.Kind == Nobody {
		kind = "nobody"
	}
	if by.Probe { // no access by that organisation, whose name says only on whose behalf
		kind, by.Organisation = string(System), ""
	}
	return audit.Viewer{ID: by.ID, Kind: kind, Name: by.Name, Role: by.Role, RoleName: by.RoleName,
		Organisation: by.Organisation, OrganisationName: by.OrganisationName, Session: by.Session}
}

func unavailable(err error) error {
	for _, known := range []error{fault.Unavailable, fault.Conflict} {
		if errors.Is(err, known) {
			return err
		}
	}
	return fmt.Errorf("access: %w: %w", fault.Unavailable, err)
}
