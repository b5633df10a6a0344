package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/nhsnumber"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/models/staff"
)

// Signed is the outcome of a sign-in.
type Signed struct {
	Viewer     access.Viewer
	PreviousAt time.Time // patients: the sign-in before this one; zero at the first
	Roles      []Role    // staff with several roles: to be picked from by index; unless one was selected at the provider, the Viewer has none yet
	OutOfArea  bool      // patients of whom nothing is held, and whose surgery is none of the region's
}

// Deps is what a Store works with.
type Deps struct {
	DB            *db.DB
	Staff         *staff.Store
	Organisations *organisation.Store
	Log           *audit.Log
	Clock         clock.Clock
}

// Store ties sign-ins to people.
type Store struct{ d Deps }

// NewStore makes a store.
func NewStore(d Deps) *Store { return &Store{d: d} }

// IDOf is the id of a patient's account: the pair of issuer and subject names a
// person, the subject alone does not (trust.md T02).
func IDOf(issuer, subject string) string { return string(opaque.Of("account", issuer, subject)) }

// Patient signs a person in. Below P9 the Viewer has no person, whatever number
// the provider traced: nothing personal opens (trust.md T05). At P9 it has one
// when NHS number, date of birth and family name all agree with a person held
// here; when they do not, the Viewer is without a person as well.
func (s *Store) Patient(ctx context.Context, c Claims) (Signed, error) {
	if c.Issuer == "" || c.Subject == "" || c.Level != P0 && c.Level != P5 && c.Level != P9 {
		return Signed{}, refusal(access.ReasonLevelTooLow)
	}
	out := Signed{Viewer: access.Viewer{
		Kind: access.Patient, ID: IDOf(c.Issuer, c.Subject),
		Name: c.displayName(), Level: c.Level, Session: string(opaque.New()),
	}}
	err := s.d.DB.Do(ctx, func(ctx context.Context) error {
		person, err := s.person(ctx, c)
		if err != nil {
			return err
		}
		out.Viewer.Person = person
		if out.OutOfArea, err = s.outOfArea(ctx, c, person); err != nil {
			return err
		}
		out.PreviousAt, err = s.arrive(ctx, c, out.Viewer)
		if err != nil {
			return err
		}
		s.logged(ctx, out.Viewer, "signed_in")
		return nil
	})
	if err != nil {
		return Signed{}, fmt.Errorf("account: patient sign-in: %w", err)
	}
	return out, nil
}

// Raise is a patient who came in with too little proof, went back to the provider
// and showed more: the same account, the same session, now with a person if one is
// held here.
func (s *Store) Raise(ctx context.Context, by access.Viewer, c Claims) (Signed, error) {
	if by.Kind != access.Patient || by.ID != IDOf(c.Issuer, c.Subject) || c.Level != P9 {
		return Signed{}, refusal(access.ReasonLevelTooLow)
	}
	out := Signed{Viewer: access.Viewer{Kind: access.Patient, ID: by.ID, Name: c.displayName(), Level: c.Level, Session: by.Session}}
	err := s.d.DB.Do(ctx, func(ctx context.Context) error {
		var err error
		if out.Viewer.Person, err = s.person(ctx, c); err != nil {
			return err
		}
		if out.OutOfArea, err = s.outOfArea(ctx, c, out.Viewer.Person); err != nil {
			return err
		}
		if _, err := s.d.DB.Exec(ctx, `UPDATE accounts SET person_id = ? WHERE id = ?`, string(out.Viewer.Person), by.ID); err != nil {
			return err
		}
		s.logged(ctx, out.Viewer, "proof_raised")
		return nil
	})
	if err != nil {
		return Signed{}, fmt.Errorf("account: raise: %w", err)
	}
	return out, nil
}

// outOfArea: nothing is held, and the provider names a surgery that is not of the
// region (FAQ S-12): that surgery is whom to ask.
func (s *Store) outOfArea(ctx context.Context, c Claims, person opaque.ID) (bool, error) {
	if person != "" || c.GPPractice == "" || c.Level != P9 {
		return false, nil
	}
	o, err := s.d.Organisations.ByODS(ctx, c.GPPractice)
	if errors.Is(err, fault.NotFound) {
		return true, nil
	}
	return !o.InRegion, err
}

// person finds whose sign-in this is, or "" when it is nobody's here.
func (s *Store) person(ctx context.Context, c Claims) (opaque.ID, error) {
	number, err := nhsnumber.Parse(c.NHSNumber)
	if c.Level != P9 || err != nil || c.BirthDate == "" {
		return "", nil
	}
	row, err := s.d.DB.QueryRow(ctx, `SELECT id, birth_date, family FROM persons WHERE nhs_number = ?`, number.Digits())
	if err != nil {
		return "", err
	}
	var id, born, family string
	if err := row.Scan(&id, &born, &family); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return "", nil
		}
		return "", err
	}
	if born != c.BirthDate || !patient.FamilyAgrees(family, c.Family) {
		return "", nil
	}
	return opaque.ID(id), nil
}

// arrive notes the sign-in and says when the one before was.
func (s *Store) arrive(ctx context.Context, c Claims, v access.Viewer) (time.Time, error) {
	_, err := s.d.DB.Exec(ctx, `INSERT INTO accounts (id, issuer, subject, person_id, signed_in_at, previous_at) VALUES (?, ?, ?, ?, ?, 0)
		ON CONFLICT (issuer, subject) DO UPDATE SET person_id = excluded.person_id,
		previous_at = accounts.signed_in_at, signed_in_at = excluded.signed_in_at`,
		v.ID, c.Issuer, c.Subject, string(v.Person), s.d.Clock().UnixMilli())
	if err != nil {
		return time.Time{}, err
	}
	row, err := s.d.DB.QueryRow(ctx, `SELECT previous_at FROM accounts WHERE id = ?`, v.ID)
	if err != nil {
		return time.Time{}, err
	}
	var before int64
	if err := row.Scan(&before); err != nil || before == 0 {
		return time.Time{}, err
	}
	return time.UnixMilli(before).UTC(), nil
}

// Staff signs a member of staff in. With one role the Viewer has it, and with the
// one that was selected at the provider; with several the Viewer has none until
// Pick; with none it stays without, and may see nothing.
func (s *Store) Staff(ctx context.Context, c Claims) (Signed, error) {
	if err := c.Proven(); err != nil {
		return Signed{}, err
	}
	var out Signed
	err := s.d.DB.Do(ctx, func(ctx context.Context) error {
		m, err := s.d.Staff.Arrive(ctx, access.ForSystem("sign-in"), c.Issuer, c.Subject, c.displayName())
		if err != nil {
			return err
		}
		out.Viewer = access.Viewer{Kind: access.Staff, ID: m.ID, Name: m.Name, Session: string(opaque.New())}
		if role, ok := c.InitialRole(); ok {
			if out.Viewer, err = s.in(ctx, out.Viewer, role); err != nil {
				return err
			}
		}
		if len(c.Roles) > 1 {
			out.Roles = c.Roles
		}
		s.logged(ctx, out.Viewer, "signed_in")
		return nil
	})
	if err != nil {
		return Signed{}, fmt.Errorf("account: staff sign-in: %w", err)
	}
	return out, nil
}

// Proven is a refusal when a member of staff proved too little.
func (c Claims) Proven() error {
	if c.Issuer == "" || c.Subject == "" || c.IDAssurance < minIdentityAssurance || c.AuthAssurance < minSignInAssurance {
		return refusal(access.ReasonLevelTooLow)
	}
	return nil
}

// Pick gives a signed-in member of staff one of the roles that their own sign-in
// carried; index is the place in that list, which the session keeps, so that no
// code from a form ever becomes a role (trust.md T08).
func (s *Store) Pick(ctx context.Context, by access.Viewer, roles []Role, index int) (access.Viewer, error) {
	if by.Kind != access.Staff || index < 0 || index >= len(roles) {
		return access.Viewer{}, s.refuseChoice(ctx, by)
	}
	act := "role_chosen"
	if by.Role != "" || by.RoleName != "" || by.OrganisationName != "" {
		act = "role_changed" // the entry before it in the same session says from which
	}
	var v access.Viewer
	err := s.d.DB.Do(ctx, func(ctx context.Context) error {
		var err error
		if v, err = s.in(ctx, by, roles[index]); err != nil {
			return err
		}
		s.logged(ctx, v, act)
		return nil
	})
	if err != nil {
		return access.Viewer{}, fmt.Errorf("account: pick: %w", err)
	}
	return v, nil
}

// refuseChoice logs a choice that none of our pages offers before it is refused:
// somebody tries for more than their sign-in carried (trust.md T08).
func (s *Store) refuseChoice(ctx context.Context, by access.Viewer) error {
	err := s.d.DB.Do(ctx, func(ctx context.Context) error {
		s.entry(ctx, by, audit.Refused, string(access.ReasonRole))
		return nil
	})
	if err != nil {
		return fmt.Errorf("account: refused pick: %w", err)
	}
	return refusal(access.ReasonRole)
}

// in is a member of staff in one of their roles.
func (s *Store) in(ctx context.Context, by access.Viewer, role Role) (access.Viewer, error) {
	v := access.Viewer{
		Kind: access.Staff, ID: by.ID, Name: by.Name, Session: by.Session,
		Role: staff.Code(role.RoleCode), RoleName: role.RoleName, OrganisationName: role.OrgName,
		Capabilities: staff.Capabilities(role.RoleCode, role.Activities),
	}
	o, err := s.d.Organisations.ByODS(ctx, role.OrgCode)
	switch {
	case err == nil:
		v.Organisation, v.OrganisationName = o.ID, o.Name
	case !errors.Is(err, fault.NotFound): // unknown here: Organisation stays empty, and the gate says "not live"
		return access.Viewer{}, fmt.Errorf("%w: %w", fault.Unavailable, err)
	}
	return v, nil
}

// Leave notes that somebody signed out.
func (s *Store) Leave(ctx context.Context, by access.Viewer) error {
	return s.left(ctx, by, "signed_out")
}

// Replaced notes that somebody's session ended because somebody signed in over it.
func (s *Store) Replaced(ctx context.Context, by access.Viewer) error {
	return s.left(ctx, by, "session_ended_by_new_sign_in")
}

func (s *Store) left(ctx context.Context, by access.Viewer, how string) error {
	err := s.d.DB.Do(ctx, func(ctx context.Context) error {
		s.logged(ctx, by, how)
		return nil
	})
	if err != nil {
		return fmt.Errorf("account: leave: %w", err)
	}
	return nil
}

// logged puts an act of signing in or out into the access log, in the same
// transaction: a sign-in that cannot be logged does not happen.
func (s *Store) logged(ctx context.Context, v access.Viewer, act string) {
	s.entry(ctx, v, audit.Done, act)
}

func (s *Store) entry(ctx context.Context, v access.Viewer, outcome audit.Outcome, reason string) {
	s.d.Log.Append(ctx, s.act(v, outcome, reason))
}

// act is an entry about signing in or out, by v.
func (s *Store) act(v access.Viewer, outcome audit.Outcome, reason string) audit.Entry {
	return audit.Entry{
		Kind: audit.KindSignIn, Outcome: outcome, Reason: reason, Person: v.Person,
		Viewer: audit.Viewer{ID: v.ID, Kind: string(v.Kind), Name: v.Name, Role: v.Role, RoleName: v.RoleName,
			Organisation: v.Organisation, OrganisationName: v.OrganisationName, Session: v.Session},
	}
}

func refusal(r access.Reason) error {
	return &access.Refusal{Decision: access.Decision{Verdict: access.Deny, Reason: r}}
}
