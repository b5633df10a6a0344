package objection

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/patient"
)

// Acting is somebody whom the viewer acts for: as they said in a request, and, once a
// member of staff has seen evidence, as that stands. What has not been looked at is
// the same whether or not anybody of that name is held here.
type Acting struct {
	Ref     Ref
	CaseRef string
	About   string // the name as it was given
	Subject Subject
	Ground  patient.Ground
	State   string // patient.RepClaimed until somebody has looked
	Doubt   patient.Doubt
	Checked bool
	UntilOn string // when the order or the power runs out, or the child is 18
	Review  string // the birthday on which it is looked at again
}

// ActingFor lists whom the viewer acts for, the newest request first; several
// requests for one person are one line.
func (s *Store) ActingFor(ctx context.Context, by access.Viewer, req Request) ([]Acting, error) {
	if err := s.mine(ctx, by, "acting", req); err != nil {
		return nil, fmt.Errorf("objection: acting: %w", err)
	}
	var all []Acting
	var cases []casework.Case
	err := s.each(ctx, `SELECT c.id, c.ref, c.state, c.about_name, c.person_id, o.subject, o.ground, o.answers FROM cases c
 JOIN case_parties p ON p.case_id = c.id JOIN objections o ON o.case_id = c.id WHERE p.account_id = ? AND o.subject <> 'self' ORDER BY c.opened_at DESC, c.id`,
		func(scan func(...any) error) error {
			var a Acting
			var c casework.Case
			var answers string
			if err := scan(&a.Ref, &a.CaseRef, &c.State, &a.About, &c.Person, &a.Subject, &a.Ground, &answers); err != nil {
				return err
			}
			var said Answers
			if err := json.Unmarshal([]byte(answers), &said); err != nil {
				return err
			}
			a.State = patient.RepClaimed
			if born, err := deadline.ParseDay(said.BirthDate); err == nil && a.Subject == Child {
				a.UntilOn = born.Birthday(18).String()
			}
			all, cases = append(all, a), append(cases, c)
			return nil
		}, by.ID)
	if err != nil {
		return nil, fmt.Errorf("objection: acting: %w", err)
	}
	return s.standings(ctx, by, all, cases)
}

// standings adds what members of staff have seen.
func (s *Store) standings(ctx context.Context, by access.Viewer, all []Acting, cases []casework.Case) ([]Acting, error) {
	out, known := all[:0], map[string]bool{}
	for i, a := range all {
		person := cases[i].Person
		if person == by.Person && person != "" { // their own, whatever they were thought to be
			continue
		}
		r, err := s.Reps.Acting(ctx, by, person)
		switch {
		case errors.Is(err, fault.NotFound):
		case err != nil:
			return nil, fmt.Errorf("objection: acting: %w", err)
		case known[string(person)]:
			continue
		case Undecided(cases[i].State) && (r.Reason == patient.DoubtProof || r.Reason == patient.DoubtGround): // no evidence: that it is doubted would tell that they are held
		default:
			known[string(person)] = true
			a.Checked, a.State, a.Doubt, a.Ground, a.Review = true, r.State, r.Reason, r.Ground, r.ReviewOn
			if r.UntilOn != "" {
				a.UntilOn = r.UntilOn
			}
		}
		out = append(out, a)
	}
	return out, nil
}
