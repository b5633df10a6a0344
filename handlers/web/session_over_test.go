package web

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"candour/models/db"
	"candour/models/db/dbtest"
)

// token is the form token of a page that the browser has open.
func (b *browser) token(page string) string {
	_, token, _ := strings.Cut(b.get(page).body, "token=")
	return token
}

func (b *browser) draft() string {
	u, _ := url.Parse(b.s.url)
	for _, c := range b.Jar.Cookies(u) {
		if strings.HasSuffix(c.Name, "candour-draft") {
			return c.Value
		}
	}
	return ""
}

const secretWords = "My neighbour Edwin looked"

// A form that is sent after the session ran out is not lost: it waits for its
// owner, on the page it was typed on, and for nobody else.
func TestWhatWasTypedWaitsForItsOwner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := raise(t, d, nil)
		b := s.signedIn("/enter")
		token := b.token("/form/abc")
		s.now.on(31 * time.Minute)
		got := b.post("/form/abc", url.Values{TokenField: {token}, "note": {secretWords}, "pick": {"a", "b"}})
		if got.StatusCode != 401 || !strings.Contains(got.body, "over {Kind:patient Idle:30m0s Longest:0s Typed:true Kept:true} back to /form/abc") {
			t.Fatalf("%d %s", got.StatusCode, got.body)
		}
		if s.kept.count() != 0 {
			t.Fatalf("the form was acted on: %v", s.kept.all)
		}
		if b.cookie() != "" || b.draft() == "" {
			t.Errorf("cookies: %q %q", b.cookie(), b.draft())
		}
		if stored := draftBytes(t, d); strings.Contains(stored, "neighbour") || strings.Contains(stored, "/form") || strings.Contains(stored, b.draft()) || len(stored) < 40 {
			t.Errorf("the table gives it away: %q", stored)
		}
		if got := b.get("/form/abc"); got.StatusCode != 401 || strings.Contains(got.body, "neighbour") {
			t.Errorf("a stranger at the same browser: %d %s", got.StatusCode, got.body)
		}
		b.get("/enter")
		if got := b.get("/form/abc"); !strings.HasPrefix(got.body, `typed="`+secretWords+`" picks=["a" "b"]`) {
			t.Errorf("after signing in again: %s", got.body)
		}
		if got := b.get("/form/abd"); !strings.HasPrefix(got.body, `typed=""`) {
			t.Errorf("on another page: %s", got.body)
		}
		if got := s.signedIn("/enter").get("/form/abc"); !strings.HasPrefix(got.body, `typed=""`) {
			t.Errorf("in another browser: %s", got.body)
		}
		if got := b.post("/form/abc", url.Values{TokenField: {b.token("/form/abc")}, "note": {"sent"}}); got.body != "acted" || b.draft() != "" {
			t.Errorf("sent: %s, cookie %q", got.body, b.draft())
		}
		if got := b.get("/form/abc"); !strings.HasPrefix(got.body, `typed=""`) || draftBytes(t, d) != "" {
			t.Errorf("after the form was sent: %s", got.body)
		}
	})
}

func draftBytes(t *testing.T, d *db.DB) string {
	t.Helper()
	rows, err := d.Query(t.Context(), "SELECT id, place, account_id, sealed FROM drafts")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		var id, place, account string
		var sealed []byte
		if err := rows.Scan(&id, &place, &account, &sealed); err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(&all, id, place, account, string(sealed))
	}
	return all.String()
}

// The page of a form may have another address than where it is sent, and be seen
// in one of several ways.
func TestTheWayBackIsThePageOfTheForm(t *testing.T) {
	s := onSQLite(t, nil)
	for referer, back := range map[string]string{
		"":                                 "/search",
		s.url + "/search?by=name":          "/search?by=name",
		s.url + "/elsewhere":               "/search",
		"https://evil.example/search?by=x": "/search",
		s.url + "/search?by=name#top":      "/search?by=name",
		s.url + "//evil.example/search":    "/search",
	} {
		b := s.signedIn("/enter")
		token := b.token("/search")
		s.now.on(31 * time.Minute)
		got := b.post("/search/run", url.Values{TokenField: {token}, "note": {"x"}}, "Referer", referer)
		if !strings.Contains(got.body, "Kept:true} back to "+back+"<") {
			t.Errorf("%q: %s", referer, got.body)
		}
		if b.get("/enter"); !strings.HasPrefix(b.get("/search").body, `typed="x"`) {
			t.Errorf("%q: not shown on its page", referer)
		}
	}
	b := s.signedIn("/enter")
	token := b.token("/search")
	s.now.on(31 * time.Minute)
	if got := b.post("/plain", url.Values{TokenField: {token}, "note": {"x"}}, "Referer", s.url+"/form/abc"); !strings.Contains(got.body, "Typed:false Kept:false} back to /form/abc<") {
		t.Errorf("a form that keeps nothing: %s", got.body)
	}
}

func TestWhyASessionIsOver(t *testing.T) {
	s := onSQLite(t, nil)
	is := func(what string, b *browser, path, want string) {
		t.Helper()
		if got := b.get(path); got.StatusCode != 401 || !strings.Contains(got.body, want) {
			t.Errorf("%s: %d %s", what, got.StatusCode, got.body)
		}
	}
	idle := s.signedIn("/enter-staff")
	s.now.on(16 * time.Minute)
	is("not used", idle, "/staff", "over {Kind:staff Idle:15m0s Longest:0s Typed:false Kept:false} back to /staff")
	is("and then a stranger", idle, "/staff", "not_signed_in")

	long := s.signedIn("/enter")
	for range 35 {
		s.now.on(20 * time.Minute)
		long.get("/record/abc")
	}
	s.now.on(20 * time.Minute)
	is("twelve hours", long, "/record/abc?x=1", "over {Kind:patient Idle:0s Longest:12h0m0s Typed:false Kept:false} back to /record/abc?x=1")

	killed := s.signedIn("/enter")
	token := killed.token("/form/abc")
	if _, err := s.Sessions.EndByAccount(t.Context(), "acc-ada"); err != nil {
		t.Fatal(err)
	}
	got := killed.post("/form/abc", url.Values{TokenField: {token}, "note": {"x"}})
	if !strings.Contains(got.body, "over {Kind: Idle:0s Longest:0s Typed:true Kept:false}") || killed.draft() != "" {
		t.Errorf("a session that somebody ended keeps something: %s", got.body)
	}

	begun := s.browser()
	begun.get("/visit")
	s.now.on(time.Hour)
	is("never signed in", begun, "/record/abc", "not_signed_in")

	forgotten := s.signedIn("/enter")
	s.now.on(26 * time.Hour)
	is("the day after tomorrow", forgotten, "/record/abc", "over {Kind: ")
}

// Drafts go with their time, with signing out, and when somebody else signs in.
func TestDraftsGo(t *testing.T) {
	s := onSQLite(t, nil)
	typed := func() *browser {
		b := s.signedIn("/enter")
		token := b.token("/form/abc")
		s.now.on(31 * time.Minute)
		b.post("/form/abc", url.Values{TokenField: {token}, "note": {secretWords}})
		if b.draft() == "" {
			t.Fatal("nothing kept")
		}
		return b
	}
	late := typed()
	s.now.on(61 * time.Minute)
	late.get("/enter")
	if got := draftBytes(t, s.config.DB); got != "" {
		t.Errorf("it lies there after an hour: %q", got)
	}
	if !strings.HasPrefix(late.get("/form/abc").body, `typed=""`) {
		t.Error("shown after an hour")
	}
	out := typed()
	out.get("/enter")
	out.post("/leave", url.Values{TokenField: {out.token("/form/abc")}})
	if out.draft() != "" {
		t.Error("the cookie is there after signing out")
	}
	if out.get("/enter"); !strings.HasPrefix(out.get("/form/abc").body, `typed=""`) {
		t.Error("shown after signing out")
	}
	other := typed()
	if other.get("/enter-other"); other.draft() != "" {
		t.Error("the cookie is there when somebody else signed in")
	}
	if got := draftBytes(t, s.config.DB); got != "" {
		t.Errorf("it is there when somebody else signed in: %q", got)
	}
	if other.get("/enter"); !strings.HasPrefix(other.get("/form/abc").body, `typed=""`) {
		t.Error("shown again after somebody else had signed in")
	}
	full := s.signedIn("/enter")
	for i := range draftLimit + 5 {
		got := full.post(fmt.Sprintf("/form/a%d", i), url.Values{TokenField: {full.token("/form/abc")}, "note": {"x"}}, keepHeader, "1")
		if want := map[bool]int{true: 201, false: 204}[i < draftLimit]; got.StatusCode != want {
			t.Errorf("draft %d: %d", i, got.StatusCode)
		}
	}
}

// A page may put its form by before the end; several tabs at once lose nothing.
func TestTabsPutTheirFormsBy(t *testing.T) {
	s := onSQLite(t, nil)
	b := s.signedIn("/enter")
	one, two := s.browser(), s.browser() // the same session, as if each tab had not seen the other's answer
	u, _ := url.Parse(s.url)
	for _, tab := range []*browser{one, two} {
		tab.Jar.SetCookies(u, b.Jar.Cookies(u))
	}
	one.post("/form/one", url.Values{TokenField: {one.token("/form/one")}, "note": {"first"}}, keepHeader, "1")
	two.post("/form/two", url.Values{TokenField: {two.token("/form/two")}, "note": {"second"}}, keepHeader, "1")
	if one.draft() == "" || one.draft() != two.draft() {
		t.Fatalf("the tabs have two keys: %q %q", one.draft(), two.draft())
	}
	if got := two.post("/plain", url.Values{TokenField: {two.token("/form/two")}, "note": {"x"}}, keepHeader, "1"); got.StatusCode != 204 || s.kept.count() != 0 {
		t.Errorf("a form that keeps nothing: %d, acted %v", got.StatusCode, s.kept.all)
	}
	s.now.on(31 * time.Minute)
	two.get("/enter")
	for page, want := range map[string]string{"/form/one": "first", "/form/two": "second"} {
		if got := two.get(page); !strings.HasPrefix(got.body, `typed="`+want+`"`) {
			t.Errorf("%s: %s", page, got.body)
		}
	}
}

// Asking how long a session goes on is no use of it.
func TestAskingIsNoUse(t *testing.T) {
	s := onSQLite(t, nil)
	b := s.signedIn("/enter-staff")
	s.now.on(10 * time.Minute)
	if got := b.get("/left"); got.body != "true 5m0s 11h50m0s" {
		t.Errorf("%s", got.body)
	}
	patient := s.signedIn("/enter")
	token := patient.token("/form/abc")
	s.now.on(2 * time.Minute)
	patient.post("/form/abc", url.Values{TokenField: {token}, "note": {"x"}}, keepHeader, "1")
	if got := patient.get("/left"); got.body != "true 28m0s 11h58m0s" {
		t.Errorf("after a form was put by: %s", got.body)
	}
	s.now.on(4 * time.Minute)
	if got := b.get("/left"); got.body != "false 0s 0s" || b.cookie() == "" {
		t.Errorf("%s, cookie %q", got.body, b.cookie())
	}
	if got := b.get("/staff"); !strings.Contains(got.body, "Idle:15m") || b.cookie() != "" {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
}

// A part of a page cannot say that the session is over: the whole page is asked for
// again, with the cookie that tells why.
func TestAPartOfAPageSendsForTheWhole(t *testing.T) {
	s := onSQLite(t, nil)
	for current, want := range map[string]string{s.url + "/record/abc?q=a": "/record/abc?q=a", "https://evil.example//x": "/", "": "/"} {
		b := s.signedIn("/enter")
		s.now.on(31 * time.Minute)
		got := b.get("/record/abc", "HX-Request", "true", "HX-Current-URL", current)
		if got.StatusCode != 401 || got.Header.Get("HX-Redirect") != want || b.cookie() == "" {
			t.Errorf("%q: %d to %q, cookie %q", current, got.StatusCode, got.Header.Get("HX-Redirect"), b.cookie())
		}
		if got := b.get("/record/abc"); !strings.Contains(got.body, "Idle:30m") {
			t.Errorf("the whole page: %s", got.body)
		}
	}
}

func TestDeviceIsTwoCoarseWords(t *testing.T) {
	for agent, want := range map[string]string{
		"": "other other", "curl/8": "other other",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0":              "edge windows",
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0":                                                                     "firefox linux",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1":    "safari iphone",
		"Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36": "samsung android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15":                      "safari mac",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36":                             "chrome chromeos",
	} {
		if got := device(agent); got != want {
			t.Errorf("%q: %q, want %q", agent, got, want)
		}
	}
}

func endsIdle(s *stage) error {
	b := s.signedIn("/enter-staff")
	s.now.on(15*time.Minute - time.Second)
	if got := b.get("/left"); !strings.HasPrefix(got.body, "true") {
		return fmt.Errorf("a second before: %s", got.body)
	}
	s.now.on(time.Second)
	if got := b.get("/staff"); got.StatusCode != 401 {
		return fmt.Errorf("at 15 minutes: %d", got.StatusCode)
	}
	return nil
}

func endsAtLast(s *stage) error {
	b := s.signedIn("/enter")
	for range 35 {
		s.now.on(20 * time.Minute)
		if got := b.get("/record/abc"); got.StatusCode != 200 {
			return fmt.Errorf("within twelve hours: %d", got.StatusCode)
		}
	}
	s.now.on(20 * time.Minute)
	if got := b.get("/record/abc"); got.StatusCode != 401 {
		return fmt.Errorf("after twelve hours: %d", got.StatusCode)
	}
	return nil
}

// lapse is a browser whose session ran out while it had a form open.
func (s *stage) lapse() (*browser, string) {
	b := s.signedIn("/enter")
	token := b.token("/form/abc")
	s.now.on(31 * time.Minute)
	return b, token
}

func showsTypedToItsOwner(s *stage) error {
	b, token := s.lapse()
	b.post("/form/abc", url.Values{TokenField: {token}, "note": {secretWords}})
	held := b.draft()
	b.get("/enter-other")
	u, _ := url.Parse(s.url)
	for _, c := range b.Jar.Cookies(u) { // a clever next person keeps the cookie
		if strings.HasSuffix(c.Name, "candour-draft") {
			c.Value = held
		}
	}
	if got := b.get("/form/abc", "Cookie", "candour="+b.cookie()+"; candour-draft="+held); strings.Contains(got.body, "neighbour") {
		return errors.New("the next person at this browser reads it")
	}
	return nil
}

func keepsNothingForeign(s *stage) error {
	b, _ := s.lapse()
	for _, token := range []string{"", "made-up", strings.Repeat("A", 86)} {
		if b.post("/form/abc", url.Values{TokenField: {token}, "note": {secretWords}}); b.draft() != "" {
			return fmt.Errorf("kept with the token %q", token)
		}
		b, _ = s.lapse()
	}
	return nil
}

func putsByWithoutActing(s *stage) error {
	b := s.signedIn("/enter")
	got := b.post("/form/abc", url.Values{TokenField: {b.token("/form/abc")}, "note": {"half a sent"}}, keepHeader, "1")
	if s.kept.count() != 0 {
		return errors.New("it was acted on")
	}
	if got.StatusCode != 201 || !strings.HasPrefix(b.get("/form/abc").body, `typed="half a sent"`) {
		return fmt.Errorf("not put by: %d", got.StatusCode)
	}
	return nil
}
