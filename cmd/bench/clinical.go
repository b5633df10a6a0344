package main

import (
	"fmt"
	"time"
)

// clinical writes the inside of each type, after id, meta and identifier.
var clinical = map[string]struct {
	salt  int
	write func(l *line, at time.Time)
}{
	"Encounter": {1, func(l *line, at time.Time) {
		l.s(`,"status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB","display":"ambulatory"},"type":[{"coding":[{"system":"`, snomed, `","code":"`)
		v := visits[l.pick()%uint64(len(visits))]
		l.s(v.code, `","display":"`, v.text, `"}],"text":"`, v.text, `"}]`)
		l.subject("subject")
		l.s(`,"participant":[{"individual":{"reference":"Practitioner/pr`)
		l.n(int(l.pick() >> 16 % uint64(len(surgeries))))
		l.s(`"}}]`)
		l.period("period", at, 25*time.Minute)
		c := conditions[l.pick()>>20%uint64(len(conditions))]
		l.s(`,"reasonCode":[{"coding":[{"system":"`, snomed, `","code":"`, c.code, `","display":"`, c.text, `"}],"text":"`, c.text, `"}]`)
	}},
	"Condition": {2, func(l *line, at time.Time) { writeCondition(l, at, conditions[l.pick()%uint64(len(conditions))]) }},
	"MedicationRequest": {3, func(l *line, at time.Time) {
		status := "active"
		if l.k > 8 {
			status = "completed"
		}
		l.s(`,"status":"`, status, `","intent":"order"`)
		l.coded("medicationCodeableConcept", medicines[l.pick()%uint64(len(medicines))])
		l.subject("subject")
		l.encounter()
		l.date("authoredOn", at)
		l.who("requester", false)
		l.s(`,"dosageInstruction":[{"text":"One to be taken daily","timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"d"}},"route":{"coding":[{"system":"`, snomed, `","code":"26643006","display":"Oral"}]},"doseAndRate":[{"doseQuantity":{"value":1,"unit":"tablet"}}]}]`)
		l.s(`,"dispenseRequest":{"numberOfRepeatsAllowed":6,"quantity":{"value":28,"unit":"tablet"}}`)
	}},
	"AllergyIntolerance": {4, func(l *line, at time.Time) {
		l.s(`,"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"confirmed"}]},"type":"allergy","category":["medication"],"criticality":"high"`)
		l.coded("code", allergies[l.pick()%uint64(len(allergies))])
		l.subject("patient")
		l.date("recordedDate", at)
		l.who("recorder", false)
		l.s(`,"reaction":[{"manifestation":[{"coding":[{"system":"`, snomed, `","code":"271807003","display":"Eruption of skin"}],"text":"Rash"}],"severity":"moderate"}]`)
		l.note()
	}},
	"Observation": {5, writeObservation},
	"Immunization": {6, func(l *line, at time.Time) {
		l.s(`,"status":"completed"`)
		l.coded("vaccineCode", vaccines[l.pick()%uint64(len(vaccines))])
		l.subject("patient")
		l.encounter()
		l.date("occurrenceDateTime", at)
		l.s(`,"primarySource":true,"lotNumber":"LOT`)
		l.n(l.k)
		l.s(`","site":{"coding":[{"system":"`, snomed, `","code":"368208006","display":"Left upper arm structure"}]}`)
		l.note()
	}},
	"DiagnosticReport": {7, func(l *line, at time.Time) {
		l.s(`,"status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"LAB","display":"Laboratory"}]}]`)
		l.coded("code", reports[l.pick()%uint64(len(reports))])
		l.subject("subject")
		l.encounter()
		l.date("effectiveDateTime", at)
		l.date("issued", at.Add(3*time.Hour))
		l.who("performer", true)
		l.s(`,"conclusion":"Within the expected range for this person; compare with the earlier report before acting."`)
	}},
	"Procedure": {8, func(l *line, at time.Time) {
		l.s(`,"status":"completed"`)
		l.coded("code", procedures[l.pick()%uint64(len(procedures))])
		l.subject("subject")
		l.encounter()
		l.period("performedPeriod", at, 70*time.Minute)
		l.note()
	}},
	"DocumentReference": {9, func(l *line, at time.Time) {
		l.s(`,"status":"current"`)
		l.coded("type", letters[l.pick()%uint64(len(letters))])
		l.subject("subject")
		l.date("date", at)
		l.who("author", true)
		l.s(`,"description":"Letter to the practice","content":[{"attachment":{"contentType":"text/plain","title":"Letter to the practice","data":"RGVhciBjb2xsZWFndWUsIHRoYW5rIHlvdSBmb3IgcmVmZXJyaW5nIHRoaXMgcGVyc29uLCB3aG8gd2FzIHNlZW4gaW4gdGhlIGNsaW5pYyB0b2RheS4gTm8gY2hhbmdlIHdhcyBtYWRlIHRvIHRoZSByZWd1bGFyIG1lZGljaW5lcy4="}}]`)
	}},
	"Appointment": {10, func(l *line, at time.Time) {
		v := visits[l.pick()%uint64(len(visits))]
		l.s(`,"status":"fulfilled","serviceType":[{"coding":[{"system":"`, snomed, `","code":"`, v.code, `","display":"`, v.text, `"}],"text":"`, v.text, `"}],"description":"Clinic review"`)
		l.date("start", at)
		l.date("end", at.Add(20*time.Minute))
		l.s(`,"participant":[{"actor":{"reference":"Patient/p`)
		l.n(l.p.n)
		l.s(`"},"status":"accepted"},{"actor":{"reference":"Practitioner/pr`)
		l.n(l.k % len(surgeries))
		l.s(`"},"status":"accepted"}]`)
	}},
	"CarePlan": {11, func(l *line, at time.Time) {
		c := careplans[l.pick()%uint64(len(careplans))]
		l.s(`,"status":"active","intent":"plan","title":"`, c.text, `","description":"Agreed with the person and their family; reviewed every three months.","category":[{"coding":[{"system":"`, snomed, `","code":"`, c.code, `","display":"`, c.text, `"}],"text":"`, c.text, `"}]`)
		l.subject("subject")
		l.s(`,"period":{"start":`)
		l.instant(at)
		l.s(`}`)
		l.date("created", at)
		l.who("author", false)
		l.note()
	}},
	"ServiceRequest": {12, func(l *line, at time.Time) {
		l.s(`,"status":"active","intent":"order"`)
		l.coded("code", requests[l.pick()%uint64(len(requests))])
		l.subject("subject")
		l.date("authoredOn", at)
		l.who("requester", false)
		l.note()
	}},
	"Flag": {13, func(l *line, at time.Time) {
		l.s(`,"status":"active","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/flag-category","code":"safety","display":"Safety"}]}]`)
		l.coded("code", flags[l.pick()%uint64(len(flags))])
		l.subject("subject")
		l.s(`,"period":{"start":`)
		l.instant(at)
		l.s(`}`)
	}},
}

func writeCondition(l *line, at time.Time, c term) {
	status := "active"
	if l.k%3 == 2 {
		status = "resolved"
	}
	l.s(`,"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"`, status, `"}]},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]},"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-category","code":"problem-list-item"}]}]`)
	l.coded("code", c)
	l.subject("subject")
	l.encounter()
	l.date("onsetDateTime", at)
	l.date("recordedDate", at)
	l.who("recorder", false)
}

func writeObservation(l *line, at time.Time) {
	m := measurements[l.pick()%uint64(len(measurements))]
	l.s(`,"status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory","display":"Laboratory"}]}]`)
	l.coded("code", m.term)
	l.subject("subject")
	l.encounter()
	l.date("effectiveDateTime", at)
	l.date("issued", at)
	l.who("performer", true)
	l.s(`,"valueQuantity":{"value":`)
	l.n(m.low + int(l.pick()>>24%uint64(m.high-m.low)))
	l.s(`.`)
	l.n(int(l.pick() >> 40 % 10))
	l.s(`0,"unit":"`, m.unit, `","system":"http://unitsofmeasure.org","code":"`, m.unit, `"},"referenceRange":[{"low":{"value":`)
	l.n(m.low + (m.high-m.low)/4)
	l.s(`},"high":{"value":`)
	l.n(m.high - (m.high-m.low)/4)
	l.s(`}}]`)
}

// appendResource writes one line.
func appendResource(b []byte, f feed, p person, typ string, k int, today time.Time) []byte {
	c, ok := clinical[typ]
	if !ok {
		panic(fmt.Sprintf("bench: no %s is made here", typ)) // a slip in plans, found by the first run
	}
	l := &line{b: b, p: p, today: today, k: k, salt: c.salt + 20*len(f.kind)}
	at := l.day()
	l.open(f, typ, at)
	c.write(l, at)
	l.s("}\n")
	return l.b
}

// changedCondition is a new version of the person's first condition, with words
// of its own to look for on the page.
func changedCondition(f feed, p person, words string, today, updated time.Time) []byte {
	l := &line{p: p, today: today, salt: clinical["Condition"].salt + 20*len(f.kind)}
	l.open(f, "Condition", updated)
	writeCondition(l, l.day(), term{code: "64572001", text: words})
	l.s("}\n")
	return l.b
}
