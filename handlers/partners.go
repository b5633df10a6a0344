package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/fault"
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
	code, err := web.Word(c, "code")
	if err != nil {
		return err
	}
	all, err := s.partners(c)
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
