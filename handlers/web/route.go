package web

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candour/models/access"
	"candour/models/fault"
)

// Audience says who a route is for. There is no default: a route without one is
// refused at start.
type Audience string

const (
	Asset       Audience = "asset"         // files and probes: no session is looked at
	Public      Audience = "public"        // everybody, signed in or not
	SignIn      Audience = "sign-in"       // the way in: writes a session, shows nothing of anybody
	Patient     Audience = "patient"       // signed in as a patient, of any proofing level
	Staff       Audience = "staff"         // signed in as a member of staff, role chosen
	AnySignedIn Audience = "any-signed-in" // either
)

// Shape is the form in which a route shows what it shows.
type Shape string

const (
	Page     Shape = "page"
	Fragment Shape = "fragment"
	Print    Shape = "print"
	CSV      Shape = "csv"
	Act      Shape = "act"  // takes a form in and sends the browser on
	File     Shape = "file" // assets, probes
)

// Handler answers a request of a viewer whom the route's audience has let in.
// On public routes the viewer may be nobody.
type Handler func(c *fiber.Ctx, by access.Viewer) error

// Route is one row of the route table (trust.md R-3).
type Route struct {
	Method    string
	Pattern   string
	Audience  Audience
	Discloses bool // it shows something of a person: GET only, HEAD and prefetch refused
	Shape     Shape
	Rides     bool     // the handler has the gate look at the session (While)
	Look      bool     // it changes nothing but how pages look: no form token is asked
	Pace      PaceKind // limit on how often, beyond the server's own
	Keep      []string // fields of the form that wait for their owner when the session has run out; a star as in Form
	Shown     string   // pattern of the page that has the form, when it is not the route's own
	Upload    int      // a form with a file comes here, of at most so many bytes; 0: none does
	Handler   Handler
}

func (r Route) check() error {
	switch {
	case r.Method != fiber.MethodGet && r.Method != fiber.MethodPost:
		return fmt.Errorf("web: route %s %s: only GET and POST are used", r.Method, r.Pattern)
	case !strings.HasPrefix(r.Pattern, "/"):
		return fmt.Errorf("web: route %s %q: the pattern does not begin with /", r.Method, r.Pattern)
	case r.Handler == nil:
		return fmt.Errorf("web: route %s %s: no handler", r.Method, r.Pattern)
	case len(r.Keep) > 0 && (r.Method != fiber.MethodPost || r.Audience != Patient && r.Audience != Staff && r.Audience != AnySignedIn):
		return fmt.Errorf("web: route %s %s: only a form of somebody signed in has fields to keep", r.Method, r.Pattern)
	case r.Rides && (r.Method != fiber.MethodGet || !r.Discloses):
		return fmt.Errorf("web: route %s %s: only what goes through the gate can have its session looked at there", r.Method, r.Pattern)
	case r.Shape == "":
		return fmt.Errorf("web: route %s %s: no shape", r.Method, r.Pattern)
	case r.Discloses && (r.Audience == Public || r.Audience == Asset || r.Audience == SignIn):
		return fmt.Errorf("web: route %s %s: it discloses and is open to everybody", r.Method, r.Pattern)
	}
	switch r.Audience {
	case Asset, Public, SignIn, Patient, Staff, AnySignedIn:
		return nil
	}
	return fmt.Errorf("web: route %s %s: audience %q is none of ours", r.Method, r.Pattern, r.Audience)
}

// Mount builds the router from the table: assets first, which need no session,
// then the session, then the rest. It is called once.
func (a *App) Mount(routes []Route) error {
	seen := map[string]bool{}
	for _, r := range routes {
		if err := r.check(); err != nil {
			return err
		}
		if seen[r.Method+r.Pattern] {
			return fmt.Errorf("web: route %s %s stands twice in the table", r.Method, r.Pattern)
		}
		seen[r.Method+r.Pattern] = true
	}
	a.routes = append(a.routes, routes...)
	for _, r := range routes {
		if r.Rides {
			a.riding = append(a.riding, r.Pattern)
		}
	}
	for i := range a.routes {
		if r := &a.routes[i]; r.Audience == Asset {
			a.add(r, func(c *fiber.Ctx) error {
				of(c).route = r
				return r.Handler(c, access.Viewer{})
			})
		}
	}
	a.Fiber.Use(a.withSession)
	for i := range a.routes {
		if r := &a.routes[i]; r.Audience != Asset {
			a.add(r, a.guarded(r))
		}
	}
	return nil
}

// Routes is the table as mounted.
func (a *App) Routes() []Route { return a.routes }

// add registers the method alone: Fiber's Get answers HEAD as well by running
// the handler, which would show a page's length and log an access nobody saw (S9).
func (a *App) add(r *Route, h fiber.Handler) {
	a.Fiber.Add(r.Method, r.Pattern, h)
	if r.Method == fiber.MethodGet && (!r.Discloses && (r.Audience == Public || r.Audience == Asset) || a.config.off.heads) {
		a.Fiber.Add(fiber.MethodHead, r.Pattern, h)
	}
}

// guarded is the route's policy around its handler.
func (a *App) guarded(r *Route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		state := of(c)
		state.route = r
		if state.unread != nil && r.Audience != Public {
			return state.unread
		}
		if err := a.refuseUnasked(c, r); err != nil {
			return err
		}
		if r.Method == fiber.MethodPost {
			if err := a.refuseForged(c, r); err != nil {
				return err
			}
		}
		by := state.viewer
		if r.Method == fiber.MethodPost && c.Get(keepHeader) != "" && !a.config.off.keepOnly {
			if err := a.refuseHurry(c, KeepPace, by); err != nil {
				return err
			}
			return a.keepInstead(c, r)
		}
		if err := admit(r.Audience, by, state.session); err != nil {
			a.comingBack(c, r)
			return err
		}
		if err := a.refuseHurry(c, r.Pace, by); err != nil {
			return err
		}
		err := r.Handler(c, by)
		if errors.Is(err, errMoved) {
			err = a.handleAgain(c, r)
		}
		if err != nil {
			return err
		}
		if r.Method == fiber.MethodPost {
			a.forgetTyped(c, r)
		}
		return nil
	}
}

// handleAgain runs a handler for the session as it is now: the gate has let nothing
// through for the one that was known from lately, and written nothing.
func (a *App) handleAgain(c *fiber.Ctx, r *Route) error {
	state := of(c)
	if err := a.readAgain(c, state); err != nil {
		return fmt.Errorf("%w: %w", fault.Unavailable, err)
	}
	if err := admit(r.Audience, state.viewer, state.session); err != nil {
		a.comingBack(c, r)
		return err
	}
	return r.Handler(c, state.viewer)
}

func admit(to Audience, by access.Viewer, s *session) error {
	switch to {
	case Public, SignIn:
		return nil
	}
	if by.Kind == access.Nobody {
		if s.over() != nil {
			return errEnded
		}
		return errNotSignedIn
	}
	switch {
	case to == AnySignedIn && (by.Kind == access.Patient || by.Kind == access.Staff),
		to == Patient && by.Kind == access.Patient,
		to == Staff && by.Kind == access.Staff:
		return nil
	}
	return errAudience
}

// refuseUnasked turns away what no person asked to see: a browser guessing the
// next page (S18), and another site pulling the page in as an image, script or
// frame (XS-leaks). Nothing is shown and nothing is logged as seen.
func (a *App) refuseUnasked(c *fiber.Ctx, r *Route) error {
	if r.Audience == Public {
		return nil
	}
	h := &c.Request().Header
	if !a.config.off.prefetch {
		for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
			if v := string(h.Peek(name)); strings.Contains(v, "prefetch") || strings.Contains(v, "prerender") || v == "preview" {
				return errPrefetch
			}
		}
	}
	if !a.config.off.destinations && string(h.Peek("Sec-Fetch-Site")) != "same-origin" {
		mode, dest := string(h.Peek("Sec-Fetch-Mode")), string(h.Peek("Sec-Fetch-Dest"))
		if mode != "" && mode != "navigate" || dest != "" && dest != "document" {
			return errPrefetch
		}
	}
	return nil
}
