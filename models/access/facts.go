package access

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"candour/models/db"
	"candour/models/opaque"
)

// factsColumns and factsJoins read in one go everything that Decide rests on: a
// row for each live evidence and claim of each (person, staff, organisation) in w.
// Work of an organisation that was absorbed counts for its successor. On
// PostgreSQL the person is locked until the disclosure has committed, so that no
// objection can be confirmed between decision and commit (trust.md T30); on SQLite
// the one writer is that lock. Where many share a transaction nobody waits for a
// person who is just being changed: the others would wait with them.
const (
	factsColumns = `SELECT w.person, w.staff, w.organisation, p.birth_date, p.objected, p.restricted, p.practice_ods,
 EXISTS (SELECT 1 FROM organisations q WHERE q.ods_code = p.practice_ods AND q.ods_code <> '' AND q.kind = 'practice' AND q.in_region),
 coalesce(o.state, ''), coalesce(o.ods_code, ''), coalesce(s.training_until, 0),
 coalesce(r.kind, ''), coalesce(r.item_id, ''), coalesce(r.at, 0), coalesce(r.from_at, 0), coalesce(r.until_at, 0),
 coalesce(c.id, ''), coalesce(c.purpose, ''), coalesce(c.basis, ''), coalesce(c.kind, ''), coalesce(c.evidence_item, ''),
 coalesce(c.reason, ''), coalesce(c.note, ''), coalesce(c.made_at, 0), coalesce(c.until_at, 0)
FROM `
	factsOne   = `(SELECT CAST(? AS TEXT) AS person, CAST(? AS TEXT) AS staff, CAST(? AS TEXT) AS organisation) w`
	factsMany  = `unnest(?::text[], ?::text[], ?::text[]) AS w(person, staff, organisation)`
	factsJoins = `
JOIN persons p ON p.id = w.person
LEFT JOIN organisations o ON o.id = w.organisation
LEFT JOIN staff s ON s.id = w.staff
LEFT JOIN relationships r ON r.person_id = p.id AND r.from_at <= ? AND r.until_at > ?
 AND NOT EXISTS (SELECT 1 FROM items i WHERE i.person_id = r.person_id AND i.item_id = r.item_id AND i.withheld <> '')
 AND (r.organisation_id = o.id OR r.organisation_id IN (SELECT m.id FROM organisations m WHERE m.successor_id = o.id))
LEFT JOIN claims c ON c.staff_id = s.id AND c.person_id = p.id AND c.organisation_id = o.id AND c.until_at > ?`
	factsLock   = ` FOR SHARE OF p`
	factsNoWait = ` SKIP LOCKED`
)

const viewerQuery = `SELECT coalesce((SELECT state FROM organisations WHERE id = ?), ''), coalesce((SELECT training_until FROM staff WHERE id = ?), 0),
 EXISTS (SELECT 1 FROM persons WHERE id = ?)`

// errBusy: somebody is changing this person just now.
var errBusy = errors.New("access: the person is being changed")

// subject is whose facts for whom.
type subject struct{ person, staff, organisation string }

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

func (r *factsRow) scan(rows *sql.Rows, s *subject) error {
	return rows.Scan(&s.person, &s.staff, &s.organisation,
		&r.facts.BirthDate, &r.facts.Objected, &r.facts.Restricted, &r.practice, &r.facts.InRegion, &r.facts.OrganisationState, &r.ods, &r.training,
		&r.evKind, &r.evItem, &r.evAt, &r.evFrom, &r.evUntil,
		&r.claim.ID, &r.claim.Purpose, &r.claim.Basis, &r.claim.Kind, &r.claim.Evidence, &r.claim.Reason, &r.claim.Note, &r.claimMade, &r.untilC)
}

// facts reads the facts inside the transaction in ctx. On PostgreSQL, where each
// question is a journey, whoever comes first in a shared transaction asks for all
// who are waiting at the gate; the answers live as long as the transaction. With
// alone, it waits for a person who is being changed; without, that is errBusy.
func (g *Gate) facts(ctx context.Context, by Viewer, person opaque.ID, alone bool) (Facts, error) {
	s := subject{string(person), by.ID, by.Organisation}
	var f Facts
	var err error
	if g.db.Dialect == db.Postgres && !alone {
		f, err = g.factsTogether(ctx, s)
	} else {
		var all map[subject]Facts
		all, err = g.query(ctx, []subject{s}, true)
		f = all[s]
	}
	if err != nil || f.Known {
		return f, err
	}
	f = g.nothingKnown(person)
	exists, err := g.viewerFacts(ctx, by, &f)
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
func (g *Gate) together(ctx context.Context, fn func(ctx context.Context, alone bool) error) error {
	busy := false
	err := g.db.Group(ctx, func(ctx context.Context) error {
		err := fn(ctx, false)
		if busy = errors.Is(err, errBusy); busy {
			return nil // it has written nothing; the others go on
		}
		return err
	})
	if err != nil || !busy {
		return err
	}
	return g.db.Do(ctx, func(ctx context.Context) error { return fn(ctx, true) })
}

type askedKey struct{ g *Gate }

func (g *Gate) factsTogether(ctx context.Context, s subject) (Facts, error) {
	asked := db.Local(ctx, g.db, askedKey{g}, func() map[subject]Facts { return map[subject]Facts{} })
	if f, ok := asked[s]; ok {
		delete(asked, s) // good for one: what happens after it in this transaction may change it
		return f, nil
	}
	all, err := g.query(ctx, g.others(s), false)
	if err != nil {
		return Facts{}, err
	}
	for other, f := range all {
		if other != s {
			asked[other] = f
		}
	}
	return all[s], nil
}

// query reads the facts of several at once, and locks them; who is not known is not in
// the answer.
func (g *Gate) query(ctx context.Context, subjects []subject, wait bool) (map[subject]Facts, error) {
	switch {
	case g.db.Dialect != db.Postgres:
		return g.read(ctx, subjects, unlocked)
	case wait:
		return g.read(ctx, subjects, locked)
	}
	return g.read(ctx, subjects, lockedNow)
}

// lock is how the persons of facts are held until the transaction ends.
type lock int

const (
	unlocked  lock = iota
	locked         // waits for whoever is changing them
	lockedNow      // leaves out who is being changed
)

func (g *Gate) read(ctx context.Context, subjects []subject, hold lock) (map[subject]Facts, error) {
	now := g.nothingKnown("").Now
	ms := now.UnixMilli()
	query, args := factsColumns+factsOne+factsJoins, []any{subjects[0].person, subjects[0].staff, subjects[0].organisation, ms, ms, ms}
	if len(subjects) > 1 {
		var people, staff, organisations []string
		for _, s := range subjects {
			people, staff, organisations = append(people, s.person), append(staff, s.staff), append(organisations, s.organisation)
		}
		query, args = factsColumns+factsMany+factsJoins, []any{people, staff, organisations, ms, ms, ms}
	}
	if hold != unlocked {
		query += factsLock
	}
	if hold == lockedNow {
		query += factsNoWait
	}
	rows, err := g.db.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all, claims := map[subject]Facts{}, map[subject][]factsRow{}
	for rows.Next() {
		var s subject
		var r factsRow
		if err := r.scan(rows, &s); err != nil {
			return nil, err
		}
		f, ok := all[s]
		if !ok {
			f = r.facts
			f.Person, f.Known, f.Now, f.MinAge, f.Policy = opaque.ID(s.person), true, now, g.policy.MinAge, g.policy.Version
			f.TrainingUntil = instant(r.training)
			if r.ods != "" && r.ods == r.practice {
				f.Evidence = append(f.Evidence, Evidence{Kind: KindPractice})
			}
		}
		if r.evKind != "" {
			f.addEvidence(Evidence{Kind: r.evKind, Item: opaque.ID(r.evItem), At: instant(r.evAt), From: instant(r.evFrom), Until: instant(r.evUntil)})
		}
		if r.claim.ID != "" {
			claims[s] = append(claims[s], r)
		}
		all[s] = f
	}
	for s, f := range all {
		f.Claim = newestUsable(claims[s], f)
		all[s] = f
	}
	return all, rows.Err()
}

// factsTogetherLimit bounds how many people one question locks.
const factsTogetherLimit = 64

// arrive notes that somebody waits at the gate; the returned function takes the
// note away.
func (g *Gate) arrive(by Viewer, person opaque.ID) (leave func()) {
	s := &subject{string(person), by.ID, by.Organisation}
	g.mu.Lock()
	g.waiting[s] = struct{}{}
	g.mu.Unlock()
	return func() {
		g.mu.Lock()
		delete(g.waiting, s)
		g.mu.Unlock()
	}
}

// others are s and all who wait with it, each once.
func (g *Gate) others(s subject) []subject {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := append(make([]subject, 0, 1+len(g.waiting)), s)
	seen := map[subject]bool{s: true}
	for w := range g.waiting {
		if len(all) < factsTogetherLimit && !seen[*w] {
			seen[*w] = true
			all = append(all, *w)
		}
	}
	return all
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
