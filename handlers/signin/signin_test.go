package signin_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/go-jose/go-jose/v4"
	"github.com/gofiber/fiber/v2"

	"candour/handlers/signin"
	"candour/handlers/web"
	"candour/models/access"
	"candour/models/account"
	"candour/models/audit"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/staff"
	"candour/views/layout"
)

// portal is a shell with the desk on it and two providers to sign in with.
type portal struct {
	t       *testing.T
	url     string
	db      *db.DB
	nhs     *idp
	cis     *idp
	logs    *lockedBuffer
	mu      sync.Mutex
	at      time.Time
	system  bool // the machine's own clock, for a provider that has no other
	patient signin.Provider
	staff   signin.Provider
	council *idp
	further func(issuer string) signin.Provider // a third provider, when there is one
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}
func (l *lockedBuffer) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

func (p *portal) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.system {
		return time.Now().UTC()
	}
	return p.at
}
func (p *portal) on(d time.Duration) {
	p.mu.Lock()
	p.at = p.at.Add(d)
	p.mu.Unlock()
}

const nhsNumber = "9990000018"

func adaClaims() map[string]any {
	return map[string]any{"sub": "ada-1", "nhs_number": nhsNumber, "birthdate": "1950-02-03", "family_name": "Ash", "given_name": "Ada",
		"identity_proofing_level": "P9", "vot": "P9.Cp.Cd", "gp_registration_details": map[string]any{"gp_ods_code": "Z9B01"}}
}

func role(org, code, name string, activities ...any) map[string]any {
	return map[string]any{"org_code": org, "org_name": "Org " + org, "role_code": "S8000:G8000:" + code, "role_name": `"Clinical":"` + name + `"`, "activity_codes": activities}
}

func samClaims(roles ...any) map[string]any {
	return map[string]any{"sub": "sam-1", "name": "SAM Example", "id_assurance_level": "3", "authentication_assurance_level": "2", "acr": "AAL2_ANY", "nhsid_nrbac_roles": roles}
}

func open(t *testing.T, change func(*portal)) *portal {
	t.Helper()
	return openOn(t, dbtest.SQLite(t), change)
}

func openOn(t *testing.T, d *db.DB, change func(*portal)) *portal {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &portal{t: t, db: d, url: "http://" + listener.Addr().String(), logs: &lockedBuffer{}, at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	p.nhs = newIDP(t, jose.RS512, p.now, adaClaims())
	p.cis = newIDP(t, jose.RS256, p.now, samClaims(role("Z9A01", "R8000", "Clinician", "B0360")))
	p.patient = signin.NHSLogin(p.nhs.URL, "candour", nil, "")
	p.staff = signin.CIS2(p.cis.URL, "candour", nil, "")
	partners := organisation.NewStore(d)
	for _, err := range []error{
		partners.Register(t.Context(), organisation.Organisation{ID: "gen", ODSCode: "Z9A01", Name: "General Hospital", Kind: organisation.Acute, InRegion: true, State: organisation.Connected}),
		partners.Register(t.Context(), organisation.Organisation{ID: "sur", ODSCode: "Z9B01", Name: "The Surgery", Kind: organisation.Practice, InRegion: true, State: organisation.Connected}),
		d.Do(t.Context(), func(ctx context.Context) error {
			_, err := d.Exec(ctx, `INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key,
				phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
				VALUES (?, ?, '1950-02-03', 'Ash', 'ash', 'Ada', '', '', 'female', '', '', '', '', '', '', '', ?, ?, 0, 1, 0)`, string(opaque.Of("ada")), nhsNumber, false, false)
			return err
		}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		change(p)
	}
	providers := []signin.Provider{p.patient, p.staff}
	if p.further != nil {
		p.council = newIDP(t, jose.RS256, p.now, nil)
		providers = append(providers, p.further(p.council.URL))
	}
	registry, err := signin.NewRegistry(p.url, p.now, providers...)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewJSONHandler(p.logs, nil))
	app, err := web.NewApp(web.Config{DB: d, Clock: p.now, PublicURL: p.url, Logger: log,
		ErrorPage: func(f web.Failure) templ.Component {
			return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
				_, err := fmt.Fprintf(w, "<h1>%d %s</h1> %s", f.Status, f.Key, f.Return)
				return err
			})
		},
		Dress: func(ctx context.Context, d web.Dressing) context.Context {
			return layout.WithShell(ctx, layout.Shell{CSRF: d.Token, Return: d.Return})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	desk := &signin.Desk{Registry: registry, Log: log, Sessions: app.Sessions, Origin: app.Origin(), Accounts: account.NewStore(account.Deps{
		DB: d, Staff: staff.NewStore(d), Organisations: partners, Log: audit.New(d, p.now), Clock: p.now})}
	who := func(c *fiber.Ctx, by access.Viewer) error {
		return c.SendString(fmt.Sprintf("kind=%s id=%s person=%s level=%s role=%s org=%s can=%v session=%t", by.Kind, by.ID, by.Person, by.Level, by.Role, by.Organisation, by.Capabilities, by.Session != ""))
	}
	if err := app.Mount([]web.Route{
		{Method: "GET", Pattern: "/who", Audience: web.Public, Shape: web.Page, Handler: who},
		{Method: "GET", Pattern: "/sign-in", Audience: web.Public, Shape: web.Page, Handler: desk.Start},
		{Method: "GET", Pattern: "/sign-in/role", Audience: web.SignIn, Shape: web.Page, Handler: desk.ShowRoles},
		{Method: "POST", Pattern: "/sign-in/role", Audience: web.SignIn, Shape: web.Act, Handler: desk.ChooseRole},
		{Method: "GET", Pattern: "/sign-in/:provider", Audience: web.SignIn, Shape: web.Act, Handler: desk.Begin},
		{Method: "GET", Pattern: "/sign-in/:provider/callback", Audience: web.SignIn, Shape: web.Act, Handler: desk.Finish},
		{Method: "GET", Pattern: "/sign-in/:provider/proof", Audience: web.SignIn, Shape: web.Act, Handler: desk.Prove},
		{Method: "GET", Pattern: "/more-proof", Audience: web.Patient, Shape: web.Page, Handler: func(c *fiber.Ctx, by access.Viewer) error {
			return desk.MoreProof(c, by, "/who")
		}},
		{Method: "POST", Pattern: "/sign-in/:provider/back-channel", Audience: web.Asset, Shape: web.Act, Handler: desk.BackChannel},
		{Method: "POST", Pattern: "/sign-out", Audience: web.SignIn, Shape: web.Act, Handler: desk.SignOut},
	}); err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Fiber.Listener(listener) }()
	t.Cleanup(func() { _ = app.Fiber.ShutdownWithTimeout(time.Second) })
	return p
}

type browser struct {
	*http.Client
	p     *portal
	agent string
	last  *url.URL // that was asked
}

func (p *portal) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return &browser{&http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, p, "", nil}
}

type answer struct {
	status   int
	location string
	header   http.Header
	body     string
}

func (b *browser) ask(method, address string, form url.Values) answer {
	b.p.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.p.url + address
	}
	request, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.p.t.Fatal(err)
	}
	if b.agent != "" {
		request.Header.Set("User-Agent", b.agent)
	}
	if method == "POST" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", b.p.url)
	}
	response, err := b.Do(request)
	if err != nil {
		b.p.t.Fatal(err)
	}
	defer response.Body.Close()
	b.last = request.URL
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.p.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header.Get("Location"), response.Header, string(body)}
}

func (b *browser) get(address string) answer { return b.ask("GET", address, nil) }
func (b *browser) who() string               { return b.get("/who").body }

// toCallback begins and goes through the provider, up to the callback's address.
func (b *browser) toCallback(path string) string {
	b.p.t.Helper()
	begun := b.get(path)
	if begun.status != http.StatusSeeOther {
		b.p.t.Fatalf("begin: %d %s", begun.status, begun.body)
	}
	return b.get(begun.location).location
}

func (b *browser) signIn(path string) answer {
	b.p.t.Helper()
	return b.get(b.toCallback(path))
}

// follow goes on from a sign-in to the provider and back as long as it is sent
// there: NHS login's second call.
func (b *browser) follow(a answer) answer {
	b.p.t.Helper()
	for range 3 {
		if !strings.Contains(a.location, "/authorize?") {
			return a
		}
		a = b.get(b.get(a.location).location)
	}
	return a
}

func (b *browser) cookie() string {
	u, _ := url.Parse(b.p.url)
	for _, c := range b.Jar.Cookies(u) {
		return c.Value
	}
	return ""
}

var token = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

func (b *browser) post(path, page string, form url.Values) answer {
	b.p.t.Helper()
	if m := token.FindStringSubmatch(page); m != nil {
		form.Set("csrf", m[1])
	}
	return b.ask("POST", path, form)
}
