package record_test

import (
	"context"
	"fmt"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/record"
)

// However many batches a record comes in: what an item leans on is found, among the
// shared resources (a role leads on to a person) and among the items of any batch, and
// what is withheld is not printed.
func TestItemsOfEveryBatchFindWhatTheyLeanOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		shared := `INSERT INTO shared_resources (source_id, type, local_id, hash, updated_at, withheld, raw) VALUES ('gp', ?, ?, ?, 0, '', ?)`
		c.exec(t, shared, "PractitionerRole", "r1", []byte{1}, []byte(`{"resourceType":"PractitionerRole","practitioner":{"reference":"Practitioner/p1"},"code":[{"text":"GP"}]}`))
		c.exec(t, shared, "Practitioner", "p1", []byte{1}, []byte(`{"resourceType":"Practitioner","name":[{"text":"Dr Una Ash"}]}`))
		c.put(t, "gp", "Condition", "seen", `{"resourceType":"Condition","code":{"text":"Asthma"}}`, "", false)
		c.put(t, "gp", "Condition", "hidden", `{"resourceType":"Condition","code":{"text":"Secret"}}`, "sexual-health", false)
		for _, n := range []int{record.Together - 3, record.Together - 1, 3*record.Together + 5} {
			for i := range n {
				c.exec(t, "DELETE FROM items WHERE local_id = ?", fmt.Sprint(i))
				c.put(t, "gp", "Procedure", fmt.Sprint(i), `{"resourceType":"Procedure","status":"completed","code":{"text":"P"},"recorder":{"reference":"PractitionerRole/r1"},
 "reasonReference":[{"reference":"Condition/seen"},{"reference":"Condition/hidden","display":"Secret"}]}`, "", false)
			}
			sheet, err := c.records.SheetOf(context.Background(), c.person)
			must(t, err)
			lines := 0
			for _, section := range sheet.Sections {
				for _, l := range section.Lines {
					if section.Kind != record.Procedures {
						continue
					}
					lines++
					if l.Recorder != "Dr Una Ash, GP" || len(l.Details) != 1 || l.Details[0].Value != "Asthma" {
						t.Fatalf("of %d: %+v", n, l)
					}
				}
			}
			if lines != n {
				t.Errorf("%d lines of %d items", lines, n)
			}
		}
	})
}
