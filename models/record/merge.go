package record

import (
	"cmp"
	"slices"
	"strconv"
)

// Merge lays the items of all sources side by side. It is a pure function: the
// same input gives the same sheet, in whatever order the items come.
func Merge(in Input) *Sheet {
	feeds := orderFeeds(in.Feeds)
	m := newMaker(&in, feeds)
	entries, others := m.entries(in.Items)
	bySection := map[SectionKind][]*entry{}
	wrong := map[SectionKind]int{}
	counts := map[SectionKind]map[string]int{}
	for _, e := range entries {
		if e.wrong {
			wrong[e.section]++
			continue
		}
		if counts[e.section] == nil {
			counts[e.section] = map[string]int{}
		}
		counts[e.section][e.item.Source]++
		bySection[e.section] = append(bySection[e.section], e)
	}
	sheet := &Sheet{Person: in.Person, Timeline: timeline(entries), Warnings: identities(in, m.feeds)}
	lines := map[SectionKind][]*entry{}
	for _, kind := range SectionOrder {
		lines[kind] = gather(kind, bySection[kind])
	}
	noneKnown(lines[Allergies])
	medicineAllergies(lines[Medicines], lines[Allergies])
	for _, kind := range SectionOrder {
		arrange(kind, lines[kind])
		s := Section{Kind: kind, Errors: wrong[kind], Coverage: coverage(kind, feeds, counts[kind])}
		s.Lines = slices.Grow(s.Lines, len(lines[kind]))
		for _, e := range lines[kind] {
			s.Lines = append(s.Lines, e.line)
		}
		if kind == Other {
			s.Lines, s.Coverage = append(s.Lines, others...), nil
		}
		sheet.Sections = append(sheet.Sections, s)
	}
	sheet.Person.AllergyTag = allergyTag(lines[Allergies], feeds)
	sheet.Sources = held(in.Items, feeds)
	return sheet
}

func newMaker(in *Input, feeds []*Feed) *maker {
	parse(in.Items)
	m := &maker{resolver: newResolver(in), feeds: map[string]*Feed{}, ranks: map[string]int{}}
	for i, f := range feeds {
		m.feeds[f.ID], m.ranks[f.ID] = f, i
	}
	return m
}

func gather(kind SectionKind, entries []*entry) []*entry {
	switch kind {
	case Allergies, Medicines, Problems:
		return facts(entries)
	case Results:
		return results(entries)
	default:
		return events(entries)
	}
}

// kindOrder is the order of sources: the practice first, because it keeps the
// list of medicines that the rest is checked against.
var kindOrder = map[string]int{"practice": 0, "acute": 1, "community": 2, "mental": 3, "social": 4, "ambulance": 5, "board": 6}

func orderFeeds(all []Feed) []*Feed {
	out := make([]*Feed, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	slices.SortStableFunc(out, func(a, b *Feed) int {
		return cmp.Or(cmp.Compare(kindOrder[a.Kind], kindOrder[b.Kind]), cmp.Compare(a.Organisation, b.Organisation), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// entries reads every item and lays it out, in an order that does not depend on
// the order of arrival. Types that are not laid out are counted, one line a type.
func (m *maker) entries(items []Item) ([]*entry, []Line) {
	sorted := make([]*Item, len(items))
	for i := range items {
		sorted[i] = &items[i]
	}
	slices.SortFunc(sorted, func(a, b *Item) int { return cmp.Compare(a.Ref.ID, b.Ref.ID) })
	var all []*entry
	others := map[string]int{}
	for _, item := range sorted {
		feed := m.feeds[item.Source]
		if feed == nil {
			feed = &Feed{ID: item.Source, Organisation: item.Source}
			m.feeds[item.Source], m.ranks[item.Source] = feed, len(m.ranks)
		}
		switch {
		case layouts[item.Type] != nil:
			all = append(all, &entry{item: item, feed: feed, rank: m.ranks[item.Source]})
		case item.Type != "Medication":
			others[item.Type]++
		}
	}
	for _, e := range all {
		m.lay(e)
	}
	return all, counted(others)
}

func counted(others map[string]int) []Line {
	var out []Line
	for kind, n := range others {
		out = append(out, Line{Type: kind, Title: kind, Count: n, Key: "count|" + kind, Details: []Detail{{Label: "count", Value: strconv.Itoa(n)}}})
	}
	slices.SortFunc(out, func(a, b Line) int { return cmp.Compare(a.Title, b.Title) })
	return out
}

// held are the sources that hold something of the person, in order.
func held(items []Item, feeds []*Feed) []Source {
	n := map[string]int{}
	for _, i := range items {
		n[i.Source]++
	}
	var out []Source
	for _, f := range feeds {
		out = append(out, Source{ID: f.ID, Organisation: f.Organisation, Kind: f.Kind, Items: n[f.ID]})
	}
	return out
}

// allergyTag is one of four and never a blank (NHS CUI): an allergy outweighs a
// statement that there is none, and silence is not such a statement.
func allergyTag(allergies []*entry, feeds []*Feed) string {
	tag := "not_recorded"
	for _, f := range feeds {
		if f.Failing {
			tag = "unavailable"
		}
	}
	for _, e := range allergies {
		switch {
		case e.current && !e.line.Negative:
			return "known"
		case e.current && e.line.Negative:
			tag = "none_known"
		}
	}
	return tag
}

// timeline is every item, newest first, those without a date last.
func timeline(entries []*entry) []Moment {
	all := make([]*Moment, 0, len(entries)) // sorting moves what is in it, and a Moment is long
	for _, e := range entries {
		if e.wrong || e.section == Other {
			continue
		}
		title := e.line.Title
		if e.value.Text != "" && e.section == Results {
			title = join(": ", title, e.value.Text)
		}
		all = append(all, &Moment{Ref: e.item.Ref, Section: e.section, Title: title, When: e.line.When, Source: e.item.Source, Org: e.line.SourceName})
	}
	slices.SortFunc(all, func(a, b *Moment) int {
		return cmp.Or(newer(a.When, b.When), cmp.Compare(a.Section, b.Section), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Ref.ID, b.Ref.ID))
	})
	out := make([]Moment, 0, len(all))
	for _, m := range all {
		out = append(out, *m)
	}
	return out
}
