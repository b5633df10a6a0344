package ingest

import "sort"

// lead puts the sources in the order in which they are believed about who a
// person is: the practice where they are registered first, then the newest.
// What an excluded service knows of where somebody lives or is to be rung tells of
// the service: such a source comes last.
func (w *work) lead(people []*sourcePatient) {
	secret := func(p *sourcePatient) bool { return w.rules.service(p.source.name) != "" }
	rank := func(p *sourcePatient) int {
		switch {
		case p.source.practice && p.who.Active:
			return 0
		case p.source.practice:
			return 1
		}
		return 2
	}
	sort.SliceStable(people, func(a, b int) bool {
		x, y := people[a], people[b]
		switch {
		case secret(x) != secret(y):
			return secret(y)
		case x.who.Current != y.who.Current:
			return x.who.Current
		case rank(x) != rank(y):
			return rank(x) < rank(y)
		case x.version.updated != y.version.updated:
			return x.version.updated > y.version.updated
		}
		return x.source.id < y.source.id
	})
}
