package db_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"candour/models/db"
	"candour/models/db/dbtest"
)

// More transactions than there are connections, each with a statement that nobody
// has used before: none may wait for a connection while it holds one.
func TestManyTransactionsWithANewStatement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				err := d.Do(ctx, func(ctx context.Context) error {
					for _, statement := range []string{"UPDATE audit_head SET seq = seq WHERE id = 2", "DELETE FROM sessions WHERE token = 'nobody'"} {
						if _, err := d.Exec(ctx, statement); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}
