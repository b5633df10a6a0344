package patient

import (
	"context"
	"fmt"
	"time"

	"candour/models/access"
	"candour/models/opaque"
)

// Standing is whether a person is included, and why or why not.
type Standing string

// The closed list of standings; locales put them into words.
const (
	Included    Standing = "included"
	UnderAge    Standing = "under_age"     // will be, from a birthday on
	OutOfRegion Standing = "not_in_region" // registered with a practice elsewhere
	NoPractice  Standing = "no_practice"   // no registered practice is known here
	NoBirthDate Standing = "no_birth_date" // the day of birth is not known whole
)

// Standings lists every standing, so that words can be checked for each.
func Standings() []Standing {
	return []Standing{Included, UnderAge, OutOfRegion, NoPractice, NoBirthDate}
}

// Inclusion is the answer to "am I included?".
type Inclusion struct {
	pass     access.Pass
	standing Standing
	from     string
	practice string
	objected bool
	since    time.Time
}

// Included says whether the shared record covers the person.
func (i Inclusion) Included() bool { return i.standing == Included }

// Standing is why, or why not.
func (i Inclusion) Standing() Standing { return i.standing }

// From is the day, YYYY-MM-DD, from which somebody under age will be included as
// things stand; "" otherwise.
func (i Inclusion) From() string { return i.from }

// Practice is the registered practice, by name when it is known here.
func (i Inclusion) Practice() string { return i.practice }

// Objected says that the person has chosen not to be viewed here. It is another
// matter than inclusion: an objection is kept whatever the age or the practice.
func (i Inclusion) Objected() bool { return i.objected }

// SharingSince is the date of the choice as it stands; zero when none was ever made.
func (i Inclusion) SharingSince() time.Time { return i.since }

// Circumstances are what the rule of inclusion goes by.
type Circumstances struct {
	BirthDate string // YYYY-MM-DD; anything else is not known whole
	Practice  string // "" when no registered practice is known
	InRegion  bool   // the practice belongs to the region
	MinAge    int
	Now       time.Time
}

// Standing is the rule, pure (FAQ: aged 18 or over and registered with a practice
// of the region), with the day from which somebody under age will be of age. Age
// comes first, because that answer changes by itself.
func (c Circumstances) Standing() (Standing, string) {
	born, err := time.Parse(time.DateOnly, c.BirthDate)
	switch {
	case err != nil:
		return NoBirthDate, ""
	case !access.OfAge(c.BirthDate, c.MinAge, c.Now):
		// time.Date turns 29 February of a common year into 1 March, which is the
		// day on which the law counts the year as complete.
		return UnderAge, time.Date(born.Year()+c.MinAge, born.Month(), born.Day(), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	case c.InRegion:
		return Included, ""
	case c.Practice == "":
		return NoPractice, ""
	}
	return OutOfRegion, ""
}

// inclusionQuery reads the practice, and since when the person's choice stands.
const inclusionQuery = `SELECT p.practice_ods, COALESCE((SELECT MIN(o.name) FROM organisations o WHERE o.ods_code = p.practice_ods AND o.ods_code <> ''), ''),
	p.sharing_since FROM persons p WHERE p.id = ?`

// Inclusion says whether the shared record covers a person, computed now: for
// the person themselves, for staff who found them, and for the system.
func (s *Store) Inclusion(ctx context.Context, by access.Viewer, person opaque.ID, req Request) (Inclusion, error) {
	what := access.WhatOwn
	if by.Kind == access.Staff {
		what = access.WhatIdentity
	}
	var out Inclusion
	pass, err := s.gate.Pass(ctx, access.Ask{By: by, Person: person, What: what, Route: req.Route, Shape: req.Shape, RequestID: req.RequestID},
		func(ctx context.Context, p access.Pass) (access.Shown, error) {
			out = Inclusion{}
			row, err := s.db.QueryRow(ctx, inclusionQuery, string(person))
			if err != nil {
				return access.Shown{}, err
			}
			var code string
			var since int64
			if err := row.Scan(&code, &out.practice, &since); err != nil {
				return access.Shown{}, err
			}
			if at := time.UnixMilli(since); since > 0 && !at.After(p.Facts().Now) { // an objection dated ahead stands already
				out.since = at.UTC()
			}
			out.objected = p.Facts().Objected
			f := p.Facts()
			out.standing, out.from = Circumstances{f.BirthDate, code, f.InRegion, f.MinAge, f.Now}.Standing()
			return access.Shown{}, nil
		})
	if err != nil {
		return Inclusion{}, fmt.Errorf("patient: inclusion: %w", err)
	}
	out.pass = pass
	return out, nil
}
