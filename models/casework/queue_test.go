package casework_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"candour/models/casework"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/opaque"
)

func TestQueueFiltersSortsAndPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.many(300) // 150 open of the surgery's 225
		all, err := h.Queue(ctx, h.ann, casework.QueueAsk{Limit: 100})
		h.must(err)
		if all.Total != 150 || all.Cards.Open != 150 || all.Rows[0].Family != "Langworth" || all.Rows[0].NHSNumber != "9990000018" || len(all.Rows) != 100 {
			t.Fatalf("%d %+v %+v", all.Total, all.Cards, all.Rows[0])
		}
		today := deadline.DayOf(noon)
		for name, c := range map[string]struct {
			f  casework.Filter
			ok func(casework.Row) bool
		}{
			"overdue":  {casework.Filter{Due: casework.Overdue}, func(r casework.Row) bool { return r.Due < today.String() && r.DueIn == casework.Overdue && r.Days > 0 }},
			"today":    {casework.Filter{Due: casework.DueToday}, func(r casework.Row) bool { return r.Due == today.String() }},
			"week":     {casework.Filter{Due: casework.DueWeek}, func(r casework.Row) bool { return r.Days >= 1 && r.Days <= 7 }},
			"mine":     {casework.Filter{Assigned: "me"}, func(r casework.Row) bool { return r.AssignedTo == "ann" }},
			"ben's":    {casework.Filter{Assigned: "ben"}, func(r casework.Row) bool { return r.AssignedTo == "ben" }},
			"nobody's": {casework.Filter{Assigned: "nobody"}, func(r casework.Row) bool { return r.AssignedTo == "" }},
			"state":    {casework.Filter{State: "in_review"}, func(r casework.Row) bool { return r.State == "in_review" }},
			"closed":   {casework.Filter{Closed: true}, func(r casework.Row) bool { return !r.Open() }},
			"both":     {casework.Filter{State: "in_review", Due: casework.DueLater, Kind: casework.Objection}, func(r casework.Row) bool { return r.State == "in_review" && r.Days > 7 }},
		} {
			q, err := h.Queue(ctx, h.ann, casework.QueueAsk{Filter: c.f, Limit: 100})
			h.must(err)
			if len(q.Rows) == 0 && name != "ben's" || len(q.Rows) != min(q.Total, 100) {
				t.Errorf("%s: %d of %d", name, len(q.Rows), q.Total)
			}
			for _, r := range q.Rows {
				if !c.ok(r) || r.Organisation != "surgery" {
					t.Errorf("%s: %+v", name, r.Case)
				}
			}
		}
		h.pages()
		one := h.begin(0)
		for _, text := range []string{one.Ref, one.Ref[:4] + one.Ref[5:], " " + one.Ref[:6]} {
			q, err := h.Queue(ctx, h.ann, casework.QueueAsk{Filter: casework.Filter{Text: text}})
			if err != nil || len(q.Rows) != 1 || q.Rows[0].ID != one.ID {
				t.Errorf("%q finds %d: %v", text, len(q.Rows), err)
			}
		}
		if q, err := h.Queue(ctx, h.ann, casework.QueueAsk{Filter: casework.Filter{Text: "%"}}); err != nil || q.Total != 0 {
			t.Errorf("%% finds %d: %v", q.Total, err)
		}
		if _, err := h.Queue(ctx, h.patient(), casework.QueueAsk{}); err == nil {
			t.Error("a patient opened a queue")
		} else {
			isFault(t, err, fault.NotFound)
		}
	})
}

// pages walks every order forward and back: each case once, and the way back is the way there.
func (h *house) pages() {
	h.t.Helper()
	for _, sort := range []casework.Sort{casework.ByDue, casework.ByAge, casework.ByChange} {
		for _, desc := range []bool{false, true} {
			seen := map[opaque.ID]bool{}
			var firsts []opaque.ID
			ask := casework.QueueAsk{Sort: sort, Desc: desc}
			last := casework.Queue{}
			for {
				q, err := h.Queue(ctx, h.ann, ask)
				h.must(err)
				for _, r := range q.Rows {
					if seen[r.ID] {
						h.t.Fatalf("%s %t: %s twice", sort, desc, r.Ref)
					}
					seen[r.ID] = true
				}
				firsts, last = append(firsts, q.Rows[0].ID), q
				if ask.Cursor = q.Next; q.Next == "" {
					break
				}
			}
			if len(seen) != last.Total || last.Total != 150 || len(firsts) != 6 {
				h.t.Fatalf("%s %t: %d of %d on %d pages", sort, desc, len(seen), last.Total, len(firsts))
			}
			back := []opaque.ID{last.Rows[0].ID}
			for ask.Cursor = last.Previous; ask.Cursor != ""; {
				q, err := h.Queue(ctx, h.ann, ask)
				h.must(err)
				back, ask.Cursor = append(back, q.Rows[0].ID), q.Previous
			}
			if slices.Reverse(back); !slices.Equal(back, firsts) {
				h.t.Fatalf("%s %t: the way back is another: %d and %d pages", sort, desc, len(back), len(firsts))
			}
		}
	}
}

// The same number of statements for three cases and for three hundred, and quick
// at a hundred thousand (with CANDOUR_LONG_TESTS; else at five thousand).
func TestQueueAsksTheSameForManyAsForFew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		many := 5_000
		if os.Getenv("CANDOUR_LONG_TESTS") != "" {
			many = 100_000
		}
		statements := map[int]int64{}
		for _, n := range []int{4, 300, many} {
			h := newHouse(t, dbOf(t, d))
			h.many(n)
			if n == many {
				h.exec("ANALYZE")
			}
			var took []time.Duration
			for _, ask := range []casework.QueueAsk{{}, {Limit: 100}, {Filter: casework.Filter{Assigned: "me"}}, {Sort: casework.ByAge, Desc: true}, {Filter: casework.Filter{Due: casework.Overdue}}} {
				for range 20 {
					counting, count := db.Counted(ctx)
					start := time.Now()
					q, err := h.Queue(counting, h.ann, ask)
					took = append(took, time.Since(start))
					if h.must(err); len(q.Rows) == 0 && n > 4 {
						t.Fatalf("%d cases: nothing for %+v", n, ask)
					}
					if have := statements[n]; have != 0 && have != count.Load() {
						t.Fatalf("%d and %d statements for %d cases", have, count.Load(), n)
					}
					statements[n] = count.Load()
				}
			}
			slices.Sort(took)
			t.Logf("%d cases: %d statements, p50 %v, p95 %v", n, statements[n], took[len(took)/2].Round(10*time.Microsecond), took[len(took)*95/100].Round(10*time.Microsecond))
		}
		if statements[4] != statements[300] || statements[300] != statements[many] || statements[4] == 0 {
			t.Errorf("%v", statements)
		}
	})
}

// dbOf is a fresh database of the same kind.
func dbOf(t *testing.T, d *db.DB) *db.DB {
	if d.Dialect == db.Postgres {
		return dbtest.Postgres(t)
	}
	return dbtest.SQLite(t)
}
