package organisation_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/organisation"
)

func TestRegister(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := organisation.NewStore(d)
		old := organisation.Organisation{ID: "ccs", ODSCode: "RYV", Name: "Cambridgeshire Community Services", Kind: organisation.Community,
			InRegion: true, State: organisation.Connected, ConnectedOn: "2021-04-01", Phone: "01234 000000"}
		src := organisation.Source{ID: "ccs-feed", OrganisationID: "ccs", SystemKind: "community", Categories: []string{"Encounter", "CarePlan"},
			State: organisation.Connected, FreshHours: 24}
		for range 2 { // the second time changes nothing
			if err := errors.Join(s.Register(ctx, old), s.RegisterSource(ctx, src)); err != nil {
				t.Fatal(err)
			}
		}
		before := source(t, s, "ccs-feed")
		if before.SharedVersion != 1 || !slices.Equal(before.Categories, src.Categories) || !before.LastReceived.IsZero() {
			t.Fatalf("%+v", before)
		}

		merged := old
		merged.Name, merged.NamedFrom, merged.State, merged.LeftOn, merged.SuccessorID = "CCS (now part of East of England Community)", "2026-04-01", organisation.Left, "2026-03-31", "eec"
		if err := s.Register(ctx, merged); err != nil {
			t.Fatal(err)
		}
		if got := source(t, s, "ccs-feed").SharedVersion; got != 2 {
			t.Errorf("a change of the organisation's name left shared_version at %d", got)
		}
		for day, want := range map[string]string{"2024-05-06": old.Name, "2026-03-31": old.Name, "2026-04-01": merged.Name} {
			if got, err := s.NameAt(ctx, "ccs", day); err != nil || got != want {
				t.Errorf("name on %s: %q, %v", day, got, err)
			}
		}
		got, err := s.ByODS(ctx, "RYV")
		if err != nil || got.ID != "ccs" || got.SuccessorID != "eec" || !got.InRegion {
			t.Errorf("%+v %v", got, err)
		}
		for _, code := range []string{"", "XXX"} {
			if _, err := s.ByODS(ctx, code); !errors.Is(err, fault.NotFound) {
				t.Errorf("code %q: %v", code, err)
			}
		}
		if _, err := s.ByID(ctx, "nobody"); !errors.Is(err, fault.NotFound) {
			t.Error(err)
		}
		if all, err := s.All(ctx); err != nil || len(all) != 1 {
			t.Errorf("%v %v", all, err)
		}
	})
}

func source(t *testing.T, s *organisation.Store, id string) organisation.Source {
	t.Helper()
	got, err := s.Source(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestStale(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	s := organisation.Source{State: organisation.Connected, FreshHours: 24, LastReceived: now.Add(-24 * time.Hour)}
	if s.Stale(now) {
		t.Error("24 hours are within 24 hours")
	}
	if !s.Stale(now.Add(time.Second)) {
		t.Error("older than promised is stale")
	}
	s.State = organisation.Planned
	if s.Stale(now.AddDate(1, 0, 0)) {
		t.Error("what is not connected cannot be stale")
	}
}

func TestConditionOfAFeed(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	src := func(change func(*organisation.Source)) organisation.Source {
		s := organisation.Source{State: organisation.Connected, FreshHours: 24, LastReceived: now.Add(-time.Hour)}
		change(&s)
		return s
	}
	for want, s := range map[organisation.Condition]organisation.Source{
		organisation.Fresh:   src(func(*organisation.Source) {}),
		organisation.Late:    src(func(s *organisation.Source) { s.LastReceived = now.Add(-25 * time.Hour) }),
		organisation.Failed:  src(func(s *organisation.Source) { s.LastFailed = now.Add(-time.Minute) }),
		organisation.Waiting: src(func(s *organisation.Source) { s.LastReceived = time.Time{} }),
		organisation.Apart:   src(func(s *organisation.Source) { s.State, s.LastReceived = organisation.Suspended, time.Time{} }),
	} {
		if got := s.Condition(now); got != want {
			t.Errorf("%+v: %s, want %s", s, got, want)
		}
	}
	if got := src(func(s *organisation.Source) { s.LastFailed = now.Add(-2 * time.Hour) }).Condition(now); got != organisation.Fresh {
		t.Errorf("a failure before the last delivery is over: %s", got)
	}
}

func TestContactsAndNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := organisation.NewStore(d)
		o := organisation.Organisation{ID: "vale", Name: "Vale", Kind: organisation.Mental, State: organisation.Connected}
		renamed := o
		renamed.Name, renamed.NamedFrom = "Vale and Fen", "2026-06-26"
		old := organisation.Contact{Purpose: organisation.Copies, Phone: "01632 960000"}
		copies := organisation.Contact{Purpose: organisation.Copies, Phone: "01632 960001", Email: "copies@vale.example", Page: "https://vale.example/copies"}
		objections := organisation.Contact{Purpose: organisation.Objections, Email: "no@vale.example"}
		err := errors.Join(s.Register(ctx, o), s.Register(ctx, renamed), s.RegisterContacts(ctx, "vale"), s.RegisterContacts(ctx, "vale", old),
			s.RegisterContacts(ctx, "vale", objections, copies))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Contacts(ctx, "vale"); err != nil || !slices.Equal(got, []organisation.Contact{copies, objections}) {
			t.Errorf("%v %v", got, err)
		}
		if got, err := s.Contacts(ctx, "nobody"); err != nil || got != nil {
			t.Errorf("%v %v", got, err)
		}
		if err := s.RegisterContacts(ctx, "vale", organisation.Contact{Purpose: "advertising"}); err == nil {
			t.Error("a purpose that is none of ours was taken")
		}
		if got, err := s.Contacts(ctx, "vale"); err != nil || len(got) != 2 {
			t.Errorf("what was refused took something away: %v %v", got, err)
		}
		for _, left := range [][]organisation.Contact{{copies}, nil} { // a purpose that is no longer named goes
			if err := s.RegisterContacts(ctx, "vale", left...); err != nil {
				t.Fatal(err)
			}
			if got, err := s.Contacts(ctx, "vale"); err != nil || !slices.Equal(got, left) {
				t.Errorf("%v %v, want %v", got, err, left)
			}
		}
		names, err := s.Names(ctx)
		if err != nil || !slices.Equal(names["vale"], []organisation.Name{{From: "", Text: "Vale"}, {From: "2026-06-26", Text: "Vale and Fen"}}) {
			t.Errorf("%v %v", names, err)
		}
	})
}
