package web

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"candour/models/db/dbtest"
)

// Each control of the shell with a behaviour that shows it. The behaviour must
// hold with the control, and must fail without it: a check that cannot fail
// proves nothing.
var controlChecks = []struct {
	trap  string
	off   func(*controls)
	set   func(*Config)
	holds func(*stage) error
}{
	{"S1 strings of a request outlive it", func(c *controls) { c.immutable = true }, nil, keepsStrings},
	{"S3 the database does not hold the cookie", func(c *controls) { c.hashToken = true }, nil, hashesToken},
	{"S4 a panic is one error page", func(c *controls) { c.recover = true }, nil, survivesPanic},
	{"S5 no unpacking of requests", func(c *controls) { c.encoding = true }, nil, refusesEncoding},
	{"S5 a body is bounded", func(c *controls) { c.bodyLimit = true }, nil, boundsBody},
	{"S5 a large body is for who is signed in", func(c *controls) { c.uploads = true }, nil, boundsFiles},
	{"S6 a slow client is cut off", func(c *controls) { c.timeouts = true }, func(c *Config) { c.Read = 300 * time.Millisecond }, cutsSlowClient},
	{"S7 forwarded headers are hearsay", func(c *controls) { c.proxies = true }, nil, ignoresForwarded},
	{"S8 one spelling of each path", func(c *controls) { c.paths = true }, nil, onePath},
	{"S9 HEAD does not run a disclosure", func(c *controls) { c.heads = true }, nil, refusesHead},
	{"S13 a foreign page cannot post", func(c *controls) { c.origin = true }, nil, refusesForeignPost},
	{"T15 a post without the session's token", func(c *controls) { c.token = true }, nil, refusesTokenless},
	{"S18 a browser's guess shows nothing", func(c *controls) { c.prefetch = true }, nil, refusesPrefetch},
	{"T45 another site cannot pull a page in", func(c *controls) { c.destinations = true }, nil, refusesEmbedding},
	{"T45 headers on every answer", func(c *controls) { c.headers = true }, nil, headersEverywhere},
	{"T45 headers on answers to unknown methods", func(c *controls) { c.methods = true }, nil, headersOnUnknownMethod},
	{"T41 a pace", func(c *controls) { c.pace = true }, func(c *Config) { c.Pace.SignIn = Limit{1, 5} }, paces429},
	{"T07 a session ends when it is not used", func(c *controls) { c.idle = true }, nil, endsIdle},
	{"T07 a session ends after the longest time", func(c *controls) { c.longest = true }, nil, endsAtLast},
	{"what was typed is its owner's alone", func(c *controls) { c.draftOwner = true }, nil, showsTypedToItsOwner},
	{"what was typed on a foreign page is not kept", func(c *controls) { c.token = true }, nil, keepsNothingForeign},
	{"a form put by is not acted on", func(c *controls) { c.keepOnly = true }, nil, putsByWithoutActing},
	{"an ended session stays ended", func(c *controls) { c.endedStays = true }, nil, endedStaysEnded},
	{"a session is what it is, not what it was lately", func(c *controls) { c.lately = true }, nil, ridesOnWhatIs},
	{"no answer leaves on a session that nobody looked at", func(c *controls) { c.lately = true }, nil, leavesNothingUnlookedAt},
}

func TestEachControlHoldsAndIsNeeded(t *testing.T) {
	for _, c := range controlChecks {
		t.Run(c.trap, func(t *testing.T) {
			with := onSQLite(t, c.set)
			if err := c.holds(with); err != nil {
				t.Errorf("with the control: %v", err)
			}
			without := raise(t, dbtest.SQLite(t), func(config *Config) {
				if c.set != nil {
					c.set(config)
				}
				c.off(&config.off)
			})
			if err := c.holds(without); err == nil {
				t.Error("without the control the check passes as well: it proves nothing")
			}
		})
	}
}

func keepsStrings(s *stage) error {
	b := s.browser()
	for i := range 200 {
		b.get(fmt.Sprintf("/keep?v=patient-%06d", i))
	}
	for i, got := range s.kept.all {
		if want := fmt.Sprintf("patient-%06d", i); got != want {
			return fmt.Errorf("request %d was kept as %q", i, got)
		}
	}
	return nil
}

func hashesToken(s *stage) error {
	b := s.signedIn("/enter")
	rows, err := s.config.DB.Query(s.t.Context(), "SELECT token FROM sessions")
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		n++
		var token string
		if err := rows.Scan(&token); err != nil {
			s.t.Fatal(err)
		}
		if token == b.cookie() {
			return errors.New("the cookie stands in the database as it is")
		}
	}
	if n == 0 {
		s.t.Fatal("no session was stored")
	}
	return nil
}

// survivesPanic calls the server's handler itself, because without the control
// the panic would end the test process.
func survivesPanic(s *stage) (err error) {
	s.browser().get("/") // the router is complete once the server listens
	for _, path := range []string{"/panic", "/secret-panic"} {
		func() {
			defer func() {
				if p := recover(); p != nil {
					err = fmt.Errorf("%s ended the process", path)
				}
			}()
			ctx := &fasthttp.RequestCtx{}
			ctx.Request.SetRequestURI(path)
			ctx.Request.Header.SetHost("localhost")
			s.Fiber.Server().Handler(ctx)
			if ctx.Response.StatusCode() != 500 || strings.Contains(string(ctx.Response.Body()), canary) {
				err = fmt.Errorf("%s: %d %s", path, ctx.Response.StatusCode(), ctx.Response.Body())
			}
		}()
		if err != nil {
			return err
		}
	}
	if strings.Contains(s.logs.String(), canary) {
		return errors.New("what the panic said is in the log")
	}
	return nil
}

func refusesEncoding(s *stage) error {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(bytes.Repeat([]byte("name=a&"), 1000))
	_ = z.Close()
	for _, encoding := range []string{"gzip", "gzip, gzip", "br", "deflate", "identity"} {
		got := s.browser().do("POST", "/act", packed.String(), "Content-Encoding", encoding)
		if got.StatusCode != 415 {
			return fmt.Errorf("%s: %d", encoding, got.StatusCode)
		}
	}
	return nil
}

func boundsBody(s *stage) error {
	// The server answers and closes; a client that is still sending may see the
	// connection break instead of the answer.
	raw := rawAnswer(s, "POST /act HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nOrigin: "+s.url+"\r\nContent-Length: 5000000\r\n\r\nname=", 3*time.Second)
	if !strings.HasPrefix(raw, "HTTP/1.1 413") {
		return fmt.Errorf("five megabytes announced: %.60q", raw)
	}
	return nil
}

// rawAnswer sends bytes and reads what comes within a time.
func rawAnswer(s *stage, send string, within time.Duration) string {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(send)); err != nil {
		s.t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(within))
	var out strings.Builder
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadString('\n')
		out.WriteString(line)
		if err != nil {
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() && out.Len() == 0 {
				return "still open"
			}
			return out.String()
		}
	}
}

func cutsSlowClient(s *stage) error {
	if got := rawAnswer(s, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", 1500*time.Millisecond); got == "still open" {
		return errors.New("a client that sends half a header keeps its place")
	}
	return nil
}

func ignoresForwarded(s *stage) error {
	got := s.browser().get("/host", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https")
	if strings.Contains(got.body, "evil") || strings.Contains(got.body, "https") {
		return errors.New(got.body)
	}
	return nil
}

func onePath(s *stage) error {
	b := s.signedIn("/enter")
	if got := b.get("/record/abc"); got.StatusCode != 200 {
		s.t.Fatalf("the plain path: %d", got.StatusCode)
	}
	for _, path := range []string{"/RECORD/abc", "/record/abc/", "/record/%61bc", "/record/abc;x=2", "/record/abc%00", "/record//abc", "//record/abc", "/record/../record/abc", "/record/a%2Fb", "/record/.abc"} {
		raw := rawAnswer(s, "GET "+path+" HTTP/1.1\r\nHost: x\r\nCookie: candour="+b.cookie()+"\r\nConnection: close\r\n\r\n", 2*time.Second)
		if !strings.HasPrefix(raw, "HTTP/1.1 404") {
			return fmt.Errorf("%s: %.40q", path, raw)
		}
	}
	return nil
}

func refusesHead(s *stage) error {
	b := s.signedIn("/enter")
	before := s.kept.count()
	got := b.do("HEAD", "/record/abc", "")
	if got.StatusCode != 405 || s.kept.count() != before {
		return fmt.Errorf("HEAD: %d, the handler ran %d times", got.StatusCode, s.kept.count()-before)
	}
	return nil
}

func refusesForeignPost(s *stage) error {
	b := s.browser()
	for name, headers := range map[string][]string{
		"another origin":           {"Origin", "https://evil.example", "Sec-Fetch-Site", ""},
		"cross-site":               {"Sec-Fetch-Site", "cross-site"},
		"same-site":                {"Sec-Fetch-Site", "same-site"},
		"neither":                  {"Origin", "", "Sec-Fetch-Site", ""},
		"null alone":               {"Origin", "null", "Sec-Fetch-Site", ""},
		"our name, another scheme": {"Origin", strings.Replace(s.url, "http:", "https:", 1), "Sec-Fetch-Site", ""},
		"our name as a prefix":     {"Origin", s.url + ".evil.example", "Sec-Fetch-Site", ""},
	} {
		if got := b.post("/act", url.Values{"name": {"x"}}, headers...); got.StatusCode != 403 {
			return fmt.Errorf("%s: %d", name, got.StatusCode)
		}
	}
	if got := b.post("/act", url.Values{"name": {"x"}}); got.StatusCode != 200 {
		s.t.Fatalf("our own form: %d", got.StatusCode)
	}
	return nil
}

// How pages look may be changed from a page that has no token, the demo's sign-in,
// by somebody who is signed in; never from another site.
func TestALookNeedsNoTokenAndStillItsOrigin(t *testing.T) {
	b := onSQLite(t, nil).signedIn("/enter")
	for _, token := range []string{"", "abc"} {
		if got := b.post("/look", url.Values{TokenField: {token}}); got.StatusCode != 200 {
			t.Errorf("token %q: %d", token, got.StatusCode)
		}
		if got := b.post("/act", url.Values{"name": {"x"}, TokenField: {token}}); got.StatusCode != 403 {
			t.Errorf("an act with token %q: %d", token, got.StatusCode)
		}
	}
	for name, headers := range map[string][]string{
		"another origin": {"Origin", "https://evil.example", "Sec-Fetch-Site", ""}, "cross-site": {"Sec-Fetch-Site", "cross-site"}, "neither": {"Origin", "", "Sec-Fetch-Site", ""},
	} {
		if got := b.post("/look", url.Values{}, headers...); got.StatusCode != 403 {
			t.Errorf("%s: %d", name, got.StatusCode)
		}
	}
}

func refusesTokenless(s *stage) error {
	b := s.signedIn("/enter")
	other := s.signedIn("/enter").get("/token").body
	before := s.kept.count()
	for name, token := range map[string]string{"none": "", "nonsense": "abc", "of another session": other, "long": strings.Repeat("A", 86)} {
		if got := b.post("/act", url.Values{"name": {"x"}, TokenField: {token}}); got.StatusCode != 403 {
			return fmt.Errorf("%s: %d", name, got.StatusCode)
		}
	}
	if s.kept.count() != before {
		return errors.New("the act was done")
	}
	mine := b.get("/token").body
	if got := b.post("/act", url.Values{"name": {"x"}, TokenField: {mine}}); got.StatusCode != 200 {
		s.t.Fatalf("with its own token: %d %s", got.StatusCode, got.body)
	}
	if got := b.post("/act", url.Values{"name": {"x"}}, TokenHeader, mine); got.StatusCode != 200 {
		s.t.Fatalf("with its own token in the header: %d", got.StatusCode)
	}
	if again := b.get("/token").body; again == mine {
		s.t.Error("the token is the same on two pages")
	}
	return nil
}

func refusesPrefetch(s *stage) error {
	b := s.signedIn("/enter")
	before := s.kept.count()
	for _, h := range [][2]string{{"Sec-Purpose", "prefetch"}, {"Sec-Purpose", "prefetch;prerender"}, {"Purpose", "prefetch"}, {"X-Moz", "prefetch"}, {"X-Purpose", "preview"}} {
		got := b.get("/record/abc", h[0], h[1])
		if got.StatusCode != 403 || strings.Contains(got.body, canary) || s.kept.count() != before {
			return fmt.Errorf("%s: %s: %d, the handler ran %d times", h[0], h[1], got.StatusCode, s.kept.count()-before)
		}
	}
	return nil
}

func refusesEmbedding(s *stage) error {
	b := s.signedIn("/enter")
	for _, h := range [][]string{
		{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"},
		{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"},
		{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"},
	} {
		if got := b.get("/record/abc", h...); got.StatusCode != 403 {
			return fmt.Errorf("%v: %d", h, got.StatusCode)
		}
	}
	for _, h := range [][]string{
		{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"},
		{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"},
		{"Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"},
	} {
		if got := b.get("/record/abc", h...); got.StatusCode != 200 {
			s.t.Fatalf("%v: %d", h, got.StatusCode)
		}
	}
	return nil
}

var mustHave = []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy", "X-Frame-Options", "Cache-Control"}

func headersEverywhere(s *stage) error {
	b := s.signedIn("/enter")
	answers := map[string]answer{
		"page": b.get("/"), "file": b.get("/static/app.css"), "absent": b.get("/nowhere"), "disclosure": b.get("/record/abc"),
		"panic": b.get("/panic"), "fault": b.get("/fault/internal"), "method": b.do("DELETE", "/", ""), "head": b.do("HEAD", "/", ""),
		"encoding": b.do("POST", "/act", "a", "Content-Encoding", "gzip"), "forged": b.post("/act", url.Values{}, "Sec-Fetch-Site", "cross-site"),
		"path": b.get("/a;b"), "stranger": s.browser().get("/record/abc"), "redirect": b.post("/leave", url.Values{TokenField: {b.get("/token").body}}),
	}
	for name, got := range answers {
		for _, header := range mustHave {
			if got.Header.Get(header) == "" {
				return fmt.Errorf("%s (%d): no %s", name, got.StatusCode, header)
			}
		}
		policy := got.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, part) || strings.Contains(policy, "unsafe") {
				return fmt.Errorf("%s: policy %q", name, policy)
			}
		}
	}
	// Refused by the server underneath, before any of our code.
	for name, send := range map[string]string{
		"431": "GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 20000) + "\r\n\r\n",
		"413": "POST /act HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\nx",
		"400": "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -x\r\n\r\n",
	} {
		raw := rawAnswer(s, send, 3*time.Second)
		if !strings.HasPrefix(raw, "HTTP/1.1 "+name) || !strings.Contains(raw, "Content-Security-Policy: default-src 'none'") {
			return fmt.Errorf("%s: %.200q", name, raw)
		}
	}
	return nil
}

func headersOnUnknownMethod(s *stage) error {
	raw := rawAnswer(s, "FROBNICATE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 2*time.Second)
	if !strings.HasPrefix(raw, "HTTP/1.1 501") || !strings.Contains(raw, "X-Content-Type-Options: nosniff") {
		return fmt.Errorf("%.100q", raw)
	}
	return nil
}

func paces429(s *stage) error {
	b := s.browser()
	for i := range 6 {
		got := b.get("/paced", "X-Forwarded-For", fmt.Sprintf("10.9.8.%d", i)) // a claimed address changes nothing
		if i < 5 && got.StatusCode != 200 {
			s.t.Fatalf("request %d: %d", i, got.StatusCode)
		}
		if i == 5 && (got.StatusCode != 429 || got.Header.Get("Retry-After") == "") {
			return fmt.Errorf("request %d: %d", i, got.StatusCode)
		}
	}
	s.now.on(3 * time.Second)
	if got := b.get("/paced"); got.StatusCode != 200 {
		s.t.Errorf("after a rest: %d", got.StatusCode)
	}
	return nil
}

// endedStaysEnded: a slow request of a session, a sign-out meanwhile, and the
// slow request finishing after it.
func endedStaysEnded(s *stage) error {
	b := s.signedIn("/enter")
	stolen := b.cookie()
	done := make(chan answer, 1)
	slow := s.browser()
	go func() { done <- slow.get("/slow", "Cookie", "candour="+stolen) }()
	<-s.held
	if got := b.post("/leave", url.Values{TokenField: {b.get("/token").body}}); got.StatusCode != 303 {
		s.t.Fatalf("sign-out: %d %s", got.StatusCode, got.body)
	}
	s.hold <- struct{}{}
	late := <-done
	if again := s.browser().get("/record/abc", "Cookie", "candour="+stolen); again.StatusCode != 401 {
		return fmt.Errorf("the cookie works again after sign-out: %d", again.StatusCode)
	}
	if late.StatusCode != 401 || !strings.Contains(late.Header.Get("Set-Cookie"), "Max-Age=0") {
		return fmt.Errorf("the late answer went out as if its session were alive: %d %q", late.StatusCode, late.Header.Get("Set-Cookie"))
	}
	return nil
}
