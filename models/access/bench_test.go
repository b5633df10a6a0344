package access_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"testing"

	"candour/migrations"
	"candour/models/access"
	"candour/models/audit"
	"candour/models/db"
	"candour/models/db/dbtest"
)

// BenchmarkPass measures one gated, logged, durable view that reads one stored
// blob of 8 kB, on durable databases, alone and eight at a time; "reference" is
// the same blob and one row of log by plain statements in the same run.
func BenchmarkPass(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": durablePostgres} {
		b.Run(name, func(b *testing.B) {
			d := open(b)
			const people = 1000
			h := newHouse(b, d, people)
			for i := range people {
				h.claim(b, i)
			}
			h.change(b, "CREATE TABLE blobs (id TEXT PRIMARY KEY, body "+map[db.Dialect]string{db.SQLite: "BLOB", db.Postgres: "BYTEA"}[d.Dialect]+")")
			h.change(b, "CREATE TABLE lines (id INTEGER PRIMARY KEY, person TEXT, body TEXT)")
			for _, id := range h.people {
				h.change(b, "INSERT INTO blobs (id, body) VALUES (?, ?)", string(id), make([]byte, 8192))
			}
			var set []byte
			must(b, d.Do(context.Background(), func(ctx context.Context) (err error) {
				set = h.log.PutSet(ctx, []audit.ItemRef{{ID: h.people[0], Version: 1}})
				return nil
			}))
			h.change(b, "ANALYZE") // as a database does by itself within minutes
			for _, c := range []int{1, 4, 8} {
				b.Run(fmt.Sprint("c=", c), func(b *testing.B) {
					run(b, c, func(i int) error {
						_, err := h.gate.Pass(context.Background(), h.ask(i%people), func(ctx context.Context, p access.Pass) (access.Shown, error) {
							return access.Shown{Set: set, Count: 1}, blob(ctx, d, string(p.Ask().Person))
						})
						return err
					})
				})
			}
			if d.Dialect == db.Postgres {
				var n atomic.Int64
				for _, c := range []int{1, 4, 8} {
					b.Run(fmt.Sprint("reference/c=", c), func(b *testing.B) {
						run(b, c, func(i int) error {
							return d.Do(context.Background(), func(ctx context.Context) error {
								if err := blob(ctx, d, string(h.people[i%people])); err != nil {
									return err
								}
								_, err := d.Exec(ctx, "INSERT INTO lines (id, person, body) VALUES (?, ?, ?)", n.Add(1), string(h.people[i%people]), "text")
								return err
							})
						})
					})
				}
			}
		})
	}
}

func blob(ctx context.Context, d *db.DB, id string) error {
	row, err := d.QueryRow(ctx, "SELECT body FROM blobs WHERE id = ?", id)
	if err != nil {
		return err
	}
	var body []byte
	return row.Scan(&body)
}

func run(b *testing.B, clients int, one func(i int) error) {
	var next atomic.Int64
	b.SetParallelism(max(1, clients/2))
	b.ResetTimer()
	if clients == 1 {
		for i := range b.N {
			must(b, one(i))
		}
	} else {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := one(int(next.Add(1))); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "views/s")
}

// durablePostgres is a cluster with fsync and full_page_writes on.
func durablePostgres(b testing.TB) *db.DB {
	b.Helper()
	c, err := dbtest.StartCluster(true)
	must(b, err)
	b.Cleanup(c.Stop)
	conn, err := sql.Open("pgx", c.URL("postgres"))
	must(b, err)
	must(b, migrations.Up(context.Background(), "postgres", conn))
	must(b, conn.Close())
	d, err := db.Open(context.Background(), c.URL("postgres"), nil)
	must(b, err)
	b.Cleanup(func() { _ = d.Close() })
	return d
}
