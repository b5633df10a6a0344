package seed

import (
	"strings"

	"candour/models/account"
	"candour/models/opaque"
)

// Kinds of persona.
const (
	PatientPersona = "patient"
	StaffPersona   = "staff"
)

// Persona is somebody to sign in as; its key never changes.
type Persona struct {
	Key     string
	Kind    string // PatientPersona or StaffPersona
	Group   string // key of the heading on the sign-in page
	Name    string
	Story   string // key of its story in one line
	Subject string

	Person     opaque.ID // patients whose record is here
	Level      string    // patients: P0, P5 or P9
	NHSNumber  string
	BirthDate  string
	Family     string
	Given      string
	GPPractice string // ODS code

	Roles   []Role                 // staff
	Belongs []account.Organisation // staff: where they are known though they hold no role
}

// nobody is a patient who proves who they are and of whom nothing is held here.
const nobody = "not-held"

// groupOf is where a patient stands on the sign-in page.
func groupOf(p *person) string {
	switch p.key {
	case "objected", "reversed", "sensitive":
		return "demo.group.choices"
	case "turning-18", "moved-away", "restricted", nobody:
		return "demo.group.edges"
	case "partly-proven", "unproven":
		return "demo.group.unproven"
	}
	return "demo.group.included"
}

func storyOf(key string) string { return "demo.persona." + strings.ReplaceAll(key, "-", "_") }

// personas lists everybody to sign in as: the cast, one who is not held, two of
// the ordinary people, and the crew.
func (y *year) personas(ids map[string]opaque.ID) []Persona {
	var out []Persona
	add := func(p *person) {
		id := Persona{Key: p.key, Kind: PatientPersona, Group: groupOf(p), Name: p.given + " " + p.family, Story: storyOf(p.key), Subject: "demo-" + p.key,
			Person: ids[p.number], Level: p.proof, NHSNumber: p.number, BirthDate: p.born, Family: p.family, Given: p.given, GPPractice: y.partners[p.practice].ODSCode}
		if p.proof != "P9" {
			id.Person = "" // whatever is held of them: this sign-in does not reach it
		}
		out = append(out, id)
	}
	for n := range y.people {
		if p := &y.people[n]; p.proof != "" && (p.story || p.key == "ordinary-01" || p.key == "ordinary-02") {
			add(p)
		}
	}
	absent := numbers(len(y.people) + 1)
	add(&person{key: nobody, given: "Felix", family: "Ormerod", born: age(y.today, 41, 60), number: absent[len(absent)-1], proof: "P9", practice: saltmarsh})
	for _, m := range y.workforce() {
		if m.key != "" {
			out = append(out, Persona{Key: m.key, Kind: StaffPersona, Group: "demo.group." + m.group, Name: m.name, Story: storyOf(m.key),
				Subject: m.subject, Family: m.family, Given: m.given, Roles: m.roles(y), Belongs: m.belongs(y)})
		}
	}
	return out
}
