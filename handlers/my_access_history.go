package handlers

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/views/link"
	"candour/views/patient"
)

// historyFields are what the address of the list may hold; the three parts of a
// date are the form's, and become one.
var historyFields = []string{"from", "to", "organisation", "role", "section", "reason", "own", "system", "single", "cursor",
	"from-day", "from-month", "from-year", "to-day", "to-month", "to-year"}

// showMyAccessHistory is the list of who looked (FAQ promise S-21).
func (s *Server) showMyAccessHistory(c *fiber.Ctx, by access.Viewer) error {
	page, req, typed, err := readHistory(c)
	if err != nil {
		return err
	}
	req.Limit, req.Latest = 10, 2 // so that a page costs the same whether ten accesses are on file or a hundred thousand
	page.History, err = s.Gate.History(web.Context(c), by, by.Person, req)
	var problems invalid.Fields
	switch {
	case errors.As(err, &problems):
		page.Problems = problems
		return web.RenderStatus(c, fiber.StatusUnprocessableEntity, patient.AccessHistoryPage(page))
	case err != nil:
		return err
	case typed:
		return web.See(c, link.MyAccessHistory(patient.HistoryQuery(page.Filter, page.Single)))
	}
	return web.Render(c, patient.AccessHistoryPage(page))
}

// showMyAccess is one access with its items.
func (s *Server) showMyAccess(c *fiber.Ctx, by access.Viewer) error {
	seq, err := strconv.ParseInt(c.Params("entry"), 10, 64)
	if err != nil || seq <= 0 {
		return fault.NotFound
	}
	h, err := s.Gate.History(web.Context(c), by, by.Person, access.HistoryRequest{Entry: seq,
		Route: web.Pattern(c), Shape: string(web.Page), RequestID: web.RequestID(c)})
	if err != nil {
		return err
	}
	return web.Render(c, patient.AccessPage(h))
}

// printMyAccessHistory is the list on paper, unfolded.
func (s *Server) printMyAccessHistory(c *fiber.Ctx, by access.Viewer) error {
	page, req, _, err := readHistory(c)
	if err != nil {
		return err
	}
	req.Flat, req.Limit, req.Shape = true, 1000, string(web.Print)
	if page.History, err = s.Gate.History(web.Context(c), by, by.Person, req); err != nil {
		return err
	}
	return web.Render(c, patient.PrintPage(page))
}

// readHistory reads the list's address. typed says that it is as the form sent it:
// it is put in order before anybody marks or shares it.
func readHistory(c *fiber.Ctx) (page patient.HistoryPage, req access.HistoryRequest, typed bool, err error) {
	q, err := web.Query(c, historyFields...)
	if err != nil {
		return page, req, false, err
	}
	page.Filter = access.HistoryFilter{From: q.Get("from"), To: q.Get("to"), Organisation: q.Get("organisation"),
		Role: q.Get("role"), Section: q.Get("section"), Reason: q.Get("reason"), Own: q.Get("own") == "1", System: q.Get("system") == "1"}
	page.From, page.To = patient.PartsOf(page.Filter.From), patient.PartsOf(page.Filter.To)
	page.Single = q.Get("single") == "1"
	if _, typed = q["from-day"]; typed {
		page.From = patient.DateParts{Day: q.Get("from-day"), Month: q.Get("from-month"), Year: q.Get("from-year")}
		page.To = patient.DateParts{Day: q.Get("to-day"), Month: q.Get("to-month"), Year: q.Get("to-year")}
		page.Filter.From, page.Filter.To = page.From.ISO(), page.To.ISO()
	}
	req = access.HistoryRequest{Filter: page.Filter, Flat: page.Single, Cursor: q.Get("cursor"),
		Route: web.Pattern(c), Shape: string(web.Page), RequestID: web.RequestID(c)}
	return page, req, typed, nil
}
