package handlers

import (
	"context"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/fault"
	"candour/static"
)

var errDraining = errors.New("handlers: stopping")

// showLive answers as long as the process can answer at all.
func (s *Server) showLive(c *fiber.Ctx, _ access.Viewer) error {
	return c.SendString("live\n")
}

// showReady answers whether work can be done: a view that cannot be logged is
// not shown (trust.md R-23), so that a log that cannot be written means not
// ready. It says no more than that; the reason is in the log.
func (s *Server) showReady(c *fiber.Ctx, _ access.Viewer) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), 2*time.Second)
	defer cancel()
	if err := s.Ready(ctx); err != nil {
		if s.Logger != nil {
			s.Logger.Warn("not ready", "error", err)
		}
		return c.Status(fiber.StatusServiceUnavailable).SendString("not ready\n")
	}
	return c.SendString("ready\n")
}

// showAsset sends a built file. Its name holds its content's hash, so that it
// never changes under its name.
func (s *Server) showAsset(c *fiber.Ctx, _ access.Viewer) error {
	a, ok := static.Find(c.Params("*"))
	if !ok {
		return fault.NotFound
	}
	web.Shared(c, "public, max-age=31536000, immutable")
	c.Response().Header.SetContentType(a.ContentType)
	body := a.Body
	switch h := &c.Request().Header; {
	case len(a.Brotli) > 0 && h.HasAcceptEncoding("br"):
		body = a.Brotli
		c.Set(fiber.HeaderContentEncoding, "br")
	case len(a.Gzip) > 0 && h.HasAcceptEncoding("gzip"):
		body = a.Gzip
		c.Set(fiber.HeaderContentEncoding, "gzip")
	}
	c.Response().SetBodyRaw(body)
	return nil
}

// showDemoIdentity hands over to the demonstration's identity provider, which is
// a net/http handler of its own.
func (s *Server) showDemoIdentity(c *fiber.Ctx, _ access.Viewer) error {
	return adaptor.HTTPHandler(s.Demo.Identity)(c)
}
