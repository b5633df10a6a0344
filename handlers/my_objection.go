package handlers

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/fault"
	"candour/models/objection"
	people "candour/models/patient"
	"candour/views/component"
	"candour/views/link"
	"candour/views/patient"
)

// errTooManyOpen is the page of somebody who has to finish something first.
var errTooManyOpen = &web.Problem{Status: fiber.StatusTooManyRequests, Key: "too_many_open"}

// showObjection is where objecting begins, and where drafts are taken up again.
func (s *Server) showObjection(c *fiber.Ctx, by access.Viewer) error {
	q, err := web.Query(c, "removed")
	if err != nil {
		return err
	}
	page := patient.Starting{MinAge: s.MinAge, Ends: q.Get("removed")}
	if page.Drafts, err = s.Objections.Drafts(web.Context(c), by, asking(c)); err != nil {
		return err
	}
	page.Standing, err = s.Objections.Standing(web.Context(c), by, asking(c))
	if errors.Is(err, fault.NotFound) && by.Person != "" {
		page.Recorded, err = s.recordedBy(c, by)
	}
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	return web.Render(c, patient.ObjectionStartPage(page))
}

// recordedBy is who recorded an objection in its own system that still stands.
func (s *Server) recordedBy(c *fiber.Ctx, by access.Viewer) (string, error) {
	if by.Person == "" {
		return "", nil
	}
	if _, err := s.Objections.Standing(web.Context(c), by, asking(c)); !errors.Is(err, fault.NotFound) {
		return "", err // there is a request for it
	}
	codes, effect, err := s.Objections.Timeline(web.Context(c), by, asking(c))
	if err != nil || !effect.Hidden {
		return "", err
	}
	name := ""
	for _, code := range codes {
		if code.Refused && code.Gone.IsZero() {
			name = code.Organisation
		}
	}
	return name, nil
}

// adoptObjection takes up what a service recorded without a request, so that it can
// be taken back here like any other.
func (s *Server) adoptObjection(c *fiber.Ctx, by access.Viewer) error {
	if _, err := web.Form(c); err != nil {
		return err
	}
	taken, err := s.Objections.Adopt(web.Context(c), by, asking(c))
	var there *objection.Exists
	switch {
	case errors.As(err, &there):
		return web.See(c, link.ObjectionReverse(there.Ref))
	case err != nil:
		return err
	}
	return web.See(c, link.ObjectionReverse(taken.ID))
}

// startObjection begins a draft, or goes on with one in which nothing is said yet.
func (s *Server) startObjection(c *fiber.Ctx, by access.Viewer) error {
	if _, err := web.Form(c); err != nil {
		return err
	}
	drafts, err := s.Objections.Drafts(web.Context(c), by, asking(c))
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if d.Answers.Subject == "" { // begun, and nothing said yet: that one is gone on with
			return web.See(c, link.ObjectionStep(d.ID, patient.StepWhom))
		}
	}
	d, err := s.Objections.Start(web.Context(c), by, objection.Answers{}, asking(c))
	if errors.Is(err, objection.ErrTooMany) {
		return errTooManyOpen
	}
	if err != nil {
		return err
	}
	return web.See(c, link.ObjectionStep(d.ID, patient.StepWhom))
}

// discardObjection throws a draft away, with its files.
func (s *Server) discardObjection(c *fiber.Ctx, by access.Viewer) error {
	draft, err := web.ID(c, "draft")
	if err != nil {
		return err
	}
	if _, err := web.Form(c); err != nil {
		return err
	}
	if err := s.Objections.Discard(web.Context(c), by, draft, asking(c)); err != nil {
		return err
	}
	return web.See(c, link.Objection()+"?removed=1")
}

// showObjectionStep is one page of the journey. What was sent already is there no
// more: the way leads to its confirmation.
func (s *Server) showObjectionStep(st *objectionStep) web.Handler {
	return func(c *fiber.Ctx, by access.Viewer) error {
		d, q, err := s.resumed(c, by, "from")
		if err != nil {
			return err
		}
		if d.Sent != "" {
			return web.See(c, link.ObjectionSent(d.Sent))
		}
		if !hasStep(d.Answers, st.name) {
			return web.See(c, link.ObjectionStep(d.ID, firstOpen(d.Answers, s.today())))
		}
		page := s.objecting(d, st, q.Get("from") == "answers")
		if typed := web.Typed(c); typed != nil && st.take != nil {
			st.take(typed, &page)
		}
		return s.renderStep(c, by, fiber.StatusOK, page)
	}
}

// resumed reads the draft of the address, and fields of the query.
func (s *Server) resumed(c *fiber.Ctx, by access.Viewer, fields ...string) (objection.Started, web.Values, error) {
	draft, err := web.ID(c, "draft")
	if err != nil {
		return objection.Started{}, nil, err
	}
	q, err := web.Query(c, fields...)
	if err != nil {
		return objection.Started{}, nil, err
	}
	d, err := s.Objections.Resume(web.Context(c), by, draft, asking(c))
	return d, q, err
}

// saveObjectionStep takes one page in and goes on to the next, or back to the answers
// when it came from there and nothing new is to be asked.
func (s *Server) saveObjectionStep(st *objectionStep) web.Handler {
	return func(c *fiber.Ctx, by access.Viewer) error {
		form, err := web.Form(c, append([]string{"version", "from"}, st.fields...)...)
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
		page := s.objecting(d, st, form.Get("from") == "answers")
		was := d.Answers
		if st.take != nil {
			page.Problems = st.take(form, &page)
		}
		page.Problems = append(page.Problems, st.wrong(page.Answers, s.today(), page.Problems)...)
		if len(page.Problems) > 0 {
			return s.renderStep(c, by, fiber.StatusUnprocessableEntity, page)
		}
		d.Answers = page.Answers
		if st.name == patient.StepWhom && d.Answers.Subject == objection.Self {
			if service, err := s.recordedBy(c, by); err != nil {
				return err
			} else if service != "" { // nothing to object to: the page says so, and how to take it back
				return web.See(c, link.Objection())
			}
		}
		d.Version, _ = strconv.Atoi(form.Get("version")) // what is no number is no version, and conflicts
		return s.keepStep(c, by, page, d, was)
	}
}

// keepStep saves and goes on; another window that saved meanwhile is told of.
func (s *Server) keepStep(c *fiber.Ctx, by access.Viewer, page patient.Objecting, d objection.Started, was objection.Answers) error {
	next := after(d.Answers, page.Step)
	if page.Checking {
		next = firstOpen(d.Answers, s.today())
	}
	d.Step = next
	if _, err := s.Objections.Save(web.Context(c), by, d, asking(c)); errors.Is(err, fault.Conflict) {
		if sameAnswers(was, d.Answers) { // the same was sent twice, or nothing is lost
			return web.See(c, link.ObjectionStep(d.ID, next))
		}
		saved := page
		saved.Answers = was
		page.Conflict, page.Changed = true, saved.Saved(web.Dress(c))
		return s.renderStep(c, by, fiber.StatusConflict, page)
	} else if err != nil {
		return err
	}
	return web.See(c, link.ObjectionStep(d.ID, next))
}

// objecting is the page of a draft.
func (s *Server) objecting(d objection.Started, st *objectionStep, checking bool) patient.Objecting {
	page := patient.Objecting{Draft: d.ID, Version: d.Version, Step: st.name, Checking: checking, Answers: d.Answers, MinAge: s.MinAge, Takes: s.Evidence.Takes(),
		Back: link.Objection()}
	if len(d.Answers.BirthDate) == len("2006-01-02") {
		b := d.Answers.BirthDate
		page.Birth = people.DateParts{Day: plain(b[8:]), Month: plain(b[5:7]), Year: b[:4]}
	}
	if before := beforeStep(d.Answers, st.name); before != "" {
		page.Back = link.ObjectionStep(d.ID, before)
	}
	if checking {
		page.Back = link.ObjectionStep(d.ID, patient.StepAnswers)
	}
	page.Until = d.Until.In(component.London).Format("2006-01-02")
	return page
}

// plain is a number without the noughts before it.
func plain(digits string) string {
	if n, err := strconv.Atoi(digits); err == nil {
		return strconv.Itoa(n)
	}
	return digits
}
