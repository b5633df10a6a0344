package seed

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"candour/models/access"
	"candour/models/account"
	"candour/models/audit"
	"candour/models/db"
	"candour/models/ingest"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/models/record"
	"candour/models/staff"
)

// builder lives the year through: deliveries, changes of the register and
// accesses in the order of their time, under a clock of its own.
type builder struct {
	Deps
	year     *year
	now      time.Time
	intake   *ingest.Intake
	register *organisation.Store
	gate     *access.Gate
	patients *patient.Store
	records  *record.Store
	accounts *account.Store
	staff    *staff.Store
	signed   map[string]access.Viewer
	crews    map[string][]member // members by organisation
}

// event is something that happens at an instant.
type event struct {
	at time.Time
	do func(ctx context.Context) error
}

// together is how many events share a transaction: one durable commit for all.
const together = 150

// run lives the year. What reads and writes does so through the same stores as
// the portal; they are made here because their clock is the year's.
func (b *builder) run(ctx context.Context) error {
	now := func() time.Time { return b.now }
	log := audit.New(b.DB, now)
	b.intake = ingest.New(ingest.Deps{DB: b.DB, Clock: now, Policy: b.Policy, Log: b.Log})
	b.register, b.staff = organisation.NewStore(b.DB), staff.NewStore(b.DB)
	b.gate = access.NewGate(access.Deps{DB: b.DB, Log: log, Clock: now, Title: b.Title,
		Policy: access.PolicyFacts{Version: b.Policy.Version, MinAge: b.Policy.MinAge, ClaimFor: time.Duration(b.Policy.ClaimHours) * time.Hour}})
	b.patients = patient.NewStore(b.DB, b.gate, now)
	b.records = record.New(record.Deps{DB: b.DB, Gate: b.gate, Log: log, Clock: now, Policy: b.Policy, Render: b.Render, Version: b.Version})
	b.accounts = account.NewStore(account.Deps{DB: b.DB, Staff: b.staff, Organisations: b.register, Log: log, Clock: now})
	b.signed, b.crews = map[string]access.Viewer{}, map[string][]member{}
	for _, m := range b.year.workforce() {
		for _, p := range m.posts {
			b.crews[p.org] = append(b.crews[p.org], m)
		}
	}
	b.now = b.year.start.Add(-3 * time.Hour)
	if err := b.open(ctx); err != nil {
		return err
	}
	events := b.events()
	slices.SortStableFunc(events, func(x, y event) int { return x.at.Compare(y.at) })
	for from := 0; from < len(events); from += together {
		err := b.DB.Do(ctx, func(ctx context.Context) error {
			for _, e := range events[from:min(from+together, len(events))] {
				if e.at.After(b.now) { // a look takes a minute: the next may begin within it
					b.now = e.at.UTC()
				}
				if err := e.do(ctx); err != nil {
					return fmt.Errorf("%s: %w", onDay(e.at), err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// open registers every partner and enrols the staff.
func (b *builder) open(ctx context.Context) error {
	if err := b.year.enrol(ctx, b.Deps); err != nil {
		return err
	}
	return b.DB.Do(ctx, func(ctx context.Context) error {
		for _, id := range b.year.order {
			if err := b.year.register(ctx, b.register, b.year.partners[id]); err != nil {
				return err
			}
		}
		return nil
	})
}

// events are all that happens, not yet in order.
func (b *builder) events() []event {
	var out []event
	for _, t := range b.year.turns {
		out = append(out, event{t.at, func(ctx context.Context) error { return b.year.register(ctx, b.register, t.partner) }})
	}
	out = append(out, b.deliveries()...)
	for _, look := range b.looks() {
		out = append(out, event{look.at, func(ctx context.Context) error { return look.do(db.AsOne(ctx)) }}) // one that fails ends the build
	}
	return out
}

// deliveries are the feeds' bundles, phase by phase. One feed stops a week before
// the demo's day, one ends with a file that cannot be read.
func (b *builder) deliveries() []event {
	y := b.year
	var out []event
	for n, upTo := range y.phases {
		last := n == len(y.phases)-1
		var after time.Time
		if n > 0 {
			after = y.phases[n-1]
		}
		for at, id := range y.order {
			f := y.feeds[id]
			if f == nil || last && id == canalside || b.silent(id, upTo) {
				continue
			}
			when := upTo.Add(time.Duration(at) * time.Minute)
			out = append(out, event{when, func(ctx context.Context) error { return b.deliver(ctx, f, after, upTo) }})
		}
	}
	broken := y.feeds[university]
	out = append(out, event{finished(y.today), func(ctx context.Context) error {
		_, err := b.intake.Take(ctx, broken.source.ID, bytes.NewReader([]byte(`{"resourceType":"Bundle","type":"collection","entry":[{"resource":`)), "nightly", ingest.Options{})
		return err
	}})
	return out
}

// silent says that a source sends nothing any more: absorbed or suspended.
func (b *builder) silent(org string, at time.Time) bool {
	for _, t := range b.year.turns {
		if t.ID == org && t.State != organisation.Connected && !at.Before(t.at) {
			return true
		}
	}
	return false
}

func (b *builder) deliver(ctx context.Context, f *feed, after, upTo time.Time) error {
	text, count, err := f.bundle(after, upTo)
	if err != nil {
		return err
	}
	if count == 0 { // nothing new: the source says that it is alive
		text, _, err = f.alive(upTo)
		if err != nil {
			return err
		}
	}
	receipt, err := b.intake.Take(ctx, f.source.ID, bytes.NewReader(text), "delivery", ingest.Options{})
	if err != nil {
		return err
	}
	if total := receipt.Total(); receipt.Refused != "" || total.Quarantined+total.Held > 0 {
		return fmt.Errorf("delivery of %s: refused %q, %d quarantined, %d held: %v", f.source.ID, receipt.Refused, total.Quarantined, total.Held, receipt.Problems)
	}
	return nil
}

// pickBy chooses one of a list by something's name.
func pickBy[T any](from []T, parts ...string) T { return pick(drawFor(parts...), from) }
