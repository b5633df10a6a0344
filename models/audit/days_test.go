package audit

import (
	"context"
	"testing"
	"time"

	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
)

// The total of any span is the sum of its days, however the months fall.
func TestTotalOfAnySpan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		start := time.Date(2025, 12, 25, 12, 0, 0, 0, time.UTC)
		l := New(d, clock.Fixed(start))
		const days = 100
		for range 2 { // a second time, so that days are counted up too
			err := d.Do(ctx, func(ctx context.Context) error {
				for i := range days {
					for range i%3 + 1 {
						l.Append(ctx, Entry{At: start.AddDate(0, 0, i), Kind: KindRecord, Outcome: Shown, Person: "p", Viewer: Viewer{ID: "v", Kind: []string{"staff", "patient"}[i%2], Organisation: []string{"a", "b"}[i%7%2]}})
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if line, err := l.Entry(ctx, "p", 1); err != nil || line.Set != nil || line.Count != 0 {
			t.Fatalf("an entry that showed nothing names a set: %+v, %v", line, err)
		}
		day := func(i int) string { return start.AddDate(0, 0, i).Format(time.DateOnly) }
		check := func(f DayFilter, from, to int) {
			t.Helper()
			var entries, groups int64
			for i := max(from, 0); i <= min(to, days-1); i++ {
				if (i%2 == 0 || f.Own) && (f.Organisation == "" || f.Organisation == []string{"a", "b"}[i%7%2]) {
					entries += 2 * int64(i%3+1)
					groups++
				}
			}
			e, g, err := l.Total(ctx, "p", f)
			if err != nil || e != entries || g != groups {
				t.Fatalf("%+v: %d in %d groups instead of %d in %d, %v", f, e, g, entries, groups, err)
			}
		}
		for from := -3; from < days+3; from += 4 {
			check(DayFilter{From: day(from)}, from, days)
			check(DayFilter{To: day(from), Own: true}, -9, from)
			for to := from; to < days+3; to += 3 {
				check(DayFilter{From: day(from), To: day(to), Own: to%2 == 0, Organisation: []string{"", "a"}[to%5/4]}, from, to)
			}
		}
		check(DayFilter{}, 0, days)
		check(DayFilter{Organisation: "b", Own: true}, 0, days)
		if r, err := l.Verify(ctx, nil); err != nil || r.Wrong != nil {
			t.Fatalf("%v %+v", err, r.Wrong)
		}
	})
}
