package access_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/opaque"
)

// Who may lay a hand on a case, every kind of viewer against every kind of act.
func TestDecideWork(t *testing.T) {
	now := noon
	child := opaque.Of("child")
	viewers := map[string]access.Viewer{
		"nobody":            {},
		"robot":             {Kind: "robot", ID: "r"},
		"system":            {Kind: access.System, ID: "system"},
		"parent who asked":  {Kind: access.Patient, ID: "parent", Level: "P9", Person: opaque.Of("parent")},
		"parent below P9":   {Kind: access.Patient, ID: "parent", Level: "P5", Person: opaque.Of("parent")},
		"the child":         {Kind: access.Patient, ID: "kid", Level: "P9", Person: child},
		"another":           {Kind: access.Patient, ID: "x", Level: "P9", Person: opaque.Of("x")},
		"another, nobody":   {Kind: access.Patient, ID: "y", Level: "P9"},
		"administrator":     {Kind: access.Staff, ID: "s", Organisation: "gp", Capabilities: []access.Capability{access.ManageRequests}},
		"clinician":         {Kind: access.Staff, ID: "s", Organisation: "gp", Capabilities: []access.Capability{access.ViewRecord}},
		"reviewer":          {Kind: access.Staff, ID: "s", Organisation: "gp", Capabilities: []access.Capability{access.ReviewAccess, access.ViewDemographics}},
		"took over":         {Kind: access.Staff, ID: "s", Organisation: "gp-next", Capabilities: []access.Capability{access.ManageRequests}},
		"other surgery":     {Kind: access.Staff, ID: "s", Organisation: "other", Capabilities: []access.Capability{access.ManageRequests, access.ViewRecord}},
		"staff of nowhere":  {Kind: access.Staff, ID: "s", Capabilities: []access.Capability{access.ManageRequests}},
		"untrained manager": {Kind: access.Staff, ID: "old", Organisation: "gp", Capabilities: []access.Capability{access.ManageRequests}},
	}
	asked := map[string]access.Hands{"view": access.Applicants | access.Handlers | access.Clinicians | access.Machines, "handle": access.Handlers, "assess": access.Clinicians, "apply": access.Applicants, "run": access.Machines, "none": 0}
	allowed := map[string]string{"system": "view run", "parent who asked": "view apply", "the child": "view apply", "administrator": "view handle", "clinician": "view assess", "took over": "view handle"}
	cells := 0
	for name, by := range viewers {
		for act, open := range asked {
			cells++
			f := access.Facts{Now: now, Policy: "p", OrganisationState: "connected", TrainingUntil: now.Add(time.Hour)}
			if by.ID == "old" {
				f.TrainingUntil = now
			}
			want := false
			for _, a := range strings.Fields(allowed[name]) {
				want = want || a == act
			}
			ask := access.WorkAsk{By: by, Case: "c", Person: child, Owner: "gp", Parties: []string{"parent"}, Open: open, Act: act}
			if got := access.DecideWork(ask, f, "gp-next"); (got.Verdict == access.Allow) != want {
				t.Errorf("%s, %s: %+v", name, act, got)
			}
			ask.Person, ask.Parties = "", nil // a case about somebody who is not known, of nobody's account
			if got := access.DecideWork(ask, f, "gp-next"); by.Kind == access.Patient && got.Verdict == access.Allow {
				t.Errorf("%s: somebody else's case about nobody known", name)
			}
			for _, spoil := range []func(*access.Facts){func(f *access.Facts) { f.Policy = "" }, func(f *access.Facts) { f.Now = time.Time{} }} {
				bad := f
				if spoil(&bad); access.DecideWork(ask, bad, "").Verdict != access.Deny {
					t.Errorf("%s: decided without policy or hour", name)
				}
			}
		}
	}
	t.Logf("%d cells", cells)
}

func TestWorkIsLoggedBeforeItIsDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		ctx := context.Background()
		manager := h.doctor
		manager.Capabilities = []access.Capability{access.ManageRequests}
		ask := access.WorkAsk{By: manager, Case: opaque.Of("case"), Person: h.people[0], Owner: "hospital", Open: access.Handlers, Act: "confirm"}
		pass, err := h.gate.Work(ctx, ask, nil)
		must(t, err)
		line, err := h.log.Entry(ctx, h.people[0], pass.Entry())
		must(t, err)
		if line.Kind != audit.KindCase || line.Outcome != audit.Done || line.Shape != "confirm" || line.Relation.Evidence != opaque.Of("case") || line.Reason != string(access.ReasonCase) || line.Viewer.Name != "Dr Ann Other" {
			t.Errorf("%+v", line)
		}
		before := h.count(t)
		ask.Owner = "surgery"
		if _, err := h.gate.Work(ctx, ask, nil); !errors.Is(err, fault.NotFound) {
			t.Errorf("another organisation's case: %v", err)
		}
		parent := access.Viewer{Kind: access.Patient, ID: "parent", Level: "P9", Person: opaque.Of("parent")}
		ask.By, ask.Parties, ask.Open = parent, []string{"parent"}, access.Applicants
		pass, err = h.gate.Work(ctx, ask, nil)
		must(t, err)
		if _, err := h.log.Entry(ctx, h.people[0], pass.Entry()); !errors.Is(err, fault.NotFound) {
			t.Error("what a parent did stands among the child's own accesses")
		}
		if n := h.count(t) - before; n != 2 {
			t.Errorf("%d entries for a refusal and an act", n)
		}
		ask.By.Level = "P5"
		if _, err := h.gate.Work(ctx, ask, nil); reasonOf(t, err) != access.ReasonLevelTooLow {
			t.Error(err)
		}
	})
}
