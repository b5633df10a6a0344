package layout

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"candour/locales"
	"candour/views/link"
)

// A frame is everything around the content of a page. All of it but a few words is the
// same on every page that a viewer asks for: the frame of a page that is sent in pieces
// is drawn and packed once, with holes for those words. It is drawn from its key and
// nothing else, so that nothing can be on it that belongs to another viewer or request.
type frame struct {
	shell Shell // with nothing in it that has a hole
	meta  Meta
	lang  string
}

// hole is where a frame has something of the one request.
type hole string

// holes says what goes into each.
var holes = map[hole]func(ctx context.Context, s Shell) string{
	"csrf":   func(_ context.Context, s Shell) string { return s.CSRF },
	"return": func(_ context.Context, s Shell) string { return s.Return },
	"reference": func(ctx context.Context, s Shell) string {
		return locales.T(ctx, "shell.footer_reference", "id", s.RequestID)
	},
	"session": func(_ context.Context, s Shell) string { return s.SessionID },
	"ends":    func(_ context.Context, s Shell) string { return strconv.Itoa(s.EndsIn) },
	"longest": func(_ context.Context, s Shell) string { return strconv.Itoa(s.LongestIn) },
	"over":    func(_ context.Context, s Shell) string { return link.SessionEnded(s.Return) },
	"note":    SessionNote,
}

// holed is the shell without what has a hole: whether there is any stays.
func (s Shell) holed() Shell {
	there := func(is bool) int {
		if is {
			return 1
		}
		return 0
	}
	if s.CSRF != "" {
		s.CSRF = "there"
	}
	if s.RequestID != "" {
		s.RequestID = "there"
	}
	s.EndsIn, s.LongestIn, s.EndsAt, s.Return, s.SessionID = there(s.EndsIn > 0), 0, time.Time{}, "", ""
	for _, text := range []*string{&s.Name, &s.Role, &s.Organisation, &s.Region, &s.Version} {
		*text = unmarked.Replace(*text)
	}
	return s
}

// unmarked is a text without the characters of marks, which nobody's name has.
var unmarked = strings.NewReplacer("\x01", "", "\x02", "")

type holedKey struct{}

// in is what goes into a hole or, where the frame itself is drawn, its mark. Templates
// leave control characters alone.
func (h hole) in(ctx context.Context) string {
	if ctx.Value(holedKey{}) != nil {
		return "\x01" + string(h) + "\x02"
	}
	return holes[h](ctx, ShellFrom(ctx))
}

var frames = Kept[frame]{most: 512} // viewers at work at a time, about

// Page is a whole HTML document around its content.
func Page(meta Meta) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		c := cuttingOf(ctx)
		if c == nil {
			return document(meta).Render(ctx, w)
		}
		content := templ.GetChildren(ctx)
		ctx = templ.ClearChildren(ctx)
		key := frame{ShellFrom(ctx).holed(), meta, locales.Lang(ctx)}
		parts, err := frames.get(key, key.draw)
		if err != nil {
			return err
		}
		for _, p := range parts {
			switch {
			case p.ready != nil:
				err = c.mark(w, p)
			case p.hole == contentHole:
				err = content.Render(ctx, w)
			default:
				_, err = io.WriteString(w, templ.EscapeString(p.hole.in(ctx)))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// contentHole is where the content of the page belongs.
const contentHole hole = "content"

// draw lays the frame out, from the key alone, and cuts it at its holes.
func (f frame) draw() ([]kept, error) {
	ctx := WithShell(locales.With(context.WithValue(context.Background(), holedKey{}, true), f.lang), f.shell)
	mark := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		_, err := io.WriteString(w, contentHole.in(ctx))
		return err
	})
	var out bytes.Buffer
	if err := document(f.meta).Render(templ.WithChildren(ctx, mark), &out); err != nil {
		return nil, err
	}
	var parts []kept
	contents := 0
	for i, text := range strings.Split(out.String(), "\x01") {
		if i > 0 {
			name, rest, ended := strings.Cut(text, "\x02")
			if _, known := holes[hole(name)]; !ended || !known && hole(name) != contentHole {
				return nil, errors.New("layout: the frame has a hole that nothing goes into")
			}
			if hole(name) == contentHole {
				contents++
			}
			parts = append(parts, kept{hole: hole(name)})
			text = rest
		}
		part, err := keep([]byte(text))
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	if contents != 1 {
		return nil, errors.New("layout: the frame has no single place for its content")
	}
	return parts, nil
}

// Frame renders everything before and after the main content of a page, for a
// content that was made ready beforehand.
func Frame(ctx context.Context, meta Meta) (head, tail []byte, err error) {
	const mark = "<!--candour:content-->"
	here := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, mark)
		return err
	})
	var out bytes.Buffer
	if err := document(meta).Render(templ.WithChildren(ctx, here), &out); err != nil {
		return nil, nil, err
	}
	head, tail, found := bytes.Cut(out.Bytes(), []byte(mark))
	if !found {
		return nil, nil, errors.New("layout: the frame has no place for its content")
	}
	return head, tail, nil
}
