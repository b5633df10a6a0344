package seed

import (
	"context"
	"fmt"

	"candour/models/access"
	"candour/models/account"
	"candour/models/casework"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/deadline"
	"candour/models/objection"
	"candour/models/patient"
)

// Desk is what the requests of the demo world are made with.
type Desk struct {
	DB         *db.DB
	Clock      clock.Clock
	Accounts   *account.Store
	Cases      *casework.Store
	Objections *objection.Store

	PatientIssuer, StaffIssuer string
}

// Requests fills the queue of one practice with requests in several states, by the
// verbs that everybody uses: some came lately, one is late, one waits for an answer,
// one for a doctor, one is disputed, two are closed. None is confirmed: in the demo
// world whoever looks at the records finds them as the stories say.
func (w *World) Requests(ctx context.Context, d Desk) error {
	err := d.DB.Do(ctx, func(ctx context.Context) error { // one durable commit for all of it
		r := requests{Desk: d, world: w, today: deadline.DayOf(d.Clock())}
		r.people(ctx)
		r.entered(ctx)
		r.children(ctx)
		return r.err
	})
	if err != nil {
		return fmt.Errorf("seed: requests: %w", err)
	}
	return nil
}

// requests keeps the first error, so that the story can be told in one breath.
type requests struct {
	Desk
	world               *World
	today               deadline.Day
	manager, gp, parent access.Viewer
	err                 error
}

var atDesk = casework.Request{Route: "demo world"}

func (r *requests) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}

// people sign in: the manager and the doctor of the practice, and a parent.
func (r *requests) people(ctx context.Context) {
	staffed := func(key string) access.Viewer {
		p, _ := r.world.Persona(key)
		c := account.Claims{Issuer: r.StaffIssuer, Subject: p.Subject, Name: p.Name, IDAssurance: 3, AuthAssurance: 3}
		for _, post := range p.Roles {
			role := account.Role{OrgCode: post.OrgCode, OrgName: post.OrgName, RoleCode: post.RoleCode, RoleName: post.RoleName}
			for _, a := range post.Activities {
				role.Activities = append(role.Activities, a.Code)
			}
			c.Roles = append(c.Roles, role)
		}
		s, err := r.Accounts.Staff(ctx, c)
		r.keep(err)
		return s.Viewer
	}
	r.manager, r.gp = staffed("practice-manager"), staffed("gp")
	p, _ := r.world.Persona("ordinary-01")
	s, err := r.Accounts.Patient(ctx, account.Claims{Issuer: r.PatientIssuer, Subject: p.Subject, Level: p.Level, NHSNumber: p.NHSNumber, BirthDate: p.BirthDate, Family: p.Family, Given: p.Given})
	r.keep(err)
	r.parent = s.Viewer
	for _, by := range []access.Viewer{r.manager, r.gp} {
		if r.err == nil {
			_, err = r.Cases.Colleagues(ctx, by, atDesk) // work can be given to them
			r.keep(err)
		}
	}
}

// enter writes a request down that came so many days ago.
func (r *requests) enter(ctx context.Context, key string, route casework.Route, ago int, words string) casework.Case {
	if r.err != nil {
		return casework.Case{}
	}
	c, err := r.Objections.Enter(ctx, r.manager, objection.Entry{Person: r.world.People[key], Route: route, Received: r.today - deadline.Day(ago),
		Answers: objection.Answers{Subject: objection.Self, Words: words, Contact: objection.Contact{Ways: []string{"phone", "letter"}}}}, atDesk)
	r.keep(err)
	return c
}

// moved does one thing after another until one does not work.
func (r *requests) moved(steps ...func() (objection.Objection, error)) {
	for _, step := range steps {
		if r.err != nil {
			return
		}
		_, err := step()
		r.keep(err)
	}
}

func (r *requests) entered(ctx context.Context) {
	type step = func() (objection.Objection, error)
	o := r.Objections
	review := func(c casework.Case) step {
		return func() (objection.Objection, error) { return o.Review(ctx, r.manager, c.ID, 0, atDesk) }
	}
	r.enter(ctx, "ordinary-07", casework.Letter, 45, "I read about the shared record in the newspaper and I do not want to be in it.")

	soon := r.enter(ctx, "ordinary-13", casework.Phone, 27, "Her sister works at the hospital.")
	r.moved(review(soon))
	if r.err == nil {
		_, err := r.Cases.Assign(ctx, r.manager, soon.ID, casework.Colleague{ID: r.manager.ID}, 0, atDesk)
		r.keep(err)
	}

	talk := r.enter(ctx, "ordinary-19", casework.Desk, 10, "Asked at the desk, in a hurry.")
	r.moved(review(talk),
		func() (objection.Objection, error) {
			return o.WantContact(ctx, r.manager, talk.ID, "Is it the whole record, or one entry in it?", true, 0, atDesk)
		},
		func() (objection.Objection, error) {
			return o.Contact(ctx, r.manager, talk.ID, objection.Attempt{Way: "phone", Outcome: objection.NotReached, Note: "No answer, no message left."}, atDesk)
		})

	no := r.enter(ctx, "ordinary-25", casework.Phone, 20, "Somebody rang and gave her name.")
	r.moved(review(no), func() (objection.Objection, error) {
		return o.Refuse(ctx, r.gp, no.ID, objection.Refusal{Ground: objection.GroundIdentity, Reason: "The caller could not say when she was born, and did not ring back.",
			Rights: "You can object again at any time, and you can ask us to look at this again.", Complaint: "Write to our practice manager, or ask at our reception."}, 0, atDesk)
	})

	back := r.enter(ctx, "ordinary-31", casework.Desk, 3, "Wanted to think about it.")
	r.moved(func() (objection.Objection, error) { return o.Withdraw(ctx, r.manager, back.ID, 0, atDesk) })
}

// children are asked for online: one request waits for a doctor, one is disputed.
func (r *requests) children(ctx context.Context) {
	raise := func(given, born string) casework.Case {
		if r.err != nil {
			return casework.Case{}
		}
		a := objection.Answers{Subject: objection.Child, Given: given, Family: "Abbotsley", BirthDate: born, Relation: "parent", Ground: patient.BirthMother,
			Evidence: []patient.Proof{patient.BirthCertificate}, Understands: "yes", Agrees: objection.Agrees, Worries: []string{"someone_known"}, Provider: riverside,
			Contact: objection.Contact{Ways: []string{"app", "phone"}, Value: "01632 960001"}}
		draft, err := r.Objections.Start(ctx, r.parent, a, atDesk)
		r.keep(err)
		if r.err != nil {
			return casework.Case{}
		}
		c, err := r.Objections.Raise(ctx, r.parent, draft.ID, atDesk)
		r.keep(err)
		return c
	}
	year, _, _ := r.today.Date()
	older := raise("Tamsin", fmt.Sprintf("%d-03-14", year-14))
	r.moved(func() (objection.Objection, error) { return r.Objections.Review(ctx, r.manager, older.ID, 0, atDesk) },
		func() (objection.Objection, error) {
			return r.Objections.WantClinician(ctx, r.manager, older.ID, 0, atDesk)
		})
	younger := raise("Jory", fmt.Sprintf("%d-07-02", year-6))
	r.moved(func() (objection.Objection, error) { return r.Objections.Review(ctx, r.manager, younger.ID, 0, atDesk) },
		func() (objection.Objection, error) {
			return r.Objections.Disagree(ctx, r.manager, younger.ID, "the father", objection.Disagrees, "He rang and wants the record to stay as it is.", 0, atDesk)
		})
}
