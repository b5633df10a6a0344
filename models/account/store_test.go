package account_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/account"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/staff"
)

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func open(t *testing.T, d *db.DB, c clock.Clock) *account.Store {
	t.Helper()
	ctx := context.Background()
	partners := organisation.NewStore(d)
	err := errors.Join(
		partners.Register(ctx, organisation.Organisation{ID: "gen", ODSCode: "Z9A01", Name: "General Hospital", Kind: organisation.Acute, InRegion: true, State: organisation.Connected}),
		d.Do(ctx, func(ctx context.Context) error {
			_, err := d.Exec(ctx, `INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key,
				phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
				VALUES (?, '9990000018', '1950-02-03', 'O''Brien-Ash', 'obrienash', 'Ada', '', '', 'female', '', '', '', '', '', '', '', ?, ?, 0, 1, 0)`,
				string(opaque.Of("ada")), false, false)
			return err
		}))
	if err != nil {
		t.Fatal(err)
	}
	return account.NewStore(account.Deps{DB: d, Staff: staff.NewStore(d), Organisations: partners, Log: audit.New(d, c), Clock: c})
}

func ada() account.Claims {
	return account.Claims{Issuer: "https://idp", Subject: "1", Level: "P9", NHSNumber: "9990000018", BirthDate: "1950-02-03", Family: "O'Brien-Ash", Given: "Ada"}
}

func TestPatientIsTiedToAPersonOnlyWhenAllAgree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, clock.Fixed(now))
		for _, c := range []struct {
			name   string
			change func(*account.Claims)
			linked bool
		}{
			{"P9, all agree", func(*account.Claims) {}, true},
			{"number with spaces", func(c *account.Claims) { c.NHSNumber = "999 000 0018" }, true},
			{"name in capitals without marks", func(c *account.Claims) { c.Family = "OBRIEN ASH" }, true},
			{"one part of a double-barrelled name", func(c *account.Claims) { c.Family = "Ash" }, true},
			{"P5 with everything right", func(c *account.Claims) { c.Level = "P5" }, false},
			{"P0 with everything right", func(c *account.Claims) { c.Level = "P0" }, false},
			{"another birth date", func(c *account.Claims) { c.BirthDate = "1950-03-02" }, false},
			{"a year for a birth date", func(c *account.Claims) { c.BirthDate = "1950" }, false},
			{"no birth date", func(c *account.Claims) { c.BirthDate = "" }, false},
			{"another family name", func(c *account.Claims) { c.Family = "Birch" }, false},
			{"no family name", func(c *account.Claims) { c.Family = "" }, false},
			{"a family name of marks only", func(c *account.Claims) { c.Family = "-" }, false},
			{"no number", func(c *account.Claims) { c.NHSNumber = "" }, false},
			{"a number that fails the check", func(c *account.Claims) { c.NHSNumber = "9990000019" }, false},
			{"nobody's number", func(c *account.Claims) { c.NHSNumber = "9990000026" }, false},
		} {
			claims := ada()
			c.change(&claims)
			got, err := s.Patient(context.Background(), claims)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			want := opaque.ID("")
			if c.linked {
				want = opaque.Of("ada")
			}
			if v := got.Viewer; v.Person != want || v.Kind != access.Patient || v.Level != claims.Level || v.ID == "" || len(v.Capabilities) != 0 {
				t.Errorf("%s: %+v", c.name, v)
			}
			if text := fmt.Sprintf("%+v", got); strings.Contains(text, "999000") || strings.Contains(text, "999 000") {
				t.Errorf("%s: the number is in what a session would keep: %s", c.name, text)
			}
		}
	})
}

func TestPatientClaimsThatSignNobodyIn(t *testing.T) {
	d := dbtest.SQLite(t)
	s := open(t, d, clock.Fixed(now))
	for name, change := range map[string]func(*account.Claims){
		"no issuer": func(c *account.Claims) { c.Issuer = "" }, "no subject": func(c *account.Claims) { c.Subject = "" },
		"no level": func(c *account.Claims) { c.Level = "" }, "a level of somebody's own": func(c *account.Claims) { c.Level = "P10" },
	} {
		claims := ada()
		change(&claims)
		got, err := s.Patient(context.Background(), claims)
		if !errors.Is(err, fault.Denied) || got.Viewer.Kind != access.Nobody {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestPreviousSignInAndUnlinking(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		at := now
		s := open(t, d, func() time.Time { return at })
		first, err := s.Patient(context.Background(), ada())
		if err != nil || !first.PreviousAt.IsZero() {
			t.Fatalf("%v %v", first.PreviousAt, err)
		}
		at = now.Add(time.Hour)
		claims := ada()
		claims.Issuer = "https://other"
		other, _ := s.Patient(context.Background(), claims)
		if other.Viewer.ID == first.Viewer.ID || !other.PreviousAt.IsZero() {
			t.Error("the same subject at another issuer is another account")
		}
		second, _ := s.Patient(context.Background(), ada())
		if !second.PreviousAt.Equal(now) || second.Viewer.ID != first.Viewer.ID {
			t.Errorf("previous sign-in %v, want %v", second.PreviousAt, now)
		}
		if second.Viewer.Session == first.Viewer.Session {
			t.Error("two sign-ins share a session reference")
		}
		claims = ada()
		claims.Level = "P5" // the same account, this time less proven
		if third, _ := s.Patient(context.Background(), claims); third.Viewer.Person != "" {
			t.Error("a link of yesterday outlived today's level")
		}
		if n := entries(t, d, "signin"); n != 4 {
			t.Errorf("%d sign-ins logged instead of 4", n)
		}
	})
}

func entries(t *testing.T, d *db.DB, kind string) int {
	t.Helper()
	row, err := d.QueryRow(context.Background(), "SELECT count(*) FROM audit_entries WHERE kind = ?", kind)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := row.Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func doctor() account.Claims {
	return account.Claims{Issuer: "https://cis2", Subject: "555", Name: "Dr Dee Elm", IDAssurance: 3, AuthAssurance: 3, Roles: []account.Role{
		{OrgCode: "Z9A01", OrgName: "GENERAL HOSPITAL", RoleCode: "S8000:G8000:R8000", RoleName: "Clinical Practitioner", Activities: []string{"B0360"}}}}
}

func TestStaff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, clock.Fixed(now))
		ctx := context.Background()
		one, err := s.Staff(ctx, doctor())
		v := one.Viewer
		if err != nil || v.Kind != access.Staff || v.Organisation != "gen" || v.OrganisationName != "General Hospital" || v.Role != "R8000" || !v.Can(access.ViewRecord) || len(one.Roles) != 0 {
			t.Fatalf("%+v %v", one, err)
		}
		two := doctor()
		two.Roles = append(two.Roles, account.Role{OrgCode: "Z9X99", OrgName: "Elsewhere", RoleCode: "R1720", Activities: []string{"B0820"}})
		both, err := s.Staff(ctx, two)
		if err != nil || len(both.Roles) != 2 || both.Viewer.Role != "" || both.Viewer.Organisation != "" || len(both.Viewer.Capabilities) != 0 {
			t.Fatalf("two roles: %+v %v", both, err)
		}
		picked, err := s.Pick(ctx, both.Viewer, both.Roles, 1)
		if err != nil || picked.Organisation != "" || picked.OrganisationName != "Elsewhere" || picked.Can(access.ViewRecord) || !picked.Can(access.ViewDemographics) || picked.ID != v.ID {
			t.Errorf("a role at an organisation that is not here: %+v %v", picked, err)
		}
		for _, index := range []int{-1, 2, 1 << 40} {
			if got, err := s.Pick(ctx, both.Viewer, both.Roles, index); !errors.Is(err, fault.Denied) || got.Kind != access.Nobody {
				t.Errorf("index %d: %+v %v", index, got, err)
			}
		}
		if _, err := s.Pick(ctx, access.Viewer{Kind: access.Patient, ID: "x"}, both.Roles, 0); !errors.Is(err, fault.Denied) {
			t.Errorf("a patient took a role: %v", err)
		}
		none := doctor()
		none.Roles = nil
		if got, err := s.Staff(ctx, none); err != nil || got.Viewer.Role != "" || len(got.Viewer.Capabilities) != 0 || len(got.Roles) != 0 {
			t.Errorf("no role: %+v %v", got, err)
		}
		if n := entries(t, d, "signin"); n != 8 { // three sign-ins, one of them with its role, one role chosen, and four choices refused
			t.Errorf("%d entries instead of 8", n)
		}
	})
}

func TestARoleThatWasNotOfferedIsRefusedAndLogged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, clock.Fixed(now))
		ctx := context.Background()
		two := doctor()
		two.Roles = append(two.Roles, account.Role{OrgCode: "Z9X99", OrgName: "Elsewhere", RoleCode: "R1720"})
		both, err := s.Staff(ctx, two)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Pick(ctx, both.Viewer, both.Roles, 7); !errors.Is(err, fault.Denied) {
			t.Fatalf("forged choice: %v", err)
		}
		var outcome, viewer string
		row, err := d.QueryRow(ctx, "SELECT outcome, viewer_id FROM audit_entries WHERE kind = ? ORDER BY seq DESC LIMIT 1", "signin")
		if err != nil {
			t.Fatal(err)
		}
		if err := row.Scan(&outcome, &viewer); err != nil || outcome != "refused" || viewer != both.Viewer.ID {
			t.Fatalf("logged %q by %q (%v), want a refusal by %q", outcome, viewer, err, both.Viewer.ID)
		}
		if _, err := d.Writer().Exec("ALTER TABLE audit_head RENAME TO gone"); err != nil {
			t.Fatal(err)
		}
		if v, err := s.Pick(ctx, both.Viewer, both.Roles, 7); err == nil || v.Kind != access.Nobody {
			t.Error("a forged choice passed while the log could not be written")
		}
	})
}

func TestStaffMustBeProven(t *testing.T) {
	s := open(t, dbtest.SQLite(t), clock.Fixed(now))
	for name, change := range map[string]func(*account.Claims){
		"identity level 2": func(c *account.Claims) { c.IDAssurance = 2 }, "no identity level": func(c *account.Claims) { c.IDAssurance = 0 },
		"sign-in level 1": func(c *account.Claims) { c.AuthAssurance = 1 }, "no subject": func(c *account.Claims) { c.Subject = "" },
	} {
		claims := doctor()
		change(&claims)
		if got, err := s.Staff(context.Background(), claims); !errors.Is(err, fault.Denied) || got.Viewer.Kind != access.Nobody {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

func TestASignInThatCannotBeLoggedDoesNotHappen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, clock.Fixed(now))
		if _, err := d.Writer().Exec("ALTER TABLE audit_head RENAME TO gone"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Patient(context.Background(), ada()); err == nil {
			t.Error("a patient signed in unlogged")
		}
		if _, err := s.Staff(context.Background(), doctor()); err == nil {
			t.Error("a member of staff signed in unlogged")
		}
	})
}

func TestClaimsNeverPrintThemselves(t *testing.T) {
	c := ada()
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "claims", c)
	fmt.Fprintf(&out, "%v %+v %#v %s", c, c, c, c)
	js, _ := json.Marshal(c)
	if strings.Contains(out.String(), "Brien") || strings.Contains(out.String()+string(js), "99900") || strings.Contains(string(js), "1950") {
		t.Fatalf("claims came out: %s %s", out.String(), js)
	}
}
