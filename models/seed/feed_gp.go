package seed

import (
	"encoding/json"
	"fmt"
	"time"
)

// practiceRecord is the record of the registered practice: the authority for
// medicines and allergies (FAQ S-05).
func (y *year) practiceRecord(p *person, prof profile) {
	f := y.feeds[p.practice]
	if f == nil {
		return
	}
	d := drawFor("practice", p.key)
	patient := y.in(f, y.start.Add(-time.Hour), p)
	subject := point("Patient", patient)
	for n, pr := range prof.problems {
		since := y.ago(pr.years*365+d.IntN(200), 11, 0)
		f.add(y.start.Add(-time.Hour), "Condition", resource{"code": pr.concept(), "subject": subject, "clinicalStatus": coded(clinical, "active"),
			"category": []any{coded(conditionCt, "problem-list-item")}, "onsetDateTime": onDay(since), "recordedDate": onDay(since), "recorder": f.by(n)})
	}
	y.practiceAllergies(f, p, d, subject)
	for n, m := range prof.medicines {
		f.prescribe(y.start.Add(-time.Hour), subject, m, y.ago(420+30*n+d.IntN(300), 9, 30), "active", n)
	}
	f.prescribe(y.start.Add(-time.Hour), subject, courseFor(p), y.ago(600+d.IntN(200), 16, 0), "completed", 1)
	y.immunised(f, subject, d)
	visits := d.between(2, 3)
	for n := range visits {
		y.consultation(f, p, subject, d, prof, 30+n*120+d.IntN(80))
	}
	if prof.referral.text != "" {
		at := y.ago(230+d.IntN(60), 12, 0)
		f.add(at, "ServiceRequest", resource{"status": "active", "intent": "order", "code": prof.referral.concept(), "subject": subject,
			"authoredOn": instant(at), "requester": f.by(0)})
	}
	y.mark(f, p, subject)
}

// mark plants the person's word: in a letter's title and text and in a note, so
// that any page, list or file that shows their record shows the word.
func (y *year) mark(f *feed, p *person, subject map[string]any) {
	at := y.ago(380, 15, 0)
	known := y.start.Add(-time.Hour)
	f.add(known, "DocumentReference", resource{"status": "current", "type": clinicLetter.concept(), "subject": subject, "date": instant(at),
		"description": "Letter kept under file mark " + p.word, "author": []any{f.by(1)},
		"content": []any{letter(fmt.Sprintf("Thank you for seeing this patient again.\n\nNothing has changed since the last letter. File mark %s.\n\n%s", p.word, f.doctors[1%len(f.doctors)].name))}})
	f.add(known, "Observation", resource{"status": "final", "code": comment.concept(), "subject": subject, "effectiveDateTime": instant(at),
		"valueString": "Letter scanned, file mark " + p.word, "performer": []any{f.by(0)}})
}

// courseFor is the antibiotic of two years ago: not the one that somebody is said
// to be allergic to.
func courseFor(p *person) medicine {
	if p.key == "allergy-conflict" || p.key == "no-known-allergies" || p.key == "many-sources" {
		return doxycycline
	}
	return amoxicillin
}

func (y *year) practiceAllergies(f *feed, p *person, d draw, subject map[string]any) {
	at := y.ago(900+d.IntN(900), 10, 0)
	allergy := func(t term, status string, reaction string) {
		r := resource{"code": t.concept(), "patient": subject, "clinicalStatus": coded(allergySt, status), "verificationStatus": coded(allergyVer, "confirmed"),
			"recordedDate": onDay(at), "recorder": f.by(0)}
		if reaction != "" {
			r["reaction"] = []any{map[string]any{"manifestation": []any{term{text: reaction}.concept()}, "severity": "moderate"}}
		}
		f.add(y.start.Add(-time.Hour), "AllergyIntolerance", r)
	}
	switch {
	case p.key == "allergy-conflict", p.key == "many-sources":
		allergy(penicillin, "active", "Rash on the chest and arms")
	case p.key == "no-known-allergies":
		allergy(noAllergies, "active", "")
	case p.story || d.IntN(3) > 0:
		allergy(noAllergies, "active", "")
	case d.IntN(2) == 0:
		allergy(latex, "active", "Itching")
	}
}

// prescribe adds a repeat prescription.
func (f *feed) prescribe(known time.Time, subject map[string]any, m medicine, at time.Time, status string, n int) {
	f.add(known, "MedicationRequest", resource{"status": status, "intent": "order", "medicationCodeableConcept": m.concept(), "subject": subject,
		"authoredOn": onDay(at), "requester": f.by(n), "dosageInstruction": []any{map[string]any{"text": m.dose}}})
}

func (y *year) immunised(f *feed, subject map[string]any, d draw) {
	for n, at := range []time.Time{y.ago(410+d.IntN(30), 14, 0), y.ago(40+d.IntN(20), 14, 0)} {
		f.add(at, "Immunization", resource{"status": "completed", "vaccineCode": influenza.concept(), "patient": subject, "occurrenceDateTime": onDay(at),
			"performer": []any{map[string]any{"actor": f.by(n + 2)}}})
	}
	at := y.ago(1900+d.IntN(60), 10, 0)
	f.add(y.start.Add(-time.Hour), "Immunization", resource{"status": "completed", "vaccineCode": covidFirst.concept(), "patient": subject, "occurrenceDateTime": onDay(at)})
}

var consultationNotes = []string{"Review of long-term condition. Feels well. Continue as before.", "Telephone call about results. Repeat in three months.",
	"Medicines reviewed and understood. No side effects.", "Advice given about staying active. Will come back if no better."}

// consultation is one contact with the practice and what was measured then.
func (y *year) consultation(f *feed, p *person, subject map[string]any, d draw, prof profile, days int) {
	at := y.ago(days, 9+d.IntN(8), 5*d.IntN(12))
	if !p.alive(at) {
		return
	}
	enc := f.add(at, "Encounter", resource{"status": "finished", "class": map[string]any{"system": actCode, "code": "AMB"}, "subject": subject,
		"type": []any{term{text: "Consultation at the surgery"}.concept()}, "period": map[string]any{"start": instant(at), "end": instant(at.Add(10 * time.Minute))},
		"participant": []any{map[string]any{"individual": f.by(d.IntN(4))}}, "serviceProvider": named("Organization", "1", f.Name)})
	in := point("Encounter", enc)
	f.add(at, "Observation", resource{"status": "final", "code": sct("75367002", "Blood pressure").concept(), "subject": subject, "encounter": in, "effectiveDateTime": instant(at),
		"component": []any{
			map[string]any{"code": sct("72313002", "Systolic arterial pressure").concept(), "valueQuantity": quantity(json.Number(fmt.Sprint(d.between(112, 168))), "mmHg", "mm[Hg]")},
			map[string]any{"code": sct("1091811000000102", "Diastolic arterial pressure").concept(), "valueQuantity": quantity(json.Number(fmt.Sprint(d.between(64, 98))), "mmHg", "mm[Hg]")}}})
	f.add(at, "Observation", resource{"status": "final", "code": comment.concept(), "subject": subject, "encounter": in, "effectiveDateTime": instant(at),
		"valueString": pick(d, consultationNotes), "performer": []any{f.by(0)}})
	for _, m := range prof.tests {
		o := m.observation(f.patients[p.key], d, at)
		o["encounter"] = in
		f.add(at.Add(20*time.Hour), "Observation", o)
	}
	y.visit(p, p.practice, at, "practice")
}
