package access_test

import (
	"context"
	"testing"

	"candour/models/access"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
)

// Tomorrow's appointment lets its organisation in today, and keeps its own date.
func TestEvidenceCountsBeforeItHappens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		person := string(h.people[0])
		tomorrow := noon.AddDate(0, 0, 1)
		h.change(t, "DELETE FROM relationships WHERE person_id = ?", person)
		h.change(t, "INSERT INTO relationships (person_id, organisation_id, kind, item_id, at, from_at, until_at) VALUES (?, 'hospital', 'appointment', ?, ?, ?, ?)",
			person, string(opaque.Of("tomorrow")), tomorrow.UnixMilli(), noon.AddDate(0, 0, -13).UnixMilli(), noon.AddDate(0, 0, 31).UnixMilli())
		h.change(t, "INSERT INTO relationships (person_id, organisation_id, kind, item_id, at, from_at, until_at) VALUES (?, 'hospital', 'appointment', ?, ?, ?, ?)",
			person, string(opaque.Of("far off")), noon.AddDate(0, 0, 40).UnixMilli(), noon.AddDate(0, 0, 26).UnixMilli(), noon.AddDate(0, 0, 70).UnixMilli())
		var got []access.Evidence
		ask := h.ask(0)
		ask.What = access.WhatIdentity
		_, err := h.gate.Pass(context.Background(), ask, func(_ context.Context, p access.Pass) (access.Shown, error) {
			got = p.Facts().Evidence
			return access.Shown{}, nil
		})
		if err != nil || len(got) != 1 || got[0].Item != opaque.Of("tomorrow") || !got[0].At.Equal(tomorrow) || !got[0].From.Before(noon) {
			t.Fatalf("%+v %v", got, err)
		}
		if err := h.gate.Claim(context.Background(), h.doctor, h.people[0], access.Claim{Basis: access.BasisEvidence, Kind: "appointment", Evidence: got[0].Item}); err != nil {
			t.Fatalf("confirming it: %v", err)
		}
		if _, err := h.open(0); err != nil {
			t.Fatalf("opening the record: %v", err)
		}
	})
}

// Evidence that leans on a withheld item counts for nothing: that it is known who saw the
// person would give the item away. The person's other items, and those of others, do not
// matter.
func TestEvidenceOnAWithheldItem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 5)
		for n, x := range []struct {
			name, item, withheld string
			of                   int
			counts               bool
		}{
			{"not there", "", "", 0, true},
			{"open", "appointment", "", 1, true},
			{"withheld", "appointment", "sexual_health", 2, false},
			{"another withheld", "other", "sexual_health", 3, true},
			{"another person's withheld", "appointment", "sexual_health", 0, true},
		} {
			if x.item != "" {
				id := opaque.Of(x.item, string(h.people[n]))
				h.change(t, "UPDATE relationships SET item_id = ? WHERE person_id = ?", string(opaque.Of("appointment", string(h.people[n]))), string(h.people[n]))
				h.change(t, `INSERT INTO items (person_id, item_id, source_id, type, local_id, version, hash, updated_at, received_at, withheld, not_for_patient, raw)
 VALUES (?, ?, 'feed', 'Appointment', ?, 1, ?, 0, 0, ?, ?, ?)`, string(h.people[x.of]), string(id), string(id), []byte{1}, x.withheld, false, []byte("raw"))
			}
			found := -1
			ask := h.ask(n)
			ask.What = access.WhatIdentity
			_, err := h.gate.Pass(context.Background(), ask, func(_ context.Context, p access.Pass) (access.Shown, error) {
				found = len(p.Facts().Evidence)
				return access.Shown{}, nil
			})
			if err != nil || (found == 1) != x.counts {
				t.Errorf("%s: %d pieces of evidence, %v", x.name, found, err)
			}
		}
	})
}
