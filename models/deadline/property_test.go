package deadline_test

import (
	"math/rand/v2"
	"testing"
	"time"

	. "candour/models/deadline"
)

// An independent reading of "one month", by the names of the days alone.
func corresponding(y int, m time.Month, d int) (int, time.Month, int) {
	if m++; m > 12 {
		m, y = 1, y+1
	}
	length := []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
	if m == 2 && (y%4 == 0 && y%100 != 0 || y%400 == 0) {
		length = 29
	}
	return y, m, min(d, length)
}

func TestEveryMonthEnd(t *testing.T) {
	for d := On(2024, 1, 1); d <= On(2030, 12, 31); d++ {
		y, m, n := d.Date()
		if back := On(y, m, n); back != d {
			t.Fatalf("%s taken apart and put together is %s", d, back)
		}
		if got, want := d.AddMonths(1), On(corresponding(y, m, n)); got != want {
			t.Errorf("%s + 1 month = %s, want %s", d, got, want)
		}
		if d.AddMonths(0) != d || d.AddMonths(12) < d+365-1 || d.AddMonths(1) > (d+1).AddMonths(1) {
			t.Errorf("%s: months are out of order", d)
		}
		due := Begin(SubjectAccess, d).Due(England(), d)
		if d <= On(2030, 11, 1) && !England().Working(due.On) {
			t.Errorf("%s is due on %s, when offices are closed", d, due.On)
		}
		if due.On < d+28 || due.On > d+31+5 {
			t.Errorf("%s is due on %s", d, due.On)
		}
	}
}

// Easter of two centuries, beside another algorithm (Oudin's of 1940).
func TestEasterBesideAnotherAlgorithm(t *testing.T) {
	c, err := Read([]byte(`{"from":1978,"to":2178}`))
	if err != nil {
		t.Fatal(err)
	}
	for y := 1978; y <= 2178; y++ {
		g, century := y%19, y/100
		h := (century - century/4 - (8*century+13)/25 + 19*g + 15) % 30
		i := h - (h/28)*(1-(29/(h+1))*((21-g)/11))
		l := i - (y+y/4+i+2-century+century/4)%7
		month := 3 + (l+40)/44
		sunday := On(y, time.Month(month), l+28-31*(month/4))
		friday, ok1 := c.Holiday(sunday - 2)
		monday, ok2 := c.Holiday(sunday + 1)
		if friday != "Good Friday" || monday != "Easter Monday" || !ok1 || !ok2 || sunday.Weekday() != time.Sunday {
			t.Errorf("%d: Easter on %s", y, sunday)
		}
		if got := len(c.Holidays(y)); got != 8 {
			t.Errorf("%d has %d holidays", y, got)
		}
	}
}

// London's midnight is the bound of every day, in winter and in summer.
func TestEveryDayInLondon(t *testing.T) {
	for d := On(2024, 1, 1); d <= On(2030, 12, 31); d++ {
		if DayOf(d.Begins()) != d || DayOf(d.Ends().Add(-time.Nanosecond)) != d || DayOf(d.Ends()) != d+1 {
			t.Fatalf("%s runs from %s to %s", d, d.Begins(), d.Ends())
		}
	}
}

func TestWorkingDaysAreCountedAsByHand(t *testing.T) {
	c := England()
	for d := On(2026, 1, 1); d <= On(2027, 12, 1); d++ {
		left, end := 3, d
		for left > 0 {
			end++
			if _, closed := c.Holiday(end); !closed && end.Weekday() != time.Saturday && end.Weekday() != time.Sunday {
				left--
			}
		}
		if due := Begin(CareComplaintAcknowledged, d).Due(c, d); due.On != end || c.WorkingBetween(d, end) != 3 {
			t.Errorf("%s: %s, by hand %s", d, due.On, end)
		}
	}
}

// A pause never shortens a period, and a period with pauses has as many days that
// count as one without.
func TestAPauseNeverShortens(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	c := England()
	for range 5000 {
		start := On(2024, 1, 1) + Day(r.IntN(6*365))
		rule := []Rule{SubjectAccess, Objection, Own("own", 1+r.IntN(20), WorkingDays)}[r.IntN(3)]
		rule.Stops = true
		plain := Begin(rule, start)
		paused := plain
		at := start + Day(r.IntN(10))
		for range r.IntN(4) {
			var err error
			if paused, err = paused.Stop(at); err != nil {
				t.Fatal(err)
			}
			at += Day(r.IntN(12))
			if paused, err = paused.Resume(at); err != nil {
				t.Fatal(err)
			}
			at += Day(r.IntN(5)) // the next may begin on the day the last ended: that day counts once
		}
		today := start + Day(r.IntN(90))
		without, with := plain.Due(c, today), paused.Due(c, today)
		if with.On < without.On || with.Notice < without.Notice {
			t.Fatalf("%v shortened %s to %s", paused.Pauses, without.On, with.On)
		}
		if rule.Unit == Months && int(with.Notice-without.Notice) != with.Stopped {
			t.Fatalf("%v: %d days did not count, yet the end moved from %s to %s", paused.Pauses, with.Stopped, without.Notice, with.Notice)
		}
		if with.Stopped > 0 && len(paused.Pauses) == 0 {
			t.Fatal("days that did not count without a pause")
		}
		if later := paused.Due(c, today+1); later != with {
			t.Fatalf("closed pauses, and yet the end depends on the day: %+v, %+v", with, later)
		}
	}
}

// While the clock stands still the end moves by a day a day, and never comes.
func TestAnOpenPauseNeverEnds(t *testing.T) {
	c := England()
	start := On(2026, 11, 2)
	term, err := Begin(SubjectAccess, start).Stop(start + 3)
	if err != nil {
		t.Fatal(err)
	}
	before := term.Due(c, start+3).Notice
	for today := start + 4; today < start+400; today++ {
		due := term.Due(c, today)
		if due.Notice != before+1 || due.On <= today || !due.Waiting {
			t.Fatalf("%s: %+v after %s", today, due, before)
		}
		before = due.Notice
	}
}

// Extended is three months from the original start, at every start.
func TestExtensionFromTheOriginalStart(t *testing.T) {
	c := England()
	for d := On(2026, 1, 1); d <= On(2028, 12, 31); d++ {
		term, err := Begin(SubjectAccess, d).Extend(c, d+20)
		if err != nil {
			t.Fatal(err)
		}
		if due := term.Due(c, d+30); due.On != c.Next(d.AddMonths(3)) || due.On < Begin(SubjectAccess, d).Due(c, d).On {
			t.Fatalf("%s: %+v", d, due)
		}
	}
}
