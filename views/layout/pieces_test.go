package layout_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/klauspost/compress/flate"

	"candour/models/record"
	"candour/views/layout"
)

// joined is the page as a browser reads it.
func joined(t *testing.T, parts []record.PagePart) string {
	t.Helper()
	var b strings.Builder
	for _, p := range parts {
		if p.Ready == nil {
			b.Write(p.Text)
			continue
		}
		text := make([]byte, p.Ready.Length)
		if _, err := io.ReadFull(flate.NewReader(bytes.NewReader(p.Ready.Deflated)), text); err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	return b.String()
}

func TestPiecesAreThePage(t *testing.T) {
	ready, err := record.MakeReady([]byte("<h1>Main</h1>"))
	if err != nil {
		t.Fatal(err)
	}
	var store layout.KeptParts
	drawn := 0
	counted := func(text string) templ.Component {
		return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
			drawn++
			return content(text).Render(ctx, w)
		})
	}
	inner := store.Part("inner", counted("inner"))
	around := func(body templ.Component) templ.Component {
		return templ.Join(content("<&before"), store.Part("a", counted("a")), body, store.Part("b", templ.Join(inner, counted("b"))), store.Part("a", counted("a")))
	}
	var whole strings.Builder
	if err := around(content("Main")).Render(t.Context(), &whole); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		parts, err := layout.Pieces(t.Context(), ready, around)
		if err != nil {
			t.Fatal(err)
		}
		if got := joined(t, parts); got != whole.String() {
			t.Errorf("the pieces are not the page:\n%s\n%s", got, whole.String())
		}
		made := 0
		for _, p := range parts {
			if p.Ready != nil {
				made++
			}
		}
		if made != 4 {
			t.Errorf("%d pieces were made beforehand, not the body, a, b and a again", made)
		}
	}
	if drawn != 3 {
		t.Errorf("drawn %d times: a, b and inner once each is enough", drawn)
	}
}

func TestPiecesWantOnePlaceForTheBody(t *testing.T) {
	for name, around := range map[string]func(templ.Component) templ.Component{
		"none": func(templ.Component) templ.Component { return content("x") },
		"two":  func(body templ.Component) templ.Component { return templ.Join(body, body) },
		"lost": func(body templ.Component) templ.Component {
			return templ.ComponentFunc(func(ctx context.Context, _ io.Writer) error { return body.Render(ctx, io.Discard) })
		},
		"a mark of its own": func(body templ.Component) templ.Component { return templ.Join(body, content("<!--candour:piece:0-->")) },
		"broken": func(templ.Component) templ.Component {
			return templ.ComponentFunc(func(context.Context, io.Writer) error { return errors.New("broken") })
		},
	} {
		if _, err := layout.Pieces(t.Context(), &record.Ready{}, around); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestKeptPartsAreBounded(t *testing.T) {
	var store layout.KeptParts
	for i := range 1000 {
		text := fmt.Sprint("part", i)
		var b strings.Builder
		if err := store.Part(text, content(text)).Render(t.Context(), &b); err != nil || !strings.Contains(b.String(), text) {
			t.Fatal(err, b.String())
		}
	}
	if n := store.Len(); n > 128 {
		t.Errorf("%d parts are kept", n)
	}
}
