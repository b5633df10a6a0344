package coding

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/job"
	"candour/models/objection"
	"candour/models/opaque"
)

// Write is the job that writes one code. It is tried for most of a day, ever more
// seldom; the key is the code's id with the round.
var Write = job.Define[Task]("coding.write", job.Options{Attempts: 14, Pause: 10 * time.Second, MaxPause: 2 * time.Hour, Limit: time.Minute})

// Task is the payload of a Write.
type Task struct {
	Code opaque.ID `json:"code"`
}

// Deps are what a Store works with.
type Deps struct {
	DB    *db.DB
	Gate  *access.Gate
	Clock clock.Clock
	Jobs  *job.Queue
	// Writable tells whether an organisation's clinical system can be written to.
	Writable func(organisation string) bool
}

// Store keeps codes on their way.
type Store struct{ Deps }

// NewStore makes the store.
func NewStore(d Deps) *Store { return &Store{d} }

// Request is where a question came from, for the log.
type Request = casework.Request

// Want has a code put into the clinical system of who decided: in the transaction of
// the decision, so that it is asked for if and only if it was decided.
func (s *Store) Want(ctx context.Context, o objection.Objection, refused bool) error {
	if !s.DB.InTx(ctx) {
		return fmt.Errorf("coding: want: outside a transaction")
	}
	now := s.Clock()
	c := Code{ID: opaque.New(), Case: o.ID, Person: o.Person, Organisation: o.Organisation, Refused: refused, Stated: now, Asked: now}
	c.State = s.first(c.Organisation)
	result, err := s.DB.Exec(ctx, `INSERT INTO codings (id, case_id, person_id, organisation_id, refused, state, reason, round, attempts, stated_at, asked_at, tried_at, written_at, entered_at, entered_name, seen_at)
 VALUES (?, ?, ?, ?, ?, ?, '', 1, 0, ?, ?, 0, 0, 0, '', 0) ON CONFLICT (case_id, refused) DO NOTHING`,
		string(c.ID), string(c.Case), string(c.Person), c.Organisation, refused, string(c.State), millis(c.Stated), millis(c.Asked))
	if err != nil {
		return fmt.Errorf("coding: want: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if !refused {
		if _, err := s.DB.Exec(ctx, "UPDATE codings SET state = 'superseded', reason = '' WHERE case_id = ? AND refused AND state <> 'seen'", string(c.Case)); err != nil {
			return fmt.Errorf("coding: want: %w", err)
		}
	}
	if c.State != Waiting {
		return nil
	}
	return s.ask(ctx, c.ID, 1)
}

func (s *Store) first(organisation string) State {
	if s.Writable != nil && s.Writable(organisation) {
		return Waiting
	}
	return ByHand
}

func (s *Store) ask(ctx context.Context, id opaque.ID, round int) error {
	_, err := Write.Add(ctx, s.Jobs, fmt.Sprintf("%s:%d", id, round), Task{id}, s.Clock())
	return err
}

const columns = "id, case_id, person_id, organisation_id, refused, state, reason, round, attempts, stated_at, asked_at, tried_at, written_at, entered_at, entered_name, seen_at" +
	", COALESCE((SELECT c.state FROM cases c WHERE c.id = codings.case_id), ''), COALESCE((SELECT c.alarm FROM cases c WHERE c.id = codings.case_id), '')"

// into reads one code, and how it stands with its request.
func into(all *[]Code) func(scan func(...any) error) error {
	return func(scan func(...any) error) error {
		var c Code
		var state casework.State
		var alarm string
		var stated, asked, tried, written, entered, seen int64
		err := scan(&c.ID, &c.Case, &c.Person, &c.Organisation, &c.Refused, &c.State, &c.Reason, &c.Round, &c.Attempts, &stated, &asked, &tried, &written, &entered, &c.EnteredName, &seen, &state, &alarm)
		c.Stated, c.Asked, c.Tried, c.Written, c.Entered, c.Seen = instant(stated), instant(asked), instant(tried), instant(written), instant(entered), instant(seen)
		if c.State = standing(c, state); c.State == Superseded {
			c.Reason = ""
		}
		late := objection.AlarmReversalNotSeen
		if c.Refused {
			late = objection.AlarmCodeNotSeen
		}
		c.Late = alarm == late
		*all = append(*all, c)
		return err
	}
}

// Of lists the codes of a request, the objection's first: for whoever has been shown
// the request by objection.Store.Open.
func (s *Store) Of(ctx context.Context, ref opaque.ID) ([]Code, error) {
	var all []Code
	err := s.each(ctx, "SELECT "+columns+" FROM codings WHERE case_id = ? ORDER BY asked_at, refused DESC", into(&all), string(ref))
	if err != nil {
		return nil, fmt.Errorf("coding: of: %w", err)
	}
	return all, nil
}

func (s *Store) one(ctx context.Context, id opaque.ID) (Code, error) {
	var all []Code
	err := s.each(ctx, "SELECT "+columns+" FROM codings WHERE id = ?", into(&all), string(id))
	if err == nil && len(all) == 0 {
		err = fault.NotFound
	}
	if err != nil {
		return Code{}, err
	}
	return all[0], nil
}

// Message is what is sent: under the id, however often.
type Message struct {
	ID           opaque.ID // the code's name in this round
	Organisation string
	Round        int
	Body         []byte // FHIR R4 Consent
}

// Send carries one to its clinical system. A *Refusal is final; any other error is
// tried again.
type Send func(ctx context.Context, m Message) error

// Deliver is the work of one Write job: it looks whether the code is still wanted,
// logs that the provider's system is told, sends, and notes the outcome.
func (s *Store) Deliver(ctx context.Context, id opaque.ID, last bool, send Send) error {
	m, err := s.prepare(ctx, id)
	if err != nil || m == nil {
		return err
	}
	err = send(ctx, *m)
	var refusal *Refusal
	state, reason := Written, ""
	switch {
	case errors.As(err, &refusal):
		state, reason, err = Refused, reasonOf(refusal.Reason), nil
	case err != nil && last:
		state, reason = Refused, ReasonUnreachable
	case err != nil:
		return job.Because("unreachable", err)
	}
	written := int64(0)
	if state == Written {
		written = millis(s.Clock())
	}
	e := s.exec(ctx, "UPDATE codings SET state = ?, reason = ?, written_at = ? WHERE id = ? AND state = 'waiting' AND round = ? AND organisation_id = ?",
		string(state), reason, written, string(id), m.Round, m.Organisation) // it may have gone to another system meanwhile
	if e != nil {
		return e
	}
	if err != nil {
		return job.Because("unreachable", err)
	}
	return nil
}

// prepare notes the attempt and gives what is to be sent; nil when nothing is any more.
func (s *Store) prepare(ctx context.Context, id opaque.ID) (*Message, error) {
	c, err := s.one(ctx, id)
	switch {
	case err == nil && c.State == Superseded: // CatchUp asks again, should it be wanted after all
		return nil, s.exec(ctx, "UPDATE codings SET state = 'superseded', reason = '' WHERE id = ? AND state = 'waiting' AND round = ?", string(id), c.Round)
	case errors.Is(err, fault.NotFound) || err == nil && c.State != Waiting:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var m *Message
	_, err = s.Gate.Work(ctx, access.WorkAsk{By: access.ForSystem("clinical system"), Case: c.Case, Person: c.Person, Owner: c.Organisation, Open: access.Machines, Act: "write_code"},
		func(ctx context.Context, _ access.Pass) (access.Shown, error) {
			m = nil
			row, err := s.DB.QueryRow(ctx, "SELECT p.nhs_number, o.ods_code FROM persons p, organisations o WHERE p.id = ? AND o.id = ?", string(c.Person), c.Organisation)
			if err != nil {
				return access.Shown{}, err
			}
			var number, ods string
			if err := row.Scan(&number, &ods); err != nil {
				return access.Shown{}, err
			}
			body, err := Consent(c, number, ods)
			m = &Message{c.Name(), c.Organisation, c.Round, body}
			return access.Shown{}, err
		})
	if err != nil {
		return nil, fmt.Errorf("coding: prepare: %w", err)
	}
	return m, s.exec(ctx, "UPDATE codings SET attempts = attempts + 1, tried_at = ? WHERE id = ? AND round = ?", millis(s.Clock()), string(id), c.Round)
}

// Settle brings the codes together with what the feeds have shown: after the codes
// have been taken up (objection.Store.CodeSeen).
func (s *Store) Settle(ctx context.Context) error {
	now := millis(s.Clock())
	err := s.exec(ctx, `UPDATE codings SET state = 'seen', reason = '', seen_at = ? WHERE state <> 'seen' AND EXISTS (SELECT 1 FROM objections o
 WHERE o.case_id = codings.case_id AND CASE WHEN codings.refused THEN o.coded_at ELSE o.reversed_at END > 0)`, now)
	if err == nil {
		err = s.exec(ctx, `UPDATE codings SET state = 'by_hand', reason = 'gone', seen_at = 0, entered_at = 0, entered_name = '' WHERE state = 'seen' AND refused
 AND EXISTS (SELECT 1 FROM objections o JOIN cases c ON c.id = o.case_id WHERE o.case_id = codings.case_id AND o.coded_at = 0 AND c.state = 'confirmed')`)
	}
	if err == nil { // a request that was reversed, with or without a decision here
		err = s.exec(ctx, `UPDATE codings SET state = 'superseded', reason = '' WHERE refused AND state IN ('by_hand','waiting','written','refused')
 AND EXISTS (SELECT 1 FROM cases c WHERE c.id = codings.case_id AND c.state IN ('reversal_confirmed','visible'))`)
	}
	if err != nil {
		return fmt.Errorf("coding: settle: %w", err)
	}
	return nil
}

// exec writes in a transaction of its own, or in the one in ctx.
func (s *Store) exec(ctx context.Context, query string, args ...any) error {
	return s.DB.Do(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, query, args...)
		return err
	})
}

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

// Entered notes that somebody has entered a code by hand. It changes nothing but
// what the task says: the feed has to prove it.
func (s *Store) Entered(ctx context.Context, by access.Viewer, k casework.Case, refused bool, req Request) error {
	return s.act(ctx, by, k, refused, "code_entered", req, func(ctx context.Context, c Code) error {
		_, err := s.DB.Exec(ctx, "UPDATE codings SET entered_at = ?, entered_name = ? WHERE id = ? AND entered_at = 0", millis(s.Clock()), by.Name, string(c.ID))
		return err
	})
}

// Again has a code written that was refused, that waited for a hand, or that was
// taken and has not been seen in time.
func (s *Store) Again(ctx context.Context, by access.Viewer, k casework.Case, refused bool, req Request) error {
	return s.act(ctx, by, k, refused, "code_again", req, func(ctx context.Context, c Code) error {
		if !c.Anew() || s.first(k.Organisation) != Waiting {
			return fault.Conflict
		}
		return s.round(ctx, c, k.Organisation)
	})
}

// round asks for a code anew, where an organisation holds its request: written there,
// or entered by hand. Were it asked for anew meanwhile, that is a fault.Conflict.
func (s *Store) round(ctx context.Context, c Code, organisation string) error {
	state := s.first(organisation)
	result, err := s.DB.Exec(ctx, "UPDATE codings SET organisation_id = ?, state = ?, reason = '', round = round + 1, attempts = 0, written_at = 0, entered_at = 0, entered_name = '' WHERE id = ? AND round = ? AND state <> 'seen'",
		organisation, string(state), string(c.ID), c.Round)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fault.Conflict)
	}
	if state != Waiting {
		return nil
	}
	return s.ask(ctx, c.ID, c.Round+1)
}

// act asks the gate, then does something with a code that is still waited for.
func (s *Store) act(ctx context.Context, by access.Viewer, k casework.Case, refused bool, name string, req Request, do func(ctx context.Context, c Code) error) error {
	_, err := s.Gate.Work(ctx, access.WorkAsk{By: by, Case: k.ID, Person: k.Person, Owner: k.Organisation, Open: access.Handlers | access.Clinicians, Act: name, Route: req.Route, RequestID: req.RequestID}, nil)
	if err == nil {
		err = s.DB.Do(ctx, func(ctx context.Context) error {
			all, err := s.Of(ctx, k.ID)
			if err != nil {
				return err
			}
			at := slices.IndexFunc(all, func(c Code) bool { return c.Refused == refused })
			switch {
			case at < 0:
				return fault.NotFound
			case all[at].State == Seen || all[at].State == Superseded:
				return fault.Conflict
			}
			return do(ctx, all[at])
		})
	}
	if err != nil {
		return fmt.Errorf("coding: %s: %w", name, err)
	}
	return nil
}
