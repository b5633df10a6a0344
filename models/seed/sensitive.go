package seed

import "time"

// sensitive writes what the shared record must leave out (sexual health,
// fertility, gender, termination) together with everything that would give it
// away: the visit, the booking, the medicine, the result, the letter. Each field
// that could be shown holds a word of its own.
func (y *year) sensitive() {
	p := y.who("sensitive")
	gp, hospital := y.feeds[p.practice], y.feeds[general]
	at := y.ago(120, 11, 0)
	y.sexualHealthAtPractice(gp, point("Patient", gp.patients[p.key]), at)
	y.sexualHealthClinic(hospital, p, y.ago(110, 14, 0))
	y.otherExclusions(gp, hospital, p)

	// Kept from the person, not from staff: what a third party told in confidence.
	gp.add(at, "Observation", labelled(resource{"status": "final", "code": comment.concept(), "subject": point("Patient", gp.patients[p.key]), "effectiveDateTime": instant(at),
		"valueString": "Information from a third party, kept in confidence: " + NotForPatientWord, "performer": []any{gp.by(0)}}, actCode, "NOPAT"))
}

// NotForPatientWord stands in an item that staff may see and the person may not.
const NotForPatientWord = "brimweald"

func (y *year) sexualHealthAtPractice(f *feed, subject map[string]any, at time.Time) {
	infection := sct("15628003", y.hidden("Gonorrhoea"))
	enc := f.add(at, "Encounter", resource{"status": "finished", "class": map[string]any{"system": actCode, "code": "AMB"}, "subject": subject,
		"type": []any{term{text: y.hidden("Consultation")}.concept()}, "reasonCode": []any{infection.concept()},
		"period": map[string]any{"start": instant(at), "end": instant(at.Add(15 * time.Minute))}})
	in := point("Encounter", enc)
	condition := f.add(at, "Condition", resource{"code": infection.concept(), "subject": subject, "encounter": in, "clinicalStatus": coded(clinical, "resolved"),
		"onsetDateTime": onDay(at), "note": []any{map[string]any{"text": y.hidden("Contact told")}}})
	f.add(at, "MedicationRequest", resource{"status": "completed", "intent": "order", "subject": subject, "encounter": in, "authoredOn": onDay(at),
		"medicationCodeableConcept": term{text: y.hidden("Ceftriaxone 1g injection")}.concept(), "reasonReference": []any{point("Condition", condition)},
		"dosageInstruction": []any{map[string]any{"text": y.hidden("One dose")}}})
	f.add(at, "DocumentReference", resource{"status": "current", "type": clinicLetter.concept(), "subject": subject, "date": instant(at), "description": y.hidden("Letter"),
		"content": []any{letter(y.hidden("Seen and treated."))}, "context": map[string]any{"encounter": []any{in}}})
}

func (y *year) sexualHealthClinic(f *feed, p *person, at time.Time) {
	subject := point("Patient", f.patients[p.key])
	service := []any{coded(treatment, "360"), term{text: y.hidden("Sexual health")}.concept()}
	appointment := f.add(y.before(at), "Appointment", resource{"status": "booked", "description": y.hidden("Clinic"), "start": instant(at), "end": instant(at.Add(20 * time.Minute)),
		"serviceType": service, "participant": []any{map[string]any{"actor": subject, "status": "accepted"}}})
	enc := f.add(at, "Encounter", resource{"status": "finished", "class": map[string]any{"system": actCode, "code": "AMB"}, "subject": subject, "serviceType": coded(treatment, "360"),
		"type": []any{term{text: y.hidden("Sexual health clinic")}.concept()}, "appointment": []any{point("Appointment", appointment)},
		"period": map[string]any{"start": instant(at), "end": instant(at.Add(20 * time.Minute))}})
	in := point("Encounter", enc)
	result := f.add(at, "Observation", resource{"status": "final", "code": term{text: y.hidden("Swab")}.concept(), "subject": subject, "encounter": in,
		"effectiveDateTime": instant(at), "valueString": y.hidden("Negative")})
	f.add(at, "DiagnosticReport", resource{"status": "final", "code": term{text: y.hidden("Microbiology")}.concept(), "subject": subject, "encounter": in,
		"effectiveDateTime": instant(at), "result": []any{point("Observation", result)}, "conclusion": y.hidden("No growth.")})
	f.add(at, "DocumentReference", resource{"status": "current", "type": clinicLetter.concept(), "subject": subject, "date": instant(at), "description": y.hidden("Clinic letter"),
		"content": []any{letter(y.hidden("Thank you for attending."))}, "context": map[string]any{"encounter": []any{in}}})
}

func (y *year) otherExclusions(gp, hospital *feed, p *person) {
	atPractice, atHospital := point("Patient", gp.patients[p.key]), point("Patient", hospital.patients[p.key])
	when := y.ago(260, 10, 0)
	hospital.add(when, "Procedure", resource{"status": "completed", "code": sct("52637005", y.hidden("In vitro fertilisation")).concept(), "subject": atHospital,
		"performedDateTime": instant(when), "note": []any{map[string]any{"text": y.hidden("First cycle")}}})
	gp.add(when, "Condition", resource{"code": sct("93461009", y.hidden("Gender dysphoria")).concept(), "subject": atPractice, "clinicalStatus": coded(clinical, "active"), "onsetDateTime": onDay(when)})
	gp.add(when, "Procedure", resource{"status": "completed", "code": sct("386639001", y.hidden("Termination of pregnancy")).concept(), "subject": atPractice, "performedDateTime": onDay(when)})
	gp.add(when, "DocumentReference", labelled(resource{"status": "current", "type": clinicLetter.concept(), "subject": atPractice, "date": instant(when),
		"description": y.hidden("Held back by the practice"), "content": []any{letter(y.hidden("Not to be shared."))}}, secrecy, "R"))
}
