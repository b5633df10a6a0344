package objection_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/casework"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/patient"
)

var (
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ctx  = context.Background()
	req  = objection.Request{Route: "/test"}
	sys  = access.ForSystem("test")
)

// house is a surgery and a hospital with their feeds and staff, people, and the
// whole of what an objection stands on.
type house struct {
	*objection.Store
	t       testing.TB
	d       *db.DB
	now     time.Time
	gate    *access.Gate
	cases   *casework.Store
	sharing *patient.Sharing
	reps    *patient.Representatives
	mu      sync.Mutex // of told
	told    []casework.Notice
	uncased []opaque.ID

	manager, second, gp, doctor access.Viewer // of the surgery; the doctor is of the hospital
	serial                      int
}

func newHouse(t testing.TB, d *db.DB, mod ...func(*objection.Settings, *patient.SharingPolicy)) *house {
	t.Helper()
	h := &house{t: t, d: d, now: noon}
	var c clock.Clock = func() time.Time { return h.now }
	settings, p := objection.Settings{MinAge: 18, CodeAlarm: 72 * time.Hour, Step: 20}, patient.SharingPolicy{}
	for _, m := range mod {
		m(&settings, &p)
	}
	h.gate = access.NewGate(access.Deps{DB: d, Log: audit.New(d, c), Clock: c, Policy: access.PolicyFacts{Version: "test-1", MinAge: 18, ClaimFor: 24 * time.Hour}})
	h.cases = casework.NewStore(casework.Deps{DB: d, Gate: h.gate, Clock: c, Notify: func(_ context.Context, n casework.Notice) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.told = append(h.told, n)
		return nil
	}})
	h.sharing, h.reps = patient.NewSharing(d, c, p), patient.NewRepresentatives(d, c)
	h.Store = objection.NewStore(objection.Deps{DB: d, Gate: h.gate, Clock: c, Cases: h.cases, Sharing: h.sharing, Reps: h.reps, Settings: settings,
		Uncased: func(_ context.Context, person opaque.ID, _ bool) error {
			h.uncased = append(h.uncased, person)
			return nil
		}})
	orgs := organisation.NewStore(d)
	for id, o := range map[string]organisation.Organisation{"surgery": {ODSCode: "E81999", Kind: organisation.Practice}, "hospital": {ODSCode: "RC9", Kind: organisation.Acute},
		"other": {ODSCode: "E81998", Kind: organisation.Practice}} {
		o.ID, o.Name, o.InRegion, o.State = id, id, true, organisation.Connected
		h.must(orgs.Register(ctx, o))
		h.must(orgs.RegisterSource(ctx, organisation.Source{ID: "feed-" + id, OrganisationID: id, SystemKind: "gp", State: organisation.Connected, FreshHours: 24}))
	}
	staff := func(id, org string, can ...access.Capability) access.Viewer {
		h.exec("INSERT INTO staff (id, issuer, subject, name, training_until) VALUES (?, 'i', ?, ?, ?)", id, id, id, noon.AddDate(40, 0, 0).UnixMilli())
		return access.Viewer{Kind: access.Staff, ID: id, Name: "name of " + id, Organisation: org, OrganisationName: org, Capabilities: can}
	}
	h.manager, h.second = staff("manager", "surgery", access.ManageRequests), staff("second", "surgery", access.ManageRequests)
	h.gp, h.doctor = staff("gp", "surgery", access.ViewRecord), staff("doctor", "hospital", access.ViewRecord)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) exec(query string, args ...any) {
	h.t.Helper()
	h.must(h.d.Do(ctx, func(ctx context.Context) error { _, err := h.d.Exec(ctx, query, args...); return err }))
}

// person puts somebody into the surgery's list, with an appointment at the hospital.
func (h *house) person(key, born string) opaque.ID {
	h.t.Helper()
	h.serial++
	id := opaque.Of("person", key)
	h.exec(`INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key,
 phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
 VALUES (?, ?, ?, ?, ?, 'G', '', '', 'female', '', '', '', '', '', 'E81999', '', ?, ?, 0, 1, 0)`, string(id), fmt.Sprint(9990000000+h.serial), born, key, key, false, false)
	h.exec("INSERT INTO relationships (person_id, organisation_id, kind, item_id, from_at, until_at) VALUES (?, 'hospital', 'appointment', ?, ?, ?)",
		string(id), string(opaque.Of("appointment", key)), noon.AddDate(-1, 0, 0).UnixMilli(), noon.AddDate(30, 0, 0).UnixMilli())
	return id
}

func (h *house) claim(person opaque.ID, key string) {
	h.t.Helper()
	h.must(h.gate.Claim(ctx, h.doctor, person, access.Claim{Basis: access.BasisEvidence, Kind: "appointment", Evidence: opaque.Of("appointment", key)}))
}

// looks is the hospital's doctor at the gate.
func (h *house) looks(person opaque.ID) error {
	_, err := h.gate.Pass(ctx, access.Ask{By: h.doctor, Person: person, What: access.WhatRecord, Purpose: access.Treat, Shape: "page"},
		func(context.Context, access.Pass) (access.Shown, error) { return access.Shown{Count: 1}, nil })
	return err
}

func (h *house) hidden(person opaque.ID) bool {
	h.t.Helper()
	return h.count("SELECT count(*) FROM persons WHERE objected AND id = ?", string(person)) == 1
}

func (h *house) count(query string, args ...any) (n int) {
	h.t.Helper()
	row, err := h.d.QueryRow(ctx, query, args...)
	h.must(err)
	h.must(row.Scan(&n))
	return n
}

// feed is a code in the feed of an organisation, as the intake writes it; then the
// codes are taken up.
func (h *house) feed(org string, person opaque.ID, refused bool) {
	h.t.Helper()
	h.serial++
	h.must(h.d.Do(ctx, func(ctx context.Context) error {
		_, err := h.d.Exec(ctx, "INSERT INTO consent_events (person_id, item_id, source_id, code, refused, effective_at, recorded_at, place) VALUES (?, ?, ?, 'x', ?, ?, ?, 0)",
			string(person), string(opaque.Of("item", fmt.Sprint(h.serial))), "feed-"+org, refused, h.now.UnixMilli(), h.now.UnixMilli())
		if err == nil {
			_, err = h.sharing.Apply(ctx, person)
		}
		return err
	}))
	_, err := h.CodeSeen(ctx, sys)
	h.must(err)
}

// later moves the clock.
func (h *house) later(d time.Duration) { h.now = h.now.Add(d) }

func patientOf(person opaque.ID, account string) access.Viewer {
	return access.Viewer{Kind: access.Patient, ID: account, Name: account, Level: "P9", Person: person}
}

var self = objection.Answers{Subject: objection.Self, Contact: objection.Contact{Ways: []string{"email"}}}

// raised is a request of somebody, sent.
func (h *house) raised(by access.Viewer, a objection.Answers) objection.Ref {
	h.t.Helper()
	d, err := h.Start(ctx, by, a, req)
	h.must(err)
	c, err := h.Raise(ctx, by, d.ID, req)
	h.must(err)
	return c.ID
}

func (h *house) state(ref objection.Ref) casework.State {
	h.t.Helper()
	o, _, err := h.Open(ctx, h.manager, ref, req)
	h.must(err)
	return o.State
}

// is fails unless the request is in a state that its history derives.
func (h *house) is(ref objection.Ref, want casework.State) {
	h.t.Helper()
	if got := h.state(ref); got != want {
		h.t.Fatalf("%s instead of %s", got, want)
	}
	wrong, err := h.Check(ctx, sys, time.Time{})
	if h.must(err); len(wrong) > 0 {
		h.t.Fatalf("history and state differ: %v", wrong)
	}
}

func (h *house) ok(_ objection.Objection, err error) {
	h.t.Helper()
	h.must(err)
}

// bars fails unless exactly these things stand in the way.
func (h *house) bars(err error, want ...objection.Bar) {
	h.t.Helper()
	var b *objection.Barred
	if !errors.As(err, &b) || !errors.Is(err, fault.Denied) || fmt.Sprint(b.Bars) != fmt.Sprint(want) {
		h.t.Fatalf("%v instead of %v", err, want)
	}
}
