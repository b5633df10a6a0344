package record

import (
	"slices"
	"sync"
	"sync/atomic"
)

// arrivals are the items of a person while they come in: each batch is decoded, and
// looked through for what it leans on, while the next is read. Somebody waits.
type arrivals struct {
	batches [][]Item
	wanted  []*asks // of each batch that is full
	busy    sync.WaitGroup
	fell    atomic.Pointer[any] // what a batch fell over, to be told to whoever waits
}

// together is how many items are worth a goroutine of their own.
const together = 48

func (a *arrivals) add(i Item) {
	last := len(a.batches) - 1
	if last < 0 || len(a.batches[last]) == together {
		a.batches = append(a.batches, make([]Item, 0, together))
		last++
	}
	a.batches[last] = append(a.batches[last], i)
	if len(a.batches[last]) == together {
		a.work(a.batches[last])
	}
}

func (a *arrivals) work(batch []Item) {
	wanted := newAsks()
	a.wanted = append(a.wanted, wanted)
	a.busy.Go(func() {
		// A panic here would end the program for everybody: it belongs to whoever asked.
		defer func() {
			if p := recover(); p != nil {
				a.fell.Store(&p)
			}
		}()
		parse(batch)
		lean(batch, wanted)
	})
}

// into waits for the rest, puts the items into in, and gives what they lean on
// that is not among them.
func (a *arrivals) into(in *Input) *asks {
	if last := len(a.batches) - 1; last >= 0 && len(a.batches[last]) < together {
		a.work(a.batches[last])
	}
	a.busy.Wait()
	if p := a.fell.Load(); p != nil {
		panic(*p)
	}
	in.Items = slices.Concat(a.batches...)
	all := newAsks()
	for _, batch := range a.wanted {
		for p := range batch.places {
			all.places[p] = true
		}
		for n := range batch.names {
			all.names[n] = true
		}
	}
	for i := range in.Items {
		delete(all.places, in.Items[i].place())
	}
	for _, h := range in.Hidden {
		delete(all.places, place{h.Source, h.Type, h.LocalID})
	}
	return all
}

// lean lays items out, each as if it stood alone, for the sake of what it asks for.
func lean(items []Item, wanted *asks) {
	m := newMaker(&Input{}, nil)
	m.asks = wanted
	var e entry // only what it asks for is kept
	for i := range items {
		if layouts[items[i].Type] != nil {
			e = entry{item: &items[i], feed: &Feed{}}
			m.lay(&e)
		}
	}
}
