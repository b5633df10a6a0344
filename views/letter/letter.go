// Package letter draws what people are told: in the inbox, on the page where staff
// look at it before they send it, and on paper. One renderer for all of them, from
// template, version, fields and as whom somebody is told; e-mail and text messages
// have words of their own, which say that there is a letter and never what about.
package letter

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"candour/locales"
	models "candour/models/letter"
	"candour/views/component"
)

// Sheet is a letter to be drawn.
type Sheet struct {
	Template models.Name
	Version  int
	Fields   models.Fields
	As       models.Role
	Language string // of who reads it, whatever the page around it speaks
	Format   models.Format
	From     string            // name of whose letter it is; the service's own when empty
	Names    map[string]string // of the organisations in Fields, by id
	On       time.Time         // when it was asked for
	To       []string          // name and address, on paper only
	Level    int               // of its heading; 2 when 0
}

// Of is a letter as it is kept, with the names of the organisations in it.
func Of(l models.Letter, names map[string]string) Sheet {
	return Sheet{Template: l.Template, Version: l.Version, Fields: l.Fields, As: l.As, Language: l.Language, Format: l.Format,
		From: names[l.Organisation], Names: names, On: l.At}
}

// Title is what a letter is about, in its reader's language.
func Title(ctx context.Context, s Sheet) string {
	return begun(locales.T(s.in(ctx), s.key("title"), s.values(s.in(ctx))...))
}

// begun begins a sentence with a capital letter, also where it begins with what
// stands for a name that is not known.
func begun(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// Lines are the paragraphs of a letter, each with its values. One that says what is
// not known (a telephone number, a date while the clock stands still) is left out.
func Lines(ctx context.Context, s Sheet) []string {
	ctx = s.in(ctx)
	values := s.values(ctx)
	stem := "p"
	if s.Format == models.EasyRead {
		stem = "easy"
	}
	var out []string
	for i := 1; ; i++ {
		text, found := s.line(ctx, stem+strconv.Itoa(i), values)
		if !found {
			return out
		}
		if !open.MatchString(text) {
			out = append(out, begun(text))
		}
	}
}

// open is a place for which there was no value.
var open = regexp.MustCompile(`\{\w+\}`)

// line is a paragraph as somebody in this role is told it, or as everybody is.
func (s Sheet) line(ctx context.Context, name string, values []any) (string, bool) {
	for _, who := range []string{"_" + string(s.As), acting(s.As), ""} {
		if text, ok := locales.Lookup(ctx, s.key(name+who), values...); ok {
			return text, true
		}
	}
	return "", false
}

// acting is for whoever is told of another's matter.
func acting(r models.Role) string {
	if r == models.Self {
		return "_self"
	}
	return "_acting"
}

func (s Sheet) key(part string) string {
	return "letter.of." + string(s.Template) + ".v" + strconv.Itoa(s.Version) + "." + part
}

// in is the context of the letter's own language.
func (s Sheet) in(ctx context.Context) context.Context {
	if lang := locales.Lang(ctx); lang == locales.Accented || lang == locales.Mirrored {
		return ctx // the languages with which pages are tried
	}
	return locales.With(ctx, s.Language)
}

// values are the fields in words. Whose name is not known is called by what they are.
func (s Sheet) values(ctx context.Context) []any {
	t, _ := models.Find(s.Template, s.Version)
	var out []any
	for _, f := range t.Fields {
		text := s.value(ctx, f)
		if text != "" {
			out = append(out, f.Name, text)
		}
	}
	return out
}

func (s Sheet) value(ctx context.Context, f models.Field) string {
	given := s.Fields[f.Name]
	switch {
	case f.Type == models.Organisation && s.Names[given] != "":
		return s.Names[given]
	case f.Type == models.Organisation || f.Type == models.Professional && given == "":
		return locales.T(ctx, "letter.unnamed."+f.Name)
	case given == "":
		return ""
	case f.Type == models.Date:
		return component.DayOf(ctx, given)
	case f.Type == models.Choice:
		return locales.T(ctx, "letter.choice."+f.Name+"."+given)
	}
	return given
}

// reference is what to give when asking about it.
func (s Sheet) reference() string { return s.Fields["reference"] }

func (s Sheet) from(ctx context.Context) string {
	if s.From != "" {
		return s.From
	}
	return locales.T(ctx, "letter.service")
}

// class is how large the letters are.
func (s Sheet) class() string {
	switch s.Format {
	case models.LargePrint:
		return "app-sheet app-sheet--large"
	case models.EasyRead:
		return "app-sheet app-sheet--easy"
	}
	return "app-sheet"
}

// Organisations are the ids whose names a letter needs.
func Organisations(l models.Letter) []string {
	ids := []string{l.Organisation}
	t, _ := models.Find(l.Template, l.Version)
	for _, f := range t.Fields {
		if f.Type == models.Organisation {
			ids = append(ids, l.Fields[f.Name])
		}
	}
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" })
}

// Text is a letter as plain text.
func Text(ctx context.Context, s Sheet) string {
	ctx = s.in(ctx)
	return strings.Join(append([]string{s.from(ctx), Title(ctx, s)}, Lines(ctx, s)...), "\n\n") + "\n"
}

// Outside are the subject and the words of an e-mail, or of a text message, which has
// no subject: that there is a letter, and where to read it.
func Outside(ctx context.Context, m models.Message, inbox string) (subject, text string) {
	ctx = locales.With(ctx, m.Language)
	if m.Channel == models.Notify {
		return "", locales.T(ctx, "letter.outside.text_message", "address", inbox)
	}
	lines := []string{locales.T(ctx, "letter.outside.hello"), locales.T(ctx, "letter.outside.waiting"), locales.T(ctx, "letter.outside.read", "address", inbox)}
	if ref := m.Fields["reference"]; ref != "" {
		lines = append(lines, locales.T(ctx, "letter.outside.reference", "reference", ref))
	}
	lines = append(lines, locales.T(ctx, "letter.outside.why"), locales.T(ctx, "letter.outside.stop"), locales.T(ctx, "letter.outside.no_reply"))
	return locales.T(ctx, "letter.outside.subject"), strings.Join(lines, "\n\n") + "\n"
}
