package objection_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/patient"
)

func forChild(born string) objection.Answers {
	return objection.Answers{Subject: objection.Child, Given: "Kit", Family: "Doe", BirthDate: born, Relation: "mother", Ground: patient.BirthMother,
		Agrees: objection.CannotSay, Contact: objection.Contact{Ways: []string{"letter"}}}
}

// family is a mother with an account, a child, and the mother's request in review.
func (h *house) family(born string) (mother access.Viewer, child opaque.ID, ref objection.Ref) {
	mother = patientOf(h.person("mother", "1985-01-01"), "mother")
	child = h.person("kit", born)
	ref = h.raised(mother, forChild(born))
	h.ok(h.Review(ctx, h.manager, ref, 0, req))
	return mother, child, ref
}

// A parent's request: staff find the child, a named clinician has an entry, the
// child is not competent, the mother's evidence is seen; then it can be confirmed.
func TestAParentsRequest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		mother, child, ref := h.family("2018-05-05")
		_, err := h.Confirm(ctx, h.manager, ref, 0, req)
		h.bars(err, objection.BarPerson, objection.BarClinician, objection.BarCompetence)
		h.ok(h.Identify(ctx, h.manager, ref, child, 0, req))
		_, err = h.RecordClinician(ctx, h.manager, ref, objection.NoConcern, "", req) // no clinician
		if !errors.Is(err, fault.Denied) {
			t.Errorf("an administrator made a clinician's entry: %v", err)
		}
		h.ok(h.WantClinician(ctx, h.manager, ref, 0, req))
		h.ok(h.RecordClinician(ctx, h.gp, ref, objection.NoConcern, "known to me", req))
		h.is(ref, objection.InReview)
		h.ok(h.RecordCompetence(ctx, h.gp, ref, objection.NotCompetent, "eight years old", req))
		_, err = h.Confirm(ctx, h.manager, ref, 0, req)
		h.bars(err, objection.BarAuthority)
		h.ok(h.RecordAuthority(ctx, h.manager, ref, patient.Authority{Ground: patient.BirthMother}, "mother", req))
		_, err = h.Confirm(ctx, h.manager, ref, 0, req) // nothing was seen
		h.bars(err, objection.BarAuthority)
		h.ok(h.RecordAuthority(ctx, h.manager, ref, patient.Authority{Ground: patient.BirthMother, Seen: []patient.Proof{patient.BirthCertificate}}, "mother", req))
		h.ok(h.Confirm(ctx, h.manager, ref, 0, req))
		if h.is(ref, objection.Confirmed); !h.hidden(child) {
			t.Fatal("not hidden")
		}
		if from := objection.MattersFrom("2018-05-05", 18, 20780); from != "2036-05-05" {
			t.Errorf("it begins to matter on %q", from)
		}
		o, _, err := h.Open(ctx, mother, ref, req)
		if h.must(err); o.Person != "" || o.Case.Person != "" {
			t.Error("the mother's page says whether the child is held")
		}
		// and back: staff alone do not take a child's objection back either
		h.later(time.Hour)
		h.ok(h.Reverse(ctx, mother, ref, 0, req))
		_, err = h.ConfirmReversal(ctx, h.manager, ref, 0, req)
		h.bars(err, objection.BarClinician)
		h.ok(h.RecordClinician(ctx, h.gp, ref, objection.NoConcern, "asked again", req))
		h.ok(h.ConfirmReversal(ctx, h.manager, ref, 0, req))
	})
}

// Whether a named child exists cannot be told from any answer that a parent gets.
func TestNothingTellsWhetherTheChildExists(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		mother := patientOf(h.person("mother", "1985-01-01"), "mother")
		var seen []string
		for n := range 3 { // nobody of the name is held; somebody is; and staff have found them, with another date of birth
			ref := h.raised(mother, forChild("2018-05-05"))
			if n == 1 {
				h.person("Doe", "2018-05-04")
			}
			if n == 2 {
				h.ok(h.Identify(ctx, h.manager, ref, opaque.Of("person", "Doe"), 0, req))
			}
			o, file, err := h.Open(ctx, mother, ref, req)
			h.must(err)
			mine, err := h.cases.Mine(ctx, mother, req)
			h.must(err)
			for _, c := range append(mine, file.Case) {
				if c.Person != "" {
					t.Error("a case says whether the child is held")
				}
			}
			o.ID, o.Ref, o.Version, file.Case, file.Clocks = "", "", 0, casework.Case{}, nil
			seen = append(seen, fmt.Sprintf("%+v %+v %d", o, file, len(mine[0].Person)))
		}
		if seen[0] != seen[1] || seen[1] != seen[2] {
			t.Errorf("a child who is held and one who is not:\n%s\n%s\n%s", seen[0], seen[1], seen[2])
		}
		if _, err := h.Reps.Acting(ctx, mother, opaque.Of("person", "Doe")); !errors.Is(err, fault.NotFound) {
			t.Error(err)
		}
	})
}

// The child's own wish is theirs: their parent reads nothing of it, and when the
// child asked for that, no notice reaches the parent.
func TestACompetentChildsWordIsTheirOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		mother, child, ref := h.family("2012-05-05")
		kit := patientOf(child, "kit")
		if _, _, err := h.Open(ctx, kit, ref, req); !errors.Is(err, fault.NotFound) {
			t.Errorf("before staff have found them: %v", err)
		}
		h.ok(h.Identify(ctx, h.manager, ref, child, 0, req))
		h.ok(h.RecordChildsWish(ctx, kit, ref, objection.Disagrees, "I want my doctors to see it", true, req))
		if _, err := h.RecordChildsWish(ctx, mother, ref, objection.Agrees, "she says yes", false, req); !errors.Is(err, fault.Denied) {
			t.Errorf("a parent spoke for the child: %v", err)
		}
		h.ok(h.RecordClinician(ctx, h.gp, ref, objection.NoConcern, "", req))
		h.ok(h.RecordCompetence(ctx, h.gp, ref, objection.Competent, "", req))
		_, err := h.Confirm(ctx, h.manager, ref, 0, req)
		h.bars(err, objection.BarDisagrees)
		for name, v := range map[string]struct {
			by    access.Viewer
			wish  bool
			found int
		}{"mother": {mother, false, 0}, "child": {kit, true, 1}, "clinician": {h.gp, true, 3}} {
			o, file, err := h.Open(ctx, v.by, ref, req)
			h.must(err)
			read := false
			for _, e := range file.Events {
				read = read || e.Kind == "found_wish" || e.Kind == "not_parents"
			}
			if read != v.wish || len(o.Findings) != v.found {
				t.Errorf("%s: reads the wish: %t, findings %+v", name, read, o.Findings)
			}
		}
		h.told = nil
		h.must(h.Message(ctx, h.gp, ref, "What you said stays between us.", "", req))
		h.must(h.Message(ctx, kit, ref, "Thank you.", "", req))
		h.must(h.Message(ctx, mother, ref, "Any news?", "", req))
		for who, v := range map[string]struct {
			by   access.Viewer
			want int
		}{"mother": {mother, 1}, "child": {kit, 2}, "staff": {h.manager, 3}} {
			if _, file, err := h.Open(ctx, v.by, ref, req); err != nil || len(file.Texts) != v.want {
				t.Errorf("%s reads %d messages: %v", who, len(file.Texts), err)
			}
		}
		h.ok(h.RecordChildsWish(ctx, h.gp, ref, objection.Agrees, "changed her mind", false, req))
		h.ok(h.Confirm(ctx, h.manager, ref, 0, req))
		for _, n := range h.told {
			if len(n.Accounts) != 0 || n.Person != child {
				t.Errorf("%s goes to %v", n.What, n.Accounts)
			}
		}
		if len(h.told) != 2 { // a message, and the confirmation
			t.Errorf("%d notices", len(h.told))
		}
		// the competent child's reversal: the mother asks, and the child does not want it
		h.later(time.Hour)
		h.ok(h.Reverse(ctx, mother, ref, 0, req))
		h.ok(h.RecordClinician(ctx, h.gp, ref, objection.NoConcern, "", req))
		_, err = h.ConfirmReversal(ctx, h.manager, ref, 0, req)
		h.bars(err, objection.BarWish)
		h.ok(h.RecordChildsWish(ctx, kit, ref, objection.Agrees, "keep it", false, req))
		_, err = h.ConfirmReversal(ctx, h.manager, ref, 0, req)
		h.bars(err, objection.BarDisagrees)
	})
}

// Two who have parental responsibility and do not want the same: a state, in which
// nothing is confirmed, and which ends by its own rule.
func TestTwoWhoDisagree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		_, child, ref := h.family("2018-05-05")
		h.ok(h.Identify(ctx, h.manager, ref, child, 0, req))
		h.ok(h.RecordClinician(ctx, h.gp, ref, objection.NoConcern, "", req))
		h.ok(h.Disagree(ctx, h.manager, ref, "father", objection.Disagrees, "by telephone", 0, req))
		h.is(ref, objection.Disputed)
		o, _, err := h.Open(ctx, h.manager, ref, req)
		h.must(err)
		var positions []string
		for _, f := range o.Findings {
			if f.Kind == objection.FoundPosition {
				positions = append(positions, f.Who+" "+f.Outcome)
			}
		}
		if want := []string{o.TakenName + " agrees", "father disagrees"}; o.TakenName == "" || !slices.Equal(positions, want) {
			t.Errorf("%q, not %q", positions, want)
		}
		if _, err := h.Confirm(ctx, h.manager, ref, 0, req); !errors.Is(err, fault.Conflict) {
			t.Errorf("confirmed while disputed: %v", err)
		}
		var fields invalid.Fields
		if _, err := h.Settle(ctx, h.manager, ref, objection.ByAgreement, "they agree", 0, req); !errors.As(err, &fields) {
			t.Errorf("settled by agreement while they differ: %v", err)
		}
		if _, err := h.Settle(ctx, h.manager, ref, objection.ByBestInterest, "best", 0, req); !errors.Is(err, fault.Denied) {
			t.Errorf("an administrator decided the child's best interests: %v", err)
		}
		h.ok(h.Position(ctx, h.manager, ref, "father", objection.Agrees, "wrote a letter", req))
		h.ok(h.Settle(ctx, h.manager, ref, objection.ByAgreement, "", 0, req))
		h.is(ref, objection.InReview)
		h.ok(h.Disagree(ctx, h.manager, ref, "father", objection.Disagrees, "again", 0, req))
		h.ok(h.Settle(ctx, h.gp, ref, objection.ByBestInterest, "because of the injunction", 0, req))
		h.is(ref, objection.InReview)
	})
}

// From the 10th birthday to the 18th, born on 29 February: warnings ahead, reviews
// on the London day, the parent out at 16, the young person asked, the objection
// standing until they answer.
func TestGrowingUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.now = time.Date(2022, 2, 28, 12, 0, 0, 0, time.UTC)
		mother, child, ref := h.family("2012-02-29")
		kit := patientOf(child, "kit")
		h.ok(h.Identify(ctx, h.manager, ref, child, 0, req))
		h.ok(h.RecordClinician(ctx, h.gp, ref, objection.NoConcern, "", req))
		h.ok(h.RecordCompetence(ctx, h.gp, ref, objection.NotCompetent, "", req))
		h.ok(h.RecordAuthority(ctx, h.manager, ref, patient.Authority{Ground: patient.BirthMother, Seen: []patient.Proof{patient.BirthCertificate}}, "mother", req))
		h.ok(h.Confirm(ctx, h.manager, ref, 0, req))
		h.feed("surgery", child, true)
		happened := map[string][]string{}
		for day := h.now; day.Before(time.Date(2030, 3, 3, 0, 0, 0, 0, time.UTC)); day = day.AddDate(0, 0, 1) {
			h.now = day
			if near(day) {
				n, err := h.Birthdays(ctx, sys)
				h.must(err)
				changed, err := h.reps.Review(ctx, sys)
				h.must(err)
				if n+len(changed) > 0 {
					happened[day.Format(time.DateOnly)] = []string{fmt.Sprint(n), fmt.Sprint(changedStates(changed))}
				}
			}
		}
		want := map[string][]string{"2023-01-30": {"1", "[]"}, "2023-03-01": {"1", "[suspended]"}, "2025-01-30": {"1", "[]"}, "2025-03-01": {"1", "[suspended]"},
			"2028-01-30": {"1", "[]"}, "2028-02-29": {"1", "[suspended]"}, "2030-01-30": {"1", "[]"}, "2030-03-01": {"1", "[ended]"}}
		if fmt.Sprint(happened) != fmt.Sprint(want) {
			t.Errorf("%v\ninstead of\n%v", happened, want)
		}
		if _, _, err := h.Open(ctx, mother, ref, req); !errors.Is(err, fault.Denied) {
			t.Errorf("the mother still opens it: %v", err)
		}
		if _, err := h.Reverse(ctx, mother, ref, 0, req); !errors.Is(err, fault.Denied) {
			t.Errorf("the mother still decides: %v", err)
		}
		o, _, err := h.Open(ctx, kit, ref, req)
		if h.must(err); o.AskedOn != "2030-03-01" || !h.hidden(child) {
			t.Errorf("asked on %q, hidden %t", o.AskedOn, h.hidden(child))
		}
		h.ok(h.KeepObjection(ctx, kit, ref, 0, req))
		o, _, err = h.Open(ctx, kit, ref, req)
		if h.must(err); o.AskedOn != "" || o.State != objection.Coded {
			t.Errorf("%+v", o)
		}
	})
}

// near tells whether a day is close to one on which something happens: the others
// are walked over to save time.
func near(day time.Time) bool {
	m, d := day.Month(), day.Day()
	return m == time.January && d > 26 || m == time.February && (d < 3 || d > 26) || m == time.March && d < 4
}

func changedStates(all []patient.Representation) []string {
	out := []string{}
	for _, r := range all {
		out = append(out, r.State)
	}
	return out
}
