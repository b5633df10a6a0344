package policy

import (
	"embed"
	"fmt"
	"sort"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
)

//go:embed *.json
var files embed.FS

// Policy is one version.
type Policy struct {
	Version            string          `json:"version"`
	ActiveFrom         string          `json:"active_from"` // YYYY-MM-DD
	MinAge             int             `json:"min_age"`
	MinAgeClause       string          `json:"min_age_clause"`
	ClaimHours         int             `json:"claim_hours"`
	ClaimClause        string          `json:"claim_clause"`
	RelationshipClause string          `json:"relationship_clause"`
	RelationshipDays   map[string]Days `json:"relationship_days"` // by kind of evidence
	Exclusions         []Exclusion     `json:"exclusions"`
	Closure            Closure         `json:"closure"`
	NotForPatient      []Code          `json:"not_for_patient"`
	PersonRestricted   []Code          `json:"person_restricted"`
	Consent            Consent         `json:"consent"`
	Objections         Objections      `json:"objections,omitzero"`
}

// Days is how long evidence counts: from Before days ahead of it until After
// days past its end.
type Days struct {
	Before int `json:"before"`
	After  int `json:"after"`
}

// Code is a system and a code.
type Code struct {
	System string `json:"system"`
	Code   string `json:"code"`
}

// Exclusion is one set of what is never shown.
type Exclusion struct {
	Set          string   `json:"set"`
	Clause       string   `json:"clause"`
	Codes        []Code   `json:"codes"`         // anywhere in an item
	Services     []Code   `json:"services"`      // of a service, clinic, specialty
	ServiceNames []string `json:"service_names"` // words in the name of a service or place, lower case
	Security     []Code   `json:"security"`      // labels
}

// Closure says how an exclusion spreads to what would give it away.
type Closure struct {
	Clause           string   `json:"clause"`
	NeverFollow      []string `json:"never_follow"`       // types that merely list things
	PlacePaths       []string `json:"place_paths"`        // where an item says in which encounter it belongs
	WithItsEncounter []string `json:"with_its_encounter"` // types that go when their encounter goes; all go when the encounter itself is excluded
	Forward          []string `json:"forward"`            // what a withheld item takes with it
	ForwardNotFrom   []string `json:"forward_not_from"`   // long-lived types that take nothing along
	ForwardFromSeed  []string `json:"forward_from_seed"`  // what an excluded item itself takes with it besides
}

// Consent names the codes of the objection and of its reversal.
type Consent struct {
	Clause  string `json:"clause"`
	Refused []Code `json:"refused"`
	Given   []Code `json:"given"`
}

// Objections says how requests are handled; a version that does not say has the
// settings of Objections' methods.
type Objections struct {
	Clause            string `json:"clause"`
	HoldWhileReviewed bool   `json:"hold_while_reviewed"` // hide the record from the request on (G3)
	AlarmHours        int    `json:"alarm_hours"`         // a confirmed code not seen for so long raises an alarm
	SecondPerson      bool   `json:"second_person"`       // a refusal needs a second person
	StepPercent       int    `json:"step_percent"`        // a day's change of the codes of a feed that raises an alarm
}

// CodeAlarm is how long a confirmed code may stay unseen.
func (o Objections) CodeAlarm() time.Duration {
	if o.AlarmHours < 1 {
		return 72 * time.Hour
	}
	return time.Duration(o.AlarmHours) * time.Hour
}

// Step is the change in percent that raises an alarm.
func (o Objections) Step() int {
	if o.StepPercent < 1 {
		return 20
	}
	return o.StepPercent
}

// all are the embedded versions, oldest first.
var all = sync.OnceValue(func() []*Policy {
	names, err := files.ReadDir(".")
	if err != nil {
		panic(fmt.Sprintf("policy: embedded files: %v", err)) // a broken build
	}
	var list []*Policy
	for _, n := range names {
		body, err := files.ReadFile(n.Name())
		if err != nil {
			panic(fmt.Sprintf("policy: %s: %v", n.Name(), err))
		}
		p, err := Parse(body)
		if err != nil {
			panic(fmt.Sprintf("policy: %s: %v", n.Name(), err))
		}
		list = append(list, p)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ActiveFrom < list[j].ActiveFrom })
	return list
})

// Default is the newest embedded policy.
func Default() *Policy { return all()[len(all())-1] }

// Parse reads a policy and insists on what it may not leave out.
func Parse(body []byte) (*Policy, error) {
	var p Policy
	if err := json.Unmarshal(body, &p, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	if _, err := time.Parse(time.DateOnly, p.ActiveFrom); err != nil || p.Version == "" {
		return nil, fmt.Errorf("policy: version and active_from are needed")
	}
	if p.MinAge < 1 || p.ClaimHours < 1 || len(p.Exclusions) == 0 || len(p.Consent.Refused) == 0 || len(p.Consent.Given) == 0 {
		return nil, fmt.Errorf("policy %s: min_age, claim_hours, exclusions and consent are needed", p.Version)
	}
	for _, e := range p.Exclusions {
		if e.Set == "" || e.Clause == "" {
			return nil, fmt.Errorf("policy %s: an exclusion without name or clause", p.Version)
		}
	}
	return &p, nil
}
