package signin_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/account"
	"candour/models/audit"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/staff"
)

// bySubject is a logout token that names the person alone.
func (p *idp) bySubject() string {
	c := p.logoutClaims("")
	delete(c, "sid")
	return p.logoutToken(c)
}

// The provider tells of the logout while the sign-in is under way: whoever proved
// themselves before it is not let in, whatever the token names; who logs in again
// afterwards is.
func TestALogoutMeanwhileStopsTheSignIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := openOn(t, d, nil)
		p.browser().signIn("/sign-in/staff") // the keys are known
		for name, token := range map[string]func() string{
			"sid and sub": func() string { return p.cis.logoutToken(p.cis.logoutClaims("op-2")) },
			"sid alone": func() string {
				c := p.cis.logoutClaims("op-2")
				delete(c, "sub")
				return p.cis.logoutToken(c)
			},
			"sub alone":                             p.cis.bySubject,
			"another session, this one without sid": func() string { return p.cis.logoutToken(p.cis.logoutClaims("op-9")) },
		} {
			p.on(time.Minute)
			p.cis.spoil = func(c map[string]any) {
				if c["sid"] = "op-2"; strings.HasPrefix(name, "another") {
					delete(c, "sid")
				}
			}
			b := p.browser()
			back := b.toCallback("/sign-in/staff")
			p.cis.userinfo = func(http.ResponseWriter, *http.Request) bool {
				if status, _ := p.tell(staffBackChannel, logoutForm(token())); status != http.StatusOK {
					t.Errorf("%s: %d", name, status)
				}
				return false
			}
			got := b.get(back)
			p.cis.userinfo = nil
			if who := b.who(); !strings.HasPrefix(who, nobody) || got.status != http.StatusUnauthorized || b.cookie() != "" {
				t.Errorf("%s: %d %s", name, got.status, who)
			}
			if acts := logged(t, d); acts[len(acts)-1] != "ended_by_provider" || acts[len(acts)-2] != "signed_in" {
				t.Errorf("%s: logged: %v", name, acts)
			}
			p.on(time.Second)
			if b.signIn("/sign-in/staff"); !strings.Contains(b.who(), "kind=staff") {
				t.Errorf("%s: logged in again afterwards: %s", name, b.who())
			}
		}
	})
}

// A session that begins while the logout is being written down waits for it.
func TestASignInWaitsForALogoutThatIsBeingWritten(t *testing.T) {
	d := dbtest.Postgres(t)
	p := openOn(t, d, nil)
	store := account.NewStore(account.Deps{DB: d, Staff: staff.NewStore(d), Organisations: organisation.NewStore(d), Log: audit.New(d, p.now), Clock: p.now})
	b := p.browser()
	back := b.toCallback("/sign-in/staff")
	done := make(chan answer, 1)
	said := account.Logout{Issuer: p.cis.URL, TokenID: "j-1", Until: p.now().Add(time.Minute), SID: "op-session-1", At: p.now()}
	_, err := store.LoggedOut(t.Context(), access.ForSystem("test"), said, func(context.Context) ([]account.Ended, error) {
		go func() { done <- b.get(back) }()
		for { // until the sign-in waits, or did not
			row, err := d.QueryRow(context.Background(), "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7204 AND NOT granted")
			if err != nil {
				return nil, err
			}
			var waits int
			if err := row.Scan(&waits); err != nil || waits > 0 {
				return nil, err
			}
			select {
			case got := <-done:
				done <- got
				return nil, nil
			default:
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := <-done; got.status != http.StatusUnauthorized || !strings.HasPrefix(b.who(), nobody) {
		t.Errorf("%d %s", got.status, b.who())
	}
}

// A session of which the provider gave no sid ends with any logout of its person,
// and of nobody else.
func TestALogoutEndsTheSessionsWithoutSID(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := openOn(t, d, nil)
		p.cis.spoil = func(c map[string]any) { delete(c, "sid") }
		sam := p.browser()
		sam.signIn("/sign-in/staff")
		p.cis.claims["sub"] = "jo-1"
		jo := p.browser()
		jo.signIn("/sign-in/staff")
		if status, _ := p.tell(staffBackChannel, logoutForm(p.cis.logoutToken(p.cis.logoutClaims("op-1")))); status != http.StatusOK {
			t.Fatal(status)
		}
		if !strings.HasPrefix(sam.who(), nobody) || !strings.Contains(jo.who(), "kind=staff") {
			t.Errorf("sam %s, jo %s", sam.who(), jo.who())
		}
	})
}

// The provider's clock is behind ours: its logout still comes after its login.
func TestALogoutBySubjectGoesByTheProvidersClock(t *testing.T) {
	p := open(t, nil)
	p.cis.now = func() time.Time { return p.now().Add(-30 * time.Second) }
	b := p.browser()
	b.signIn("/sign-in/staff")
	p.on(20 * time.Second)
	if status, _ := p.tell(staffBackChannel, logoutForm(p.cis.bySubject())); status != http.StatusOK || !strings.HasPrefix(b.who(), nobody) {
		t.Errorf("%d %s", status, b.who())
	}
}

// One id from the first page to the last: the one that the access log names.
func TestASessionKeepsItsID(t *testing.T) {
	p := open(t, nil)
	p.cis.claims = samClaims(role("Z9A01", "R8000", "Clinician", "B0360"), role("Z9B01", "R8000", "Clinician", "B0360"))
	b := p.browser()
	b.signIn("/sign-in/staff")
	id := func() (out string) {
		row, err := p.db.QueryRow(t.Context(), "SELECT id FROM sessions")
		if err != nil {
			t.Fatal(err)
		}
		if err := row.Scan(&out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	before := id()
	for range 2 {
		b.post("/sign-in/role", b.get("/sign-in/role").body, map[string][]string{"role": {"0"}})
		if after := id(); after != before {
			t.Errorf("%s became %s", before, after)
		}
	}
	if _, ok := opaque.Parse(before); !ok || strings.Count(strings.Join(entries(t, p.db), ""), before) < 3 {
		t.Errorf("the log does not name %s: %v", before, entries(t, p.db))
	}
}
