package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/flate"

	"candour/models/access"
	"candour/models/db/dbtest"
	"candour/models/record"
)

func TestFailuresSayTheirKindAndNotTheirCause(t *testing.T) {
	s := onSQLite(t, nil)
	b := s.browser()
	for path, want := range map[string]string{
		"absent": "404 not_found", "denied": "403 denied", "conflict": "409 conflict", "unavailable": "503 unavailable", "internal": "500 internal",
		"not_found": "404 not_found", "restricted": "404 not_found", "another_person": "404 not_found", "excluded_category": "404 not_found", "not_for_patient": "404 not_found",
		"objected": "403 objected", "level_too_low": "403 level_too_low", "training_expired": "403 training_expired", "not_signed_in": "401 not_signed_in", "unknown": "403 unknown",
	} {
		got := b.get("/fault/" + path)
		if !strings.HasPrefix(got.body, "<h1>"+want+"</h1>") || fmt.Sprint(got.StatusCode) != want[:3] {
			t.Errorf("%s: %d %s", path, got.StatusCode, got.body)
		}
		if strings.Contains(got.body, canary) {
			t.Errorf("%s: the cause is on the page", path)
		}
	}
	log := s.logs.String()
	for _, kind := range []string{"internal", "unavailable"} {
		got := b.get("/fault/" + kind)
		id := regexp.MustCompile(`<p>([0-9a-f]{16})</p>`).FindStringSubmatch(got.body)
		if id == nil || !strings.Contains(s.logs.String()[len(log):], `"request":"`+id[1]+`"`) {
			t.Errorf("%s: the page's reference is not in the log: %s", kind, got.body)
		}
	}
}

// what is absent and what may not be known of answer alike, byte for byte
// but for the reference.
func TestAbsentAndForbiddenAreOnePage(t *testing.T) {
	s := onSQLite(t, nil)
	b := s.signedIn("/enter")
	plain := func(a answer) string {
		var head bytes.Buffer
		_ = a.Header.Write(&head)
		all := fmt.Sprint(a.StatusCode) + head.String() + a.body
		all = regexp.MustCompile(`[0-9a-f]{16}`).ReplaceAllString(all, "#")
		all = regexp.MustCompile(`nonce-[^']+`).ReplaceAllString(all, "nonce")
		return regexp.MustCompile(`Date: [^\r]+`).ReplaceAllString(all, "date")
	}
	want := plain(b.get("/fault/absent"))
	for _, other := range []string{"/fault/restricted", "/fault/another_person", "/fault/not_found", "/nowhere", "/record"} {
		if got := plain(b.get(other)); got != want {
			t.Errorf("%s differs:\n%s\n%s", other, got, want)
		}
	}
}

func TestHalfAPageDoesNotPrecedeTheErrorPage(t *testing.T) {
	got := onSQLite(t, nil).browser().get("/half")
	if got.StatusCode != 500 || !strings.HasPrefix(got.body, "<h1>500 internal</h1>") || strings.Contains(got.body, canary) {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
}

func TestPagesAreNotKept(t *testing.T) {
	s := onSQLite(t, nil)
	got := s.signedIn("/enter").get("/record/abc")
	if got.Header.Get("Cache-Control") != "no-store" || !strings.Contains(got.Header.Get("Vary"), "Cookie") {
		t.Errorf("%q %q", got.Header.Get("Cache-Control"), got.Header.Get("Vary"))
	}
}

// T36, T42: the log holds patterns, not addresses, and one line a request.
func TestLogsAndMetricsNameNobody(t *testing.T) {
	s := onSQLite(t, nil)
	b := s.signedIn("/enter")
	b.get("/record/"+canary, "X-Forwarded-For", "{\"fake\":1}\t")
	b.get("/record/abc?name="+canary, "User-Agent", canary, "Referer", s.url+"/"+canary)
	b.get("/" + canary)
	b.do("POST", "/act", "name="+canary)
	b.get("/half")
	log := s.logs.String()
	if strings.Contains(strings.ReplaceAll(log, `half way: `+canary, ""), canary) {
		t.Errorf("the log names somebody:\n%s", log)
	}
	for line := range strings.Lines(log) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not one JSON object a line: %q", line)
		}
	}
	if !strings.Contains(log, `"route":"/record/:ref","status":200`) {
		t.Error("the pattern is not in the log")
	}
	out := httptest.NewRecorder()
	s.config.Metrics.Handler().ServeHTTP(out, httptest.NewRequest("GET", "/metrics", nil))
	text := out.Body.String()
	if strings.Contains(text, canary) || !strings.Contains(text, `candour_request_seconds_count{method="GET",route="/record/:ref",status="200"} 2`) ||
		!strings.Contains(text, `route="unmatched"`) {
		t.Errorf("metrics:\n%s", text)
	}
	if b.get("/metrics").StatusCode != 404 {
		t.Error("metrics on the public listener")
	}
}

func TestRefusalsByTheServerUnderneathAreLogged(t *testing.T) {
	s := onSQLite(t, nil)
	rawAnswer(s, "GET / HTTP/1.1\r\nHost: x\r\nX-Long: "+strings.Repeat("x", 20000)+"\r\n\r\n", 3*time.Second)
	if !strings.Contains(s.logs.String(), `"route":"unmatched","status":431`) {
		t.Errorf("%s", s.logs.String())
	}
}

func TestPanicsAreCounted(t *testing.T) {
	s := onSQLite(t, nil)
	if got := s.browser().get("/panic"); got.StatusCode != 500 {
		t.Fatal(got.StatusCode)
	}
	if got := s.browser().get("/"); got.StatusCode != 200 {
		t.Fatal("the server is gone")
	}
	out := httptest.NewRecorder()
	s.config.Metrics.Handler().ServeHTTP(out, httptest.NewRequest("GET", "/metrics", nil))
	if !strings.Contains(out.Body.String(), "candour_panics_total 1") {
		t.Error("not counted")
	}
	if log := s.logs.String(); !strings.Contains(log, "answer_test.go") && !strings.Contains(log, "web_test.go") {
		t.Errorf("the log does not say where: %s", log)
	}
}

// T35: only a trusted proxy may say whose request it is, and only its own word counts.
func TestClientAddress(t *testing.T) {
	var got string
	route := Route{Method: "GET", Pattern: "/address", Audience: Asset, Shape: Page}
	for _, c := range []struct {
		proxies []string
		header  string
		want    string
	}{
		{nil, "9.9.9.9", "127.0.0.1"},
		{[]string{"10.0.0.1"}, "9.9.9.9", "127.0.0.1"},
		{[]string{"127.0.0.1"}, "9.9.9.9", "9.9.9.9"},
		{[]string{"127.0.0.0/8", "10.0.0.0/8"}, "6.6.6.6, 9.9.9.9, 10.1.2.3", "9.9.9.9"},
		{[]string{"127.0.0.1"}, "9.9.9.9, nonsense", "127.0.0.1"},
		{[]string{"127.0.0.1"}, "", "127.0.0.1"},
	} {
		app, err := NewApp(Config{DB: dbtest.SQLite(t), Clock: (&moving{}).now, PublicURL: "http://localhost", TrustedProxies: c.proxies,
			ErrorPage: func(Failure) component { return nil }, Dress: func(ctx contextT, _ Dressing) contextT { return ctx }})
		if err != nil {
			t.Fatal(err)
		}
		route.Handler = func(c *fiber.Ctx, _ access.Viewer) error { got = app.clientAddress(c); return nil }
		if err := app.Mount([]Route{route}); err != nil {
			t.Fatal(err)
		}
		if answer := askOnce(t, app, "GET /address HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: "+c.header+"\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(answer, "HTTP/1.1 200") {
			t.Fatal(answer)
		}
		if got != c.want {
			t.Errorf("trusting %v, %q: %s, want %s", c.proxies, c.header, got, c.want)
		}
	}
}

func TestCRCCombine(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for i := range 300 {
		a, b := make([]byte, r.Intn(5000)), make([]byte, r.Intn(5000)*(i%3))
		r.Read(a)
		r.Read(b)
		whole := crc32.ChecksumIEEE(append(append([]byte{}, a...), b...))
		if got := combine(crc32.ChecksumIEEE(a), crc32.ChecksumIEEE(b), uint32(len(b))); got != whole {
			t.Fatalf("lengths %d and %d: %08x, want %08x", len(a), len(b), got, whole)
		}
	}
	zero := make([]byte, 50<<20)
	if got := combine(crc32.ChecksumIEEE([]byte("x")), crc32.ChecksumIEEE(zero), uint32(len(zero))); got != crc32.Update(crc32.ChecksumIEEE([]byte("x")), crc32.IEEETable, zero) {
		t.Error("fifty megabytes")
	}
}

// ready packs as the store does: deflate blocks that end on a byte boundary.
func ready(t testing.TB, text []byte) *record.Ready {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.DefaultCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return &record.Ready{Deflated: b.Bytes(), CRC: crc32.ChecksumIEEE(text), Length: uint32(len(text))}
}

func TestReadyPageUnpacksToHeadBodyTail(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	words := func(n int) []byte {
		var b bytes.Buffer
		for b.Len() < n {
			fmt.Fprintf(&b, "<li data-item=\"%d\">word %d</li>", r.Int63(), r.Intn(9))
		}
		return b.Bytes()[:n]
	}
	for _, sizes := range [][3]int{{5000, 120_000, 2000}, {0, 10, 0}, {1, 0, 1}, {70_000, 70_000, 70_000}, {200, 3_000_000, 0}} {
		head, middle, tail := words(sizes[0]), words(sizes[1]), words(sizes[2])
		want := string(head) + string(middle) + string(tail)
		part := ready(t, middle)
		s := sendOnce(t, func(c *fiber.Ctx) error {
			return SendPieces(c, []record.PagePart{{Text: head}, {Ready: part}, {Text: tail}})
		})
		packed := s.get("/it", "Accept-Encoding", "br, gzip;q=0.5")
		if packed.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%v: not packed", sizes)
		}
		z, err := gzip.NewReader(strings.NewReader(packed.body))
		if err != nil {
			t.Fatal(err)
		}
		z.Multistream(false)
		got, err := io.ReadAll(z) // the reader checks the sum and the length
		if err != nil || string(got) != want {
			t.Fatalf("%v: %d of %d bytes, %v", sizes, len(got), len(want), err)
		}
		plain := s.get("/it", "Accept-Encoding", "identity")
		if plain.Header.Get("Content-Encoding") != "" || plain.body != want {
			t.Errorf("%v: plain differs", sizes)
		}
	}
}

func TestReadyPageThatDoesNotUnpackIsAnError(t *testing.T) {
	part := ready(t, []byte(strings.Repeat("abc", 1000)))
	part.CRC++
	s := sendOnce(t, func(c *fiber.Ctx) error {
		return SendPieces(c, []record.PagePart{{Text: []byte("head" + canary)}, {Ready: part}})
	})
	if got := s.get("/it", "Accept-Encoding", "identity"); got.StatusCode != 500 || strings.Contains(got.body, canary) {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
}

func TestPagesArePackedWhenAskedFor(t *testing.T) {
	page := strings.Repeat("<p>a page of words</p>", 500)
	s := sendOnce(t, func(c *fiber.Ctx) error { return Render(c, text(page)) })
	got := s.get("/it", "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(strings.NewReader(got.body))
	if err != nil {
		t.Fatal(err)
	}
	if all, err := io.ReadAll(z); err != nil || string(all) != page || len(got.body) > len(page)/4 {
		t.Errorf("%v, %d bytes for %d", err, len(got.body), len(page))
	}
	for _, not := range []string{"gzip;q=0", "gzip; q=0.000", "br", "identity", ""} {
		if got := s.get("/it", "Accept-Encoding", not); got.Header.Get("Content-Encoding") != "" || got.body != page {
			t.Errorf("%q: packed", not)
		}
	}
}

func TestForms(t *testing.T) {
	s := onSQLite(t, nil)
	b := s.browser()
	for body, want := range map[string]int{
		"name=Ada": 200, "": 200, "pick=a&pick=b": 200, "csrf=x&name=a": 200,
		"name=a&name=b": 400, "name=a&admin=true": 400, "Name=a": 400, "name=%ff": 400, "name=" + strings.Repeat("x", fieldLimit+1): 400, "name[]=a": 400,
	} {
		if got := b.do("POST", "/act", body); got.StatusCode != want {
			t.Errorf("%.40s: %d, want %d", body, got.StatusCode, want)
		}
	}
	for _, kind := range []string{"text/plain", "application/json", "multipart/form-data; boundary=x", ""} {
		if got := b.do("POST", "/act", `{"name":"a"}`, "Content-Type", kind); got.StatusCode != 415 {
			t.Errorf("%q: %d", kind, got.StatusCode)
		}
	}
	if got := b.post("/record/abc", url.Values{"_method": {"GET"}}, "X-HTTP-Method-Override", "GET"); got.StatusCode != 405 {
		t.Errorf("a method in disguise: %d", got.StatusCode)
	}
	b.post("/act", url.Values{"name": {"  a\x00b\r\nc\x1b  "}})
	if got := s.kept.all[len(s.kept.all)-1]; got != "ab\nc" {
		t.Errorf("kept %q", got)
	}
}

func TestOwnPath(t *testing.T) {
	for path, own := range map[string]bool{
		"/my": true, "/patients/abc/record?source=x&from=2020-01-01": true, "/": true, "/my/access-history?organisation=%C3%A9": true,
		"": false, "my": false, "//evil.example": false, "/\\evil.example": false, "https://evil.example/": false, "javascript:alert(1)": false,
		"/a\r\nSet-Cookie: x": false, "/a b": false, "/..//evil": false, "/%2f%2fevil.example": false, "/a#b": false, "/" + strings.Repeat("a", 600): false, "\t/my": false, "/é": false,
	} {
		want := "else"
		if own {
			want = path
		}
		if got := OwnPath(path, "else"); got != want {
			t.Errorf("%q: %q", path, got)
		}
	}
}

func TestConfigurationsAndRoutesThatAreRefused(t *testing.T) {
	good := Config{DB: dbtest.SQLite(t), Clock: (&moving{}).now, PublicURL: "https://record.example",
		ErrorPage: func(Failure) component { return nil }, Dress: func(ctx contextT, _ Dressing) contextT { return ctx }}
	if _, err := NewApp(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Config){
		"no clock": func(c *Config) { c.Clock = nil }, "no error page": func(c *Config) { c.ErrorPage = nil },
		"no address": func(c *Config) { c.PublicURL = "" }, "a path": func(c *Config) { c.PublicURL = "https://x/portal" },
		"a proxy by name": func(c *Config) { c.TrustedProxies = []string{"proxy"} },
	} {
		bad := good
		spoil(&bad)
		if _, err := NewApp(bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	h := func(*fiber.Ctx, access.Viewer) error { return nil }
	for name, r := range map[string]Route{
		"no audience":            {Method: "GET", Pattern: "/a", Shape: Page, Handler: h},
		"made-up audience":       {Method: "GET", Pattern: "/a", Audience: "friends", Shape: Page, Handler: h},
		"no shape":               {Method: "GET", Pattern: "/a", Audience: Public, Handler: h},
		"no handler":             {Method: "GET", Pattern: "/a", Audience: Public, Shape: Page},
		"method":                 {Method: "PUT", Pattern: "/a", Audience: Public, Shape: Page, Handler: h},
		"pattern":                {Method: "GET", Pattern: "a", Audience: Public, Shape: Page, Handler: h},
		"discloses to everybody": {Method: "GET", Pattern: "/a", Audience: Public, Discloses: true, Shape: Page, Handler: h},
	} {
		app, err := NewApp(good)
		if err != nil {
			t.Fatal(err)
		}
		if err := app.Mount([]Route{r}); err == nil {
			t.Errorf("%s: mounted", name)
		}
	}
	app, _ := NewApp(good)
	ok := Route{Method: "GET", Pattern: "/a", Audience: Public, Shape: Page, Handler: h}
	if err := app.Mount([]Route{ok, ok}); err == nil {
		t.Error("the same route twice: mounted")
	}
}

func TestReadyNeedsALogToWriteTo(t *testing.T) {
	d := dbtest.SQLite(t)
	if err := Ready(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if err := d.Do(t.Context(), func(ctx contextT) error {
		_, err := d.Exec(ctx, "ALTER TABLE audit_head RENAME TO elsewhere")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := Ready(t.Context(), d); err == nil {
		t.Error("ready without a log")
	}
}

func BenchmarkSendPieces(b *testing.B) {
	head, tail := bytes.Repeat([]byte("<p class=\"nhsuk-body\">head of the page</p>"), 150), bytes.Repeat([]byte("<li>tail</li>"), 100)
	part := ready(b, bytes.Repeat([]byte("<li data-item=\"abcdefgh.1\">an item of the record</li>"), 2000))
	app := fiber.New()
	benchmark(b, app, func(c *fiber.Ctx) error {
		return SendPieces(c, []record.PagePart{{Text: head}, {Ready: part}, {Text: tail}})
	})
}

func TestDurationsAreCountedFromBelow(t *testing.T) {
	m := NewMetrics()
	for _, took := range []time.Duration{700 * time.Microsecond, 20 * time.Millisecond, time.Minute} {
		m.observe(nil, "GET", 404, took)
	}
	out := httptest.NewRecorder()
	m.Handler().ServeHTTP(out, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{`status="404",le="0.0005"} 0`, `le="0.001"} 1`, `le="0.025"} 2`, `le="10"} 2`, `le="+Inf"} 3`,
		`candour_request_seconds_sum{method="GET",route="unmatched",status="404"} 60.0207`, "go_goroutines", "process_resident_memory_bytes"} {
		if !strings.Contains(out.Body.String(), want) {
			t.Errorf("without %s:\n%s", want, out.Body)
		}
	}
}
