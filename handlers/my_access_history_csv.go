package handlers

import (
	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/views/patient"
)

const (
	historySheetPage  = 5000 // accesses a transaction
	historySheetPages = 20
)

// takeMyAccessHistory is the list as a spreadsheet: every single access under the
// filter of the address. Each part of a long list is an access of its own.
func (s *Server) takeMyAccessHistory(c *fiber.Ctx, by access.Viewer) error {
	_, req, _, err := readHistory(c)
	if err != nil {
		return err
	}
	req.Flat, req.Limit, req.Shape, req.Cursor = true, historySheetPage, string(web.CSV), ""
	sheet := patient.NewSheet(web.Dress(c))
	for range historySheetPages {
		h, err := s.Gate.History(web.Context(c), by, by.Person, req)
		if err != nil {
			return err
		}
		sheet.Add(h)
		if req.Cursor = h.Next(); req.Cursor == "" {
			break
		}
	}
	body, err := sheet.Bytes()
	if err != nil {
		return err
	}
	return web.Attach(c, "who-looked.csv", "text/csv; charset=utf-8", body)
}
