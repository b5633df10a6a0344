package db_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
)

type organisationName struct {
	OrganisationID string
	FromOn         string
	Name           string
}

func (organisationName) TableName() string { return "organisation_names" }

func count(t *testing.T, d *db.DB) int64 {
	t.Helper()
	var n int64
	if err := d.For(context.Background()).Model(&organisationName{}).Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func add(d *db.DB, id string) func(context.Context) error {
	return func(ctx context.Context) error {
		return d.For(ctx).Create(&organisationName{id, "2020", "N"}).Error
	}
}

func TestGroupAnswersEachAloneWhenOneFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		bad := errors.New("no")
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				id := string(rune('a' + i))
				err := d.Group(context.Background(), func(ctx context.Context) error {
					if err := add(d, id)(ctx); err != nil {
						return err
					}
					if i%4 == 0 {
						return bad
					}
					return nil
				})
				if (i%4 == 0) != errors.Is(err, bad) {
					t.Errorf("member %d: %v", i, err)
				}
			}()
		}
		wg.Wait()
		if n := count(t, d); n != 30 {
			t.Fatalf("%d rows instead of 30", n)
		}
	})
}

func TestDoNestsAsSavepoint(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Do(context.Background(), func(ctx context.Context) error {
			if err := add(d, "outer")(ctx); err != nil {
				return err
			}
			_ = d.Do(ctx, func(ctx context.Context) error {
				if err := add(d, "inner")(ctx); err != nil {
					t.Error(err)
				}
				return errors.New("undo the inner one")
			})
			return nil
		})
		if err != nil || count(t, d) != 1 {
			t.Fatalf("err %v, %d rows", err, count(t, d))
		}
	})
}

func TestBeforeCommitCanRefuse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Do(context.Background(), func(ctx context.Context) error {
			d.BeforeCommit(ctx, func(context.Context) error { return errors.New("refused") })
			return add(d, "x")(ctx)
		})
		if err == nil || count(t, d) != 0 {
			t.Fatalf("err %v, %d rows", err, count(t, d))
		}
	})
}

func TestAfterCommitOnlyAfterACommit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seen := []int64{}
		hook := func(id string, err error) func(context.Context) error {
			return func(ctx context.Context) error {
				d.AfterCommit(ctx, func() { seen = append(seen, count(t, d)) })
				return errors.Join(add(d, id)(ctx), err)
			}
		}
		bad := errors.New("no")
		if err := d.Do(context.Background(), hook("a", bad)); !errors.Is(err, bad) || len(seen) != 0 {
			t.Errorf("%v %v", err, seen)
		}
		if err := d.Do(context.Background(), hook("b", nil)); err != nil || len(seen) != 1 || seen[0] != 1 {
			t.Errorf("%v %v", err, seen)
		}
		if err := d.Group(context.Background(), hook("c", nil)); err != nil || len(seen) != 2 || seen[1] != 2 {
			t.Errorf("%v %v", err, seen)
		}
	})
}

func TestSQLiteReadsItsSettingsBack(t *testing.T) {
	settings, err := dbtest.SQLite(t).Durability(context.Background())
	if err != nil || db.Insist(settings) != nil {
		t.Fatalf("%v %v", settings, err)
	}
}

func TestInsistNamesWhatIsWrong(t *testing.T) {
	err := db.Insist([]db.Setting{{Name: "synchronous", Want: "2", Got: "1"}})
	if err == nil || !strings.Contains(err.Error(), "synchronous") {
		t.Fatal(err)
	}
}

func TestSQLiteReadPoolRefusesWrites(t *testing.T) {
	d := dbtest.SQLite(t)
	if err := d.For(context.Background()).Create(&organisationName{"x", "2020", "N"}).Error; err == nil {
		t.Fatal("a write went through the read pool")
	}
}

func TestPlainStatementsPrepareOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for range 3 {
			err := d.Group(context.Background(), func(ctx context.Context) error {
				row, err := d.QueryRow(ctx, "SELECT count(*) FROM organisation_names WHERE organisation_id = ? AND name = ?", "a", "b")
				if err != nil {
					return err
				}
				var n int
				return row.Scan(&n)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
