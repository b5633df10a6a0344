package main

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// load is one run of page requests over c connections, for a time or until
// stopped.
type load struct {
	addr     string
	requests [][]byte // each connection goes through them from a place of its own
	clients  int
	length   time.Duration // 0 = until stop is closed or the server goes
	stop     <-chan struct{}
}

// tally is what came of it.
type tally struct {
	pages int             // whole 200 responses
	other map[int]int     // responses with another status
	bytes int             // of all pages, as sent
	took  time.Duration   // from the first request to the last response
	times []time.Duration // of each page, sorted
	by    []int           // whole pages of each request
	open  []openEnd       // requests without a whole answer
	own   time.Duration   // processor time of the generator
}

// openEnd is a request that got no whole answer.
type openEnd struct {
	sent    time.Time
	started bool // some of the answer came
}

func (t *tally) rate() float64 { return float64(t.pages) / t.took.Seconds() }

// p is the q-quantile of the page times in milliseconds.
func (t *tally) p(q float64) float64 {
	if len(t.times) == 0 {
		return 0
	}
	i := min(len(t.times)-1, int(q*float64(len(t.times))))
	return float64(t.times[i].Microseconds()) / 1000
}

// clean is an error when anything but whole pages came back.
func (t *tally) clean() error {
	if len(t.other) > 0 || len(t.open) > 0 {
		return fmt.Errorf("%d pages, other statuses %v, %d requests without an answer", t.pages, t.other, len(t.open))
	}
	if t.pages == 0 {
		return errors.New("no page came")
	}
	return nil
}

// run starts the connections and waits for the end.
func (l load) run() (*tally, error) {
	wires := make([]*wire, l.clients)
	for i := range wires {
		w, err := dial(l.addr)
		if err != nil {
			return nil, err
		}
		defer w.close()
		wires[i] = w
	}
	parts := make([]tally, l.clients)
	own, began := cpuOfSelf(), time.Now()
	var all sync.WaitGroup
	for i, w := range wires {
		all.Go(func() { l.client(w, i, began, &parts[i]) })
	}
	all.Wait()
	sum := &tally{took: time.Since(began), own: cpuOfSelf() - own, other: map[int]int{}, by: make([]int, len(l.requests))}
	for i := range parts {
		sum.add(&parts[i])
	}
	slices.Sort(sum.times)
	return sum, nil
}

// client asks for one page after the other on its connection.
func (l load) client(w *wire, i int, began time.Time, t *tally) {
	t.other, t.by = map[int]int{}, make([]int, len(l.requests))
	at := i * len(l.requests) / l.clients
	for {
		if l.length > 0 && time.Since(began) >= l.length {
			return
		}
		select {
		case <-l.stop:
			return
		default:
		}
		n := at % len(l.requests)
		sent := time.Now()
		r, err := w.exchange(l.requests[n], false)
		at++
		if err != nil {
			t.open = append(t.open, openEnd{sent: sent, started: !errors.Is(err, errNoByte)})
			return
		}
		if r.status != 200 {
			t.other[r.status]++
		} else {
			t.pages++
			t.bytes += r.length
			t.times = append(t.times, time.Since(sent))
			t.by[n]++
		}
		if r.last {
			return
		}
	}
}

func (t *tally) add(p *tally) {
	t.pages += p.pages
	t.bytes += p.bytes
	t.times = append(t.times, p.times...)
	for i, n := range p.by {
		t.by[i] += n
	}
	t.open = append(t.open, p.open...)
	for status, n := range p.other {
		t.other[status] += n
	}
}
