package signin

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/account"
	"candour/models/fault"
	"candour/views/link"
	view "candour/views/signin"
)

// Keys of the session while somebody comes in.
const (
	keyAttempt = "attempt." // and the provider's name
	keyWaiting = "waiting"  // a member of staff who has yet to pick a role
	keyReturn  = "return"
	keyVia     = "via" // the provider that somebody came in by
)

// Keys of a patient's session that other pages read.
const (
	KeyPrevious  = "previous"    // the instant of the sign-in before this one, RFC 3339
	KeyElsewhere = "out_of_area" // "yes": nothing is held, and the surgery is none of the region's
)

// Desk has the pages of coming in and going out.
type Desk struct {
	Registry *Registry
	Accounts *account.Store
	Sessions *web.Sessions
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
	page.Providers = d.Ways(back)
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
	return d.send(c, p, attempt{Return: web.OwnPath(q.Get("return"), "")})
}

// send goes to the provider with an attempt.
func (d *Desk) send(c *fiber.Ctx, p *party, next attempt) error {
	a, err := p.begin(secret(), next)
	if err != nil {
		return d.failed(c, p, &next, access.Viewer{}, fmt.Errorf("%w: %w", errProvider, err))
	}
	address, err := a.GetAuthURL()
	if err != nil {
		return err
	}
	d.keep(c, p, a)
	return web.See(c, address)
}

// keep puts an attempt into the session, beside those of other tabs.
func (d *Desk) keep(c *fiber.Ctx, p *party, a *attempt) {
	all := append(attempts(web.Recall(c, keyAttempt+p.Provider.Name)), a)
	web.Remember(c, keyAttempt+p.Provider.Name, marshalAttempts(all[max(0, len(all)-mostAtOnce):]))
}

// take takes the attempt with this state out of the session; those of other tabs stay.
func (d *Desk) take(c *fiber.Ctx, p *party, state string) (*attempt, error) {
	all := attempts(web.Recall(c, keyAttempt+p.Provider.Name))
	at := slices.IndexFunc(all, func(a *attempt) bool { return subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) == 1 })
	switch {
	case len(all) == 0:
		return nil, errExpired
	case at < 0:
		return nil, errState
	case len(all) == 1:
		web.Take(c, keyAttempt+p.Provider.Name)
	default:
		web.Remember(c, keyAttempt+p.Provider.Name, marshalAttempts(slices.Delete(slices.Clone(all), at, at+1)))
	}
	return all[at], nil
}

// Finish takes the provider's answer. Its attempt is taken out of the session
// first, so that it counts once, whatever comes of it. Who is signed in and comes
// back once more, from another tab or with the back button, is where they wanted.
func (d *Desk) Finish(c *fiber.Ctx, by access.Viewer) error {
	p, ok := d.Registry.find(c.Params("provider"))
	if !ok {
		return fault.NotFound
	}
	q, err := web.Query(c, "code", "state", "iss", "error")
	if err != nil {
		return d.failed(c, p, &attempt{}, by, err)
	}
	a, err := d.take(c, p, q.Get("state"))
	if err != nil && by.Kind == p.Audience.kind() {
		return web.See(c, home(by))
	}
	if err != nil {
		return d.failed(c, p, &attempt{}, by, err)
	}
	if _, err := a.Authorize(p, q); err != nil {
		return d.failed(c, p, a, by, err)
	}
	said := p.rules.tell(p.Provider, a.claims)
	if p.Audience == Patients {
		return d.patient(c, p, a, said, by)
	}
	return d.staff(c, p, a, said, by)
}

// patient lets a patient in, at the level that they showed. Who once showed more
// than this call asked about goes back for it at once: it costs them nothing.
func (d *Desk) patient(c *fiber.Ctx, p *party, a *attempt, said account.Claims, by access.Viewer) error {
	id := account.IDOf(said.Issuer, said.Subject)
	if a.claims.provesMore() && !a.Step {
		return d.send(c, p, attempt{Return: a.Return, Step: true, Account: id})
	}
	if a.Step && by.Kind == access.Patient && by.ID == id {
		signed, err := d.Accounts.Raise(web.Context(c), by, said)
		if err != nil {
			return d.refused(c, p, said, err)
		}
		d.note(c, signed)
		return d.begin(c, signed.Viewer, a.Return)
	}
	signed, err := d.Accounts.Patient(web.Context(c), said)
	if err != nil {
		return d.refused(c, p, said, err)
	}
	if err := d.enter(c, p, said, signed, nil, by); err != nil {
		return err
	}
	d.note(c, signed)
	return d.begin(c, signed.Viewer, a.Return)
}

// note keeps in a patient's session what their own pages tell them.
func (d *Desk) note(c *fiber.Ctx, signed account.Signed) {
	if !signed.PreviousAt.IsZero() {
		web.Remember(c, KeyPrevious, signed.PreviousAt.Format(time.RFC3339))
	}
	if signed.OutOfArea {
		web.Remember(c, KeyElsewhere, "yes")
	}
}

// staff lets a member of staff in: at once who has one thing to be, after a choice
// who has several roles, not at all who has none.
func (d *Desk) staff(c *fiber.Ctx, p *party, a *attempt, said account.Claims, by access.Viewer) error {
	if err := said.Proven(); err != nil {
		return d.refused(c, p, said, err)
	}
	role, ok := said.InitialRole()
	if len(said.Roles) == 0 {
		return d.noRole(c, said)
	}
	var post account.Post
	if ok { // what is not open to them is not in the log as theirs
		posts, err := d.Accounts.Posts(web.Context(c), access.ForSystem("sign-in"), []account.Role{role})
		if err != nil {
			return err
		}
		post = posts[0]
	}
	if ok && closed(post) != "" && len(said.Roles) == 1 {
		return d.closedTo(c, account.Coming(said, access.Staff), post)
	}
	if ok && closed(post) != "" {
		said.SelectedRole = ""
	}
	signed, err := d.Accounts.Staff(web.Context(c), said)
	if err != nil {
		return d.refused(c, p, said, err)
	}
	keep := map[string]string{}
	if len(signed.Roles) > 1 {
		roles, err := json.Marshal(signed.Roles)
		if err != nil {
			return fmt.Errorf("signin: roles: %w", err)
		}
		waiting, err := json.Marshal(signed.Viewer)
		if err != nil {
			return fmt.Errorf("signin: viewer: %w", err)
		}
		keep[web.KeyRoles], keep[keyWaiting], keep[keyReturn] = string(roles), string(waiting), a.Return
	}
	if err := d.enter(c, p, said, signed, keep, by); err != nil {
		return err
	}
	switch {
	case !ok:
		return web.See(c, link.Role())
	case closed(post) != "":
		return d.closedTo(c, signed.Viewer, post)
	}
	web.Take(c, keyWaiting)
	return d.begin(c, signed.Viewer, a.Return)
}

// present is whose session this is, even while a role is being chosen.
func present(c *fiber.Ctx, by access.Viewer) access.Viewer {
	var v access.Viewer
	if by.Kind != access.Nobody || json.Unmarshal([]byte(web.Recall(c, keyWaiting)), &v) != nil {
		return by
	}
	return v
}

// enter begins the session of somebody who has just proven who they are. The one
// that the browser had, by, ends with it.
func (d *Desk) enter(c *fiber.Ctx, p *party, said account.Claims, signed account.Signed, keep map[string]string, by access.Viewer) error {
	if was := present(c, by); was.Kind != access.Nobody {
		if err := d.Accounts.Replaced(web.Context(c), was); err != nil {
			return err
		}
	}
	if keep == nil {
		keep = map[string]string{}
	}
	keep[keyVia] = p.Provider.Name
	e := web.Entrance{ID: signed.Viewer.Session, Account: signed.Viewer.ID, Issuer: said.Issuer, Subject: said.Subject, OPSID: said.SID,
		Provider: p.Provider.Name, Kind: signed.Viewer.Kind, Keep: keep, Proven: said.AuthTime}
	if p.rules.logsOut() {
		e.Admit = func(ctx context.Context) (bool, error) { return d.Accounts.Admit(ctx, signed.Viewer, said) }
	}
	return web.Enter(c, e)
}

// begin makes the session act as by and goes to where by wanted to be.
func (d *Desk) begin(c *fiber.Ctx, by access.Viewer, back string) error {
	if err := web.Become(c, by); err != nil {
		return err
	}
	return web.See(c, web.OwnPath(back, home(by)))
}

func home(by access.Viewer) string {
	if by.Kind == access.Staff {
		return link.FindPatient()
	}
	return link.My()
}

// SignOut ends the session. It ends even when that cannot be written down.
func (d *Desk) SignOut(c *fiber.Ctx, by access.Viewer) error {
	if _, err := web.Form(c); err != nil {
		return err
	}
	by = present(c, by)
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
