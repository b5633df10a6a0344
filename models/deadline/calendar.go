package deadline

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

//go:embed england.json
var england []byte

// Holiday is a day on which offices are closed though it is no weekend.
type Holiday struct {
	Day  Day    `json:"day"`
	Name string `json:"name"`
}

// Calendar knows weekends and bank holidays between two years. It is never changed:
// With and Without give another.
type Calendar struct {
	closed   map[Day]string
	from, to int
}

// exceptions is the file of a calendar: what the rules do not give.
type exceptions struct {
	From    int       `json:"from"`
	To      int       `json:"to"`
	Source  string    `json:"source"`
	Removed []Holiday `json:"removed"`
	Added   []Holiday `json:"added"`
}

// England is the calendar of England as the program was built with it.
var England = sync.OnceValue(func() *Calendar {
	c, err := Read(england)
	if err != nil {
		panic(err) // a broken build
	}
	return c
})

// Read makes a calendar of England from the years it is to cover and the days that
// the rules do not give, in the form of england.json: for an operator who knows of
// a proclamation before the program does.
func Read(file []byte) (*Calendar, error) {
	var x exceptions
	if err := json.Unmarshal(file, &x); err != nil {
		return nil, fmt.Errorf("deadline: calendar: %w", err)
	}
	if x.From < 1978 || x.To < x.From || x.To > x.From+200 {
		return nil, fmt.Errorf("deadline: calendar: the years %d to %d cannot be right", x.From, x.To)
	}
	c := &Calendar{closed: map[Day]string{}, from: x.From, to: x.To}
	for year := x.From; year <= x.To; year++ {
		maps.Copy(c.closed, byRule(year))
	}
	for _, h := range x.Removed {
		if _, ok := c.closed[h.Day]; !ok {
			return nil, fmt.Errorf("deadline: calendar: %s is removed and was none", h.Day)
		}
		delete(c.closed, h.Day)
	}
	for _, h := range x.Added {
		c = c.With(h.Day, h.Name)
	}
	return c, nil
}

// byRule are the bank holidays of England of one year as the law has them every year.
func byRule(year int) map[Day]string {
	sunday := easter(year)
	out := map[Day]string{
		sunday - 2:                            "Good Friday",
		sunday + 1:                            "Easter Monday",
		monday(On(year, time.May, 1)):         "early May bank holiday",
		monday(On(year, time.May, 31-6)):      "spring bank holiday",
		monday(On(year, time.August, 31-6)):   "summer bank holiday",
		substitute(On(year, time.January, 1)): "New Year’s Day",
	}
	// Christmas and Boxing Day keep their own day when it is a weekday; a substitute
	// is the next weekday that is not a holiday already.
	fixed := []Holiday{{On(year, time.December, 25), "Christmas Day"}, {On(year, time.December, 26), "Boxing Day"}}
	for _, h := range fixed {
		if !weekend(h.Day) {
			out[h.Day] = h.Name
		}
	}
	for _, h := range fixed {
		if weekend(h.Day) {
			d := h.Day
			for weekend(d) || out[d] != "" {
				d++
			}
			out[d] = h.Name + " (substitute day)"
		}
	}
	return out
}

func weekend(d Day) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

// monday is d or the first Monday after it.
func monday(d Day) Day {
	for d.Weekday() != time.Monday {
		d++
	}
	return d
}

// substitute is d or the first weekday after it.
func substitute(d Day) Day {
	for weekend(d) {
		d++
	}
	return d
}

// easter is Easter Sunday by the Gregorian computus (Meeus, Jones and Butcher).
func easter(year int) Day {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return On(year, time.Month(n/31), n%31+1)
}

// With is the calendar with one more holiday.
func (c *Calendar) With(d Day, name string) *Calendar {
	next := &Calendar{closed: maps.Clone(c.closed), from: c.from, to: c.to}
	next.closed[d] = name
	return next
}

// Without is the calendar with one holiday less.
func (c *Calendar) Without(d Day) *Calendar {
	next := &Calendar{closed: maps.Clone(c.closed), from: c.from, to: c.to}
	delete(next.closed, d)
	return next
}

// Holiday names the bank holiday of a day.
func (c *Calendar) Holiday(d Day) (string, bool) {
	name, ok := c.closed[d]
	return name, ok
}

// Holidays lists the bank holidays of a year in order.
func (c *Calendar) Holidays(year int) []Holiday {
	var out []Holiday
	for d, name := range c.closed {
		if y, _, _ := d.Date(); y == year {
			out = append(out, Holiday{d, name})
		}
	}
	slices.SortFunc(out, func(a, b Holiday) int { return int(a.Day - b.Day) })
	return out
}

// Working tells whether offices are open.
func (c *Calendar) Working(d Day) bool { return !weekend(d) && c.closed[d] == "" }

// Next is d or the first working day after it.
func (c *Calendar) Next(d Day) Day {
	for !c.Working(d) {
		d++
	}
	return d
}

// WorkingBetween counts the working days after one day up to and including another.
func (c *Calendar) WorkingBetween(after, until Day) int {
	n := 0
	for d := after + 1; d <= until; d++ {
		if c.Working(d) {
			n++
		}
	}
	return n
}

// Horizon is the last day whose holidays are known; beyond it only weekends count.
func (c *Calendar) Horizon() Day { return On(c.to, time.December, 31) }

// Covers tells whether the holidays of a day are known.
func (c *Calendar) Covers(d Day) bool {
	return d >= On(c.from, time.January, 1) && d <= c.Horizon()
}

// Ending warns that the calendar ends within a year: a new list is needed before a
// deadline falls behind its end (trust.md R-17).
func (c *Calendar) Ending(today Day) bool { return today.AddMonths(12) > c.Horizon() }
