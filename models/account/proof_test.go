package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/account"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/organisation"
)

// More proof is for the same account and for P9; anything else changes nothing.
func TestRaise(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, clock.Fixed(now))
		ctx := context.Background()
		by := access.Viewer{Kind: access.Patient, ID: account.IDOf("https://idp", "ada"), Level: account.P5, Session: "s-1"}
		good := account.Claims{Issuer: "https://idp", Subject: "ada", Level: account.P9, Given: "Ada", Family: "Ash"}
		raised, err := s.Raise(ctx, by, good)
		if err != nil || raised.Viewer.Level != account.P9 || raised.Viewer.Session != "s-1" || raised.Viewer.ID != by.ID {
			t.Fatalf("%+v %v", raised, err)
		}
		before := bodies(t, d)
		for name, c := range map[string]struct {
			by     access.Viewer
			claims account.Claims
		}{
			"another subject": {by, account.Claims{Issuer: "https://idp", Subject: "eve", Level: account.P9}},
			"another issuer":  {by, account.Claims{Issuer: "https://other", Subject: "ada", Level: account.P9}},
			"no more proof":   {by, account.Claims{Issuer: "https://idp", Subject: "ada", Level: account.P5}},
			"nobody":          {access.Viewer{}, good},
			"staff":           {access.Viewer{Kind: access.Staff, ID: by.ID}, good},
		} {
			var refused *access.Refusal
			if out, err := s.Raise(ctx, c.by, c.claims); !errors.As(err, &refused) || out.Viewer.Kind != access.Nobody {
				t.Errorf("%s: %+v %v", name, out, err)
			}
		}
		if bodies(t, d) != before || !strings.Contains(before, "proof_raised") {
			t.Errorf("logged: %s", bodies(t, d))
		}
	})
}

// A provider's word counts once; when ending fails, it has not been heard.
func TestLoggedOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		at := now
		s := open(t, d, func() time.Time { return at })
		ctx := context.Background()
		system := access.ForSystem("test")
		until := now.Add(time.Minute)
		ended := []account.Ended{
			{Account: "sam", Kind: access.Staff, Session: "s-1", Viewer: access.Viewer{Kind: access.Staff, ID: "sam", Name: "Sam", Session: "s-1"}},
			{Account: "jo", Kind: access.Staff, Session: "s-2"}, // a role was being chosen
		}
		end := func(context.Context) ([]account.Ended, error) { return ended, nil }
		broken := errors.New("broken")
		if _, err := s.LoggedOut(ctx, system, account.Logout{Issuer: "https://idp", TokenID: "j-1", Until: until, Subject: "sam", At: now}, func(context.Context) ([]account.Ended, error) { return nil, broken }); !errors.Is(err, broken) {
			t.Errorf("%v", err)
		}
		if n, err := s.LoggedOut(ctx, system, account.Logout{Issuer: "https://idp", TokenID: "j-1", Until: until, Subject: "sam", At: now}, end); err != nil || n != 2 {
			t.Errorf("after a failure: %d %v", n, err)
		}
		if _, err := s.LoggedOut(ctx, system, account.Logout{Issuer: "https://idp", TokenID: "j-1", Until: until, Subject: "sam", At: now}, end); !errors.Is(err, fault.Conflict) {
			t.Errorf("a second time: %v", err)
		}
		if n, err := s.LoggedOut(ctx, system, account.Logout{Issuer: "https://other", TokenID: "j-1", Until: until, Subject: "sam", At: now}, end); err != nil || n != 2 {
			t.Errorf("another issuer's of the same name: %d %v", n, err)
		}
		if all := bodies(t, d); strings.Count(all, "ended_by_provider") != 4 || strings.Count(all, `"jo"`) != 2 {
			t.Errorf("logged: %s", all)
		}
		var refused *access.Refusal
		for _, by := range []access.Viewer{{}, {Kind: access.Staff, ID: "sam"}, {Kind: access.Patient, ID: "ada"}} {
			if _, err := s.LoggedOut(ctx, by, account.Logout{Issuer: "https://idp", TokenID: "j-2", Until: until, Subject: "sam", At: now}, end); !errors.As(err, &refused) {
				t.Errorf("%s: %v", by.Kind, err)
			}
		}
		// What is too old to count is forgotten.
		at = now.Add(2 * time.Minute)
		if _, err := s.LoggedOut(ctx, system, account.Logout{Issuer: "https://idp", TokenID: "j-3", Until: until.Add(time.Hour), Subject: "sam", At: now}, end); err != nil {
			t.Fatal(err)
		}
		row, err := d.QueryRow(ctx, "SELECT count(*) FROM logout_tokens")
		if err != nil {
			t.Fatal(err)
		}
		var kept int
		if err := row.Scan(&kept); err != nil || kept != 1 {
			t.Errorf("%d tokens are kept, want 1: %v", kept, err)
		}
	})
}

func TestPosts(t *testing.T) {
	d := dbtest.SQLite(t)
	s := open(t, d, clock.Fixed(now))
	partners := organisation.NewStore(d)
	for _, o := range []organisation.Organisation{
		{ID: "next", ODSCode: "Z9X01", Name: "Next Trust", Kind: organisation.Community, State: organisation.Connected},
		{ID: "soon", ODSCode: "Z9X02", Name: "Soon Hospital", Kind: organisation.Acute, State: organisation.Planned},
		{ID: "left", ODSCode: "Z9X03", Name: "Left Trust", Kind: organisation.Community, State: organisation.Left, SuccessorID: "next"},
	} {
		if err := partners.Register(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	nurse := func(org string) account.Role {
		return account.Role{OrgCode: org, OrgName: "as the provider says", RoleCode: "S8000:G8000:R8001", Activities: []string{"B0360"}}
	}
	useless := nurse("Z9X01")
	useless.Activities = nil
	posts, err := s.Posts(t.Context(), access.Viewer{Kind: access.Staff, ID: "sam"}, []account.Role{nurse("Z9X01"), nurse("Z9X02"), nurse("Z9X03"), nurse("NONE"), useless})
	if err != nil || len(posts) != 5 {
		t.Fatalf("%v %v", posts, err)
	}
	for i, want := range []struct {
		open      bool
		name      string
		successor string
	}{{true, "Next Trust", ""}, {false, "Soon Hospital", ""}, {false, "Left Trust", "Next Trust"}, {false, "as the provider says", ""}, {false, "Next Trust", ""}} {
		if p := posts[i]; p.Open() != want.open || p.Organisation != want.name || p.Successor != want.successor {
			t.Errorf("%d: %+v, want %+v", i, p, want)
		}
	}
	var refused *access.Refusal
	if _, err := s.Posts(t.Context(), access.Viewer{Kind: access.Patient, ID: "ada"}, nil); !errors.As(err, &refused) {
		t.Errorf("a patient: %v", err)
	}
}
