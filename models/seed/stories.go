package seed

import (
	"fmt"
	"time"
)

// stories adds to the ordinary year what makes the cast worth looking at.
func (y *year) stories() {
	y.todaysAppointment()
	y.doses()
	y.allergies()
	y.choices()
	y.lives()
	y.ambulances()
	y.sensitive()
}

// todaysAppointment: the hospital doctor of the tour expects this patient today,
// knows one medicine otherwise than the practice, and five sources know her.
func (y *year) todaysAppointment() {
	p := y.who("many-sources")
	f := y.feeds[general]
	subject := point("Patient", f.patients[p.key])
	prof := profiles[p.profile]
	y.booked(f, p, prof, y.ago(0, 8, 40), "booked")
	y.booked(f, p, prof, y.ago(-12, 14, 15), "booked")
	f.takes(y.ago(60, 12, 0), subject, medicine{metformin.term, "Two tablets twice a day with food"}, 0)
	f.add(y.ago(60, 12, 0), "AllergyIntolerance", resource{"code": penicillin.concept(), "patient": subject, "clinicalStatus": coded(allergySt, "active"),
		"verificationStatus": coded(allergyVer, "confirmed"), "recordedDate": onDay(y.ago(60, 12, 0)), "recorder": f.by(1)})
	f.discharge(y, p, subject, y.ago(64, 9, 0), "a fall at home", "Metformin was raised to two tablets twice a day. Please check kidney function in four weeks.")
	y.mentalRecord(p)
	// An opt-out from the national Summary Care Record is another matter and moves nothing here (FAQ S-45).
	gp := y.feeds[p.practice]
	gp.add(y.ago(500, 9, 0), "Observation", resource{"status": "final", "code": scrRefused.concept(), "subject": point("Patient", gp.patients[p.key]), "effectiveDateTime": instant(y.ago(500, 9, 0))})
}

// discharge is a stay in hospital with its letter.
func (f *feed) discharge(y *year, p *person, subject map[string]any, in time.Time, why, advice string) {
	out := in.AddDate(0, 0, 3)
	enc := f.add(out, "Encounter", resource{"status": "finished", "class": map[string]any{"system": actCode, "code": "IMP"}, "subject": subject,
		"type": []any{term{text: "Stay on Ward 7"}.concept()}, "reasonCode": []any{term{text: why}.concept()}, "period": map[string]any{"start": instant(in), "end": instant(out)},
		"participant": []any{map[string]any{"individual": f.by(0)}}, "serviceProvider": named("Organization", "1", f.Name)})
	f.add(out, "DocumentReference", resource{"status": "current", "type": dischargeDoc.concept(), "subject": subject, "date": instant(out), "description": "Discharge summary, Ward 7",
		"author": []any{f.by(0)}, "context": map[string]any{"encounter": []any{point("Encounter", enc)}},
		"content": []any{letter("Admitted after " + why + ", went home after three days.\n\n" + advice + "\n\n" + f.doctors[0].name + "\n" + f.Name)}})
	y.visit(p, f.ID, out.Add(2*time.Hour), "encounter")
}

// doses: the practice and the hospital give the same medicine in different doses.
func (y *year) doses() {
	p := y.who("conflicting-doses")
	f := y.feeds[general]
	subject := point("Patient", f.patients[p.key])
	f.takes(y.ago(33, 12, 0), subject, medicine{furosemide.term, "Two tablets in the morning"}, 0)
	f.discharge(y, p, subject, y.ago(36, 16, 0), "shortness of breath", "Furosemide was doubled to two tablets in the morning. Please weigh each week.")
}

// allergies: one system says that an allergy is over, another that it stands; one
// says that none is known, another names one.
func (y *year) allergies() {
	p := y.who("allergy-conflict")
	f := y.feeds[general]
	at := y.ago(70, 11, 0)
	f.add(at, "AllergyIntolerance", resource{"code": penicillin.concept(), "patient": point("Patient", f.patients[p.key]), "clinicalStatus": coded(allergySt, "resolved"),
		"verificationStatus": coded(allergyVer, "confirmed"), "recordedDate": onDay(at), "recorder": f.by(1), "note": []any{map[string]any{"text": "Took amoxicillin without any reaction under observation."}}})
	p = y.who("no-known-allergies")
	f = y.feeds[general]
	f.add(at, "AllergyIntolerance", resource{"code": penicillin.concept(), "patient": point("Patient", f.patients[p.key]), "clinicalStatus": coded(allergySt, "active"),
		"verificationStatus": coded(allergyVer, "confirmed"), "criticality": "high", "recordedDate": onDay(at), "recorder": f.by(0),
		"reaction": []any{map[string]any{"manifestation": []any{sct("39579001", "Anaphylaxis").concept()}, "severity": "severe"}}})
}

// choices: two people had their objection coded by their practice; one of them
// has changed her mind since (domain.md a).
func (y *year) choices() {
	say := func(key string, what term, days int) {
		p := y.who(key)
		f := y.feeds[p.practice]
		at := y.ago(days, 12, 10)
		f.add(at, "Observation", resource{"status": "final", "code": what.concept(), "subject": point("Patient", f.patients[p.key]), "effectiveDateTime": instant(at),
			"issued": instant(at.Add(time.Minute)), "performer": []any{f.by(0)}})
	}
	say("objected", refused, 100)
	say("reversed", refused, 160)
	say("reversed", given, 70)
}

// lives: one person moves out of the region, one dies.
func (y *year) lives() {
	change := func(key string, days int, edit func(resource)) {
		p := y.who(key)
		for _, id := range y.order {
			f := y.feeds[id]
			if f == nil || f.patients[key] == "" {
				continue
			}
			r := p.resource(f, y.partners[p.practice])
			r["id"] = f.patients[key]
			edit(r)
			f.add(y.ago(days, 9, 0), "Patient", r)
		}
	}
	away := y.partners[saltmarsh]
	change("moved-away", 62, func(r resource) {
		r["generalPractitioner"] = []any{map[string]any{"identifier": map[string]any{"system": odsSystem, "value": away.ODSCode}, "display": away.Name}}
		r["address"] = []any{map[string]any{"use": "home", "line": []any{"3 Harbour Steps"}, "city": "Saltmarsh Bay", "postalCode": "SB3 9ZZ"}}
	})
	dead := y.who("deceased")
	change("deceased", 54, func(r resource) { r["deceasedDateTime"] = dead.died })
}

// alive says that something can still happen to a person.
func (p *person) alive(at time.Time) bool { return p.died == "" || onDay(at) < p.died }

// ambulances: crews meet people of whom their service holds nothing yet, and one
// man falls ill on holiday: in both cases the reason is declared, not inferred.
func (y *year) ambulances() {
	f := y.feeds[ambulance]
	for n, key := range []string{"conflicting-doses", "merged-trust", "allergy-conflict", "stale-feed"} {
		p := y.who(key)
		at := y.ago(36+40*n, 3+n, 20)
		subject := point("Patient", y.in(f, at.Add(2*time.Hour), p))
		f.add(at.Add(2*time.Hour), "Encounter", resource{"status": "finished", "class": map[string]any{"system": actCode, "code": "EMER"}, "subject": subject,
			"type": []any{term{text: "Ambulance attended at home"}.concept()}, "period": map[string]any{"start": instant(at), "end": instant(at.Add(80 * time.Minute))},
			"participant": []any{map[string]any{"individual": f.by(n)}}, "serviceProvider": named("Organization", "1", f.Name)})
		y.visit(p, ambulance, at.Add(15*time.Minute), "none")
	}
	p := y.who("holiday")
	y.visit(p, tidewater, y.ago(95, 20, 5), "none")
	y.visit(p, tidewater, y.ago(94, 8, 40), "none")
}

// canary is a word in something that nobody may ever see.
func (y *year) canary() string {
	word := coin(1000 + len(y.canaries))
	y.canaries = append(y.canaries, word)
	return word
}

// words with a canary at the end.
func (y *year) hidden(text string) string { return fmt.Sprintf("%s %s", text, y.canary()) }
