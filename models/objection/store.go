package objection

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/models/patient"
)

// Settings are what the verbs take from policy.
type Settings struct {
	MinAge       int
	CodeAlarm    time.Duration // a confirmed code not seen for so long raises an alarm
	SecondPerson bool          // a refusal needs a second person
	Step         int           // percent: a day's change in a feed's codes that raises an alarm
}

// Deps are what a Store works with.
type Deps struct {
	DB       *db.DB
	Gate     *access.Gate
	Clock    clock.Clock
	Cases    *casework.Store
	Sharing  *patient.Sharing
	Reps     *patient.Representatives
	Settings Settings
	// Uncased is told of a code that nobody requested here, in the transaction that
	// takes note of it; nil: nobody is told.
	Uncased func(ctx context.Context, person opaque.ID, refused bool) error
	// KeepBack is told, in the same transaction, that a child asked that parents are not
	// told of a case: what is on its way to them is called back (letter.Store.KeepBack).
	KeepBack func(ctx context.Context, by access.Viewer, person opaque.ID, caseRef string) error
	// Code is told, in the transaction of the decision, that a code has to be put into
	// the clinical system of who decided: the objection's when refused, else that of its
	// reversal. nil: nobody sees to it.
	Code func(ctx context.Context, o Objection, refused bool) error
	// Moved is told, in the same transaction, that a request has come to another state.
	// nil: nobody is told.
	Moved func(ctx context.Context, o Objection, to casework.State) error
}

// code has the code of a decision put into the clinical system.
func (s *Store) code(ctx context.Context, o Objection, c *casework.Change, refused bool) error {
	if s.Code == nil {
		return nil
	}
	o.Case = c.Case
	return s.Code(ctx, o, refused)
}

// Store keeps objections.
type Store struct{ Deps }

// NewStore makes the store.
func NewStore(d Deps) *Store { return &Store{d} }

// Request is where a question came from, for the log.
type Request = casework.Request

func (s *Store) today() deadline.Day { return deadline.DayOf(s.Clock()) }

// load reads what belongs to a case.
func (s *Store) load(ctx context.Context, c casework.Case) (Objection, error) {
	o := Objection{Case: c}
	row, err := s.DB.QueryRow(ctx, `SELECT (SELECT c.person_id FROM cases c WHERE c.id = o.case_id), subject, birth_date, level, answers, proposed_by, confirmed_at, confirmed_name, coded_at, effective_at, reversal_at, reversed_at, review_on, asked_on
 FROM objections o WHERE case_id = ?`, string(c.ID))
	if err != nil {
		return o, err
	}
	var answers string
	var confirmed, coded, effective, reversal, reversed int64
	err = row.Scan(&o.Person, &o.Subject, &o.BirthDate, &o.Level, &answers, &o.ProposedBy, &confirmed, &o.ConfirmedName, &coded, &effective, &reversal, &reversed, &o.ReviewOn, &o.AskedOn)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return o, fault.NotFound
	case err != nil:
		return o, err
	}
	o.Confirmed, o.Coded, o.Effective, o.Reversal, o.Reversed = instant(confirmed), instant(coded), instant(effective), instant(reversal), instant(reversed)
	if err := json.Unmarshal([]byte(answers), &o.Answers); err != nil {
		return o, err
	}
	o.Findings, err = s.findings(ctx, c.ID)
	return o, err
}

// save writes back what a verb may change of it.
func (s *Store) save(ctx context.Context, o *Objection) error {
	_, err := s.DB.Exec(ctx, `UPDATE objections SET birth_date = ?, proposed_by = ?, confirmed_at = ?, confirmed_name = ?, coded_at = ?, effective_at = ?, reversal_at = ?,
 reversed_at = ?, review_on = ?, asked_on = ? WHERE case_id = ?`, o.BirthDate, o.ProposedBy, millis(o.Confirmed), o.ConfirmedName, millis(o.Coded), millis(o.Effective),
		millis(o.Reversal), millis(o.Reversed), o.ReviewOn, o.AskedOn, string(o.ID))
	return err
}

func (s *Store) findings(ctx context.Context, ref Ref) ([]Finding, error) {
	var all []Finding
	err := s.each(ctx, "SELECT seq, kind, at, by_kind, by_id, by_name, by_role, outcome, who, note, shown_to FROM objection_findings WHERE case_id = ? ORDER BY seq",
		func(scan func(...any) error) error {
			var f Finding
			var at int64
			err := scan(&f.Seq, &f.Kind, &at, &f.By.Kind, &f.By.ID, &f.By.Name, &f.By.Role, &f.Outcome, &f.Who, &f.Note, &f.ShownTo)
			f.At = instant(at)
			all = append(all, f)
			return err
		}, string(ref))
	return all, err
}

// find adds a finding and its line in the history.
func (s *Store) find(ctx context.Context, by access.Viewer, o *Objection, c *casework.Change, f Finding) error {
	f.Seq, f.At = len(o.Findings)+1, s.Clock()
	f.By = casework.By{Kind: by.Kind, ID: by.ID, Name: by.Name, Role: by.RoleName}
	if f.ShownTo == "" {
		f.ShownTo = casework.ForStaff
	}
	o.Findings = append(o.Findings, f)
	_, err := s.DB.Exec(ctx, `INSERT INTO objection_findings (case_id, seq, kind, at, by_kind, by_id, by_name, by_role, outcome, who, note, shown_to)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, string(o.ID), f.Seq, string(f.Kind), millis(f.At), string(f.By.Kind), f.By.ID, f.By.Name, f.By.Role, f.Outcome, f.Who, f.Note, string(f.ShownTo))
	if err != nil {
		return err
	}
	note(c, casework.Event{Kind: "found_" + string(f.Kind), Reason: f.Outcome, ShownTo: f.ShownTo, Detail: map[string]string{"who": f.Who}})
	return nil
}

// note adds a line that moves nothing.
func note(c *casework.Change, e casework.Event) {
	e.From, e.To = c.To, c.To
	c.Tell(e)
}

// move is one verb on one request: the table decides whether it leads anywhere, do
// what has to be true besides and what follows. A verb that leads nowhere from where
// the request has come to meanwhile is a Conflict that says what changed.
type move struct {
	verb   Verb // "" changes no state
	name   string
	open   access.Hands
	seen   int
	reason string
	req    Request
}

func (s *Store) move(ctx context.Context, by access.Viewer, ref Ref, m move, do func(ctx context.Context, o *Objection, c *casework.Change) error) (Objection, error) {
	var out Objection
	if m.name == "" {
		m.name = string(m.verb)
	}
	kase, err := s.Cases.Act(ctx, by, ref, casework.Act{Name: m.name, Open: m.open, Seen: m.seen, Request: m.req}, func(ctx context.Context, c *casework.Change) error {
		o, err := s.load(ctx, c.Case)
		if err != nil {
			return err
		}
		if err := s.stillActs(ctx, by, o); err != nil {
			return err
		}
		if m.verb != "" {
			to, ok := Next(c.Case.State, m.verb)
			if !ok {
				return s.Cases.Stale(ctx, by, c.Case, m.seen)
			}
			none := ""
			c.To, c.Closed, c.Alarm = to, over(to), &none
			c.Tell(casework.Event{Kind: string(m.verb), From: c.Case.State, To: to, Reason: m.reason})
		}
		if do != nil {
			if err := do(ctx, &o, c); err != nil {
				return err
			}
		}
		if c.Case.State == ContactWanted && c.To != ContactWanted {
			c.Resume = true // what was waited for has come, or is not waited for any more
		}
		out = o
		if err := s.save(ctx, &o); err != nil || s.Moved == nil || c.To == c.Case.State {
			return err
		}
		return s.Moved(ctx, o, c.To)
	})
	out.Case = kase
	if err != nil {
		return Objection{}, err
	}
	return out, nil
}

// about tells whether a request is about the viewer: by whom it has been found to be
// about, never by for whom somebody said to ask.
func (o Objection) about(by access.Viewer) bool {
	return by.Person != "" && by.Person == o.Person
}

// stillReads keeps out whoever may no longer read a request: somebody's own is nobody
// else's, and once it is decided, whoever may not act for them reads it no more. Until
// then nothing but the date of birth that they stated shuts them out: that a doubt of
// their evidence did would tell that such a person is held here.
func (s *Store) stillReads(ctx context.Context, by access.Viewer, o Objection) error {
	if by.Kind != access.Patient || o.about(by) || !Undecided(o.State) {
		return s.stillActs(ctx, by, o)
	}
	return s.byAge(o)
}

// stillActs keeps out whoever acts for another and may no longer: from 16 on the
// young person decides, an order ends, a review is due (S-47, domain.md e). While
// nobody has decided, the answer rests on what was stated and on what was found of
// the evidence, which is the same whether or not such a person is held.
func (s *Store) stillActs(ctx context.Context, by access.Viewer, o Objection) error {
	if by.Kind != access.Patient || o.about(by) {
		return nil
	}
	if err := s.byAge(o); err != nil {
		return err
	}
	r, err := s.Reps.Acting(ctx, by, o.Person)
	switch found, _ := latest(o.Findings, FoundAuthority); {
	case errors.Is(err, fault.NotFound) && found.Outcome == Doubtful:
		return fmt.Errorf("objection: the authority to act is in doubt: %w", fault.Denied)
	case errors.Is(err, fault.NotFound):
		return nil // claimed, and not looked at yet
	case err != nil:
		return err
	case r.State == patient.RepSuspended || r.State == patient.RepEnded:
		return fmt.Errorf("objection: the authority to act is %s: %w", r.State, fault.Denied)
	}
	return nil
}

// byAge keeps everybody else out of what is somebody's own to decide: what they asked
// for themselves, and, from 16 on, what was asked for them.
func (s *Store) byAge(o Objection) error {
	if o.Subject == Self {
		return fmt.Errorf("objection: somebody's own: %w", fault.Denied)
	}
	band := o.Band(s.today())
	if Undecided(o.State) && o.Answers.BirthDate != "" { // as stated: who is held may have been born on another day
		band = patient.BandOf(o.Answers.BirthDate, s.today())
	}
	if o.Subject == Child && (band == patient.Band16 || band == patient.BandAdult) {
		return fmt.Errorf("objection: acting for somebody who decides themselves: %w", fault.Denied)
	}
	return nil
}

// Open shows one request with its file: to staff whole, to people what is theirs.
func (s *Store) Open(ctx context.Context, by access.Viewer, ref Ref, req Request) (Objection, casework.File, error) {
	file, err := s.Cases.Open(ctx, by, ref, req)
	if err != nil {
		return Objection{}, casework.File{}, err
	}
	o, err := s.load(ctx, file.Case)
	if err == nil {
		err = s.stillReads(ctx, by, o)
	}
	if err != nil {
		return Objection{}, casework.File{}, fmt.Errorf("objection: open: %w", err)
	}
	own := o.about(by)
	if by.Kind != access.Patient || own || o.ConfirmedName != "" { // else where it is coded would tell who is held
		if o.Partners, err = s.partners(ctx, ref); err == nil {
			o.Probes, err = s.probes(ctx, ref)
		}
	}
	if err != nil {
		return Objection{}, casework.File{}, fmt.Errorf("objection: open: %w", err)
	}
	if by.Kind == access.Patient {
		o.Findings = slices.DeleteFunc(o.Findings, func(f Finding) bool {
			return !(f.ShownTo == casework.ForAll || f.ShownTo == casework.ForSubject && own || f.ShownTo == casework.ForApplicant && !own)
		})
		if o.ProposedBy = ""; !own {
			o.Person, o.BirthDate, o.ReviewOn = "", o.Answers.BirthDate, "" // whether such a person is held is not theirs to know
			if day, age := patient.NextReview(o.BirthDate, s.today()); age > 0 {
				o.ReviewOn = day.String()
			}
		}
	}
	return o, file, nil
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

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
