package patient

import (
	"context"

	"candour/locales"
	"candour/models/invalid"
	"candour/models/letter"
	"candour/views/component"
	sheets "candour/views/letter"
	"candour/views/link"
)

// Messages is a part of somebody's inbox.
type Messages struct {
	letter.Page
	Names map[string]string // organisations, by id
	Older bool              // it is not the newest part
}

func (m Messages) title(ctx context.Context, l letter.Letter) string {
	return sheets.Title(ctx, sheets.Of(l, m.Names))
}

func (m Messages) from(ctx context.Context, l letter.Letter) string {
	if name := m.Names[l.Organisation]; name != "" {
		return name
	}
	return locales.T(ctx, "letter.service")
}

func (m Messages) pages(ctx context.Context) component.Pages {
	var p component.Pages
	if m.Older {
		p.Previous = component.Link{Href: link.MyMessages(), Text: locales.T(ctx, "messages.newest")}
	}
	if m.More {
		last := m.Letters[len(m.Letters)-1]
		p.Next = component.Link{Href: link.MyMessagesAfter(last.StateAt, last.ID), Text: locales.T(ctx, "messages.older")}
	}
	return p
}

// Message is one letter.
type Message struct {
	letter.Letter
	Shown letter.Format // the form that is asked for
	Names map[string]string
}

func (m Message) sheet() sheets.Sheet {
	s := sheets.Of(m.Letter, m.Names)
	s.Format, s.Level = m.Shown, 1
	return s
}

// forms are the other forms in which the letter can be read.
func (m Message) forms(ctx context.Context) []component.Link {
	var out []component.Link
	for _, f := range letter.Formats() {
		if f != m.Shown {
			out = append(out, component.Link{Href: link.MyMessage(m.ID, string(f)), Text: locales.T(ctx, "messages.read."+string(f))})
		}
	}
	return out
}

// Notices is how somebody wants to hear of things.
type Notices struct {
	Chosen   letter.Preferences
	Problems invalid.Fields
	Saved    bool
}

// ways are the choices of one kind; the portal itself is not one of them.
func (n Notices) ways(ctx context.Context, kind letter.Kind) component.Group {
	g := component.Group{ID: string(kind), Legend: locales.T(ctx, "notices.kind."+string(kind)), Size: "m", Hint: locales.T(ctx, "notices.kind_hint."+string(kind)),
		Error: component.FieldError(ctx, n.Problems, string(kind))}
	for _, c := range letter.Channels() {
		if c == letter.InApp {
			continue
		}
		g.Options = append(g.Options, component.Option{Value: string(c), Text: locales.T(ctx, "notices.way."+string(c)), Selected: has(n.Chosen.By[kind], c)})
	}
	return g
}

func has(all []letter.Channel, one letter.Channel) bool {
	for _, c := range all {
		if c == one {
			return true
		}
	}
	return false
}

// forms are those in which somebody can be written to.
func (n Notices) forms(ctx context.Context) component.Group {
	g := component.Group{ID: "format", Legend: locales.T(ctx, "notices.format"), Size: "m", Error: component.FieldError(ctx, n.Problems, "format")}
	for _, f := range letter.Formats() {
		g.Options = append(g.Options, component.Option{Value: string(f), Text: locales.T(ctx, "notices.form."+string(f)), Selected: n.Chosen.Format == f})
	}
	return g
}

// languages are those in which letters are written, and what was chosen before.
func (n Notices) languages(ctx context.Context) component.Choice {
	c := component.Choice{Control: component.Control{ID: "language", Label: locales.T(ctx, "notices.language"), Size: "m", Hint: locales.T(ctx, "notices.language_hint"),
		Error: component.FieldError(ctx, n.Problems, "language")}}
	for _, tag := range letterLanguages {
		c.Options = append(c.Options, component.Option{Value: tag, Text: locales.T(ctx, "notices.in."+tag), Selected: n.Chosen.Language == tag})
	}
	return c
}

// letterLanguages are the languages that somebody can ask for: those of the area, as
// the first that are to be translated.
var letterLanguages = []string{"en", "pl", "ro", "ur", "bn", "gu", "pa"}
