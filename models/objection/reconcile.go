package objection

import (
	"context"
	"fmt"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/fault"
	"candour/models/opaque"
)

// Reconciliation is one day of one feed: the codes in it against the objections in
// force. A system elsewhere recorded 150,000 objections for three years and sent
// none on; it was found because a change made the count jump.
type Reconciliation struct {
	Day       string // London
	Source    string
	Coded     int   // persons whose newest code in this feed refuses
	Reversals int   // persons whose newest code in it takes it back
	InForce   int   // of those who refuse, the persons whom nobody can see; the others took it back elsewhere, later
	Unapplied int   // persons who can be seen though the rule hides them: always 0
	Unseen    int   // objections confirmed here by its organisation and not coded in it
	Alarm     Alarm // "" when nothing is wrong
}

// Alarm of a reconciliation: a closed list, put into words by locales.
type Alarm string

const (
	AlarmStep      Alarm = "step"      // the count jumped
	AlarmUnapplied Alarm = "unapplied" // somebody can be seen who must not be
)

// few is up to how many persons a change is no jump: two of three is chance.
const few = 5

// Judge says what is wrong with a day, beside the day before that is known; it is
// pure. Worse goes first.
func Judge(before *Reconciliation, now Reconciliation, step int) Alarm {
	if now.Unapplied > 0 {
		return AlarmUnapplied
	}
	if before == nil {
		return ""
	}
	for _, pair := range [][2]int{{before.Coded, now.Coded}, {before.Reversals, now.Reversals}} {
		change := max(pair[0]-pair[1], pair[1]-pair[0])
		if change > few && change*100 > step*pair[0] {
			return AlarmStep
		}
	}
	return ""
}

// counts of a feed in one statement: the newest code of each person in it.
const counts = `SELECT COALESCE(SUM(CASE WHEN e.refused THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN e.refused THEN 0 ELSE 1 END), 0),
 COALESCE(SUM(CASE WHEN e.refused AND p.objected THEN 1 ELSE 0 END), 0)
 FROM consent_events e JOIN persons p ON p.id = e.person_id WHERE e.source_id = ? AND NOT EXISTS (SELECT 1 FROM consent_events n WHERE n.person_id = e.person_id AND n.source_id = e.source_id
 AND (n.effective_at, n.recorded_at, n.place, CASE WHEN n.refused THEN 1 ELSE 0 END, e.item_id) > (e.effective_at, e.recorded_at, e.place, CASE WHEN e.refused THEN 1 ELSE 0 END, n.item_id))`

// unseen are confirmed here and not coded in the feeds of who confirmed.
const unseen = `SELECT count(*) FROM cases c JOIN sources s ON s.organisation_id = c.organisation_id WHERE s.id = ? AND c.kind = 'objection' AND c.closed_at = 0 AND c.state = 'confirmed'`

// Reconcile compares every feed with what is in force, once a day: calling it again
// on the same day counts anew. What raises an alarm is given back with the rest.
func (s *Store) Reconcile(ctx context.Context, by access.Viewer) ([]Reconciliation, error) {
	if by.Kind != access.System {
		return nil, fmt.Errorf("objection: reconcile: %w", fault.Denied)
	}
	var all []Reconciliation
	err := s.DB.Do(ctx, func(ctx context.Context) error {
		all = nil
		var sources []string
		err := s.each(ctx, "SELECT id FROM sources WHERE state = 'connected' ORDER BY id", func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			sources = append(sources, id)
			return err
		})
		if err != nil {
			return err
		}
		for _, source := range sources {
			r, err := s.reconcile(ctx, source)
			if err != nil {
				return err
			}
			all = append(all, r)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("objection: reconcile: %w", err)
	}
	return all, nil
}

func (s *Store) reconcile(ctx context.Context, source string) (Reconciliation, error) {
	r := Reconciliation{Day: audit.Day(s.Clock()), Source: source}
	row, err := s.DB.QueryRow(ctx, counts, source)
	if err == nil {
		err = row.Scan(&r.Coded, &r.Reversals, &r.InForce)
	}
	if err != nil {
		return r, err
	}
	if row, err = s.DB.QueryRow(ctx, unseen, source); err == nil {
		err = row.Scan(&r.Unseen)
	}
	if err != nil {
		return r, err
	}
	if err := s.unapplied(ctx, &r); err != nil {
		return r, err
	}
	before, err := s.before(ctx, r)
	if err != nil {
		return r, err
	}
	r.Alarm = Judge(before, r, s.Settings.Step)
	_, err = s.DB.Exec(ctx, `INSERT INTO reconciliations (day, source_id, coded, reversals, in_force, unapplied, unseen, alarm, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
 ON CONFLICT (source_id, day) DO UPDATE SET coded = excluded.coded, reversals = excluded.reversals, in_force = excluded.in_force, unapplied = excluded.unapplied,
 unseen = excluded.unseen, alarm = excluded.alarm, made_at = excluded.made_at`, r.Day, r.Source, r.Coded, r.Reversals, r.InForce, r.Unapplied, r.Unseen, string(r.Alarm), millis(s.Clock()))
	return r, err
}

// unapplied works the rule out anew for whoever has refused in this feed, or was
// confirmed by its organisation, and can be seen: who took it back is rightly seen.
func (s *Store) unapplied(ctx context.Context, r *Reconciliation) error {
	var persons []opaque.ID
	err := s.each(ctx, "SELECT DISTINCT e.person_id FROM consent_events e JOIN persons p ON p.id = e.person_id WHERE e.source_id = ? AND e.refused AND NOT p.objected"+
		" UNION SELECT d.person_id FROM sharing_decisions d JOIN persons p ON p.id = d.person_id JOIN sources s ON s.organisation_id = d.holder_id WHERE s.id = ? AND d.confirmed_at > 0 AND NOT p.objected", func(scan func(...any) error) error {
		var id opaque.ID
		err := scan(&id)
		persons = append(persons, id)
		return err
	}, r.Source, r.Source)
	for _, id := range persons {
		if err != nil {
			return err
		}
		g, e := s.Sharing.Grounds(ctx, id)
		if err = e; g.Effect.Hidden {
			r.Unapplied++
		}
	}
	return err
}

// before is the newest reconciliation of an earlier day.
func (s *Store) before(ctx context.Context, r Reconciliation) (*Reconciliation, error) {
	var all []Reconciliation
	err := s.each(ctx, "SELECT day, source_id, coded, reversals, in_force, unapplied, unseen, alarm FROM reconciliations WHERE source_id = ? AND day < ? ORDER BY day DESC LIMIT 1", into(&all), r.Source, r.Day)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// into reads one day of one feed.
func into(all *[]Reconciliation) func(scan func(...any) error) error {
	return func(scan func(...any) error) error {
		var r Reconciliation
		err := scan(&r.Day, &r.Source, &r.Coded, &r.Reversals, &r.InForce, &r.Unapplied, &r.Unseen, &r.Alarm)
		*all = append(*all, r)
		return err
	}
}

// Reconciliations lists the newest days of the feeds of the viewer's organisation,
// alarms first: for governance and for those who handle requests. How many objected
// elsewhere is none of theirs.
func (s *Store) Reconciliations(ctx context.Context, by access.Viewer, from string) ([]Reconciliation, error) {
	if by.Kind != access.System && !(by.Kind == access.Staff && (by.Can(access.ManageRequests) || by.Can(access.ReviewAccess))) {
		return nil, fmt.Errorf("objection: reconciliations: %w", fault.Denied)
	}
	var all []Reconciliation
	query, args := `SELECT day, source_id, coded, reversals, in_force, unapplied, unseen, alarm FROM reconciliations WHERE day >= ?
 AND source_id IN (SELECT id FROM sources WHERE organisation_id = ?) ORDER BY CASE WHEN alarm <> '' THEN 0 ELSE 1 END, day DESC, source_id LIMIT 500`, []any{from, by.Organisation}
	if by.Kind == access.System {
		query, args = `SELECT day, source_id, coded, reversals, in_force, unapplied, unseen, alarm FROM reconciliations WHERE day >= ?
 ORDER BY CASE WHEN alarm <> '' THEN 0 ELSE 1 END, day DESC, source_id LIMIT 500`, []any{from}
	}
	err := s.each(ctx, query, into(&all), args...)
	if err != nil {
		return nil, fmt.Errorf("objection: reconciliations: %w", err)
	}
	return all, nil
}

// FeedAlarms counts the viewer's own feeds with whose newest day something is wrong: one line on
// the queue of those who handle requests, and nothing for anybody else.
func (s *Store) FeedAlarms(ctx context.Context, by access.Viewer) (int, error) {
	if by.Kind != access.Staff || !by.Can(access.ManageRequests) {
		return 0, nil
	}
	n := 0
	err := s.each(ctx, "SELECT count(*) FROM reconciliations r WHERE r.alarm <> '' AND r.source_id IN (SELECT id FROM sources WHERE organisation_id = ?) AND NOT EXISTS (SELECT 1 FROM reconciliations n WHERE n.source_id = r.source_id AND n.day > r.day)",
		func(scan func(...any) error) error { return scan(&n) }, by.Organisation)
	if err != nil {
		return 0, fmt.Errorf("objection: alarms of feeds: %w", err)
	}
	return n, nil
}
