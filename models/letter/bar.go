package letter

import (
	"context"
	"fmt"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/models/patient"
)

// Bar keeps parents from being told of a young person's matter, or of all of them
// with an empty case: asked by the young person, in the portal or of staff who enter
// it. What lies ready for a parent is cancelled, and so is what they have not read
// yet, and what is on its way to where the young person lives. It stands until Unbar.
func (s *Store) Bar(ctx context.Context, by access.Viewer, about opaque.ID, caseRef string, req patient.Request) error {
	if err := s.pass(ctx, wide(by, about, "parents_not_told", req), nil); err != nil {
		return fmt.Errorf("letter: bar: %w", err)
	}
	if err := s.within(ctx, func(ctx context.Context) error { return s.bar(ctx, by, about, caseRef) }); err != nil {
		return fmt.Errorf("letter: bar: %w", err)
	}
	return nil
}

// KeepBack is Bar for one case within the transaction in ctx: for the verb that
// writes down, in that case, what the young person asked for, and has passed the gate
// of cases for it. It need not be known whose case it is.
func (s *Store) KeepBack(ctx context.Context, by access.Viewer, about opaque.ID, caseRef string) error {
	if by.Kind == access.Nobody || caseRef == "" || !s.db.InTx(ctx) {
		return fmt.Errorf("letter: keep back: of one case, in its transaction: %w", fault.Denied)
	}
	if err := s.bar(ctx, by, about, caseRef); err != nil {
		return fmt.Errorf("letter: keep back: %w", err)
	}
	return nil
}

func (s *Store) bar(ctx context.Context, by access.Viewer, about opaque.ID, caseRef string) error {
	_, err := s.db.Exec(ctx, `INSERT INTO letter_bars (about_id, case_ref, since_at, until_at, made_by, ended_by) VALUES (?, ?, ?, 0, ?, '') ON CONFLICT DO NOTHING`,
		string(about), caseRef, s.clock().UnixMilli(), by.ID)
	if err != nil {
		return err
	}
	return s.callBack(ctx, about, caseRef)
}

const (
	toParents = `SELECT l.id, l.state FROM letters l JOIN notices n ON n.id = l.notice_id
 WHERE (l.role = 'parent' AND (l.state IN ('queued','failed') OR l.channel = 'in_app' AND l.state = 'sent' AND l.read_at = 0)
 OR l.role = 'self' AND l.channel <> 'in_app' AND l.state IN ('queued','failed') AND l.address NOT LIKE '%"only":true%')`
	toParentsOfCase  = toParents + ` AND n.case_ref <> '' AND n.case_ref = ?`
	toParentsOfChild = toParents + ` AND n.about_id = ?`
)

// callBack cancels what is on its way to a parent, or to where one reads along.
func (s *Store) callBack(ctx context.Context, about opaque.ID, caseRef string) error {
	query, of := toParentsOfCase, caseRef
	if caseRef == "" {
		query, of = toParentsOfChild, string(about)
	}
	q, err := s.db.Query(ctx, query, of)
	if err != nil {
		return err
	}
	defer q.Close()
	found := map[string]State{}
	for q.Next() {
		var id string
		var state State
		if err := q.Scan(&id, &state); err != nil {
			return err
		}
		found[id] = state
	}
	if err := q.Err(); err != nil {
		return err
	}
	for id, state := range found {
		if err := s.move(ctx, id, state, Cancelled, detailBarred, Receipt{}); err != nil {
			return err
		}
	}
	return nil
}

// Unbar ends a bar. What was kept back stays so.
func (s *Store) Unbar(ctx context.Context, by access.Viewer, about opaque.ID, caseRef string, req patient.Request) error {
	if err := s.pass(ctx, wide(by, about, "parents_told", req), nil); err != nil {
		return fmt.Errorf("letter: unbar: %w", err)
	}
	err := s.within(ctx, func(ctx context.Context) error {
		_, err := s.db.Exec(ctx, `UPDATE letter_bars SET until_at = ?, ended_by = ? WHERE about_id = ? AND case_ref = ? AND until_at = 0`,
			s.clock().UnixMilli(), by.ID, string(about), caseRef)
		return err
	})
	if err != nil {
		return fmt.Errorf("letter: unbar: %w", err)
	}
	return nil
}

// Barred tells the young person, and staff who carry their request, whether parents
// are kept from being told. A parent who asks finds nothing, like anybody else.
func (s *Store) Barred(ctx context.Context, by access.Viewer, about opaque.ID, caseRef string, req patient.Request) (bool, error) {
	var barred bool
	err := s.pass(ctx, wide(by, about, "parents", req), func(ctx context.Context) (err error) {
		barred, err = s.barred(ctx, about, caseRef)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("letter: barred: %w", err)
	}
	return barred, nil
}

func (s *Store) barred(ctx context.Context, about opaque.ID, caseRef string) (bool, error) {
	return s.exists(ctx, `SELECT COUNT(*) FROM letter_bars WHERE until_at = 0
		AND (case_ref <> '' AND case_ref = ? OR case_ref = '' AND about_id <> '' AND about_id = ?)`, caseRef, string(about))
}
