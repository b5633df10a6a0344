package access_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/models/organisation"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// house is a small world: one hospital, one practice in the region, one doctor of
// the hospital and people of whom the hospital holds an appointment.
type house struct {
	d      *db.DB
	log    *audit.Log
	gate   *access.Gate
	doctor access.Viewer
	people []opaque.ID
	now    *time.Time
}

func newHouse(t testing.TB, d *db.DB, people int) *house {
	t.Helper()
	ctx := context.Background()
	now := noon
	h := &house{d: d, now: &now}
	var c clock.Clock = func() time.Time { return now }
	h.log = audit.New(d, c)
	h.gate = access.NewGate(access.Deps{DB: d, Log: h.log, Clock: c, Policy: access.PolicyFacts{Version: "test-1", MinAge: 18, ClaimFor: 12 * time.Hour}})
	orgs := organisation.NewStore(d)
	must(t, orgs.Register(ctx, organisation.Organisation{ID: "hospital", ODSCode: "RC9", Name: "The Hospital", Kind: organisation.Acute, InRegion: true, State: organisation.Connected}))
	must(t, orgs.Register(ctx, organisation.Organisation{ID: "surgery", ODSCode: "E81999", Name: "The Surgery", Kind: organisation.Practice, InRegion: true, State: organisation.Connected}))
	h.doctor = access.Viewer{Kind: access.Staff, ID: "doctor", Name: "Dr Ann Other", Role: "R8000", RoleName: "Clinical Practitioner",
		Organisation: "hospital", OrganisationName: "The Hospital", Capabilities: []access.Capability{access.ViewRecord, access.ViewDemographics}, Session: "s1"}
	must(t, d.Do(ctx, func(ctx context.Context) error {
		h.exec(ctx, t, "INSERT INTO staff (id, issuer, subject, name, training_until) VALUES ('doctor', 'i', 's', 'n', ?)", noon.AddDate(0, 6, 0).UnixMilli())
		for i := range people {
			id := opaque.Of("person", fmt.Sprint(i))
			h.people = append(h.people, id)
			h.exec(ctx, t, `INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key,
 phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
 VALUES (?, ?, '1970-01-01', 'F', 'f', 'G', '', '', 'female', '', '', '', '', '', 'E81999', '', ?, ?, 0, 1, 0)`, string(id), fmt.Sprint(i), false, false)
			h.exec(ctx, t, "INSERT INTO relationships (person_id, organisation_id, kind, item_id, from_at, until_at) VALUES (?, 'hospital', 'appointment', ?, ?, ?)",
				string(id), string(opaque.Of("appointment", fmt.Sprint(i))), noon.AddDate(0, 0, -1).UnixMilli(), noon.AddDate(0, 0, 30).UnixMilli())
		}
		return nil
	}))
	return h
}

func (h *house) exec(ctx context.Context, t testing.TB, query string, args ...any) {
	t.Helper()
	if _, err := h.d.Exec(ctx, query, args...); err != nil {
		t.Fatal(err)
	}
}

// change runs one statement in a transaction of its own.
func (h *house) change(t testing.TB, query string, args ...any) {
	t.Helper()
	must(t, h.d.Do(context.Background(), func(ctx context.Context) error { h.exec(ctx, t, query, args...); return nil }))
}

func (h *house) claim(t testing.TB, i int) {
	t.Helper()
	must(t, h.gate.Claim(context.Background(), h.doctor, h.people[i], access.Claim{Basis: access.BasisEvidence, Kind: "appointment", Evidence: opaque.Of("appointment", fmt.Sprint(i))}))
}

// open passes the gate for one person's record and shows one item that carries the
// person's own id.
func (h *house) open(i int) (access.Pass, error) {
	return h.gate.Pass(context.Background(), h.ask(i), func(ctx context.Context, p access.Pass) (access.Shown, error) {
		return access.Shown{Items: []audit.ItemRef{{ID: p.Ask().Person, Version: 1}}, Sections: []string{"allergies"}}, nil
	})
}

func (h *house) ask(i int) access.Ask {
	return access.Ask{By: h.doctor, Person: h.people[i], What: access.WhatRecord, Purpose: access.Treat, Route: "/patients/:ref/record", Shape: "page", RequestID: fmt.Sprint("r", i)}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func reasonOf(t testing.TB, err error) access.Reason {
	t.Helper()
	var r *access.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("not a refusal: %v", err)
	}
	return r.Decision.Reason
}

func TestPassLogsWhatItShows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 2)
		if _, err := h.open(0); reasonOf(t, err) != access.ReasonNoRelationship {
			t.Fatal(err)
		}
		h.claim(t, 0)
		pass, err := h.open(0)
		must(t, err)
		if pass.Decision().Reason != access.ReasonEvidence || pass.Claim().Kind != "appointment" {
			t.Errorf("%+v", pass.Decision())
		}
		line, err := h.log.Entry(context.Background(), h.people[0], pass.Entry())
		must(t, err)
		if line.Viewer.Name != "Dr Ann Other" || line.Viewer.OrganisationName != "The Hospital" || line.Outcome != audit.Shown ||
			line.Relation.Evidence != opaque.Of("appointment", "0") || line.Policy != "test-1" || line.Count != 1 {
			t.Errorf("%+v", line)
		}
		items, err := h.log.Set(context.Background(), line.Set)
		must(t, err)
		if len(items) != 1 || items[0] != (audit.ItemRef{ID: h.people[0], Version: 1}) {
			t.Errorf("%v", items)
		}
		if _, err := h.log.Entry(context.Background(), h.people[1], pass.Entry()); !errors.Is(err, fault.NotFound) {
			t.Errorf("another person's entry was given out: %v", err)
		}
	})
}

func TestObjectionHoldsFromItsCommitOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		h.claim(t, 0)
		_, err := h.open(0)
		must(t, err)
		h.change(t, "UPDATE persons SET objected = ?", true)
		if _, err := h.open(0); reasonOf(t, err) != access.ReasonObjected || !errors.Is(err, fault.Denied) {
			t.Fatal(err)
		}
		h.change(t, "UPDATE persons SET restricted = ?", true)
		if _, err := h.open(0); reasonOf(t, err) != access.ReasonRestricted || !errors.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
	})
}

// While one person is being changed, others are seen without waiting, and the
// changed one is seen as they are after it.
func TestNobodyWaitsForAnotherPersonsChange(t *testing.T) {
	d := dbtest.Postgres(t)
	h := newHouse(t, d, 2)
	h.claim(t, 0)
	h.claim(t, 1)
	changing, change, changed := make(chan bool), make(chan bool), make(chan error, 1)
	go func() {
		changed <- d.Do(context.Background(), func(ctx context.Context) error {
			h.exec(ctx, t, "UPDATE persons SET objected = ? WHERE id = ?", true, string(h.people[0]))
			close(changing)
			<-change
			return nil
		})
	}()
	<-changing
	first := make(chan error, 1)
	go func() { _, err := h.open(0); first <- err }()
	for range 20 {
		_, err := h.open(1)
		must(t, err)
	}
	select {
	case err := <-first:
		t.Fatalf("decided on a person who was being changed: %v", err)
	default:
	}
	close(change)
	must(t, <-changed)
	if err := <-first; reasonOf(t, err) != access.ReasonObjected {
		t.Fatal(err)
	}
}

func TestClaimEndsWithItsTimeAndItsEvidence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 2)
		h.claim(t, 0)
		h.claim(t, 1)
		h.change(t, "DELETE FROM relationships WHERE person_id = ?", string(h.people[1]))
		if _, err := h.open(1); reasonOf(t, err) != access.ReasonNoRelationship {
			t.Fatal("evidence that is gone still counted")
		}
		*h.now = noon.Add(12*time.Hour - time.Millisecond)
		_, err := h.open(0)
		must(t, err)
		*h.now = noon.Add(12 * time.Hour)
		if _, err := h.open(0); reasonOf(t, err) != access.ReasonNoRelationship {
			t.Fatal("the claim outlived its time")
		}
		must(t, h.gate.Claim(context.Background(), h.doctor, h.people[1], access.Claim{Basis: access.BasisDeclared, Reason: "referral", Note: "by telephone"}))
		pass, err := h.open(1)
		must(t, err)
		if pass.Decision().Reason != access.ReasonDeclared {
			t.Errorf("%+v", pass.Decision())
		}
		if err := h.gate.Claim(context.Background(), h.doctor, h.people[1], access.Claim{Basis: access.BasisDeclared, Reason: "curiosity"}); err == nil {
			t.Error("a reason outside the list was taken")
		}
	})
}

func TestPracticeAndPredecessorAreEvidence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		gp := h.doctor
		gp.Organisation, gp.OrganisationName = "surgery", "The Surgery"
		must(t, h.gate.Claim(context.Background(), gp, h.people[0], access.Claim{Basis: access.BasisEvidence, Kind: access.KindPractice}))
		orgs := organisation.NewStore(d)
		must(t, orgs.Register(context.Background(), organisation.Organisation{ID: "trust", Name: "The Trust", Kind: organisation.Acute, State: organisation.Connected}))
		must(t, orgs.Register(context.Background(), organisation.Organisation{ID: "hospital", ODSCode: "RC9", Name: "The Hospital", Kind: organisation.Acute, State: organisation.Left, SuccessorID: "trust"}))
		if _, err := h.open(0); reasonOf(t, err) != access.ReasonOrganisation {
			t.Fatal("an organisation that has left still looks")
		}
		h.doctor.Organisation, h.doctor.OrganisationName = "trust", "The Trust"
		h.claim(t, 0)
		_, err := h.open(0)
		must(t, err)
	})
}

func TestAgainLeavesNoEntry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		h.claim(t, 0)
		before := h.count(t)
		_, err := h.gate.Pass(context.Background(), h.ask(0), func(context.Context, access.Pass) (access.Shown, error) { return access.Shown{}, access.ErrAgain })
		if !errors.Is(err, access.ErrAgain) || h.count(t) != before {
			t.Fatalf("%v, %d entries", err, h.count(t)-before)
		}
		_, err = h.gate.Pass(context.Background(), h.ask(0), func(context.Context, access.Pass) (access.Shown, error) { return access.Shown{}, fault.NotFound })
		if !errors.Is(err, fault.NotFound) || h.count(t) != before+1 {
			t.Fatalf("%v, %d entries", err, h.count(t)-before)
		}
	})
}

func (h *house) count(t testing.TB) (n int) {
	t.Helper()
	row, err := h.d.QueryRow(context.Background(), "SELECT count(*) FROM audit_entries")
	must(t, err)
	must(t, row.Scan(&n))
	return n
}

func TestSearchIsLoggedAndLimited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 3)
		ctx := context.Background()
		find := func(ids ...opaque.ID) error {
			_, err := h.gate.Search(ctx, access.SearchAsk{By: h.doctor, Route: "/patients/search"}, func(context.Context) ([]opaque.ID, error) { return ids, nil })
			return err
		}
		for range 15 {
			must(t, find(h.people[0], h.people[1]))
		}
		if n := h.count(t); n != 30 {
			t.Fatalf("%d entries for 15 searches of two", n)
		}
		for range 10 {
			must(t, find())
		}
		if err := find(h.people[0]); reasonOf(t, err) != access.ReasonTooMany {
			t.Fatal(err)
		}
		*h.now = noon.Add(10*time.Minute + time.Millisecond)
		must(t, find(h.people[0]))
		patient := access.Viewer{Kind: access.Patient, ID: "p", Level: "P9", Person: h.people[0]}
		_, err := h.gate.Search(ctx, access.SearchAsk{By: patient}, func(context.Context) ([]opaque.ID, error) {
			t.Error("a patient searched")
			return nil, nil
		})
		if reasonOf(t, err) != access.ReasonRole {
			t.Fatal(err)
		}
	})
}

// Five thousand views at once: each entry names the person who was shown, and each
// view has exactly one.
func TestParallelViewsNameTheRightPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const views, people, workers = 5000, 50, 32
		h := newHouse(t, d, people)
		for i := range people {
			h.claim(t, i)
		}
		before := h.count(t)
		var wg sync.WaitGroup
		seqs := make([]int64, views)
		for w := range workers {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := w; i < views; i += workers {
					pass, err := h.open(i % people)
					if err != nil {
						t.Error(err)
						return
					}
					seqs[i] = pass.Entry()
				}
			}()
		}
		wg.Wait()
		if n := h.count(t) - before; n != views {
			t.Fatalf("%d entries for %d views", n, views)
		}
		seen := map[int64]bool{}
		for i, seq := range seqs {
			line, err := h.log.Entry(context.Background(), h.people[i%people], seq)
			if err != nil || seen[seq] || line.RequestID != fmt.Sprint("r", i%people) {
				t.Fatalf("view %d: entry %d: %v %+v", i, seq, err, line)
			}
			items, err := h.log.Set(context.Background(), line.Set)
			if err != nil || len(items) != 1 || items[0].ID != h.people[i%people] {
				t.Fatalf("view %d: %v %v", i, items, err)
			}
			seen[seq] = true
		}
	})
}
