package account

import (
	"context"
	"fmt"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/nhsnumber"
	"candour/models/opaque"
)

// EndedBy is on whose word a session ended before its time, as the access log
// writes it down.
type EndedBy string

const (
	EndedByOwner         EndedBy = "session_ended_by_owner"
	EndedByAdministrator EndedBy = "session_ended_by_administrator" // of the organisation its owner works at
	EndedByOperator      EndedBy = "session_ended_by_operator"      // of the service, at the command line
)

// Request is where on the site it was asked for.
type Request struct{ Route, RequestID string }

// Administers is the organisation whose colleagues' sessions the viewer may see
// and end: a local system administrator's or privacy officer's own.
func Administers(by access.Viewer) (organisation string, err error) {
	if by.Kind != access.Staff || by.Organisation == "" || !by.Can(access.ManageSessions) {
		return "", refusal(access.ReasonRole)
	}
	return by.Organisation, nil
}

// EndSessions ends sessions through end and logs each of them, as one act: when
// one cannot be done the other is not. An owner ends their own and nobody else's,
// an administrator those of staff of their own organisation.
func (s *Store) EndSessions(ctx context.Context, by access.Viewer, on EndedBy, r Request, end func(context.Context) ([]Ended, error)) (int, error) {
	if _, err := Administers(by); err != nil && on == EndedByAdministrator {
		return 0, s.refuseEnd(ctx, by, r, err)
	}
	var ended []Ended
	err := s.d.DB.Do(ctx, func(ctx context.Context) error {
		var err error
		if ended, err = end(ctx); err != nil {
			return err
		}
		for _, one := range ended {
			if !mayEnd(by, on, one) {
				return refusal(access.ReasonRole)
			}
			e := s.act(by, audit.Done, string(on))
			e.Person = one.Viewer.Person
			e.Relation = audit.Relation{Kind: "session", Evidence: opaque.ID(one.Session), Reason: one.Account}
			e.Route, e.RequestID = r.Route, r.RequestID
			s.d.Log.Append(ctx, e)
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("account: end sessions: %w", err)
	}
	return len(ended), nil
}

// OfPatient is every account that came in as the person with an NHS number.
func (s *Store) OfPatient(ctx context.Context, by access.Viewer, number string) (ids []string, err error) {
	if by.Kind != access.System {
		return nil, refusal(access.ReasonRole)
	}
	n, err := nhsnumber.Parse(number)
	if err != nil {
		return nil, err
	}
	rows, err := s.d.DB.Query(ctx, `SELECT a.id FROM accounts a JOIN persons p ON p.id = a.person_id WHERE p.nhs_number = ? ORDER BY a.id`, n.Digits())
	if err != nil {
		return nil, fmt.Errorf("account: of patient: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("account: of patient: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func mayEnd(by access.Viewer, on EndedBy, one Ended) bool {
	switch on {
	case EndedByOwner:
		return by.ID != "" && one.Account == by.ID
	case EndedByOperator:
		return by.Kind == access.System
	case EndedByAdministrator:
		return one.Viewer.Kind == access.Staff && one.Viewer.Organisation == by.Organisation
	}
	return false
}

// refuseEnd logs that somebody tried to end sessions of others, and refuses.
func (s *Store) refuseEnd(ctx context.Context, by access.Viewer, r Request, refused error) error {
	err := s.d.DB.Do(ctx, func(ctx context.Context) error {
		e := s.act(by, audit.Refused, string(access.ReasonRole))
		e.Route, e.RequestID = r.Route, r.RequestID
		s.d.Log.Append(ctx, e)
		return nil
	})
	if err != nil {
		return fmt.Errorf("account: refused end: %w", err)
	}
	return refused
}
