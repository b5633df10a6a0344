package faq

import (
	"sync"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
)

func TestJudgementsAreCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := NewStore(d)
		copyOf, _ := BySlug("copy-of-record")
		object, _ := BySlug("object")
		var all sync.WaitGroup
		for i := range 12 {
			all.Go(func() {
				if err := s.Judge(t.Context(), copyOf, i%3 != 0); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if err := s.Judge(t.Context(), object, false); err != nil {
			t.Fatal(err)
		}
		before := object
		before.Checked = "2020-02-02"
		if err := s.Judge(t.Context(), before, true); err != nil {
			t.Fatal(err)
		}
		got, err := s.Judgements(t.Context())
		if err != nil || got["copy-of-record"] != (Usefulness{8, 4}) || got["object"] != (Usefulness{0, 1}) || len(got) != 2 {
			t.Errorf("%v %v", got, err)
		}
	})
}

// Nothing in the table could tell who judged, or when.
func TestJudgementsAreNobodys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rows, err := d.Query(t.Context(), "SELECT * FROM usefulness")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil || len(names) != 4 || names[0] != "question" || names[1] != "checked" || names[2] != "answer" || names[3] != "count" {
			t.Errorf("%v %v", names, err)
		}
	})
}
