package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"candour/models/access"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/opaque"
)

// stage is a running shell with routes that try it.
type stage struct {
	*App
	t    *testing.T
	url  string
	logs *safeBuffer
	now  *moving
	kept *notes
	hold chan struct{} // /slow waits for it
	held chan struct{} // /slow says that it waits
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

type moving struct {
	mu sync.Mutex
	at time.Time
}

func (m *moving) now() time.Time { m.mu.Lock(); defer m.mu.Unlock(); return m.at }
func (m *moving) on(d time.Duration) {
	m.mu.Lock()
	m.at = m.at.Add(d)
	m.mu.Unlock()
}

// notes are what handlers kept of their requests.
type notes struct {
	mu   sync.Mutex
	all  []string
	runs int
}

func (n *notes) add(s string) { n.mu.Lock(); n.all = append(n.all, s); n.runs++; n.mu.Unlock() }
func (n *notes) count() int   { n.mu.Lock(); defer n.mu.Unlock(); return n.runs }

func text(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	})
}

const canary = "Winifred-Oakhampton-9434765919"

var patientAda = access.Viewer{Kind: access.Patient, ID: "acc-ada", Name: "Ada", Level: "P9"}

func raise(t *testing.T, d *db.DB, change func(*Config)) *stage {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, url: "http://" + listener.Addr().String(), logs: &safeBuffer{}, kept: &notes{},
		now:  &moving{at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)},
		hold: make(chan struct{}), held: make(chan struct{}, 100)}
	config := Config{
		DB: d, Clock: s.now.now, Ticks: s.now.now, PublicURL: s.url,
		Logger: slog.New(slog.NewJSONHandler(s.logs, nil)),
		ErrorPage: func(f Failure) templ.Component {
			over := ""
			if f.Over != nil {
				over = fmt.Sprintf("<p>over %+v back to %s</p>", *f.Over, f.Return)
			}
			return text(fmt.Sprintf("<h1>%d %s</h1><p>%s</p>%s", f.Status, f.Key, f.Reference, over))
		},
		Dress: func(ctx context.Context, d Dressing) context.Context {
			return context.WithValue(ctx, rowKey{}, d.Token)
		},
	}
	if change != nil {
		change(&config)
	}
	if s.App, err = NewApp(config); err != nil {
		t.Fatal(err)
	}
	if err := s.Mount(s.tries()); err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Fiber.Listener(listener) }()
	t.Cleanup(func() { _ = s.Fiber.ShutdownWithTimeout(time.Second) })
	return s
}

func (s *stage) tries() []Route {
	own := func(pattern string, to Audience, h Handler) Route {
		return Route{Method: "GET", Pattern: pattern, Audience: to, Discloses: to == Patient || to == Staff, Shape: Page, Handler: h}
	}
	ok := func(c *fiber.Ctx, _ access.Viewer) error { return c.SendString("fine") }
	return []Route{
		own("/static/app.css", Asset, ok),
		own("/", Public, func(c *fiber.Ctx, _ access.Viewer) error { return Render(c, text("<h1>home</h1>")) }),
		own("/keep", Public, func(c *fiber.Ctx, _ access.Viewer) error {
			s.kept.add(c.Query("v"))
			return c.SendString("kept")
		}),
		own("/host", Public, func(c *fiber.Ctx, _ access.Viewer) error { return c.SendString(c.Hostname() + " " + c.BaseURL()) }),
		own("/panic", Public, func(*fiber.Ctx, access.Viewer) error { counts := nothing(); counts[canary] = 1; return nil }),
		own("/secret-panic", Public, func(*fiber.Ctx, access.Viewer) error { panic("at " + canary) }),
		own("/fault/:kind", Public, s.fault),
		own("/half", Public, func(c *fiber.Ctx, _ access.Viewer) error {
			return Render(c, templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
				_, _ = io.WriteString(w, "<h1>"+canary)
				return errors.New("half way: " + canary)
			}))
		}),
		own("/record/:ref", Patient, func(c *fiber.Ctx, by access.Viewer) error {
			s.kept.add(c.Params("ref"))
			return Render(c, text("record "+canary+" for "+by.Name))
		}),
		{Method: "GET", Pattern: "/ridden/:ref", Audience: Patient, Discloses: true, Rides: true, Shape: Page, Handler: s.ridden},
		{Method: "GET", Pattern: "/bare/:ref", Audience: Patient, Discloses: true, Rides: true, Shape: Page, Handler: func(c *fiber.Ctx, by access.Viewer) error {
			return Render(c, text("bare "+canary+" for "+by.Name))
		}},
		own("/staff", Staff, ok),
		{Method: "POST", Pattern: "/file", Audience: Patient, Shape: Act, Upload: 1 << 20, Handler: s.takesFile},
		own("/token", AnySignedIn, func(c *fiber.Ctx, _ access.Viewer) error {
			token, _ := Dress(c).Value(rowKey{}).(string)
			return c.SendString(token)
		}),
		own("/slow", Patient, func(c *fiber.Ctx, by access.Viewer) error {
			s.held <- struct{}{}
			<-s.hold
			if c.Query("only") != "read" {
				Remember(c, "note", "written late")
			}
			return c.SendString("slow done")
		}),
		own("/enter", SignIn, func(c *fiber.Ctx, _ access.Viewer) error { return s.enter(c, patientAda) }),
		own("/enter-staff", SignIn, func(c *fiber.Ctx, _ access.Viewer) error {
			return s.enter(c, access.Viewer{Kind: access.Staff, ID: "staff-1", Name: "Sam"})
		}),
		own("/become", AnySignedIn, func(c *fiber.Ctx, by access.Viewer) error {
			by.RoleName = "another"
			if err := Become(c, by); err != nil {
				return err
			}
			return c.SendString("became")
		}),
		own("/enter-other", SignIn, func(c *fiber.Ctx, _ access.Viewer) error {
			return s.enter(c, access.Viewer{Kind: access.Patient, ID: "acc-bob", Name: "Bob", Level: "P9"})
		}),
		own("/visit", SignIn, func(c *fiber.Ctx, _ access.Viewer) error {
			Remember(c, "seen", "yes")
			return c.SendString("remembered")
		}),
		{Method: "POST", Pattern: "/leave", Audience: SignIn, Shape: Act, Handler: func(c *fiber.Ctx, _ access.Viewer) error {
			if err := Leave(c); err != nil {
				return err
			}
			return See(c, "/")
		}},
		{Method: "POST", Pattern: "/look", Audience: Public, Shape: Act, Look: true, Handler: func(c *fiber.Ctx, _ access.Viewer) error { return c.SendString("ok") }},
		{Method: "POST", Pattern: "/act", Audience: Public, Shape: Act, Handler: func(c *fiber.Ctx, _ access.Viewer) error {
			form, err := Form(c, "name", "pick*")
			if err != nil {
				return err
			}
			s.kept.add(form.Get("name"))
			_ = c.Body() // what a handler might do: with an encoding this unpacks
			return c.SendString("acted")
		}},
		own("/form/:ref", Patient, s.form),
		{Method: "POST", Pattern: "/form/:ref", Audience: Patient, Shape: Act, Keep: []string{"note", "pick*"}, Handler: s.act},
		own("/search", Patient, s.form),
		{Method: "POST", Pattern: "/search/run", Audience: Patient, Shape: Page, Keep: []string{"note"}, Shown: "/search", Handler: s.act},
		{Method: "POST", Pattern: "/plain", Audience: Patient, Shape: Act, Handler: s.act},
		{Method: "GET", Pattern: "/left", Audience: Public, Shape: File, Handler: func(c *fiber.Ctx, _ access.Viewer) error {
			left, in := Ask(c)
			return c.SendString(fmt.Sprint(in, left.Idle, left.Longest))
		}},
		{Method: "GET", Pattern: "/paced", Audience: Public, Shape: Page, Pace: SignInPace, Handler: ok},
		{Method: "GET", Pattern: "/paced-search", Audience: AnySignedIn, Shape: Page, Pace: SearchPace, Handler: ok},
	}
}

// form shows what was typed before, and act takes it in.
func (s *stage) form(c *fiber.Ctx, _ access.Viewer) error {
	typed := Typed(c)
	token, _ := Dress(c).Value(rowKey{}).(string)
	return c.SendString(fmt.Sprintf("typed=%q picks=%q token=%s", typed.Get("note"), typed.All("pick"), token))
}

func (s *stage) act(c *fiber.Ctx, by access.Viewer) error {
	form, err := Form(c, "note", "pick*")
	if err != nil {
		return err
	}
	s.kept.add(by.Name + " " + form.Get("note"))
	return c.SendString("acted")
}

func (s *stage) enter(c *fiber.Ctx, by access.Viewer) error {
	by.Session = string(opaque.New())
	if err := Enter(c, Entrance{ID: by.Session, Account: by.ID, Issuer: "https://idp.example", Subject: by.ID, OPSID: "op-" + by.ID, Provider: string(by.Kind), Kind: by.Kind}); err != nil {
		return err
	}
	if err := Become(c, by); err != nil {
		return err
	}
	return c.SendString("entered")
}

func (s *stage) fault(c *fiber.Ctx, _ access.Viewer) error {
	refuse := func(r access.Reason) error {
		return fmt.Errorf("record: open %s: %w", canary, &access.Refusal{Decision: access.Decision{Reason: r}})
	}
	switch kind := c.Params("kind"); kind {
	case "absent":
		return fmt.Errorf("%s: %w", canary, fault.NotFound)
	case "denied":
		return fmt.Errorf("%s: %w", canary, fault.Denied)
	case "conflict":
		return fmt.Errorf("%s: %w", canary, fault.Conflict)
	case "unavailable":
		return fmt.Errorf("%s: %w", canary, fault.Unavailable)
	case "internal":
		return errors.New("SELECT " + canary)
	default:
		return refuse(access.Reason(kind))
	}
}

// browser is a client with cookies that does not follow redirects.
type browser struct {
	*http.Client
	s *stage
}

func (s *stage) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{&http.Client{Jar: jar, Timeout: 10 * time.Second, Transport: &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, s}
}

type answer struct {
	*http.Response
	body string
}

func (b *browser) do(method, path, body string, headers ...string) answer {
	b.s.t.Helper()
	request, err := http.NewRequest(method, b.s.url+path, strings.NewReader(body))
	if err != nil {
		b.s.t.Fatal(err)
	}
	request.URL.Opaque = "" // the path goes as it is written
	if method == "POST" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", b.s.url)
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			request.Header.Del(headers[i])
			continue
		}
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.Do(request)
	if err != nil {
		b.s.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	all, err := io.ReadAll(response.Body)
	if err != nil {
		b.s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{response, string(all)}
}

func (b *browser) get(path string, headers ...string) answer {
	return b.do("GET", path, "", headers...)
}

func (b *browser) post(path string, form url.Values, headers ...string) answer {
	return b.do("POST", path, form.Encode(), headers...)
}

func (b *browser) cookie() string {
	u, _ := url.Parse(b.s.url)
	for _, c := range b.Jar.Cookies(u) {
		if strings.HasSuffix(c.Name, "candour") {
			return c.Value
		}
	}
	return ""
}

// signedIn is a browser that has come in.
func (s *stage) signedIn(path string) *browser {
	s.t.Helper()
	b := s.browser()
	if got := b.get(path); got.body != "entered" {
		s.t.Fatalf("sign-in: %d %s", got.StatusCode, got.body)
	}
	return b
}

func onSQLite(t *testing.T, change func(*Config)) *stage {
	t.Helper()
	return raise(t, dbtest.SQLite(t), change)
}

// nothing is a map that must not be written to: what a careless handler would do.
func nothing() map[string]int { return nil }
