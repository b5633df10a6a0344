package handlers

import (
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/locales"
	"candour/models/access"
	"candour/models/invalid"
	"candour/models/opaque"
	"candour/models/record"
	"candour/views/clinician"
)

// showRecord is the merged record (requirements 3.3). Unfiltered, the body that
// was made beforehand goes out within the shell.
func (s *Server) showRecord(c *fiber.Ctx, by access.Viewer) error {
	d, err := s.openRecord(c, by, web.Page)
	if err != nil {
		return s.stop(c, err)
	}
	if d.Ready() == nil {
		return web.Render(c, clinician.RecordPage(d))
	}
	pieces, err := clinician.RecordPieces(web.Dress(c), d)
	if err != nil {
		return err
	}
	return web.SendPieces(c, pieces)
}

// openRecord asks the gate for the record that the address names, as it narrows it.
func (s *Server) openRecord(c *fiber.Ctx, by access.Viewer, shape web.Shape, sections ...record.SectionKind) (record.Disclosure, error) {
	ref, err := web.ID(c, "ref")
	if err != nil {
		return record.Disclosure{}, err
	}
	filter, err := narrowing(c)
	if err != nil {
		return record.Disclosure{}, err
	}
	filter.Sections = sections
	req := viewing(c, shape)
	req.Filter, req.While = filter, web.While(c)
	req.Laid = locales.Lang(web.Dress(c)) != locales.Default // stored pages are English
	return s.Records.Open(web.Context(c), by, ref, req)
}

func viewing(c *fiber.Ctx, shape web.Shape) record.Request {
	return record.Request{Purpose: access.Treat, Route: web.Pattern(c), Shape: string(shape), RequestID: web.RequestID(c)}
}

const longestText = 100 // characters that the text filter takes

// narrowing reads the filter from the address.
func narrowing(c *fiber.Ctx) (record.Filter, error) {
	q, err := web.Query(c, "source", "from", "to", "q")
	if err != nil {
		return record.Filter{}, err
	}
	f := record.Filter{Source: q.Get("source"), Text: q.Get("q")}
	var bad invalid.Fields
	for _, d := range []struct {
		name string
		into *string
	}{{"from", &f.From}, {"to", &f.To}} {
		text := q.Get(d.name)
		if text == "" {
			continue
		}
		var ok bool
		if *d.into, ok = dateOf(text); !ok {
			bad = append(bad, invalid.Field{Name: d.name, Message: "clinician.filter.date_wrong"})
		}
	}
	if f.From != "" && f.To != "" && f.To < f.From {
		bad = append(bad, invalid.Field{Name: "to", Message: "clinician.filter.order_wrong"})
	}
	if len(f.Source) > opaque.Length*4 || utf8.RuneCountInString(f.Text) > longestText {
		bad = append(bad, invalid.Field{Name: "q", Message: "clinician.filter.text_long"})
	}
	return f, bad.OrNil()
}

// dateOf reads a date as a date field sends it, or as people type it where a
// browser has no such field.
func dateOf(text string) (string, bool) {
	for _, layout := range []string{time.DateOnly, "02-Jan-2006", "2/1/2006", "2 1 2006", "2-1-2006", "2.1.2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format(time.DateOnly), true
		}
	}
	return "", false
}
