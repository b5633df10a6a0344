package patient

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/nhsnumber"
	"candour/models/opaque"
)

// listed is how many people a search may list; beyond it asks for more details.
const listed = 20

// Request is where a question came from, for the log.
type Request struct {
	Route     string // pattern
	Shape     string // page, fragment, print, csv
	RequestID string
}

// Store finds people, through the gate.
type Store struct {
	db    *db.DB
	gate  *access.Gate
	clock clock.Clock
}

// NewStore makes a store.
func NewStore(d *db.DB, gate *access.Gate, c clock.Clock) *Store {
	return &Store{db: d, gate: gate, clock: c}
}

// Search looks for a person. What is wrong with the query comes back as
// invalid.Fields; a viewer who may not search, or who has missed too often, as
// *access.Refusal. People whose details are restricted are never found; the
// answer and the work are the same as for nobody (trust.md T41).
func (s *Store) Search(ctx context.Context, by access.Viewer, q Query, req Request) (Found, error) {
	want, err := q.check(audit.Day(s.clock()))
	if err != nil {
		return Found{}, err
	}
	var people []Identity
	pass, err := s.gate.Search(ctx, access.SearchAsk{By: by, Route: req.Route, Shape: req.Shape, RequestID: req.RequestID},
		func(ctx context.Context) ([]opaque.ID, error) {
			var err error
			if people, err = s.bornOn(ctx, want); err != nil || len(people) > listed {
				return nil, err
			}
			ids := make([]opaque.ID, len(people))
			for n, p := range people {
				ids[n] = p.ref
			}
			return ids, nil
		})
	if err != nil {
		return Found{}, fmt.Errorf("patient: search: %w", err)
	}
	if len(people) > listed {
		return Found{pass: pass, tooMany: true}, nil
	}
	return Found{pass: pass, people: people}, nil
}

const identityColumns = `SELECT p.id, p.family, p.given, p.title, p.preferred, p.birth_date, p.died_on, p.gender, p.address, p.postcode, p.nhs_number,
	COALESCE((SELECT MIN(o.name) FROM organisations o WHERE o.ods_code = p.practice_ods AND o.ods_code <> ''), ''), p.restricted FROM persons p `

// bornOn reads everybody born on the day and keeps those who fit: the time it
// takes tells of the day, not of the person.
func (s *Store) bornOn(ctx context.Context, want sought) ([]Identity, error) {
	rows, err := s.db.Query(ctx, identityColumns+`WHERE p.birth_date = ?`, want.born)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Identity
	for rows.Next() {
		i, restricted, err := scan(rows)
		if err != nil {
			return nil, err
		}
		if fits := want.fits(i); fits && !restricted {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b Identity) int {
		return strings.Compare(FamilyKey(a.family)+"\x00"+a.given+"\x00"+string(a.ref), FamilyKey(b.family)+"\x00"+b.given+"\x00"+string(b.ref))
	})
	return out, rows.Err()
}

func (want sought) fits(i Identity) bool {
	if !want.number.IsZero() && want.number != i.number {
		return false
	}
	if want.family != "" && !FamilyAgrees(want.family, i.family) {
		return false
	}
	return strings.HasPrefix(PostcodeKey(i.postcode), want.postcode)
}

func scan(row interface{ Scan(...any) error }) (Identity, bool, error) {
	var i Identity
	var ref, number string
	var restricted bool
	err := row.Scan(&ref, &i.family, &i.given, &i.title, &i.preferred, &i.born, &i.died, &i.gender, &i.address, &i.postcode, &number, &i.practice, &restricted)
	if err != nil {
		return Identity{}, false, err
	}
	i.ref = opaque.ID(ref)
	i.number, err = nhsnumber.Parse(number)
	if err != nil {
		return Identity{}, false, fmt.Errorf("patient: a stored number does not read: %w", err)
	}
	return i, restricted, nil
}

// Identify says who one person is, before anything clinical is asked for, with
// the evidence that the viewer's organisation is involved in their care. That
// evidence is of the record already (a visit, an appointment), so whoever could not
// open the record whatever they declared is refused here, and the items that the
// evidence rests on are logged as shown.
func (s *Store) Identify(ctx context.Context, by access.Viewer, person opaque.ID, req Request) (Identified, error) {
	var found Identified
	pass, err := s.gate.Pass(ctx, access.Ask{By: by, Person: person, What: access.WhatIdentity, Route: req.Route, Shape: req.Shape, RequestID: req.RequestID},
		func(ctx context.Context, p access.Pass) (access.Shown, error) {
			if d := p.Would(access.WhatRecord); d.Verdict == access.Deny {
				return access.Shown{}, &access.Refusal{Decision: d}
			}
			found = Identified{evidence: plainest(p.Evidence(), p.At())}
			row, err := s.db.QueryRow(ctx, identityColumns+`WHERE p.id = ?`, string(person))
			if err != nil {
				return access.Shown{}, err
			}
			found.who, _, err = scan(row)
			if errors.Is(err, sql.ErrNoRows) {
				return access.Shown{}, fault.NotFound
			}
			if err == nil {
				found.items, err = s.versions(ctx, person, found.evidence)
			}
			return access.Shown{Items: found.items}, err
		})
	if err != nil {
		return Identified{}, fmt.Errorf("patient: identify: %w", err)
	}
	found.pass = pass
	return found, nil
}

// versions are the items behind the evidence, as they are now.
func (s *Store) versions(ctx context.Context, person opaque.ID, evidence []access.Evidence) ([]audit.ItemRef, error) {
	var out []audit.ItemRef
	for _, e := range evidence {
		if e.Item == "" { // being their practice rests on no item
			continue
		}
		row, err := s.db.QueryRow(ctx, "SELECT version FROM items WHERE person_id = ? AND item_id = ?", string(person), string(e.Item))
		if err != nil {
			return nil, err
		}
		ref := audit.ItemRef{ID: e.Item}
		switch err := row.Scan(&ref.Version); {
		case errors.Is(err, sql.ErrNoRows):
			continue // evidence that the item named no longer stands behind
		case err != nil:
			return nil, err
		}
		out = append(out, ref)
	}
	return out, nil
}
