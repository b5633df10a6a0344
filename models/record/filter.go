package record

import (
	"slices"
	"strings"

	"candour/models/audit"
)

// apply narrows a sheet. What is left out is not shown and therefore not logged;
// a line that is kept is kept whole, with its conflicts, because half a
// disagreement misleads. Only the results of a test are narrowed one by one.
func (f Filter) apply(whole *Sheet) *Sheet {
	out := &Sheet{Person: whole.Person, Sources: whole.Sources, Warnings: whole.Warnings}
	words := strings.Fields(strings.ToLower(f.Text))
	kept := map[audit.ItemRef]bool{}
	for _, section := range whole.Sections {
		if len(f.Sections) > 0 && !slices.Contains(f.Sections, section.Kind) {
			continue
		}
		lines := make([]Line, 0, len(section.Lines))
		for _, l := range section.Lines {
			if l, ok := f.line(section.Kind, l, words); ok {
				lines = append(lines, l)
				for _, ref := range l.Refs {
					kept[ref] = true
				}
			}
		}
		section.Lines = lines
		section.Coverage = f.coverage(section.Coverage)
		if !f.narrows() {
			out.Sections = append(out.Sections, section)
			continue
		}
		section.Errors = 0 // it counts the whole section
		out.Sections = append(out.Sections, section)
	}
	for _, m := range whole.Timeline {
		if kept[m.Ref] && f.keepsMoment(m) {
			out.Timeline = append(out.Timeline, m)
		}
	}
	return out
}

// narrows tells whether lines are chosen, beyond sections.
func (f Filter) narrows() bool { return f.Source != "" || f.From != "" || f.To != "" || f.Text != "" }

func (f Filter) keepsMoment(m Moment) bool {
	return (f.Source == "" || m.Source == f.Source) && m.When.within(f.From, f.To)
}

func (f Filter) coverage(all []Coverage) []Coverage {
	if f.Source == "" {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(c Coverage) bool { return c.Source != f.Source })
}

func (f Filter) line(kind SectionKind, l Line, words []string) (Line, bool) {
	if !f.narrows() {
		return l, true
	}
	if len(l.Refs) == 0 {
		return l, false // a mere count is of everything
	}
	if kind == Results && l.Value != nil {
		var ok bool
		if l, ok = f.values(l); !ok {
			return l, false
		}
	} else if !f.facts(l) {
		return l, false
	}
	if len(words) == 0 {
		return l, true
	}
	text := l.search()
	for _, w := range words {
		if !strings.Contains(text, w) {
			return l, false
		}
	}
	return l, true
}

// facts tells whether anything that the line stands for is of the source and period.
func (f Filter) facts(l Line) bool {
	keeps := func(source string, when When) bool {
		return (f.Source == "" || source == f.Source) && when.within(f.From, f.To)
	}
	if keeps(l.Source, l.When) {
		return true
	}
	for _, m := range l.mentions() {
		if keeps(m.Source, m.When) {
			return true
		}
	}
	return slices.ContainsFunc(l.Earlier, func(v Value) bool { return keeps(v.Source, v.When) })
}

// mentions are all the other sources on a line.
func (l *Line) mentions() []Mention {
	out := slices.Clone(l.Also)
	for _, c := range l.Conflicts {
		out = append(out, c.Sides...)
	}
	return out
}

// values keeps the results of a test that belong; the newest of them leads.
func (f Filter) values(l Line) (Line, bool) {
	all := append([]Value{*l.Value}, l.Earlier...)
	left := slices.DeleteFunc(all, func(v Value) bool { return !f.keepsValue(v) })
	if len(left) == 0 {
		return l, false
	}
	if left[0].Ref != l.Value.Ref { // the details of the newest result are not those of an older one
		v := left[0]
		l.Details, l.Recorded = nil, When{}
		l.Source, l.SourceName, l.Recorder, l.When, l.Status = v.Source, v.Org, v.Recorder, v.When, v.Status
	}
	lead := left[0]
	l.Value, l.Earlier, l.Also, l.Refs = &lead, slices.Clone(left[1:]), lead.Also, nil
	seen := map[audit.ItemRef]bool{}
	for _, ref := range l.cited() {
		if !seen[ref] {
			seen[ref] = true
			l.Refs = append(l.Refs, ref)
		}
	}
	return l, true
}

func (f Filter) keepsValue(v Value) bool {
	ofSource := f.Source == "" || v.Source == f.Source || slices.ContainsFunc(v.Also, func(m Mention) bool { return m.Source == f.Source })
	return ofSource && v.When.within(f.From, f.To)
}
