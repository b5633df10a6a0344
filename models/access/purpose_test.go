package access_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/opaque"
	"candour/models/organisation"
)

// The record is for direct care, the person themselves and the review of accesses,
// whatever a caller asks for (FAQ S-60); without a word the purpose is the usual one.
func TestPurposeIsHeldTo(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), 1)
	h.claim(t, 0)
	officer := h.doctor
	officer.Capabilities = []access.Capability{access.ReviewAccess, access.ViewDemographics}
	purposes := []access.Purpose{access.Treat, access.PatientRequest, access.Operations, "HRESCH", "HMARKT"}
	for _, c := range []struct {
		by    access.Viewer
		what  access.What
		usual access.Purpose
		also  access.Purpose
	}{
		{h.doctor, access.WhatRecord, access.Treat, ""},
		{h.doctor, access.WhatIdentity, access.Treat, access.Operations},
		{officer, access.WhatIdentity, access.Treat, access.Operations},
		{officer, access.WhatHistory, access.Operations, ""},
		{h.patient(0), access.WhatHistory, access.PatientRequest, ""},
		{h.patient(0), access.WhatOwn, access.PatientRequest, ""},
		{h.patient(0), access.WhatRecord, access.PatientRequest, ""},
		{access.ForSystem("check"), access.WhatIdentity, access.Operations, ""},
	} {
		ask := access.Ask{By: c.by, Person: h.people[0], What: c.what}
		nothing := func(context.Context, access.Pass) (access.Shown, error) { return access.Shown{}, nil }
		pass, err := h.gate.Pass(context.Background(), ask, nothing)
		must(t, err)
		if pass.Ask().Purpose != c.usual {
			t.Errorf("%s %s: the usual purpose is %s", c.by.Kind, c.what, pass.Ask().Purpose)
		}
		for _, p := range purposes {
			ask.Purpose = p
			_, err := h.gate.Pass(context.Background(), ask, nothing)
			if allowed := err == nil; allowed != (p == c.usual || p == c.also) {
				t.Errorf("%s %s for %s: %v", c.by.Kind, c.what, p, err)
			}
			if err != nil && reasonOf(t, err) != access.ReasonUnknown {
				t.Error(err)
			}
		}
	}
}

// A claim is for staff whom nothing else stands against, and the log says on what
// it rests.
func TestClaimIsForStaffAndLogged(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), 1)
	ctx := context.Background()
	declare := access.Claim{Basis: access.BasisDeclared, Reason: "advice", Note: "asked by Dr B"}
	must(t, h.gate.Claim(ctx, h.doctor, h.people[0], declare))
	h.claim(t, 0)
	for i, want := range []access.Reason{access.ReasonDeclared, access.ReasonEvidence} {
		line, err := h.log.Entry(ctx, h.people[0], int64(i+1))
		must(t, err)
		if line.Kind != audit.KindClaim || line.Outcome != audit.Done || line.Reason != string(want) {
			t.Errorf("%+v", line)
		}
	}
	for by, want := range map[*access.Viewer]access.Reason{
		{Kind: access.Patient, ID: "p", Level: "P9", Person: h.people[0]}: access.ReasonRole, // allowed their own, but not by a claim
		{Kind: access.System, ID: "s"}:                                    access.ReasonUnknown,
		{}:                                                                access.ReasonNotSignedIn,
		{Kind: access.Staff, ID: "doctor", Organisation: "hospital"}: access.ReasonRole,
	} {
		if err := h.gate.Claim(ctx, *by, h.people[0], declare); reasonOf(t, err) != want {
			t.Errorf("%s: %v", by.Kind, err)
		}
	}
	h.change(t, "UPDATE persons SET objected = ?", true)
	if err := h.gate.Claim(ctx, h.doctor, h.people[0], declare); reasonOf(t, err) != access.ReasonObjected {
		t.Error("a claim got past an objection")
	}
	row, err := h.d.QueryRow(ctx, "SELECT count(*) FROM claims")
	must(t, err)
	var n int
	must(t, row.Scan(&n))
	if n != 2 {
		t.Errorf("%d claims stored", n)
	}
}

// A claim on evidence lasts no longer than that evidence, and no other's end is its own.
func TestClaimLastsAsLongAsItsEvidence(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), 1)
	soon := noon.Add(3 * time.Hour)
	for _, kind := range []string{"referral", "appointment"} {
		h.change(t, "INSERT INTO relationships (person_id, organisation_id, kind, item_id, from_at, until_at) VALUES (?, 'hospital', ?, ?, ?, ?)",
			string(h.people[0]), kind, string(opaque.Of(kind, "ends soon")), noon.UnixMilli(), soon.UnixMilli())
	}
	h.claim(t, 0) // on the appointment that lasts a month
	must(t, h.gate.Claim(context.Background(), h.doctor, h.people[0], access.Claim{Basis: access.BasisEvidence, Kind: "referral", Evidence: opaque.Of("referral", "ends soon")}))
	for kind, want := range map[string]time.Time{"appointment": noon.Add(12 * time.Hour), "referral": soon} {
		row, err := h.d.QueryRow(context.Background(), "SELECT until_at FROM claims WHERE kind = ?", kind)
		must(t, err)
		var until int64
		must(t, row.Scan(&until))
		if until != want.UnixMilli() {
			t.Errorf("the claim on the %s ends %s", kind, time.UnixMilli(until).UTC())
		}
	}
}

// Only the person's own practice has the evidence of being it: not another
// organisation, and not one without a code for somebody without a practice.
func TestOnlyTheOwnPracticeIsThePractice(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), 2)
	ctx := context.Background()
	orgs := organisation.NewStore(h.d)
	must(t, orgs.Register(ctx, organisation.Organisation{ID: "council", Name: "The Council", Kind: organisation.Social, InRegion: true, State: organisation.Connected}))
	h.change(t, "UPDATE persons SET practice_ods = '' WHERE id = ?", string(h.people[1]))
	for i := range h.people {
		for _, where := range []string{"hospital", "council"} {
			by := h.doctor
			by.Organisation = where
			var fields invalid.Fields
			err := h.gate.Claim(ctx, by, h.people[i], access.Claim{Basis: access.BasisEvidence, Kind: access.KindPractice})
			if i == 1 { // without a practice they are not in the region either
				if reasonOf(t, err) != access.ReasonNotInRegion {
					t.Errorf("person %d, %s: %v", i, where, err)
				}
				by.Capabilities = append(by.Capabilities, access.ViewDemographics)
				_, err = h.gate.Pass(ctx, access.Ask{By: by, Person: h.people[i], What: access.WhatIdentity}, func(_ context.Context, p access.Pass) (access.Shown, error) {
					for _, e := range p.Evidence() {
						if e.Kind == access.KindPractice {
							t.Errorf("%s passes for the practice of somebody who has none", where)
						}
					}
					return access.Shown{}, nil
				})
				must(t, err)
				continue
			}
			if !errors.As(err, &fields) || fields.For("evidence") == "" {
				t.Errorf("person %d, %s: %v", i, where, err)
			}
		}
	}
}

// A search that fails finds nobody and says so; one that finds nobody is logged.
func TestSearchThatFailsIsNotAMiss(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), 1)
	look := func(fail error) error {
		_, err := h.gate.Search(context.Background(), access.SearchAsk{By: h.doctor}, func(context.Context) ([]opaque.ID, error) { return h.people[:0], fail })
		return err
	}
	if err := look(errors.New("broken")); !errors.Is(err, fault.Unavailable) || h.count(t) != 0 {
		t.Errorf("%v, %d entries", err, h.count(t))
	}
	if err := look(fault.NotFound); err != nil || h.count(t) != 1 {
		t.Errorf("%v, %d entries", err, h.count(t))
	}
}
