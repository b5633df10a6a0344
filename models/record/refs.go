package record

import (
	"cmp"
	"slices"

	"candour/models/audit"
)

// Refs is the set of items that a sheet shows: what a page made of it prints as
// data-item, and what the entry in the log says was shown. Sorted, each once.
func Refs(s *Sheet) []audit.ItemRef {
	seen := make(map[audit.ItemRef]bool, len(s.Timeline))
	add := func(refs ...audit.ItemRef) {
		for _, r := range refs {
			if r.ID != "" {
				seen[r] = true
			}
		}
	}
	for _, section := range s.Sections {
		for _, l := range section.Lines {
			add(l.Refs...)
		}
	}
	for _, m := range s.Timeline {
		add(m.Ref)
	}
	out := make([]audit.ItemRef, 0, len(seen))
	for r := range seen {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b audit.ItemRef) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	return out
}

// cited are all the references inside a line, wherever they stand: each of them
// is in Refs too, which a test holds.
func (l *Line) cited() []audit.ItemRef {
	out := slices.Clone(l.Refs)
	values := slices.Clone(l.Earlier)
	if l.Value != nil {
		values = append(values, *l.Value)
	}
	for _, v := range values {
		out = append(out, v.Ref)
		for _, m := range v.Also {
			out = append(out, m.Ref)
		}
	}
	for _, m := range l.Also {
		out = append(out, m.Ref)
	}
	for _, c := range l.Conflicts {
		for _, m := range c.Sides {
			out = append(out, m.Ref)
		}
	}
	return out
}
