package patient

import (
	"context"
	"fmt"
	"slices"
	"time"

	"candour/models/clock"
	"candour/models/db"
	"candour/models/opaque"
)

// Sharing is the one place that sets whether a person may be seen: it works the
// rule Hidden out from the codes in the feeds and the decisions made here, inside
// the transaction that brought either.
type Sharing struct {
	db     *db.DB
	clock  clock.Clock
	policy SharingPolicy
}

// NewSharing makes it.
func NewSharing(d *db.DB, c clock.Clock, p SharingPolicy) *Sharing {
	return &Sharing{db: d, clock: c, policy: p}
}

// Settle works the rule out for one person and writes the answer; it says whether
// anything changed that a page shows. It runs inside the caller's transaction, and
// on PostgreSQL it holds the person until that ends, so that no disclosure decided
// on the old answer commits after the new one (trust.md T30).
func (s *Sharing) Settle(ctx context.Context, person opaque.ID) (changed bool, err error) {
	if !s.db.InTx(ctx) {
		return false, fmt.Errorf("patient: settle sharing: outside a transaction")
	}
	if err := s.Lock(ctx, person); err != nil {
		return false, err
	}
	codes, err := s.codes(ctx, person)
	if err != nil {
		return false, fmt.Errorf("patient: settle sharing: codes: %w", err)
	}
	decisions, err := s.decisions(ctx, person)
	if err != nil {
		return false, fmt.Errorf("patient: settle sharing: decisions: %w", err)
	}
	now := s.clock()
	if err := s.sight(ctx, person, codes, now); err != nil {
		return false, fmt.Errorf("patient: settle sharing: sightings: %w", err)
	}
	e := Hidden(codes, decisions, s.policy, now)
	result, err := s.db.Exec(ctx, "UPDATE persons SET objected = ?, sharing_since = ? WHERE id = ? AND (objected <> ? OR sharing_since <> ?)",
		e.Hidden, e.Since, string(person), e.Hidden, e.Since)
	if err != nil {
		return false, fmt.Errorf("patient: settle sharing: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("patient: settle sharing: %w", err)
	}
	if len(codes)+len(decisions) == 0 { // nobody ever said anything, or what was said has gone
		if _, err := s.db.Exec(ctx, "DELETE FROM sharing_grounds WHERE person_id = ?", string(person)); err != nil {
			return false, fmt.Errorf("patient: settle sharing: ground: %w", err)
		}
		return n > 0, nil
	}
	_, err = s.db.Exec(ctx, `INSERT INTO sharing_grounds (person_id, why, holder_id, next_at, settled_at) VALUES (?, ?, ?, ?, ?)
 ON CONFLICT (person_id) DO UPDATE SET why = excluded.why, holder_id = excluded.holder_id, next_at = excluded.next_at, settled_at = excluded.settled_at`,
		string(person), string(e.Why), e.Holder, e.Next, now.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("patient: settle sharing: ground: %w", err)
	}
	return n > 0, nil
}

// Apply is Settle for whoever does not count the changes of a record themselves:
// pages made ready before are stale from this transaction on.
func (s *Sharing) Apply(ctx context.Context, person opaque.ID) (changed bool, err error) {
	if changed, err = s.Settle(ctx, person); err != nil || !changed {
		return changed, err
	}
	_, err = s.db.Exec(ctx, "UPDATE persons SET record_version = record_version + 1, updated_at = ? WHERE id = ?", s.clock().UnixMilli(), string(person))
	if err != nil {
		return false, fmt.Errorf("patient: apply sharing: %w", err)
	}
	return true, nil
}

// Lock keeps everybody else from this person until the transaction ends: readers
// finish first, later ones see what it wrote.
func (s *Sharing) Lock(ctx context.Context, person opaque.ID) error {
	if s.db.Dialect != db.Postgres {
		return nil // the one writer is that lock
	}
	if _, err := s.db.Exec(ctx, "SELECT 1 FROM persons WHERE id = ? FOR UPDATE", string(person)); err != nil {
		return fmt.Errorf("patient: lock: %w", err)
	}
	return nil
}

// Due are the persons for whom a reversal has come into force since the rule was
// last worked out: few, since only those who ever objected are in the table.
func (s *Sharing) Due(ctx context.Context) ([]string, error) {
	var persons []string
	err := s.each(ctx, "SELECT g.person_id FROM sharing_grounds g JOIN persons p ON p.id = g.person_id WHERE g.next_at > 0 AND g.next_at <= ? ORDER BY g.person_id",
		func(scan func(...any) error) error {
			var person string
			err := scan(&person)
			persons = append(persons, person)
			return err
		}, s.clock().UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("patient: sharing due: %w", err)
	}
	return persons, nil
}

// Decide stores what was decided about one objection, inside the transaction of
// the decision, and works the rule out. Instants once stored stay as they are.
func (s *Sharing) Decide(ctx context.Context, person opaque.ID, d Decision) (changed bool, err error) {
	if err := s.Lock(ctx, person); err != nil {
		return false, err
	}
	_, err = s.db.Exec(ctx, `INSERT INTO sharing_decisions (person_id, objection_id, holder_id, requested_at, confirmed_at, reversed_at, dropped_at) VALUES (?, ?, ?, ?, ?, ?, ?)
 ON CONFLICT (person_id, objection_id) DO UPDATE SET holder_id = excluded.holder_id,
 requested_at = CASE WHEN sharing_decisions.requested_at > 0 THEN sharing_decisions.requested_at ELSE excluded.requested_at END,
 confirmed_at = CASE WHEN sharing_decisions.confirmed_at > 0 THEN sharing_decisions.confirmed_at ELSE excluded.confirmed_at END,
 reversed_at = CASE WHEN sharing_decisions.reversed_at > 0 THEN sharing_decisions.reversed_at ELSE excluded.reversed_at END,
 dropped_at = CASE WHEN sharing_decisions.dropped_at > 0 THEN sharing_decisions.dropped_at ELSE excluded.dropped_at END`,
		string(person), string(d.Objection), d.Holder, millis(d.Requested), millis(d.Confirmed), millis(d.Reversed), millis(d.Dropped))
	if err != nil {
		return false, fmt.Errorf("patient: decide: %w", err)
	}
	return s.Apply(ctx, person)
}

// Release ends a portal decision's hold on a person it was tied to by mistake.
func (s *Sharing) Release(ctx context.Context, person, objection opaque.ID) (changed bool, err error) {
	if err := s.Lock(ctx, person); err != nil {
		return false, err
	}
	if _, err := s.db.Exec(ctx, "DELETE FROM sharing_decisions WHERE person_id = ? AND objection_id = ?", string(person), string(objection)); err != nil {
		return false, fmt.Errorf("patient: release: %w", err)
	}
	return s.Apply(ctx, person)
}

func (s *Sharing) codes(ctx context.Context, person opaque.ID) ([]CodeEvent, error) {
	var codes []CodeEvent
	err := s.each(ctx, `SELECT e.item_id, e.source_id, COALESCE(s.organisation_id, ''), e.refused, e.effective_at, e.recorded_at, e.place
 FROM consent_events e LEFT JOIN sources s ON s.id = e.source_id WHERE e.person_id = ?`, func(scan func(...any) error) error {
		var c CodeEvent
		err := scan(&c.Item, &c.Source, &c.Organisation, &c.Refused, &c.Effective, &c.Recorded, &c.Place)
		codes = append(codes, c)
		return err
	}, string(person))
	return codes, err
}

// holdersQuery finds who may take an objection back in its clinical system beside
// the organisation that confirmed it: whoever took over its work, and, when it was
// the person's practice, the practice that has the record now, for the code
// travels with it.
const holdersQuery = `SELECT o.id FROM organisations h JOIN organisations o
 ON o.id = h.successor_id OR (h.kind = 'practice' AND o.kind = 'practice' AND o.ods_code <> '' AND o.ods_code = (SELECT p.practice_ods FROM persons p WHERE p.id = ?))
 WHERE h.id = ?`

func (s *Sharing) decisions(ctx context.Context, person opaque.ID) ([]Decision, error) {
	var all []Decision
	err := s.each(ctx, "SELECT objection_id, holder_id, requested_at, confirmed_at, reversed_at, dropped_at FROM sharing_decisions WHERE person_id = ? ORDER BY objection_id",
		func(scan func(...any) error) error {
			var d Decision
			var requested, confirmed, reversed, dropped int64
			err := scan(&d.Objection, &d.Holder, &requested, &confirmed, &reversed, &dropped)
			d.Requested, d.Confirmed, d.Reversed, d.Dropped = instant(requested), instant(confirmed), instant(reversed), instant(dropped)
			all = append(all, d)
			return err
		}, string(person))
	for i := range all {
		all[i].Holders = []string{all[i].Holder}
		if err == nil {
			err = s.each(ctx, holdersQuery, func(scan func(...any) error) error {
				var id string
				err := scan(&id)
				all[i].Holders = append(all[i].Holders, id)
				return err
			}, string(person), all[i].Holder)
		}
	}
	return all, err
}

// sight notes when each code was first seen and when it was there no longer.
func (s *Sharing) sight(ctx context.Context, person opaque.ID, codes []CodeEvent, now time.Time) error {
	type key struct {
		item      opaque.ID
		refused   bool
		effective int64
	}
	standing := map[key]bool{} // known; the value says whether it stands
	err := s.each(ctx, "SELECT item_id, refused, effective_at, gone_at FROM code_sightings WHERE person_id = ?", func(scan func(...any) error) error {
		var k key
		var gone int64
		err := scan(&k.item, &k.refused, &k.effective, &gone)
		standing[k] = gone == 0
		return err
	}, string(person))
	if err != nil {
		return err
	}
	for _, c := range codes {
		k := key{c.Item, c.Refused, c.Effective}
		stands, known := standing[k]
		delete(standing, k)
		if stands {
			continue
		}
		query := `INSERT INTO code_sightings (person_id, item_id, refused, effective_at, source_id, seen_at, gone_at, taken_at) VALUES (?, ?, ?, ?, ?, ?, 0, 0)`
		args := []any{string(person), string(c.Item), c.Refused, c.Effective, c.Source, now.UnixMilli()}
		if known {
			query = "UPDATE code_sightings SET gone_at = 0, taken_at = 0 WHERE person_id = ? AND item_id = ? AND refused = ? AND effective_at = ?"
			args = args[:4]
		}
		if _, err := s.db.Exec(ctx, query, args...); err != nil {
			return err
		}
	}
	for k, stood := range standing {
		if !stood {
			continue
		}
		_, err := s.db.Exec(ctx, "UPDATE code_sightings SET gone_at = ?, taken_at = 0 WHERE person_id = ? AND item_id = ? AND refused = ? AND effective_at = ?",
			now.UnixMilli(), string(person), string(k.item), k.refused, k.effective)
		if err != nil {
			return err
		}
	}
	return nil
}

// Grounds says how a person's standing came about, with all it rests on.
type Grounds struct {
	Effect    Effect
	Codes     []CodeEvent
	Decisions []Decision
}

// Grounds works the rule out without writing: for a page that explains it, and for
// the nightly check that what is written is what follows.
func (s *Sharing) Grounds(ctx context.Context, person opaque.ID) (Grounds, error) {
	var g Grounds
	var err error
	if g.Codes, err = s.codes(ctx, person); err == nil {
		g.Decisions, err = s.decisions(ctx, person)
	}
	if err != nil {
		return Grounds{}, fmt.Errorf("patient: grounds: %w", err)
	}
	slices.SortFunc(g.Codes, func(a, b CodeEvent) int {
		if a.newer(b) {
			return -1
		}
		return 1
	})
	g.Effect = Hidden(g.Codes, g.Decisions, s.policy, s.clock())
	return g, nil
}

func (s *Sharing) each(ctx context.Context, query string, row func(scan func(...any) error) error, args ...any) error {
	rows, err := s.db.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
