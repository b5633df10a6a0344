package access_test

import (
	"slices"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/opaque"
)

// Nobody's account is nobody's record, even where the record is nobody's.
func TestAnAccountWithoutAPersonSeesNobody(t *testing.T) {
	f := access.Facts{Known: true, Now: noon, Policy: "p", MinAge: 18, BirthDate: "1950-01-01", InRegion: true}
	by := access.Viewer{Kind: access.Patient, ID: "a", Level: "P9"}
	for _, what := range []access.What{access.WhatRecord, access.WhatHistory, access.WhatOwn} {
		if d := access.Decide(by, what, access.Ordinary, f); d.Verdict != access.Deny || d.Reason != access.ReasonAnother {
			t.Errorf("%s: %+v", what, d)
		}
	}
}

// A claim on evidence stands by that very evidence, not by another of the kind.
func TestAClaimStandsByItsOwnEvidence(t *testing.T) {
	f := access.Facts{Person: "p", Known: true, Now: noon, Policy: "p", MinAge: 18, BirthDate: "1950-01-01", InRegion: true, OrganisationState: "connected", TrainingUntil: noon.Add(time.Hour)}
	by := access.Viewer{Kind: access.Staff, ID: "s", Organisation: "gp", Capabilities: []access.Capability{access.ViewRecord}}
	mine := access.Evidence{Kind: "appointment", Item: opaque.Of("mine"), From: noon.Add(-time.Hour)}
	for name, c := range map[string]struct {
		evidence access.Evidence
		sees     bool
	}{
		"its own":          {mine, true},
		"another":          {access.Evidence{Kind: "appointment", Item: opaque.Of("another"), From: mine.From}, false},
		"of another kind":  {access.Evidence{Kind: "referral", Item: mine.Item, From: mine.From}, false},
		"not yet":          {access.Evidence{Kind: mine.Kind, Item: mine.Item, From: noon.Add(time.Minute)}, false},
		"over":             {access.Evidence{Kind: mine.Kind, Item: mine.Item, From: mine.From, Until: noon}, false},
		"over in a moment": {access.Evidence{Kind: mine.Kind, Item: mine.Item, From: mine.From, Until: noon.Add(time.Second)}, true},
	} {
		f.Evidence = []access.Evidence{c.evidence}
		f.Claim = &access.Claim{Basis: access.BasisEvidence, Kind: mine.Kind, Evidence: mine.Item, Until: noon.Add(time.Hour)}
		if d := access.Decide(by, access.WhatRecord, access.Ordinary, f); (d.Verdict == access.Allow) != c.sees {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

// Work says why it was allowed, each in its own words, and nobody works for an
// organisation that is not there.
func TestWorkSaysWhy(t *testing.T) {
	f := access.Facts{Now: noon, Policy: "p", OrganisationState: "connected", TrainingUntil: noon.Add(time.Hour)}
	all := access.Applicants | access.Handlers | access.Clinicians | access.Machines
	manager := access.Viewer{Kind: access.Staff, ID: "s", Organisation: "gp", Capabilities: []access.Capability{access.ManageRequests}}
	ask := access.WorkAsk{By: manager, Case: "c", Person: "p", Owner: "gp", Open: all, Act: "open"}
	got := func(d access.Decision) string {
		if d.Verdict == access.Allow {
			return "allow " + string(d.Reason)
		}
		return "deny " + string(d.Reason)
	}
	for name, c := range map[string]struct {
		change func(*access.WorkAsk, *access.Facts)
		want   string
	}{
		"staff":                   {nil, "allow handles_request"},
		"a program":               {func(a *access.WorkAsk, _ *access.Facts) { a.By = access.ForSystem("x") }, "allow " + string(access.ReasonSystem)},
		"nobody":                  {func(a *access.WorkAsk, _ *access.Facts) { a.By = access.Viewer{Kind: access.Nobody} }, "deny " + string(access.ReasonNotSignedIn)},
		"of a suspended practice": {func(_ *access.WorkAsk, f *access.Facts) { f.OrganisationState = "suspended" }, "deny " + string(access.ReasonOrganisation)},
		"of no practice":          {func(a *access.WorkAsk, _ *access.Facts) { a.By.Organisation, a.Owner = "", "" }, "deny " + string(access.ReasonOrganisation)},
		"a party without a name": {func(a *access.WorkAsk, _ *access.Facts) {
			a.By, a.Parties = access.Viewer{Kind: access.Patient, Level: "P9"}, []string{""}
		}, "deny " + string(access.ReasonAnother)},
	} {
		a, facts := ask, f
		if c.change != nil {
			c.change(&a, &facts)
		}
		if d := access.DecideWork(a, facts, ""); got(d) != c.want {
			t.Errorf("%s: %s, not %s", name, got(d), c.want)
		}
	}
	if len(access.DeclaredReasons()) == 0 || slices.Contains(access.DeclaredReasons(), "") {
		t.Error("no reasons to declare")
	}
}
