package handlers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/patient"
	"candour/views/clinician"
)

// findFields are what the form has.
var findFields = []string{"by", "nhs_number", "family", "postcode", "birth_date-day", "birth_date-month", "birth_date-year"}

// findOf is the form as it was filled in.
func findOf(form web.Values) clinician.Find {
	return clinician.Find{ByName: form.Get("by") == "name", Query: patient.Query{
		NHSNumber: form.Get("nhs_number"), Family: form.Get("family"), Postcode: form.Get("postcode"),
		BirthDate: patient.DateParts{Day: form.Get("birth_date-day"), Month: form.Get("birth_date-month"), Year: form.Get("birth_date-year")},
	}}
}

// showFindPatient asks for a person.
func (s *Server) showFindPatient(c *fiber.Ctx, _ access.Viewer) error {
	q, err := web.Query(c, "by")
	if err != nil {
		return err
	}
	page := clinician.Find{ByName: q.Get("by") == "name"}
	if typed := web.Typed(c); typed != nil {
		page = findOf(typed)
	}
	return web.Render(c, clinician.FindPage(page))
}

// searchPatients looks for a person. The form is posted, so that no name and no
// number stands in an address (trust.md R-7); who is found is listed by opaque
// reference.
func (s *Server) searchPatients(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, findFields...)
	if err != nil {
		return err
	}
	page := findOf(form)
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
