package handlers

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"candour/handlers/signin"
	"candour/handlers/web"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/static"
)

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// house is the server without any of its stores: the shell and what needs none.
type house struct {
	*Server
	t   *testing.T
	url string
}

func build(t *testing.T, d *db.DB) *house {
	t.Helper()
	if err := static.Missing(); err != nil {
		t.Skip("SKIPPED: ", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, url: "http://" + listener.Addr().String()}
	registry, err := signin.NewRegistry(h.url, clock.Fixed(monday), signin.Demo(h.url, "candour")...)
	if err != nil {
		t.Fatal(err)
	}
	h.Server, err = New(Deps{DB: d, Clock: clock.Fixed(monday), PublicURL: h.url, Providers: registry, Region: "Three Rivers", Phone: "01632 960000",
		Demo: &DemoMode{Identity: http.NotFoundHandler()}})
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = h.App().Listener(listener) }()
	t.Cleanup(func() { _ = h.App().ShutdownWithTimeout(time.Second) })
	return h
}

type got struct {
	*http.Response
	body string
}

func (h *house) ask(client *http.Client, method, path string, form url.Values, headers ...string) got {
	h.t.Helper()
	request, err := http.NewRequest(method, h.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		h.t.Fatal(err)
	}
	if method == post {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", h.url)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	if client == nil {
		client = h.client()
	}
	response, err := client.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return got{response, string(body)}
}

func (h *house) client() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: 10 * time.Second, Transport: &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// the router is the table, nothing more and nothing less.
func TestTableAndRouterAgree(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	h.ask(nil, get, "/livez", nil)
	table := map[string]bool{}
	for _, r := range Routes() {
		if table[r.Method+" "+r.Pattern] = true; r.Method == get && !r.Discloses && (r.Audience == web.Public || r.Audience == web.Asset) {
			table["HEAD "+r.Pattern] = true
		}
	}
	routed := map[string]bool{}
	for _, list := range h.App().Stack() {
		for _, r := range list {
			if r.Path != "/" || r.Method == get || r.Method == "HEAD" {
				routed[r.Method+" "+r.Path] = true
			}
		}
	}
	for r := range table {
		if !routed[r] {
			t.Errorf("%s stands in the table and is not routed", r)
		}
	}
	for r := range routed {
		if !table[r] {
			t.Errorf("%s is routed and not in the table", r)
		}
	}
}

// concrete fills a pattern with ids that have the right shape.
func concrete(pattern string) string {
	parts := strings.Split(pattern, "/")
	for i, p := range parts {
		switch {
		case p == "*":
			parts[i] = "none"
		case p == ":section", p == ":provider":
			parts[i] = "allergies"
		case strings.HasPrefix(p, ":"):
			parts[i] = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
		}
	}
	return strings.Join(parts, "/")
}

// Every row of the table, as a stranger: deny is what happens by default, HEAD and
// prefetch never reach a disclosure, a foreign form never reaches an act.
func TestEveryRouteRefusesStrangers(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	disclosing := 0
	for _, r := range Routes() {
		path := concrete(r.Pattern)
		if r.Method == post {
			if r.Audience == web.Asset {
				continue // the demonstration's provider has its own rules
			}
			if a := h.ask(nil, post, path, url.Values{}, "Origin", "https://evil.example"); a.StatusCode != http.StatusForbidden {
				t.Errorf("%s %s from another site: %d", r.Method, r.Pattern, a.StatusCode)
			}
		}
		switch r.Audience {
		case web.Patient, web.Staff, web.AnySignedIn:
			if a := h.ask(nil, r.Method, path, url.Values{}); a.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s %s: %d", r.Method, r.Pattern, a.StatusCode)
			}
		}
		if !r.Discloses {
			continue
		}
		disclosing++
		if a := h.ask(nil, "HEAD", path, nil); a.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("HEAD %s: %d", r.Pattern, a.StatusCode)
		}
		if a := h.ask(nil, r.Method, path, nil, "Sec-Purpose", "prefetch"); a.StatusCode != http.StatusForbidden {
			t.Errorf("prefetch of %s: %d", r.Pattern, a.StatusCode)
		}
	}
	if disclosing < 10 {
		t.Errorf("only %d routes disclose: the table is not what it was", disclosing)
	}
}

func TestHealth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		if a := h.ask(nil, get, "/livez", nil); a.StatusCode != 200 || a.Header.Get("Set-Cookie") != "" {
			t.Errorf("livez: %d", a.StatusCode)
		}
		if a := h.ask(nil, get, "/readyz", nil); a.StatusCode != 200 {
			t.Errorf("readyz: %d", a.StatusCode)
		}
		h.Drain()
		if a := h.ask(nil, get, "/readyz", nil); a.StatusCode != 503 {
			t.Errorf("readyz while stopping: %d", a.StatusCode)
		}
		h.draining.Store(false)
		if err := d.Do(t.Context(), func(ctx context.Context) error {
			_, err := d.Exec(ctx, "ALTER TABLE audit_head RENAME TO elsewhere")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if a := h.ask(nil, get, "/readyz", nil); a.StatusCode != 503 || strings.Contains(a.body, "audit") {
			t.Errorf("readyz without a log to write to: %d %s", a.StatusCode, a.body)
		}
		if a := h.ask(nil, get, "/livez", nil); a.StatusCode != 200 {
			t.Errorf("livez without a log: %d", a.StatusCode)
		}
	})
}

func TestAssets(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	path := static.URL("app.css")
	for accept, encoding := range map[string]string{"gzip, deflate, br": "br", "gzip": "gzip", "": ""} {
		a := h.ask(nil, get, path, nil, "Accept-Encoding", accept)
		if a.StatusCode != 200 || a.Header.Get("Content-Encoding") != encoding || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/css") ||
			!strings.Contains(a.Header.Get("Cache-Control"), "immutable") || a.Header.Get("X-Content-Type-Options") != "nosniff" || a.Header.Get("Set-Cookie") != "" {
			t.Errorf("%q: %d %v", accept, a.StatusCode, a.Header)
		}
	}
	for _, no := range []string{"/static/app.css", "/static/manifest.json", "/static/", "/static/.gitkeep", "/static/../go.mod"} {
		if a := h.ask(nil, get, no, nil); a.StatusCode != 404 || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s", no, a.StatusCode, a.Header.Get("Cache-Control"))
		}
	}
}

// FAQ promise S-01: the contrast toggle works without signing in and without
// scripts, is remembered, and is the first control of every page, errors included.
func TestContrast(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	c := h.client()
	for _, path := range []string{"/", "/sign-in", "/nowhere", "/my", "/patients"} {
		action, name, pressed := firstControl(t, h.ask(c, get, path, nil).body)
		if action != "/preferences/contrast" || name != "contrast" || pressed != "false" {
			t.Errorf("%s: the first control is %s %s %s", path, action, name, pressed)
		}
	}
	a := h.ask(c, post, "/preferences/contrast", url.Values{"contrast": {"on"}, "return": {"/sign-in?for=staff"}})
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/sign-in?for=staff" || !strings.Contains(a.Header.Get("Set-Cookie"), "HttpOnly") {
		t.Fatalf("%d %v", a.StatusCode, a.Header)
	}
	if _, _, pressed := firstControl(t, h.ask(c, get, "/", nil).body); pressed != "true" {
		t.Error("not remembered")
	}
	if a := h.ask(c, post, "/preferences/contrast", url.Values{"contrast": {"off"}, "return": {"https://evil.example"}}); a.Header.Get("Location") != "/" {
		t.Errorf("sent to %s", a.Header.Get("Location"))
	}
	for _, bad := range []url.Values{{}, {"contrast": {"purple"}}, {"contrast": {"on", "off"}}, {"contrast": {"on"}, "admin": {"1"}}} {
		if a := h.ask(c, post, "/preferences/contrast", bad); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%v: %d", bad, a.StatusCode)
		}
	}
}

// A form without a token is for the things that change nothing of anybody's.
func TestOnlyHowPagesLookNeedsNoToken(t *testing.T) {
	for _, r := range Routes() {
		if r.Look != (r.Pattern == "/preferences/contrast" || r.Pattern == "/preferences/language") {
			t.Errorf("%s %s: Look is %t", r.Method, r.Pattern, r.Look)
		}
	}
}

// firstControl finds the first thing on a page that can be operated, the form it
// stands in, its name and whether it is pressed.
func firstControl(t *testing.T, page string) (action, name, pressed string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var find func(n *html.Node, form string) bool
	find = func(n *html.Node, form string) bool {
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		switch n.Data {
		case "form":
			form = at["action"]
		case "a", "button", "select", "textarea", "input", "summary":
			if at["type"] != "hidden" {
				action, name, pressed = form, at["name"], at["aria-pressed"]
				return true
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if find(c, form) {
				return true
			}
		}
		return false
	}
	find(doc, "")
	return action, name, pressed
}

func TestErrorPagesAreWholePagesWithAReference(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	for path, status := range map[string]int{"/nowhere": 404, "/my/access-history?from=2026-01-01": 401} {
		a := h.ask(nil, get, path, nil)
		if a.StatusCode != status || !strings.Contains(a.body, "</html>") || !strings.Contains(a.body, "reference") {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.body)
		}
	}
	if a := h.ask(nil, get, "/my/access-history?from=2026-01-01", nil); !strings.Contains(a.body, url.QueryEscape("/my/access-history?from=2026-01-01")) {
		t.Error("the way in does not lead back")
	}
	if a := h.ask(nil, get, "/my", nil, "HX-Request", "true", "HX-Request-Type", "partial"); strings.Contains(a.body, "<html") {
		t.Error("a whole page in answer to a part")
	}
}

func TestSessionTableGoneSaysWhomToRing(t *testing.T) {
	d := dbtest.SQLite(t)
	h := build(t, d)
	if err := d.Do(t.Context(), func(ctx context.Context) error {
		_, err := d.Exec(ctx, "ALTER TABLE sessions RENAME TO elsewhere")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	a := h.ask(nil, get, "/my", nil, "Cookie", "candour=abc")
	if a.StatusCode != 503 || !strings.Contains(a.body, "01632") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}
