package demo

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"candour/views/component"
)

// logoutLife is how long a logout token counts.
const logoutLife = 2 * time.Minute

// standing is somebody who is logged in at the staff provider, for the page that
// stands for taking a smartcard out.
type standing struct {
	SID    string
	Name   string
	Since  string // HH:MM
	Client string
}

// showSessions lists who is logged in at the staff provider.
func (i *issuer) showSessions(w http.ResponseWriter, r *http.Request) {
	v := i.view(r)
	i.show(w, r, http.StatusOK, v, sessionsPage(i.standing(), i.url+"/sessions", ""))
}

func (i *issuer) standing() []standing {
	now := i.conf.Clock()
	i.mu.Lock()
	defer i.mu.Unlock()
	var out []standing
	for sid, kept := range i.sessions.kept {
		if now.Before(kept.until) {
			g := kept.value
			out = append(out, standing{SID: sid, Name: g.persona.Name, Since: time.Unix(g.at, 0).In(component.London).Format("15:04"), Client: g.client})
		}
	}
	slices.SortFunc(out, func(a, b standing) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.SID, b.SID)) })
	return out
}

// takeOut ends one session here and tells the client it belongs to, as CIS2 does
// when a smartcard is taken out. What the client answers is shown.
func (i *issuer) takeOut(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	if err := r.ParseForm(); err != nil {
		i.fail(w, r, http.StatusBadRequest, "demo.fail.expired")
		return
	}
	sid := strings.Clone(r.PostForm.Get("sid"))
	i.mu.Lock()
	g, ok := i.sessions.look(sid, i.conf.Clock())
	i.sessions.drop(sid)
	i.mu.Unlock()
	outcome := "demo.sessions.gone"
	if ok {
		outcome = i.tell(r.Context(), g)
	}
	i.show(w, r, http.StatusOK, i.view(r), sessionsPage(i.standing(), i.url+"/sessions", outcome))
}

// tell sends a logout token for a session to its client.
func (i *issuer) tell(ctx context.Context, g grant) string {
	client, ok := i.conf.client(g.client)
	if !ok || client.BackChannel == "" {
		return "demo.sessions.untold"
	}
	token, err := i.logoutToken(g)
	if err != nil {
		return "demo.sessions.failed"
	}
	request, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodPost, client.BackChannel, strings.NewReader(url.Values{"logout_token": {token}}.Encode()))
	if err != nil {
		return "demo.sessions.failed"
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := i.conf.Caller.Do(request)
	if err != nil {
		return "demo.sessions.failed"
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 4<<10)) // its words are not for us
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusNoContent {
		return "demo.sessions.failed"
	}
	return "demo.sessions.told"
}

func (i *issuer) logoutToken(g grant) (string, error) {
	now := i.conf.Clock()
	return i.keys.signAs("logout+jwt", map[string]any{
		"iss": i.url, "aud": g.client, "sub": g.persona.Subject, "sid": g.sid, "jti": secret(),
		"iat": now.Unix(), "exp": now.Add(logoutLife).Unix(),
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}},
	})
}

// showSettings stands for NHS login's own settings page.
func (i *issuer) showSettings(w http.ResponseWriter, r *http.Request) {
	i.show(w, r, http.StatusOK, i.view(r), settingsPage())
}

// trustmark is what the vectors of trust stand under.
func (i *issuer) trustmark(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"idp": i.url, "trustmark_provider": i.url, "P": []string{"P0", "P5", "P9"}, "C": []string{"Cp", "Cd", "Ck", "Cm"}})
}
