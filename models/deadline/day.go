package deadline

import (
	"fmt"
	"time"
	_ "time/tzdata" // the London day must be known on a machine without zone files
)

// Day is a day of the calendar without an hour or a zone: the number of days since
// 1 January 1970. Days are compared and subtracted as numbers.
type Day int

const secondsOfDay = 24 * 60 * 60

var london = mustLoad("Europe/London")

func mustLoad(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(fmt.Sprintf("deadline: %v", err)) // the zone data is in the binary
	}
	return l
}

// On makes a day; like time.Date it carries over, so that 29 February of a common
// year is 1 March.
func On(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsOfDay)
}

// DayOf is the day on which an instant falls in London.
func DayOf(at time.Time) Day {
	y, m, d := at.In(london).Date()
	return On(y, m, d)
}

// ParseDay reads YYYY-MM-DD.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("deadline: a day is written as 2026-11-23")
	}
	return Day(t.Unix() / secondsOfDay), nil
}

func (d Day) utc() time.Time { return time.Unix(int64(d)*secondsOfDay, 0).UTC() }

// Date takes the day apart.
func (d Day) Date() (int, time.Month, int) { return d.utc().Date() }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// String is YYYY-MM-DD.
func (d Day) String() string { return d.utc().Format(time.DateOnly) }

// MarshalText writes YYYY-MM-DD, so that stored terms can be read by people.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD.
func (d *Day) UnmarshalText(text []byte) error {
	day, err := ParseDay(string(text))
	if err == nil {
		*d = day
	}
	return err
}

// Begins is the first instant of the day in London.
func (d Day) Begins() time.Time {
	y, m, day := d.Date()
	return time.Date(y, m, day, 0, 0, 0, 0, london).UTC()
}

// Ends is the first instant after the day in London: what is due on a day is
// overdue from then on.
func (d Day) Ends() time.Time { return (d + 1).Begins() }

// AddMonths is the corresponding date some months on or, where that month has no
// such date, its last day (ICO: "the last day of the following month").
func (d Day) AddMonths(n int) Day {
	y, m, day := d.Date()
	last := On(y, m+time.Month(n)+1, 0)
	if _, _, most := last.Date(); day > most {
		return last
	}
	return On(y, m+time.Month(n), day)
}

// Birthday is the day on which somebody reaches an age. Who is born on 29 February
// reaches it on 1 March of a common year: the year is complete when the day before
// has ended.
func (d Day) Birthday(age int) Day {
	y, m, day := d.Date()
	return On(y+age, m, day)
}

// Age is how many years somebody born on d has completed on a day.
func (d Day) Age(on Day) int {
	y, _, _ := d.Date()
	now, _, _ := on.Date()
	age := now - y
	if d.Birthday(age) > on {
		age--
	}
	return age
}
