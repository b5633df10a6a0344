package record

import (
	"cmp"
	"slices"

	"candour/models/audit"
)

// facts puts side by side what the sources say of the same allergy, medicine or
// problem: one line a code. A source speaks by its current entry over an ended
// one, and by its newest; the rest is history.
func facts(entries []*entry) []*entry {
	groups := map[string][]*entry{}
	var order []string
	for _, e := range entries {
		key := e.line.Key
		if e.alone || key == "" {
			key = "alone|" + string(e.item.Ref.ID)
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], e)
	}
	out := make([]*entry, 0, len(order))
	for _, key := range order {
		out = append(out, oneFact(groups[key]))
	}
	return out
}

func oneFact(all []*entry) *entry {
	slices.SortStableFunc(all, func(a, b *entry) int {
		if a.current != b.current {
			return before(a.current, b.current)
		}
		return cmp.Or(cmp.Compare(a.rank, b.rank), newer(a.line.When, b.line.When), cmp.Compare(a.item.Ref.ID, b.item.Ref.ID))
	})
	lead := all[0]
	newestCurrent := lead.line.When
	for _, e := range all {
		if e.current && newer(e.line.When, newestCurrent) < 0 {
			newestCurrent = e.line.When
		}
	}
	heard := map[string]bool{lead.item.Source: true}
	sides := map[string][]Mention{}
	for _, e := range all[1:] {
		lead.line.Refs = append(lead.line.Refs, e.item.Ref)
		first := !heard[e.item.Source]
		heard[e.item.Source] = true
		kind := ""
		if first || e.current {
			kind = disagreement(lead, e, newestCurrent)
		}
		switch {
		case kind != "":
			sides[kind] = append(sides[kind], e.mention(lead))
		case first && e.current == lead.current:
			lead.line.Also = append(lead.line.Also, e.mention(lead))
		default:
			lead.line.Earlier = append(lead.line.Earlier, e.past())
		}
	}
	for _, kind := range []string{"status", "dose"} {
		lead.conflict(kind, sides[kind])
	}
	sortValues(lead.line.Earlier)
	return lead
}

// before orders what is true first.
func before(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

// disagreement is how an entry contradicts the leading one, or "". An ending
// contradicts only what it does not come before: an old course that ended and a
// new one that runs are no conflict, an allergy that one source calls inactive is.
func disagreement(lead, e *entry, newestCurrent When) string {
	if !lead.current {
		return ""
	}
	if !e.current {
		if lead.section == Allergies || !earlier(e.ending(), newestCurrent) {
			return "status"
		}
		return ""
	}
	if lead.section != Medicines {
		return ""
	}
	if isHeld(lead.line.Status) != isHeld(e.line.Status) {
		return "status"
	}
	if lead.dose != e.dose {
		return "dose"
	}
	return ""
}

func isHeld(status string) bool { return status == "on-hold" }

// ending is when an ended entry ended, as far as it says.
func (e *entry) ending() When {
	if end := sortOf(e.line.When.End); end != 0 {
		return When{Sent: e.line.When.End, Sort: end}
	}
	return e.line.When
}

// earlier is true only when both dates are known.
func earlier(a, b When) bool { return a.Sort != 0 && b.Sort != 0 && a.Sort < b.Sort }

// conflict adds a disagreement to a line, the line's own side first.
func (e *entry) conflict(kind string, others []Mention) {
	if len(others) == 0 {
		return
	}
	own := e.mention(e)
	for _, d := range e.line.Details {
		if d.Label == "dose" || d.Label == "onset" || d.Label == "ended" {
			own.Differs = append(own.Differs, d)
		}
	}
	e.line.Conflicts = append(e.line.Conflicts, Conflict{Kind: kind, Sides: append([]Mention{own}, others...)})
	for _, o := range others {
		e.cites(o.Ref)
	}
}

// cites adds a reference to the line, once.
func (e *entry) cites(ref audit.ItemRef) {
	if !slices.Contains(e.line.Refs, ref) {
		e.line.Refs = append(e.line.Refs, ref)
	}
}

// mention is the entry as one that says the same as, or other than, the leading one.
func (e *entry) mention(lead *entry) Mention {
	m := Mention{Ref: e.item.Ref, Source: e.item.Source, SourceName: e.line.SourceName, Recorder: e.line.Recorder,
		When: e.line.When, Status: e.line.Status}
	if e == lead {
		return m
	}
	if e.line.Title != lead.line.Title {
		m.Title = e.line.Title
	}
	have := map[Detail]bool{}
	for _, d := range lead.line.Details {
		have[d] = true
	}
	for _, d := range e.line.Details {
		if !have[d] {
			m.Differs = append(m.Differs, d)
		}
	}
	if lead.dose != "" && e.dose == "" {
		m.Differs = append(m.Differs, Detail{Label: "dose"}) // the silence is the difference
	}
	return m
}

// past is the entry as a line of the history under another one.
func (e *entry) past() Value {
	return Value{Ref: e.item.Ref, Text: e.dose, When: e.line.When, Source: e.item.Source, Org: e.line.SourceName,
		Status: e.line.Status, Recorder: e.line.Recorder}
}

func sortValues(all []Value) {
	slices.SortStableFunc(all, func(a, b Value) int { return newer(a.When, b.When) })
}
