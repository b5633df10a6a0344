package signin_test

import (
	"bufio"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"candour/handlers/signin"
	"candour/models/opaque"
)

const judgeScript = "../../e2e/oidc-provider/provider.mjs"

// judge is the certified npm oidc-provider, running.
type judge struct {
	t     *testing.T
	in    io.Writer
	out   *bufio.Scanner
	sides map[string]string // issuer by name
}

// A sign-in against somebody else's idea of OpenID Connect: the whole code flow
// with PKCE, both ways for us to prove ourselves, a change of keys, and a logout
// over the back channel. The provider is certified, ours in the demo is not.
func TestCertifiedProviderJudges(t *testing.T) {
	absent := t.Skip
	if os.Getenv("CANDOUR_NEED_POSTGRES") != "" { // where nothing may be left out
		absent = t.Fatal
	}
	node, err := exec.LookPath("node")
	if err != nil {
		absent("no node on this machine: the certified oidc-provider JUDGED NOTHING")
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(judgeScript), "../node_modules/oidc-provider/package.json")); err != nil {
		absent("oidc-provider is not installed (npm ci in e2e): it JUDGED NOTHING")
	}
	for name, method := range map[string]string{"private_key_jwt with RS512 and ES256": "private_key_jwt", "client_secret_basic": "client_secret_basic", "client_secret_post": "client_secret_post"} {
		t.Run(name, func(t *testing.T) { judged(t, node, method) })
	}
}

func judged(t *testing.T, node, method string) {
	key := testKey()
	var staffKey crypto.Signer = key
	if method == "private_key_jwt" {
		curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		staffKey = curve
	}
	var j *judge
	p := open(t, func(p *portal) {
		p.system = true
		j = newJudge(t, node, p.url, method, key, staffKey)
		p.patient = signin.NHSLogin(j.sides["patient"], "candour", key, "client-key")
		p.staff = signin.CIS2(j.sides["staff"], "candour", staffKey, "client-key")
		if method != "private_key_jwt" {
			p.staff.Key, p.staff.Secret = nil, judgeSecret // NHS login takes signed assertions only
		}
	})
	ada := p.browser()
	if got := ada.through("/sign-in/nhs-login?return=/who"); got.location != "/who" || !strings.Contains(ada.who(), "person="+string(opaque.Of("ada"))+" level=P9") {
		t.Fatalf("patient: %d %s %s\n%s", got.status, got.location, ada.who(), p.logs.String())
	}
	sam := p.browser()
	if got := sam.through("/sign-in/staff?return=/who"); got.location != "/who" || !strings.Contains(sam.who(), "kind=staff") || !strings.Contains(sam.who(), "role=R8000 org=gen") {
		t.Fatalf("staff: %d %s %s\n%s", got.status, got.location, sam.who(), p.logs.String())
	}
	j.say("rotate")
	again := p.browser()
	if again.through("/sign-in/nhs-login"); !strings.Contains(again.who(), "kind=patient") {
		t.Errorf("after a change of keys: %s\n%s", again.who(), p.logs.String())
	}
	other := p.browser()
	if other.through("/sign-in/staff"); !strings.Contains(other.who(), "kind=staff") {
		t.Errorf("after a change of keys: %s\n%s", other.who(), p.logs.String())
	}
	took := j.logsOut(other)
	if who := other.who(); !strings.HasPrefix(who, nobody) {
		t.Errorf("logged out at the provider: %s\n%s", who, p.logs.String())
	}
	if who := sam.who(); !strings.Contains(who, "kind=staff") {
		t.Errorf("the other browser: %s", who)
	}
	t.Logf("%s: patient and staff signed in, before and after a change of keys; a logout at the provider ended the session here in %s", method, took.Round(time.Millisecond))
}

const judgeSecret = "a-secret-of-which-only-the-two-know"

func newJudge(t *testing.T, node, portal, method string, key, staffKey crypto.Signer) *judge {
	t.Helper()
	client := func(name, alg, method string, key crypto.Signer, proof string) map[string]any {
		c := map[string]any{"client_id": "candour", "redirect_uris": []string{signin.Callback(portal, name)}, "response_types": []string{"code"}, "grant_types": []string{"authorization_code"},
			"token_endpoint_auth_method": method, "id_token_signed_response_alg": alg, "require_auth_time": true}
		if method == "private_key_jwt" {
			c["token_endpoint_auth_signing_alg"] = proof
			c["jwks"] = jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "client-key", Algorithm: proof, Use: "sig"}}}
		} else {
			c["client_secret"] = judgeSecret
		}
		if name == "staff" {
			c["backchannel_logout_uri"], c["backchannel_logout_session_required"] = signin.BackChannel(portal, name), true
		}
		return c
	}
	ada, sam := adaClaims(), samClaims(role("Z9A01", "R8000", "Clinician", "B0360"))
	conf := map[string]any{
		"patient": map[string]any{"client": client("nhs-login", "RS512", "private_key_jwt", key, "RS512"), "alg": "RS512", "subject": "ada-1", "vtm": true, "claims": map[string]any{
			"openid": pick(ada, "vot"), "profile": withKey(pick(ada, "nhs_number", "birthdate", "family_name", "identity_proofing_level"), "vtm", ""),
			"profile_extended": pick(ada, "given_name"), "gp_registration_details": pick(ada, "gp_registration_details")}},
		"staff": map[string]any{"client": client("staff", "RS256", method, staffKey, "ES256"), "alg": "RS256", "subject": "sam-1", "acr": "AAL3_ANY", "claims": map[string]any{
			"openid": pick(sam, "id_assurance_level", "authentication_assurance_level"), "profile": pick(sam, "name"), "nationalrbacaccess": pick(sam, "nhsid_nrbac_roles"),
			"associatedorgs": map[string]any{"nhsid_user_orgs": []any{map[string]any{"org_code": "Z9A01", "org_name": "General"}}}}},
	}
	command := exec.CommandContext(t.Context(), node, judgeScript)
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	says := &lockedBuffer{}
	command.Stderr = says
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = command.Wait()
		if t.Failed() {
			t.Logf("the provider says:\n%s", says.String())
		}
	})
	j := &judge{t: t, in: in, out: bufio.NewScanner(out)}
	text, err := json.Marshal(conf)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(j.say(string(text))), &j.sides); err != nil || len(j.sides) != 2 {
		t.Fatalf("%v %v\n%s", j.sides, err, says.String())
	}
	return j
}

// say sends a line and waits for the answer.
func (j *judge) say(line string) string {
	j.t.Helper()
	if _, err := io.WriteString(j.in, line+"\n"); err != nil {
		j.t.Fatal(err)
	}
	for j.out.Scan() {
		if text := j.out.Text(); strings.HasPrefix(text, "{") || strings.HasPrefix(text, `"`) {
			return text
		}
	}
	j.t.Fatalf("the provider is gone: %v", j.out.Err())
	return ""
}

func pick(from map[string]any, names ...string) map[string]any {
	out := map[string]any{}
	for _, name := range names {
		out[name] = from[name]
	}
	return out
}

func withKey(m map[string]any, key string, value any) map[string]any { m[key] = value; return m }

// through walks from our address through the provider's pages and back.
func (b *browser) through(path string) answer {
	b.p.t.Helper()
	a := b.get(path)
	for range 8 {
		if a.location == "" || strings.HasPrefix(a.location, "/") && !strings.HasPrefix(a.location, "/interaction/") {
			return a
		}
		a = b.get(b.absolute(a.location))
	}
	return a
}

// absolute is an address of the page that was asked last.
func (b *browser) absolute(location string) string {
	u, err := b.last.Parse(location)
	if err != nil {
		b.p.t.Fatal(err)
	}
	return u.String()
}

// logsOut ends the browser's session at the provider, which tells us, and says how
// long that took.
func (j *judge) logsOut(b *browser) time.Duration {
	j.t.Helper()
	page := b.get(j.sides["staff"] + "/session/end?client_id=candour")
	secret := regexp.MustCompile(`name="xsrf" value="([^"]+)"`).FindStringSubmatch(page.body)
	if secret == nil {
		j.t.Fatalf("no page of logging out: %d %s", page.status, page.body)
	}
	begun := time.Now()
	got := b.ask(http.MethodPost, j.sides["staff"]+"/session/end/confirm", url.Values{"xsrf": {secret[1]}, "logout": {"yes"}})
	if got.status >= 400 {
		j.t.Fatalf("logging out: %d %s", got.status, got.body)
	}
	return time.Since(begun)
}
