package handlers

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/locales"
	"candour/models/access"
	"candour/models/objection"
	"candour/models/organisation"
	"candour/models/record"
	"candour/models/staff"
	"candour/views/clinician"
	"candour/views/component"
	"candour/views/patient"
)

// showAsTheySee is one's own record through somebody else's eyes, as an outline.
func (s *Server) showAsTheySee(c *fiber.Ctx, by access.Viewer) error {
	q, err := web.Query(c, "role", "at")
	if err != nil {
		return err
	}
	all, err := s.Organisations.All(web.Context(c))
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(o organisation.Organisation) bool { return o.State != organisation.Connected })
	role, at, ok := eyes(q, all)
	if !ok {
		return fiber.ErrBadRequest
	}
	f, err := s.foresee(c, role, at)
	if err != nil {
		return err
	}
	ctx := web.Dress(c)
	page := patient.AsSeen{Role: locales.T(ctx, "role."+role+".name"), Organisation: at.Name, Objected: f.Objected(),
		Today: sightOf(ctx, f.Today()), Then: sightOf(ctx, f.Changed())}
	for _, r := range staff.Jobs() {
		page.Roles = append(page.Roles, component.Option{Value: r, Text: locales.T(ctx, "role."+r+".name"), Selected: r == role})
	}
	for _, o := range all {
		page.Organisations = append(page.Organisations, component.Option{Value: o.ID, Text: o.Name, Selected: o.ID == at.ID})
	}
	if f.Objected() {
		if page.Proofs, err = s.Probes.Own(web.Context(c), by, objection.Request{Route: web.Pattern(c), RequestID: web.RequestID(c)}); err != nil {
			return err
		}
	}
	return web.Render(c, patient.AsTheySeePage(page))
}

// eyes are whose one looks through: as asked for, else those of an emergency.
func eyes(q web.Values, all []organisation.Organisation) (role string, at organisation.Organisation, ok bool) {
	if role = q.Get("role"); role == "" {
		role = staff.ClinicalPractitioner
	}
	at = emergency(all)
	if id := q.Get("at"); id != "" {
		i := slices.IndexFunc(all, func(o organisation.Organisation) bool { return o.ID == id })
		if i < 0 {
			return "", at, false
		}
		at = all[i]
	}
	return role, at, slices.Contains(staff.Jobs(), role) && at.ID != ""
}

// sightOf puts what somebody gets into the words of the page that they get.
func sightOf(ctx context.Context, p record.Prospect) patient.Sight {
	out := patient.Sight{Shown: p.Shown()}
	if !out.Shown {
		out.Title, out.Text = clinician.Told(ctx, p.Decision.Reason)
		return out
	}
	for _, l := range clinician.Outline(ctx, p.Outline) {
		out.Lines = append(out.Lines, patient.SightLine(l))
	}
	return out
}
