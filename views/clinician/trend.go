package clinician

import (
	"strconv"
	"strings"

	"candour/locales"
	"candour/models/record"
)

func number(n int) string { return locales.Number(n) }

// title is what an entry calls itself.
func (l laid) title(x *record.Line) string {
	if x.Title != "" && x.Title != x.Type {
		return x.Title
	}
	if x.Type != "" {
		return l.code("record.type.", x.Type)
	}
	if x.Code != "" {
		return x.Code
	}
	return l.t("record.line.title_missing")
}

// recordedOn is when an entry was written down, where that is not the day on
// which it happened.
func recordedOn(x *record.Line) string {
	if x.Recorded.Sent == x.When.Sent || day(x.Recorded.Sent) == day(x.When.Sent) {
		return ""
	}
	return moment(x.Recorded.Sent)
}

// detail prints the value of a fact; a status among them gets its word.
func (l laid) detail(d record.Detail) string {
	switch d.Label {
	case "status", "clinical_status", "verification", "criticality", "severity":
		return l.code("record.status.", d.Value)
	}
	if d.Label == "category" {
		if s := l.code("record.category.", d.Value); s != plain(d.Value) {
			return s
		}
	}
	return moment(d.Value)
}

// longFact is how long a fact may be, in bytes, before it is folded.
const longFact = 160

// beginning is the first words of a long fact.
func beginning(s string) string {
	end := strings.LastIndexByte(s[:min(len(s), 80)], ' ')
	if end < 20 {
		end = min(len(s), 80)
	}
	return strings.ToValidUTF8(s[:end], "") + "…"
}

func (l laid) conflict(kind string) string {
	if s := l.code("record.conflict.", kind); s != plain(kind) {
		return s
	}
	return l.t("record.conflict.other")
}

func (l laid) warning(w record.Warning) string {
	args := make([]any, 0, 2*len(w.Args))
	for name, value := range w.Args {
		switch {
		case name == "field":
			value = l.code("record.field.", value)
		case name == "values":
			value = dates(value)
		}
		args = append(args, name, value)
	}
	if s, ok := locales.Lookup(l.ctx, "record.warning."+w.Key, args...); ok {
		return s
	}
	return l.t("record.warning.identity_generic")
}

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

// dates prints the dates among the words of a text.
func dates(text string) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		words[i] = day(w)
	}
	return strings.Join(words, " ")
}
