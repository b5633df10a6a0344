package fhir

import (
	"strings"
	"time"
)

// Precision says how much of a date was sent.
type Precision int

const (
	Unreadable Precision = iota // nothing, or not a date at all
	Year
	Month
	Day
	Instant
)

// Moment is a FHIR date, dateTime or instant with the precision it was sent in.
type Moment struct {
	Time      time.Time // beginning of the year, month or day (London) where shorter than an instant
	Precision Precision
}

var london = mustLondon()

func mustLondon() *time.Location {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		return time.UTC // a machine without zone data: a day begins an hour late in summer
	}
	return zone
}

// ParseDate reads what FHIR allows and nothing else: 30 February, 01/02/2023 and
// 25:61 are Unreadable and are shown as they came.
func ParseDate(s string) Moment {
	s = strings.TrimSpace(s)
	switch len(s) {
	case 0:
		return Moment{}
	case 4:
		return parse("2006", s, Year)
	case 7:
		return parse("2006-01", s, Month)
	case 10:
		return parse("2006-01-02", s, Day)
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return Moment{t, Instant}
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, s, london); err == nil { // R4 asks for a zone; real feeds leave it out
			return Moment{t, Instant}
		}
	}
	return Moment{}
}

func parse(layout, s string, p Precision) Moment {
	t, err := time.ParseInLocation(layout, s, london)
	if err != nil {
		return Moment{}
	}
	return Moment{t, p}
}

// Millis is the instant in milliseconds since 1970, or 0 when unreadable.
func (m Moment) Millis() int64 {
	if m.Precision == Unreadable {
		return 0
	}
	return m.Time.UnixMilli()
}

// End is the first instant after the moment: the next year, month or day for a
// shortened date, the instant itself otherwise.
func (m Moment) End() time.Time {
	switch m.Precision {
	case Year:
		return m.Time.AddDate(1, 0, 0)
	case Month:
		return m.Time.AddDate(0, 1, 0)
	case Day:
		return m.Time.AddDate(0, 0, 1)
	}
	return m.Time
}
