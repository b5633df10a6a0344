package letter

import (
	"context"
	"fmt"

	"candour/models/access"
	"candour/models/opaque"
	"candour/models/patient"
)

// Bar keeps parents from being told of a young person's matter, or of all of them
// with an empty case: asked by the young person, in the portal or of staff who enter
// it. What lies ready for a parent is cancelled, and so is what they have not read
// yet. It stands until Unbar.
func (s *Store) Bar(ctx context.Context, by access.Viewer, about opaque.ID, caseRef string, req patient.Request) error {
	if err := s.pass(ctx, wide(by, about, "parents_not_told", req), nil); err != nil {
		return fmt.Errorf("letter: bar: %w", err)
	}
	err := s.within(ctx, func(ctx context.Context) error {
		_, err := s.db.Exec(ctx, `INSERT INTO letter_bars (about_id, case_ref, since_at, until_at, made_by, ended_by) VALUES (?, ?, ?, 0, ?, '') ON CONFLICT DO NOTHING`,
			string(about), caseRef, s.clock().UnixMilli(), by.ID)
		if err != nil {
			return err
		}
		return s.callBack(ctx, about, caseRef)
	})
	if err != nil {
		return fmt.Errorf("letter: bar: %w", err)
	}
	return nil
}

// callBack cancels what is on its way to a parent.
func (s *Store) callBack(ctx context.Context, about opaque.ID, caseRef string) error {
	q, err := s.db.Query(ctx, `SELECT l.id, l.state FROM letters l JOIN notices n ON n.id = l.notice_id
		WHERE n.about_id = ? AND (CAST(? AS TEXT) = '' OR n.case_ref = ?) AND l.role = 'parent'
		AND (l.state IN ('queued','failed') OR l.channel = 'in_app' AND l.state = 'sent' AND l.read_at = 0)`, string(about), caseRef, caseRef)
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
	if about == "" {
		return false, nil
	}
	q, err := s.db.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM letter_bars WHERE about_id = ? AND until_at = 0 AND case_ref IN ('', ?))`, string(about), caseRef)
	if err != nil {
		return false, err
	}
	var barred bool
	return barred, q.Scan(&barred)
}
