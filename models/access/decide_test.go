package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/opaque"
)

// The oracle is a second table, written from the rules and not from Decide: it
// knows a cell by its labels only. A line names who asks for what, the checks in
// the order in which they must fail, and what is said when none does.
const oracle = `
nobody       *        : signed_in
robot        *        : unknown
patient      record   : level self known willing adult region category                                              > own_record
patient      history  : level self known category                                                                    > own_record
patient      own      : level self known category                                                                    > own_record
patient      identity : level self unknown
patient      export   : level self unknown
patient      case     : level self unknown
staff        record   : training organisation view_record known unrestricted willing adult region category claim     > ground
staff        identity : training organisation demographics_or_record known unrestricted category                     > identify
staff        history  : training organisation review_access known unrestricted category                              > governance_review
staff        own      : training organisation unknown
staff        export   : training organisation unknown
staff        case     : training organisation unknown
system       record   : unknown
system       history  : unknown
system       export   : unknown
system       case     : unknown
system       identity : known unrestricted category                                                                  > system
system       own      : known category                                                                               > system
`

// cell is one combination, by labels.
type cell struct {
	viewer, what, category, age, training, organisation, claim string
	known, objected, restricted, region                        bool
}

// holds says whether a check of the oracle is met, and if not, the reason given.
func (c cell) holds(check string) (bool, access.Reason) {
	caps := strings.Split(strings.TrimPrefix(c.viewer, "staff "), "+")
	switch check {
	case "signed_in":
		return false, "not_signed_in"
	case "unknown":
		return false, "unknown"
	case "level":
		return strings.HasPrefix(c.viewer, "patient P9"), "level_too_low"
	case "self":
		return c.viewer == "patient P9 self", "another_person"
	case "known":
		return c.known, "not_found"
	case "unrestricted":
		return !c.restricted, "restricted"
	case "willing":
		return !c.objected, "objected"
	case "adult":
		return c.age == "adult" || c.age == "eighteen today", "under_age"
	case "region":
		return c.region, "not_in_region"
	case "training":
		return c.training == "valid", "training_expired"
	case "organisation":
		return c.organisation == "connected", "organisation_not_live"
	case "view_record", "review_access":
		return slices.Contains(caps, check), "role_not_allowed"
	case "demographics_or_record":
		return slices.Contains(caps, "view_record") || slices.Contains(caps, "view_demographics"), "role_not_allowed"
	case "category":
		switch c.category {
		case "ordinary":
			return true, ""
		case "excluded":
			return false, "excluded_category"
		case "not_for_patient":
			return !strings.HasPrefix(c.viewer, "patient"), "not_for_patient"
		}
		return false, "unknown"
	case "claim":
		return c.claim == "evidence" || c.claim == "declared", "no_relationship"
	}
	panic("the oracle has no check " + check)
}

// expect reads the oracle for a cell.
func (c cell) expect(t *testing.T) (access.Verdict, access.Reason) {
	kind, _, _ := strings.Cut(c.viewer, " ")
	for _, line := range strings.Split(strings.TrimSpace(oracle), "\n") {
		head, rest, _ := strings.Cut(line, ":")
		who := strings.Fields(head)
		if who[0] != kind || who[1] != "*" && who[1] != c.what {
			continue
		}
		checks, allowed, _ := strings.Cut(rest, ">")
		for _, check := range strings.Fields(checks) {
			if ok, reason := c.holds(check); !ok {
				if reason == "no_relationship" {
					return access.AskReason, reason
				}
				return access.Deny, reason
			}
		}
		switch allowed = strings.TrimSpace(allowed); allowed {
		case "ground":
			return access.Allow, map[string]access.Reason{"evidence": "involved", "declared": "declared"}[c.claim]
		case "":
			t.Fatalf("the oracle lets %+v through without a reason", c)
		default:
			return access.Allow, access.Reason(allowed)
		}
	}
	t.Fatalf("the oracle has no line for %+v", c)
	return access.Deny, ""
}

var me, another = opaque.Of("me"), opaque.Of("another")

func (c cell) by() access.Viewer {
	v := access.Viewer{ID: "v", Organisation: "o"}
	kind, rest, _ := strings.Cut(c.viewer, " ")
	switch kind {
	case "patient":
		v.Kind = access.Patient
		level, whose, _ := strings.Cut(rest, " ")
		v.Level, v.Person = level, map[string]opaque.ID{"self": me, "other": another, "nobody": ""}[whose]
	case "staff":
		v.Kind = access.Staff
		for _, can := range strings.Split(rest, "+") {
			v.Capabilities = append(v.Capabilities, access.Capability(can))
		}
	case "system":
		v.Kind = access.System
	case "robot":
		v.Kind = "robot"
	}
	return v
}

func (c cell) facts() access.Facts {
	now := time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC)
	f := access.Facts{Person: me, Now: now, Known: c.known, Objected: c.objected, Restricted: c.restricted, InRegion: c.region, MinAge: 18, Policy: "p1",
		BirthDate:         map[string]string{"adult": "1950-02-03", "eighteen today": "2008-11-23", "a day short": "2008-11-24", "only a year": "1950", "none": ""}[c.age],
		TrainingUntil:     map[string]time.Time{"valid": now.Add(time.Second), "ends now": now, "ended": now.AddDate(-1, 0, 0)}[c.training],
		OrganisationState: c.organisation}
	item := opaque.Of("item")
	f.Evidence = []access.Evidence{{Kind: "referral", Item: item, From: now.Add(-time.Hour), Until: now.Add(time.Hour)}}
	claim := access.Claim{Basis: "evidence", Kind: "referral", Evidence: item, Until: now.Add(time.Minute)}
	switch c.claim {
	case "none":
		return f
	case "declared":
		claim.Basis, claim.Kind, claim.Evidence = "declared", "declared", ""
	case "declared, over":
		claim.Basis, claim.Until = "declared", now
	case "evidence, claim over":
		claim.Until = now
	case "evidence gone":
		f.Evidence = nil
	case "evidence of another kind":
		f.Evidence[0].Kind = "encounter"
	case "evidence over":
		f.Evidence[0].Until = now
	case "evidence to come":
		f.Evidence[0].From = now.Add(time.Second)
	case "no such basis":
		claim.Basis = "hearsay"
	}
	f.Claim = &claim
	return f
}

var (
	viewers = []string{"nobody", "robot", "system", "patient P9 self", "patient P9 other", "patient P9 nobody", "patient P5 self", "patient P0 self", "patient  self",
		"staff view_record", "staff view_demographics", "staff review_access", "staff manage_requests", "staff", "staff view_record+review_access"}
	whats      = []string{"record", "identity", "history", "own", "case", "export"}
	categories = []string{"ordinary", "excluded", "not_for_patient", "", "whatever"}
	ages       = []string{"adult", "eighteen today", "a day short", "only a year", "none"}
	trainings  = []string{"valid", "ends now", "ended"}
	states     = []string{"connected", "planned", "suspended", "left", ""}
	claims     = []string{"none", "evidence", "declared", "declared, over", "evidence, claim over", "evidence gone", "evidence of another kind", "evidence over", "evidence to come", "no such basis"}
	yesno      = []bool{false, true}
)

// TestDecideAgainstTheOracle crosses everything with everything. What a viewer
// alone decides is crossed with every fact; claims, where they cannot matter, with
// fewer.
func TestDecideAgainstTheOracle(t *testing.T) {
	cells, wrong := 0, 0
	allowed := map[access.Reason]int{}
	each(func(c cell) {
		if wrong > 20 {
			return
		}
		cells++
		verdict, reason := c.expect(t)
		f := c.facts()
		got := access.Decide(c.by(), access.What(c.what), access.Category(c.category), f)
		if got.Verdict != verdict || got.Reason != reason || got.Policy != "p1" {
			wrong++
			t.Errorf("%+v: %v %s instead of %v %s", c, got.Verdict, got.Reason, verdict, reason)
		}
		allowed[got.Reason]++
		if !slices.Contains(access.Reasons(), got.Reason) {
			t.Errorf("%q is not in the closed list", got.Reason)
		}
	})
	if cells < 100_000 {
		t.Errorf("only %d cells", cells)
	}
	for _, r := range access.Reasons() {
		if allowed[r] == 0 && r != access.ReasonTooMany { // that one is the search's
			t.Errorf("no cell ends in %s", r)
		}
	}
	t.Logf("%d cells, %d reasons", cells, len(allowed))
}

func each(try func(cell)) {
	for _, viewer := range viewers {
		staff := strings.HasPrefix(viewer, "staff")
		for _, what := range whats {
			for _, category := range categories {
				for _, age := range ages {
					for _, training := range pick(trainings, staff) {
						for _, state := range pick(states, staff) {
							for _, claim := range pick(claims, staff && what == "record") {
								for bits := range 16 {
									try(cell{viewer, what, category, age, training, state, claim, yesno[bits&1], yesno[bits>>1&1], yesno[bits>>2&1], yesno[bits>>3&1]})
								}
							}
						}
					}
				}
			}
		}
	}
}

// pick is the whole list where it matters, else its two ends.
func pick(all []string, matters bool) []string {
	if matters {
		return all
	}
	return []string{all[0], all[len(all)-1]}
}

func TestNothingIsDecidedWithoutPolicyOrHour(t *testing.T) {
	c := cell{"staff view_record", "record", "ordinary", "adult", "valid", "connected", "evidence", true, false, false, true}
	whole := c.facts()
	if access.Decide(c.by(), access.WhatRecord, access.Ordinary, whole).Verdict != access.Allow {
		t.Fatal("the whole case is not allowed")
	}
	for name, spoil := range map[string]func(*access.Facts){
		"policy": func(f *access.Facts) { f.Policy = "" }, "hour": func(f *access.Facts) { f.Now = time.Time{} }, "age": func(f *access.Facts) { f.MinAge = 0 }} {
		f := whole
		spoil(&f)
		if got := access.Decide(c.by(), access.WhatRecord, access.Ordinary, f); got.Verdict != access.Deny || got.Reason != access.ReasonUnknown {
			t.Errorf("without %s: %+v", name, got)
		}
	}
	if got := access.Decide(access.Viewer{}, "", "", access.Facts{}); got.Verdict != access.Deny {
		t.Errorf("the zero question: %+v", got)
	}
}

func TestOfAgeByTheLondonDay(t *testing.T) {
	tests := []struct {
		born, at string
		want     bool
	}{
		{"2008-11-23", "2026-11-23T00:00:00Z", true},
		{"2008-11-23", "2026-11-22T23:59:59Z", false},
		{"2008-07-01", "2026-06-30T22:59:59Z", false}, // summer: midnight in London is 23:00 UTC
		{"2008-07-01", "2026-06-30T23:00:00Z", true},
		{"2008-02-29", "2026-02-28T23:59:59Z", false}, // of age on 1 March in a common year
		{"2008-02-29", "2026-03-01T00:00:00Z", true},
		{"2012-02-29", "2030-02-28T23:59:59Z", false},
		{"2008-13-01", "2040-01-01T00:00:00Z", false},
		{"2008-11", "2040-01-01T00:00:00Z", false},
		{"", "2040-01-01T00:00:00Z", false},
		{"2030-01-01", "2026-01-01T00:00:00Z", false},
	}
	for _, c := range tests {
		at, err := time.Parse(time.RFC3339, c.at)
		must(t, err)
		if got := access.OfAge(c.born, 18, at); got != c.want {
			t.Errorf("born %s at %s: %v", c.born, c.at, got)
		}
	}
	// and to a leap year's own 29 February
	if !access.OfAge("2008-02-29", 20, time.Date(2028, 2, 29, 0, 0, 0, 0, time.UTC)) || access.OfAge("2008-02-29", 20, time.Date(2028, 2, 28, 23, 0, 0, 0, time.UTC)) {
		t.Error("29 February of a leap year")
	}
}
