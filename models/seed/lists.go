package seed

import (
	"cmp"
	"slices"

	"candour/models/organisation"
)

// Listed is somebody as a practice's own system has them.
type Listed struct{ Local, Number, Family, Given, Born string }

// Practice is a practice of the demo world with the people in its feed.
type Practice struct {
	ID, ODS, Name, Source string
	People                []Listed
}

// practices are those that still send, for the demo world's clinical system.
func (y *year) practices() []Practice {
	gone := map[string]bool{}
	for _, t := range y.turns {
		gone[t.ID] = t.State != organisation.Connected
	}
	var out []Practice
	for _, id := range y.order {
		f := y.feeds[id]
		if f == nil || f.Kind != organisation.Practice || gone[id] {
			continue
		}
		one := Practice{ID: id, ODS: f.ODSCode, Name: f.Name, Source: f.source.ID}
		for n := range y.people {
			p := &y.people[n]
			if local := f.patients[p.key]; local != "" && p.practice == id {
				one.People = append(one.People, Listed{local, p.number, p.family, p.given, p.born})
			}
		}
		slices.SortFunc(one.People, func(a, b Listed) int { return cmp.Or(cmp.Compare(a.Family, b.Family), cmp.Compare(a.Number, b.Number)) })
		out = append(out, one)
	}
	return out
}
