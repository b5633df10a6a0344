package demo_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"candour/handlers/signin/demo"
)

// Taking a smartcard out ends the session here and tells its client, with a token
// that the client can check.
func TestTakingTheSmartcardOut(t *testing.T) {
	var told []url.Values
	status := http.StatusOK
	client := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		told = append(told, r.PostForm)
		w.WriteHeader(status)
	}))
	defer client.Close()
	p := startWith(t, func(c *demo.Config) { c.Clients[0].BackChannel = client.URL + "/back-channel" })
	ask := map[string]string{"vtr": ""}
	login := func() map[string]any {
		got := p.signIn("staff", "doctor", ask)
		_, tokens := p.exchange("staff", p.form(got.Get("code"), map[string]string{"client_assertion": p.assert(func(a *assertion) { a.aud = "http://idp.test/demo-idp/staff/token" })}))
		return p.claims("staff", tokens["id_token"].(string), jose.RS256)
	}
	id := login()
	page := p.get("/demo-idp/staff/sessions").Body.String()
	if !strings.Contains(page, "Dr Dee Elm") {
		t.Fatal(page)
	}
	takeOut := func(sid string) string {
		r := httptest.NewRequest("POST", "/demo-idp/staff/sessions", strings.NewReader(url.Values{"sid": {sid}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		p.h.ServeHTTP(w, r)
		return w.Body.String()
	}
	sid := regexp.MustCompile(`name="sid" value="([^"]+)"`).FindStringSubmatch(page)[1]
	if sid != id["sid"] {
		t.Errorf("the page ends %s, the token says %v", sid, id["sid"])
	}
	if after := takeOut(sid); !strings.Contains(after, "was told") || strings.Contains(after, "Dr Dee Elm") {
		t.Error(after)
	}
	if len(told) != 1 {
		t.Fatalf("told %d times", len(told))
	}
	token := told[0].Get("logout_token")
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil || signed.Signatures[0].Header.ExtraHeaders["typ"] != "logout+jwt" {
		t.Errorf("%v %v", signed, err)
	}
	claims := p.claims("staff", token, jose.RS256)
	events, _ := json.Marshal(claims["events"])
	if claims["sid"] != sid || claims["sub"] != "555000000001" || claims["aud"] != "portal" || claims["jti"] == nil || claims["nonce"] != nil ||
		claims["exp"] != float64(now.Add(2*time.Minute).Unix()) || string(events) != `{"http://schemas.openid.net/event/backchannel-logout":{}}` {
		t.Errorf("%v", claims)
	}
	if after := takeOut(sid); !strings.Contains(after, "ended before") || len(told) != 1 {
		t.Errorf("a second time: %s", after)
	}
	status = http.StatusBadRequest
	if after := takeOut(login()["sid"].(string)); !strings.Contains(after, "could not be told") {
		t.Errorf("a client that refuses: %s", after)
	}
	if w := p.get("/demo-idp/patient/sessions"); w.Code != http.StatusNotFound {
		t.Errorf("NHS login has no sessions to end: %d", w.Code)
	}
}
