package signin

import (
	"encoding/json"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/account"
	"candour/views/link"
	view "candour/views/signin"
)

// waiting is who is at the role page: somebody who just came in, or a member of
// staff at work who holds other roles.
func (d *Desk) waiting(c *fiber.Ctx, by access.Viewer) (access.Viewer, []account.Role, error) {
	text := web.Recall(c, web.KeyRoles)
	var roles []account.Role
	if text == "" && by.Kind == access.Nobody {
		if err := web.Resume(c, keyReturn); err != nil {
			return by, nil, err
		}
	}
	if text == "" || json.Unmarshal([]byte(text), &roles) != nil {
		return by, nil, &web.Problem{Status: fiber.StatusUnauthorized, Key: "not_signed_in"}
	}
	if by.Kind == access.Staff {
		return by, roles, nil
	}
	if err := json.Unmarshal([]byte(web.Recall(c, keyWaiting)), &by); err != nil || by.Kind != access.Staff {
		return by, nil, &web.Problem{Status: fiber.StatusUnauthorized, Key: "not_signed_in"}
	}
	return by, roles, nil
}

// ShowRoles asks which role to work in. Somebody none of whose roles is of use
// here learns that, and what to ask for, instead of a choice without an answer.
func (d *Desk) ShowRoles(c *fiber.Ctx, by access.Viewer) error {
	by, roles, err := d.waiting(c, by)
	if err != nil {
		return err
	}
	page, err := d.choice(c, by, roles)
	if err != nil {
		return err
	}
	if len(page.Open()) == 0 {
		return d.deadEnd(c, view.DeadEnd{Key: "no_role_of_use", Roles: page.Options, Needs: true})
	}
	return web.Render(c, view.RolePage(page))
}

func (d *Desk) choice(c *fiber.Ctx, by access.Viewer, roles []account.Role) (view.RoleChoice, error) {
	page := view.RoleChoice{Action: link.Role()}
	posts, err := d.Accounts.Posts(web.Context(c), by, roles)
	if err != nil {
		return page, err
	}
	for i, p := range posts {
		option := view.RoleOption{Value: strconv.Itoa(i), Role: p.Role.RoleName, Organisation: p.Organisation, OrganisationCode: p.Role.OrgCode, Closed: closed(p)}
		for _, capability := range p.Can {
			option.CanDo = append(option.CanDo, string(capability))
		}
		page.Options = append(page.Options, option)
	}
	return page, nil
}

// closed is why somebody cannot work in a post: "" when they can. It is also the
// key of the dead end.
func closed(p account.Post) string {
	switch {
	case p.Open():
		return ""
	case p.State == "":
		return "organisation_unknown"
	case p.State == "connected":
		return "role_without_rights"
	}
	return "organisation_" + string(p.State)
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
		page, err := d.choice(c, by, roles)
		if err != nil {
			return err
		}
		page.Problem = "signin.role.missing"
		return web.RenderStatus(c, fiber.StatusUnprocessableEntity, view.RolePage(page))
	}
	index, err := strconv.Atoi(form.Get("role"))
	if err != nil {
		index = -1 // Pick refuses it
	}
	if index >= 0 && index < len(roles) {
		posts, err := d.Accounts.Posts(web.Context(c), by, roles[index:index+1])
		if err != nil {
			return err
		}
		if closed(posts[0]) != "" {
			return d.closedTo(c, by, posts[0])
		}
	}
	chosen, err := d.Accounts.Pick(web.Context(c), by, roles, index)
	if err != nil {
		return err
	}
	web.Take(c, keyWaiting)
	return d.begin(c, chosen, web.Take(c, keyReturn))
}
