package audit_test

import (
	"context"
	"testing"

	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
)

func BenchmarkVerify(b *testing.B) {
	const n = 200_000
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			d := open(b)
			l := audit.New(d, clock.Fixed(noon))
			fill(b, d, l, n)
			b.ResetTimer()
			for range b.N {
				r, err := l.Verify(context.Background(), nil)
				if err != nil || r.Wrong != nil || r.Entries != n {
					b.Fatal(err, r)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
