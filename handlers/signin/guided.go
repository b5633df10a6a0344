package signin

import (
	"fmt"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/fault"
)

// Names of the demonstration's two ways in.
const (
	PatientsAt = "nhs-login"
	StaffAt    = "staff"
)

// BeginAs is Begin for a scene of the guided tour: the demonstration's provider is
// told whom to choose. No other provider would listen, and none is asked.
func (d *Desk) BeginAs(c *fiber.Ctx, provider, back, persona string) error {
	p, ok := d.Registry.find(provider)
	if !ok || !p.Demo {
		return fault.NotFound
	}
	if host := string(c.Request().Host()); host != d.Origin.Host && loopback(d.Origin) {
		return web.See(c, d.Origin.Scheme+"://"+d.Origin.Host+c.OriginalURL()) // as Begin does
	}
	next := attempt{Return: web.OwnPath(back, "")}
	a, err := p.begin(secret(), next)
	if err != nil {
		return d.failed(c, p, &next, access.Viewer{}, fmt.Errorf("%w: %w", errProvider, err))
	}
	address, err := a.GetAuthURL()
	if err != nil {
		return err
	}
	d.keep(c, p, a)
	return web.See(c, address+"&persona="+url.QueryEscape(persona))
}
