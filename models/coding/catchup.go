package coding

import (
	"context"
	"errors"
	"fmt"

	"candour/models/fault"
	"candour/models/objection"
	"candour/models/opaque"
)

// CatchUp asks for the codes of decisions that left none, because they are older than
// this table, and hands on what waits where another provider has taken the request.
func (s *Store) CatchUp(ctx context.Context) error {
	type missing struct {
		ref, person, organisation string
		refused                   bool
	}
	var all []missing
	err := s.each(ctx, `SELECT c.id, c.person_id, c.organisation_id, c.state FROM cases c WHERE c.kind = 'objection' AND c.closed_at = 0 AND c.person_id <> ''
 AND (c.state = 'confirmed' AND NOT EXISTS (SELECT 1 FROM codings k WHERE k.case_id = c.id AND k.refused)
 OR c.state = 'reversal_confirmed' AND NOT EXISTS (SELECT 1 FROM codings k WHERE k.case_id = c.id AND NOT k.refused)) ORDER BY c.id LIMIT 200`, func(scan func(...any) error) error {
		var m missing
		var state string
		err := scan(&m.ref, &m.person, &m.organisation, &state)
		m.refused = state == string(objection.Confirmed)
		all = append(all, m)
		return err
	})
	for _, m := range all {
		if err != nil {
			break
		}
		var o objection.Objection
		o.ID, o.Person, o.Organisation = opaque.ID(m.ref), opaque.ID(m.person), m.organisation
		err = s.DB.Do(ctx, func(ctx context.Context) error { return s.Want(ctx, o, m.refused) })
	}
	if err == nil {
		err = s.handOn(ctx)
	}
	if err != nil {
		return fmt.Errorf("coding: catch up: %w", err)
	}
	return nil
}

// handOn has what was not seen anywhere yet go to the provider that holds the request
// now, taken or not: the code is waited for from there. What was superseded and is
// wanted after all is asked for again.
func (s *Store) handOn(ctx context.Context) error {
	var all []Code
	var to []string
	err := s.each(ctx, `SELECT k.id, k.round, c.organisation_id FROM codings k JOIN cases c ON c.id = k.case_id WHERE c.closed_at = 0
 AND (k.refused AND c.state IN ('confirmed','coded','effective') OR NOT k.refused AND c.state = 'reversal_confirmed')
 AND (k.state = 'superseded' OR k.state IN ('by_hand','waiting','written','refused') AND k.organisation_id <> c.organisation_id) ORDER BY k.id`,
		func(scan func(...any) error) error {
			var c Code
			var organisation string
			err := scan(&c.ID, &c.Round, &organisation)
			all, to = append(all, c), append(to, organisation)
			return err
		})
	for i, c := range all {
		if err != nil {
			return err
		}
		err = s.DB.Do(ctx, func(ctx context.Context) error { return s.round(ctx, c, to[i]) })
		if errors.Is(err, fault.Conflict) {
			err = nil // somebody asked for it meanwhile
		}
	}
	return err
}
