package deadline_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	. "candour/models/deadline"
)

func day(t *testing.T, s string) Day {
	t.Helper()
	d, err := ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The bank holidays of England as published, beside what the rules give.
func TestBankHolidays(t *testing.T) {
	published := map[int][]string{
		2024: {"2024-01-01", "2024-03-29", "2024-04-01", "2024-05-06", "2024-05-27", "2024-08-26", "2024-12-25", "2024-12-26"},
		2025: {"2025-01-01", "2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25", "2025-12-25", "2025-12-26"},
		2026: {"2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28"},
		2027: {"2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28"},
		2028: {"2028-01-03", "2028-04-14", "2028-04-17", "2028-05-01", "2028-05-29", "2028-08-28", "2028-12-25", "2028-12-26"},
		2029: {"2029-01-01", "2029-03-30", "2029-04-02", "2029-05-07", "2029-05-28", "2029-08-27", "2029-12-25", "2029-12-26"},
		2030: {"2030-01-01", "2030-04-19", "2030-04-22", "2030-05-06", "2030-05-27", "2030-08-26", "2030-12-25", "2030-12-26"},
		// Years with proclaimed days, and with Christmas on a Sunday.
		2020: {"2020-01-01", "2020-04-10", "2020-04-13", "2020-05-08", "2020-05-25", "2020-08-31", "2020-12-25", "2020-12-28"},
		2022: {"2022-01-03", "2022-04-15", "2022-04-18", "2022-05-02", "2022-06-02", "2022-06-03", "2022-08-29", "2022-09-19", "2022-12-26", "2022-12-27"},
		2023: {"2023-01-02", "2023-04-07", "2023-04-10", "2023-05-01", "2023-05-08", "2023-05-29", "2023-08-28", "2023-12-25", "2023-12-26"},
	}
	for year, want := range published {
		got := England().Holidays(year)
		if len(got) != len(want) {
			t.Errorf("%d: %v, want %v", year, got, want)
			continue
		}
		for i, h := range got {
			if h.Day.String() != want[i] {
				t.Errorf("%d: %s (%s), want %s", year, h.Day, h.Name, want[i])
			}
			if h.Day.Weekday() == time.Saturday || h.Day.Weekday() == time.Sunday {
				t.Errorf("%s is a holiday on a weekend", h.Day)
			}
		}
	}
}

// The vectors of the domain facts, each with its provision.
func TestVectors(t *testing.T) {
	for _, v := range []struct {
		name, start, want string
		rule              Rule
	}{
		{"3 October is a Saturday", "2026-09-03", "2026-10-05", SubjectAccess},
		{"no 31 November", "2026-10-31", "2026-11-30", SubjectAccess},
		{"28 December is a substitute day", "2026-11-28", "2026-12-29", SubjectAccess},
		{"28 February is a Sunday", "2027-01-31", "2027-03-01", SubjectAccess},
		{"29 February of a leap year", "2028-01-31", "2028-02-29", SubjectAccess},
		{"Good Friday to after Easter Monday", "2026-03-03", "2026-04-07", SubjectAccess},
		{"an objection runs as a copy does", "2026-09-03", "2026-10-05", Objection},
		{"3 working days from a Friday", "2026-11-20", "2026-11-25", CareComplaintAcknowledged},
		{"3 working days over Christmas", "2026-12-23", "2026-12-30", CareComplaintAcknowledged},
		{"3 working days over Easter", "2027-03-25", "2027-04-01", CareComplaintAcknowledged},
		{"30 days as the ICO counts", "2026-11-26", "2026-12-29", ComplaintAcknowledged},
		{"six months to a month without that day", "2026-08-31", "2027-02-28", CareComplaintExplained},
		{"40 days end on whatever day", "2026-11-23", "2027-01-02", RecordOfTheDead},
		{"21 days", "2026-11-23", "2026-12-14", RecordOfTheDeadRecent},
		{"30 days to a working day", "2026-11-02", "2026-12-02", ComplaintAcknowledged},
		{"30 days read strictly", "2026-11-26", "2026-12-25", ComplaintAcknowledgedStrict},
	} {
		start := day(t, v.start)
		due := Begin(v.rule, start).Due(England(), start)
		if due.On.String() != v.want || !due.Known {
			t.Errorf("%s (%s): %s + %s = %+v, want %s", v.name, v.rule.Provision, v.start, v.rule.Name, due, v.want)
		}
	}
}

func TestExtensionVector(t *testing.T) {
	start := day(t, "2026-11-24")
	term, err := Begin(SubjectAccess, start).Extend(England(), day(t, "2026-12-24"))
	if err != nil {
		t.Fatal(err)
	}
	if due := term.Due(England(), start); due.On.String() != "2027-02-24" || !due.Extended || due.Notice.String() != "2026-12-24" {
		t.Errorf("%+v", due)
	}
	if _, err := Begin(SubjectAccess, start).Extend(England(), day(t, "2026-12-25")); !errors.Is(err, ErrTooLate) {
		t.Errorf("a notice on the day after the first period: %v", err)
	}
	if _, err := Begin(ComplaintAcknowledged, start).Extend(England(), start); !errors.Is(err, ErrCannotExtend) {
		t.Error(err)
	}
	if _, err := Begin(SubjectAccess, start).Extend(England(), start-1); !errors.Is(err, ErrOrder) {
		t.Error(err)
	}
	if _, err := Begin(SubjectAccess, start).Extend(England(), start); err != nil {
		t.Errorf("on the day of receipt: %v", err)
	}
	// An objection runs like a copy: it can be extended, and its clock can stop.
	objection, err := Begin(Objection, start).Extend(England(), start+1)
	if err == nil {
		objection, err = objection.Stop(start + 2)
	}
	if err != nil || objection.Due(England(), start+2).On.String() != "2027-02-25" {
		t.Errorf("%+v %v", objection.Due(England(), start+2), err)
	}
	// A late notice that somehow was stored extends nothing.
	late := day(t, "2027-01-04")
	term = Begin(SubjectAccess, start)
	term.Extended = &late
	if due := term.Due(England(), late); due.Extended || due.On.String() != "2026-12-24" {
		t.Errorf("%+v", due)
	}
}

func TestPauseVector(t *testing.T) {
	start := day(t, "2026-11-02")
	term, err := Begin(SubjectAccess, start).Stop(day(t, "2026-11-05"))
	if err != nil {
		t.Fatal(err)
	}
	open := term.Due(England(), day(t, "2026-11-07"))
	if !open.Waiting || open.Stopped != 3 || open.On.String() != "2026-12-07" { // 5 December is a Saturday
		t.Errorf("while it stands still: %+v", open)
	}
	if term, err = term.Resume(day(t, "2026-11-09")); err != nil {
		t.Fatal(err)
	}
	due := term.Due(England(), day(t, "2026-11-20"))
	if due.On.String() != "2026-12-07" || due.Stopped != 5 || due.Waiting || due.Notice.String() != "2026-12-07" {
		t.Errorf("%+v", due)
	}
	if _, err := Begin(CareComplaintAcknowledged, start).Stop(start); !errors.Is(err, ErrCannotStop) {
		t.Error(err)
	}
	if _, err := term.Resume(start); !errors.Is(err, ErrNotStopped) {
		t.Error(err)
	}
	again, err := term.Stop(day(t, "2026-11-20"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Begin(SubjectAccess, start).Stop(start - 1); !errors.Is(err, ErrOrder) {
		t.Error(err)
	}
	if _, err := Begin(SubjectAccess, start).Stop(start); err != nil {
		t.Error(err)
	}
	if _, err := again.Stop(day(t, "2026-11-21")); !errors.Is(err, ErrStopped) {
		t.Error(err)
	}
	if _, err := again.Resume(day(t, "2026-11-19")); !errors.Is(err, ErrOrder) {
		t.Error(err)
	}
	if len(term.Pauses) != 1 {
		t.Error("stopping anew changed the term it began from")
	}
}

// The clock stands still from the day of asking; where the rule does not let it, a
// pause that was stored all the same changes nothing.
func TestWhenThePauseCounts(t *testing.T) {
	start := day(t, "2026-11-02")
	term, err := Begin(SubjectAccess, start).Stop(start + 3)
	if err != nil || !term.Due(England(), start+3).Waiting || term.Due(England(), start+2).Waiting {
		t.Errorf("%+v %v", term, err)
	}
	last, err := Begin(SubjectAccess, start).Stop(day(t, "2026-12-02"))
	if due := last.Due(England(), day(t, "2026-12-04")); err != nil || !due.Waiting || due.On.String() != "2026-12-07" {
		t.Errorf("asked on the last day: %+v %v", due, err)
	}
	never := Begin(CareComplaintAcknowledged, start)
	want := never.Due(England(), start)
	never.Pauses = []Pause{{From: start, To: start + 10}, {From: start + 1, To: start + 1, Open: true}}
	if got := never.Due(England(), start+5); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// A pause that begins when the period is over saves nothing.
func TestPauseAfterTheEndIsTooLate(t *testing.T) {
	term, err := Begin(SubjectAccess, day(t, "2026-11-02")).Stop(day(t, "2026-12-03"))
	if err != nil {
		t.Fatal(err)
	}
	s := term.Status(England(), time.Date(2026, 12, 10, 12, 0, 0, 0, time.UTC))
	if s.On.String() != "2026-12-02" || s.Waiting || !s.Overdue() || s.Bucket != Overdue || s.Remaining != -8 {
		t.Errorf("%+v", s)
	}
}

func TestTheDayIsLondons(t *testing.T) {
	term := Begin(SubjectAccess, day(t, "2026-05-15")) // due on 15 June, in summer time
	for _, c := range []struct {
		at        string
		remaining int
		bucket    Bucket
	}{
		{"2026-06-07T22:59:59Z", 8, Later},
		{"2026-06-07T23:00:00Z", 7, DueSoon},
		{"2026-06-14T22:59:59Z", 1, DueSoon},
		{"2026-06-14T23:00:00Z", 0, DueToday}, // midnight in London
		{"2026-06-15T22:59:59Z", 0, DueToday},
		{"2026-06-15T23:00:00Z", -1, Overdue},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		s := term.Status(England(), at)
		if s.Remaining != c.remaining || s.Bucket != c.bucket || s.Overdue() != (c.remaining < 0) {
			t.Errorf("%s: %+v", c.at, s)
		}
		if ended := !at.Before(s.On.Ends()); ended != s.Overdue() {
			t.Errorf("%s: Ends says %v", c.at, ended)
		}
	}
	if s := term.Status(England(), day(t, "2026-06-11").Begins()); s.Working != 2 { // Friday and Monday
		t.Errorf("working days left: %+v", s)
	}
	if got := day(t, "2026-12-01").Begins().Format(time.RFC3339); got != "2026-12-01T00:00:00Z" {
		t.Error(got)
	}
}

func TestAStoppedClockIsNotUrgent(t *testing.T) {
	term, err := Begin(SubjectAccess, day(t, "2026-11-02")).Stop(day(t, "2026-12-01"))
	if err != nil {
		t.Fatal(err)
	}
	if s := term.Status(England(), day(t, "2027-01-20").Begins()); s.Bucket != Stopped || s.Overdue() || !s.Waiting {
		t.Errorf("%+v", s)
	}
}

func TestRelevantAndEarliest(t *testing.T) {
	if d := Relevant(day(t, "2026-11-02"), day(t, "2026-11-09"), day(t, "2026-11-04")); d.String() != "2026-11-09" {
		t.Error(d)
	}
	start := day(t, "2026-11-26")
	if d := Earliest(England(), start, Begin(ComplaintAcknowledged, start), Begin(ComplaintAcknowledgedStrict, start)); d.On.String() != "2026-12-25" {
		t.Errorf("%+v", d)
	}
	if d := Earliest(England(), start); d != (Due{}) {
		t.Errorf("%+v", d)
	}
}

func TestBirthdays(t *testing.T) {
	leap := day(t, "2012-02-29")
	for age, want := range map[int]string{11: "2023-03-01", 12: "2024-02-29", 13: "2025-03-01", 16: "2028-02-29", 18: "2030-03-01"} {
		d := leap.Birthday(age)
		if d.String() != want || leap.Age(d) != age || leap.Age(d-1) != age-1 {
			t.Errorf("%d: %s, age %d, the day before %d", age, d, leap.Age(d), leap.Age(d-1))
		}
	}
}

func TestCalendarIsEdited(t *testing.T) {
	c := England()
	d := day(t, "2027-06-14")
	if with := c.With(d, "proclaimed"); with.Working(d) || !c.Working(d) || !with.Without(d).Working(d) {
		t.Error("an added day closes, in the new calendar only")
	}
	if got := Begin(CareComplaintAcknowledged, d-3).Due(c.With(d, "proclaimed"), d).On; got != d+3 {
		t.Errorf("a proclaimed Monday is not counted: %s", got)
	}
	if c.Ending(day(t, "2029-12-31")) || !c.Ending(day(t, "2030-01-01")) || c.Horizon() != day(t, "2030-12-31") {
		t.Error("the calendar warns a year before it ends")
	}
	for d, covered := range map[string]bool{"2019-12-31": false, "2020-01-01": true, "2025-06-01": true, "2030-12-31": true, "2031-01-01": false} {
		if c.Covers(day(t, d)) != covered {
			t.Errorf("%s: covered is not %v", d, covered)
		}
	}
	if Begin(SubjectAccess, day(t, "2030-12-20")).Due(c, d).Known {
		t.Error("a day beyond the calendar is not known")
	}
	for _, good := range []string{`{"from":2026,"to":2026}`, `{"from":1978,"to":1979}`, `{"from":2000,"to":2200}`} {
		if _, err := Read([]byte(good)); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{`{`, `{"from":2030,"to":2020}`, `{"from":1977,"to":1980}`, `{"from":2000,"to":2201}`, `{"from":2027,"to":2026}`, `{"from":2026,"to":2026,"removed":[{"day":"2026-07-01"}]}`, `{"from":2026,"to":2026,"added":[{"day":"1.7.2026"}]}`} {
		if _, err := Read([]byte(bad)); err == nil {
			t.Errorf("%s is no calendar", bad)
		}
	}
}

// A term is stored whole: what was promised does not change with the program.
func TestATermIsKeptAsItWas(t *testing.T) {
	term, err := Begin(SubjectAccess, day(t, "2026-11-02")).Stop(day(t, "2026-11-05"))
	if err != nil {
		t.Fatal(err)
	}
	if term, err = term.Extend(England(), day(t, "2026-11-20")); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(term)
	if err != nil {
		t.Fatal(err)
	}
	var back Term
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	today := day(t, "2026-11-25")
	if back.Due(England(), today) != term.Due(England(), today) || back.Rule != SubjectAccess {
		t.Errorf("%s became %+v", text, back)
	}
	d := today
	if d.UnmarshalText([]byte("2026-2-3")) == nil || d != today {
		t.Errorf("2026-2-3 is no day, and yet it became %s", d)
	}
}

func TestEveryRuleSaysWhereItIsWritten(t *testing.T) {
	if Own("a", 5, WorkingDays).Roll || !Own("b", 5, Days).Roll || !Own("c", 1, Months).Roll {
		t.Error("a period of working days ends on one; the others roll to one")
	}
	seen := map[string]bool{}
	for _, r := range append(Rules(), Own("first_look", 5, WorkingDays)) {
		if r.Name == "" || seen[r.Name] || r.Provision == "" || r.Length <= 0 || r.Version < 1 || r.Zero == "" {
			t.Errorf("%+v", r)
		}
		seen[r.Name] = true
	}
}
