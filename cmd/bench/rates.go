package main

import (
	"context"
	"fmt"
	"time"
)

// pageRates measures W1 against w1_blob, taking turns, so that a slow minute of
// the disk falls on both.
func (b *bench) pageRates(ctx context.Context) error {
	if err := b.verifySample(b.views); err != nil {
		return err
	}
	if _, err := b.view(ctx, b.views, 4, 2*time.Second); err != nil { // every record once, connections made
		return err
	}
	ratio, rate, line := map[int][]float64{}, map[int][]float64{}, map[int][]float64{}
	var cpu, server, p50, tail []float64
	for range b.size.rounds {
		for _, c := range []int{1, 4} {
			tps, blobCPU, err := b.ref.w1blob(c, b.size.window)
			if err != nil {
				return err
			}
			t, err := b.view(ctx, b.views, c, b.size.window)
			if err != nil {
				return err
			}
			ratio[c], rate[c], line[c] = append(ratio[c], t.rate()/tps), append(rate[c], t.rate()), append(line[c], tps)
			if c == 1 {
				p50 = append(p50, t.p(0.5))
			} else {
				cpu = append(cpu, t.cpu())
				server = append(server, t.server.Seconds()*1000/float64(t.pages))
			}
			b.note("c=%d: %s pages/s, p50 %.2f ms, p99 %.2f ms; CPU a page %.2f ms server + %.2f ms database; load generator %.0f %% of a core; w1_blob %s/s, %.2f ms database",
				c, number(t.rate()), t.p(0.5), t.p(0.99), t.server.Seconds()*1000/float64(t.pages), t.database.Seconds()*1000/float64(t.pages),
				t.own.Seconds()/t.took.Seconds()*100, number(tps), blobCPU)
		}
		t, err := b.view(ctx, b.views, 8, b.size.window)
		if err != nil {
			return err
		}
		tail = append(tail, t.p(0.99)/t.p(0.5))
		b.note("c=8: %s pages/s, p50 %.2f ms, p99 %.2f ms", number(t.rate()), t.p(0.5), t.p(0.99))
	}
	for _, c := range []int{1, 4} {
		b.atLeast("P2", fmt.Sprintf("W1 against w1_blob, c=%d", c), median(ratio[c]), 0.30, "",
			fmt.Sprintf("%s pages/s against %s/s", number(median(rate[c])), number(median(line[c]))))
	}
	b.atMost("P3", "processor time a page, server and database", median(cpu), 1.0, "ms", fmt.Sprintf("server alone %.2f ms, c=4", median(server)))
	b.atMost("P4", "page p50, c=1", median(p50), 2.5, "ms", "")
	b.atMost("P4", "page p99 ÷ p50, c=8", median(tail), 8, "", "")
	b.pgRate = median(rate[4])
	return nil
}

// crowd is a minute of 32 clients, for the memory.
func (b *bench) crowd(ctx context.Context) error {
	t, err := b.view(ctx, b.views, 32, b.size.crowd)
	if err != nil {
		return err
	}
	b.atMost("P22", fmt.Sprintf("memory after %.0f s of W1, c=32", b.size.crowd.Seconds()), memory(b.views.portal.pid(), "VmRSS"), 160, "MiB",
		fmt.Sprintf("peak %s MiB; %s pages/s, p50 %.1f ms, p99 %.1f ms", number(memory(b.views.portal.pid(), "VmHWM")), number(t.rate()), t.p(0.5), t.p(0.99)))
	return nil
}

// onSQLite loads the same population into the embedded database and measures
// the same pages there.
func (b *bench) onSQLite(ctx context.Context) error {
	total := 0
	for _, e := range b.extracts {
		total += e.resources
	}
	rate, err := b.takeIn(b.lite, total)
	if err != nil {
		return err
	}
	b.atLeast("P13", "ingest on SQLite", rate, 8000, "/s", "")
	p, err := b.restart(ctx, b.lite)
	if err != nil {
		return err
	}
	v := &views{portal: p, store: b.lite}
	defer func() { _ = v.portal.kill() }()
	if err := b.prepareViews(ctx, v); err != nil {
		return err
	}
	if err := b.verifySample(v); err != nil {
		return err
	}
	if err := b.firstViews(v, v.cold[:b.size.cold/2], "after ingest, SQLite"); err != nil {
		return err
	}
	if err := b.settings(ctx); err != nil {
		return err
	}
	var rates []float64
	for range b.size.rounds {
		t, err := b.view(ctx, v, 8, b.size.window)
		if err != nil {
			return err
		}
		rates = append(rates, t.rate())
		b.note("SQLite c=8: %s pages/s, p50 %.2f ms, p99 %.2f ms; CPU a page %.2f ms", number(t.rate()), t.p(0.5), t.p(0.99), t.server.Seconds()*1000/float64(t.pages))
	}
	if b.pgRate > 0 {
		b.atLeast("P7", "SQLite c=8 against PostgreSQL c=4", median(rates)/b.pgRate, 0.7, "",
			fmt.Sprintf("%s pages/s against %s pages/s", number(median(rates)), number(b.pgRate)))
	}
	return b.kills(ctx, v)
}

// settings prints SQLite's durability as the product's own connections report it.
func (b *bench) settings(ctx context.Context) error {
	all, err := b.lite.Durability(ctx)
	if err != nil {
		return err
	}
	text := "SQLite:"
	for _, s := range all {
		text += " " + s.Name + "=" + s.Got
		if !s.OK {
			return fmt.Errorf("%s is %s instead of %s", s.Name, s.Got, s.Want)
		}
	}
	b.machine("%s", text)
	return nil
}
