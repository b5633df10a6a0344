package seed

import "time"

// team puts a care team into a feed: the evidence that the organisation is
// involved for as long as the team is active.
func (f *feed) team(at time.Time, subject map[string]any, name string) {
	f.add(at, "CareTeam", resource{"status": "active", "name": name, "subject": subject, "period": map[string]any{"start": onDay(at)},
		"participant": []any{
			map[string]any{"member": f.by(0), "role": []any{term{text: "Named worker"}.concept()}},
			map[string]any{"member": f.by(1), "role": []any{term{text: "Team leader"}.concept()}}},
		"managingOrganization": []any{named("Organization", "1", f.Name)}})
}

// communityRecord is what district nurses and therapists send. People of Wick
// Ouse belong to the trust that was absorbed, until it was; then its successor
// sends what it took over.
func (y *year) communityRecord(p *person) {
	d := drawFor("community", p.key)
	orgs := []string{eastern}
	if p.practice == limeTree {
		orgs = []string{ouseValley, eastern}
	}
	merger := mergedOn(y.today)
	for n, org := range orgs {
		f := y.feeds[org]
		begins := y.ago(330+d.IntN(40), 10, 0)
		if n == 1 {
			begins = merger.Add(11 * time.Hour)
		}
		subject := point("Patient", y.in(f, begins, p))
		f.team(begins, subject, "Community nursing team")
		goal := f.add(begins, "Goal", resource{"lifecycleStatus": "active", "description": term{text: "Walks to the shop and back without help"}.concept(), "subject": subject, "startDate": onDay(begins)})
		f.add(begins, "CarePlan", resource{"status": "active", "intent": "plan", "title": "Leg care and falls plan", "subject": subject, "period": map[string]any{"start": onDay(begins)},
			"category": []any{term{text: "Community nursing"}.concept()}, "goal": []any{point("Goal", goal)}, "author": f.by(0),
			"activity": []any{map[string]any{"detail": map[string]any{"status": "in-progress", "description": "Visit once a week, dress the left leg"}}}})
		for v := range 4 {
			at := begins.AddDate(0, 0, 20+v*25+d.IntN(9)).Add(time.Duration(d.IntN(300)) * time.Minute)
			if org == ouseValley && at.After(merger) || at.After(y.ago(3, 0, 0)) || !p.alive(at) {
				break
			}
			f.add(at, "Encounter", resource{"status": "finished", "class": map[string]any{"system": actCode, "code": "HH"}, "subject": subject,
				"type": []any{term{text: "Home visit by a community nurse"}.concept()}, "period": map[string]any{"start": instant(at), "end": instant(at.Add(40 * time.Minute))},
				"participant": []any{map[string]any{"individual": f.by(v)}}, "serviceProvider": named("Organization", "1", f.Name)})
			y.visit(p, org, at.Add(-10*time.Minute), "careteam")
		}
	}
}

// socialRecord is what the council's adult social care sends.
func (y *year) socialRecord(p *person) {
	if p.practice == northfield || p.practice == canalside {
		return // the city council is not live yet
	}
	f := y.feeds[council]
	d := drawFor("social", p.key)
	begins := y.ago(310+d.IntN(60), 13, 0)
	subject := point("Patient", y.in(f, begins, p))
	f.team(begins, subject, "Adult social care locality team")
	f.add(begins, "CarePlan", resource{"status": "active", "intent": "plan", "title": "Care and support plan", "subject": subject, "period": map[string]any{"start": onDay(begins)},
		"category": []any{term{text: "Social care"}.concept()}, "author": f.by(0),
		"activity": []any{
			map[string]any{"detail": map[string]any{"status": "in-progress", "description": "Carer calls each morning and evening"}},
			map[string]any{"detail": map[string]any{"status": "in-progress", "description": "Meals delivered on weekdays"}}}})
	f.add(begins, "RelatedPerson", resource{"active": true, "patient": subject, "relationship": []any{term{text: "Daughter, main carer"}.concept()},
		"name": []any{map[string]any{"text": pick(d, womens) + " " + p.family}}, "telecom": []any{map[string]any{"system": "phone", "value": "01632 960777"}}})
	f.add(begins, "Flag", resource{"status": "active", "code": term{text: "Key safe at the front door; ring first and wait"}.concept(), "subject": subject, "author": f.by(1),
		"category": []any{coded(flagCt, "safety")}, "period": map[string]any{"start": onDay(begins)}})
	for v := range 2 {
		y.visit(p, council, begins.AddDate(0, 0, 15+v*110+d.IntN(20)).Add(time.Duration(d.IntN(200))*time.Minute), "careteam")
	}
}

// mentalRecord is what the mental health trust sends.
func (y *year) mentalRecord(p *person) {
	f := y.feeds[mental]
	d := drawFor("mental", p.key)
	begins := y.ago(280+d.IntN(90), 11, 0)
	subject := point("Patient", y.in(f, begins, p))
	f.team(begins, subject, "Community mental health team")
	f.add(begins, "EpisodeOfCare", resource{"status": "active", "patient": subject, "type": []any{term{text: "Community mental health"}.concept()},
		"period": map[string]any{"start": onDay(begins)}, "careManager": f.by(0), "managingOrganization": named("Organization", "1", f.Name)})
	f.add(begins, "CarePlan", resource{"status": "active", "intent": "plan", "title": "Wellbeing and crisis plan", "subject": subject, "author": f.by(0),
		"category": []any{crisisPlan.concept()}, "period": map[string]any{"start": onDay(begins)},
		"activity": []any{map[string]any{"detail": map[string]any{"status": "in-progress", "description": "Telephone call every two weeks"}}}})
	f.add(begins, "Flag", resource{"status": "active", "code": term{text: "Prefers a quiet room; call before visiting"}.concept(), "subject": subject, "author": f.by(0), "period": map[string]any{"start": onDay(begins)}})
	f.takes(begins, subject, sertraline, 0)
	for v := range 3 {
		at := begins.AddDate(0, 0, 10+v*70+d.IntN(30)).Add(time.Duration(d.IntN(240)) * time.Minute)
		f.add(at, "Encounter", resource{"status": "finished", "class": map[string]any{"system": actCode, "code": "VR"}, "subject": subject,
			"type": []any{term{text: "Telephone contact with the mental health team"}.concept()}, "period": map[string]any{"start": instant(at), "end": instant(at.Add(30 * time.Minute))},
			"participant": []any{map[string]any{"individual": f.by(v)}}, "serviceProvider": named("Organization", "1", f.Name)})
		y.visit(p, mental, at.Add(-5*time.Minute), "careteam")
	}
}
