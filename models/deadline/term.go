package deadline

import (
	"errors"
	"time"
)

// Pause is a time in which the clock stood still, both ends counted (DPA 2018
// s.54(3C): from the day of asking through the day of the answer). An open pause
// has no end yet.
type Pause struct {
	From Day  `json:"from"`
	To   Day  `json:"to"`
	Open bool `json:"open"`
}

// Term is one period that runs. It holds the rule itself, not its name: what was
// promised does not change with the program.
type Term struct {
	Rule     Rule    `json:"rule"`
	Start    Day     `json:"start"` // the day of receipt, or Relevant
	Pauses   []Pause `json:"pauses,omitempty"`
	Extended *Day    `json:"extended,omitempty"` // the day on which the person was told, with reasons
}

// What cannot be done to a term.
var (
	ErrCannotExtend = errors.New("deadline: this period cannot be extended")
	ErrTooLate      = errors.New("deadline: notice of an extension must be given before the first period ends")
	ErrCannotStop   = errors.New("deadline: the clock of this period does not stop")
	ErrStopped      = errors.New("deadline: the clock has stopped already")
	ErrNotStopped   = errors.New("deadline: the clock is running")
	ErrOrder        = errors.New("deadline: that day is before the one it follows")
)

// Begin starts a term on the day of receipt.
func Begin(r Rule, receipt Day) Term { return Term{Rule: r, Start: receipt} }

// Stop stops the clock from a day on.
func (t Term) Stop(on Day) (Term, error) {
	switch {
	case !t.Rule.Stops:
		return t, ErrCannotStop
	case t.open() != nil:
		return t, ErrStopped
	case on < t.Start:
		return t, ErrOrder
	}
	t.Pauses = append(append([]Pause{}, t.Pauses...), Pause{From: on, To: on, Open: true})
	return t, nil
}

// Resume lets the clock run again after a day.
func (t Term) Resume(on Day) (Term, error) {
	p := t.open()
	switch {
	case p == nil:
		return t, ErrNotStopped
	case on < p.From:
		return t, ErrOrder
	}
	t.Pauses = append([]Pause{}, t.Pauses...)
	last := &t.Pauses[len(t.Pauses)-1]
	last.To, last.Open = on, false
	return t, nil
}

// open is the pause that has no end; only the last can be one.
func (t Term) open() *Pause {
	if n := len(t.Pauses); n > 0 && t.Pauses[n-1].Open {
		return &t.Pauses[n-1]
	}
	return nil
}

// Extend makes the period the longer one, from the same start. The notice with its
// reasons must be given before the first period ends (s.54(3B)).
func (t Term) Extend(c *Calendar, on Day) (Term, error) {
	switch {
	case t.Rule.Extended == 0:
		return t, ErrCannotExtend
	case on < t.Start:
		return t, ErrOrder
	case on > t.Due(c, on).Notice:
		return t, ErrTooLate
	}
	t.Extended = &on
	return t, nil
}

// Due is when a term ends.
type Due struct {
	On       Day  // the last day on which it is in time
	Notice   Day  // the last day on which an extension may still be notified
	Extended bool // the longer period runs
	Stopped  int  // days that did not count
	Waiting  bool // the clock stands still today: On is as if the answer came today
	Known    bool // the calendar covers On
}

// Due computes when the term ends, as things stand on a day.
func (t Term) Due(c *Calendar, today Day) Due {
	first, _ := t.end(c, t.Rule.Length, today)
	d := Due{Notice: first}
	length := t.Rule.Length
	if t.Extended != nil && t.Rule.Extended > 0 && *t.Extended <= first { // a late notice extends nothing
		length, d.Extended = t.Rule.Extended, true
	}
	end, stopped := t.end(c, length, today)
	d.On, d.Stopped, d.Known = end, stopped, c.Covers(end)
	if p := t.open(); p != nil && t.Rule.Stops {
		d.Waiting = p.From <= today && p.From <= end
	}
	if t.Rule.Roll {
		d.On = c.Next(end)
	}
	return d
}

// end counts the days of a period that count, and says how many did not.
func (t Term) end(c *Calendar, length int, today Day) (Day, int) {
	counts := func(Day) bool { return true }
	days := length
	switch t.Rule.Unit {
	case Months:
		days = int(t.Start.AddMonths(length) - t.Start)
	case WorkingDays:
		counts = c.Working
	}
	day := t.Start
	if t.Rule.Zero == ReceiptIsOne {
		day--
	}
	stopped := 0
	for days > 0 {
		day++
		switch {
		case t.stands(day, today):
			stopped++
		case counts(day):
			days--
		}
	}
	return day, stopped
}

// stands tells whether the clock stands still on a day. The day of receipt is not
// counted anyway, so a pause on it alone lengthens nothing: the earlier end is the
// safe one. An open pause reaches to today and no further.
func (t Term) stands(d, today Day) bool {
	if !t.Rule.Stops {
		return false
	}
	for _, p := range t.Pauses {
		to := p.To
		if p.Open {
			to = today
		}
		if d >= p.From && d <= to {
			return true
		}
	}
	return false
}

// Bucket sorts cases by how urgent they are.
type Bucket string

const (
	Overdue  Bucket = "overdue"
	DueToday Bucket = "today"
	DueSoon  Bucket = "soon" // within the next 7 days
	Later    Bucket = "later"
	Stopped  Bucket = "stopped" // the clock stands still
)

// Buckets lists them, most urgent first, so that words can be checked for each.
func Buckets() []Bucket { return []Bucket{Overdue, DueToday, DueSoon, Later, Stopped} }

// Status is how a term stands at an instant.
type Status struct {
	Due
	Remaining int // days until the last day in time; negative once overdue
	Working   int // working days among them
	Bucket    Bucket
}

// Overdue says that the last day in time has ended in London.
func (s Status) Overdue() bool { return s.Remaining < 0 }

// Status says how the term stands at an instant.
func (t Term) Status(c *Calendar, now time.Time) Status {
	today := DayOf(now)
	return StatusOf(t.Due(c, today), c, today)
}

// StatusOf says how near the end is on a day.
func StatusOf(d Due, c *Calendar, today Day) Status {
	s := Status{Due: d, Remaining: int(d.On - today), Bucket: Later}
	if s.Remaining > 0 {
		s.Working = c.WorkingBetween(today, d.On)
	}
	switch {
	case s.Remaining < 0:
		s.Bucket = Overdue
	case d.Waiting:
		s.Bucket = Stopped
	case s.Remaining == 0:
		s.Bucket = DueToday
	case s.Remaining <= 7:
		s.Bucket = DueSoon
	}
	return s
}

// Earliest is the term that ends first: where a law can be read in two ways, the
// one to aim at. With none it is the zero Due.
func Earliest(c *Calendar, today Day, terms ...Term) Due {
	var best Due
	for i, t := range terms {
		if d := t.Due(c, today); i == 0 || d.On < best.On {
			best = d
		}
	}
	return best
}
