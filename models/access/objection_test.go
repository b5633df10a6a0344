package access_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
)

// No view that begins after an objection was acknowledged shows anything, and no
// view that begins after its reversal was acknowledged is refused, while readers
// never pause (trust.md T30, G10).
func TestObjectionAgainstReadersWhoNeverPause(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const readers, changes = 8, 40
		h := newHouse(t, d, 1)
		h.claim(t, 0)
		var state atomic.Int64 // what was acknowledged last: even = sharing, odd = objected; -1 while it changes
		var views, refusals atomic.Int64
		stop := make(chan struct{})
		var wg sync.WaitGroup
		for range readers {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for {
					select {
					case <-stop:
						return
					default:
					}
					before := state.Load()
					_, err := h.open(0)
					if after := state.Load(); before < 0 || before != after {
						continue // it changed meanwhile: either answer is right
					}
					objected := errors.Is(err, fault.Denied)
					if !objected && err != nil {
						t.Error(err)
						return
					}
					if objected != (before%2 == 1) {
						t.Errorf("state %d, refused %v", before, objected)
						return
					}
					if objected {
						refusals.Add(1)
					} else {
						views.Add(1)
					}
				}
			}()
		}
		for i := int64(1); i <= changes; i++ {
			state.Store(-1)
			h.change(t, "UPDATE persons SET objected = ?", i%2 == 1)
			state.Store(i)
			for n := views.Load() + refusals.Load(); views.Load()+refusals.Load() < n+20 && !t.Failed(); {
				_, err := h.open(0)
				if errors.Is(err, fault.Denied) != (i%2 == 1) {
					t.Fatalf("change %d: %v", i, err)
				}
			}
		}
		close(stop)
		wg.Wait()
		if views.Load() < 100 || refusals.Load() < 100 {
			t.Fatalf("%d views and %d refusals prove little", views.Load(), refusals.Load())
		}
		// and the log agrees with itself: it shows no view between an objection and its reversal
		list := h.history(t, access.HistoryRequest{Flat: true, Limit: 5000})
		turns, last := 0, audit.Outcome("")
		for _, e := range list.Entries() {
			if e.Kind == audit.KindRecord && e.Outcome != last {
				turns, last = turns+1, e.Outcome
			}
		}
		if list.Next() == "" && turns > changes+1 {
			t.Errorf("the log turns %d times for %d changes", turns, changes)
		}
	})
}
