package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
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
	var ms []float64
	for i := range 30 {
		t := b.views.warm[i%len(b.views.warm)]
		words := fmt.Sprintf("Reviewed problem %d of this run", i)
		now := time.Now()
		message := changedCondition(f, t.person, words, b.pop.today, now.UTC())
		receipt, err := intake.Take(ctx, f.source, bytes.NewReader(message), "change", ingest.Options{})
		if err != nil {
			return err
		}
		for {
			s, err := look(b.views.portal.addr, t.path, b.views.cookie)
			if err != nil {
				return err
			}
			if strings.Contains(s.html, words) {
				break
			}
			if time.Since(now) > 5*time.Second {
				return fmt.Errorf("the changed words are not on the page after 5 s; the intake said %v", receipt.Counts)
			}
		}
		if i >= 5 { // the first few prepare statements
			ms = append(ms, float64(time.Since(now).Microseconds())/1000)
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
