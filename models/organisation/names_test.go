package organisation_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/organisation"
)

// A name that an organisation had is never written over: accesses of that time
// print it.
func TestANewNameNeedsItsDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := organisation.NewStore(d)
		named := func(name, from string) error {
			return s.Register(ctx, organisation.Organisation{ID: "vale", Name: name, NamedFrom: from, Kind: organisation.Mental, State: organisation.Connected})
		}
		is := func(why string, want ...organisation.Name) {
			t.Helper()
			all, err := s.Names(ctx)
			o, oErr := s.ByID(ctx, "vale")
			if err = errors.Join(err, oErr); err != nil || !slices.Equal(all["vale"], want) || o.Name != want[len(want)-1].Text {
				t.Errorf("%s: %v, now %q, %v", why, all["vale"], o.Name, err)
			}
		}
		first, second := organisation.Name{Text: "Vale"}, organisation.Name{From: "2026-06-26", Text: "Vale and Fen"}
		if err := errors.Join(named("Vale", ""), s.RegisterSource(ctx, organisation.Source{ID: "v", OrganisationID: "vale", State: organisation.Connected})); err != nil {
			t.Fatal(err)
		}
		var refused *organisation.NameError
		if err := named("Vale and Fen", ""); !errors.As(err, &refused) || !strings.Contains(err.Error(), "named_from") || !strings.Contains(err.Error(), `"Vale" from the beginning`) {
			t.Errorf("a new name without its day: %v", err)
		}
		is("after a new name without its day", first)
		if err := named("Vale", "2026-01-01"); err != nil {
			t.Error(err)
		}
		is("a day for a name from the beginning", first)
		for range 2 {
			if err := named("Vale and Fen", "2026-06-26"); err != nil {
				t.Fatal(err)
			}
		}
		is("renamed", first, second)
		if err := named("Vale and Fen", ""); err != nil { // a file that does not repeat the day
			t.Error(err)
		}
		is("the same name again", first, second)
		for _, from := range []string{"", "2026-06-26", "2026-06-25"} {
			if err := named("Fen", from); !errors.As(err, &refused) {
				t.Errorf("a third name from %q: %v", from, err)
			}
		}
		is("after what was refused", first, second)
		second.From = "2026-07-01"
		version := source(t, s, "v").SharedVersion
		if err := named("Vale and Fen", "2026-07-01"); err != nil {
			t.Error(err)
		}
		is("the day corrected", first, second)
		if got := source(t, s, "v").SharedVersion; got != version+1 {
			t.Errorf("a corrected day left shared_version at %d", got)
		}
	})
}

func TestSurgeriesAsPeopleTypeThem(t *testing.T) {
	all := []organisation.Organisation{
		{ID: "riverside", ODSCode: "E89901", Name: "Riverside Surgery", Kind: organisation.Practice},
		{ID: "castle", ODSCode: "E89902", Name: "Castle Street Medical Centre", Kind: organisation.Practice},
		{ID: "st-marys", ODSCode: "E89903", Name: "St Mary’s Surgery", Kind: organisation.Practice},
		{ID: "was-park", ODSCode: "E89904", Name: "Meadow Practice", Kind: organisation.Practice},
		{ID: "park", ODSCode: "E89905", Name: "Park Surgery", Kind: organisation.Practice, InRegion: true},
		{ID: "park-too", Name: "Park Surgery", Kind: organisation.Practice},
		{ID: "general", ODSCode: "Z9A01", Name: "Riverside General Hospital", Kind: organisation.Acute},
	}
	names := map[string][]organisation.Name{"castle": {{Text: "Moat Lane Surgery"}, {From: "2025-04-01", Text: "Castle Street Medical Centre"}},
		"was-park": {{Text: "Park Surgery"}, {From: "2025-04-01", Text: "Meadow Practice"}}}
	for typed, want := range map[string]string{ // ! for sure, ~ under a name it had before
		"riverside": "riverside", "River side": "riverside", "riverside surgery": "!riverside", "e89901": "!riverside", " E89901 ": "!riverside",
		"castle st": "castle", "castle": "castle", "castle street medical centre": "!castle", "moat lane": "~castle", "Moat Lane Surgery": "~castle",
		"st marys": "st-marys", "St. Mary's": "st-marys", "St. Mary's surgery": "!st-marys",
		"park surgery": "park park-too ~was-park", "park": "park park-too ~was-park", "meadow practice": "!was-park",
		"surgery": "riverside st-marys park park-too ~castle ~was-park", "hospital": "", "": "", "lime tree": "", "!": "", "z9a01": "",
	} {
		found, sure := organisation.Surgeries(all, names, typed)
		var got []string
		for _, m := range found {
			mark := ""
			if m.Former != "" {
				mark = "~"
			}
			got = append(got, mark+m.ID)
		}
		said := strings.Join(got, " ")
		if sure {
			said = "!" + said
		}
		if said != want {
			t.Errorf("%q: %v, want %s", typed, said, want)
		}
	}
	if a, b := (organisation.Match{Organisation: all[4]}).Key(), (organisation.Match{Organisation: all[5]}).Key(); a != "E89905" || b != "park-too" {
		t.Errorf("two of one name are told apart by %q and %q", a, b)
	}
}

func TestGoneOnTheDayAfterTheLast(t *testing.T) {
	for last, want := range map[string]string{"2026-03-31": "2026-04-01", "2024-02-28": "2024-02-29", "": ""} {
		if got := (organisation.Organisation{LeftOn: last}).GoneOn(); got != want {
			t.Errorf("last on %q, gone on %q", last, got)
		}
	}
}
