package handlers

import (
	"context"
	"strings"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/opaque"
	"candour/models/probe"
	"candour/models/record"
)

// Surfaces are the ways on which staff are shown a record: every route that discloses
// below it. What is added to the table is probed from then on.
func (s *Server) Surfaces() []string {
	var out []string
	for _, r := range s.shell.Routes() {
		if r.Method == get && r.Discloses && r.Audience == web.Staff && strings.HasPrefix(r.Pattern, recordPattern) {
			out = append(out, r.Pattern)
		}
	}
	return out
}

const recordPattern = "/patients/:ref/record"

// Ask asks as a probe for somebody's record: on every surface, or on the page alone.
// It goes through the whole of this very server, by a session of its own.
func (s *Server) Ask(ctx context.Context, by access.Viewer, person opaque.ID, everywhere bool) (answers []probe.Answer, err error) {
	inside, err := s.shell.Inside(ctx, by)
	if err != nil {
		return nil, err
	}
	defer func() {
		if left := inside.Leave(ctx); err == nil {
			err = left
		}
	}()
	routes := []string{recordPattern}
	if everywhere {
		routes = s.Surfaces()
	}
	place := strings.NewReplacer(":ref", string(person), ":section", string(record.Allergies), ":item", string(opaque.New()))
	for _, route := range routes {
		at := s.Clock()
		got := inside.Get(place.Replace(route))
		answers = append(answers, probe.Answer{Route: route, At: at, Status: got.Status, RequestID: got.RequestID})
	}
	return answers, nil
}
