package seed

import (
	"fmt"
	"strings"
	"time"
)

// person is somebody of the demo world. Nobody here exists: the numbers are of
// the range for tests, the telephone numbers of the range for drama, the
// postcodes end in 9ZZ, which is not issued.
type person struct {
	key       string
	number    string
	family    string
	given     string
	title     string
	preferred string
	gender    string
	born      string
	line      string
	town      string
	postcode  string
	phone     string
	practice  string // id of the partner
	word      string // the planted word
	died      string
	limited   bool   // demographics-restricted
	proof     string // level at sign-in; "" has no sign-in
	profile   string
	story     bool
}

var (
	familyNames = []string{"Abbotsley", "Bexwell", "Caddick", "Dunmore", "Ellwood", "Farrance", "Gadsby", "Hallworth", "Ibekwe", "Jarrold", "Kaur Bains", "Lathbury",
		"Mistry", "Nkemelu", "Oakensen", "Pettifer", "Quennell", "Rahimi", "Szymański", "Tennick", "Umarov", "Varley-Holt", "Wexcombe", "Yarwood", "Zaman", "O'Hanlon", "D'Souza", "MacAskill",
		"Brathwaite", "Chaudhri", "Ó Dálaigh", "Fernández", "Grønvold", "Hüsken", "Iyer", "Jovanović"}
	womens = []string{"Aoife", "Beatrix", "Cerys", "Delphine", "Esi", "Fatima", "Greta", "Harpreet", "Imogen", "Jamila", "Keziah", "Lorna", "Meera", "Niamh", "Oyinkan", "Petra", "Rosalind", "Sunita", "Thandeka", "Zofia"}
	mens   = []string{"Alasdair", "Bogdan", "Callum", "Dafydd", "Emeka", "Farouk", "Gethin", "Hamza", "Ivor", "Jerzy", "Kwame", "Lachlan", "Mihail", "Nikhil", "Osian", "Piotr", "Rafiq", "Seán", "Tariq", "Wilfred"}
	roads  = []string{"Teasel Close", "Kiln Row", "Weir Lane", "Millrace Way", "Plover Road", "Tanner Street", "Sluice Gardens", "Chantry Rise", "Fieldfare Avenue", "Old Wharf"}
)

// towns goes with practices: where their people live.
var towns = map[string]struct{ town, outward string }{
	riverside: {"Harrowmere", "HM1"}, castle: {"Harrowmere", "HM2"}, limeTree: {"Wick Ouse", "HM7"}, northfield: {"Northfield", "NF4"},
	canalside: {"Northfield", "NF6"}, oldMill: {"Millbridge", "HM9"}, saltmarsh: {"Saltmarsh Bay", "SB3"},
}

// age gives the date of birth of somebody who is so old, and so many days on.
func age(today time.Time, years, daysSinceBirthday int) string {
	return today.AddDate(-years, 0, -daysSinceBirthday).Format(time.DateOnly)
}

// cast are the people with a story; the keys are known to the tour and the tests.
func cast(today time.Time) []person {
	return []person{
		{key: "many-sources", family: "Thackeray-Osei", given: "Margaret", title: "Mrs", preferred: "Peggy", gender: "female", born: age(today, 78, 140), practice: riverside, proof: "P9", profile: "frail"},
		{key: "conflicting-doses", family: "Adeyemi", given: "Samuel", title: "Mr", gender: "male", born: age(today, 66, 31), practice: riverside, proof: "P9", profile: "heart"},
		{key: "allergy-conflict", family: "Whitlock", given: "George", title: "Mr", gender: "male", born: age(today, 54, 200), practice: castle, proof: "P9", profile: "joint"},
		{key: "no-known-allergies", family: "Raman", given: "Priya", title: "Ms", gender: "female", born: age(today, 39, 77), practice: limeTree, proof: "P9", profile: "asthma"},
		{key: "objected", family: "Marsham", given: "Helen", title: "Ms", gender: "female", born: age(today, 47, 12), practice: riverside, proof: "P9", profile: "thyroid"},
		{key: "reversed", family: "Kowalczyk", given: "Anna", title: "Mrs", gender: "female", born: age(today, 58, 99), practice: northfield, proof: "P9", profile: "diabetes"},
		{key: "sensitive", family: "Pemberley", given: "Robin", title: "Mx", gender: "other", born: age(today, 33, 250), practice: castle, proof: "P9", profile: "asthma"},
		{key: "turning-18", family: "Hussain", given: "Zara", title: "Miss", gender: "female", born: today.AddDate(-18, 0, 3).Format(time.DateOnly), practice: riverside, proof: "P9", profile: "asthma"},
		{key: "child", family: "Bright", given: "Leo", title: "Master", gender: "male", born: age(today, 9, 40), practice: limeTree, profile: "asthma"},
		{key: "moved-away", family: "Fairweather", given: "Colin", title: "Mr", gender: "male", born: age(today, 61, 180), practice: canalside, proof: "P9", profile: "heart"},
		{key: "deceased", family: "Ainsworth", given: "Edith", title: "Mrs", gender: "female", born: age(today, 91, 20), practice: riverside, profile: "frail", died: onDay(today.AddDate(0, 0, -55))},
		{key: "restricted", family: "Ravenhall", given: "Jo", title: "Ms", gender: "female", born: age(today, 36, 66), practice: castle, proof: "P9", profile: "mood", limited: true},
		{key: "merged-trust", family: "Penhaligon", given: "Arthur", title: "Mr", gender: "male", born: age(today, 83, 5), practice: limeTree, proof: "P9", profile: "frail"},
		{key: "holiday", family: "Obuya", given: "Daniel", title: "Mr", gender: "male", born: age(today, 44, 300), practice: northfield, proof: "P9", profile: "heart"},
		{key: "stale-feed", family: "Lindqvist", given: "Astrid", title: "Ms", gender: "female", born: age(today, 52, 150), practice: canalside, proof: "P9", profile: "diabetes"},
		{key: "partly-proven", family: "Tolland", given: "Maya", title: "Ms", gender: "female", born: age(today, 29, 111), practice: riverside, proof: "P5", profile: "young"},
		{key: "unproven", family: "Crane", given: "Oliver", title: "Mr", gender: "male", born: age(today, 24, 45), practice: riverside, proof: "P0", profile: "young"},
	}
}

// profiles of the people without a story, in turn.
var ordinaryProfiles = []string{"heart", "diabetes", "asthma", "joint", "thyroid", "mood", "young", "heart", "frail", "diabetes"}

// population is the cast and everybody else: as many as asked for, always the same.
func population(today time.Time, count int) []person {
	people := cast(today)
	for n := range people {
		people[n].story = true
	}
	homes := []string{riverside, castle, limeTree, northfield, canalside, oldMill}
	for n := 0; len(people) < count; n++ {
		d := drawFor("person", fmt.Sprint(n))
		p := person{key: fmt.Sprintf("ordinary-%02d", n+1), family: familyNames[n%len(familyNames)], practice: homes[n%len(homes)],
			profile: ordinaryProfiles[n%len(ordinaryProfiles)], proof: "P9"}
		if p.gender = "female"; d.IntN(2) == 0 {
			p.gender = "male"
		}
		p.born = age(today, ageFor(d, p.profile), d.IntN(360)+1)
		p.title, p.given = "Ms", womens[(n*7+3)%len(womens)]
		if p.gender == "male" {
			p.title, p.given = "Mr", mens[(n*7+3)%len(mens)]
		}
		people = append(people, p)
	}
	number := numbers(len(people))
	for n := range people {
		p := &people[n]
		d := drawFor("home", p.key)
		home := towns[p.practice]
		p.number, p.word = number[n], coin(n)
		p.line, p.town = fmt.Sprintf("%d %s", d.between(1, 98), pick(d, roads)), home.town
		p.postcode, p.phone = home.outward+" 9ZZ", fmt.Sprintf("01632 960%03d", n%1000)
	}
	return people
}

func ageFor(d draw, profile string) int {
	switch profile {
	case "young":
		return d.between(19, 34)
	case "frail":
		return d.between(76, 94)
	case "asthma", "mood":
		return d.between(22, 58)
	}
	return d.between(38, 82)
}

// in puts the person into a feed, once, and says under which id.
func (y *year) in(f *feed, at time.Time, p *person) string {
	if id, known := f.patients[p.key]; known {
		return id
	}
	id := f.add(at, "Patient", p.resource(f, y.partners[p.practice]))
	f.patients[p.key] = id
	return id
}

// resource is the person as a source has them, with the practice it knows of.
func (p *person) resource(f *feed, practice partner) resource {
	name := map[string]any{"use": "official", "family": p.family, "given": []any{p.given}, "prefix": []any{p.title}}
	names := []any{name}
	if p.preferred != "" {
		names = append(names, map[string]any{"use": "nickname", "given": []any{p.preferred}})
	}
	r := resource{
		"active": true,
		"identifier": []any{
			map[string]any{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": p.number, "extension": []any{map[string]any{
				"url":                  "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
				"valueCodeableConcept": coded("https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus", "number-present-and-verified")}}},
			map[string]any{"system": "https://" + f.ID + ".example/local-id", "value": strings.ToUpper(f.ID[:3]) + p.number[5:]},
		},
		"name": names, "gender": p.gender, "birthDate": p.born,
		"address":             []any{map[string]any{"use": "home", "line": []any{p.line}, "city": p.town, "postalCode": p.postcode}},
		"telecom":             []any{map[string]any{"system": "phone", "value": p.phone, "use": "home"}},
		"generalPractitioner": []any{map[string]any{"identifier": map[string]any{"system": odsSystem, "value": practice.ODSCode}, "display": practice.Name}},
	}
	if p.limited {
		labelled(r, secrecy, "R")
	}
	return r
}
