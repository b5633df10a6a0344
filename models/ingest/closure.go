package ingest

import (
	"candour/models/fhir"
)

// linked is an item as the closure sees it.
type linked struct {
	kind, id string
	set      string   // exclusion that it falls under itself
	names    []string // other names for it
	refs     []fhir.RefAt
}

// place2 is type and local id.
type place2 [2]string

// close works out which items of one person and source must not be shown: those
// excluded themselves, and all that would give them away. The answer maps each
// to the exclusion's set. It depends on the items alone, so the order in which
// they came cannot matter.
func (r *rules) close(items []linked) map[place2]string {
	g := newGraph(items)
	hidden := map[place2]string{}
	var queue []int
	hide := func(i int, set string) {
		at := place2{items[i].kind, items[i].id}
		if i >= 0 && (hidden[at] == "" || set < hidden[at] && items[i].set == "") {
			hidden[at] = set
			queue = append(queue, i)
		}
	}
	for i, it := range items {
		if it.set != "" {
			hide(i, it.set)
		}
	}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		r.spread(items, g, i, hidden[place2{items[i].kind, items[i].id}], hide)
	}
	return hidden
}

// spread hides what item i, hidden under set, takes with it.
func (r *rules) spread(items []linked, g *graph, i int, set string, hide func(int, string)) {
	seed := items[i].set != ""
	for _, e := range g.to[i] { // whoever refers to it
		other := items[e.from]
		switch {
		case r.never[other.kind]:
		case !r.place[e.path]:
			hide(e.from, set)
		case seed || r.inside[other.kind]: // it took place inside what is hidden
			hide(e.from, set)
		}
	}
	for _, e := range g.from[i] { // what it refers to
		other := items[e.to]
		switch {
		case r.never[other.kind] || r.never[items[i].kind]:
		case r.forward[e.path] && !r.stops[items[i].kind] && other.kind != "EpisodeOfCare":
			hide(e.to, set)
		case seed && r.seedTake[e.path]:
			hide(e.to, set)
		}
	}
}

type edge struct {
	from, to int
	path     string
}

// graph is who refers to whom.
type graph struct{ from, to [][]edge }

func newGraph(items []linked) *graph {
	at := make(map[place2]int, len(items))
	byName := map[string]int{}
	byID := map[string]int{}
	for i, it := range items {
		at[place2{it.kind, it.id}] = i
		if _, twice := byID[it.id]; twice {
			byID[it.id] = -1
		} else {
			byID[it.id] = i
		}
		for _, n := range it.names {
			byName[n] = i
		}
	}
	g := &graph{make([][]edge, len(items)), make([][]edge, len(items))}
	for i, it := range items {
		for _, ref := range it.refs {
			t := ref.Ref()
			j, ok := at[place2{t.Type, t.ID}]
			if !ok && t.URL != "" {
				j, ok = byName[t.URL]
			}
			if !ok && t.UUID != "" {
				j, ok = byID[t.UUID]
			}
			if !ok && t.Value != "" {
				j, ok = byName[fhir.Alias(t.Type, t.System, t.Value)]
			}
			if ok && j >= 0 && j != i {
				e := edge{i, j, ref.Path}
				g.from[i] = append(g.from[i], e)
				g.to[j] = append(g.to[j], e)
			}
		}
	}
	return g
}
