// Package demo is an identity provider for the demonstration: it lists made-up
// people on one page and signs in as whichever is chosen, without a password. It
// speaks like the two providers of the NHS, so that the portal signs people in
// by the same code as in earnest: one issuer shaped like NHS login, one like
// CIS2 (domain.md f, g). The composition root starts it in demo mode only
// (trust.md T60).
//
// It keeps no secret of anybody, but it is strict: codes count once, PKCE is
// required, a client with keys proves itself by a signed assertion that cannot
// be used twice. A relying party that passes here has not been let off.
package demo

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"candour/models/clock"
)

// The two issuers.
const (
	PatientIssuer = "patient" // shaped like NHS login
	StaffIssuer   = "staff"   // shaped like CIS2
)

// Life times, as NHS login sets them (domain.md f).
const (
	codeLife    = 10 * time.Minute
	tokenLife   = 5 * time.Minute
	idLife      = time.Hour
	sessionLife = 12 * time.Hour // of somebody at the staff provider
	assertLife  = time.Hour      // the longest a client assertion may live
	maxPending  = 10_000         // sign-ins, codes or tokens kept at once
)

// Config is everything the provider needs; it opens no connection.
type Config struct {
	BaseURL  string // origin under which browsers reach it: http://127.0.0.1:8080
	Path     string // where it is mounted; "" means /demo-idp
	Personas []Persona
	Clients  []Client
	Clock    clock.Clock

	// Caller tells clients that a session ended (back-channel logout).
	Caller *http.Client

	// Stylesheets are the addresses of the house style.
	Stylesheets []string
	// Frame, when given, wraps the page of personas in the portal's own layout.
	Frame func(r *http.Request, title string) (head, tail []byte, err error)
}

// Persona is somebody to sign in as.
type Persona struct {
	Key     string // stable, the data-persona of its link
	Issuer  string // PatientIssuer or StaffIssuer
	Group   string // key of the heading it stands under (locales/en/demo.toml)
	Name    string
	Story   string // key of its story in one line
	Subject string

	Level      string // patients: P0, P5 or P9
	NHSNumber  string
	BirthDate  string
	Family     string
	Given      string
	GPPractice string // ODS code

	Roles   []Role         // staff
	Belongs []Organisation // staff: where they are known beside their roles
}

// Organisation is one that a member of staff belongs to.
type Organisation struct{ Code, Name string }

// Role is one national role of a member of staff.
type Role struct {
	OrgCode    string
	OrgName    string
	RoleCode   string // S8000:G8000:R8001
	RoleName   string
	Activities []Activity
}

// Activity is a national activity with its code.
type Activity struct{ Code, Name string }

// Client is a relying party that may send people here.
type Client struct {
	ID           string
	RedirectURIs []string           // matched byte for byte
	AfterLogout  []string           // addresses to return to after sign-out
	BackChannel  string             // where the staff provider tells that a session ended
	Keys         jose.JSONWebKeySet // public keys of its assertions; none: a public client
}

// Issuer is the issuer URL of one of the two, to configure a relying party with.
func (c Config) Issuer(name string) string { return c.BaseURL + c.path() + "/" + name }

func (c Config) path() string {
	if c.Path == "" {
		return "/demo-idp"
	}
	return strings.TrimRight(c.Path, "/")
}

func (c Config) client(id string) (Client, bool) {
	for _, k := range c.Clients {
		if k.ID == id {
			return k, true
		}
	}
	return Client{}, false
}

// issuer is one of the two providers.
type issuer struct {
	conf Config
	name string
	url  string
	alg  jose.SignatureAlgorithm
	keys *signingKey

	mu       sync.Mutex
	pending  shelf[request] // authorisation requests waiting for a choice
	codes    shelf[grant]
	tokens   shelf[grant]
	asserted shelf[struct{}] // jti of client assertions
	sessions shelf[grant]    // staff: by sid, until somebody ends them
}

// New makes the provider's handler; it expects requests with their full path.
func New(conf Config) http.Handler {
	conf.BaseURL = strings.TrimRight(conf.BaseURL, "/")
	if conf.Caller == nil {
		conf.Caller = &http.Client{Timeout: 5 * time.Second}
	}
	mux := http.NewServeMux()
	for name, alg := range map[string]jose.SignatureAlgorithm{PatientIssuer: jose.RS512, StaffIssuer: jose.RS256} {
		i := &issuer{conf: conf, name: name, url: conf.Issuer(name), alg: alg, keys: newSigningKey(name, alg)}
		at := conf.path() + "/" + name
		mux.HandleFunc("GET "+at+"/.well-known/openid-configuration", i.discovery)
		mux.HandleFunc("GET "+at+"/jwks", i.jwks)
		mux.HandleFunc("GET "+at+"/authorize", i.authorize)
		mux.HandleFunc("GET "+at+"/choice", i.choose)
		mux.HandleFunc("GET "+at+"/refusal", i.refuse)
		mux.HandleFunc("POST "+at+"/token", i.token)
		mux.HandleFunc("GET "+at+"/userinfo", i.userinfo)
		if name == StaffIssuer { // NHS login has no sign-out service
			mux.HandleFunc("GET "+at+"/end-session", i.endSession)
			mux.HandleFunc("GET "+at+"/sessions", i.showSessions)
			mux.HandleFunc("POST "+at+"/sessions", i.takeOut)
			continue
		}
		mux.HandleFunc("GET "+at+"/settings", i.showSettings)
		mux.HandleFunc("GET "+at+"/trustmark", i.trustmark)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		// Behind Fiber's adaptor the address is a view of a buffer that the next
		// request writes over; what is kept from it must be a copy.
		own := *r.URL
		own.RawQuery = strings.Clone(own.RawQuery)
		r.URL = &own
		mux.ServeHTTP(w, r)
	})
}

func (i *issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	d := map[string]any{
		"issuer": i.url, "authorization_endpoint": i.url + "/authorize", "token_endpoint": i.url + "/token",
		"userinfo_endpoint": i.url + "/userinfo", "jwks_uri": i.url + "/jwks",
		"response_types_supported": []string{"code"}, "grant_types_supported": []string{"authorization_code"},
		"subject_types_supported":                          []string{"public"},
		"id_token_signing_alg_values_supported":            []string{string(i.alg)},
		"token_endpoint_auth_methods_supported":            []string{"private_key_jwt", "none"},
		"token_endpoint_auth_signing_alg_values_supported": algorithmNames(),
		"code_challenge_methods_supported":                 []string{"S256"},
		"authorization_response_iss_parameter_supported":   true,
	}
	if i.name == StaffIssuer {
		d["end_session_endpoint"] = i.url + "/end-session"
		d["scopes_supported"] = []string{"openid", "profile", "nationalrbacaccess", "associatedorgs", "selectedrole"}
		d["acr_values_supported"] = []string{"AAL2_OR_AAL3_ANY"}
		d["backchannel_logout_supported"], d["backchannel_logout_session_supported"] = true, true
	} else {
		d["scopes_supported"] = []string{"openid", "profile", "profile_extended", "basic_demographics", "gp_registration_details"}
		d["vtr_values_supported"] = []string{"P0.Cp", "P0.Cp.Cd", "P0.Cp.Ck", "P5.Cp.Cd", "P5.Cp.Ck", "P5.Cm", "P9.Cp.Cd", "P9.Cp.Ck", "P9.Cm"}
	}
	writeJSON(w, http.StatusOK, d)
}

// endSession returns to the portal when the address was registered; this provider
// keeps no session of its own to end.
func (i *issuer) endSession(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back := q.Get("post_logout_redirect_uri")
	for _, c := range i.conf.Clients {
		for _, known := range c.AfterLogout {
			if back != "" && back == known {
				http.Redirect(w, r, withQuery(back, url.Values{"state": q["state"]}), http.StatusFound)
				return
			}
		}
	}
	i.fail(w, r, http.StatusBadRequest, "demo.fail.logout")
}
