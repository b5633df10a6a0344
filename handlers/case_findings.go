package handlers

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/patient"
)

// findingActs write down what was found out about a case.
var findingActs = []caseAct{
	{"identity", []string{"person", "nhs_number", "family", "birth_date-day", "birth_date-month", "birth_date-year"}, identifyCase},
	{"contact", []string{"way", "outcome", "note"}, logContact},
	{"clinician-entry", []string{"outcome", "note"}, enterClinician},
	{"competence", []string{"outcome", "note"}, enterCompetence},
	{"wish", []string{"outcome", "note", "not_parents"}, enterWish},
	{"authority", []string{"ground", "seen_proof*", "until-day", "until-month", "until-year", "consulted"}, enterAuthority},
	{"disagreement", []string{"who", "outcome", "note"}, recordDisagreement},
	{"position", []string{"who", "outcome", "note"}, recordPosition},
}

// identifyCase looks for the person, then takes whoever was chosen.
func identifyCase(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	ctx := web.Context(c)
	if chosen := a.form.Get("person"); chosen != "" {
		person, ok := opaque.Parse(chosen)
		if !ok {
			return "", fiber.ErrBadRequest
		}
		_, err := s.Objections.Identify(ctx, by, a.ref, person, a.seen, a.req)
		return "", err
	}
	found, err := s.Patients.Search(ctx, by, personSought(a.form), seeking(c))
	if err != nil {
		return "", err
	}
	return "", shownFound{found}
}

// personSought is a search as it was filled in.
func personSought(form web.Values) patient.Query {
	return patient.Query{NHSNumber: form.Get("nhs_number"), Family: form.Get("family"),
		BirthDate: patient.DateParts{Day: form.Get("birth_date-day"), Month: form.Get("birth_date-month"), Year: form.Get("birth_date-year")}}
}

func logContact(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	_, err := s.Objections.Contact(web.Context(c), by, a.ref, objection.Attempt{Way: a.form.Get("way"), Outcome: a.form.Get("outcome"), Note: a.form.Get("note")}, a.req)
	return "", err
}

func enterClinician(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	_, err := s.Objections.RecordClinician(web.Context(c), by, a.ref, a.form.Get("outcome"), a.form.Get("note"), a.req)
	return "", err
}

func enterCompetence(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	_, err := s.Objections.RecordCompetence(web.Context(c), by, a.ref, a.form.Get("outcome"), a.form.Get("note"), a.req)
	return "", err
}

func enterWish(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	_, err := s.Objections.RecordChildsWish(web.Context(c), by, a.ref, a.form.Get("outcome"), a.form.Get("note"), a.form.Get("not_parents") != "", a.req)
	return "", err
}

// enterAuthority notes which evidence was seen; a request made in the portal ties its
// maker's account to the person.
func enterAuthority(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	ctx := web.Context(c)
	authority := patient.Authority{Ground: patient.Ground(a.form.Get("ground")), Consulted: a.form.Get("consulted") != ""}
	if authority.Ground == "" {
		return "", invalid.Fields{{Name: "ground", Message: "case.wrong.authority.missing"}}
	}
	for _, p := range a.form.All("seen_proof") {
		authority.Seen = append(authority.Seen, patient.Proof(p))
	}
	var problem string
	if authority.UntilOn, problem = untilOf(a.form); problem != "" {
		return "", invalid.Fields{{Name: "until", Message: problem}}
	}
	o, _, err := s.Objections.Open(ctx, by, a.ref, a.req)
	if err != nil {
		return "", err
	}
	account := ""
	if o.Route == casework.Portal && o.Subject != objection.Self {
		account = o.TakenBy
	}
	_, err = s.Objections.RecordAuthority(ctx, by, a.ref, authority, account, a.req)
	return "", err
}

// untilOf reads the day on which an order or a power ends; none is none.
func untilOf(form web.Values) (string, string) {
	d := patient.DateParts{Day: form.Get("until-day"), Month: form.Get("until-month"), Year: form.Get("until-year")}
	if d == (patient.DateParts{}) {
		return "", ""
	}
	day, problem := d.Read("9999-12-31")
	if problem != "" {
		return "", "case.act.authority.until_wrong"
	}
	return day, ""
}

func recordDisagreement(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	_, err := s.Objections.Disagree(web.Context(c), by, a.ref, a.form.Get("who"), a.form.Get("outcome"), a.form.Get("note"), a.seen, a.req)
	return "", err
}

func recordPosition(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	_, err := s.Objections.Position(web.Context(c), by, a.ref, a.form.Get("who"), a.form.Get("outcome"), a.form.Get("note"), a.req)
	return "", err
}

// strikeNote takes a note back; it stays to be read.
func strikeNote(s *Server, c *fiber.Ctx, by access.Viewer, a doing) (string, error) {
	n, err := strconv.Atoi(a.form.Get("note"))
	if err != nil {
		return "", fiber.ErrBadRequest
	}
	return "", s.Cases.Strike(web.Context(c), by, a.ref, n, a.req)
}

// orField makes of something that is not there, or not the viewer's, a problem of the
// field that named it.
func orField(err error, name, message string) error {
	var conflict *casework.Conflict
	if errors.As(err, &conflict) {
		return err
	}
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Denied) {
		return invalid.Fields{{Name: name, Message: message}}
	}
	return err
}
