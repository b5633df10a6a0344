package seed

import (
	"fmt"
	"time"
)

// hospitalRecord is what the hospital sends: two clinic appointments in the year,
// the encounters they became, results, a letter and what the person takes.
func (y *year) hospitalRecord(p *person, prof profile) {
	f := y.feeds[hospitalOf(p.practice)]
	d := drawFor("hospital", p.key)
	first := y.ago(200+d.IntN(150), 9+d.IntN(7), 15*d.IntN(4))
	patient := y.in(f, y.before(first), p)
	subject := point("Patient", patient)
	for n, m := range prof.medicines[:min(3, len(prof.medicines))] {
		f.takes(y.before(first), subject, m, n)
	}
	for n, at := range []time.Time{first, y.ago(8+d.IntN(90), 9+d.IntN(7), 15*d.IntN(4))} {
		y.clinic(f, p, prof, subject, at, d, n)
	}
	if d.IntN(3) == 0 && len(prof.procedures) > 0 {
		f.add(first.Add(time.Hour), "Procedure", resource{"status": "completed", "code": prof.procedures[0].concept(), "subject": subject,
			"performedDateTime": instant(first.Add(time.Hour)), "performer": []any{map[string]any{"actor": f.by(1)}}})
	}
}

// takes is the hospital's own note of a medicine.
func (f *feed) takes(at time.Time, subject map[string]any, m medicine, n int) {
	f.add(at, "MedicationStatement", resource{"status": "active", "medicationCodeableConcept": m.concept(), "subject": subject, "dateAsserted": onDay(at),
		"informationSource": f.by(n), "dosage": []any{map[string]any{"text": m.dose}}})
}

// booked is an appointment, known to the portal before it takes place.
func (y *year) booked(f *feed, p *person, prof profile, at time.Time, status string) string {
	known := y.before(at)
	return f.add(known, "Appointment", resource{"status": status, "description": prof.clinic + " clinic", "start": instant(at), "end": instant(at.Add(20 * time.Minute)),
		"serviceType": []any{coded(treatment, prof.speciality), term{text: prof.clinic}.concept()}, "created": instant(known),
		"participant": []any{
			map[string]any{"actor": point("Patient", f.patients[p.key]), "status": "accepted"},
			map[string]any{"actor": f.by(0), "status": "accepted"}}})
}

func (y *year) clinic(f *feed, p *person, prof profile, subject map[string]any, at time.Time, d draw, n int) {
	if !p.alive(at.AddDate(0, 0, 3)) {
		return
	}
	appointment := y.booked(f, p, prof, at, "booked")
	enc := f.add(at.Add(30*time.Minute), "Encounter", resource{"status": "finished", "class": map[string]any{"system": actCode, "code": "AMB"}, "subject": subject,
		"type": []any{term{text: prof.clinic + " outpatient clinic"}.concept()}, "serviceType": coded(treatment, prof.speciality), "appointment": []any{point("Appointment", appointment)},
		"period":      map[string]any{"start": instant(at), "end": instant(at.Add(25 * time.Minute))},
		"participant": []any{map[string]any{"individual": f.by(n)}}, "serviceProvider": named("Organization", "1", f.Name)})
	var results []any
	for _, m := range prof.tests[:min(3, len(prof.tests))] {
		o := m.observation(f.patients[p.key], d, at)
		o["encounter"] = point("Encounter", enc)
		results = append(results, point("Observation", f.add(at.Add(6*time.Hour), "Observation", o)))
	}
	f.add(at.Add(6*time.Hour), "DiagnosticReport", resource{"status": "final", "code": term{text: "Blood tests, " + prof.clinic + " clinic"}.concept(), "subject": subject,
		"encounter": point("Encounter", enc), "effectiveDateTime": instant(at), "issued": instant(at.Add(6 * time.Hour)), "result": results, "conclusion": "No action needed."})
	text := fmt.Sprintf("Dear colleague,\n\nI saw your patient in the %s clinic on %s. Findings were as expected. Please continue the present treatment; we will see them again in six months.\n\n%s\n%s",
		prof.clinic, at.Format("2 January 2006"), f.doctors[n].name, f.Name)
	f.add(at.Add(48*time.Hour), "DocumentReference", resource{"status": "current", "type": clinicLetter.concept(), "subject": subject, "date": instant(at.Add(48 * time.Hour)),
		"description": prof.clinic + " clinic letter", "author": []any{f.by(n)}, "content": []any{letter(text)}, "context": map[string]any{"encounter": []any{point("Encounter", enc)}}})
	y.visit(p, f.ID, at.Add(6*time.Minute), "appointment") // once the person is in the room
}
