package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/models/db/dbtest"
	"candour/static"
)

// asCandour makes the test binary be the command itself, so that exit codes and
// both outputs are the real ones.
const asCandour = "RUN_AS_CANDOUR"

func TestMain(m *testing.M) {
	if os.Getenv(asCandour) != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// said is how a command ended.
type said struct {
	code     int
	out, err string
}

// command runs candour in a folder with only the variables given.
func command(t *testing.T, dir string, env []string, args ...string) said {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(ctx, self, args...)
	c.Dir, c.Env = dir, append([]string{asCandour + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + os.TempDir()}, env...)
	var out, problems bytes.Buffer
	c.Stdout, c.Stderr = &out, &problems
	err = c.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatalf("candour %v: %v", args, err)
	}
	return said{c.ProcessState.ExitCode(), out.String(), problems.String()}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCommands(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "unknown.toml", "regoin = \"x\"\n")
	write(t, dir, "broken.toml", "region = \n")
	write(t, dir, "good.toml", "region = \"My Region\"\ntrusted-proxy = [\"10.0.0.1\", \"10.0.0.2\"]\n")
	write(t, dir, "secret.toml", "database = \"postgres://u:hunter2@h/d\"\n")
	write(t, dir, "real.toml", "staff-issuer = \"https://idp.example\"\n")
	write(t, dir, "not.pem", "no key")
	for _, c := range []struct {
		name     string
		args     string
		env      []string
		code     int
		out, err string // what standard output and standard error hold, on one line
		never    string // what neither may hold
	}{
		{name: "nothing", code: 1, err: "expected one of"},
		{name: "no such command", args: "nosuch", code: 1, err: "unexpected argument nosuch"},
		{name: "version", args: "version", out: "candour " + version},

		{name: "config", args: "config", out: "listen default 127.0.0.1:8080", never: "expose-demo"},
		{name: "config from the environment", args: "config", env: []string{"CANDOUR_LISTEN=127.0.0.1:9"}, out: "listen environment 127.0.0.1:9"},
		{name: "config from a file", args: "--config good.toml config", out: "region file My Region"},
		{name: "a list in a file", args: "--config good.toml config", out: "trusted-proxy file 10.0.0.1,10.0.0.2"},
		{name: "the environment before the file", args: "--config good.toml config", env: []string{"CANDOUR_REGION=Yours"}, out: "region environment Yours", never: "My Region"},
		{name: "the flag before all", args: "--log-level debug config", env: []string{"CANDOUR_LOG_LEVEL=warn"}, out: "log-level flag debug"},
		{name: "an unknown key", args: "--config unknown.toml config", code: 1, err: `unknown key "regoin"`},
		{name: "an unknown key, any command", args: "--config unknown.toml version", code: 1, err: `unknown key "regoin"`},
		{name: "a file that is none", args: "--config broken.toml config", code: 1, err: "settings file"},
		{name: "no file", args: "--config nowhere.toml config", code: 1, err: "no such file"},
		{name: "an unknown variable", args: "config", env: []string{"CANDOUR_NOPE=1"}, code: 1, err: "CANDOUR_NOPE"},
		{name: "a secret in the environment", args: "config", env: []string{"CANDOUR_DATABASE=postgres://u:hunter2@h/d"}, out: "database environment (masked)", never: "hunter2"},
		{name: "a secret in a file", args: "--config secret.toml config", out: "database file (masked)", never: "hunter2"},
		{name: "a value outside its list", args: "version", env: []string{"CANDOUR_LOG_LEVEL=loud"}, code: 1, err: "log-level must be one of"},

		{name: "serve without an issuer", args: "serve", code: 1, err: "no identity provider is set"},
		{name: "serve without an address", args: "serve --staff-issuer https://idp.example", code: 1, err: "--public-url is missing"},
		{name: "serve without a key", args: "serve --staff-issuer https://idp.example --public-url https://portal.example", code: 1, err: "--staff-key is missing"},
		{name: "serve with a key that is none", args: "serve --staff-issuer https://idp.example --public-url https://portal.example --staff-key not.pem", code: 1, err: "not a PEM file"},

		{name: "demo for everybody", args: "demo --listen 0.0.0.0:0", code: 1, err: "can be reached by others"},
		{name: "demo by a name", args: "demo --listen portal.example:80", code: 1, err: "can be reached by others"},
		{name: "demo on all addresses", args: "demo --listen :8080", code: 1, err: "can be reached by others"},
		{name: "demo beside a real issuer", args: "demo", env: []string{"CANDOUR_STAFF_ISSUER=https://idp.example"}, code: 1, err: "does not start beside it"},
		{name: "demo beside NHS login", args: "demo", env: []string{"CANDOUR_NHS_LOGIN_ISSUER=https://idp.example"}, code: 1, err: "does not start beside it"},
		{name: "demo beside a real issuer in the file", args: "--config real.toml demo", code: 1, err: "does not start beside it"},

		{name: "status before", args: "migrate status --data d", out: "waiting 00001"},
		{name: "doctor before", args: "doctor --data d", code: 1, out: "database: sqlite", err: "candour migrate up"},
		{name: "migrate", args: "migrate up --data d", out: "applied 00001", never: "waiting"},
		{name: "migrate again", args: "migrate up --data d", out: "applied 00001", never: "waiting"},
		{name: "doctor", args: "doctor --data d", out: "synchronous is 2 wanted 2", never: "LOOK"},
		{name: "a shell of another kind", args: "completion tcsh", code: 1, err: "must be one of"},
		{name: "nobody there", args: "healthcheck http://127.0.0.1:1/readyz", code: 1, err: "not ready"},
	} {
		got := command(t, dir, c.env, strings.Fields(c.args)...)
		out, problems := strings.Join(strings.Fields(got.out), " "), strings.Join(strings.Fields(got.err), " ")
		switch {
		case got.code != c.code:
			t.Errorf("%s: ended with %d instead of %d: %s%s", c.name, got.code, c.code, got.out, got.err)
		case !strings.Contains(out, c.out):
			t.Errorf("%s: standard output does not hold %q:\n%s", c.name, c.out, got.out)
		case !strings.Contains(problems, c.err) || c.err == "" && problems != "":
			t.Errorf("%s: standard error does not hold %q alone:\n%s", c.name, c.err, got.err)
		case c.never != "" && strings.Contains(out+problems, c.never):
			t.Errorf("%s: it says %q", c.name, c.never)
		}
	}
}

func TestRoutesAsJSON(t *testing.T) {
	got := command(t, t.TempDir(), nil, "routes", "--json")
	var rows []struct {
		Method, Pattern, Audience string
		Discloses                 *bool
	}
	if err := json.Unmarshal([]byte(got.out), &rows); err != nil || got.code != 0 {
		t.Fatalf("%d %v", got.code, err)
	}
	found := false
	for _, r := range rows {
		if r.Method == "" || r.Pattern == "" || r.Audience == "" || r.Discloses == nil {
			t.Errorf("%+v is not whole", r)
		}
		found = found || r.Pattern == "/patients/:ref/record" && r.Audience == "staff" && *r.Discloses
	}
	if !found {
		t.Error("the record page is not in the list as what it is")
	}
}

// The scripts are made from the commands; the shells that are here read them.
func TestCompletion(t *testing.T) {
	dir := t.TempDir()
	for _, shell := range []string{"bash", "zsh", "fish"} {
		got := command(t, dir, nil, "completion", shell)
		if got.code != 0 || !strings.Contains(got.out, "healthcheck") || !strings.Contains(got.out, "metrics-listen") {
			t.Errorf("%s: %d %s", shell, got.code, got.out)
		}
		write(t, dir, shell, got.out)
		if _, err := exec.LookPath(shell); err != nil {
			t.Logf("SKIPPED: %s is not here to read its script", shell)
			continue
		}
		if said, err := exec.Command(shell, "-n", filepath.Join(dir, shell)).CombinedOutput(); err != nil {
			t.Errorf("%s -n: %v %s", shell, err, said)
		}
	}
}

func TestHealthcheck(t *testing.T) {
	status := http.StatusOK
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	defer s.Close()
	if got := command(t, t.TempDir(), nil, "healthcheck", s.URL); got.code != 0 || got.out != "ready\n" {
		t.Errorf("ready: %+v", got)
	}
	status = http.StatusServiceUnavailable
	if got := command(t, t.TempDir(), nil, "healthcheck", s.URL); got.code != 1 || !strings.Contains(got.err, "503") {
		t.Errorf("not ready: %+v", got)
	}
}

// A stale world is told of, a fresh one is not.
func TestStaleDemoWorld(t *testing.T) {
	if text := stale("2026-11-23", "2026-11-23", "data/demo"); text != "" {
		t.Errorf("made today: %q", text)
	}
	if text := stale("2026-11-01", "2026-11-23", "data/demo"); !strings.Contains(text, "2026-11-01") || !strings.Contains(text, "delete data/demo") {
		t.Errorf("made earlier: %q", text)
	}
}

// On PostgreSQL nothing serves a schema that is behind, and doctor says what to do.
func TestPostgresWaitsForItsMigrations(t *testing.T) {
	if err := static.Missing(); err != nil {
		t.Skip("SKIPPED: ", err)
	}
	url := dbtest.DurableURL(t)
	dir := t.TempDir()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	env := []string{"CANDOUR_DATABASE=" + url}
	serve := []string{"serve", "--listen", "127.0.0.1:0", "--staff-issuer", "http://127.0.0.1:1", "--staff-client-id", "candour", "--staff-key", "key.pem", "--public-url", "https://portal.example"}
	if got := command(t, dir, env, serve...); got.code != 1 || !strings.Contains(got.err, "migrat") || strings.Contains(got.err, url) {
		t.Errorf("serve before its migrations: %+v", got)
	}
	if got := command(t, dir, env, "doctor"); got.code != 1 || !strings.Contains(got.err, "candour migrate up") {
		t.Errorf("doctor before: %+v", got)
	}
	if got := command(t, dir, env, "migrate", "up"); got.code != 0 || strings.Contains(got.out, "waiting") {
		t.Fatalf("migrate up: %+v", got)
	}
	if got := command(t, dir, env, "doctor"); got.code != 0 || !strings.Contains(got.out, "database: postgres") || !strings.Contains(got.out, "append-only guards") {
		t.Errorf("doctor: %+v", got)
	}
}
