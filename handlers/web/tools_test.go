package web

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"candour/models/access"
	"candour/models/db/dbtest"
)

type (
	contextT  = context.Context
	component = templ.Component
)

// askOnce starts the app for one raw request.
func askOnce(t *testing.T, app *App, raw string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Fiber.Listener(listener) }()
	defer func() { _ = app.Fiber.ShutdownWithTimeout(time.Second) }()
	s := &stage{App: app, t: t, url: "http://" + listener.Addr().String()}
	return rawAnswer(s, raw, 3*time.Second)
}

// sendOnce is a browser at a server whose /it answers by h.
func sendOnce(t *testing.T, h fiber.Handler) *browser {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	app, err := NewApp(Config{DB: dbtest.SQLite(t), Clock: (&moving{at: time.Unix(0, 0)}).now, PublicURL: "http://" + listener.Addr().String(),
		ErrorPage: func(f Failure) component { return text(f.Key) }, Dress: func(ctx contextT, _ Dressing) contextT { return ctx }})
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Mount([]Route{{Method: "GET", Pattern: "/it", Audience: Public, Shape: Page, Handler: func(c *fiber.Ctx, _ access.Viewer) error { return h(c) }}}); err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Fiber.Listener(listener) }()
	t.Cleanup(func() { _ = app.Fiber.ShutdownWithTimeout(time.Second) })
	s := &stage{App: app, t: t, url: "http://" + strings.TrimPrefix(listener.Addr().String(), "http://")}
	return s.browser()
}

func benchmark(b *testing.B, app *fiber.App, h fiber.Handler) {
	b.ReportAllocs()
	for b.Loop() {
		raw := &fasthttp.RequestCtx{}
		raw.Request.Header.Set("Accept-Encoding", "gzip")
		c := app.AcquireCtx(raw)
		if err := h(c); err != nil {
			b.Fatal(err)
		}
		app.ReleaseCtx(c)
	}
}

// The start-up check must itself be able to fail.
func TestStartRefusesAServerWhoseStringsDoNotOutliveTheirRequest(t *testing.T) {
	a := &App{Fiber: fiber.New(fiber.Config{})}
	if a.provesImmutable() == nil {
		t.Error("a server without Immutable passes the start-up check")
	}
	a = &App{Fiber: fiber.New(fiber.Config{Immutable: true})}
	if err := a.provesImmutable(); err != nil {
		t.Error(err)
	}
}
