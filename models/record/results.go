package record

import (
	"cmp"
	"slices"
)

// results puts the values of one test on one line, newest first. Units are never
// mixed: the same test in another unit is another line. The same value of the
// same instant from two sources is one value.
func results(entries []*entry) []*entry {
	units := map[string]map[string]bool{} // of each test, the units of its numbers
	for _, e := range entries {
		if e.value.Number != "" {
			if units[e.line.Key] == nil {
				units[e.line.Key] = map[string]bool{}
			}
			units[e.line.Key][e.value.Unit] = true
		}
	}
	groups := map[string][]*entry{}
	var order []string
	for _, e := range entries {
		key := resultKey(e, units[e.line.Key])
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], e)
	}
	out := make([]*entry, 0, len(order))
	for _, key := range order {
		out = append(out, oneResult(groups[key]))
	}
	return out
}

func resultKey(e *entry, units map[string]bool) string {
	if e.alone || e.line.Key == "" {
		return "alone|" + string(e.item.Ref.ID)
	}
	unit := e.value.Unit
	if e.value.Number == "" && len(units) == 1 { // "sample haemolysed" belongs to the test's only line
		for u := range units {
			unit = u
		}
	}
	return e.line.Key + "\x00" + unit
}

func oneResult(all []*entry) *entry {
	slices.SortStableFunc(all, func(a, b *entry) int {
		return cmp.Or(before(a.current, b.current), newer(a.value.When, b.value.When), cmp.Compare(a.rank, b.rank), cmp.Compare(a.item.Ref.ID, b.item.Ref.ID))
	})
	lead := all[0]
	lead.line.Refs = slices.Grow(lead.line.Refs, len(all)-1)
	lead.line.Earlier = slices.Grow(lead.line.Earlier, len(all)-1)
	for _, e := range all[1:] {
		lead.line.Refs = append(lead.line.Refs, e.item.Ref)
		if sameValue(&lead.value, e) {
			lead.line.Also = append(lead.line.Also, e.mention(lead))
			lead.value.Also = append(lead.value.Also, e.mention(lead))
			continue
		}
		if v := sameEarlier(lead.line.Earlier, e); v != nil {
			v.Also = append(v.Also, e.mention(lead))
			continue
		}
		lead.line.Earlier = append(lead.line.Earlier, e.value)
	}
	v := lead.value
	lead.line.Value = &v
	return lead
}

// sameEarlier looks for the value among those of the same instant, which stand
// together at the end.
func sameEarlier(earlier []Value, e *entry) *Value {
	for i := len(earlier) - 1; i >= 0 && earlier[i].When.Sort == e.value.When.Sort; i-- {
		if sameValue(&earlier[i], e) {
			return &earlier[i]
		}
	}
	return nil
}

// sameValue: another source reports the value that v already shows.
func sameValue(v *Value, e *entry) bool {
	if v.Text != e.value.Text || v.When.Sort != e.value.When.Sort || v.When.Sort == 0 || v.Source == e.item.Source {
		return false
	}
	return !slices.ContainsFunc(v.Also, func(m Mention) bool { return m.Source == e.item.Source })
}
