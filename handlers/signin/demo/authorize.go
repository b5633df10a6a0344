package demo

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
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
	levels    []string // patient: the levels that vtr allows
}

// grant is what a code, and later a token, stands for.
type grant struct {
	request
	persona Persona
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
	i.showPersonas(w, r, id)
}

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
	}
	if i.name == PatientIssuer {
		return req.readVectors(q.Get("vtr"))
	}
	return ""
}

// readVectors takes the vectors of trust, a JSON list such as ["P9.Cp.Cd"]; none
// means P9, as with NHS login.
func (req *request) readVectors(vtr string) string {
	if vtr == "" {
		req.levels = []string{"P9"}
		return ""
	}
	var vectors []string
	if err := json.Unmarshal([]byte(vtr), &vectors); err != nil || len(vectors) == 0 {
		return "invalid_request"
	}
	for _, v := range vectors {
		level := "P0"
		for _, part := range strings.Split(v, ".") {
			if part == "P0" || part == "P5" || part == "P9" {
				level = part
			}
		}
		req.levels = append(req.levels, level)
	}
	return ""
}

// choose signs in as a persona and goes back with a code.
func (i *issuer) choose(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	persona, known := i.persona(q.Get("persona"))
	now := i.conf.Clock()
	i.mu.Lock()
	req, waiting := i.pending.look(q.Get("request"), now)
	if waiting && known {
		i.pending.drop(q.Get("request"))
	}
	i.mu.Unlock()
	switch {
	case !waiting:
		i.fail(w, r, http.StatusBadRequest, "demo.fail.expired")
		return
	case !known:
		i.fail(w, r, http.StatusNotFound, "demo.fail.persona")
		return
	case i.name == PatientIssuer && !slices.Contains(req.levels, persona.Level):
		// NHS login would ask for more proof here; this person has none to give.
		i.sendBack(w, r, req, url.Values{"error": {"access_denied"}})
		return
	}
	code := secret()
	i.mu.Lock()
	kept := i.codes.put(code, grant{request: req, persona: persona, sid: secret(), at: now.Unix()}, now, codeLife)
	i.mu.Unlock()
	if !kept {
		i.sendBack(w, r, req, url.Values{"error": {"temporarily_unavailable"}})
		return
	}
	i.sendBack(w, r, req, url.Values{"code": {code}})
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
