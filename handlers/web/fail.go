package web

import (
	"bytes"
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/invalid"
)

// Failure is what an error page may say: a status, the key of its words, the
// reference that the logs have too. Never the cause.
type Failure struct {
	Status    int
	Key       string        // not_found, unavailable, ...
	Reason    access.Reason // of a refusal, else empty
	Reference string
	Return    string // where to go on after signing in
	Posted    bool   // a form was sent, so that something may have been typed
	Partial   bool   // htmx asked: only the page's main part is wanted
	Over      *Over  // of a session that is over
}

// Problem is a refusal by the shell or by a handler that has its own page words.
type Problem struct {
	Status int
	Key    string
}

func (p *Problem) Error() string { return "web: " + p.Key }

// The shell's own refusals.
var (
	errNotSignedIn = &Problem{fiber.StatusUnauthorized, "not_signed_in"}
	errEnded       = &Problem{fiber.StatusUnauthorized, "session_ended"}
	errAudience    = &Problem{fiber.StatusForbidden, "wrong_audience"}
	errForged      = &Problem{fiber.StatusForbidden, "form_expired"}
	errPrefetch    = &Problem{fiber.StatusForbidden, "prefetch"}
	errPace        = &Problem{fiber.StatusTooManyRequests, "too_many"}
	errForm        = &Problem{fiber.StatusBadRequest, "bad_request"}
)

// fail is the only place that answers with a failure.
func (a *App) fail(c *fiber.Ctx, err error) error {
	f := failureOf(err)
	r := a.of(c)
	f.Reference, f.Partial, f.Posted = r.id, Partial(c), c.Method() == fiber.MethodPost
	if c.Method() == fiber.MethodGet {
		f.Return = comeBack(c)
	}
	if r.back != "" {
		f.Return = r.back
	}
	if f.Over = r.over; f.Over != nil && f.Partial {
		// The part has no room to say so: the whole page is asked for again, and tells.
		r.asks = true
		c.Set("HX-Redirect", currentPage(c))
	}
	a.tell(c, f, err)
	if !r.observed { // the server refused it before any of our code ran
		a.uploads.end(&c.Request().Header)
		a.config.Metrics.observe(nil, c.Method(), f.Status, 0)
		a.config.Logger.Info("request", "request", r.id, "method", methodName(c), "route", "unmatched", "status", f.Status)
	}

	// Half a page, its file name or its encoding must not precede the error page.
	c.Response().ResetBody()
	for _, name := range []string{"Content-Encoding", "Content-Disposition", "ETag", "Last-Modified", "Location"} {
		c.Response().Header.Del(name)
	}
	a.writeHead(c)
	c.Status(f.Status)
	if f.Status == fiber.StatusServiceUnavailable {
		c.Set(fiber.HeaderRetryAfter, "60")
	}
	page := &bytes.Buffer{}
	component := a.config.ErrorPage(f)
	if component != nil {
		err := component.Render(a.config.Dress(context.WithoutCancel(c.UserContext()), a.dressing(c)), page)
		if err == nil {
			c.Response().Header.SetContentType("text/html; charset=utf-8")
			c.Response().SetBodyRaw(page.Bytes())
			return nil
		}
		a.config.Logger.Error("error page", "request", r.id, "error", err)
	}
	c.Response().Header.SetContentType("text/plain; charset=utf-8")
	c.Response().SetBodyString("Something went wrong. Reference: " + r.id)
	return nil
}

// tell logs what happened under the page's reference. Refusals and ordinary
// mistakes of a browser are not faults of ours.
func (a *App) tell(c *fiber.Ctx, f Failure, err error) {
	if f.Status >= 500 && !of(c).panicked {
		a.config.Logger.Error("failed", "request", f.Reference, "route", Pattern(c), "key", f.Key, "error", err)
	}
}

// failureOf maps the kinds of failure to a page. What is absent, what may not be
// known of and what is somebody else's are one and the same page.
func failureOf(err error) Failure {
	var problem *Problem
	var refusal *access.Refusal
	var fields invalid.Fields
	var framework *fiber.Error
	switch {
	case errors.As(err, &problem):
		return Failure{Status: problem.Status, Key: problem.Key}
	case errors.As(err, &refusal):
		return refused(refusal.Decision.Reason)
	case errors.Is(err, fault.NotFound):
		return Failure{Status: fiber.StatusNotFound, Key: "not_found"}
	case errors.Is(err, fault.Denied):
		return Failure{Status: fiber.StatusForbidden, Key: "denied"}
	case errors.Is(err, fault.Conflict):
		return Failure{Status: fiber.StatusConflict, Key: "conflict"}
	case errors.Is(err, fault.Unavailable), errors.Is(err, context.DeadlineExceeded):
		return Failure{Status: fiber.StatusServiceUnavailable, Key: "unavailable"}
	case errors.As(err, &fields):
		return Failure{Status: fiber.StatusUnprocessableEntity, Key: "invalid"}
	case errors.As(err, &framework):
		return byStatus(framework.Code)
	}
	return Failure{Status: fiber.StatusInternalServerError, Key: "internal"}
}

func refused(reason access.Reason) Failure {
	switch reason {
	case access.ReasonNotFound, access.ReasonRestricted, access.ReasonAnother, access.ReasonExcluded, access.ReasonNotForPatient:
		return Failure{Status: fiber.StatusNotFound, Key: "not_found"}
	case access.ReasonNotSignedIn:
		return Failure{Status: fiber.StatusUnauthorized, Key: "not_signed_in", Reason: reason}
	}
	return Failure{Status: fiber.StatusForbidden, Key: string(reason), Reason: reason}
}

func byStatus(status int) Failure {
	keys := map[int]string{
		fiber.StatusBadRequest: "bad_request", fiber.StatusUnauthorized: "not_signed_in", fiber.StatusForbidden: "denied",
		fiber.StatusNotFound: "not_found", fiber.StatusMethodNotAllowed: "method", fiber.StatusRequestTimeout: "timeout",
		fiber.StatusConflict: "conflict", fiber.StatusGone: "gone", fiber.StatusUnprocessableEntity: "invalid",
		fiber.StatusRequestEntityTooLarge: "too_large", fiber.StatusUnsupportedMediaType: "unsupported",
		fiber.StatusTooManyRequests: "too_many", fiber.StatusRequestHeaderFieldsTooLarge: "too_large", fiber.StatusServiceUnavailable: "unavailable",
	}
	if key, ok := keys[status]; ok {
		return Failure{Status: status, Key: key}
	}
	if status >= 400 && status < 500 {
		return Failure{Status: status, Key: "bad_request"}
	}
	return Failure{Status: fiber.StatusInternalServerError, Key: "internal"}
}
