package main

import (
	"strconv"
	"time"
)

// The resources are appended as bytes, so that making a million of them costs
// the measured program next to nothing. They average 0.9 kB, like the real feeds
// of performance.md section 1.

const snomed = "http://snomed.info/sct"

// line builds one line of NDJSON.
type line struct {
	b     []byte
	p     person
	today time.Time
	k     int // the how-many-th of its type
	salt  int // tells types apart, so that two types do not fall on the same days
}

func (l *line) s(parts ...string) {
	for _, p := range parts {
		l.b = append(l.b, p...)
	}
}

func (l *line) n(v int) { l.b = strconv.AppendInt(l.b, int64(v), 10) }

func (l *line) pick() uint64 { return mix(l.p.n, l.salt*1000+l.k) }

// id is the resource's own id in its source: p12-Observation-3.
func (l *line) id(typ string, k int) {
	l.s("p")
	l.n(l.p.n)
	l.s("-", typ, "-")
	l.n(k)
}

// day is when it happened: within the last twelve years; the first of a type
// within the last four weeks, so that it is evidence of present care.
func (l *line) day() time.Time {
	back := 28 + int(l.pick()>>8%4300)
	if l.k == 0 {
		back = 3 + int(l.pick()>>8%24)
	}
	return l.today.AddDate(0, 0, -back).Add(time.Duration(8*60+l.pick()>>32%600) * time.Minute)
}

func (l *line) instant(t time.Time) { l.b = t.AppendFormat(l.b, `"2006-01-02T15:04:05Z"`) }

func (l *line) open(f feed, typ string, updated time.Time) {
	l.s(`{"resourceType":"`, typ, `","id":"`)
	l.id(typ, l.k)
	l.s(`","meta":{"versionId":"1","lastUpdated":`)
	l.instant(updated)
	l.s(`,"profile":["https://fhir.hl7.org.uk/StructureDefinition/UKCore-`, typ, `"]},"identifier":[{"system":"https://example.org/`, f.kind, `/`, typ, `","value":"`)
	l.id(typ, l.k)
	l.s(`"}]`)
}

func (l *line) coded(field string, t term) {
	l.s(`,"`, field, `":{"coding":[{"system":"`, snomed, `","code":"`, t.code, `","display":"`, t.text, `"}],"text":"`, t.text, `"}`)
}

func (l *line) subject(field string) {
	l.s(`,"`, field, `":{"reference":"Patient/p`)
	l.n(l.p.n)
	l.s(`","display":"`, l.p.family, `, `, l.p.given, `"}`)
}

func (l *line) encounter() {
	l.s(`,"encounter":{"reference":"Encounter/`)
	l.id("Encounter", 0)
	l.s(`"}`)
}

func (l *line) who(field string, list bool) {
	i := int(l.pick() >> 16 % uint64(len(surgeries)))
	open, shut := `{`, `}`
	if list {
		open, shut = `[{`, `}]`
	}
	l.s(`,"`, field, `":`, open, `"reference":"Practitioner/pr`)
	l.n(i)
	l.s(`","display":"`, surgeries[i], `"`, shut)
}

func (l *line) date(field string, t time.Time) {
	l.s(`,"`, field, `":`)
	l.instant(t)
}

func (l *line) period(field string, t time.Time, length time.Duration) {
	l.s(`,"`, field, `":{"start":`)
	l.instant(t)
	l.s(`,"end":`)
	l.instant(t.Add(length))
	l.s(`}`)
}

func (l *line) note() {
	l.s(`,"note":[{"text":"Discussed at the visit; no change to the plan. Next review as arranged with the team. Advice given and understood."}]`)
}

// appendShared writes what items lean on: the organisation and its people.
func appendShared(b []byte, f feed, today time.Time) ([]byte, int) {
	l := &line{b: b, today: today}
	for i, name := range surgeries {
		l.s(`{"resourceType":"Practitioner","id":"pr`)
		l.n(i)
		l.s(`","meta":{"lastUpdated":`)
		l.instant(today.AddDate(-1, 0, 0))
		l.s(`},"identifier":[{"system":"https://fhir.nhs.uk/Id/sds-user-id","value":"55500000`)
		l.n(i)
		l.s(`"}],"active":true,"name":[{"use":"official","text":"`, name, `"}]}`, "\n")
	}
	return l.b, len(surgeries)
}

func appendPatient(b []byte, f feed, p person, today time.Time) []byte {
	l := &line{b: b, p: p, today: today}
	l.s(`{"resourceType":"Patient","id":"p`)
	l.n(p.n)
	l.s(`","meta":{"versionId":"1","lastUpdated":`)
	l.instant(today.AddDate(0, -1, 0))
	l.s(`,"profile":["https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"]},"identifier":[{"extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus","valueCodeableConcept":{"coding":[{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus","code":"number-present-and-verified"}]}}],"system":"https://fhir.nhs.uk/Id/nhs-number","value":"`, p.nhs)
	l.s(`"}],"active":true,"name":[{"use":"official","family":"`, p.family, `","given":["`, p.given, `"]}],"gender":"`)
	l.s([]string{"female", "male"}[p.n%2], `","birthDate":"`, p.birth, `","telecom":[{"system":"phone","value":"07700 900`)
	l.n(100 + p.n%900)
	l.s(`","use":"mobile"}],"address":[{"use":"home","line":["`)
	l.n(1 + p.n%180)
	l.s(` Mill Lane"],"city":"Halden","postalCode":"ZZ`)
	l.n(1 + p.n%20)
	l.s(` `)
	l.n(1 + p.n%9)
	l.s(`AB"}],"generalPractitioner":[{"type":"Organization","identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"`, f.practice, `"}}]}`, "\n")
	return l.b
}
