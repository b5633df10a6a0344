package access

import (
	"context"
	"database/sql"
	"time"

	"candour/models/db"
	"candour/models/opaque"
)

// factsQuery reads in one go everything that Decide rests on: a row for each live
// evidence and claim. Work of an organisation that was absorbed counts for its
// successor. On PostgreSQL the person is locked until the disclosure has committed,
// so that no objection can be confirmed between decision and commit (trust.md T30);
// on SQLite the one writer is that lock.
const factsQuery = `SELECT p.birth_date, p.objected, p.restricted, p.practice_ods,
 EXISTS (SELECT 1 FROM organisations q WHERE q.ods_code = p.practice_ods AND q.ods_code <> '' AND q.kind = 'practice' AND q.in_region),
 coalesce(o.state, ''), coalesce(o.ods_code, ''), coalesce(s.training_until, 0),
 coalesce(r.kind, ''), coalesce(r.item_id, ''), coalesce(r.from_at, 0), coalesce(r.until_at, 0),
 coalesce(c.id, ''), coalesce(c.purpose, ''), coalesce(c.basis, ''), coalesce(c.kind, ''), coalesce(c.evidence_item, ''),
 coalesce(c.reason, ''), coalesce(c.note, ''), coalesce(c.made_at, 0), coalesce(c.until_at, 0)
FROM persons p
LEFT JOIN organisations o ON o.id = ?
LEFT JOIN staff s ON s.id = ?
LEFT JOIN relationships r ON r.person_id = p.id AND r.from_at <= ? AND r.until_at > ?
 AND (r.organisation_id = o.id OR r.organisation_id IN (SELECT m.id FROM organisations m WHERE m.successor_id = o.id))
LEFT JOIN claims c ON c.staff_id = s.id AND c.person_id = p.id AND c.organisation_id = o.id AND c.until_at > ?
WHERE p.id = ?`

const viewerQuery = `SELECT coalesce((SELECT state FROM organisations WHERE id = ?), ''), coalesce((SELECT training_until FROM staff WHERE id = ?), 0)`

// factsRow is one row of factsQuery.
type factsRow struct {
	practice, ods     string
	training          int64
	evKind, evItem    string
	evFrom, evUntil   int64
	claim             Claim
	claimMade, untilC int64
}

func (r *factsRow) scan(rows *sql.Rows, f *Facts) error {
	return rows.Scan(&f.BirthDate, &f.Objected, &f.Restricted, &r.practice, &f.InRegion, &f.OrganisationState, &r.ods, &r.training,
		&r.evKind, &r.evItem, &r.evFrom, &r.evUntil,
		&r.claim.ID, &r.claim.Purpose, &r.claim.Basis, &r.claim.Kind, &r.claim.Evidence, &r.claim.Reason, &r.claim.Note, &r.claimMade, &r.untilC)
}

// facts reads the facts inside the transaction in ctx.
func (g *Gate) facts(ctx context.Context, by Viewer, person opaque.ID) (Facts, error) {
	now := g.clock()
	f := Facts{Person: person, Now: now, MinAge: g.policy.MinAge, Policy: g.policy.Version}
	ms := now.UnixMilli()
	query := factsQuery
	if g.db.Dialect == db.Postgres {
		query += " FOR SHARE OF p"
	}
	rows, err := g.db.Query(ctx, query, by.Organisation, by.ID, ms, ms, ms, string(person))
	if err != nil {
		return f, err
	}
	defer rows.Close()
	var claims []factsRow
	for rows.Next() {
		var r factsRow
		if err := r.scan(rows, &f); err != nil {
			return f, err
		}
		if !f.Known {
			f.Known = true
			f.TrainingUntil = instant(r.training)
			if r.ods != "" && r.ods == r.practice {
				f.Evidence = append(f.Evidence, Evidence{Kind: KindPractice})
			}
		}
		if r.evKind != "" {
			f.addEvidence(Evidence{Kind: r.evKind, Item: opaque.ID(r.evItem), From: instant(r.evFrom), Until: instant(r.evUntil)})
		}
		if r.claim.ID != "" {
			claims = append(claims, r)
		}
	}
	if err := rows.Err(); err != nil {
		return f, err
	}
	f.Claim = newestUsable(claims, f)
	if !f.Known {
		return f, g.viewerFacts(ctx, by, &f)
	}
	return f, nil
}

// viewerFacts reads what concerns the viewer alone, where there is no person.
func (g *Gate) viewerFacts(ctx context.Context, by Viewer, f *Facts) error {
	row, err := g.db.QueryRow(ctx, viewerQuery, by.Organisation, by.ID)
	if err != nil {
		return err
	}
	var training int64
	if err := row.Scan(&f.OrganisationState, &training); err != nil {
		return err
	}
	f.TrainingUntil = instant(training)
	return nil
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
