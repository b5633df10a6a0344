package objection

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"candour/models/access"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/opaque"
)

// draftFor is how long what was begun can be taken up again.
const draftFor = 30 * 24 * time.Hour

// What one account may have open at once: drafts, and undecided requests for others.
// A parent of a large family has room; who sends requests by the hundred has none.
const (
	maxDrafts    = 10
	maxForOthers = 10
)

// ErrTooMany says that something has to be sent, deleted or decided first.
var ErrTooMany = fmt.Errorf("objection: too many are open: %w", fault.Conflict)

// Started is a request that is being filled in.
type Started struct {
	ID      opaque.ID
	Answers Answers
	Step    string // where it was left
	Version int
	Since   time.Time
	Until   time.Time
	Sent    Ref // when it was sent already
}

// mine passes the gate for somebody's own drafts.
func (s *Store) mine(ctx context.Context, by access.Viewer, act string, req Request) error {
	_, err := s.Gate.Work(ctx, access.WorkAsk{By: by, Person: by.Person, Parties: []string{by.ID}, Open: access.Applicants, Act: act, Route: req.Route, RequestID: req.RequestID}, nil)
	return err
}

// Start begins a request of one's own making.
func (s *Store) Start(ctx context.Context, by access.Viewer, a Answers, req Request) (Started, error) {
	if err := s.mine(ctx, by, "start", req); err != nil {
		return Started{}, fmt.Errorf("objection: start: %w", err)
	}
	now := s.Clock()
	d := Started{ID: opaque.New(), Answers: a, Version: 1, Since: now, Until: now.Add(draftFor)}
	body, err := json.Marshal(&a)
	if err != nil {
		return Started{}, fmt.Errorf("objection: start: %w", err)
	}
	err = s.DB.Do(ctx, func(ctx context.Context) error {
		if err := s.room(ctx, by); err != nil {
			return err
		}
		_, err := s.DB.Exec(ctx, "INSERT INTO objection_drafts (id, account_id, answers, step, version, started_at, changed_at, expires_at, case_id) VALUES (?, ?, ?, '', 1, ?, ?, ?, '')",
			string(d.ID), by.ID, string(body), millis(now), millis(now), millis(d.Until))
		return err
	})
	if err != nil {
		return Started{}, fmt.Errorf("objection: start: %w", err)
	}
	return d, nil
}

// room insists that the viewer has not too much open already.
func (s *Store) room(ctx context.Context, by access.Viewer) error {
	var drafts, sent int
	row, err := s.DB.QueryRow(ctx, "SELECT count(*) FROM objection_drafts WHERE account_id = ? AND case_id = '' AND expires_at > ?", by.ID, millis(s.Clock()))
	if err == nil {
		err = row.Scan(&drafts)
	}
	if err != nil {
		return err
	}
	row, err = s.DB.QueryRow(ctx, "SELECT count(*) FROM objection_drafts d JOIN cases c ON c.id = d.case_id JOIN objections o ON o.case_id = c.id"+
		" WHERE d.account_id = ? AND o.subject <> 'self' AND o.confirmed_at = 0 AND c.closed_at = 0", by.ID)
	if err == nil {
		err = row.Scan(&sent)
	}
	if err == nil && (drafts >= maxDrafts || sent >= maxForOthers) {
		err = ErrTooMany
	}
	return err
}

// Save keeps what is filled in so far. Two windows on one draft: the later one is
// told that it changed, and keeps its text.
func (s *Store) Save(ctx context.Context, by access.Viewer, d Started, req Request) (Started, error) {
	if err := s.mine(ctx, by, "save", req); err != nil {
		return Started{}, fmt.Errorf("objection: save: %w", err)
	}
	body, err := json.Marshal(&d.Answers)
	if err != nil {
		return Started{}, fmt.Errorf("objection: save: %w", err)
	}
	now := s.Clock()
	err = s.DB.Do(ctx, func(ctx context.Context) error {
		have, err := s.draft(ctx, by, d.ID)
		switch {
		case err != nil:
			return err
		case have.Sent != "" || have.Version != d.Version:
			return fault.Conflict
		}
		d.Version, d.Until = d.Version+1, now.Add(draftFor)
		_, err = s.DB.Exec(ctx, "UPDATE objection_drafts SET answers = ?, step = ?, version = ?, changed_at = ?, expires_at = ? WHERE id = ? AND version = ?",
			string(body), d.Step, d.Version, millis(now), millis(d.Until), string(d.ID), have.Version)
		return err
	})
	if err != nil {
		return Started{}, fmt.Errorf("objection: save: %w", err)
	}
	return d, nil
}

// draft reads a draft of the viewer's own, for this transaction alone.
func (s *Store) draft(ctx context.Context, by access.Viewer, id opaque.ID) (Started, error) {
	query := "SELECT answers, step, version, started_at, expires_at, case_id FROM objection_drafts WHERE id = ? AND account_id = ? AND expires_at > ?"
	if s.DB.Dialect == db.Postgres && s.DB.InTx(ctx) {
		query += " FOR UPDATE"
	}
	row, err := s.DB.QueryRow(ctx, query, string(id), by.ID, millis(s.Clock()))
	if err != nil {
		return Started{}, err
	}
	d := Started{ID: id}
	var body string
	var since, until int64
	err = row.Scan(&body, &d.Step, &d.Version, &since, &until, &d.Sent)
	switch {
	case errors.Is(err, sql.ErrNoRows) || err == nil && by.ID == "":
		return Started{}, fault.NotFound
	case err != nil:
		return Started{}, err
	}
	d.Since, d.Until = instant(since), instant(until)
	return d, json.Unmarshal([]byte(body), &d.Answers)
}

// Resume takes a draft up again; one that is over, sent by another or never was
// ends alike.
func (s *Store) Resume(ctx context.Context, by access.Viewer, id opaque.ID, req Request) (Started, error) {
	err := s.mine(ctx, by, "resume", req)
	if err == nil {
		var d Started
		if d, err = s.draft(ctx, by, id); err == nil {
			return d, nil
		}
	}
	return Started{}, fmt.Errorf("objection: resume: %w", err)
}

// Drafts lists what the viewer has begun and not sent, newest first.
func (s *Store) Drafts(ctx context.Context, by access.Viewer, req Request) ([]Started, error) {
	if err := s.mine(ctx, by, "drafts", req); err != nil {
		return nil, fmt.Errorf("objection: drafts: %w", err)
	}
	var all []Started
	err := s.each(ctx, "SELECT id, step, version, started_at, expires_at, answers FROM objection_drafts WHERE account_id = ? AND case_id = '' AND expires_at > ? ORDER BY changed_at DESC, id",
		func(scan func(...any) error) error {
			var d Started
			var since, until int64
			var body string
			if err := scan(&d.ID, &d.Step, &d.Version, &since, &until, &body); err != nil {
				return err
			}
			d.Since, d.Until = instant(since), instant(until)
			all = append(all, d)
			return json.Unmarshal([]byte(body), &all[len(all)-1].Answers)
		}, by.ID, millis(s.Clock()))
	if err != nil {
		return nil, fmt.Errorf("objection: drafts: %w", err)
	}
	return all, nil
}

// Discard throws a draft away; one that is not there is thrown away already.
func (s *Store) Discard(ctx context.Context, by access.Viewer, id opaque.ID, req Request) error {
	if err := s.mine(ctx, by, "discard", req); err != nil {
		return fmt.Errorf("objection: discard: %w", err)
	}
	err := s.DB.Do(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, "DELETE FROM objection_drafts WHERE id = ? AND account_id = ? AND case_id = ''", string(id), by.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("objection: discard: %w", err)
	}
	return nil
}

// Sweep removes drafts whose 30 days are over.
func (s *Store) Sweep(ctx context.Context, by access.Viewer) error {
	if by.Kind != access.System {
		return fmt.Errorf("objection: sweep: %w", fault.Denied)
	}
	err := s.DB.Do(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, "DELETE FROM objection_drafts WHERE expires_at <= ?", millis(s.Clock()))
		return err
	})
	if err != nil {
		return fmt.Errorf("objection: sweep: %w", err)
	}
	return nil
}
