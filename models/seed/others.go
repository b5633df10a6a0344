package seed

import (
	"context"
	"fmt"
	"time"

	"candour/models/access"
	"candour/models/account"
	"candour/models/patient"
	"candour/models/record"
)

// own are people who look at who looked.
func (b *builder) own() []event {
	y := b.year
	var out []event
	for n := range y.people {
		p := &y.people[n]
		if p.proof != "P9" || !p.story && n%5 != 0 {
			continue
		}
		d := drawFor("own", p.key)
		times := 2
		if p.story {
			times = 5
		}
		for range times {
			at := y.ago(d.between(4, 360), d.between(7, 22), d.IntN(60))
			out = append(out, event{at, func(ctx context.Context) error { return b.lookAtOwn(ctx, p) }})
		}
	}
	return out
}

func (b *builder) lookAtOwn(ctx context.Context, p *person) error {
	s, err := b.accounts.Patient(ctx, account.Claims{Issuer: b.PatientIssuer, Subject: "demo-" + p.key, Level: p.proof, NHSNumber: p.number, BirthDate: p.born, Family: p.family, Given: p.given})
	if err != nil {
		return err
	}
	by := s.Viewer
	if _, err := b.patients.Inclusion(ctx, by, by.Person, patient.Request{Route: routeInside, Shape: "page", RequestID: b.request()}); err != nil {
		return settled(err)
	}
	b.now = b.now.Add(30 * time.Second)
	_, err = b.gate.History(ctx, by, by.Person, access.HistoryRequest{Route: routeHistory, Shape: "page", RequestID: b.request()})
	return settled(err)
}

// refusals are those who were stopped: by an objection, by age, by their role, by
// training that ran out, for want of a reason, and by a number nobody has.
func (b *builder) refusals() []event {
	y := b.year
	var out []event
	try := func(days, hour int, key, org, who string) {
		p, m := y.who(who), b.member(key)
		at := y.ago(days, hour, 12)
		out = append(out, event{at, func(ctx context.Context) error { return b.look(ctx, p, m, visit{who, org, at, "practice"}) }})
	}
	for n := range 4 {
		try(85-20*n, 10+n, "gp", riverside, "objected")
		try(88-20*n, 14, "hospital-doctor", general, "objected")
		try(150-15*n, 11, "two-roles", castle, "reversed")
		try(40-9*n, 15, "hospital-doctor", general, "child")
		try(30-4*n, 9, "gp", riverside, "turning-18")
		try(45-10*n, 16, "hospital-doctor", general, "restricted")
		try(28-5*n, 13, "expired-training", general, "many-sources")
		try(50-11*n, 10, "two-roles", castle, "moved-away")
		out = append(out, b.withoutReason(y.ago(75-17*n, 17, 30), "nurse", eastern, fmt.Sprintf("ordinary-%02d", n+3)))
		out = append(out, b.withoutReason(y.ago(66-15*n, 12, 5), "receptionist", riverside, "many-sources"))
	}
	for n := range 12 {
		clerk := b.member("receptionist")
		at := y.ago(340-27*n, 9+n%7, 33)
		stranger := &person{number: numbers(People + 40)[People+20+n], born: "1961-05-17"}
		out = append(out, event{at, func(ctx context.Context) error { _, err := b.find(ctx, clerk, riverside, stranger); return err }})
	}
	officer := b.member("privacy-officer")
	for n, key := range []string{"many-sources", "conflicting-doses", "allergy-conflict"} {
		at := y.ago(20-5*n, 15, 45)
		p := y.who(key)
		out = append(out, event{at, func(ctx context.Context) error { return b.review(ctx, officer, p) }})
	}
	return out
}

// withoutReason opens a record straight away, as somebody does who follows an old link.
func (b *builder) withoutReason(at time.Time, key, org, who string) event {
	return event{at, func(ctx context.Context) error {
		m, p := b.member(key), b.year.who(who)
		by, err := b.viewer(ctx, m, org)
		if err != nil {
			return err
		}
		ref, err := b.find(ctx, m, org, p)
		if err != nil || ref == "" {
			return err
		}
		return b.openRecord(ctx, by, ref, record.Filter{})
	}}
}

// review is a privacy officer going through who looked at somebody.
func (b *builder) review(ctx context.Context, m member, p *person) error {
	ref, err := b.find(ctx, m, general, p)
	if err != nil || ref == "" {
		return err
	}
	by, err := b.viewer(ctx, m, general)
	if err != nil {
		return err
	}
	_, err = b.gate.History(ctx, by, ref, access.HistoryRequest{Route: "/patients/:ref/accesses", Shape: "page", RequestID: b.request()})
	return settled(err)
}

// automatic is what no person did: the quarterly check of who is included.
func (b *builder) automatic() []event {
	y := b.year
	var out []event
	for _, days := range []int{270, 180, 92, 3} {
		at := y.ago(days, 2, 15)
		out = append(out, event{at, func(ctx context.Context) error {
			by := access.ForSystem("Check of who is included")
			for n := range y.people {
				if p := &y.people[n]; n%2 == 0 {
					ref, err := b.ref(ctx, p)
					if err != nil {
						return err
					}
					if _, err := b.patients.Inclusion(ctx, by, ref, patient.Request{Route: "inclusion-check", Shape: "job", RequestID: b.request()}); settled(err) != nil {
						return err
					}
				}
			}
			return nil
		}})
	}
	return out
}
