package clinician

import (
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
	if x.Recorded.Sent == "" || x.Recorded.Sent == x.When.Sent || day(x.Recorded.Sent) == day(x.When.Sent) {
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

// dates prints the dates among the words of a text.
func dates(text string) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		words[i] = day(w)
	}
	return strings.Join(words, " ")
}
