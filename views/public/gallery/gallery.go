// Package gallery shows every piece that pages are made of in every state it can
// have. It belongs to the demonstration: browser tests photograph it.
package gallery

import (
	"context"

	"candour/locales"
	"github.com/a-h/templ"
)

// Gallery is one group of pieces in all their states; without a group it is the
// list of groups.
type Gallery struct{ Group string }

// Groups are the groups in their order.
var Groups = []string{"links", "words", "news", "fields", "choices", "lists", "tables", "own"}

// story is one piece in one state.
type story struct {
	piece, state string // keys of gallery.piece and gallery.state
	drawn        templ.Component
}

// shelf is where the stories of a group are put together.
type shelf struct {
	ctx     context.Context
	stories []story
}

func (s *shelf) add(piece, state string, drawn templ.Component) {
	s.stories = append(s.stories, story{piece, state, drawn})
}

// say is a sentence of the samples.
func (s *shelf) say(key string, args ...any) string {
	return locales.T(s.ctx, "gallery.sample."+key, args...)
}

// stories of the group in the language of the page.
func (g Gallery) stories(ctx context.Context) []story {
	s := &shelf{ctx: ctx}
	switch g.Group {
	case "links":
		s.links()
		s.ways()
	case "words":
		s.words()
		s.boxes()
	case "news":
		s.news()
	case "fields":
		s.inputs()
		s.areas()
	case "choices":
		s.radios()
		s.checkboxes()
	case "lists":
		s.lists()
	case "tables":
		s.tables()
	case "own":
		s.own()
	}
	return s.stories
}

// label names a landmark among others of its kind.
func (s *shelf) label(piece, state string) string {
	return story{piece: piece, state: state}.title(s.ctx)
}

func (s story) title(ctx context.Context) string {
	return locales.T(ctx, "gallery.story", "piece", locales.T(ctx, "gallery.piece."+s.piece), "state", locales.T(ctx, "gallery.state."+s.state))
}

// id of a story, for the way to it and for the photographs.
func (s story) id() string { return s.piece + "-" + s.state }

// dark says whether the piece is made for a dark surface.
func (s story) dark() bool { return s.state == "reverse" }
