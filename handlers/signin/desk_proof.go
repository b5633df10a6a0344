package signin

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/account"
	"candour/models/fault"
	"candour/views/link"
	view "candour/views/signin"
)

// Prove goes back to NHS login for more proof: the second call of a step-up, with
// P9 alone. It is for the person who is signed in, and for nobody else: another
// who comes back is turned away.
func (d *Desk) Prove(c *fiber.Ctx, by access.Viewer) error {
	p, ok := d.Registry.find(c.Params("provider"))
	if !ok || p.Audience != Patients {
		return fault.NotFound
	}
	q, err := web.Query(c, "return")
	if err != nil {
		return err
	}
	back := web.OwnPath(q.Get("return"), "")
	switch {
	case by.Kind != access.Patient || web.Recall(c, keyVia) != p.Provider.Name:
		return web.See(c, link.SignInWith(p.Provider.Name, back))
	case by.Level == account.P9:
		return web.See(c, web.OwnPath(back, link.My()))
	}
	return d.send(c, p, attempt{Return: back, Step: true, Account: by.ID})
}

// MoreProof is the page for a patient whose sign-in proved too little for what
// they asked for: why, how to prove more now, and where else to see to it.
func (d *Desk) MoreProof(c *fiber.Ctx, by access.Viewer, back string) error {
	page := view.MoreProof{Level: by.Level, Reference: web.RequestID(c)}
	if p, ok := d.Registry.find(web.Recall(c, keyVia)); ok {
		page.Prove, page.Settings, page.Demo = link.Proof(p.Provider.Name, back), p.settings(), p.Demo
	}
	return web.RenderStatus(c, fiber.StatusForbidden, view.MoreProofPage(page))
}
