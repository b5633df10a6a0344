package clinician

import (
	"context"

	"candour/locales"
	"candour/models/access"
	"candour/models/record"
)

// OutlineLine is a part of the page without what it says: its heading, and the words
// beside or below it that count, or that tell why there is nothing.
type OutlineLine struct{ Heading, Caption string }

// Outline is the page that staff get, in the words of that page, with nothing of what
// is in it.
func Outline(ctx context.Context, o record.Outline) []OutlineLine {
	l := lay(ctx, &record.Sheet{}, style{})
	var out []OutlineLine
	for _, piece := range o.Parts {
		p := &part{Section: record.Section{Kind: piece.Kind, Lines: make([]record.Line, piece.Current+piece.Past), Coverage: piece.Coverage},
			current: make([]*record.Line, piece.Current), past: make([]*record.Line, piece.Past)}
		for _, c := range piece.Coverage {
			if c.State == record.Supplied && c.Items > 0 {
				p.sources++
			}
		}
		line := OutlineLine{Heading: l.t("record.section." + string(piece.Kind)), Caption: l.empty(p)}
		if len(p.Lines) > 0 {
			line.Caption = l.caption(p)
		}
		out = append(out, line)
	}
	return out
}

// Told is what staff are told who are not let in: the heading and the first words of
// the page that they get instead.
func Told(ctx context.Context, reason access.Reason) (title, text string) {
	if !HasStop(reason) {
		return locales.T(ctx, "error.not_found.title"), locales.T(ctx, "error.not_found.text")
	}
	s := Stop{Reason: reason}
	return tr(ctx, s.key("title")), tr(ctx, s.key("text"))
}
