package evidence

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/casework"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/opaque"
)

// Deps are what a Store works with.
type Deps struct {
	DB    *db.DB
	Gate  *access.Gate
	Clock clock.Clock
	Cases *casework.Store
	Keys  *Keys // nil: no file is taken in, none can be opened
}

// Store keeps evidence.
type Store struct{ Deps }

// NewStore makes the store.
func NewStore(d Deps) *Store { return &Store{d} }

// Takes tells whether files can be sent at all: without a key none is.
func (s *Store) Takes() bool { return s != nil && s.Keys != nil }

const columns = "e.id, e.name, e.kind, e.size, e.added_at, e.by_name, e.account_id"

func scan(by access.Viewer, row func(...any) error, more ...any) (File, string, error) {
	var f File
	var added int64
	var account string
	err := row(append([]any{&f.ID, &f.Name, &f.Kind, &f.Size, &added, &f.ByName, &account}, more...)...)
	f.Added, f.Mine = time.UnixMilli(added).UTC(), by.ID != "" && account == by.ID
	return f, account, err
}

// mine passes the gate for the files of somebody's own draft.
func (s *Store) mine(ctx context.Context, by access.Viewer, act string, req casework.Request, read func(context.Context) (access.Shown, error)) error {
	var reading func(context.Context, access.Pass) (access.Shown, error)
	if read != nil {
		reading = func(ctx context.Context, _ access.Pass) (access.Shown, error) { return read(ctx) }
	}
	_, err := s.Gate.Work(ctx, access.WorkAsk{By: by, Person: by.Person, Parties: []string{by.ID}, Open: access.Applicants, Act: act, Route: req.Route, RequestID: req.RequestID}, reading)
	return err
}

// unsent insists that a draft is the viewer's own and not sent yet, and keeps it so
// until the transaction ends.
func (s *Store) unsent(ctx context.Context, by access.Viewer, draft opaque.ID) error {
	query := "SELECT case_id FROM objection_drafts WHERE id = ? AND account_id = ? AND account_id <> '' AND expires_at > ?"
	if s.DB.Dialect == db.Postgres {
		query += " FOR UPDATE"
	}
	row, err := s.DB.QueryRow(ctx, query, string(draft), by.ID, s.Clock().UnixMilli())
	if err != nil {
		return err
	}
	var sent string
	switch err := row.Scan(&sent); {
	case errors.Is(err, sql.ErrNoRows):
		return fault.NotFound
	case err != nil:
		return err
	case sent != "":
		return fault.Conflict
	}
	return nil
}

// Add takes a file in, for a draft of the viewer's own. What is wrong with it comes
// back as invalid.Fields of the field "file".
func (s *Store) Add(ctx context.Context, by access.Viewer, draft opaque.ID, up Upload, req casework.Request) (File, error) {
	if err := s.mine(ctx, by, "add evidence", req, nil); err != nil {
		return File{}, fmt.Errorf("evidence: add: %w", err)
	}
	if !s.Takes() {
		return File{}, fmt.Errorf("evidence: add: no key is configured: %w", fault.Unavailable)
	}
	kind, problem := Check(up)
	if problem != "" {
		return File{}, refused(problem)
	}
	now := s.Clock()
	f := File{ID: opaque.New(), Name: cleanName(up.Name), Kind: kind, Size: len(up.Body), Added: now, ByName: by.Name, Mine: true}
	sealed, err := s.Keys.seal(up.Body, bound(f.ID, draft, by.ID, kind))
	if err != nil {
		return File{}, fmt.Errorf("evidence: add: %w", err)
	}
	err = s.DB.Do(ctx, func(ctx context.Context) error {
		if err := s.unsent(ctx, by, draft); err != nil {
			return err
		}
		row, err := s.DB.QueryRow(ctx, "SELECT COUNT(*) FROM evidence WHERE matter_id = ?", string(draft))
		if err != nil {
			return err
		}
		var n int
		if err := row.Scan(&n); err != nil {
			return err
		}
		row, err = s.DB.QueryRow(ctx, "SELECT COUNT(*) FROM evidence e JOIN objection_drafts d ON d.id = e.matter_id WHERE e.account_id = ? AND d.case_id = ''", by.ID)
		if err != nil {
			return err
		}
		var open int
		if err := row.Scan(&open); err != nil {
			return err
		}
		if n >= MaxFiles || open >= maxOpen {
			return refused(TooMany)
		}
		if _, err := s.DB.Exec(ctx, "INSERT INTO evidence (id, matter_id, account_id, by_name, name, kind, size, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			string(f.ID), string(draft), by.ID, by.Name, f.Name, string(kind), f.Size, now.UnixMilli()); err != nil {
			return err
		}
		_, err = s.DB.Exec(ctx, "INSERT INTO evidence_bodies (evidence_id, key_id, data_key, sealed) VALUES (?, ?, ?, ?)", string(f.ID), sealed.key, sealed.dataKey, sealed.body)
		return err
	})
	var fields invalid.Fields
	if errors.As(err, &fields) {
		return File{}, fields
	}
	if err != nil {
		return File{}, fmt.Errorf("evidence: add: %w", err)
	}
	return f, nil
}

func refused(p Problem) invalid.Fields {
	return invalid.Fields{{Name: "file", Message: "objection.file." + string(p)}}
}

// Mine lists what the viewer sent with a draft of their own, in order.
func (s *Store) Mine(ctx context.Context, by access.Viewer, draft opaque.ID, req casework.Request) ([]File, error) {
	var all []File
	err := s.mine(ctx, by, "own evidence", req, func(ctx context.Context) (access.Shown, error) {
		err := s.each(ctx, "SELECT "+columns+" FROM evidence e WHERE e.matter_id = ? AND e.account_id = ? ORDER BY e.added_at, e.id", into(&all, by), string(draft), by.ID)
		return access.Shown{Items: refs(all)}, err
	})
	if err != nil {
		return nil, fmt.Errorf("evidence: mine: %w", err)
	}
	return all, nil
}

// Own gives one file back to who sent it.
func (s *Store) Own(ctx context.Context, by access.Viewer, draft, id opaque.ID, req casework.Request) (File, []byte, error) {
	var f File
	var box sealed
	err := s.mine(ctx, by, "own evidence file", req, func(ctx context.Context) (access.Shown, error) {
		f = File{}
		err := s.each(ctx, "SELECT "+columns+`, e.matter_id, b.key_id, b.data_key, b.sealed FROM evidence e JOIN evidence_bodies b ON b.evidence_id = e.id
 WHERE e.id = ? AND e.matter_id = ? AND e.account_id = ?`, whole(&f, &box, by), string(id), string(draft), by.ID)
		return found(f, err)
	})
	return s.opened(f, box, err)
}

// Remove takes a file away again, before the request is sent; one that is not there
// is away already.
func (s *Store) Remove(ctx context.Context, by access.Viewer, draft, id opaque.ID, req casework.Request) error {
	err := s.mine(ctx, by, "remove evidence", req, nil)
	if err == nil {
		err = s.DB.Do(ctx, func(ctx context.Context) error {
			if err := s.unsent(ctx, by, draft); err != nil {
				return err
			}
			if _, err := s.DB.Exec(ctx, "DELETE FROM evidence_bodies WHERE evidence_id IN (SELECT id FROM evidence WHERE id = ? AND matter_id = ? AND account_id = ?)", string(id), string(draft), by.ID); err != nil {
				return err
			}
			_, err := s.DB.Exec(ctx, "DELETE FROM evidence WHERE id = ? AND matter_id = ? AND account_id = ?", string(id), string(draft), by.ID)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("evidence: remove: %w", err)
	}
	return nil
}

// OfCase lists the evidence of a case: all of it to those who handle it, to people
// what they sent themselves.
func (s *Store) OfCase(ctx context.Context, by access.Viewer, ref opaque.ID, req casework.Request) ([]File, error) {
	var all []File
	err := s.Cases.Look(ctx, by, ref, "evidence", req, func(ctx context.Context, c casework.Case) (access.Shown, error) {
		err := s.each(ctx, "SELECT "+columns+` FROM evidence e JOIN objections o ON o.token = e.matter_id WHERE o.case_id = ? AND (? = 1 OR e.account_id = ?) ORDER BY e.added_at, e.id`,
			into(&all, by), string(c.ID), handles(by), by.ID)
		return access.Shown{Items: refs(all)}, err
	})
	if err != nil {
		return nil, fmt.Errorf("evidence: of case: %w", err)
	}
	return all, nil
}

// Open gives out one file of a case, to the same people. The page serves it as an
// attachment under SaveAs.
func (s *Store) Open(ctx context.Context, by access.Viewer, ref, id opaque.ID, req casework.Request) (File, []byte, error) {
	var f File
	var box sealed
	err := s.Cases.Look(ctx, by, ref, "evidence file", req, func(ctx context.Context, c casework.Case) (access.Shown, error) {
		f = File{}
		err := s.each(ctx, "SELECT "+columns+`, e.matter_id, b.key_id, b.data_key, b.sealed FROM evidence e JOIN objections o ON o.token = e.matter_id
 JOIN evidence_bodies b ON b.evidence_id = e.id WHERE e.id = ? AND o.case_id = ? AND (? = 1 OR e.account_id = ?)`, whole(&f, &box, by), string(id), string(c.ID), handles(by), by.ID)
		return found(f, err)
	})
	return s.opened(f, box, err)
}

// handles: whom the gate let at a case, other than the people whose case it is.
func handles(by access.Viewer) int {
	if by.Kind == access.Staff {
		return 1
	}
	return 0
}

// opened decrypts, after the entry is in the log.
func (s *Store) opened(f File, box sealed, err error) (File, []byte, error) {
	if err == nil && s.Keys == nil {
		err = fmt.Errorf("no key is configured: %w", fault.Unavailable)
	}
	var body []byte
	if err == nil {
		body, err = s.Keys.open(box)
	}
	if err != nil {
		return File{}, nil, fmt.Errorf("evidence: open: %w", err)
	}
	return f, body, nil
}

// each runs a query and hands out its rows.
func (s *Store) each(ctx context.Context, query string, row func(scan func(...any) error) error, args ...any) error {
	rows, err := s.DB.Query(ctx, query, args...)
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

// into collects files as their rows come.
func into(all *[]File, by access.Viewer) func(func(...any) error) error {
	*all = nil
	return func(row func(...any) error) error {
		f, _, err := scan(by, row)
		*all = append(*all, f)
		return err
	}
}

// whole takes one file with its body as the row comes.
func whole(f *File, box *sealed, by access.Viewer) func(func(...any) error) error {
	return func(row func(...any) error) error {
		var matter opaque.ID
		var account string
		var err error
		*f, account, err = scan(by, row, &matter, &box.key, &box.dataKey, &box.body)
		box.bound = bound(f.ID, matter, account, f.Kind)
		return err
	}
}

// found is the entry of a file that was there.
func found(f File, err error) (access.Shown, error) {
	switch {
	case err != nil:
		return access.Shown{}, err
	case f.ID == "":
		return access.Shown{}, fault.NotFound
	}
	return access.Shown{Items: refs([]File{f})}, nil
}

func refs(files []File) []audit.ItemRef {
	out := make([]audit.ItemRef, len(files))
	for i, f := range files {
		out[i] = audit.ItemRef{ID: f.ID, Version: 1}
	}
	return out
}
