package signin

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/account"
	"candour/models/fault"
	"candour/models/staff"
	"candour/views/link"
	view "candour/views/signin"
)

// Keys of the session while somebody comes in.
const (
	keyAttempt = "attempt." // and the provider's name
	keyWaiting = "waiting"  // a member of staff who has yet to pick a role
	keyReturn  = "return"
)

// KeyPrevious is the instant of a patient's sign-in before this one, RFC 3339.
const KeyPrevious = "previous"

// Desk has the pages of coming in and going out.
type Desk struct {
	Registry *Registry
	Accounts *account.Store
	Log      *slog.Logger
	Origin   *url.URL // the public address
}

// Start shows the ways in.
func (d *Desk) Start(c *fiber.Ctx, _ access.Viewer) error {
	q, err := web.Query(c, "for", "return", "problem")
	if err != nil {
		return err
	}
	problem := q.Get("problem")
	if problem != "ended" && problem != "required" {
		problem = ""
	}
	return d.start(c, fiber.StatusOK, q.Get("for"), web.OwnPath(q.Get("return"), ""), problem)
}

func (d *Desk) start(c *fiber.Ctx, status int, audience, back, problem string) error {
	page := view.Start{Problem: problem}
	if audience == string(Patients) || audience == string(Staff) {
		page.For = audience
	}
	for _, name := range d.Registry.order {
		p := d.Registry.parties[name]
		page.Providers = append(page.Providers, view.Provider{Audience: string(p.Audience), Href: link.SignInWith(name, back), Demo: p.Demo})
	}
	return web.RenderStatus(c, status, view.StartPage(page))
}

// Begin sends the browser to the provider. What the answer will be checked
// against stays in the session.
func (d *Desk) Begin(c *fiber.Ctx, _ access.Viewer) error {
	p, ok := d.Registry.find(c.Params("provider"))
	if !ok {
		return fault.NotFound
	}
	if host := string(c.Request().Host()); host != d.Origin.Host && loopback(d.Origin) {
		// The answer will come to the public address; the session must be there too.
		// Only on one's own machine, which has two names: behind a proxy the name
		// that arrives here may be an inner one, and this would go round for ever.
		return web.See(c, d.Origin.Scheme+"://"+d.Origin.Host+c.OriginalURL())
	}
	q, err := web.Query(c, "return")
	if err != nil {
		return err
	}
	session, err := p.BeginAuth(secret())
	if err != nil {
		return d.failed(c, p, fmt.Errorf("%w: %w", errProvider, err))
	}
	a, ok := session.(*attempt)
	if !ok {
		return fault.Unavailable
	}
	a.Return = web.OwnPath(q.Get("return"), "")
	address, err := a.GetAuthURL()
	if err != nil {
		return err
	}
	web.Remember(c, keyAttempt+p.Provider.Name, a.Marshal())
	return web.See(c, address)
}

// Finish takes the provider's answer. The attempt is taken out of the session
// first, so that it counts once, whatever comes of it.
func (d *Desk) Finish(c *fiber.Ctx, _ access.Viewer) error {
	p, ok := d.Registry.find(c.Params("provider"))
	if !ok {
		return fault.NotFound
	}
	kept := web.Take(c, keyAttempt+p.Provider.Name)
	q, err := web.Query(c, "code", "state", "iss", "error")
	if err != nil {
		return d.failed(c, p, err)
	}
	a, err := readAttempt(kept)
	if err != nil {
		return d.failed(c, p, err)
	}
	if _, err := a.Authorize(p, q); err != nil {
		return d.failed(c, p, err)
	}
	said := a.claims.account(p.Provider)
	var signed account.Signed
	if p.Audience == Patients {
		signed, err = d.Accounts.Patient(web.Context(c), said)
	} else {
		signed, err = d.Accounts.Staff(web.Context(c), said)
	}
	if err != nil {
		return d.refused(c, p, err)
	}
	return d.enter(c, p, a, said, signed)
}

// enter begins the session: at once for who has one thing to be, after a choice
// for who has several roles, not at all for staff without any. A person whom nobody
// holds comes in: their own pages tell them so, and they can log out again.
func (d *Desk) enter(c *fiber.Ctx, p *party, a *attempt, said account.Claims, signed account.Signed) error {
	by := signed.Viewer
	if p.Audience == Staff && len(said.Roles) == 0 {
		return d.deadEnd(c, view.DeadEnd{Key: "no_role"})
	}
	keep := map[string]string{}
	if !signed.PreviousAt.IsZero() {
		keep[KeyPrevious] = signed.PreviousAt.Format(time.RFC3339)
	}
	if len(signed.Roles) > 1 {
		roles, err := json.Marshal(signed.Roles)
		if err != nil {
			return fmt.Errorf("signin: roles: %w", err)
		}
		waiting, err := json.Marshal(by)
		if err != nil {
			return fmt.Errorf("signin: viewer: %w", err)
		}
		keep[web.KeyRoles], keep[keyWaiting], keep[keyReturn] = string(roles), string(waiting), a.Return
	}
	if err := web.Enter(c, web.Entrance{Account: by.ID, Issuer: said.Issuer, Subject: said.Subject, OPSID: said.SID, Provider: p.Provider.Name, Kind: by.Kind, Keep: keep}); err != nil {
		return err
	}
	if len(signed.Roles) > 1 {
		return web.See(c, link.Role())
	}
	return d.begin(c, by, a.Return)
}

// begin makes the session act as by and goes to where by wanted to be.
func (d *Desk) begin(c *fiber.Ctx, by access.Viewer, back string) error {
	if by.Kind == access.Staff && by.Organisation == "" {
		return d.deadEnd(c, view.DeadEnd{Key: string(access.ReasonOrganisation), Organisation: by.OrganisationName})
	}
	if err := web.Become(c, by); err != nil {
		return err
	}
	home := link.My()
	if by.Kind == access.Staff {
		home = link.FindPatient()
	}
	return web.See(c, web.OwnPath(back, home))
}

// failed says that it did not work and offers another try. Why is for the log.
func (d *Desk) failed(c *fiber.Ctx, p *party, err error) error {
	status, problem := fiber.StatusForbidden, "failed"
	switch {
	case errors.Is(err, errCancelled):
		return d.start(c, fiber.StatusOK, string(p.Audience), "", "cancelled")
	case errors.Is(err, errExpired):
		status, problem = fiber.StatusBadRequest, "expired"
	case errors.Is(err, errProvider):
		status = fiber.StatusServiceUnavailable
	}
	d.Log.Warn("sign-in refused", "request", web.RequestID(c), "provider", p.Provider.Name, "error", err)
	return d.start(c, status, string(p.Audience), "", problem)
}

// refused is for who is proven and still may not come in.
func (d *Desk) refused(c *fiber.Ctx, p *party, err error) error {
	var refusal *access.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	d.Log.Warn("sign-in refused", "request", web.RequestID(c), "provider", p.Provider.Name, "reason", refusal.Decision.Reason)
	return d.deadEnd(c, view.DeadEnd{Key: string(refusal.Decision.Reason)})
}

func (d *Desk) deadEnd(c *fiber.Ctx, page view.DeadEnd) error {
	page.Reference = web.RequestID(c)
	return web.RenderStatus(c, fiber.StatusForbidden, view.DeadEndPage(page))
}

// waiting is who is at the role page: somebody who just came in, or a member of
// staff at work who holds other roles.
func (d *Desk) waiting(c *fiber.Ctx, by access.Viewer) (access.Viewer, []account.Role, error) {
	text := web.Recall(c, web.KeyRoles)
	var roles []account.Role
	if text == "" || json.Unmarshal([]byte(text), &roles) != nil {
		return by, nil, &web.Problem{Status: fiber.StatusUnauthorized, Key: "not_signed_in"}
	}
	if by.Kind == access.Staff {
		return by, roles, nil
	}
	if err := json.Unmarshal([]byte(web.Recall(c, keyWaiting)), &by); err != nil {
		return by, nil, &web.Problem{Status: fiber.StatusUnauthorized, Key: "not_signed_in"}
	}
	return by, roles, nil
}

// ShowRoles asks which role to work in.
func (d *Desk) ShowRoles(c *fiber.Ctx, by access.Viewer) error {
	by, roles, err := d.waiting(c, by)
	if err != nil {
		return err
	}
	return web.Render(c, view.RolePage(roleChoice(by, roles, "")))
}

func roleChoice(by access.Viewer, roles []account.Role, problem string) view.RoleChoice {
	page := view.RoleChoice{Action: link.Role(), Problem: problem}
	for i, r := range roles {
		option := view.RoleOption{Value: strconv.Itoa(i), Role: r.RoleName, Organisation: r.OrgName, OrganisationCode: r.OrgCode}
		for _, capability := range staff.Capabilities(r.RoleCode, r.Activities) {
			option.CanDo = append(option.CanDo, string(capability))
		}
		page.Options = append(page.Options, option)
	}
	return page
}

// ChooseRole takes the place in the list, never a code (trust.md T08).
func (d *Desk) ChooseRole(c *fiber.Ctx, by access.Viewer) error {
	by, roles, err := d.waiting(c, by)
	if err != nil {
		return err
	}
	form, err := web.Form(c, "role")
	if err != nil {
		return err
	}
	if form.Get("role") == "" {
		return web.RenderStatus(c, fiber.StatusUnprocessableEntity, view.RolePage(roleChoice(by, roles, "signin.role.missing")))
	}
	index, err := strconv.Atoi(form.Get("role"))
	if err != nil {
		index = -1 // Pick refuses it
	}
	chosen, err := d.Accounts.Pick(web.Context(c), by, roles, index)
	if err != nil {
		return err
	}
	web.Take(c, keyWaiting)
	return d.begin(c, chosen, web.Take(c, keyReturn))
}

// SignOut ends the session. It ends even when that cannot be written down.
func (d *Desk) SignOut(c *fiber.Ctx, by access.Viewer) error {
	if _, err := web.Form(c); err != nil {
		return err
	}
	if err := web.Leave(c); err != nil {
		return err
	}
	if by.Kind != access.Nobody {
		if err := d.Accounts.Leave(web.Context(c), by); err != nil {
			d.Log.Error("sign-out not logged", "request", web.RequestID(c), "error", err)
		}
	}
	return web.See(c, link.SignIn()+"?problem=ended")
}
