package ingest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
)

// A delivery of many people asks what one of few asks, not a question for each.
func TestStatementsDoNotGrowWithPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		asked := map[int]int64{}
		next := 0
		h := newHouse(t, d)
		for _, people := range []int{group, 2 * group} {
			var b strings.Builder
			for range people {
				next++
				who := fmt.Sprintf("p%d", next)
				b.WriteString(aPatient(who, nhs(next), "1950-03-01", "Family") + "\n" + anObservation("o"+who, who, "27113001", "70") + "\n")
			}
			ctx, n := db.Counted(context.Background())
			r, err := h.Take(ctx, "gp", strings.NewReader(b.String()), "people.ndjson", Options{})
			if got := r.Total().Stored; err != nil || got != 2*people {
				t.Fatal(err, got)
			}
			asked[people] = n.Load()
		}
		const tables = 4 // written to: one statement more for each on SQLite
		if asked[2*group] > asked[group]+tables {
			t.Errorf("%d statements for %d people, %d for twice as many", asked[group], group, asked[2*group])
		}
	})
}

// One changed item of somebody is one short transaction: what it asks for is what is
// needed to keep it, hide it and show it, and no more.
func TestAChangeTakesFewStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.take("gp", aPatient("1", nhs(1), "1970-01-01", "Smith"))
		h.take("gp", anObservation("o", "1", "27113001", "70", at("2024-03-01T10:00:00Z")))
		ctx, n := db.Counted(context.Background())
		r, err := h.Take(ctx, "gp", strings.NewReader(anObservation("o", "1", "27113001", "71", at("2024-03-02T10:00:00Z"))), "change", Options{})
		if err != nil || r.Total().Stored != 1 {
			t.Fatal(err, r)
		}
		if n.Load() > 14 {
			t.Errorf("%d statements", n.Load())
		}
	})
}

// A message and its receipt come in together or not at all.
func TestAMessageIsNotInWithoutItsReceipt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.must("ALTER TABLE receipts RENAME TO receipts_away")
		_, err := h.Take(context.Background(), "gp", strings.NewReader(aBundle("transaction", "", aPatient("1", nhs(1), "1970-01-01", "Smith"))), "bundle", Options{})
		if err == nil || h.count("SELECT count(*) FROM persons") != 0 {
			t.Fatal("in without a receipt", err)
		}
		h.must("ALTER TABLE receipts_away RENAME TO receipts")
		h.take("gp", aBundle("transaction", "", aPatient("1", nhs(1), "1970-01-01", "Smith")))
		if h.count("SELECT count(*) FROM persons") != 1 || h.count("SELECT count(*) FROM receipts") != 1 {
			t.Error("not in, or not once")
		}
	})
}

// What an item said before is kept, short or long: long content is read only when it
// has changed.
func TestFormerContentIsKeptShortOrLong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.take("gp", aPatient("1", nhs(1), "1970-01-01", "Smith"))
		for id, words := range map[string]string{"short": "x", "long": strings.Repeat("words ", 20_000)} {
			note := `"note":[{"text":"` + words + `"}],`
			h.take("gp", anObservation(id, "1", "27113001", "70", at("2024-03-01T10:00:00Z"), note))
			h.take("gp", anObservation(id, "1", "27113001", "71", at("2024-03-02T10:00:00Z"), note))
			h.take("gp", anObservation(id, "1", "27113001", "71", at("2024-03-02T10:00:00Z"), note))
			if n := h.count("SELECT count(*) FROM item_versions WHERE item_id = ? AND length(raw) > ?", item("gp", "Observation", id), len(words)); n != 1 {
				t.Errorf("%s: %d former versions", id, n)
			}
		}
	})
}
