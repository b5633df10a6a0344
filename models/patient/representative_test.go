package patient_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/models/patient"
)

func onDay(t testing.TB, s string) deadline.Day {
	t.Helper()
	d, err := deadline.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestBands(t *testing.T) {
	for _, c := range []struct {
		birth, on string
		want      patient.Band
	}{
		{"2015-11-24", "2026-11-23", patient.BandUnder11}, {"2015-11-23", "2026-11-23", patient.Band11},
		{"2013-11-24", "2026-11-23", patient.Band11}, {"2013-11-23", "2026-11-23", patient.Band13},
		{"2010-11-24", "2026-11-23", patient.Band13}, {"2010-11-23", "2026-11-23", patient.Band16},
		{"2008-11-24", "2026-11-23", patient.Band16}, {"2008-11-23", "2026-11-23", patient.BandAdult},
		{"2012-02-29", "2028-02-28", patient.Band13}, {"2012-02-29", "2028-02-29", patient.Band16}, // a leap year has the day
		{"2012-02-29", "2030-02-28", patient.Band16}, {"2012-02-29", "2030-03-01", patient.BandAdult},
		{"2012-02-29", "2023-02-28", patient.BandUnder11}, {"2012-02-29", "2023-03-01", patient.Band11},
		{"2012", "2026-11-23", patient.BandUnknown}, {"", "2026-11-23", patient.BandUnknown}, {"2027-01-01", "2026-11-23", patient.BandUnknown},
	} {
		if got := patient.BandOf(c.birth, onDay(t, c.on)); got != c.want {
			t.Errorf("born %s on %s: %s instead of %s", c.birth, c.on, got, c.want)
		}
	}
	day, n := onDay(t, "2012-03-01"), 0
	for want := range 4 {
		next, age := patient.NextReview("2012-02-29", day)
		if age != patient.ReviewAges()[want] {
			t.Fatalf("after %s: at %d", day, age)
		}
		day, n = next, n+1
	}
	if _, age := patient.NextReview("2012-02-29", day); age != 0 || n != 4 || day != onDay(t, "2030-03-01") {
		t.Errorf("a review at %d, the last on %s", age, day)
	}
}

func TestAuthority(t *testing.T) {
	today := onDay(t, "2026-11-23")
	for name, c := range map[string]struct {
		a    patient.Authority
		want patient.Doubt
	}{
		"mother":                             {patient.Authority{Ground: patient.BirthMother, Seen: []patient.Proof{patient.BirthCertificate}, Birth: "2016-01-01"}, ""},
		"mother, nothing seen":               {patient.Authority{Ground: patient.BirthMother, Birth: "2016-01-01"}, patient.DoubtProof},
		"mother, another's evidence":         {patient.Authority{Ground: patient.BirthMother, Seen: []patient.Proof{patient.OPGRegister}, Birth: "2016-01-01"}, patient.DoubtProof},
		"father on the certificate":          {patient.Authority{Ground: patient.FatherRegistered, Seen: []patient.Proof{patient.BirthCertificate}, Birth: "2012-01-01"}, ""},
		"of a young person":                  {patient.Authority{Ground: patient.BirthMother, Seen: []patient.Proof{patient.BirthCertificate}, Birth: "2010-11-23"}, patient.DoubtCapacity},
		"a day before":                       {patient.Authority{Ground: patient.BirthMother, Seen: []patient.Proof{patient.BirthCertificate}, Birth: "2010-11-24"}, ""},
		"of an adult":                        {patient.Authority{Ground: patient.BirthMother, Seen: []patient.Proof{patient.BirthCertificate}, Birth: "2008-11-23"}, patient.DoubtAdult},
		"attorney":                           {patient.Authority{Ground: patient.Attorney, Seen: []patient.Proof{patient.AccessCode}, Birth: "1940-01-01"}, ""},
		"attorney of a child":                {patient.Authority{Ground: patient.Attorney, Seen: []patient.Proof{patient.AccessCode}, Birth: "2016-01-01"}, patient.DoubtChild},
		"deputy, order ended yesterday":      {patient.Authority{Ground: patient.Deputy, Seen: []patient.Proof{patient.CourtOrder}, Birth: "1940-01-01", UntilOn: "2026-11-22"}, patient.DoubtEnded},
		"deputy, order ends today":           {patient.Authority{Ground: patient.Deputy, Seen: []patient.Proof{patient.CourtOrder}, Birth: "1940-01-01", UntilOn: "2026-11-23"}, ""},
		"deputy, no readable end":            {patient.Authority{Ground: patient.Deputy, Seen: []patient.Proof{patient.CourtOrder}, Birth: "1940-01-01", UntilOn: "soon"}, patient.DoubtEnded},
		"carer":                              {patient.Authority{Ground: patient.CarerBestInterest, Birth: "2016-01-01"}, patient.DoubtNoPR},
		"carer, after asking the parents":    {patient.Authority{Ground: patient.CarerBestInterest, Birth: "2016-01-01", Consulted: true}, ""},
		"nobody knows how old":               {patient.Authority{Ground: patient.BirthMother, Seen: []patient.Proof{patient.BirthCertificate}}, patient.DoubtBirthUnknown},
		"a ground that is none":              {patient.Authority{Ground: "friend", Birth: "2016-01-01"}, patient.DoubtGround},
		"the zero authority":                 {patient.Authority{}, patient.DoubtGround},
		"step-parent with an agreement":      {patient.Authority{Ground: patient.StepParentOrder, Seen: []patient.Proof{patient.Agreement}, Birth: "2016-01-01"}, ""},
		"special guardian without the order": {patient.Authority{Ground: patient.SpecialGuardian, Seen: []patient.Proof{patient.BirthCertificate}, Birth: "2016-01-01"}, patient.DoubtProof},
	} {
		if got := c.a.Doubt(today); got != c.want {
			t.Errorf("%s: %q instead of %q", name, got, c.want)
		}
	}
	old := patient.Authority{Ground: patient.FatherRegistered, Seen: []patient.Proof{patient.BirthCertificate}, Birth: "2003-11-30"}
	if got := old.Doubt(onDay(t, "2018-01-01")); got != patient.DoubtRegistered {
		t.Errorf("on the certificate a day too early: %q", got)
	}
	if old.Birth = "2003-12-01"; old.Doubt(onDay(t, "2018-01-01")) != patient.NoDoubt {
		t.Error("on the certificate on the first day")
	}
	for _, g := range append(patient.ChildGrounds(), patient.AdultGrounds()...) {
		if g != patient.CarerBestInterest && len(g.Proofs()) == 0 {
			t.Errorf("%s has no evidence", g)
		}
	}
}

// A mother is reviewed at 11 and 13, suspended at 16 and ended at 18, each on the
// London day of the birthday, and of a child born on 29 February too.
func TestRepresentationsRunByTheClock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		now := time.Date(2022, 6, 1, 12, 0, 0, 0, time.UTC)
		s := patient.NewRepresentatives(d, func() time.Time { return now })
		child := opaque.Of("child")
		if err := d.Do(ctx, func(ctx context.Context) error {
			_, err := d.Exec(ctx, `INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key,
 phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
 VALUES (?, '1', '2012-02-29', 'F', 'f', 'G', '', '', '', '', '', '', '', '', '', '', ?, ?, 0, 1, 0)`, string(child), false, false)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		gp := access.Viewer{Kind: access.Staff, ID: "gp", Name: "Dr A"}
		mother := access.Viewer{Kind: access.Patient, ID: "mother", Person: opaque.Of("mother")}
		prove := func() patient.Representation {
			t.Helper()
			r, err := s.Prove(ctx, gp, patient.Representation{Person: child, Account: "mother", Ground: patient.BirthMother, Seen: []patient.Proof{patient.BirthCertificate}}, "2012-02-29")
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		if _, err := s.Prove(ctx, mother, patient.Representation{}, ""); !errors.Is(err, fault.Denied) {
			t.Error("a mother proved herself")
		}
		if _, err := s.Review(ctx, gp); !errors.Is(err, fault.Denied) {
			t.Error(err)
		}
		prove()
		for _, step := range []struct {
			last, day, state string // nothing happens on the day before
			again            bool   // looked at again, with the same evidence
		}{
			{"2023-02-28T23:59:00Z", "2023-03-01T00:00:00Z", patient.RepSuspended, true},
			{"2025-02-28T23:59:00Z", "2025-03-01T00:00:00Z", patient.RepSuspended, true},
			{"2028-02-28T23:59:00Z", "2028-02-29T00:00:00Z", patient.RepSuspended, false},
			{"2030-02-28T23:59:00Z", "2030-03-01T00:00:00Z", patient.RepEnded, false},
		} {
			for i, at := range []string{step.last, step.day} {
				now, _ = time.Parse(time.RFC3339, at)
				changed, err := s.Review(ctx, access.ForSystem("reviews"))
				if err != nil || len(changed) != i {
					t.Fatalf("%s: %v %v", at, changed, err)
				}
			}
			if r, err := s.Acting(ctx, mother, child); err != nil || r.State != step.state {
				t.Errorf("on %s: %+v %v", step.day, r, err)
			}
			if step.again {
				if r := prove(); r.State != patient.RepActive {
					t.Errorf("after the review: %+v", r)
				}
			}
		}
		if r := prove(); r.State != patient.RepSuspended || r.Reason != patient.DoubtAdult {
			t.Errorf("at 18 evidence makes it active again: %+v", r)
		}
		r := prove()
		if err := s.End(ctx, mother, r.ID); !errors.Is(err, fault.Denied) {
			t.Error(err)
		}
		if err := s.End(ctx, gp, r.ID); err != nil {
			t.Error(err)
		}
		if r, err := s.Acting(ctx, mother, child); err != nil || r.State != patient.RepEnded {
			t.Errorf("%+v %v", r, err)
		}
		if err := s.End(ctx, gp, r.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("ended twice: %v", err)
		}
		if _, err := s.Acting(ctx, access.Viewer{Kind: access.Patient, ID: "x"}, child); !errors.Is(err, fault.NotFound) {
			t.Error(err)
		}
		if _, err := s.Of(ctx, mother, child); !errors.Is(err, fault.Denied) {
			t.Error("a mother lists who else acts for the child")
		}
	})
}
