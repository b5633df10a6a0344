package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/ingest"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/patient"
)

// The whole program under a clock, from a 10th birthday to an 18th: what falls due is
// done by the runner on the London day itself, not a minute before. One child has an
// ordinary birthday, one was born on 29 February; both live through clock changes.
func TestFromTheTenthBirthdayToTheEighteenth(t *testing.T) {
	for _, c := range []struct {
		name, born, number string
		want               []string // day and what, as it is to happen
	}{
		{"born on 15 June", "2016-06-15", "9999999999", []string{
			"2027-05-16 review_ahead 11", "2027-06-15 representative suspended", "2027-06-15 review 11",
			"2029-05-16 review_ahead 13", "2029-06-15 representative suspended", "2029-06-15 review 13",
			"2032-05-16 review_ahead 16", "2032-06-15 asked 16", "2032-06-15 representative suspended", "2032-06-15 review 16",
			"2034-05-16 review_ahead 18", "2034-06-15 asked 18", "2034-06-15 representative ended", "2034-06-15 review 18"}},
		{"born on 29 February", "2016-02-29", "9876543210", []string{
			"2027-01-30 review_ahead 11", "2027-03-01 representative suspended", "2027-03-01 review 11",
			"2029-01-30 review_ahead 13", "2029-03-01 representative suspended", "2029-03-01 review 13",
			"2032-01-30 review_ahead 16", "2032-02-29 asked 16", "2032-02-29 representative suspended", "2032-02-29 review 16",
			"2034-01-30 review_ahead 18", "2034-03-01 asked 18", "2034-03-01 representative ended", "2034-03-01 review 18"}},
	} {
		t.Run(c.name, func(t *testing.T) { grow(t, c.born, c.number, c.want) })
	}
}

func grow(t *testing.T, born, number string, want []string) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	c.must(c.DB.Do(bg, func(ctx context.Context) error { // staff train every year
		_, err := c.DB.Exec(ctx, "UPDATE staff SET training_until = ?", time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli())
		return err
	}))
	birth, err := deadline.ParseDay(born)
	c.must(err)
	tenth := birth.Birthday(10)
	c.at(tenth, 12, 0)
	child := c.born(born, number)
	mother := c.me("many-sources")
	ref := c.childs(mother, child, born)
	c.work()
	c.coded(ref)
	if got := objection.MattersFrom(born, 18, tenth); got != birth.Birthday(18).String() {
		t.Errorf("it matters from %s", got)
	}
	for _, age := range patient.ReviewAges() {
		for _, day := range []deadline.Day{birth.Birthday(age) - 30, birth.Birthday(age)} {
			before := len(c.happened(ref))
			c.at(day, -1, 0) // one second to midnight in London
			c.work()
			if got := c.happened(ref); len(got) != before {
				t.Errorf("%s: %v a second too early", day, got[before:])
			}
			c.at(day, 0, 6)
			c.work()
		}
		if age < 16 { // somebody looks at it again, and the mother acts on
			_, err := c.Objections.RecordAuthority(bg, c.manager, ref, patient.Authority{Ground: patient.BirthMother, Seen: []patient.Proof{patient.BirthCertificate}}, mother.ID, asked)
			c.must(err)
		}
		c.stands(ref, mother, child, age)
	}
	got := c.happened(ref)
	for i := range max(len(got), len(want)) {
		g, w := "nothing", "nothing"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		t.Logf("%-40s %s", w, map[bool]string{true: "on the day", false: g}[g == w])
		if g != w {
			t.Errorf("%s instead of %s", g, w)
		}
	}
	c.answered(ref, child)
}

// at sets the clock to an hour and minute of a London day; the hour -1 is the second
// before it begins.
func (c *clinic) at(day deadline.Day, hour, minute int) {
	c.t.Helper()
	d, err := time.ParseInLocation(time.DateOnly, day.String(), audit.London)
	c.must(err)
	if hour < 0 {
		c.now.Store(d.Add(-time.Second).UnixMilli())
		return
	}
	c.now.Store(time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, audit.London).UnixMilli())
}

// born puts a child on Riverside's list, by its feed.
func (c *clinic) born(born, number string) opaque.ID {
	c.t.Helper()
	bundle := fmt.Sprintf(`{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"late","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"%s"}],
"name":[{"family":"Late","given":["Kit"]}],"gender":"female","birthDate":"%s","generalPractitioner":[{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"E89901"}}]}}]}`, number, born)
	receipt, err := c.Intake.Take(bg, "gp-riverside", strings.NewReader(bundle), "late", ingest.Options{})
	if c.must(err); receipt.Refused != "" || receipt.Total().Stored == 0 {
		c.t.Fatalf("%+v", receipt)
	}
	row, err := c.DB.QueryRow(bg, "SELECT id FROM persons WHERE nhs_number = ?", number)
	var id opaque.ID
	if c.must(err); row.Scan(&id) != nil {
		c.t.Fatal("not on the list")
	}
	return id
}

// childs is a mother's request for her child: found, looked at by a clinician, not
// competent, her evidence seen, confirmed, and entered at the practice's desk.
func (c *clinic) childs(mother access.Viewer, child opaque.ID, born string) opaque.ID {
	c.t.Helper()
	a := objection.Answers{Subject: objection.Child, Given: "Kit", Family: "Late", BirthDate: born, Relation: "mother", Ground: patient.BirthMother, Agrees: objection.CannotSay,
		Provider: riversOf, Contact: objection.Contact{Ways: []string{"letter"}}}
	d, err := c.Objections.Start(bg, mother, a, asked)
	c.must(err)
	k, err := c.Objections.Raise(bg, mother, d.ID, asked)
	c.must(err)
	for _, step := range []func() (objection.Objection, error){
		func() (objection.Objection, error) { return c.Objections.Review(bg, c.manager, k.ID, 0, asked) },
		func() (objection.Objection, error) {
			return c.Objections.Identify(bg, c.manager, k.ID, child, 0, asked)
		},
		func() (objection.Objection, error) {
			return c.Objections.RecordClinician(bg, c.gp, k.ID, objection.NoConcern, "known", asked)
		},
		func() (objection.Objection, error) {
			return c.Objections.RecordCompetence(bg, c.gp, k.ID, objection.NotCompetent, "ten years old", asked)
		},
		func() (objection.Objection, error) {
			return c.Objections.RecordAuthority(bg, c.manager, k.ID, patient.Authority{Ground: patient.BirthMother, Seen: []patient.Proof{patient.BirthCertificate}}, mother.ID, asked)
		},
		func() (objection.Objection, error) { return c.Objections.Confirm(bg, c.manager, k.ID, 0, asked) },
	} {
		_, err := step()
		c.must(err)
	}
	receipt, err := c.Intake.Take(bg, "gp-riverside", strings.NewReader(fmt.Sprintf(`{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Observation","id":"late-code","status":"final",
"code":{"coding":[{"system":"http://snomed.info/sct","code":"416409005"}]},"subject":{"reference":"Patient/late"},"effectiveDateTime":"%s","issued":"%s"}}]}`,
		c.App.now().Format(time.RFC3339), c.App.now().Format(time.RFC3339))), "late", ingest.Options{})
	if c.must(err); receipt.Total().Stored == 0 {
		c.t.Fatalf("%+v", receipt)
	}
	return k.ID
}

// happened is what the clock has done to a request: day in London, and what.
func (c *clinic) happened(ref opaque.ID) []string {
	c.t.Helper()
	_, file, err := c.Objections.Open(bg, c.manager, ref, asked)
	c.must(err)
	var out []string
	for _, e := range file.Events {
		what := ""
		switch e.Kind {
		case "review_ahead", "review", "asked":
			what = e.Kind + " " + e.Detail["age"]
		case "representative":
			what = e.Kind + " " + e.Reason
		default:
			continue
		}
		out = append(out, e.At.In(audit.London).Format(time.DateOnly)+" "+what)
	}
	return sortedByDay(out)
}

// stands checks, at an age, who may decide and that nobody sees the record.
func (c *clinic) stands(ref opaque.ID, mother access.Viewer, child opaque.ID, age int) {
	c.t.Helper()
	_, _, err := c.Objections.Open(bg, mother, ref, asked)
	if out := errors.Is(err, fault.Denied); out != (age >= 16) {
		c.t.Errorf("at %d: the mother: %v", age, err)
	}
	row, err := c.DB.QueryRow(bg, "SELECT count(*) FROM persons WHERE objected AND id = ?", string(child))
	var n int
	if c.must(err); row.Scan(&n) != nil || n != 1 {
		c.t.Errorf("at %d: the record can be seen", age)
	}
}

// answered: at 18 the objection stands until the young person answers, and their
// answer is theirs.
func (c *clinic) answered(ref, child opaque.ID) {
	c.t.Helper()
	kit := access.Viewer{Kind: access.Patient, ID: "kit", Name: "Kit", Level: "P9", Person: child}
	o, _, err := c.Objections.Open(bg, kit, ref, asked)
	if c.must(err); o.AskedOn == "" || !objection.InForce(o.State) {
		c.t.Errorf("asked on %q, %s", o.AskedOn, o.State)
	}
	_, err = c.Objections.KeepObjection(bg, kit, ref, 0, asked)
	c.must(err)
	if o, _, err = c.Objections.Open(bg, kit, ref, asked); err != nil || o.AskedOn != "" || !objection.InForce(o.State) {
		c.t.Errorf("%v: asked on %q, %s", err, o.AskedOn, o.State)
	}
}
