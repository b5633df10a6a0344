package handlers

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/views/link"
	"candour/views/staff"
)

// caseActs is everything that can be done with a case, beside what is found out
// about it (case_findings.go).
var caseActs = append([]caseAct{
	{"review", nil, startReview},
	{"decision", []string{"decision", "why", "stop", "ground", "reason", "rights", "complaint"}, decideCase},
	{"reversal", nil, confirmReversal},
	{"keeping", nil, keepObjectionFor},
	{"withdrawal", nil, takeBackFor},
	{"settlement", []string{"how", "note"}, settleDispute},
	{"transfer", []string{"provider", "why"}, transferCase},
	{"joining", []string{"reference"}, joinCases},
	{"message", []string{"audience", "body"}, writeMessage},
	{"note", []string{"body", "visible"}, writeNote},
	{"note-strike", []string{"note"}, strikeNote},
	{"reading", nil, markRead},
	{"assignment", []string{"assigned"}, assignCase},
	{"work", []string{"reason"}, workOnCase},
	{"leaving", nil, leaveCase},
}, findingActs...)

func startReview(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	_, err := s.Objections.Review(web.Context(c), by, a.ref, a.seen, a.req)
	return "", err
}

// decideCase is the decision, or what is wanted before it.
func decideCase(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	ctx := web.Context(c)
	var err error
	switch a.form.Get("decision") {
	case staff.DecideConfirm:
		_, err = s.Objections.Confirm(ctx, by, a.ref, a.seen, a.req)
	case staff.DecideContact:
		_, err = s.Objections.WantContact(ctx, by, a.ref, a.form.Get("why"), a.form.Get("stop") != "", a.seen, a.req)
	case staff.DecideClinician:
		_, err = s.Objections.WantClinician(ctx, by, a.ref, a.seen, a.req)
	case staff.DecideRefuse:
		return s.refuseCase(c, by, a)
	default:
		err = invalid.Fields{{Name: "decision", Message: "case.act.decision.missing"}}
	}
	return "", err
}

// refuseCase asks once more before it refuses. Where policy wants a second person the
// first proposes.
func (s *Server) refuseCase(c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	r := objection.Refusal{Ground: objection.RefusalGround(a.form.Get("ground")), Reason: a.form.Get("reason"), Rights: a.form.Get("rights"), Complaint: a.form.Get("complaint")}
	if err := r.Check(); err != nil {
		return "", err
	}
	if a.form.Get("sure") == "" {
		return "", errSure
	}
	o, err := s.Objections.Refuse(web.Context(c), by, a.ref, r, a.seen, a.req)
	if err == nil && o.State != objection.Refused {
		return link.CaseDone(a.ref, "proposal"), nil
	}
	return "", err
}

func confirmReversal(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	_, err := s.Objections.ConfirmReversal(web.Context(c), by, a.ref, a.seen, a.req)
	return "", err
}

func keepObjectionFor(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	_, err := s.Objections.KeepObjection(web.Context(c), by, a.ref, a.seen, a.req)
	return "", err
}

// takeBackFor is for somebody who changes their mind on the telephone or at the desk:
// undecided it is withdrawn, in force its reversal is asked for.
func takeBackFor(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	_, err := s.Objections.Reverse(web.Context(c), by, a.ref, a.seen, a.req)
	return "", err
}

func settleDispute(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	_, err := s.Objections.Settle(web.Context(c), by, a.ref, objection.SettledBy(a.form.Get("how")), a.form.Get("note"), a.seen, a.req)
	return "", err
}

// transferCase hands a case on; it is none of the viewer's afterwards.
func transferCase(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	_, err := s.Objections.Transfer(web.Context(c), by, a.ref, a.form.Get("provider"), a.form.Get("why"), a.seen, a.req)
	return link.Cases(url.Values{"told": {"transferred"}}), err
}

// joinCases makes this case part of another about the same person.
func joinCases(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	ctx := web.Context(c)
	if a.form.Get("reference") == "" {
		return "", invalid.Fields{{Name: "reference", Message: "case.joining.missing"}}
	}
	first, err := s.Cases.ByReference(ctx, by, a.form.Get("reference"), a.req)
	if err != nil {
		return "", orField(err, "reference", "case.joining.unknown")
	}
	if _, err = s.Objections.Join(ctx, by, a.ref, first.ID, a.seen, a.req); err != nil {
		return "", orField(err, "reference", "case.joining.another")
	}
	return link.CaseDone(first.ID, "joining"), nil
}

func writeMessage(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	return "", s.Objections.Message(web.Context(c), by, a.ref, a.form.Get("body"), casework.Audience(a.form.Get("audience")), a.req)
}

func writeNote(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	return "", s.Cases.Note(web.Context(c), by, a.ref, a.form.Get("body"), a.form.Get("visible") != "", a.req)
}

func markRead(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	return "", s.Cases.MarkRead(web.Context(c), by, a.ref, a.req)
}

func assignCase(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	to, chosen := colleagueOf(a.form.Get("assigned"))
	if !chosen {
		return "", staff.NobodyChosen()
	}
	_, err := s.Cases.Assign(web.Context(c), by, a.ref, to, a.seen, a.req)
	return "", err
}

// workOnCase tells others that the viewer works on it; who does so already is taken
// over from with a reason.
func workOnCase(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	_, err := s.Cases.Work(web.Context(c), by, a.ref, a.form.Get("reason"), a.req)
	return "", err
}

func leaveCase(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	return "", s.Cases.Leave(web.Context(c), by, a.ref, a.req)
}
