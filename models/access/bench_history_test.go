package access_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
)

// BenchmarkHistory opens the first page, a month of one organisation and a page
// deep inside for people with ten, a thousand and a hundred thousand accesses: the
// times must hardly differ (performance.md P9).
func BenchmarkHistory(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": durablePostgres} {
		b.Run(name, func(b *testing.B) {
			d := open(b)
			h := newHouse(b, d, 3)
			for i, n := range []int{10, 1000, 100_000} {
				h.accesses(b, i, n)
			}
			h.change(b, "ANALYZE")
			for i, n := range []int{10, 1000, 100_000} {
				for what, req := range map[string]access.HistoryRequest{
					"first":     {Latest: 10},
					"org+month": {Latest: 10, Filter: access.HistoryFilter{Organisation: "org3", From: "2026-10-01", To: "2026-10-31"}},
					"deep":      {Latest: 10, Cursor: "2026-01-20.staff.n.org5"},
					"single":    {Flat: true},
				} {
					b.Run(fmt.Sprint(what, "/", n), func(b *testing.B) {
						for range b.N {
							_, err := h.gate.History(context.Background(), h.patient(i), h.people[i], req)
							must(b, err)
						}
					})
				}
			}
		})
	}
}

// accesses gives a person n accesses over a year by twelve organisations.
func (h *house) accesses(b *testing.B, person, n int) {
	b.Helper()
	set := opaque.Of("item")
	for from := 0; from < n; from += 1000 {
		must(b, h.d.Do(context.Background(), func(ctx context.Context) error {
			for i := from; i < min(from+1000, n); i++ {
				at := noon.AddDate(-1, 0, 0).Add(time.Duration(i) * (364 * 24 * time.Hour / time.Duration(n)))
				h.log.Append(ctx, audit.Entry{At: at, Kind: audit.KindRecord, Outcome: audit.Shown, Reason: "involved", Person: h.people[person],
					Viewer:  audit.Viewer{ID: fmt.Sprint("v", i%40), Kind: "staff", Name: "Dr Ann Other", Role: "R8000", RoleName: "Clinical Practitioner", Organisation: fmt.Sprint("org", i%12), OrganisationName: "The Hospital"},
					Purpose: "TREAT", Route: "/patients/:ref/record", Shape: "page", RequestID: "r", Policy: "p", Sections: []string{"allergies", "medicines"}, Items: []audit.ItemRef{{ID: set, Version: 1}}})
			}
			return nil
		}))
	}
}
