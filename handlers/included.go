package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/invalid"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/views/component"
	"candour/views/public"
)

// severalLimit is how many surgeries somebody is asked to choose from.
const severalLimit = 10

// showIncluded asks for what the rule of inclusion goes by.
func (s *Server) showIncluded(c *fiber.Ctx, _ access.Viewer) error {
	return web.Render(c, public.IncludedPage(public.Included{Region: s.Region, Age: s.MinAge}))
}

// checkIncluded answers. The form is posted so that a date of birth stands in no
// address; nothing of it is stored or logged, and nobody is looked up.
func (s *Server) checkIncluded(c *fiber.Ctx, _ access.Viewer) error {
	form, err := web.Form(c, "birth_date-day", "birth_date-month", "birth_date-year", "registered", "surgery", "which", "again")
	if err != nil {
		return err
	}
	page := public.Included{Region: s.Region, Age: s.MinAge, Asked: public.Asked{
		Birth:      patient.DateParts{Day: form.Get("birth_date-day"), Month: form.Get("birth_date-month"), Year: form.Get("birth_date-year")},
		Registered: form.Get("registered"), Surgery: form.Get("surgery"), Which: form.Get("which"), Again: form.Get("again") != "",
	}}
	born := s.readAsked(&page)
	var surgery *organisation.Organisation
	if page.Registered == public.RegisteredYes && len(page.Problems) == 0 {
		if surgery, err = s.surgery(c, &page); err != nil {
			return err
		}
	}
	if len(page.Problems) > 0 {
		return web.RenderStatus(c, fiber.StatusUnprocessableEntity, public.IncludedPage(page))
	}
	if len(page.Several) > 0 {
		return web.Render(c, public.IncludedPage(page))
	}
	return web.Render(c, public.AnswerPage(s.answer(page, born, surgery)))
}

// readAsked checks the form and gives the date of birth.
func (s *Server) readAsked(page *public.Included) string {
	born, message := page.Birth.Read(component.ISODay(s.Clock()))
	if message != "" {
		page.Problems = append(page.Problems, invalid.Field{Name: "birth_date-day", Message: "included.error." + strings.TrimPrefix(message, "find.error.")})
	}
	switch page.Registered {
	case public.RegisteredYes:
		if page.Surgery == "" {
			page.Problems = append(page.Problems, invalid.Field{Name: "surgery", Message: "included.error.surgery"})
		}
	case public.RegisteredNo, public.RegisteredUnsure:
	default:
		page.Problems = append(page.Problems, invalid.Field{Name: "registered", Message: "included.error.registered"})
	}
	return born
}

// surgery finds the one that is meant; nil when it is not known here. When several
// fit, or one does in part only, the page asks.
func (s *Server) surgery(c *fiber.Ctx, page *public.Included) (*organisation.Organisation, error) {
	ctx := web.Context(c)
	all, err := s.Organisations.All(ctx)
	if err != nil {
		return nil, err
	}
	names, err := s.Organisations.Names(ctx)
	if err != nil {
		return nil, err
	}
	found, sure := organisation.Surgeries(all, names, page.Surgery)
	switch {
	case len(found) == 0 || page.Which == public.NoneOfThese:
		return nil, nil
	case sure:
		return &found[0].Organisation, nil
	case len(found) > severalLimit:
		page.Problems = append(page.Problems, invalid.Field{Name: "surgery", Message: "included.error.surgery_many"})
		return nil, nil
	}
	for i := range found {
		if found[i].Key() == page.Which {
			return &found[i].Organisation, nil
		}
	}
	page.Several = found
	if page.Again {
		page.Problems = append(page.Problems, invalid.Field{Name: "which", Message: page.WhichMissing()})
	}
	return nil, nil
}

// answer applies the rule by which the record itself goes.
func (s *Server) answer(page public.Included, born string, surgery *organisation.Organisation) public.Answer {
	a := public.Answer{Asked: page.Asked, Born: born, Surgery: surgery, Region: s.Region, Age: s.MinAge}
	circumstances := patient.Circumstances{BirthDate: born, MinAge: s.MinAge, Now: s.Clock()}
	if surgery != nil {
		circumstances.Practice, circumstances.InRegion = surgery.ODSCode, surgery.InRegion
	}
	a.Standing, a.From = circumstances.Standing()
	return a
}
