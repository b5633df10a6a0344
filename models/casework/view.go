package casework

import (
	"context"
	"strings"
	"unicode/utf8"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/opaque"
)

// View is a filter of the queue that somebody gave a name, for themselves or for
// everybody at their organisation.
type View struct {
	ID     opaque.ID
	Name   string
	Query  string // as the address has it
	Shared bool
	Mine   bool
}

const (
	maxViewName  = 60
	maxViewQuery = 300
	maxViews     = 20 // of one person
)

// views are those that a viewer sees: their own, and what is shared.
func (s *Store) views(ctx context.Context, by access.Viewer) ([]View, error) {
	var all []View
	err := s.each(ctx, `SELECT id, name, query, shared, staff_id FROM case_views WHERE organisation_id = ? AND (staff_id = ? OR shared = 1)
 ORDER BY shared, name, id LIMIT 100`, func(scan func(...any) error) error {
		var v View
		var shared int
		var owner string
		err := scan(&v.ID, &v.Name, &v.Query, &shared, &owner)
		v.Shared, v.Mine = shared == 1, owner == by.ID
		all = append(all, v)
		return err
	}, by.Organisation, by.ID)
	return all, err
}

func (s *Store) viewing(ctx context.Context, by access.Viewer, act string, req Request) error {
	ask := access.WorkAsk{By: by, Owner: by.Organisation, Open: access.Handlers | access.Clinicians, Act: act, Route: req.Route, RequestID: req.RequestID}
	_, err := s.gate.Work(ctx, ask, nil)
	return err
}

// SaveView keeps a filter under a name; the same name again of the same person is
// the same view. Only those who handle requests share one.
func (s *Store) SaveView(ctx context.Context, by access.Viewer, v View, req Request) error {
	if err := s.viewing(ctx, by, "save_view", req); err != nil {
		return wrap("save view", err)
	}
	v.Name = strings.TrimSpace(v.Name)
	switch n := utf8.RuneCountInString(v.Name); {
	case n == 0:
		return invalid.Fields{{Name: "name", Message: "case.view.missing"}}
	case n > maxViewName || len(v.Query) > maxViewQuery:
		return invalid.Fields{{Name: "name", Message: "case.view.long"}}
	}
	shared := 0
	if v.Shared && by.Can(access.ManageRequests) {
		shared = 1
	}
	err := s.db.Do(ctx, func(ctx context.Context) error {
		err := s.exec(ctx, "DELETE FROM case_views WHERE organisation_id = ? AND staff_id = ? AND name = ?", by.Organisation, by.ID, v.Name)
		if err != nil {
			return err
		}
		row, err := s.db.QueryRow(ctx, "SELECT count(*) FROM case_views WHERE organisation_id = ? AND staff_id = ?", by.Organisation, by.ID)
		if err != nil {
			return err
		}
		var have int
		if err := row.Scan(&have); err != nil {
			return err
		}
		if have >= maxViews {
			return invalid.Fields{{Name: "name", Message: "case.view.many"}}
		}
		return s.exec(ctx, "INSERT INTO case_views (id, organisation_id, staff_id, shared, name, query) VALUES (?, ?, ?, ?, ?, ?)",
			string(opaque.New()), by.Organisation, by.ID, shared, v.Name, v.Query)
	})
	return wrap("save view", err)
}

// RemoveView forgets a view: one's own, or, for those who handle requests, a shared one.
func (s *Store) RemoveView(ctx context.Context, by access.Viewer, id opaque.ID, req Request) error {
	if err := s.viewing(ctx, by, "remove_view", req); err != nil {
		return wrap("remove view", err)
	}
	handler := 0
	if by.Can(access.ManageRequests) {
		handler = 1
	}
	err := s.db.Do(ctx, func(ctx context.Context) error {
		result, err := s.db.Exec(ctx, "DELETE FROM case_views WHERE id = ? AND organisation_id = ? AND (staff_id = ? OR (shared = 1 AND ? = 1))", string(id), by.Organisation, by.ID, handler)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n != 1 {
			return fault.NotFound
		}
		return nil
	})
	return wrap("remove view", err)
}
