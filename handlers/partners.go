package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/fault"
	"candour/views/link"
	"candour/views/public"
)

// showPartners lists who takes part, whole or as the address asks.
func (s *Server) showPartners(c *fiber.Ctx, _ access.Viewer) error {
	q, err := web.Query(c, "q", "kind", "state")
	if err != nil {
		return err
	}
	all, err := s.partners(c)
	if err != nil {
		return err
	}
	return web.Render(c, public.PartnersPage(public.Partners{Search: public.Search{Text: q.Get("q"), Kind: q.Get("kind"), State: q.Get("state")}, All: all}))
}

// showPartner is one of them, with whom to ask there.
func (s *Server) showPartner(c *fiber.Ctx, _ access.Viewer) error {
	all, err := s.partners(c)
	if err != nil {
		return err
	}
	if printed := c.Params("code"); printed != strings.ToLower(printed) {
		if p := public.Find(all, printed); p != nil { // the code as pages and letters print it
			return c.Redirect(link.Partner(p.Code()), fiber.StatusMovedPermanently)
		}
		return fault.NotFound
	}
	code, err := web.Word(c, "code")
	if err != nil {
		return err
	}
	p := public.Find(all, code)
	if p == nil {
		return fault.NotFound
	}
	if p.Contacts, err = s.Organisations.Contacts(web.Context(c), p.ID); err != nil {
		return err
	}
	return web.Render(c, public.PartnerPage(p))
}

// partners is the register with its feeds as they stand.
func (s *Server) partners(c *fiber.Ctx) ([]*public.Partner, error) {
	ctx := web.Context(c)
	all, err := s.Organisations.All(ctx)
	if err != nil {
		return nil, err
	}
	names, err := s.Organisations.Names(ctx)
	if err != nil {
		return nil, err
	}
	return public.Register(all, names, s.board.Report(ctx).Feeds), nil
}
