package handlers

import (
	"errors"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/models/organisation"
	people "candour/models/patient"
	"candour/views/component"
	"candour/views/link"
	"candour/views/patient"
)

// today is the London day.
func (s *Server) today() deadline.Day { return deadline.DayOf(s.Clock()) }

// renderStep fills in what a page of the journey shows beside the answers. Nothing of
// it depends on whether the person named in them is held here.
func (s *Server) renderStep(c *fiber.Ctx, by access.Viewer, status int, page patient.Objecting) error {
	var err error
	a := page.Answers
	until, err := deadline.ParseDay(page.Until)
	if err != nil {
		return err
	}
	page.Until = component.DayOf(web.Dress(c), until.String())
	if page.Matters, page.Young, err = s.matters(c, by, a); err != nil {
		return err
	}
	switch page.Step {
	case patient.StepFiles, patient.StepAnswers:
		if page.Takes {
			page.Files, err = s.Evidence.Mine(web.Context(c), by, page.Draft, asking(c))
		}
	case patient.StepEffect:
		if a.Subject == objection.Self {
			page.Effect, err = s.ownEffect(c)
		}
	}
	if err == nil && (page.Step == patient.StepProvider || page.Step == patient.StepAnswers || page.Conflict) {
		page.Providers, page.Decider, err = s.deciders(c, by, a)
	}
	if err != nil {
		return err
	}
	if page.Step == patient.StepProvider && a.Provider == "" && len(page.Problems) == 0 { // who would decide is chosen already
		page.Answers.Provider = idOf(page.Providers, page.Decider)
	}
	if page.Step == patient.StepAnswers {
		return web.RenderStatus(c, status, patient.ObjectionAnswersPage(page))
	}
	return web.RenderStatus(c, status, patient.ObjectionStepPage(page))
}

// matters is the day from which an objection has an effect, "" for now, and whether it
// is a young person's own. Of a child it follows from the date of birth that was typed
// and from nothing else; of oneself from what is held.
func (s *Server) matters(c *fiber.Ctx, by access.Viewer, a objection.Answers) (string, bool, error) {
	switch a.Subject {
	case objection.Child:
		return objection.MattersFrom(a.BirthDate, s.MinAge, s.today()), false, nil
	case objection.Self:
	default:
		return "", false, nil
	}
	own, err := s.Patients.Inclusion(web.Context(c), by, by.Person, ownRequest(c))
	var refusal *access.Refusal
	if errors.As(err, &refusal) || errors.Is(err, fault.NotFound) {
		return "", false, nil // nothing is held: what there is to say was said before
	}
	return own.From(), own.Standing() == people.UnderAge, err
}

// ownEffect is what would change for the viewer; somebody of whom nothing is held, or
// of whom nothing is shown, reads it in general.
func (s *Server) ownEffect(c *fiber.Ctx) (templ.Component, error) {
	part, err := s.changesFor(c)
	var refusal *access.Refusal
	if errors.As(err, &refusal) || errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	return part, err
}

// deciders are the organisations that could decide, and the name of the one that will:
// the one chosen, or the registered practice of who asks.
func (s *Server) deciders(c *fiber.Ctx, by access.Viewer, a objection.Answers) ([]organisation.Organisation, string, error) {
	all, err := s.Organisations.All(web.Context(c))
	if err != nil {
		return nil, "", err
	}
	var out []organisation.Organisation
	for _, o := range all {
		if o.State == organisation.Connected && o.Kind != organisation.Board && o.Kind != organisation.Ambulance {
			out = append(out, o)
		}
	}
	id, err := s.Objections.Decider(web.Context(c), by, a, asking(c))
	if errors.Is(err, fault.NotFound) {
		return out, "", nil
	}
	return out, nameOf(all, id), err
}

func nameOf(all []organisation.Organisation, id string) string {
	for _, o := range all {
		if o.ID == id {
			return o.Name
		}
	}
	return ""
}

func idOf(all []organisation.Organisation, name string) string {
	for _, o := range all {
		if o.Name == name {
			return o.ID
		}
	}
	return ""
}

// showObjectionAnswers is where the answers are checked. Whoever comes before all is
// answered goes to what is missing.
func (s *Server) showObjectionAnswers(c *fiber.Ctx, by access.Viewer) error {
	d, _, err := s.resumed(c, by)
	if err != nil {
		return err
	}
	if d.Sent != "" {
		return web.See(c, link.ObjectionSent(d.Sent))
	}
	if open := firstOpen(d.Answers, s.today()); open != patient.StepAnswers {
		return web.See(c, link.ObjectionStep(d.ID, open))
	}
	if _, err := s.Objections.Decider(web.Context(c), by, d.Answers, asking(c)); errors.Is(err, fault.NotFound) { // nobody is plain: one has to be chosen
		return web.See(c, link.ObjectionChange(d.ID, patient.StepProvider))
	} else if err != nil {
		return err
	}
	return s.renderStep(c, by, fiber.StatusOK, s.objecting(d, &objectionStep{name: patient.StepAnswers}, false))
}

// sendObjection sends what was checked, once: sending it again leads to the same
// confirmation. What changed in another window since it was checked is checked again.
func (s *Server) sendObjection(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, "version", "from")
	if err != nil {
		return err
	}
	d, _, err := s.resumed(c, by)
	if err != nil {
		return err
	}
	if d.Sent != "" {
		return web.See(c, link.ObjectionSent(d.Sent))
	}
	if open := firstOpen(d.Answers, s.today()); open != patient.StepAnswers {
		return web.See(c, link.ObjectionStep(d.ID, open))
	}
	page := s.objecting(d, &objectionStep{name: patient.StepAnswers}, false)
	if form.Get("version") != count(d.Version) {
		page.Conflict = true
		return s.renderStep(c, by, fiber.StatusConflict, page)
	}
	kase, err := s.Objections.Raise(web.Context(c), by, d.ID, asking(c))
	var exists *objection.Exists
	var problems invalid.Fields
	switch {
	case errors.As(err, &exists):
		return web.See(c, link.MyRequest(exists.Ref))
	case errors.As(err, &problems):
		if problems.For("provider") != "" {
			return web.See(c, link.ObjectionChange(d.ID, patient.StepProvider))
		}
		return web.See(c, link.ObjectionStep(d.ID, firstOpen(d.Answers, s.today())))
	case err != nil:
		return err
	}
	return web.See(c, link.ObjectionSent(kase.ID))
}

// showObjectionSent confirms that a request was sent; it can be come back to.
func (s *Server) showObjectionSent(c *fiber.Ctx, by access.Viewer) error {
	o, decider, err := s.ownObjection(c, by)
	if err != nil {
		return err
	}
	page := patient.Sent{Request: o, Decider: decider.Name, Phone: decider.Phone, MinAge: s.MinAge}
	if page.Matters, _, err = s.matters(c, by, o.Answers); err != nil {
		return err
	}
	return web.Render(c, patient.ObjectionSentPage(page))
}

// ownObjection opens the request of the address, with who decides it.
func (s *Server) ownObjection(c *fiber.Ctx, by access.Viewer) (objection.Objection, organisation.Organisation, error) {
	ref, err := web.ID(c, "ref")
	if err != nil {
		return objection.Objection{}, organisation.Organisation{}, err
	}
	o, _, err := s.Objections.Open(web.Context(c), by, ref, asking(c))
	if err != nil {
		return objection.Objection{}, organisation.Organisation{}, err
	}
	decider, err := s.Organisations.ByID(web.Context(c), o.Organisation)
	return o, decider, err
}
