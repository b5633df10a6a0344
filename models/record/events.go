package record

import (
	"cmp"
	"slices"
)

// events are lines by date. What two sources report of the same instant is one
// line; what one source reports twice stays two, but for a letter that it sends
// both as a document and as a report.
func events(entries []*entry) []*entry {
	byMark := map[string]*entry{}
	var out []*entry
	slices.SortStableFunc(entries, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(documentOrder[a.item.Type], documentOrder[b.item.Type]))
	})
	for _, e := range entries {
		lead := byMark[e.same]
		if e.same == "" || lead == nil {
			if e.same != "" {
				byMark[e.same] = e
			}
			out = append(out, e)
			continue
		}
		own := lead.item.Source == e.item.Source
		switch {
		case own && e.section == Documents && e.item.Type != lead.item.Type:
			lead.cites(e.item.Ref)
		case own || slices.ContainsFunc(lead.line.Also, func(m Mention) bool { return m.Source == e.item.Source }):
			out = append(out, e)
		default:
			lead.cites(e.item.Ref)
			lead.line.Also = append(lead.line.Also, e.mention(lead))
		}
	}
	return out
}

var documentOrder = map[string]int{"DocumentReference": 0, "Composition": 1, "DiagnosticReport": 2}

// arrange is the order inside a section: current before past; medicines of the
// practice first, by name; everything else by date, newest first.
func arrange(kind SectionKind, all []*entry) {
	slices.SortStableFunc(all, func(a, b *entry) int {
		if kind == Medicines && a.current && b.current {
			return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.line.Title, b.line.Title))
		}
		byState := before(a.current, b.current)
		if kind == Results {
			byState = 0
		}
		return cmp.Or(byState, before(!a.line.Negative, !b.line.Negative), newer(a.line.When, b.line.When),
			cmp.Compare(a.line.Title, b.line.Title), cmp.Compare(a.item.Ref.ID, b.item.Ref.ID))
	})
}
