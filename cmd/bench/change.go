package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"candour/models/clock"
	"candour/models/ingest"
	"candour/models/policy"
)

// changeToPage sends one changed resource of a long record through the intake
// and asks for the page until the new words are on it (P14). The intake runs in
// this process, on the same database as the portal: starting a command for each
// message would be measured instead.
func (b *bench) changeToPage(ctx context.Context) error {
	p := policy.New(b.pg.DB, clock.System)
	active, err := p.Active(ctx)
	if err != nil {
		return err
	}
	intake := ingest.New(ingest.Deps{DB: b.pg.DB, Clock: clock.System, Policy: active})
	f := b.feeds[0]
	w, err := dial(b.views.portal.addr)
	if err != nil {
		return err
	}
	defer w.close()
	var ms []float64
	for i := range 30 {
		t := b.views.warm[i%len(b.views.warm)]
		words := fmt.Sprintf("Reviewed problem %d of this run", i)
		request := pageRequest(b.views.portal.addr, t.path, b.views.cookie)
		began := time.Now()
		message := changedCondition(f, t.person, words, b.pop.today, began.UTC())
		if _, err := intake.Take(ctx, f.source, bytes.NewReader(message), "change", ingest.Options{}); err != nil {
			return err
		}
		came, err := until(w, request, words)
		if err != nil {
			return err
		}
		if i >= 5 { // the first few prepare statements
			ms = append(ms, float64(came.Sub(began).Microseconds())/1000)
		}
	}
	worst := 0.0
	for _, m := range ms {
		worst = max(worst, m)
	}
	b.atMost("P14", "one changed resource to the page, p50", median(ms), 20, "ms",
		fmt.Sprintf("%d items a record, worst of %d %.1f ms", b.views.warm[0].person.expected(), len(ms), worst))
	return nil
}

// until asks for a page until the words are on it, and says when that page came.
func until(w *wire, request []byte, words string) (time.Time, error) {
	for began := time.Now(); time.Since(began) < 5*time.Second; {
		r, err := w.exchange(request, true)
		came := time.Now()
		if err != nil {
			return came, err
		}
		if r.status != 200 {
			return came, fmt.Errorf("the page answered %d", r.status)
		}
		body, err := r.unpacked()
		if err != nil {
			return came, err
		}
		if bytes.Contains(body, []byte(words)) {
			return came, nil
		}
	}
	return time.Time{}, fmt.Errorf("the changed words are not on the page after 5 s")
}
