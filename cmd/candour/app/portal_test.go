package app

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"candour/models/audit"
	"candour/models/clock"
	"candour/models/opaque"
)

// portal is the whole program with its demo world, listening on a port of its own.
type portal struct {
	*App
	url string
	now *atomic.Int64
}

// today is the day on which the demo world of the tests lives.
var today = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

// start builds and serves the portal on dsn.
func start(t testing.TB, dsn string) *portal {
	t.Helper()
	return startWith(t, dsn, nil)
}

func startWith(t testing.TB, dsn string, change func(*App), configure ...func(*Config)) *portal {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &portal{url: "http://" + l.Addr().String(), now: &atomic.Int64{}}
	p.now.Store(today.UnixMilli())
	var now clock.Clock = func() time.Time { return time.UnixMilli(p.now.Load()).UTC() }
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conf := Config{DSN: dsn, Clock: now, Log: slog.New(slog.DiscardHandler), Region: "Three Rivers", PublicURL: p.url, Demo: true, ViewsPerSecond: 100_000}
	for _, set := range configure {
		set(&conf)
	}
	p.App, err = Build(ctx, conf)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(p.App)
	}
	go func() { _ = p.Fiber.Listener(l) }() // ends with Shutdown
	t.Cleanup(func() {
		_ = p.Fiber.ShutdownWithTimeout(5 * time.Second)
		_ = p.Close()
	})
	return p
}

// browser is one person at the portal, with cookies.
type browser struct {
	t   testing.TB
	p   *portal
	c   *http.Client
	who string
}

// answer is what came back, read whole.
type answer struct {
	Status int
	Header http.Header
	Body   string
	URL    *url.URL
}

func (p *portal) browser(t testing.TB) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, p: p, c: &http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
}

func (b *browser) do(req *http.Request) answer {
	b.t.Helper()
	res, err := b.c.Do(req)
	if err != nil {
		b.t.Fatalf("%s %s: %v", req.Method, req.URL.Path, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatalf("%s %s: %v", req.Method, req.URL.Path, err)
	}
	return answer{res.StatusCode, res.Header, string(body), res.Request.URL}
}

// get fetches a page of the portal, following redirects.
func (b *browser) get(path string) answer {
	b.t.Helper()
	req, err := http.NewRequest(http.MethodGet, b.p.url+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(req)
}

// send fills the form on a page that posts to action and sends it.
func (b *browser) send(page answer, action string, fields url.Values) answer {
	b.t.Helper()
	token := field(b.t, page.Body, "csrf")
	fields.Set("csrf", token)
	req, err := http.NewRequest(http.MethodPost, b.p.url+action, strings.NewReader(fields.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", b.p.url)
	return b.do(req)
}

// signIn walks the real way in, through the demo identity provider.
func (p *portal) signIn(t testing.TB, persona string) *browser {
	t.Helper()
	b := p.browser(t)
	b.who = persona
	for _, provider := range []string{"nhs-login", "staff"} {
		page := b.get("/sign-in/" + provider)
		if href := personaLink(page.Body, persona); href != "" {
			to, err := page.URL.Parse(href)
			if err != nil {
				t.Fatal(err)
			}
			after := b.get(to.RequestURI())
			if after.Status >= 500 {
				t.Fatalf("signing in as %s: %d %s", persona, after.Status, text(after.Body))
			}
			return b
		}
	}
	t.Fatalf("no persona %s to sign in as", persona)
	return nil
}

// claim makes the browser's person involved with somebody: the evidence offered
// first, or else the first reason.
func (b *browser) claim(person opaque.ID) answer {
	b.t.Helper()
	page := b.get("/patients/" + string(person) + "/reason")
	if page.Status != http.StatusOK {
		return page
	}
	choice := ""
	walk(b.t, page.Body, func(n *html.Node) {
		if n.Data == "input" && attr(n, "name") == "choice" && (choice == "" || has(n, "checked")) {
			choice = attr(n, "value")
		}
	})
	return b.send(page, "/patients/"+string(person)+"/reason", url.Values{"choice": {choice}, "note": {"Seen in clinic today"}})
}

func walk(t testing.TB, body string, visit func(*html.Node)) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			visit(n)
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func field(t testing.TB, body, name string) (value string) {
	walk(t, body, func(n *html.Node) {
		if n.Data == "input" && attr(n, "name") == name {
			value = attr(n, "value")
		}
	})
	return value
}

func personaLink(body, persona string) (href string) {
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return ""
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "a" && attr(n, "data-persona") == persona {
			href = attr(n, "href")
		}
	}
	return href
}

func text(body string) string {
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return body
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(strings.TrimSpace(n.Data) + " ")
		}
	}
	out := b.String()
	return out[:min(len(out), 400)]
}

// logged is one entry of the log, read from its canonical body.
type logged struct {
	Seq     int64
	Person  string   `json:"person"`
	Viewer  string   `json:"viewer"`
	Kind    string   `json:"kind"`
	Outcome string   `json:"outcome"`
	Reason  string   `json:"reason"`
	Route   string   `json:"route"`
	Shape   string   `json:"shape"`
	Request string   `json:"request"`
	Set     string   `json:"set"`
	Count   int      `json:"count"`
	Parts   []string `json:"sections"`
}

// since gives the entries after seq, oldest first.
func (p *portal) since(t testing.TB, seq int64) []logged {
	t.Helper()
	rows, err := p.DB.Query(context.Background(), "SELECT seq, body FROM audit_entries WHERE seq > ? ORDER BY seq", seq)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []logged
	for rows.Next() {
		var l logged
		var body []byte
		if err := rows.Scan(&l.Seq, &body); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(body, &l); err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func (p *portal) lastSeq(t testing.TB) int64 {
	t.Helper()
	row, err := p.DB.QueryRow(context.Background(), "SELECT coalesce(max(seq), 0) FROM audit_entries")
	if err != nil {
		t.Fatal(err)
	}
	var seq int64
	if err := row.Scan(&seq); err != nil {
		t.Fatal(err)
	}
	return seq
}

// items are the tokens id.version of an entry's set.
func (p *portal) items(t testing.TB, l logged) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	if l.Set == "" {
		return out
	}
	id, err := hex.DecodeString(l.Set)
	if err != nil {
		t.Fatal(err)
	}
	refs, err := p.Audit.Set(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range refs {
		out[token(r)] = true
	}
	return out
}

func token(r audit.ItemRef) string { return fmt.Sprintf("%s.%d", r.ID, r.Version) }
