package web

import (
	"bytes"
	"context"

	"github.com/gofiber/fiber/v2"
)

// limit refuses, before anything else is looked at, what no page of ours needs.
func (a *App) limit(c *fiber.Ctx) error {
	off := a.config.off
	if !off.encoding && len(c.Request().Header.Peek(fiber.HeaderContentEncoding)) > 0 {
		// 611 bytes, packed twice, unpack to 200 MB past any body limit (S5).
		return fiber.ErrUnsupportedMediaType
	}
	if !off.paths && !plainPath(c.Request().URI().PathOriginal()) {
		return fiber.ErrNotFound
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), workTimeout)
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}

// plainPath: our paths are words and ids. Escapes, dots at a segment's start,
// double slashes, semicolons and control characters have one reading only, not
// found, so that no two parts of the system can read a path differently (S8).
func plainPath(p []byte) bool {
	if len(p) == 0 || p[0] != '/' || len(p) > 512 {
		return false
	}
	for i := 1; i < len(p); i++ {
		ch := p[i]
		switch {
		case ch >= 'a' && ch <= 'z', ch >= '0' && ch <= '9', ch >= 'A' && ch <= 'Z', ch == '-', ch == '_':
		case ch == '/' || ch == '.':
			// Only a well-known address has a segment that begins with a dot.
			if p[i-1] == '/' && (ch == '/' || !bytes.HasPrefix(p[i:], wellKnown)) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

var wellKnown = []byte(".well-known/")
