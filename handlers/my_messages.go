package handlers

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/fault"
	"candour/models/letter"
	"candour/models/opaque"
	"candour/views/patient"
)

// showMyMessages is somebody's inbox.
func (s *Server) showMyMessages(c *fiber.Ctx, by access.Viewer) error {
	q, err := web.Query(c, "after")
	if err != nil {
		return err
	}
	ctx := web.Context(c)
	before, err := olderThan(q.Get("after"))
	if err != nil {
		return err
	}
	page := patient.Messages{Older: before != nil}
	if page.Page, err = s.Letters.Inbox(ctx, by, before, ownRequest(c)); err != nil {
		return err
	}
	if page.Names, err = s.names(c); err != nil {
		return err
	}
	return web.Render(c, patient.MessagesPage(page))
}

// olderThan reads the last letter of the page before: when it came, and its id.
func olderThan(cursor string) (*letter.Letter, error) {
	if cursor == "" {
		return nil, nil
	}
	at, id, found := strings.Cut(cursor, ".")
	ms, err := strconv.ParseInt(at, 10, 64)
	last, ok := opaque.Parse(id)
	if !found || err != nil || !ok {
		return nil, fault.NotFound
	}
	return &letter.Letter{ID: last, StateAt: time.UnixMilli(ms)}, nil
}

// showMyMessage is one letter as it was sent, or in another form for whoever asks.
func (s *Server) showMyMessage(c *fiber.Ctx, by access.Viewer) error {
	q, err := web.Query(c, "format")
	if err != nil {
		return err
	}
	id, err := web.ID(c, "letter")
	if err != nil {
		return err
	}
	var page patient.Message
	if page.Letter, err = s.Letters.Show(web.Context(c), by, id, ownRequest(c)); err != nil {
		return err
	}
	page.Shown = page.Letter.Format
	if f := letter.Format(q.Get("format")); slices.Contains(letter.Formats(), f) {
		page.Shown = f
	}
	if page.Names, err = s.names(c); err != nil {
		return err
	}
	return web.Render(c, patient.MessagePage(page))
}

// names are what the organisations are called, by id.
func (s *Server) names(c *fiber.Ctx) (map[string]string, error) {
	all, err := s.Organisations.All(web.Context(c))
	if err != nil {
		return nil, err
	}
	return namesOf(all), nil
}
