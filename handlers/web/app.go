// Package web is the safe shell that every handler stands on: one constructor
// with every setting that the parts underneath leave open by default (trust.md
// section 3), sessions, request forgery checks, error pages, and the few ways in
// which a handler may read a request and write an answer.
//
// The order of a request is fixed: observe, recover, request id, limits,
// headers, session, forgery, route policy, handler.
package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"candour/models/clock"
	"candour/models/db"
)

// Database is the database as the shell needs it: for sessions and readiness.
type Database = db.DB

// Config is what the composition root decides.
type Config struct {
	DB             *Database
	Clock          clock.Clock
	Ticks          clock.Clock // for rates, which need time to pass even where a demo's clock is set by hand; nil means the machine's
	Logger         *slog.Logger
	Metrics        *Metrics
	PublicURL      string   // scheme and host that people type; the only source of absolute links
	TrustedProxies []string // addresses or networks whose X-Forwarded-For is believed

	// ErrorPage draws a failure. Dress puts what the page frame needs into the
	// context of a rendering. Both are given by handlers, which know the views.
	ErrorPage func(Failure) templ.Component
	Dress     Dresser

	Read, Write, Idle time.Duration // time-outs; zero means the defaults below
	BodyLimit         int
	Pace              Pace

	off controls
}

// controls switches single protections off. Tests use it to show that each
// behaviour test fails without its control; nothing outside this package can.
type controls struct {
	immutable, recover, encoding, timeouts, proxies, paths, heads, prefetch, origin, token,
	headers, bodyLimit, hashToken, endedStays, pace, destinations, methods,
	idle, longest, draftOwner, keepOnly, uploads, lately bool
}

// Defaults of the limits. Feeds come in by the command line, so that forms are all the
// body there is; where one has a file, its route says so (upload.go).
const (
	readTimeout  = 10 * time.Second
	writeTimeout = 30 * time.Second
	idleTimeout  = 60 * time.Second
	workTimeout  = 25 * time.Second
	bodyLimit    = 256 << 10
	headerLimit  = 16 << 10
	concurrency  = 8192 // connections; the next gets 503
)

// App is the server shell; routes are added with Mount.
type App struct {
	Fiber    *fiber.App
	Sessions *Sessions

	config  Config
	origin  *url.URL
	secure  bool // the public address is https
	proxies []netip.Prefix
	static  []header
	paces   paces
	routes  []Route
	riding  []string // patterns of routes whose handler has the gate look at the session
	uploads slots
	closing atomic.Bool // every answer is the last on its connection
}

// NewApp makes the shell. It refuses a configuration in which one of its
// protections would not work.
func NewApp(config Config) (*App, error) {
	if config.Clock == nil || config.ErrorPage == nil || config.Dress == nil {
		return nil, errors.New("web: clock, error page and page dress are needed")
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Ticks == nil {
		config.Ticks = clock.System
	}
	if config.Metrics == nil {
		config.Metrics = NewMetrics()
	}
	a := &App{config: config}
	var err error
	if a.origin, err = url.Parse(config.PublicURL); err != nil || a.origin.Host == "" || a.origin.Path != "" && a.origin.Path != "/" {
		return nil, fmt.Errorf("web: the public address %q is not of the form https://host", config.PublicURL)
	}
	a.secure = a.origin.Scheme == "https"
	if a.proxies, err = prefixes(config.TrustedProxies); err != nil {
		return nil, err
	}
	a.paces = newPaces(config.Pace)
	a.static = securityHeaders(a.secure)
	a.Fiber = fiber.New(a.settings())
	a.outermost()
	if err := a.provesImmutable(); err != nil {
		return nil, err
	}
	if a.Sessions, err = newSessions(config, a.secure); err != nil {
		return nil, err
	}
	a.Fiber.Use(a.observe, a.recover, a.limit, a.head)
	return a, nil
}

// Closing makes every answer from now on the last on its connection. A connection that is
// closed while nothing is asked on it may have the next request on its way: it is lost.
// Told to, the other side opens another.
func (a *App) Closing() { a.closing.Store(true) }

// Origin is the public address.
func (a *App) Origin() *url.URL { return a.origin }

// Logger is where the shell logs.
func (a *App) Logger() *slog.Logger { return a.config.Logger }

func (a *App) settings() fiber.Config {
	c := a.config
	s := fiber.Config{
		// Strings of a request outlive it in ours (a log entry on its way to the
		// writer): without this they turn into another patient's (S1).
		Immutable:               !c.off.immutable,
		CaseSensitive:           !c.off.paths,
		StrictRouting:           !c.off.paths,
		EnableTrustedProxyCheck: !c.off.proxies,
		TrustedProxies:          c.TrustedProxies,
		ReadTimeout:             or(c.Read, readTimeout),
		WriteTimeout:            or(c.Write, writeTimeout),
		IdleTimeout:             or(c.Idle, idleTimeout),
		BodyLimit:               or(c.BodyLimit, bodyLimit),
		ReadBufferSize:          headerLimit,
		Concurrency:             concurrency,
		ErrorHandler:            a.fail,
		DisableStartupMessage:   true,
		// A form with a file is taken apart by upload.go, in memory; what is not read is not parsed.
		DisablePreParseMultipartForm: true,
	}
	if c.off.timeouts {
		s.ReadTimeout, s.WriteTimeout, s.IdleTimeout = 0, 0, 0
	}
	if c.off.bodyLimit {
		s.BodyLimit = 1 << 30
	}
	return s
}

// provesImmutable tries, before the first request, that a string taken from one
// request survives the next in the same buffer.
func (a *App) provesImmutable() error {
	if a.config.off.immutable {
		return nil
	}
	raw := &fasthttp.RequestCtx{}
	raw.Request.SetRequestURI("/?v=first")
	c := a.Fiber.AcquireCtx(raw)
	defer a.Fiber.ReleaseCtx(c)
	kept := c.Query("v")
	raw.Request.SetRequestURI("/?v=other")
	if c.Query("v") != "other" || kept != "first" {
		return errors.New("web: strings of a request do not outlive it; the server must not run like this")
	}
	return nil
}

func or[T comparable](have, otherwise T) T {
	var zero T
	if have == zero {
		return otherwise
	}
	return have
}

func prefixes(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range list {
		if p, err := netip.ParsePrefix(text); err == nil {
			out = append(out, p)
			continue
		}
		addr, err := netip.ParseAddr(text)
		if err != nil {
			return nil, fmt.Errorf("web: trusted proxy %q is neither an address nor a network", text)
		}
		out = append(out, netip.PrefixFrom(addr, addr.BitLen()))
	}
	return out, nil
}

// clientAddress is the peer's, or, behind a trusted proxy, the last address in
// X-Forwarded-For that no trusted proxy wrote: whatever stands to the left of it
// is hearsay.
func (a *App) clientAddress(c *fiber.Ctx) string {
	peer, ok := netip.AddrFromSlice(c.Context().RemoteIP())
	peer = peer.Unmap()
	if !ok || !a.trusted(peer) {
		return peer.String()
	}
	hops := strings.Split(c.Get(fiber.HeaderXForwardedFor), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		if !a.trusted(hop.Unmap()) {
			return hop.Unmap().String()
		}
	}
	return peer.String()
}

func (a *App) trusted(addr netip.Addr) bool {
	for _, p := range a.proxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
