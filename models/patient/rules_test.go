package patient_test

import (
	"slices"
	"testing"
	"time"

	"candour/models/deadline"
	"candour/models/opaque"
	"candour/models/patient"
	"candour/models/policy"
)

func dayOf(s string) deadline.Day {
	d, err := deadline.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// The closed lists have every value, each once: words are checked by them.
func TestListsAreWhole(t *testing.T) {
	if got := patient.Standings(); !slices.Equal(got, []patient.Standing{"included", "under_age", "not_in_region", "no_practice", "no_birth_date"}) {
		t.Error(got)
	}
	if got := patient.Whys(); !slices.Equal(got, []patient.Why{"", "coded", "confirmed", "requested", "reversed"}) {
		t.Error(got)
	}
	if got := patient.Doubts(); !slices.Equal(got, []patient.Doubt{"unknown_ground", "not_proven", "registered_before", "no_responsibility", "capacity_presumed", "adult", "child", "birth_unknown", "ended"}) {
		t.Error(got)
	}
	if got := patient.SharingPolicyOf(&policy.Policy{Objections: policy.Objections{HoldWhileReviewed: true}}); !got.HoldWhileReviewed {
		t.Error("hold_while_reviewed is lost")
	}
	if patient.SharingPolicyOf(&policy.Policy{}).HoldWhileReviewed {
		t.Error("hold_while_reviewed by itself")
	}
}

// Every ground is proven by each of its proofs, and by none of the others.
func TestEveryGroundByEveryProof(t *testing.T) {
	want := map[patient.Ground][]patient.Proof{
		patient.BirthMother: {patient.BirthCertificate}, patient.MarriedParent: {patient.BirthCertificate, patient.MarriageCertificate}, patient.FatherRegistered: {patient.BirthCertificate},
		patient.Adoption: {patient.AdoptionCertificate}, patient.ParentalOrder: {patient.CourtOrder}, patient.PRAgreement: {patient.Agreement}, patient.PROrder: {patient.CourtOrder},
		patient.SpecialGuardian: {patient.CourtOrder}, patient.CareOrder: {patient.CourtOrder}, patient.InterimCareOrder: {patient.CourtOrder}, patient.StepParentOrder: {patient.CourtOrder, patient.Agreement},
		patient.Attorney: {patient.OPGRegister, patient.AccessCode, patient.CertifiedLPA}, patient.Deputy: {patient.CourtOrder, patient.OPGRegister},
	}
	all := []patient.Proof{patient.BirthCertificate, patient.MarriageCertificate, patient.AdoptionCertificate, patient.CourtOrder, patient.Agreement, patient.OPGRegister, patient.AccessCode, patient.CertifiedLPA}
	for _, g := range append(patient.ChildGrounds(), patient.AdultGrounds()...) {
		if !slices.Equal(g.Proofs(), want[g]) && len(g.Proofs())+len(want[g]) > 0 {
			t.Errorf("%s: %v", g, g.Proofs())
		}
		birth := "2015-05-05"
		if slices.Contains(patient.AdultGrounds(), g) {
			birth = "1960-05-05"
		}
		for _, p := range all {
			a := patient.Authority{Ground: g, Seen: []patient.Proof{p}, Birth: birth, Consulted: true}
			if stands := a.Doubt(dayOf("2026-11-23")) == patient.NoDoubt; stands != (slices.Contains(want[g], p) || g == patient.CarerBestInterest) {
				t.Errorf("%s by %s: %q", g, p, a.Doubt(dayOf("2026-11-23")))
			}
		}
	}
	if len(patient.ChildGrounds()) != 12 || patient.Ground("sister").Proofs() != nil {
		t.Error("grounds")
	}
}

func TestReviewsOfABirth(t *testing.T) {
	for _, c := range []struct {
		birth, after, next string
		age                int
	}{{"2015-05-05", "2026-05-04", "2026-05-05", 11}, {"2015-05-05", "2026-05-05", "2028-05-05", 13}, {"2008-02-29", "2024-01-01", "2024-02-29", 16}, {"2008-02-29", "2024-03-01", "2026-03-01", 18},
		{"2000-01-01", "2026-01-01", "", 0}, {"2015", "2026-01-01", "", 0}, {"", "2026-01-01", "", 0}} {
		next, age := patient.NextReview(c.birth, dayOf(c.after))
		if age != c.age || age > 0 && next.String() != c.next || age == 0 && next != 0 {
			t.Errorf("%s after %s: %s at %d", c.birth, c.after, next, age)
		}
	}
	ended := patient.Authority{Ground: patient.Attorney, Seen: []patient.Proof{patient.OPGRegister}, Birth: "1960-01-01", UntilOn: "soon"}
	if ended.Doubt(dayOf("2026-01-01")) != patient.DoubtEnded {
		t.Error("an end that cannot be read is none")
	}
	for birth, want := range map[string]patient.Doubt{"2003-11-30": patient.DoubtAdult, "2009-01-01": patient.DoubtCapacity, "2012-01-01": patient.NoDoubt} {
		a := patient.Authority{Ground: patient.FatherRegistered, Seen: []patient.Proof{patient.BirthCertificate}, Birth: birth}
		if got := a.Doubt(dayOf("2026-01-01")); got != want {
			t.Errorf("%s: %q", birth, got)
		}
	}
}

// Ties of the rule: whatever decides, it does not depend on the order, and privacy wins.
func TestTiesOfTheRule(t *testing.T) {
	now := at("2026-06-01")
	same := func(refused bool, item string) patient.CodeEvent {
		return patient.CodeEvent{Item: opaque.ID(item), Organisation: "gp", Source: "gp", Refused: refused, Effective: ms("2026-05-01"), Recorded: ms("2026-05-01"), Place: 3}
	}
	for _, codes := range [][]patient.CodeEvent{{same(true, "a"), same(false, "b")}, {same(false, "b"), same(true, "a")}, {same(true, "b"), same(false, "a")}, {same(false, "a"), same(true, "b")}} {
		if e := patient.Hidden(codes, nil, patient.SharingPolicy{}, now); !e.Hidden {
			t.Errorf("said beside its opposite, the refusal holds: %+v", codes)
		}
	}
	later := same(false, "c")
	later.Place = 4
	if e := patient.Hidden([]patient.CodeEvent{same(true, "a"), later}, nil, patient.SharingPolicy{}, now); e.Hidden {
		t.Error("the order of entry decides a tie")
	}
	// Two decisions of one instant: the same answer whichever comes first.
	a := patient.Decision{Objection: "1", Holder: "a", Holders: []string{"a"}, Requested: at("2026-01-01"), Confirmed: at("2026-02-01")}
	b := a
	b.Objection, b.Holder, b.Holders = "2", "b", []string{"b"}
	one, two := patient.Hidden(nil, []patient.Decision{a, b}, patient.SharingPolicy{}, now), patient.Hidden(nil, []patient.Decision{b, a}, patient.SharingPolicy{}, now)
	if one != two || one.Holder != "a" || one.Since != ms("2026-02-01") || one.Why != patient.WhyConfirmed {
		t.Errorf("%+v %+v", one, two)
	}
	held := b
	held.Requested, held.Confirmed = a.Confirmed, time.Time{}
	one, two = patient.Hidden(nil, []patient.Decision{a, held}, patient.SharingPolicy{HoldWhileReviewed: true}, now), patient.Hidden(nil, []patient.Decision{held, a}, patient.SharingPolicy{HoldWhileReviewed: true}, now)
	if one != two || one.Why != patient.WhyConfirmed {
		t.Errorf("%+v %+v", one, two)
	}
	earlier := b
	earlier.Confirmed = at("2026-01-15")
	for _, order := range [][]patient.Decision{{a, earlier}, {earlier, a}} {
		if e := patient.Hidden(nil, order, patient.SharingPolicy{}, now); e.Since != ms("2026-01-15") || e.Holder != "b" {
			t.Errorf("hidden since the earlier of two: %+v", e)
		}
	}
	unasked := patient.Decision{Objection: "3", Holder: "a"}
	if e := patient.Hidden(nil, []patient.Decision{unasked}, patient.SharingPolicy{HoldWhileReviewed: true}, now); e.Hidden || e != (patient.Effect{}) {
		t.Errorf("a request that nobody made: %+v", e)
	}
}

// When the answer changes by itself: the first reversal to come, and nothing else.
func TestWhenTheAnswerChangesByItself(t *testing.T) {
	now := at("2026-06-01")
	for name, c := range map[string]struct {
		codes []patient.CodeEvent
		next  string
	}{
		"a reversal to come":        {[]patient.CodeEvent{no("gp", "2026-01-01"), yes("gp", "2026-07-01")}, "2026-07-01"},
		"the first of two":          {[]patient.CodeEvent{no("gp", "2026-01-01"), yes("gp", "2026-08-01"), yes("gp", "2026-07-01")}, "2026-07-01"},
		"the first, told first":     {[]patient.CodeEvent{no("gp", "2026-01-01"), yes("gp", "2026-07-01"), yes("gp", "2026-08-01")}, "2026-07-01"},
		"a refusal to come counts":  {[]patient.CodeEvent{no("gp", "2026-07-01")}, ""},
		"a reversal of the past":    {[]patient.CodeEvent{no("gp", "2026-01-01"), yes("gp", "2026-02-01")}, ""},
		"one that takes effect now": {[]patient.CodeEvent{no("gp", "2026-01-01"), yes("gp", "2026-06-01")}, ""},
	} {
		want := int64(0)
		if c.next != "" {
			want = ms(c.next)
		}
		if e := patient.Hidden(c.codes, nil, patient.SharingPolicy{}, now); e.Next != want {
			t.Errorf("%s: %d, not %d", name, e.Next, want)
		}
	}
	undated := patient.CodeEvent{Item: "x", Organisation: "gp", Refused: true, Recorded: ms("2026-03-03")}
	if e := patient.Hidden([]patient.CodeEvent{undated}, nil, patient.SharingPolicy{}, now); !e.Hidden || e.Since != ms("2026-03-03") {
		t.Errorf("a code without a clinical date is known by its recording: %+v", e)
	}
}
