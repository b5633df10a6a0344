package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/casework"
	"candour/models/clock"
	"candour/models/coding"
	"candour/models/job"
	"candour/models/letter"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/patient"
)

// openCases puts together what people ask for and what becomes of it: requests,
// letters, and the work that no person starts.
func openCases(s *Stores, now clock.Clock, log *slog.Logger) {
	s.Jobs = job.NewQueue(s.DB, now, nil)
	s.Work = job.NewRunner(s.Jobs, job.Pace{}, log)
	s.Letters = letter.NewStore(s.DB, s.Gate, now, s.Jobs)
	s.Cases = casework.NewStore(casework.Deps{DB: s.DB, Gate: s.Gate, Clock: now, Notify: objection.Letters(s.DB, s.Letters)})
	s.Sharing = patient.NewSharing(s.DB, now, patient.SharingPolicyOf(s.Policy))
	s.Representatives = patient.NewRepresentatives(s.DB, now)
	s.Coding = coding.NewStore(coding.Deps{DB: s.DB, Gate: s.Gate, Clock: now, Jobs: s.Jobs, Writable: s.clinical.writable})
	s.Objections = objection.NewStore(objection.Deps{DB: s.DB, Gate: s.Gate, Clock: now, Cases: s.Cases, Sharing: s.Sharing, Reps: s.Representatives,
		Settings: objection.SettingsOf(s.Policy), KeepBack: s.Letters.KeepBack, Uncased: s.recorded(now), Code: s.Coding.Want, Moved: s.probeMoved(now)})
	openProbes(s, now, log)
}

// recorded tells somebody that their provider entered an objection that nobody asked
// for here: by telephone, at the desk. Once a code, whoever delivers it how often.
func (s *Stores) recorded(now clock.Clock) func(ctx context.Context, person opaque.ID, refused bool) error {
	return func(ctx context.Context, person opaque.ID, refused bool) error {
		if err := s.probePerson(ctx, person, now()); err != nil {
			return err
		}
		if !refused {
			return nil // it is viewable again: the list of who looked says so from now on
		}
		today := now().In(audit.London).Format(time.DateOnly)
		_, err := s.Letters.Tell(ctx, access.ForSystem("code without request"), letter.Notice{
			Key: "code:" + string(person) + ":" + today, Template: letter.ObjectionRecorded, About: person,
			To: []letter.Recipient{{Person: person, As: letter.Self}}, Fields: letter.Fields{"from": today}})
		return err
	}
}

// codes brings everything that has come together with the requests that wait for it.
func (s *Stores) codes(ctx context.Context) error {
	for {
		looked, err := s.Objections.CodeSeen(ctx, access.ForSystem("codes seen"))
		if looked == 0 { // nobody is left, or only those who fail
			return errors.Join(err, s.Coding.Settle(ctx))
		}
	}
}

// errand is work that no person starts and that carries nothing.
type errand struct{}

// The errands: every one is safe to run twice.
var (
	codesSeen = job.Define[errand]("objection.codes", job.Options{Next: job.Every(time.Minute)})
	alarms    = job.Define[errand]("objection.alarms", job.Options{Next: job.Every(time.Hour)})
)

// errands says what is to be done, and when.
func errands(s *Stores) {
	job.Handle(s.Work, codesSeen, func(ctx context.Context, _ *job.Run, _ errand) error { return s.codes(ctx) })
	job.Handle(s.Work, alarms, func(ctx context.Context, _ *job.Run, _ errand) error {
		_, err := s.Objections.RaiseAlarms(ctx, access.ForSystem("alarms"))
		return err
	})
	clinicalErrands(s)
	probeErrands(s)
	for _, d := range days {
		job.Handle(s.Work, d.kind, func(ctx context.Context, _ *job.Run, _ errand) error {
			return d.do(s, ctx, access.ForSystem("new day"))
		})
	}
	s.Senders = map[letter.Channel]letter.Sender{} // no way outside yet: everything is read in the portal
	s.Letters.Work(s.Work, s.Senders)
	s.Work.Sweep(30 * 24 * time.Hour)
}

// days is what each London day brings: birthdays, grounds that end, codes counted
// against requests, states held against histories, drafts that are over. Each is a job
// of its own: one that fails does not keep the others from being done.
var days = []struct {
	kind job.Kind[errand]
	do   func(s *Stores, ctx context.Context, by access.Viewer) error
}{
	{daily("objection.birthdays"), func(s *Stores, ctx context.Context, by access.Viewer) error {
		_, err := s.Objections.Birthdays(ctx, by)
		return err
	}},
	{daily("objection.representatives"), func(s *Stores, ctx context.Context, by access.Viewer) error {
		_, err := s.Objections.Representatives(ctx, by)
		return err
	}},
	{daily("objection.reconcile"), func(s *Stores, ctx context.Context, by access.Viewer) error {
		_, err := s.Objections.Reconcile(ctx, by)
		return err
	}},
	{daily("objection.check"), (*Stores).check},
	{daily("objection.sweep"), func(s *Stores, ctx context.Context, by access.Viewer) error { return s.Objections.Sweep(ctx, by) }},
}

func daily(name string) job.Kind[errand] {
	return job.Define[errand](name, job.Options{Next: job.Daily(audit.London, 0, 5)})
}

// checkedBack is how far back requests are looked at that have changed: a day, and the one
// before, should a night have failed.
const checkedBack = 2 * 24 * time.Hour

func (s *Stores) check(ctx context.Context, by access.Viewer) error {
	wrong, err := s.Objections.Check(ctx, by, s.now().Add(-checkedBack))
	if err == nil && len(wrong) > 0 {
		err = fmt.Errorf("%d requests are not in the state that their history tells", len(wrong))
	}
	return err
}
