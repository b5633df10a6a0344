package handlers

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/nhsnumber"
	"candour/views/link"
	"candour/views/staff"
)

// searchCases looks for a case by its reference, or by the NHS number or family name
// of whom it is about. The form is posted: no name and no number stands in an
// address; a reference may.
func (s *Server) searchCases(c *fiber.Ctx, by access.Viewer) error {
	form, err := web.Form(c, "text")
	if err != nil {
		return err
	}
	typed := form.Get("text")
	filter, ref := soughtCase(typed)
	if ref != "" || typed == "" {
		v := url.Values{}
		if ref != "" {
			v.Set("ref", ref)
		}
		return web.See(c, link.Cases(v))
	}
	page, err := s.queue(c, by, staff.Queue{Query: url.Values{}, Typed: typed, Searched: true, Ask: casework.QueueAsk{Filter: filter, Limit: 100}})
	if err != nil {
		return err
	}
	return web.Render(c, staff.QueuePage(page))
}

// soughtCase tells what was typed: an NHS number is ten digits that check, a
// reference has its own letters and, but for the rarest, a digit or a dash; anything
// else is a name.
func soughtCase(typed string) (casework.Filter, string) {
	if n, err := nhsnumber.Parse(typed); err == nil {
		return casework.Filter{Number: n.Digits()}, ""
	}
	bare := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, typed)
	ref := casework.Reference(typed)
	letters := strings.ReplaceAll(ref, "-", "")
	if len(letters) == len(bare) && (strings.ContainsAny(typed, "0123456789") || len(letters) == 8 && strings.Contains(typed, "-")) {
		return casework.Filter{}, ref
	}
	return casework.Filter{Family: typed}, ""
}
