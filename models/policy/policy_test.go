package policy_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/policy"
)

func TestDefaultNamesItsClauses(t *testing.T) {
	p := policy.Default()
	if p.MinAge != 18 || p.ClaimHours < 1 {
		t.Fatalf("%+v", p)
	}
	sets := map[string]bool{}
	for _, e := range p.Exclusions {
		sets[e.Set] = true
		if e.Clause == "" || len(e.Codes)+len(e.Services)+len(e.ServiceNames)+len(e.Security) == 0 {
			t.Errorf("%s says nothing or cites nothing", e.Set)
		}
		for _, n := range e.ServiceNames {
			if n != strings.ToLower(n) {
				t.Errorf("%s: %q must be in lower case, as it is compared", e.Set, n)
			}
		}
	}
	for _, want := range []string{"sexual_health", "fertility", "gender", "termination", "restricted"} {
		if !sets[want] {
			t.Errorf("no set %s", want)
		}
	}
	for _, c := range []string{p.Closure.Clause, p.Consent.Clause, p.MinAgeClause, p.RelationshipClause, p.ClaimClause} {
		if c == "" {
			t.Error("a rule without its clause")
		}
	}
	for _, kind := range []string{"appointment", "admission", "encounter", "referral", "careteam"} {
		if p.RelationshipDays[kind].After == 0 {
			t.Errorf("evidence by %s never ends", kind)
		}
	}
}

// verhoeff is the check of a SNOMED CT identifier.
func verhoeff(id string) bool {
	d := [10][10]int{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5}, {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7}, {4, 0, 1, 2, 3, 9, 5, 6, 7, 8},
		{5, 9, 8, 7, 6, 0, 4, 3, 2, 1}, {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3}, {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}}
	p := [8][10]int{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4}, {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7}, {9, 4, 5, 3, 1, 2, 6, 8, 7, 0},
		{4, 2, 8, 6, 5, 7, 3, 9, 0, 1}, {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}}
	c := 0
	for i := range len(id) {
		c = d[c][p[i%8][id[len(id)-1-i]-'0']]
	}
	return c == 0
}

func TestEverySNOMEDCodeChecks(t *testing.T) {
	p := policy.Default()
	all := append(append([]policy.Code{}, p.Consent.Refused...), p.Consent.Given...)
	for _, e := range p.Exclusions {
		all = append(all, e.Codes...)
	}
	for _, c := range all {
		if c.System == "http://snomed.info/sct" && !verhoeff(c.Code) {
			t.Errorf("%s is no SNOMED CT identifier", c.Code)
		}
	}
	if verhoeff("416409006") {
		t.Error("the check lets a wrong digit through")
	}
}

func TestParseRefuses(t *testing.T) {
	for _, body := range []string{`{}`, `{"version":"1","active_from":"2026-13-01"}`, `{"version":"1","active_from":"2026-01-01","colour":"red"}`, `{"version":"1","active_from":"2026-01-01","min_age":18,"claim_hours":1}`} {
		if _, err := policy.Parse([]byte(body)); err == nil {
			t.Errorf("took %s", body)
		}
	}
}

func TestVersionsAreRegisteredAndNeverChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		now := clock.Fixed(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
		for range 2 {
			if err := policy.New(d, now).Register(ctx); err != nil {
				t.Fatal(err)
			}
		}
		p, err := policy.New(d, now).Active(ctx)
		if err != nil || p.Version != policy.Default().Version || len(p.Exclusions) != len(policy.Default().Exclusions) {
			t.Fatal(err, p)
		}
		var body string
		row, err := d.QueryRow(ctx, "SELECT body FROM policies")
		if err == nil {
			err = row.Scan(&body)
		}
		if err != nil {
			t.Fatal(err)
		}
		for text, change := range map[string]struct {
			from, to string
			refused  bool
		}{
			"a clause": {"one long shift", "a night shift", false}, "a clause of an exclusion": {"The source labelled it restricted", "Labelled restricted by its source", false},
			"an age": {`"min_age":18`, `"min_age":16`, true}, "a code": {`"code":"63487001"`, `"code":"63487002"`, true}, "a name": {`"ivf unit"`, `"ivf units"`, true},
		} {
			changed := strings.Replace(body, change.from, change.to, 1)
			if changed == body {
				t.Fatalf("%s: nothing to change", text)
			}
			err := d.Do(ctx, func(ctx context.Context) error {
				_, err := d.Exec(ctx, "UPDATE policies SET body = ?", changed)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := policy.New(d, now).Register(ctx); (err != nil) != change.refused {
				t.Errorf("%s changed: %v", text, err)
			}
		}
		err = d.Do(ctx, func(ctx context.Context) error {
			_, err := d.Exec(ctx, "UPDATE policies SET body = ?", `{"version":"other"}`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := policy.New(d, now).Register(ctx); err == nil {
			t.Fatal("a version with other rules was taken for the same")
		}
	})
}
