package clinician

import (
	"bytes"
	"context"
	"io"
	"sync"

	"github.com/a-h/templ"

	"candour/models/record"
)

// A long record has thousands of the same two leaves: a source's words and a date.
// They are written here and not in templates, where each would cost more than
// what it says. Their text is escaped like any other.

// bdi is text of a source, held apart from the sentence around it.
type bdi string

// Render writes it.
func (s bdi) Render(_ context.Context, w io.Writer) error {
	return put(w, "<bdi>", templ.EscapeString(s), "</bdi>")
}

// when is a date or a period; a period may break between its ends, a date never.
type when record.When

// Render writes it; nothing where there is no date.
func (x when) Render(_ context.Context, w io.Writer) error {
	from, to := ends(record.When(x))
	switch {
	case to != "":
		return put(w, `<bdi dir="ltr"><span class="app-nowrap">`, templ.EscapeString(from), ` –</span> <span class="app-nowrap">`, templ.EscapeString(to), `</span></bdi>`)
	case from != "":
		return put(w, `<bdi dir="ltr" class="app-nowrap">`, templ.EscapeString(from), `</bdi>`)
	}
	return nil
}

// dated is a date, or the words for having none.
func (l laid) dated(w record.When) templ.Component {
	if w.Sent == "" && w.End == "" {
		return l.undated()
	}
	return when(w)
}

func put(w io.Writer, parts ...string) error {
	for _, s := range parts {
		if _, err := io.WriteString(w, s); err != nil {
			return err
		}
	}
	return nil
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// atOnce draws a component into a buffer that is used again and hands its bytes on
// in one piece: half a megabyte is not moved from one growing buffer to the next.
func atOnce(whole templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		b := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(b)
		b.Reset()
		if err := whole.Render(ctx, b); err != nil {
			return err
		}
		_, err := w.Write(b.Bytes())
		return err
	})
}
