package access_test

import (
	"context"
	"testing"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
)

// A probe asks on the way that staff take, is refused what a member of staff would be
// refused, and is let in nowhere: with everything in its favour it has no relationship.
func TestAProbeIsLetInNowhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		ctx := context.Background()
		h.change(t, "INSERT INTO staff (id, issuer, subject, name, training_until) VALUES ('probe', 'i', 'probe', 'n', ?)", noon.AddDate(0, 6, 0).UnixMilli())
		probe := access.ForProbe("probe", "hospital", "The Hospital")
		ask := access.Ask{By: probe, Person: h.people[0], What: access.WhatRecord, Purpose: access.Treat, Route: "/r", Shape: "page", RequestID: "req"}
		read := func(context.Context, access.Pass) (access.Shown, error) {
			t.Error("a probe read something")
			return access.Shown{}, nil
		}
		look := func(what access.What) access.Reason {
			a := ask
			a.What = what
			_, err := h.gate.Pass(ctx, a, read)
			return reasonOf(t, err)
		}
		if got := look(access.WhatRecord); got != access.ReasonNoRelationship {
			t.Errorf("without an objection: %s", got)
		}
		h.claim(t, 0)
		h.change(t, "UPDATE claims SET staff_id = 'probe'") // not even a relationship that somehow came to be
		if got := look(access.WhatRecord); got != access.ReasonNoRelationship {
			t.Errorf("with a relationship: %s", got)
		}
		if got := look(access.WhatIdentity); got != access.ReasonRole {
			t.Errorf("who somebody is: %s", got)
		}
		if got := look(access.WhatHistory); got != access.ReasonRole {
			t.Errorf("who looked: %s", got)
		}
		claim := access.Claim{Basis: access.BasisEvidence, Kind: "appointment", Evidence: opaque.Of("appointment", "0")}
		if got := reasonOf(t, h.gate.Claim(ctx, probe, h.people[0], claim)); got != access.ReasonRole {
			t.Errorf("a relationship: %s", got)
		}
		_, err := h.gate.Search(ctx, access.SearchAsk{By: probe, Route: "/s", Shape: "page"}, func(context.Context) ([]opaque.ID, error) { t.Error("a probe searched"); return nil, nil })
		if got := reasonOf(t, err); got != access.ReasonRole {
			t.Errorf("a search: %s", got)
		}
		_, err = h.gate.Work(ctx, access.WorkAsk{By: probe, Case: "c", Person: h.people[0], Owner: "hospital", Open: access.Handlers | access.Clinicians, Act: "open"}, nil)
		if got := reasonOf(t, err); got != access.ReasonRole {
			t.Errorf("a case: %s", got)
		}
		h.change(t, "UPDATE persons SET objected = ?", true)
		if got := look(access.WhatRecord); got != access.ReasonObjected {
			t.Errorf("with an objection: %s", got)
		}
		lines, _, err := h.log.Entries(ctx, h.people[0], audit.EntryFilter{DayFilter: audit.DayFilter{System: true}}, audit.EntryCursor{}, 1)
		must(t, err)
		e := lines[0].Entry
		if audit.FoldOf(e) != audit.FoldSystem || e.Viewer.Organisation != "" || e.Viewer.OrganisationName != "The Hospital" || e.Purpose != "HOPERAT" ||
			e.Outcome != audit.Refused || e.Reason != "objected" || e.RequestID != "req" {
			t.Errorf("logged as %+v", e)
		}
	})
}

// Suppose is for the person themselves, in a look of their own.
func TestOnlyThePersonSupposes(t *testing.T) {
	d := dbtest.SQLite(t)
	h := newHouse(t, d, 1)
	ctx := context.Background()
	me := access.Viewer{Kind: access.Patient, ID: "a", Person: h.people[0], Level: "P9"}
	as := access.Imagine("R8000", []access.Capability{access.ViewRecord}, "hospital")
	suppose := func(by access.Viewer, what access.What, as access.Viewer, objected bool) (s access.Supposed, err error) {
		_, broken := h.gate.Pass(ctx, access.Ask{By: by, Person: h.people[0], What: what, Route: "/r"}, func(ctx context.Context, p access.Pass) (access.Shown, error) {
			s, err = h.gate.Suppose(ctx, p, as, objected)
			return access.Shown{}, nil
		})
		must(t, broken)
		return s, err
	}
	for _, objected := range []bool{false, true} {
		s, err := suppose(me, access.WhatOwn, as, objected)
		must(t, err)
		if want := map[bool]access.Reason{false: access.ReasonDeclared, true: access.ReasonObjected}[objected]; s.Decision().Reason != want || s.May(access.NotForPatient) == objected || s.May(access.Excluded) {
			t.Errorf("objected %t: %+v", objected, s.Decision())
		}
	}
	h.claim(t, 0)
	for name, try := range map[string]func() error{
		"a doctor":         func() error { _, err := suppose(h.doctor, access.WhatRecord, as, false); return err },
		"in another look":  func() error { _, err := suppose(me, access.WhatHistory, as, false); return err },
		"a patient":        func() error { _, err := suppose(me, access.WhatOwn, me, false); return err },
		"a real one":       func() error { _, err := suppose(me, access.WhatOwn, h.doctor, false); return err },
		"without any pass": func() error { _, err := h.gate.Suppose(ctx, access.Pass{}, as, false); return err },
	} {
		if got := reasonOf(t, try()); got != access.ReasonUnknown {
			t.Errorf("%s: %s", name, got)
		}
	}
	elsewhere := access.Imagine("R1720", nil, "nowhere")
	s, err := suppose(me, access.WhatOwn, elsewhere, false)
	must(t, err)
	if s.Decision().Reason != access.ReasonOrganisation {
		t.Errorf("somewhere that is no partner: %+v", s.Decision())
	}
}
