package web

import (
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

type header struct{ name, value string }

// securityHeaders are the same on every answer: pages, errors, files, redirects.
// Scripts and styles come from this origin only; nothing is framed, embedded or
// read from elsewhere (trust.md R-15, ASVS V3.4).
func securityHeaders(secure bool) []header {
	all := []header{
		{"X-Content-Type-Options", "nosniff"},
		{"X-Frame-Options", "DENY"},
		// Not no-referrer: a browser would then send "Origin: null" with our own
		// forms and each of them would look forged (S13).
		{"Referrer-Policy", "same-origin"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Cross-Origin-Embedder-Policy", "require-corp"},
		{"Origin-Agent-Cluster", "?1"},
		{"Permissions-Policy", "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()"},
	}
	if secure {
		all = append(all, header{"Strict-Transport-Security", "max-age=31536000; includeSubDomains"})
	}
	return all
}

const (
	policyStart = "default-src 'none'; script-src 'self' 'nonce-"
	policyEnd   = "'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	// policyNone is for what is not a page: nothing in it may run or load.
	policyNone = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
)

// head writes the headers before the handler runs, so that no way out of it
// misses them.
func (a *App) head(c *fiber.Ctx) error {
	a.writeHead(c)
	return c.Next()
}

func (a *App) writeHead(c *fiber.Ctx) {
	if a.config.off.headers {
		return
	}
	h := &c.Response().Header
	a.writeStatic(h)
	h.Set("Content-Security-Policy", policyStart+of(c).nonce+policyEnd)
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Cookie, Accept-Encoding, HX-Request")
}

func (a *App) writeStatic(h *fasthttp.ResponseHeader) {
	for i := range a.static {
		h.Set(a.static[i].name, a.static[i].value)
	}
}

// Shared marks an answer that is the same for everybody, so that caches may keep
// it: files with their content's hash in the name, and nothing else.
func Shared(c *fiber.Ctx, cacheControl string) {
	h := &c.Response().Header
	h.Set("Cache-Control", cacheControl)
	h.Set("Vary", "Accept-Encoding")
}
