package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/views/staff"
)

// caseActs is everything that can be done with a case.
var caseActs = []caseAct{
	{"review", nil, startReview},
	{"decision", []string{"decision", "why", "stop", "ground", "reason", "rights", "complaint"}, decideCase},
}

func startReview(s *Server, c *fiber.Ctx, by access.Viewer, a doing) error {
	_, err := s.Objections.Review(web.Context(c), by, a.ref, a.seen, a.req)
	return err
}

// decideCase is the decision, or what is wanted before it.
func decideCase(s *Server, c *fiber.Ctx, by access.Viewer, a doing) error {
	ctx, why := web.Context(c), a.form.Get("why")
	var err error
	switch a.form.Get("decision") {
	case staff.DecideConfirm:
		_, err = s.Objections.Confirm(ctx, by, a.ref, a.seen, a.req)
	case staff.DecideContact:
		_, err = s.Objections.WantContact(ctx, by, a.ref, why, a.form.Get("stop") != "", a.seen, a.req)
	case staff.DecideClinician:
		_, err = s.Objections.WantClinician(ctx, by, a.ref, a.seen, a.req)
	case staff.DecideRefuse:
		r := objection.Refusal{Ground: objection.RefusalGround(a.form.Get("ground")), Reason: a.form.Get("reason"), Rights: a.form.Get("rights"), Complaint: a.form.Get("complaint")}
		if err = r.Check(); err == nil && a.form.Get("sure") == "" {
			return errSure
		}
		if err == nil {
			_, err = s.Objections.Refuse(ctx, by, a.ref, r, a.seen, a.req)
		}
	default:
		err = invalid.Fields{{Name: "decision", Message: "case.act.decision.missing"}}
	}
	return err
}
