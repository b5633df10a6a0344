package patient

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/models/access"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/opaque"
)

// Standing of somebody who acts for another.
const (
	RepClaimed   = "claimed"   // said so; nobody has seen evidence yet
	RepActive    = "active"    // evidence seen by a named member of staff
	RepSuspended = "suspended" // its ground is in doubt: nothing more opens
	RepEnded     = "ended"
)

// Representation is one person acting for another.
type Representation struct {
	ID        opaque.ID
	Person    opaque.ID // acted for
	Account   string    // who acts
	Name      string
	Relation  string
	Ground    Ground
	Seen      []Proof
	State     string
	Reason    Doubt // why suspended or ended
	SeenBy    string
	From      time.Time
	UntilOn   string
	Consulted bool   // a carer, when proven: those who have parental responsibility were asked
	ReviewOn  string // the birthday on which it is looked at again
	Version   int
}

// Representatives keeps who acts for whom.
type Representatives struct {
	db    *db.DB
	clock clock.Clock
}

// NewRepresentatives makes the store. Whoever asks it has passed the gate for the
// case that it is about.
func NewRepresentatives(d *db.DB, c clock.Clock) *Representatives {
	return &Representatives{db: d, clock: c}
}

const repColumns = "SELECT id, person_id, account_id, name, relation, ground, evidence, state, reason, seen_name, from_at, until_on, review_on, version FROM representations "

func scanRep(scan func(...any) error) (Representation, error) {
	var r Representation
	var seen string
	var from int64
	err := scan(&r.ID, &r.Person, &r.Account, &r.Name, &r.Relation, &r.Ground, &seen, &r.State, &r.Reason, &r.SeenBy, &from, &r.UntilOn, &r.ReviewOn, &r.Version)
	for _, p := range strings.Fields(seen) {
		r.Seen = append(r.Seen, Proof(p))
	}
	r.From = instant(from)
	return r, err
}

// Prove stores that a member of staff has seen the evidence of a ground, and makes
// the representation active, or suspended when there is still a doubt.
func (s *Representatives) Prove(ctx context.Context, by access.Viewer, r Representation, birth string) (Representation, error) {
	if by.Kind != access.Staff {
		return r, fmt.Errorf("patient: prove: %w", fault.Denied)
	}
	today := deadline.DayOf(s.clock())
	r.ID, r.From, r.SeenBy, r.State = opaque.Of("representation", string(r.Person), r.Account), s.clock(), by.Name, RepActive
	if r.Reason = (Authority{Ground: r.Ground, Seen: r.Seen, Birth: birth, UntilOn: r.UntilOn, Consulted: r.Consulted}).Doubt(today); r.Reason != NoDoubt {
		r.State = RepSuspended
	}
	r.ReviewOn = ""
	if day, age := NextReview(birth, today); age > 0 {
		r.ReviewOn = day.String()
	}
	seen := make([]string, len(r.Seen))
	for i, p := range r.Seen {
		seen[i] = string(p)
	}
	err := s.db.Do(ctx, func(ctx context.Context) error {
		_, err := s.db.Exec(ctx, `INSERT INTO representations (id, person_id, account_id, name, relation, ground, evidence, state, reason, seen_by, seen_name, from_at, until_on, review_on, warned_on, changed_at, version)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, 1) ON CONFLICT (id) DO UPDATE SET name = excluded.name, relation = excluded.relation, ground = excluded.ground,
 evidence = excluded.evidence, state = excluded.state, reason = excluded.reason, seen_by = excluded.seen_by, seen_name = excluded.seen_name, until_on = excluded.until_on,
 review_on = excluded.review_on, changed_at = excluded.changed_at, version = representations.version + 1`,
			string(r.ID), string(r.Person), r.Account, r.Name, r.Relation, string(r.Ground), strings.Join(seen, " "), r.State, string(r.Reason),
			by.ID, by.Name, millis(r.From), r.UntilOn, r.ReviewOn, millis(r.From))
		return err
	})
	if err != nil {
		return r, fmt.Errorf("patient: prove: %w", err)
	}
	return r, nil
}

// End ends a representation before its time: a power revoked, an order discharged,
// the person's own wish. It ends at once.
func (s *Representatives) End(ctx context.Context, by access.Viewer, id opaque.ID) error {
	if by.Kind != access.Staff {
		return fmt.Errorf("patient: end representation: %w", fault.Denied)
	}
	err := s.db.Do(ctx, func(ctx context.Context) error {
		result, err := s.db.Exec(ctx, "UPDATE representations SET state = ?, reason = ?, seen_by = ?, seen_name = ?, changed_at = ?, version = version + 1 WHERE id = ? AND state <> ?",
			RepEnded, string(DoubtEnded), by.ID, by.Name, s.clock().UnixMilli(), string(id), RepEnded)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return fault.NotFound
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("patient: end representation: %w", err)
	}
	return nil
}

// Of lists who acts for a person.
func (s *Representatives) Of(ctx context.Context, by access.Viewer, person opaque.ID) ([]Representation, error) {
	if by.Kind == access.Patient && by.Person != person || by.Kind == access.Nobody {
		return nil, fmt.Errorf("patient: representatives: %w", fault.Denied)
	}
	return s.each(ctx, repColumns+"WHERE person_id = ? ORDER BY from_at, id", string(person))
}

// Acting is the viewer's own representation of a person; fault.NotFound when there
// is none, whether or not there is such a person.
func (s *Representatives) Acting(ctx context.Context, by access.Viewer, person opaque.ID) (Representation, error) {
	all, err := s.each(ctx, repColumns+"WHERE person_id = ? AND account_id = ?", string(person), by.ID)
	if err == nil && (len(all) == 0 || by.ID == "" || person == "") {
		err = fault.NotFound
	}
	if err != nil {
		return Representation{}, fmt.Errorf("patient: acting: %w", err)
	}
	return all[0], nil
}

// each reads the representations that a query finds.
func (s *Representatives) each(ctx context.Context, query string, args ...any) ([]Representation, error) {
	rows, err := s.db.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Representation
	for rows.Next() {
		r, err := scanRep(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// Review looks at every representation again whose day has come, or whose order
// has run out: by the clock, as of today in London. It is suspended when there is
// a doubt and ended at 18, never silently kept; who was changed is given back, to
// be told.
func (s *Representatives) Review(ctx context.Context, by access.Viewer) ([]Representation, error) {
	if by.Kind != access.System {
		return nil, fmt.Errorf("patient: review: %w", fault.Denied)
	}
	today := deadline.DayOf(s.clock())
	var changed []Representation
	err := s.db.Do(ctx, func(ctx context.Context) error {
		changed = nil
		due, err := s.each(ctx, repColumns+`WHERE state IN ('claimed','active','suspended') AND ((review_on <> '' AND review_on <= ?) OR (until_on <> '' AND until_on < ?)) ORDER BY id`, today.String(), today.String())
		if err != nil {
			return err
		}
		for _, r := range due {
			var birth string
			row, err := s.db.QueryRow(ctx, "SELECT COALESCE((SELECT birth_date FROM persons WHERE id = ?), '')", string(r.Person))
			if err == nil {
				err = row.Scan(&birth)
			}
			if err != nil {
				return err
			}
			if r, err = s.reviewed(ctx, r, birth, today); err != nil {
				return err
			}
			changed = append(changed, r)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("patient: review: %w", err)
	}
	return changed, nil
}

func (s *Representatives) reviewed(ctx context.Context, r Representation, birth string, today deadline.Day) (Representation, error) {
	r.Reason = Authority{Ground: r.Ground, Seen: r.Seen, Birth: birth, UntilOn: r.UntilOn, Consulted: true}.Doubt(today)
	switch {
	case r.Reason == DoubtAdult || r.Reason == DoubtEnded:
		r.State = RepEnded
	case r.Reason != NoDoubt:
		r.State = RepSuspended
	case slices.Contains([]Band{Band11, Band13}, BandOf(birth, today)): // a birthday of review: suspended until somebody has looked
		r.State = RepSuspended
	}
	r.ReviewOn = ""
	if day, age := NextReview(birth, today); age > 0 {
		r.ReviewOn = day.String()
	}
	_, err := s.db.Exec(ctx, "UPDATE representations SET state = ?, reason = ?, review_on = ?, changed_at = ?, version = version + 1 WHERE id = ?",
		r.State, string(r.Reason), r.ReviewOn, s.clock().UnixMilli(), string(r.ID))
	return r, err
}
