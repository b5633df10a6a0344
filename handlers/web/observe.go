package web

import (
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"candour/models/clock"
)

// observe counts, times and logs the request. The log names the route's pattern,
// never the address that was asked for, which may hold an id.
func (a *App) observe(c *fiber.Ctx) error {
	elapsed := clock.Stopwatch()
	r := a.of(c)
	r.observed = true
	if err := c.Next(); err != nil {
		if err := a.fail(c, err); err != nil {
			return err
		}
	}
	took, status := elapsed(), c.Response().StatusCode()
	a.config.Metrics.observe(r.route, c.Method(), status, took)
	level := slog.LevelInfo
	if r.route != nil && r.route.Audience == Asset {
		level = slog.LevelDebug
	}
	if a.config.Logger.Enabled(c.UserContext(), level) {
		a.config.Logger.LogAttrs(c.UserContext(), level, "request",
			slog.String("request", r.id), slog.String("method", methodName(c)), slog.String("route", Pattern(c)),
			slog.Int("status", status), slog.Float64("ms", float64(took.Microseconds())/1000))
	}
	return nil
}

// recover turns a panic into an error page: one nil map must not end the portal
// for everybody (S4).
func (a *App) recover(c *fiber.Ctx) (err error) {
	if a.config.off.recover {
		return c.Next()
	}
	defer func() {
		if p := recover(); p != nil {
			of(c).panicked = true
			err = &panicked{p}
			a.tellPanic(of(c).id, Pattern(c), p)
		}
	}()
	return c.Next()
}

// tellPanic logs where it happened. The value itself may hold anything, so only
// the run time's own messages are written out.
func (a *App) tellPanic(id, pattern string, p any) {
	a.config.Metrics.Panics.Inc()
	what := fmt.Sprintf("%T", p)
	if e, ok := p.(runtime.Error); ok {
		what = e.Error()
	}
	a.config.Logger.Error("panic", "request", id, "route", pattern, "panic", what, "stack", string(debug.Stack()))
}

type panicked struct{ value any }

func (p *panicked) Error() string { return fmt.Sprintf("web: panic (%T)", p.value) }

// outermost stands around the framework itself: methods it answers on its own,
// and a panic in the error page or in the framework.
func (a *App) outermost() {
	server := a.Fiber.Server()
	inner := server.Handler
	server.HeaderReceived = a.grant
	server.Handler = func(ctx *fasthttp.RequestCtx) {
		defer a.uploads.end(&ctx.Request.Header)
		defer func() {
			if a.closing.Load() {
				ctx.SetConnectionClose()
			}
		}()
		if !a.config.off.methods && !knownMethod(ctx.Method()) {
			a.bare(ctx, fasthttp.StatusNotImplemented, "This method is not known here.")
			return
		}
		if !a.config.off.recover {
			defer func() {
				if p := recover(); p != nil {
					a.tellPanic("", "outermost", p)
					a.bare(ctx, fasthttp.StatusInternalServerError, "Something went wrong.")
				}
			}()
		}
		inner(ctx)
	}
}

// bare is the answer of last resort, without a page.
func (a *App) bare(ctx *fasthttp.RequestCtx, status int, text string) {
	ctx.Response.Reset()
	a.writeStatic(&ctx.Response.Header)
	ctx.Response.Header.Set("Content-Security-Policy", policyNone)
	ctx.Response.Header.Set("Cache-Control", "no-store")
	ctx.SetContentType("text/plain; charset=utf-8")
	ctx.SetStatusCode(status)
	ctx.SetBodyString(text)
}

func knownMethod(m []byte) bool {
	switch string(m) {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT":
		return true
	}
	return false
}

func methodName(c *fiber.Ctx) string {
	if knownMethod([]byte(c.Method())) {
		return c.Method()
	}
	return "other"
}
