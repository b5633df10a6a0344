package handlers

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/signin"
	"candour/handlers/web"
	"candour/models/access"
	people "candour/models/patient"
	"candour/views/component"
	"candour/views/patient"
)

// showMyHome greets a patient and says where they stand.
func (s *Server) showMyHome(c *fiber.Ctx, by access.Viewer) error {
	inclusion, err := s.Patients.Inclusion(web.Context(c), by, by.Person, ownRequest(c))
	if err != nil {
		return err
	}
	home := patient.Home{Name: by.Name, Inclusion: inclusion, LastSignIn: previousSignIn(c)}
	if home.New, err = s.newAccesses(c, by, home.LastSignIn); err != nil {
		return err
	}
	return web.Render(c, patient.HomePage(home))
}

// newAccesses counts what staff did since the day of the last sign-in.
func (s *Server) newAccesses(c *fiber.Ctx, by access.Viewer, since time.Time) (int, error) {
	if since.IsZero() {
		return 0, nil
	}
	h, err := s.Gate.History(web.Context(c), by, by.Person, access.HistoryRequest{Limit: 1, Latest: 1,
		Filter: access.HistoryFilter{From: component.ISODay(since)}, Route: web.Pattern(c), Shape: string(web.Page), RequestID: web.RequestID(c)})
	if err != nil {
		return 0, err
	}
	entries, _, _ := h.Total()
	return int(entries), nil
}

func ownRequest(c *fiber.Ctx) people.Request {
	return people.Request{Route: web.Pattern(c), Shape: string(web.Page), RequestID: web.RequestID(c)}
}

// previousSignIn is kept in the session by the way in; zero at the first.
func previousSignIn(c *fiber.Ctx) time.Time {
	t, err := time.Parse(time.RFC3339, web.Recall(c, signin.KeyPrevious))
	if err != nil {
		return time.Time{} // nothing kept: the first sign-in
	}
	return t
}
