package component

import (
	"context"
	"strconv"
	"time"

	"candour/locales"
)

// London is where every day of Candour begins and ends.
var London = london()

func london() *time.Location {
	place, err := time.LoadLocation("Europe/London")
	if err != nil {
		// Only without any time zone data at all: cmd/candour embeds it.
		return time.UTC
	}
	return place
}

// Day is a date as patients read it: 6 August 1978.
func Day(ctx context.Context, t time.Time) string {
	t = t.In(London)
	return locales.T(ctx, "date.day", dayArgs(ctx, t)...)
}

// Weekday is a date with its day of the week: Wednesday 6 August 2025.
func Weekday(ctx context.Context, t time.Time) string {
	t = t.In(London)
	weekday := locales.T(ctx, "date.weekdays."+strconv.Itoa(int(t.Weekday())))
	return locales.T(ctx, "date.weekday", append(dayArgs(ctx, t), "weekday", weekday)...)
}

// Clock is a time of day as patients read it: 3:04pm, and 5pm on the hour.
func Clock(ctx context.Context, t time.Time) string {
	t = t.In(London)
	half := locales.T(ctx, "date.am")
	if t.Hour() >= 12 {
		half = locales.T(ctx, "date.pm")
	}
	if t.Minute() == 0 {
		return t.Format("3") + half
	}
	return t.Format("3:04") + half
}

// DayTime is both: 6 August 1978, 3:04pm.
func DayTime(ctx context.Context, t time.Time) string {
	return locales.T(ctx, "date.day_time", append(dayArgs(ctx, t.In(London)), "time", Clock(ctx, t))...)
}

// ISODay is a date for a machine and for the value of a form: 1978-08-06.
func ISODay(t time.Time) string { return t.In(London).Format(time.DateOnly) }

// DayOf is Day for a date that is kept as text: YYYY-MM-DD, YYYY-MM or YYYY.
func DayOf(ctx context.Context, text string) string {
	if t, err := time.ParseInLocation(time.DateOnly, text, London); err == nil {
		return Day(ctx, t)
	}
	if t, err := time.ParseInLocation("2006-01", text, London); err == nil {
		return locales.T(ctx, "date.month_year", dayArgs(ctx, t)...)
	}
	return text
}

func dayArgs(ctx context.Context, t time.Time) []any {
	return []any{
		"day", strconv.Itoa(t.Day()),
		"month", locales.T(ctx, "date.months."+strconv.Itoa(int(t.Month()))),
		"year", strconv.Itoa(t.Year()),
	}
}
