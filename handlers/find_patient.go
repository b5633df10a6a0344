package handlers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/patient"
	"candour/views/clinician"
)

// showFindPatient asks for a person.
func (s *Server) showFindPatient(c *fiber.Ctx, _ access.Viewer) error {
	q, err := web.Query(c, "by")
	if err != nil {
		return err
	}
	return web.Render(c, clinician.FindPage(clinician.Find{ByName: q.Get("by") == "name"}))
}

// searchPatients looks for a person. The form is posted, so that no name and no
// number stands in an address (trust.md R-7); who is found is listed by opaque
// reference.
func (s *Server) searchPatients(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, "by", "nhs_number", "family", "postcode", "birth_date-day", "birth_date-month", "birth_date-year")
	if err != nil {
		return err
	}
	page := clinician.Find{ByName: form.Get("by") == "name", Query: patient.Query{
		NHSNumber: form.Get("nhs_number"), Family: form.Get("family"), Postcode: form.Get("postcode"),
		BirthDate: patient.DateParts{Day: form.Get("birth_date-day"), Month: form.Get("birth_date-month"), Year: form.Get("birth_date-year")},
	}}
	found, err := s.Patients.Search(web.Context(c), by, page.Query, seeking(c))
	switch {
	case errors.As(err, &page.Problems):
		return web.RenderStatus(c, fiber.StatusUnprocessableEntity, clinician.FindPage(page))
	case err != nil:
		return s.stop(c, err)
	}
	return web.Render(c, clinician.ResultsPage(found))
}

func seeking(c *fiber.Ctx) patient.Request {
	return patient.Request{Route: web.Pattern(c), Shape: string(web.Page), RequestID: web.RequestID(c)}
}
