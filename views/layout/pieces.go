package layout

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"

	"github.com/a-h/templ"

	"candour/models/record"
)

// cutting notes, while a page is drawn, where in it something ready belongs. The mark
// cannot come from anybody's words: templates write < as &lt;.
type cutting struct{ ready []record.PagePart }

type cuttingKey struct{}

func cuttingOf(ctx context.Context) *cutting {
	c, _ := ctx.Value(cuttingKey{}).(*cutting)
	return c
}

// uncut draws everything in its place.
func uncut(ctx context.Context) context.Context {
	return context.WithValue(ctx, cuttingKey{}, (*cutting)(nil))
}

const (
	pieceMark = "<!--candour:piece:"
	markEnd   = "-->"
)

func (c *cutting) mark(w io.Writer, part kept) error {
	_, err := io.WriteString(w, pieceMark+strconv.Itoa(len(c.ready))+markEnd)
	c.ready = append(c.ready, record.PagePart{Text: part.html, Ready: part.ready})
	return err
}

// shellSize is about what is drawn of a page that is sent in pieces, in bytes.
const shellSize = 8 << 10

// Pieces draws a page whose body was made ready beforehand, and gives it in the pieces
// in which it is sent: that body, parts that are kept, and what is drawn around them.
func Pieces(ctx context.Context, body *record.Ready, around func(body templ.Component) templ.Component) ([]record.PagePart, error) {
	c := &cutting{}
	bodies := 0
	here := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		bodies++
		return c.mark(w, kept{ready: body})
	})
	var out bytes.Buffer
	out.Grow(shellSize)
	if err := around(here).Render(context.WithValue(ctx, cuttingKey{}, c), &out); err != nil {
		return nil, err
	}
	if bodies != 1 {
		return nil, errors.New("layout: the page has no single place for its content")
	}
	return c.cut(out.Bytes())
}

func (c *cutting) cut(drawn []byte) ([]record.PagePart, error) {
	pieces := make([]record.PagePart, 0, 1+2*len(c.ready))
	for i, ready := range c.ready { // in the order in which they were marked
		text, rest, found := bytes.Cut(drawn, []byte(pieceMark+strconv.Itoa(i)+markEnd))
		if !found {
			return nil, errors.New("layout: a part of the page was not drawn where it was marked")
		}
		if len(text) > 0 {
			pieces = append(pieces, record.PagePart{Text: text})
		}
		pieces = append(pieces, ready)
		drawn = rest
	}
	if bytes.Contains(drawn, []byte(pieceMark)) {
		return nil, errors.New("layout: a mark was left on the page")
	}
	return append(pieces, record.PagePart{Text: drawn}), nil
}
