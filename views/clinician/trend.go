package clinician

import (
	"strconv"
	"strings"

	"candour/models/record"
)

// trend is the small line over a test's values, oldest on the left. It is drawn
// only from values with one and the same unit: a change of unit must not look
// like a change in the person (requirements R-06).
type trend struct {
	points      string
	x, y        string // the newest value
	first, last string
	unlike      int
}

func trendOf(x *record.Line) trend {
	if x.Value == nil || x.Value.Number == "" || len(x.Earlier) < 2 {
		return trend{}
	}
	var values []float64
	var out trend
	add := func(v *record.Value) {
		n, err := strconv.ParseFloat(v.Number, 64)
		if err != nil || v.Unit != x.Value.Unit {
			out.unlike++
			return
		}
		values, out.first = append(values, n), v.Text
	}
	add(x.Value)
	out.last = x.Value.Text
	for i := range x.Earlier { // newest first
		add(&x.Earlier[i])
	}
	if len(values) < 3 {
		return trend{}
	}
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	const width, height, edge = 232.0, 40.0, 4.0
	var b strings.Builder
	for i := len(values) - 1; i >= 0; i-- {
		at := edge + width*float64(len(values)-1-i)/float64(len(values)-1)
		up := edge + height/2
		if high > low {
			up = edge + height*(high-values[i])/(high-low)
		}
		out.x, out.y = strconv.FormatFloat(at, 'f', 1, 64), strconv.FormatFloat(up, 'f', 1, 64)
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(out.x + "," + out.y)
	}
	out.points = b.String()
	return out
}

func (l laid) trendWords(x *record.Line, s trend) string {
	return l.f("record.result.trend", "test", l.title(x), "first", s.first, "last", s.last)
}
