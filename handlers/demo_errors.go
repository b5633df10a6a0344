package handlers

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/views/public"
)

// errShown is a fault of nobody, to show the page that a fault of ours gets.
var errShown = errors.New("handlers: the demonstration shows its error page")

// showDemoError fails on purpose, the way the status says, so that every error page
// can be looked at. It goes the way of every failure.
func (s *Server) showDemoError(c *fiber.Ctx, _ access.Viewer) error {
	status, err := strconv.Atoi(c.Params("status"))
	if err != nil || s.Demo == nil {
		return fault.NotFound
	}
	for _, shown := range public.ShownErrors {
		if shown == status {
			return failing(status)
		}
	}
	return fault.NotFound
}

func failing(status int) error {
	switch status {
	case fiber.StatusForbidden:
		return fault.Denied
	case fiber.StatusGone:
		return errWithdrawn
	case fiber.StatusUnprocessableEntity:
		return invalid.Fields{{Name: "shown", Message: "error.invalid.text"}}
	case fiber.StatusTooManyRequests:
		return &web.Problem{Status: status, Key: "too_many"}
	case fiber.StatusInternalServerError:
		return errShown
	case fiber.StatusServiceUnavailable:
		return fault.Unavailable
	}
	return fault.NotFound
}
