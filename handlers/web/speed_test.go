package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"testing"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"candour/models/access"
	"candour/models/db/dbtest"
	"candour/models/record"
)

// BenchmarkSignedInPage is all that the shell adds to a page: session, guards,
// headers, log line, counting, packing of a frame.
func BenchmarkSignedInPage(b *testing.B) {
	at := &moving{}
	at.on(1 << 60)
	head, tail := bytes.Repeat([]byte("<p class=\"nhsuk-body\">head of the page</p>"), 150), bytes.Repeat([]byte("<li>tail</li>"), 100)
	part := ready(b, bytes.Repeat([]byte("<li data-item=\"abcdefgh.1\">an item of the record</li>"), 2000))
	app, err := NewApp(Config{DB: dbtest.SQLite(b), Clock: at.now, PublicURL: "http://localhost", Logger: slog.New(slog.NewJSONHandler(io.Discard, nil)),
		ErrorPage: func(f Failure) templ.Component { return text(f.Key) }, Dress: func(ctx context.Context, _ Dressing) context.Context { return ctx }})
	if err != nil {
		b.Fatal(err)
	}
	s := &stage{App: app, kept: &notes{}}
	if err := app.Mount([]Route{
		{Method: "GET", Pattern: "/enter", Audience: SignIn, Shape: Act, Handler: func(c *fiber.Ctx, _ access.Viewer) error { return s.enter(c, patientAda) }},
		{Method: "GET", Pattern: "/page", Audience: Patient, Discloses: true, Shape: Page, Handler: func(c *fiber.Ctx, _ access.Viewer) error {
			_ = Dress(c)
			return SendPieces(c, []record.PagePart{{Text: head}, {Ready: part}, {Text: tail}})
		}},
	}); err != nil {
		b.Fatal(err)
	}
	app.Fiber.Handler() // builds the router
	serve := app.Fiber.Server().Handler
	in := &fasthttp.RequestCtx{}
	in.Request.SetRequestURI("/enter")
	serve(in)
	cookie := &fasthttp.Cookie{}
	if err := cookie.ParseBytes(in.Response.Header.PeekCookie("candour")); err != nil {
		b.Fatal(err)
	}
	ctx := &fasthttp.RequestCtx{}
	b.ReportAllocs()
	for b.Loop() {
		ctx.Request.Reset()
		ctx.Response.Reset()
		ctx.Request.SetRequestURI("/page")
		ctx.Request.Header.SetCookie("candour", string(cookie.Value()))
		ctx.Request.Header.Set("Accept-Encoding", "gzip")
		ctx.ResetUserValues()
		serve(ctx)
		if ctx.Response.StatusCode() != 200 {
			b.Fatalf("%d %s", ctx.Response.StatusCode(), ctx.Response.Body())
		}
	}
}
