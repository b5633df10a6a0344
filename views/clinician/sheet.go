package clinician

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"candour/models/record"
)

// style is how a sheet is laid on its surface. The body that is rendered once and
// stored is the zero value: it knows no viewer, time, freshness or token.
type style struct {
	bare      bool   // one section by itself: no contents, no timeline
	paper     bool   // nothing folded, no links
	narrowed  bool   // a filter is on: an empty section says so
	documents string // where a letter's own page is, seen from this surface
}

// laid is one sheet being laid out.
type laid struct {
	style
	*words
	sheet *record.Sheet
}

func lay(ctx context.Context, sheet *record.Sheet, as style) laid {
	if as.documents == "" {
		as.documents = "record/documents/" // relative, seen from /patients/<ref>/record
	}
	return laid{style: as, words: wordsIn(ctx), sheet: sheet}
}

// Sections is the whole record as the ready-made page holds it.
func Sections(sheet *record.Sheet) templ.Component { return atOnce(body(sheet, style{})) }

// part is one section made ready for its markup.
type part struct {
	record.Section
	current, past []*record.Line
	sources       int
	table         bool // results
	medicine      bool
}

func partOf(s record.Section) *part {
	p := &part{Section: s, table: s.Kind == record.Results, medicine: s.Kind == record.Medicines}
	for i := range s.Lines {
		if s.Lines[i].Past {
			p.past = append(p.past, &s.Lines[i])
		} else {
			p.current = append(p.current, &s.Lines[i])
		}
	}
	for _, c := range s.Coverage {
		if c.State == record.Supplied && c.Items > 0 {
			p.sources++
		}
	}
	return p
}

// caption counts what the section holds: "4 current, 2 past, from 3 sources".
// Appointments say their order as well: the body knows no "now" to divide what is
// to come from what is over (see DECISIONS.md).
func (l laid) caption(p *part) string {
	var parts []string
	switch {
	case len(p.past) == 0 || len(p.current) == 0 && len(p.past) == 0:
		parts = append(parts, l.n("record.count.all", len(p.current)))
	default:
		parts = append(parts, l.n("record.count.current", len(p.current)), l.n("record.count.past", len(p.past)))
	}
	if p.sources > 0 {
		parts = append(parts, l.n("record.count.source", p.sources))
	}
	if p.Kind == record.Appointments && len(p.Lines) > 1 {
		parts = append(parts, l.t("record.count.newest_first"))
	}
	return strings.Join(parts, ", ")
}

// empty says why a section has nothing, never leaving "none recorded" and "could
// not be checked" to be told apart by the reader.
func (l laid) empty(p *part) string {
	if l.narrowed {
		return l.t("record.empty.filtered")
	}
	asked := false
	for _, c := range p.Coverage {
		switch c.State {
		case record.NotReadable:
			return l.t("record.empty.not_checked")
		case record.NoneRecorded, record.Supplied:
			asked = true
		}
	}
	if !asked {
		return l.t("record.empty.nobody_sends")
	}
	return l.t("record.empty." + string(p.Kind))
}

// nothingCurrent is for a section whose every line is past.
func (l laid) nothingCurrent(p *part) string {
	if p.medicine {
		return l.t("record.empty.current")
	}
	return l.t("record.empty.current_lines")
}

func (l laid) pastHeading(p *part) string {
	switch p.Kind {
	case record.Medicines, record.Problems, record.Allergies, record.Appointments, record.Encounters, record.Alerts:
		return l.t("record.past.heading_" + string(p.Kind))
	}
	return l.t("record.past.heading_other")
}

// told is the sources that say one thing of a section.
type told struct {
	state record.CoverageState
	names string
}

var coverageOrder = [...]record.CoverageState{record.NotReadable, record.Supplied, record.NoneRecorded, record.NotSupplied, record.NotConnected}

// coverage groups the sources of a section by what they contribute, each named.
func coverage(p *part) []told {
	var out []told
	for _, state := range coverageOrder {
		var names []string
		for _, c := range p.Coverage {
			if c.State == state {
				names = append(names, c.Organisation)
			}
		}
		if len(names) > 0 {
			out = append(out, told{state, strings.Join(names, ", ")})
		}
	}
	return out
}

// unreadable names the sources whose part of a section could not be read; it is
// said in the open even when the section has lines.
func unreadable(p *part) string {
	for _, c := range coverage(p) {
		if c.state == record.NotReadable {
			return c.names
		}
	}
	return ""
}

// cui is the part of a medicines line that has a fixed order: name, form, DOSE,
// route, frequency (NHS CUI medications list).
var cui = [...]string{"form", "dose", "route", "frequency"}

func inOrder(l *record.Line) []record.Detail {
	var out []record.Detail
	for _, label := range cui {
		for _, d := range l.Details {
			if d.Label == label && d.Value != "" {
				out = append(out, d)
			}
		}
	}
	return out
}

// facts are the details listed below the title: without what the line says
// already, in its title, its value or as its recorder, and without what only a
// machine asks for.
func facts(p *part, l *record.Line) []record.Detail {
	out := make([]record.Detail, 0, len(l.Details))
	for _, d := range l.Details {
		switch {
		case p.medicine && (d.Label == "form" || d.Label == "dose" || d.Label == "route" || d.Label == "frequency"):
		case p.table && d.Label == "category": // every test of a laboratory says so
		case l.Document && (d.Label == "format" || d.Label == "size" || d.Label == "description"):
		case d.Value == l.Recorder || d.Value == l.Title || l.Value != nil && d.Value == l.Value.Text:
		case d.Label == "onset" && d.Value == l.When.Sent || d.Label == "ended" && d.Value == l.When.End:
		case d.Label == "intent" && d.Value == "plan":
		default:
			out = append(out, d)
		}
	}
	return out
}

// described is what a letter says of itself beyond its kind.
func described(l *record.Line) string {
	for _, d := range l.Details {
		if l.Document && d.Label == "description" && d.Value != l.Title {
			return d.Value
		}
	}
	return ""
}

// year is one year of the timeline.
type year struct {
	name    string
	moments []*record.Moment
}

func years(moments []record.Moment) []year {
	var out []year
	at := map[string]int{}
	for i := range moments {
		name := yearOf(moments[i].When)
		n, ok := at[name]
		if !ok {
			n = len(out)
			at[name] = n
			out = append(out, year{name: name})
		}
		out[n].moments = append(out[n].moments, &moments[i])
	}
	return out
}

func (l laid) yearHeading(y year) string {
	if y.name == "" {
		return l.t("record.timeline.undated")
	}
	return l.n("record.timeline.year", len(y.moments), "year", y.name)
}
