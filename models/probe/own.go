package probe

import (
	"context"
	"fmt"
	"time"

	"candour/models/access"
	"candour/models/objection"
)

// Proof is one round of probes: at an instant a member of staff who does not exist, of
// each partner, asked for the record.
type Proof struct {
	At       time.Time
	Partners int // that were asked for
	Asked    int // how often, on all the ways that staff have
	Saw      int // how often the objection did not stand in the way
}

// Own are a person's own, newest first: of their requests, and of codes that nobody
// requested here. It is a look of their own at themselves.
func (s *Store) Own(ctx context.Context, by access.Viewer, req objection.Request) ([]Proof, error) {
	var all []Proof
	_, err := s.Gate.Pass(ctx, access.Ask{By: by, Person: by.Person, What: access.WhatOwn, Route: req.Route, Shape: "proof", RequestID: req.RequestID},
		func(ctx context.Context, _ access.Pass) (access.Shown, error) {
			all = nil
			rows, err := s.DB.Query(ctx, `SELECT p.at / 60000, MAX(p.at), COUNT(DISTINCT p.organisation_id), COUNT(*), SUM(1 - p.denied) FROM (
 SELECT at, organisation_id, denied FROM probes WHERE person_id = ? AND (denied = 1 OR entry > 0 OR status BETWEEN 200 AND 299)
 UNION ALL SELECT b.at, b.organisation_id, b.denied FROM objection_probes b JOIN cases c ON c.id = b.case_id WHERE c.person_id = ?) p
 GROUP BY p.at / 60000 ORDER BY 1 DESC LIMIT 50`, string(by.Person), string(by.Person))
			if err != nil {
				return access.Shown{}, err
			}
			defer rows.Close()
			for rows.Next() {
				var p Proof
				var minute, at int64
				if err := rows.Scan(&minute, &at, &p.Partners, &p.Asked, &p.Saw); err != nil {
					return access.Shown{}, err
				}
				p.At = instant(at)
				all = append(all, p)
			}
			return access.Shown{Count: len(all)}, rows.Err()
		})
	if err != nil {
		return nil, fmt.Errorf("probe: own: %w", err)
	}
	return all, nil
}
