package demo

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// request is an authorisation request that was found in order.
type request struct {
	client    string
	redirect  string
	state     string
	nonce     string
	challenge string
	scopes    []string
	lowest    string // patient: the level that vtr wants at least
}

// grant is what a code, and later a token, stands for.
type grant struct {
	request
	persona Persona
	role    string // staff: the id of the role that was selected here
	sid     string
	at      int64 // when the person signed in, seconds
	token   string
	used    bool
}

// authorize shows who can be signed in as. A request from an unknown client or
// to an unknown address is answered here; any other fault goes back to the client.
func (i *issuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	client, ok := i.conf.client(q.Get("client_id"))
	if !ok || !slices.Contains(client.RedirectURIs, q.Get("redirect_uri")) {
		i.fail(w, r, http.StatusBadRequest, "demo.fail.client")
		return
	}
	req := request{client: client.ID, redirect: q.Get("redirect_uri"), state: q.Get("state"), nonce: q.Get("nonce"),
		challenge: q.Get("code_challenge"), scopes: strings.Fields(q.Get("scope"))}
	if problem := i.problem(q, &req); problem != "" {
		i.sendBack(w, r, req, url.Values{"error": {problem}})
		return
	}
	id := secret()
	i.mu.Lock()
	kept := i.pending.put(id, req, i.conf.Clock(), codeLife)
	i.mu.Unlock()
	if !kept {
		i.sendBack(w, r, req, url.Values{"error": {"temporarily_unavailable"}})
		return
	}
	if key := q.Get("persona"); key != "" { // a scene of the guided tour says whom to be
		http.Redirect(w, r, i.url+"/choice?"+url.Values{"request": {id}, "persona": {key}}.Encode(), http.StatusSeeOther)
		return
	}
	i.showPersonas(w, r, id)
}

// unsupported are parameters that NHS login's specification rules out; a client
// that sends them has not read it.
var unsupported = []string{"acr_values", "max_age", "login_hint", "ui_locales", "id_token_hint"}

// problem names, in OAuth's words, what is wrong with a request.
func (i *issuer) problem(q url.Values, req *request) string {
	for _, values := range q {
		if len(values) != 1 {
			return "invalid_request" // RFC 6749 3.1: no parameter twice
		}
	}
	challenge, err := base64.RawURLEncoding.DecodeString(req.challenge)
	switch {
	case q.Get("response_type") != "code":
		return "unsupported_response_type"
	case req.state == "" || req.nonce == "": // both are mandatory with NHS login
		return "invalid_request"
	case q.Get("code_challenge_method") != "S256" || err != nil || len(challenge) != sha256.Size:
		return "invalid_request"
	case !slices.Contains(req.scopes, "openid"):
		return "invalid_scope"
	case !slices.Contains([]string{"", "none", "login"}, q.Get("prompt")):
		return "invalid_request"
	case q.Get("prompt") == "none": // nobody has a session in a browser here
		return "login_required"
	}
	if i.name == StaffIssuer {
		if slices.Contains(req.scopes, "selectedrole") && q.Get("prompt") != "login" {
			return "invalid_request"
		}
		return ""
	}
	for _, name := range unsupported {
		if q.Has(name) {
			return "invalid_request"
		}
	}
	return req.readVectors(q.Get("vtr"))
}

// rank orders the levels of identity proofing.
var rank = map[string]int{"P0": 1, "P5": 2, "P9": 3}

// readVectors takes the vectors of trust, a JSON list such as ["P9.Cp.Cd"]; none
// means P9, as with NHS login.
func (req *request) readVectors(vtr string) string {
	if vtr == "" {
		req.lowest = "P9"
		return ""
	}
	var asked []string
	if err := json.Unmarshal([]byte(vtr), &asked); err != nil || len(asked) == 0 {
		return "invalid_request"
	}
	for _, v := range asked {
		level := "P0"
		for _, part := range strings.Split(v, ".") {
			if rank[part] > 0 {
				level = part
			} else if !slices.Contains([]string{"Cp", "Cd", "Ck", "Cm"}, part) {
				return "invalid_request"
			}
		}
		if req.lowest == "" || rank[level] < rank[req.lowest] {
			req.lowest = level
		}
	}
	return ""
}

// choose signs in as a persona and goes back with a code; on the way there may be
// a check of who they are, or a choice of the role.
func (i *issuer) choose(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	persona, known := i.persona(q.Get("persona"))
	now := i.conf.Clock()
	i.mu.Lock()
	req, waiting := i.pending.look(q.Get("request"), now)
	i.mu.Unlock()
	g := grant{request: req, persona: persona, sid: secret(), at: now.Unix()}
	switch {
	case !waiting:
		i.fail(w, r, http.StatusBadRequest, "demo.fail.expired")
		return
	case !known:
		i.fail(w, r, http.StatusNotFound, "demo.fail.persona")
		return
	case i.name == PatientIssuer && rank[persona.Level] < rank[req.lowest]:
		if q.Get("check") != "passed" {
			i.showCheck(w, r, q.Get("request"), persona)
			return
		}
		g.persona.Level = req.lowest // for this sign-in; the next begins as before
	case slices.Contains(req.scopes, "selectedrole") && len(persona.Roles) > 0:
		n, err := strconv.Atoi(q.Get("role"))
		if len(persona.Roles) == 1 {
			n, err = 0, nil
		}
		if err != nil || n < 0 || n >= len(persona.Roles) {
			i.showRoles(w, r, q.Get("request"), persona)
			return
		}
		g.role = persona.roleID(n)
	}
	i.grant(w, r, q.Get("request"), g)
}

// grant gives a code and forgets the request.
func (i *issuer) grant(w http.ResponseWriter, r *http.Request, id string, g grant) {
	now, code := i.conf.Clock(), secret()
	i.mu.Lock()
	i.pending.drop(id)
	kept := i.codes.put(code, g, now, codeLife)
	i.mu.Unlock()
	if !kept {
		i.sendBack(w, r, g.request, url.Values{"error": {"temporarily_unavailable"}})
		return
	}
	i.sendBack(w, r, g.request, url.Values{"code": {code}})
}

// refusals are the ways of not going through with it, as a client hears of them.
var refusals = map[string]url.Values{
	"share":  {"error": {"access_denied"}, "error_description": {"ConsentNotGiven"}},
	"cancel": {"error": {"access_denied"}},
	"down":   {"error": {"temporarily_unavailable"}},
	"again":  {"error": {"sso_login_required"}},
}

// refuse goes back to the client without anybody.
func (i *issuer) refuse(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	i.mu.Lock()
	req, waiting := i.pending.look(q.Get("request"), i.conf.Clock())
	i.pending.drop(q.Get("request"))
	i.mu.Unlock()
	how, known := refusals[q.Get("how")]
	if !waiting || !known {
		i.fail(w, r, http.StatusBadRequest, "demo.fail.expired")
		return
	}
	answer := url.Values{}
	for k, v := range how {
		answer[k] = slices.Clone(v)
	}
	i.sendBack(w, r, req, answer)
}

func (i *issuer) persona(key string) (Persona, bool) {
	for _, p := range i.conf.Personas {
		if p.Key == key && p.Issuer == i.name {
			return p, true
		}
	}
	return Persona{}, false
}

// sendBack returns to the client with its state and our name (RFC 9207).
func (i *issuer) sendBack(w http.ResponseWriter, r *http.Request, req request, v url.Values) {
	if req.state != "" {
		v.Set("state", req.state)
	}
	v.Set("iss", i.url)
	http.Redirect(w, r, withQuery(req.redirect, v), http.StatusFound)
}

func withQuery(address string, v url.Values) string {
	for name, values := range v {
		if len(values) == 0 {
			v.Del(name)
		}
	}
	if len(v) == 0 {
		return address
	}
	if strings.Contains(address, "?") {
		return address + "&" + v.Encode()
	}
	return address + "?" + v.Encode()
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error":"server_error"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client is gone: nobody to tell
}
