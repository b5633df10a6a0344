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
