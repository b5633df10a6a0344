// Package public holds the pages that need no signing in: the way in, the guided
// tour of the demonstration, and what is shown when something is wrong.
package public

import (
	"context"
	"strconv"

	"candour/locales"
)

// Error is a page that says what happened and what to do next. Key chooses the
// words (error.<key>.*); without words of its own the status chooses them.
type Error struct {
	Status    int
	Key       string
	Reference string // request id
	Phone     string // whom to ring instead, when the record cannot be shown
}

func (e Error) key(ctx context.Context) string {
	if e.Key != "" {
		if _, ok := locales.Lookup(ctx, "error."+e.Key+".title"); ok {
			return e.Key
		}
	}
	byStatus := "status_" + strconv.Itoa(e.Status)
	if _, ok := locales.Lookup(ctx, "error."+byStatus+".title"); ok {
		return byStatus
	}
	if e.Status >= 400 && e.Status < 500 {
		return "status_400"
	}
	return "status_500"
}

// Home is what the public home page shows.
type Home struct {
	Region string
	Demo   bool
}

// Scene is one stop of the guided tour: what to look at, and whom to log in as.
type Scene struct {
	Key     string // tour.<key>.title and .text
	Persona string // name of the demonstration person, as the log in page lists them
	Href    string
}

// Tour is the guided tour.
type Tour struct{ Scenes []Scene }
