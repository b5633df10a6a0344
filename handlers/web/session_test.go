package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/db"
	"candour/models/db/dbtest"
)

// S2: the first thing to know of a session is that the next request has it.
func TestSignInThenTheNextRequestKnowsMe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := raise(t, d, nil)
		b := s.browser()
		if got := b.get("/record/abc"); got.StatusCode != 401 || strings.Contains(got.body, canary) {
			t.Fatalf("before: %d %s", got.StatusCode, got.body)
		}
		if b.get("/enter"); b.cookie() == "" {
			t.Fatal("no cookie")
		}
		if got := b.get("/record/abc"); got.StatusCode != 200 || !strings.Contains(got.body, "for Ada") {
			t.Fatalf("after: %d %s", got.StatusCode, got.body)
		}
		if got := b.get("/staff"); got.StatusCode != 403 {
			t.Errorf("a patient on a staff page: %d", got.StatusCode)
		}
		if got := s.signedIn("/enter-staff").get("/record/abc"); got.StatusCode != 403 {
			t.Errorf("staff on a patient's page: %d", got.StatusCode)
		}
		if got := b.post("/leave", url.Values{TokenField: {b.get("/token").body}}); got.StatusCode != 303 || got.Header.Get("Clear-Site-Data") == "" {
			t.Fatalf("leave: %d %q", got.StatusCode, got.Header.Get("Clear-Site-Data"))
		}
		if b.cookie() != "" {
			t.Error("the cookie is still there")
		}
		if got := b.get("/record/abc"); got.StatusCode != 401 {
			t.Errorf("after leaving: %d", got.StatusCode)
		}
	})
}

func TestCookieFlags(t *testing.T) {
	s := onSQLite(t, nil)
	got := s.browser().get("/enter").Header.Get("Set-Cookie")
	if !strings.HasPrefix(got, "candour=") || !strings.Contains(got, "HttpOnly") || !strings.Contains(got, "SameSite=Lax") ||
		!strings.Contains(got, "Path=/") || strings.Contains(got, "Domain") || strings.Contains(got, "Expires") || strings.Contains(got, "Secure") {
		t.Errorf("http: %s", got)
	}
	s = onSQLite(t, func(c *Config) { c.PublicURL = "https://record.example" })
	answer := s.browser().get("/enter")
	if got := answer.Header.Get("Set-Cookie"); !strings.HasPrefix(got, "__Host-candour=") || !strings.Contains(got, "Secure") || !strings.Contains(got, "HttpOnly") || strings.Contains(got, "Domain") {
		t.Errorf("https: %s", got)
	}
	if !strings.HasPrefix(answer.Header.Get("Strict-Transport-Security"), "max-age=31536000") {
		t.Error("https without HSTS")
	}
}

// T06: whatever cookie a browser comes with, it is another one afterwards.
func TestAPlantedCookieNeverSurvives(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := raise(t, d, nil)
		attacker := s.browser()
		attacker.get("/visit") // a session without anybody in it
		planted := attacker.cookie()
		if planted == "" {
			t.Fatal("the attacker has no session to plant")
		}
		for _, cookie := range []string{planted, "made-up-token-of-43-characters-aaaaaaaaaaaaa"} {
			victim := s.browser()
			u, _ := url.Parse(s.url)
			victim.Jar.SetCookies(u, []*http.Cookie{{Name: "candour", Value: cookie, Path: "/"}})
			victim.get("/enter")
			if victim.cookie() == cookie || victim.cookie() == "" {
				t.Errorf("the cookie %q survived the sign-in", cookie)
			}
			if got := s.browser().get("/record/abc", "Cookie", "candour="+cookie); got.StatusCode != 401 {
				t.Errorf("the planted cookie is signed in: %d", got.StatusCode)
			}
			before := victim.cookie()
			if victim.get("/become"); victim.cookie() == before {
				t.Error("the token stays over a change of role")
			}
			if got := s.browser().get("/record/abc", "Cookie", "candour="+before); got.StatusCode != 401 {
				t.Errorf("the token of before the change of role still works: %d", got.StatusCode)
			}
			if got := victim.get("/record/abc"); got.StatusCode != 200 {
				t.Errorf("after a change of role: %d", got.StatusCode)
			}
		}
	})
}

func TestIdleAndLongestTime(t *testing.T) {
	s := onSQLite(t, nil)
	patient, staff := s.signedIn("/enter"), s.signedIn("/enter-staff")
	s.now.on(16 * time.Minute)
	if got := patient.get("/record/abc"); got.StatusCode != 200 {
		t.Errorf("a patient after 16 minutes: %d", got.StatusCode)
	}
	if got := staff.get("/staff"); got.StatusCode != 401 || !strings.Contains(got.body, "session_ended") || !strings.Contains(got.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("staff after 16 idle minutes: %d %s %q", got.StatusCode, got.body, got.Header.Get("Set-Cookie"))
	}
	s.now.on(31 * time.Minute)
	if got := patient.get("/record/abc"); got.StatusCode != 401 {
		t.Errorf("a patient after 31 idle minutes: %d", got.StatusCode)
	}

	busy := s.signedIn("/enter")
	for range 36 { // 36 times 20 minutes, with a change of role on the way
		s.now.on(20 * time.Minute)
		busy.get("/become")
	}
	if got := busy.get("/record/abc"); got.StatusCode != 401 {
		t.Errorf("after twelve hours of use: %d; a change of role must not start the longest time again", got.StatusCode)
	}
	kept := s.signedIn("/enter")
	for range 35 { // just under twelve hours in use
		s.now.on(20 * time.Minute)
		if got := kept.get("/record/abc"); got.StatusCode != 200 {
			t.Fatalf("within twelve hours: %d", got.StatusCode)
		}
	}
	s.now.on(21 * time.Minute)
	if got := kept.get("/record/abc"); got.StatusCode != 401 {
		t.Errorf("after twelve hours: %d", got.StatusCode)
	}
}

func TestReadingAPageWritesTheSessionAtMostOnceAMinute(t *testing.T) {
	d := dbtest.SQLite(t)
	s := raise(t, d, nil)
	b := s.signedIn("/enter")
	seen := func() int64 {
		row, err := d.QueryRow(t.Context(), "SELECT seen_at FROM sessions WHERE account_id = ?", "acc-ada")
		if err != nil {
			t.Fatal(err)
		}
		var at int64
		if err := row.Scan(&at); err != nil {
			t.Fatal(err)
		}
		return at
	}
	start := seen()
	s.now.on(59 * time.Second)
	b.get("/record/abc")
	if seen() != start {
		t.Error("written within the minute")
	}
	s.now.on(2 * time.Second)
	b.get("/record/abc")
	if seen() != start+61_000 {
		t.Errorf("not written after the minute: %d", seen()-start)
	}
}

// T07: signing out everywhere holds from the very next request.
func TestEndingSessions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := raise(t, d, nil)
		one, two, other := s.signedIn("/enter"), s.signedIn("/enter"), s.signedIn("/enter-staff")
		open, err := s.Sessions.Of(t.Context(), "acc-ada")
		if err != nil || len(open) != 2 || open[0].Agent != "other other" || !open[0].Created.Equal(s.now.now()) {
			t.Fatalf("%+v, %v", open, err)
		}
		if n, err := s.Sessions.EndByAccount(t.Context(), "acc-ada"); err != nil || n != 2 {
			t.Fatalf("%d, %v", n, err)
		}
		for _, b := range []*browser{one, two} {
			if got := b.get("/record/abc"); got.StatusCode != 401 {
				t.Errorf("after the end: %d", got.StatusCode)
			}
		}
		if got := other.get("/staff"); got.StatusCode != 200 {
			t.Errorf("somebody else's session: %d", got.StatusCode)
		}
		for _, wrong := range [][2]string{{"https://idp.example", ""}, {"", "op-staff-1"}, {"https://other.example", "op-staff-1"}, {"https://idp.example", "op-acc-ada"}} {
			if ended, err := s.Sessions.EndBySID(t.Context(), wrong[0], wrong[1]); err != nil || len(ended) != 0 {
				t.Errorf("%q ends %d sessions, %v", wrong, len(ended), err)
			}
		}
		if ended, err := s.Sessions.EndBySubject(t.Context(), "https://idp.example", "staff-1", s.now.now().Add(-time.Second)); err != nil || len(ended) != 0 {
			t.Errorf("a message from before the sign-in ends %d sessions, %v", len(ended), err)
		}
		ended, err := s.Sessions.EndBySID(t.Context(), "https://idp.example", "op-staff-1")
		if err != nil || len(ended) != 1 || ended[0].Viewer.Name != "Sam" || ended[0].ID != ended[0].Viewer.Session || ended[0].Provider != "staff" {
			t.Errorf("%+v, %v", ended, err)
		}
		if got := other.get("/staff"); got.StatusCode != 401 {
			t.Errorf("after the provider ended it: %d", got.StatusCode)
		}
		again := s.signedIn("/enter")
		for _, wrong := range [][2]string{{"https://idp.example", ""}, {"", "acc-ada"}, {"https://other.example", "acc-ada"}} {
			if ended, err := s.Sessions.EndBySubject(t.Context(), wrong[0], wrong[1], time.Time{}); err != nil || len(ended) != 0 {
				t.Errorf("%q ends %d sessions, %v", wrong, len(ended), err)
			}
		}
		if ended, err := s.Sessions.EndBySubject(t.Context(), "https://idp.example", "acc-ada", time.Time{}); err != nil || len(ended) != 1 {
			t.Errorf("%+v, %v", ended, err)
		}
		if got := again.get("/record/abc"); got.StatusCode != 401 {
			t.Errorf("after the subject was ended: %d", got.StatusCode)
		}
		s.signedIn("/enter")
		s.now.on(25 * time.Hour)
		if n, err := s.Sessions.Sweep(t.Context()); err != nil || n != 1 {
			t.Errorf("swept %d, %v", n, err)
		}
	})
}

// A role change races with "sign out everywhere": the change must not bring the
// session back under its new token.
func TestARenewedTokenOfAnEndedSessionIsNotKept(t *testing.T) {
	d := dbtest.SQLite(t)
	s := raise(t, d, nil)
	b := s.signedIn("/enter")
	held, err := s.Sessions.load(t.Context(), b.cookie(), "", false)
	if err != nil || held.viewer().Kind != access.Patient {
		t.Fatalf("%v", err)
	}
	if err := held.renew(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sessions.EndByAccount(t.Context(), "acc-ada"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Sessions.scs.Commit(held.ctx); err == nil {
		t.Error("the session lives on under another token")
	}
	if open, _ := s.Sessions.Of(t.Context(), "acc-ada"); len(open) != 0 {
		t.Errorf("%d sessions", len(open))
	}
}

func TestSessionStoreDown(t *testing.T) {
	d := dbtest.SQLite(t)
	s := raise(t, d, nil)
	b := s.signedIn("/enter")
	if err := d.Do(t.Context(), func(ctx context.Context) error {
		_, err := d.Exec(ctx, "ALTER TABLE sessions RENAME TO elsewhere")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if got := b.get("/record/abc"); got.StatusCode != 503 || strings.Contains(got.body, canary) {
		t.Errorf("without the sessions table: %d %s", got.StatusCode, got.body)
	}
	if got := s.browser().get("/enter"); got.StatusCode != 503 || got.Header.Get("Set-Cookie") != "" {
		t.Errorf("a sign-in that cannot be kept: %d %q", got.StatusCode, got.Header.Get("Set-Cookie"))
	}
}

func TestCodec(t *testing.T) {
	in := map[string]any{"a": "", "viewer": strings.Repeat("é", 300), "": "x", "z\x00": "\xff"}
	b, err := codec{}.Encode(time.Time{}, in)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := codec{}.Encode(time.Time{}, in)
	if string(again) != string(b) {
		t.Error("equal values are not equal bytes")
	}
	_, out, err := codec{}.Decode(b)
	if err != nil || len(out) != len(in) {
		t.Fatalf("%v %v", out, err)
	}
	for k, v := range in {
		if out[k] != v {
			t.Errorf("%q: %q", k, out[k])
		}
	}
	for n := 1; n < len(b); n++ {
		if _, out, err := (codec{}).Decode(b[:n]); err == nil && len(out) == len(in) {
			t.Errorf("cut at %d reads as whole", n)
		}
	}
	if _, _, err := (codec{}).Decode([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 'a'}); err == nil {
		t.Error("a length beyond the data was read")
	}
	if _, err := (codec{}).Encode(time.Time{}, map[string]any{"a": 1}); err == nil {
		t.Error("a value that is not a string was kept")
	}
}
