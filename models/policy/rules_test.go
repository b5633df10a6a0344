package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"candour/models/policy"
)

// whole is a policy with everything that may not be left out, and nothing else.
const whole = `{"version":"t","active_from":"2026-01-01","min_age":18,"min_age_clause":"","claim_hours":1,"claim_clause":"","relationship_clause":"","relationship_days":{},
"exclusions":[{"set":"s","clause":"c","codes":[],"services":[],"service_names":["sexual health","unit 7"],"security":[]},{"set":"t","clause":"c","codes":[],"services":[],"service_names":["fertility"],"security":[]}],
"closure":{"clause":"","never_follow":[],"place_paths":[],"with_its_encounter":[],"forward":[],"forward_not_from":[],"forward_from_seed":[]},"not_for_patient":[],"person_restricted":[],
"consent":{"clause":"","refused":[{"system":"a","code":"1"}],"given":[{"system":"a","code":"2"}]}}`

func TestAPolicyLeavesNothingOut(t *testing.T) {
	if _, err := policy.Parse([]byte(whole)); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"no version":    {`"version":"t"`, `"version":""`},
		"no day":        {`"2026-01-01"`, `"soon"`},
		"no age":        {`"min_age":18`, `"min_age":0`},
		"no hours":      {`"claim_hours":1`, `"claim_hours":0`},
		"no exclusions": {whole[strings.Index(whole, `"exclusions":[`):strings.Index(whole, `"closure"`)], `"exclusions":[],`},
		"no refusal":    {`"refused":[{"system":"a","code":"1"}]`, `"refused":[]`},
		"no reversal":   {`"given":[{"system":"a","code":"2"}]`, `"given":[]`},
		"no name":       {`"set":"s"`, `"set":""`},
		"no clause":     {`"set":"s","clause":"c"`, `"set":"s","clause":""`},
		"an extra":      {`"min_age":18`, `"min_age":18,"max_age":99`},
	} {
		text := strings.Replace(whole, change[0], change[1], 1)
		if text == whole {
			t.Fatalf("%s: nothing was changed", name)
		}
		if p, err := policy.Parse([]byte(text)); err == nil {
			t.Errorf("%s: taken: %+v", name, p)
		}
	}
}

func TestWhatAVersionDoesNotSay(t *testing.T) {
	for _, c := range []struct {
		o     policy.Objections
		alarm time.Duration
		step  int
	}{{policy.Objections{}, 72 * time.Hour, 20}, {policy.Objections{AlarmHours: 1, StepPercent: 1}, time.Hour, 1}, {policy.Objections{AlarmHours: -1, StepPercent: -1}, 72 * time.Hour, 20}, {policy.Objections{AlarmHours: 30, StepPercent: 55}, 30 * time.Hour, 55}} {
		if got := fmt.Sprint(c.o.CodeAlarm(), c.o.Step()); got != fmt.Sprint(c.alarm, c.step) {
			t.Errorf("%+v: %s", c.o, got)
		}
	}
}

// Words of a service are found from their beginning, however they are written.
func TestServicesAreFoundByTheirWords(t *testing.T) {
	p, err := policy.Parse([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Sexual Health Clinic": "s", "the  SEXUAL-health/unit": "s", "Fertility": "t", "Unit 7, ward 3": "s", "Unit 8": "", "": "", "asexual health": "", "infertility": "", "sexualhealth": "", "—": "",
	} {
		if got := p.Service(name); got != want {
			t.Errorf("%q is of %q, not of %q", name, got, want)
		}
	}
	if p.Service("", "Ward 3", "Fertility unit") != "t" || p.Service() != "" {
		t.Error("one of several names")
	}
}
