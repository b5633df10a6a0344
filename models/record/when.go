package record

import "candour/models/fhir"

// whenOf keeps a date as it was sent and finds its place in order: a year counts
// from its first day. What cannot be read as a date is kept and stands last.
func whenOf(sent string) When { return When{Sent: sent, Sort: sortOf(sent)} }

// spanOf is a period; one that only has an end is ordered by it.
func spanOf(start, end string) When {
	w := When{Sent: start, End: end, Sort: sortOf(start)}
	if start == "" {
		w.Sort = sortOf(end)
	}
	return w
}

func sortOf(sent string) int64 {
	m := fhir.ParseDate(sent)
	if m.Precision == fhir.Unreadable {
		return 0
	}
	if ms := m.Millis(); ms != 0 {
		return ms
	}
	return 1 // 0 means unknown
}

// day is the calendar date a When falls on as sent, for filters: "" when unknown.
func (w When) day() string {
	if w.Sort == 0 {
		return ""
	}
	s := w.Sent
	if s == "" {
		s = w.End
	}
	if len(s) > 10 {
		s = s[:10]
	}
	return s
}

// within tells whether some of w may lie between two days, both inclusive: "2019"
// may be any day of 2019, and an unknown date any day at all, so that a filter
// never hides what might belong.
func (w When) within(from, to string) bool {
	if from == "" && to == "" {
		return true
	}
	start := w.day()
	if start == "" {
		return true
	}
	end := start
	if len(w.End) >= 4 {
		end = w.End[:min(10, len(w.End))]
	}
	if from != "" && end+"-99-99"[:max(0, 10-len(end))] < from { // "2019" reaches to the end of 2019
		return false
	}
	return to == "" || start <= to
}

// newer orders by date, newest first, unknown last.
func newer(a, b When) int {
	switch {
	case a.Sort == b.Sort:
		return 0
	case a.Sort == 0:
		return 1
	case b.Sort == 0:
		return -1
	case a.Sort > b.Sort:
		return -1
	default:
		return 1
	}
}
