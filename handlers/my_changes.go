package handlers

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/organisation"
	"candour/models/record"
	"candour/models/staff"
	"candour/views/patient"
)

// showMyChanges is what an objection would change, on a page of its own.
func (s *Server) showMyChanges(c *fiber.Ctx, _ access.Viewer) error {
	part, err := s.changesFor(c)
	if err != nil {
		return err
	}
	return web.Render(c, patient.ChangesPage(part))
}

// changesFor counts what an objection would change for whoever is signed in, or what
// taking it back would: for a doctor of the nearest emergency department, and by the
// decision that is taken when one asks.
func (s *Server) changesFor(c *fiber.Ctx) (templ.Component, error) {
	ctx := web.Context(c)
	all, err := s.Organisations.All(ctx)
	if err != nil {
		return nil, err
	}
	at := emergency(all)
	f, err := s.foresee(c, staff.ClinicalPractitioner, at)
	if err != nil {
		return nil, err
	}
	page := patient.Changes{Foresight: f, Organisation: at.Name}
	page.Phones, err = s.phones(ctx, all)
	return patient.ChangesPart(page), err
}

// foresee lets whoever is signed in suppose that somebody with a job at an organisation
// looks at them.
func (s *Server) foresee(c *fiber.Ctx, role string, at organisation.Organisation) (record.Foresight, error) {
	by := web.Viewer(c)
	as := access.Imagine(role, staff.Capabilities(role, staff.Usual(role)), at.ID)
	return s.Records.Foresee(web.Context(c), by, by.Person, as, record.Request{Route: web.Pattern(c), Shape: "preview", RequestID: web.RequestID(c)})
}

// emergency is where somebody is taken who is found on the street: a hospital of the
// region, or whoever there is.
func emergency(all []organisation.Organisation) organisation.Organisation {
	var found organisation.Organisation
	for _, o := range all {
		switch {
		case o.State != organisation.Connected:
		case o.Kind == organisation.Acute && o.InRegion:
			return o
		case found.ID == "":
			found = o
		}
	}
	return found
}

// phones are the numbers of the sources' organisations.
func (s *Server) phones(ctx context.Context, all []organisation.Organisation) (map[string]string, error) {
	of := map[string]string{}
	for _, o := range all {
		of[o.ID] = o.Phone
	}
	sources, err := s.Organisations.Sources(ctx)
	if err != nil {
		return nil, err
	}
	phones := map[string]string{}
	for _, source := range sources {
		phones[source.ID] = of[source.OrganisationID]
	}
	return phones, nil
}
