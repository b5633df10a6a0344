package signin

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/account"
	"candour/views/link"
	view "candour/views/signin"
)

// failed says that it did not work and offers another try. Why is for the log.
func (d *Desk) failed(c *fiber.Ctx, p *party, a *attempt, by access.Viewer, err error) error {
	status, problem := fiber.StatusForbidden, "failed"
	switch {
	case (errors.Is(err, errLogin) || errors.Is(err, errStale)) && !a.Again:
		// What the provider remembers of the person is not enough: they log in there
		// again, once.
		return d.send(c, p, attempt{Return: a.Return, Step: a.Step, Account: a.Account, Again: true})
	case errors.Is(err, errCancelled) && p.Audience == Patients:
		return d.unshared(c, p, a, by)
	case errors.Is(err, errCancelled):
		return d.start(c, fiber.StatusOK, string(p.Audience), a.Return, "cancelled")
	case errors.Is(err, errExpired):
		status, problem = fiber.StatusBadRequest, "expired"
	case errors.Is(err, errProvider):
		status, problem = fiber.StatusServiceUnavailable, "provider"
	case errors.Is(err, errStale), errors.Is(err, errLogin):
		problem = "stale"
	}
	d.Log.Warn("sign-in refused", "request", web.RequestID(c), "provider", p.Provider.Name, "error", err)
	switch {
	case errors.Is(err, errAnother):
		return d.deadEnd(c, view.DeadEnd{Key: "another_person", SignedIn: by.Kind == access.Patient})
	case errors.Is(err, errYoung):
		return d.deadEnd(c, view.DeadEnd{Key: "too_young"})
	}
	return d.start(c, status, string(p.Audience), a.Return, problem)
}

// unshared is for a person who did not agree to share their NHS login details.
// NHS login asks for a page that explains: one for who cannot go on, one for who
// can, here somebody who came in and went back to prove more. Inside the NHS App
// it has neither our name nor a way back, which the App has.
func (d *Desk) unshared(c *fiber.Ctx, p *party, a *attempt, by access.Viewer) error {
	page := view.Unshared{Again: link.SignInWith(p.Provider.Name, a.Return), App: inNHSApp(c.Get(fiber.HeaderUserAgent))}
	if a.Step && by.Kind == access.Patient {
		page.StillIn, page.Again = true, link.Proof(p.Provider.Name, a.Return)
	}
	return web.Render(c, view.UnsharedPage(page))
}

func inNHSApp(agent string) bool { return strings.Contains(strings.ToLower(agent), "nhsapp") }

// refused is for who is proven and still may not come in.
func (d *Desk) refused(c *fiber.Ctx, p *party, said account.Claims, err error) error {
	var refusal *access.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	d.Log.Warn("sign-in refused", "request", web.RequestID(c), "provider", p.Provider.Name, "reason", refusal.Decision.Reason)
	key := string(refusal.Decision.Reason)
	if err := d.Accounts.TurnedAway(web.Context(c), account.Coming(said, p.Audience.kind()), nil, key); err != nil {
		return err
	}
	if p.Audience == Staff && refusal.Decision.Reason == access.ReasonLevelTooLow {
		key = "staff_level_too_low"
	}
	return d.deadEnd(c, view.DeadEnd{Key: key})
}

// noRole is for a member of staff whose account holds no role at all. It names
// where the account says they belong, which is where to ask.
func (d *Desk) noRole(c *fiber.Ctx, said account.Claims) error {
	if err := d.Accounts.TurnedAway(web.Context(c), account.Coming(said, access.Staff), nil, "no_role"); err != nil {
		return err
	}
	page := view.DeadEnd{Key: "no_role", Needs: true}
	for _, o := range said.Organisations {
		page.Belongs = append(page.Belongs, view.Belonging{Name: o.Name, Code: o.Code})
	}
	return d.deadEnd(c, page)
}

// closedTo stops somebody in a post in which nothing here would open, with what
// it would take.
func (d *Desk) closedTo(c *fiber.Ctx, by access.Viewer, post account.Post) error {
	key, role := closed(post), post.Role
	if err := d.Accounts.TurnedAway(web.Context(c), by, &role, key); err != nil {
		return err
	}
	return d.deadEnd(c, view.DeadEnd{
		Key: key, Organisation: post.Organisation, OrganisationCode: role.OrgCode, Role: role.RoleName, RoleCode: role.RoleCode,
		Successor: post.Successor, SuccessorCode: post.SuccessorODS,
		Needs: key == "role_without_rights", OtherRoles: web.Recall(c, web.KeyRoles) != "",
	})
}

func (d *Desk) deadEnd(c *fiber.Ctx, page view.DeadEnd) error {
	page.Reference = web.RequestID(c)
	return web.RenderStatus(c, fiber.StatusForbidden, view.DeadEndPage(page))
}
