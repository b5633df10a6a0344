package handlers

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/deadline"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/models/patient"
	"candour/views/link"
	"candour/views/staff"
)

var (
	newCaseFields  = []string{"nhs_number", "family", "birth_date-day", "birth_date-month", "birth_date-year"}
	enterFields    = []string{"route", "received-day", "received-month", "received-year", "checked", "subject", "name", "relation", "ground", "agrees", "words", "ways*", "contact", "language", "interpreter", "large_print", "not_parents"}
	receivedFields = []string{"received-day", "received-month", "received-year"}
)

// showNewCase asks for the person who asked by telephone, by letter or at the desk.
func (s *Server) showNewCase(c *fiber.Ctx, by access.Viewer) error {
	if _, err := s.Cases.Colleagues(web.Context(c), by, working(c)); err != nil {
		return err // none of theirs
	}
	return web.Render(c, staff.NewPage(staff.New{Values: web.Typed(c)}))
}

// searchNewCase looks for the person by the rules of any search, and is logged as one.
func (s *Server) searchNewCase(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, newCaseFields...)
	if err != nil {
		return err
	}
	page := staff.New{Values: form}
	found, err := s.Patients.Search(web.Context(c), by, personSought(form), seeking(c))
	switch {
	case errors.As(err, &page.Problems):
		return web.RenderStatus(c, fiber.StatusUnprocessableEntity, staff.NewPage(page))
	case err != nil:
		return s.stop(c, err)
	}
	page.Found = &found
	return web.Render(c, staff.NewPage(page))
}

// showCaseEntry asks for what was said.
func (s *Server) showCaseEntry(c *fiber.Ctx, by access.Viewer) error {
	return s.entryPage(c, by, fiber.StatusOK, staff.Entry{Act: staff.Act{Values: web.Typed(c)}})
}

// enterCase writes the request down: it is the same case as one made online.
func (s *Server) enterCase(c *fiber.Ctx, by access.Viewer) error {
	person, err := web.ID(c, "person")
	if err != nil {
		return err
	}
	form, err := web.Form(c, enterFields...)
	if err != nil {
		return err
	}
	page := staff.Entry{Act: staff.Act{Values: form}}
	entry, problems := entryOf(form)
	entry.Person = person
	if len(problems) > 0 {
		page.Problems = problems
		return s.entryPage(c, by, fiber.StatusUnprocessableEntity, page)
	}
	made, err := s.Objections.Enter(web.Context(c), by, entry, working(c))
	var exists *objection.Exists
	switch {
	case err == nil:
		return web.See(c, link.CaseDone(made.ID, "entered"))
	case errors.As(err, &page.Problems):
		return s.entryPage(c, by, fiber.StatusUnprocessableEntity, page)
	case errors.As(err, &exists):
		page.There, page.Exists = true, exists.Ref
		return s.entryPage(c, by, fiber.StatusConflict, page)
	}
	return err
}

func (s *Server) entryPage(c *fiber.Ctx, by access.Viewer, status int, page staff.Entry) error {
	var err error
	if page.Person, err = web.ID(c, "person"); err != nil {
		return err
	}
	page.Name, page.Viewer, page.Now = "entry", by, s.Clock()
	if page.Whom, err = s.Cases.Whom(web.Context(c), by, page.Person, working(c)); err != nil {
		return err
	}
	return web.RenderStatus(c, status, staff.EntryPage(page))
}

// entryOf reads what was written down. The identity of who asks has been established
// by whoever writes it down, or it is not written down.
func entryOf(form web.Values) (objection.Entry, invalid.Fields) {
	var f invalid.Fields
	if form.Get("checked") == "" {
		f = append(f, invalid.Field{Name: "checked", Message: "case.act.entry.checked_missing"})
	}
	e := objection.Entry{Route: casework.Route(form.Get("route")), Name: form.Get("name"), Answers: objection.Answers{
		Subject: objection.Subject(form.Get("subject")), Relation: form.Get("relation"), Ground: patient.Ground(form.Get("ground")), Agrees: form.Get("agrees"),
		Words: form.Get("words"), NotParents: form.Get("not_parents") != "",
		Contact: objection.Contact{Ways: form.All("ways"), Value: form.Get("contact"), Language: form.Get("language"), Interpreter: form.Get("interpreter") != "", LargePrint: form.Get("large_print") != ""}}}
	for _, way := range e.Answers.Contact.Ways {
		if !slices.Contains(objection.Ways(), way) {
			f = append(f, invalid.Field{Name: "ways", Message: "case.act.entry.ways_unknown"})
		}
	}
	if g := e.Answers.Ground; g != "" && !slices.Contains(patient.ChildGrounds(), g) && !slices.Contains(patient.AdultGrounds(), g) {
		f = append(f, invalid.Field{Name: "ground", Message: "case.wrong.authority.missing"})
	}
	if slices.ContainsFunc(receivedFields, func(name string) bool { return form.Get(name) != "" }) {
		d := patient.DateParts{Day: form.Get("received-day"), Month: form.Get("received-month"), Year: form.Get("received-year")}
		text, problem := d.Read("9999-12-31")
		day, err := deadline.ParseDay(text)
		if problem != "" || err != nil {
			f = append(f, invalid.Field{Name: "received", Message: "case.act.entry.received_wrong"})
		}
		e.Received = day
	}
	return e, f
}
