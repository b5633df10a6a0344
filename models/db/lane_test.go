package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"candour/models/db"
	"candour/models/db/dbtest"
)

// howMany is a question for the number of organisation names, and what it gave.
type howMany struct {
	*db.Question
	n, asked int
}

func newHowMany() *howMany {
	h := &howMany{}
	h.Question = db.NewQuestion("SELECT count(*) FROM organisation_names WHERE from_on = ?", func() []any {
		h.asked++
		return []any{"2020"}
	}, func(rows db.Rows) error {
		if h.n = -1; !rows.Next() {
			return rows.Err()
		}
		return rows.Scan(&h.n)
	})
	return h
}

func TestAnAnswerIsOfItsOwnTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := newHowMany()
		look := func(ctx context.Context, want int) {
			t.Helper()
			if err := d.Answer(ctx, q.Question); err != nil || q.n != want {
				t.Errorf("%d names, %v; %d are there", q.n, err, want)
			}
		}
		err := d.Group(t.Context(), func(ctx context.Context) error {
			look(ctx, 0)
			if err := add(d, "a")(ctx); err != nil {
				return err
			}
			look(ctx, 1) // what went ahead is good for one answer
			return nil
		}, q.Question)
		if err != nil || q.asked != 2 {
			t.Fatalf("%v, asked %d times", err, q.asked)
		}
		if err := d.Group(t.Context(), func(context.Context) error { return nil }, q.Question); err != nil {
			t.Fatal(err)
		}
		if err := d.Do(t.Context(), add(d, "b")); err != nil {
			t.Fatal(err)
		}
		if err := d.Do(t.Context(), func(ctx context.Context) error { // never looked at where it was answered
			look(ctx, 2)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestQuestionsGoAheadInOneJourney(t *testing.T) {
	d := dbtest.Postgres(t)
	ctx, statements := db.Counted(t.Context())
	q := newHowMany()
	for range 2 {
		if err := d.Group(ctx, func(ctx context.Context) error { return d.Answer(ctx, q.Question) }, q.Question); err != nil {
			t.Fatal(err)
		}
	}
	if n := statements.Load(); n != 0 || q.asked != 2 || q.n != 0 {
		t.Fatalf("%d statements by themselves, asked %d times, %d names", n, q.asked, q.n)
	}
}

func TestAFailingLastStatementUndoesItsMemberAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() { // of each four with the same last statement one gets in
				_ = d.Group(t.Context(), func(ctx context.Context) error {
					if err := add(d, fmt.Sprint("name", i))(ctx); err != nil {
						return err
					}
					return d.WithCommit(ctx, "INSERT INTO organisation_names (organisation_id, from_on, name) VALUES (?, '2020', 'last')", fmt.Sprint("last", i%5))
				})
			})
		}
		all.Wait()
		var whole, half int
		err := d.Do(t.Context(), func(ctx context.Context) error {
			row, err := d.QueryRow(ctx, `SELECT (SELECT count(*) FROM organisation_names WHERE name = 'last'), (SELECT count(*) FROM organisation_names WHERE name = 'N')`)
			if err != nil {
				return err
			}
			return row.Scan(&whole, &half)
		})
		if err != nil || whole != half || whole != 5 {
			t.Fatalf("%d last statements and %d members, %v", whole, half, err)
		}
	})
}

func TestAGroupGoesOnAfterItsConnectionWasLost(t *testing.T) {
	d := dbtest.Postgres(t)
	end := func(ctx context.Context) error {
		_, err := d.Exec(ctx, "SELECT pg_terminate_backend(pg_backend_pid())")
		return err
	}
	for i := range 4 {
		if err := d.Group(t.Context(), add(d, fmt.Sprint("before", i))); err != nil {
			t.Fatal(err)
		}
		if err := d.Group(t.Context(), end); err == nil {
			t.Fatal("a group whose connection was cut was told that it was committed")
		}
	}
	if _, err := d.Writer().Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"); err != nil {
		t.Fatal(err)
	}
	for i := range 4 { // lost between two groups: nobody notices
		if err := d.Group(t.Context(), add(d, fmt.Sprint("after", i))); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, d); n != 8 {
		t.Fatalf("%d rows instead of 8", n)
	}
}

func TestAPanicInAnAnswerEndsNothingElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		bad := db.NewQuestion("SELECT 1", func() []any { return nil }, func(db.Rows) error { panic("no") })
		err := d.Group(t.Context(), func(ctx context.Context) error { return d.Answer(ctx, bad) }, bad)
		if err == nil {
			t.Fatal("no error")
		}
		if err := d.Group(t.Context(), add(d, "x")); err != nil || count(t, d) != 1 {
			t.Fatal(err)
		}
	})
}

func TestAnUnserialisedGroupIsRunAgain(t *testing.T) {
	d := dbtest.Postgres(t)
	runs := 0
	err := d.Group(t.Context(), func(ctx context.Context) error {
		if runs++; !d.RunsAgain(ctx) {
			return add(d, "x")(ctx)
		}
		return d.WithCommit(ctx, "SELECT candour_head_moved()")
	})
	if err != nil || runs != 2 || count(t, d) != 1 {
		t.Fatalf("%v after %d runs, %d rows", err, runs, count(t, d))
	}
}

// What gorm does in a group happens on the group's connection, and nowhere else stays
// on it.
func TestGormInAGroupDoesNotMoveTheHandle(t *testing.T) {
	d := dbtest.Postgres(t)
	ctx := context.Background()
	var in, out int
	ask := func(ctx context.Context, into *int) error {
		return d.For(ctx).Raw("SELECT pg_backend_pid()").Scan(into).Error
	}
	if err := d.Group(ctx, func(ctx context.Context) error { return ask(ctx, &in) }); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := ask(ctx, &out); err != nil || out == in {
		t.Errorf("outside of the group it is asked on the group's connection %d (%v)", out, err)
	}
}

// Whoever keeps the context of a group and uses it when that is over reaches no other
// group's transaction.
func TestAGroupThatIsOverRunsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, bad := range []error{nil, errors.New("no")} {
			for _, gorm := range []bool{true, false} {
				var kept context.Context
				_ = d.Group(t.Context(), func(ctx context.Context) error {
					if kept = ctx; gorm {
						d.For(ctx)
					}
					return bad
				})
				err := d.Group(t.Context(), func(context.Context) error {
					if add(d, "late")(kept) == nil {
						t.Error("gorm: no error")
					}
					if _, err := d.Exec(kept, "INSERT INTO organisation_names (organisation_id, from_on, name) VALUES ('late', '2020', 'x')"); err == nil {
						t.Error("a statement: no error")
					}
					if row, err := d.QueryRow(kept, "SELECT 1"); err == nil && row.Scan(new(int)) == nil {
						t.Error("a question: no error")
					}
					return nil
				})
				if err != nil || count(t, d) != 0 {
					t.Errorf("%v, %d rows", err, count(t, d))
				}
			}
		}
	})
}

func TestALaneWithRowsLeftOpenIsReplaced(t *testing.T) {
	d := dbtest.Postgres(t)
	err := d.Group(t.Context(), func(ctx context.Context) error {
		rows, err := d.Query(ctx, "SELECT generate_series(1, 100000)")
		if err == nil {
			rows.Next()
			t.Cleanup(func() { _ = rows.Close() })
		}
		return errors.Join(err, errors.New("no"))
	})
	if err == nil {
		t.Fatal("no error")
	}
	if err := d.Group(t.Context(), add(d, "x")); err != nil || count(t, d) != 1 {
		t.Fatal(err)
	}
}
