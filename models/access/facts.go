package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"candour/models/db"
	"candour/models/opaque"
)

// The facts are read in one go, everything that Decide rests on: a row for each live
// evidence and claim of the person, member of staff and organisation in w. Work of an
// organisation that was absorbed counts for its successor. For a disclosure PostgreSQL
// locks the person until it has committed (factsLocked), so that no objection can be
// confirmed between decision and commit (trust.md T30); on SQLite the one writer is that
// lock. Where many share a transaction nobody waits for a person who is just being
// changed: the others would wait with them.
const (
	factsUntilWithheld = `SELECT p.birth_date, p.objected, p.restricted, p.practice_ods,
 EXISTS (SELECT 1 FROM organisations q WHERE q.ods_code = p.practice_ods AND q.ods_code <> '' AND q.kind = 'practice' AND q.in_region),
 coalesce(o.state, ''), coalesce(o.ods_code, ''), coalesce(s.training_until, 0),
 coalesce(r.kind, ''), coalesce(r.item_id, ''), coalesce(r.at, 0), coalesce(r.from_at, 0), coalesce(r.until_at, 0),
 coalesce(c.id, ''), coalesce(c.purpose, ''), coalesce(c.basis, ''), coalesce(c.kind, ''), coalesce(c.evidence_item, ''),
 coalesce(c.reason, ''), coalesce(c.note, ''), coalesce(c.made_at, 0), coalesce(c.until_at, 0)
FROM (SELECT CAST(? AS TEXT) AS person, CAST(? AS TEXT) AS staff, CAST(? AS TEXT) AS organisation) w
JOIN persons p ON p.id = w.person
LEFT JOIN organisations o ON o.id = w.organisation
LEFT JOIN staff s ON s.id = w.staff
LEFT JOIN relationships r ON r.person_id = p.id AND r.from_at <= ? AND r.until_at > ?
 AND NOT EXISTS (SELECT 1 FROM items i`
	factsFromWithheld = ` WHERE i.person_id = r.person_id AND i.item_id = r.item_id AND i.withheld <> '')
 AND (r.organisation_id = o.id OR r.organisation_id IN (SELECT m.id FROM organisations m WHERE m.successor_id = o.id))
LEFT JOIN claims c ON c.staff_id = s.id AND c.person_id = p.id AND c.organisation_id = o.id AND c.until_at > ?`
	factsPostgres  = factsUntilWithheld + factsFromWithheld
	factsLocked    = factsPostgres + ` FOR SHARE OF p`
	factsLockedNow = factsLocked + ` SKIP LOCKED`
	// SQLite would look for the item itself, through rows that carry other items' JSON. What
	// is withheld of a person is few, in an index of its own.
	factsSQLite = factsUntilWithheld + ` INDEXED BY items_withheld` + factsFromWithheld
)

const viewerQuery = `SELECT coalesce((SELECT state FROM organisations WHERE id = ?), ''), coalesce((SELECT training_until FROM staff WHERE id = ?), 0),
 EXISTS (SELECT 1 FROM persons WHERE id = ?)`

// errBusy: somebody is changing this person just now.
var errBusy = errors.New("access: the person is being changed")

// factsRow is one row of the facts.
type factsRow struct {
	facts             Facts
	practice, ods     string
	training          int64
	evKind, evItem    string
	evAt, evFrom      int64
	evUntil           int64
	claim             Claim
	claimMade, untilC int64
}

func (r *factsRow) scan(rows db.Rows) error {
	return rows.Scan(&r.facts.BirthDate, &r.facts.Objected, &r.facts.Restricted, &r.practice, &r.facts.InRegion, &r.facts.OrganisationState, &r.ods, &r.training,
		&r.evKind, &r.evItem, &r.evAt, &r.evFrom, &r.evUntil,
		&r.claim.ID, &r.claim.Purpose, &r.claim.Basis, &r.claim.Kind, &r.claim.Evidence, &r.claim.Reason, &r.claim.Note, &r.claimMade, &r.untilC)
}

// asked is a viewer before a person, and what the gate has to know of both.
type asked struct {
	gate   *Gate
	by     Viewer
	person opaque.ID
	ahead  *db.Question // what goes with the beginning of a shared transaction
	facts  Facts        // as last answered
}

func (g *Gate) asked(by Viewer, person opaque.ID) *asked {
	a := &asked{gate: g, by: by, person: person}
	if g.db.Dialect == db.Postgres {
		a.ahead = a.question(factsLockedNow)
	} else {
		a.ahead = a.question(factsSQLite)
	}
	return a
}

// Warm asks the gate's question of nobody, where disclosures will ask it: planning it is
// not left to the first reader. It decides, shows and writes nothing.
func (g *Gate) Warm(ctx context.Context) error {
	who := g.asked(Viewer{}, "")
	err := g.db.Group(ctx, func(ctx context.Context) error { return g.db.Answer(ctx, who.ahead) }, who.ahead)
	if err != nil {
		return fmt.Errorf("access: warm: %w", err)
	}
	return nil
}

func (a *asked) question(query string) *db.Question {
	return db.NewQuestion(query, func() []any {
		a.facts = a.gate.nothingKnown(a.person)
		now := a.facts.Now.UnixMilli()
		return []any{string(a.person), a.by.ID, a.by.Organisation, now, now, now}
	}, a.read)
}

// unlocked is the question of who only wants to know.
func (a *asked) unlocked() *db.Question {
	if a.gate.db.Dialect == db.Postgres {
		return a.question(factsPostgres)
	}
	return a.question(factsSQLite)
}

// locked is the question that waits for a person who is being changed.
func (a *asked) locked() *db.Question {
	if a.gate.db.Dialect == db.Postgres {
		return a.question(factsLocked)
	}
	return a.question(factsSQLite)
}

// look reads the facts inside the transaction in ctx. With alone, it waits for a person
// who is being changed; without, that is errBusy.
func (a *asked) look(ctx context.Context, alone bool) (Facts, error) {
	q := a.ahead
	if alone {
		q = a.locked()
	}
	err := a.gate.db.Answer(ctx, q)
	f := a.facts
	if err != nil || f.Known {
		return f, err
	}
	exists, err := a.gate.viewerFacts(ctx, a.by, &f)
	if err == nil && exists {
		err = errBusy
	}
	return f, err
}

func (g *Gate) nothingKnown(person opaque.ID) Facts {
	return Facts{Person: person, Now: g.clock(), MinAge: g.policy.MinAge, Policy: g.policy.Version}
}

// together runs fn with others in one transaction or, when the person is being
// changed just now, alone and waiting.
func (g *Gate) together(ctx context.Context, fn func(ctx context.Context, alone bool) error, ahead ...*db.Question) error {
	busy := false
	err := g.db.Group(ctx, func(ctx context.Context) error {
		err := fn(ctx, false)
		if busy = errors.Is(err, errBusy); busy {
			return nil // it has written nothing; the others go on
		}
		return err
	}, ahead...)
	if err != nil || !busy {
		return err
	}
	return g.db.Do(ctx, func(ctx context.Context) error { return fn(ctx, true) })
}

// read takes the answer: a row for each pair of live evidence and claim.
func (a *asked) read(rows db.Rows) error {
	f, claims := a.gate.nothingKnown(a.person), []factsRow(nil)
	f.Now = a.facts.Now // by which it was asked
	for rows.Next() {
		var r factsRow
		if err := r.scan(rows); err != nil {
			return err
		}
		if !f.Known {
			f.Known, f.BirthDate, f.Objected, f.Restricted = true, r.facts.BirthDate, r.facts.Objected, r.facts.Restricted
			f.InRegion, f.OrganisationState, f.TrainingUntil = r.facts.InRegion, r.facts.OrganisationState, instant(r.training)
			if r.ods != "" && r.ods == r.practice {
				f.Evidence = append(f.Evidence, Evidence{Kind: KindPractice})
			}
		}
		if r.evKind != "" {
			f.addEvidence(Evidence{Kind: r.evKind, Item: opaque.ID(r.evItem), At: instant(r.evAt), From: instant(r.evFrom), Until: instant(r.evUntil)})
		}
		if r.claim.ID != "" {
			claims = append(claims, r)
		}
	}
	f.Claim = newestUsable(claims, f)
	a.facts = f
	return rows.Err()
}

// viewerFacts reads what concerns the viewer alone, where there is no person or
// none to be had; exists says which.
func (g *Gate) viewerFacts(ctx context.Context, by Viewer, f *Facts) (exists bool, err error) {
	row, err := g.db.QueryRow(ctx, viewerQuery, by.Organisation, by.ID, string(f.Person))
	if err != nil {
		return false, err
	}
	var training int64
	if err := row.Scan(&f.OrganisationState, &training, &exists); err != nil {
		return false, err
	}
	f.TrainingUntil = instant(training)
	return exists, nil
}

func (f *Facts) addEvidence(e Evidence) {
	for _, have := range f.Evidence {
		if have == e {
			return
		}
	}
	f.Evidence = append(f.Evidence, e)
}

// newestUsable picks the claim to rest on: the newest that stands.
func newestUsable(rows []factsRow, f Facts) *Claim {
	var best *Claim
	var made int64
	for i := range rows {
		c := rows[i].claim
		c.Until = instant(rows[i].untilC)
		if usable(&c, f) == "" {
			continue
		}
		if best == nil || rows[i].claimMade > made || rows[i].claimMade == made && c.ID > best.ID {
			best, made = &c, rows[i].claimMade
		}
	}
	return best
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
