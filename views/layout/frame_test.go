package layout_test

import (
	"context"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"candour/locales"
	"candour/models/record"
	"candour/views/layout"
)

// shells are the frame's facts, and the same with each of them changed by itself.
func shells(t *testing.T) []layout.Shell {
	t.Helper()
	one := layout.Shell{Audience: layout.Staff, Name: "Dr Joan Reid", Role: "Consultant", Organisation: "Northgate Hospital", CanChangeRole: true, Requests: true,
		CSRF: "token<1>", Contrast: "on", Return: "/patients/abc/record?q=a&b", RequestID: "req1", Region: "Three Rivers", Demo: true, Version: "v1",
		IdleSeconds: 900, EndsIn: 800, LongestIn: 4000, EndsAt: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), SessionID: "s1", Typed: true}
	all := []layout.Shell{one, {}, {Audience: layout.Patient}}
	for i := range reflect.TypeOf(one).NumField() {
		for _, empty := range []bool{true, false} {
			other := one
			field := reflect.ValueOf(&other).Elem().Field(i)
			switch {
			case empty:
				field.SetZero()
			case field.Kind() == reflect.String && field.Type() == reflect.TypeFor[layout.Audience]():
				field.SetString(string(layout.Patient))
			case field.Kind() == reflect.String:
				field.SetString("an\"other & <longer>")
			case field.Kind() == reflect.Int:
				field.SetInt(5000)
			case field.Type() == reflect.TypeFor[time.Time]():
				field.Set(reflect.ValueOf(one.EndsAt.Add(time.Hour)))
			case field.Kind() == reflect.Bool:
			default:
				t.Fatalf("a field of a kind that this test does not change: %s", field.Type())
			}
			all = append(all, other)
		}
	}
	return all
}

// A page in pieces is the page as it is drawn, whoever asked for the one before: what is
// on a kept frame is in its key, or is a hole.
func TestKeptFramesAreWhatWouldBeDrawn(t *testing.T) {
	ready, err := record.MakeReady([]byte("<h1>Main</h1>"))
	if err != nil {
		t.Fatal(err)
	}
	metas := []layout.Meta{{Title: "Record", Wide: true, Current: "find"}, {Title: "Record"}, {Title: "Other", Error: true, Exit: true, Forms: true, Back: layout.Crumb{Href: "/x", Text: "Back"}}}
	pages := map[string]bool{}
	for range 2 {
		for i, shell := range shells(t) {
			for _, meta := range metas {
				for _, lang := range []string{"en", "en-XB"} {
					ctx := layout.WithShell(locales.With(context.Background(), lang), shell)
					var whole strings.Builder
					if err := page(meta).Render(ctx, &whole); err != nil {
						t.Fatal(err)
					}
					parts, err := layout.Pieces(ctx, ready, func(body templ.Component) templ.Component {
						return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
							return layout.Page(meta).Render(templ.WithChildren(ctx, body), w)
						})
					})
					if err != nil {
						t.Fatal(err)
					}
					if got := joined(t, parts); got != whole.String() {
						t.Errorf("shell %d, %s, %s: the pieces are not the page\n%s\n%s", i, meta.Title, lang, got, whole.String())
					}
					pages[whole.String()] = true
				}
			}
		}
	}
	if len(pages) < 100 {
		t.Errorf("only %d different pages: the test changes nothing", len(pages))
	}
}

// Whoever has a mark in their name gets a page all the same, and nothing of another's.
func TestAMarkInANameIsNoHoleOfAnother(t *testing.T) {
	ready, err := record.MakeReady([]byte("<h1>Main</h1>"))
	if err != nil {
		t.Fatal(err)
	}
	draw := func(name, token string) string {
		ctx := layout.WithShell(t.Context(), layout.Shell{Audience: layout.Staff, Name: name, CSRF: token, IdleSeconds: 1})
		parts, err := layout.Pieces(ctx, ready, func(body templ.Component) templ.Component {
			return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
				return layout.Page(layout.Meta{Title: "Record"}).Render(templ.WithChildren(ctx, body), w)
			})
		})
		if err != nil {
			t.Errorf("%q: %v", name, err)
		}
		return joined(t, parts)
	}
	for _, name := range []string{"\x01csrf\x02", "\x01nothing\x02", "\x01", "\x02", "\x01content\x02"} {
		_ = draw(name, "first")
		if second := draw(name, "second"); strings.Contains(second, "first") {
			t.Errorf("%q: another's token", name)
		}
	}
}
