package clinician

import (
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // Europe/London must be known on a machine without zone files

	"candour/models/audit"
	"candour/models/record"
)

// london is the zone in which clinicians read every time.
var london = zone("Europe/London")

func zone(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return l
}

var months = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

// moment prints a FHIR date or dateTime by the NHS CUI rules: DD-Mmm-YYYY, the
// month in letters, a 24-hour clock, London time. A partial date keeps exactly
// the precision it was sent with, and what cannot be read is shown as it came.
func moment(sent string) string {
	switch {
	case len(sent) == 4:
		return sent
	case len(sent) == 7 && sent[4] == '-':
		if m := monthOf(sent[5:7]); m != "" {
			return m + "-" + sent[:4]
		}
	case len(sent) == 10:
		return day(sent)
	case len(sent) > 10 && sent[10] == 'T': // no words are tried as a date
		if t, err := time.Parse(time.RFC3339, sent); err == nil {
			return stamp(t)
		}
		if t, err := time.Parse("2006-01-02T15:04:05", sent); err == nil {
			return minute(t)
		}
	}
	return sent
}

// minute is a local time in full: 14-Nov-2026 09:12.
func minute(t time.Time) string {
	year, month, day := t.Date()
	if year < 0 || year > 9999 {
		return t.Format("02-Jan-2006 15:04")
	}
	hour, min, _ := t.Clock()
	b := append(make([]byte, 0, len("02-Jan-2006 15:04")), byte('0'+day/10), byte('0'+day%10), '-')
	b = append(append(b, months[month-1]...), '-', byte('0'+year/1000), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10), ' ')
	b = append(b, byte('0'+hour/10), byte('0'+hour%10), ':', byte('0'+min/10), byte('0'+min%10))
	return string(b)
}

// day prints the calendar day of a FHIR date or dateTime without its time.
func day(sent string) string {
	if len(sent) > 10 {
		if m := moment(sent); m != sent {
			return m[:11]
		}
		return sent
	}
	if len(sent) == 10 && sent[4] == '-' && sent[7] == '-' {
		if m := monthOf(sent[5:7]); m != "" {
			return sent[8:10] + "-" + m + "-" + sent[:4]
		}
	}
	return moment7(sent)
}

func moment7(sent string) string {
	if len(sent) == 7 {
		return moment(sent)
	}
	return sent
}

func monthOf(digits string) string {
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > 12 {
		return ""
	}
	return months[n-1]
}

// ends are the two ends of a period in print; of one day, only the time of the
// second; a date that is no period has no second.
func ends(w record.When) (from, to string) {
	from, to = moment(w.Sent), moment(w.End)
	switch {
	case from == to:
		return from, ""
	case len(from) > 11 && len(to) > 11 && from[:11] == to[:11]:
		return from, to[12:] // 14-Nov-2026 09:00 – 09:20
	}
	return from, to
}

// span is a period on one line.
func span(w record.When) string {
	from, to := ends(w)
	if to == "" {
		return from
	}
	return from + " – " + to
}

// clockTime is the instant of an access as the page names it: 09:12.
func clockTime(t time.Time) string { return t.In(london).Format("15:04") }

// stamp is an instant in full: 14-Nov-2026 09:12.
func stamp(t time.Time) string { return minute(t.In(london)) }

// yearOf is the year a moment of the timeline is filed under; "" when unknown.
func yearOf(w record.When) string {
	if w.Sort == 0 || len(w.Sent) < 4 {
		return ""
	}
	return strconv.Itoa(time.UnixMilli(w.Sort).In(london).Year())
}

// age is the number of whole years between two dates written YYYY-MM-DD; "" when
// either is not a full date. Someone born on 29 February has their birthday on
// 1 March of a common year (domain.md; Decide uses the same convention).
func age(birth string, on time.Time) string {
	born, err := time.Parse("2006-01-02", birth)
	if err != nil || on.IsZero() {
		return ""
	}
	local := on.In(london)
	years := local.Year() - born.Year()
	if local.Month() < born.Month() || (local.Month() == born.Month() && local.Day() < born.Day()) {
		years--
	}
	if years < 0 {
		return ""
	}
	return strconv.Itoa(years)
}

// ageAt is the age on another written date, for "Age at Death".
func ageAt(birth, on string) string {
	if len(on) < 10 {
		return ""
	}
	t, err := time.ParseInLocation("2006-01-02", on[:10], london)
	if err != nil {
		return ""
	}
	return age(birth, t)
}

// token is one item in one version, as the page and the log name it.
func token(ref audit.ItemRef) string {
	return string(ref.ID) + "." + strconv.Itoa(ref.Version)
}

// tokens names every item that a line stands for or cites.
func tokens(l *record.Line) string {
	if len(l.Refs) == 1 {
		return token(l.Refs[0])
	}
	var out strings.Builder
	for i, ref := range l.Refs {
		if i > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(token(ref))
	}
	return out.String()
}
