// Package public holds the pages that need no signing in: the way in, the guided
// tour of the demonstration, and what is shown when something is wrong.
package public

import (
	"context"

	"candour/locales"
	"candour/models/status"
)

// Error is a page that says what happened and what to do next. Key chooses the
// words (error.<key>.title and .text); a key without words is told by its status.
type Error struct {
	Status    int
	Key       string
	Reference string // request id
	Phone     string // whom to ring instead, when the record cannot be shown
	Return    string // where to go on after logging in
	Posted    bool   // a form was sent, so that something may have been typed
	Partial   bool   // only the main part, for a page that asked for a part of itself
}

func (e Error) key(ctx context.Context) string {
	if _, ok := locales.Lookup(ctx, "error."+e.Key+".title"); ok {
		return e.Key
	}
	switch {
	case e.Status == 401:
		return "not_signed_in"
	case e.Status == 403:
		return "denied"
	case e.Status == 404:
		return "not_found"
	case e.Status == 410:
		return "gone"
	case e.Status == 422:
		return "invalid"
	case e.Status == 429:
		return "too_many"
	case e.Status == 503:
		return "unavailable"
	case e.Status >= 400 && e.Status < 500:
		return "bad_request"
	}
	return "internal"
}

// ShownErrors are the error pages that the demonstration shows on purpose.
var ShownErrors = []int{403, 404, 410, 422, 429, 500, 503}

// Home is what the public home page shows.
type Home struct {
	Region  string
	Age     int // from which people are included
	Demo    bool
	Verdict status.Verdict
	Unwell  int // sources from which something should have come
}

// Scene is one stop of the guided tour: what to look at, and whom to log in as.
type Scene struct {
	Key      string // tour.<key>.title and .text
	Persona  string // name of the demonstration person, as the log in page lists them
	As       string // their key; empty when nobody needs to be logged in
	Provider string // where they log in
	Href     string // what is looked at then
}

// Tour is the guided tour.
type Tour struct{ Scenes []Scene }

// SceneKeys are the ten scenes, in their order.
var SceneKeys = []string{"record", "seen", "doses", "allergy", "objected", "reason", "excluded", "child", "stale", "contrast"}
