package record

import (
	"context"
	"encoding/base64"
	"fmt"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding/charmap"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/fault"
	"candour/models/fhir"
	"candour/models/opaque"
)

// Letter is the text of one letter or note, disclosed by itself. Like Disclosure
// it exists only after its entry was committed.
type Letter struct {
	by     access.Viewer
	person opaque.ID
	pass   access.Pass
	banner Banner
	line   Line
	parts  []Part
}

// Part is one attachment or section of a letter. Text is empty when its format
// cannot be shown as text.
type Part struct {
	Title  string
	Format string
	Text   string
}

// By is who opened it.
func (l Letter) By() access.Viewer { return l.by }

// Person is whose letter it is.
func (l Letter) Person() opaque.ID { return l.person }

// Pass is the decision and the log entry behind it.
func (l Letter) Pass() access.Pass { return l.pass }

// Banner is who the person is.
func (l Letter) Banner() Banner { return l.banner }

// Line is what the record says of the letter: title, date, source, author.
func (l Letter) Line() Line { return l.line }

// Parts are the texts.
func (l Letter) Parts() []Part { return l.parts }

// Items is what the entry says was shown.
func (l Letter) Items() []audit.ItemRef { return slices.Clone(l.line.Refs) }

// Document opens the text of one letter: its own decision, its own entry.
func (s *Store) Document(ctx context.Context, by access.Viewer, person, item opaque.ID, req Request) (Letter, error) {
	var found Letter
	pass, err := s.gate.Pass(ctx, req.ask(by, person), func(ctx context.Context, p access.Pass) (access.Shown, error) {
		var err error
		found, err = s.letter(ctx, classOf(p), person, item)
		if err != nil {
			return access.Shown{}, err
		}
		return access.Shown{Items: found.line.Refs, Count: len(found.line.Refs), Sections: []string{string(Documents)}}, nil
	})
	if err != nil {
		return Letter{}, err
	}
	found.by, found.person, found.pass = by, person, pass
	return found, nil
}

func (s *Store) letter(ctx context.Context, class string, person, item opaque.ID) (Letter, error) {
	row, err := s.person(ctx, person)
	if err != nil {
		return Letter{}, err
	}
	feeds, err := s.readFeeds(ctx)
	if err != nil {
		return Letter{}, err
	}
	in, err := s.load(ctx, row, class, feeds.byID, item)
	if err != nil {
		return Letter{}, err
	}
	for _, section := range Merge(in).Sections {
		if section.Kind != Documents || len(section.Lines) != 1 || len(in.Items) != 1 {
			continue
		}
		l := Letter{banner: in.Person, line: section.Lines[0]}
		l.parts, err = s.texts(ctx, &in.Items[0])
		return l, err
	}
	return Letter{}, fault.NotFound
}

// texts are the texts of a letter, wherever its type keeps them.
func (s *Store) texts(ctx context.Context, item *Item) ([]Part, error) {
	var attachments []*fhir.Attachment
	var parts []Part
	switch r := item.res.(type) {
	case *fhir.DocumentReference:
		for _, c := range r.Content {
			attachments = append(attachments, c.Attachment)
		}
	case *fhir.DiagnosticReport:
		for i := range r.PresentedForm {
			attachments = append(attachments, &r.PresentedForm[i])
		}
	case *fhir.Composition:
		parts = sectionTexts(r.Section, nil)
	}
	for _, a := range attachments {
		if a == nil {
			continue
		}
		if a.Data == "" && a.URL != "" {
			if err := s.binary(ctx, item, a); err != nil {
				return nil, err
			}
		}
		parts = append(parts, Part{Title: squash(a.Title), Format: a.ContentType, Text: plainText(a.ContentType, a.Data)})
	}
	return parts, nil
}

// binary fills in the bytes that an attachment names by address, from the same source.
func (s *Store) binary(ctx context.Context, item *Item, a *fhir.Attachment) error {
	in := &Input{}
	ref := &fhir.Reference{Reference: a.URL}
	for range 2 { // a name leads to a place, a place to the bytes
		r := newResolver(in)
		r.asks = &asks{places: map[place]bool{}, names: map[alias]bool{}}
		res, _ := r.follow(item.Source, item.res, ref)
		if b, ok := res.(*fhir.Binary); ok {
			a.Data, a.ContentType = b.Data, or(b.ContentType, a.ContentType)
			return nil
		}
		if _, err := s.fetch(ctx, in, r.asks); err != nil {
			return fmt.Errorf("record: letter: %w", err)
		}
	}
	return nil
}

// plainText is what can be shown as text: text/plain as it is, text/html and XHTML
// without its marks. Anything else is not shown here.
func plainText(contentType, data string) string {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil && contentType != "" || !strings.HasPrefix(kind, "text/") && kind != "application/xhtml+xml" && kind != "" {
		return ""
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(data), ""))
	if err != nil || kind == "text/rtf" {
		return ""
	}
	body := string(raw)
	if !utf8.ValidString(body) {
		if kind == "" && params["charset"] == "" {
			return "" // bytes of nobody knows what
		}
		if body, err = charmap.Windows1252.NewDecoder().String(body); err != nil {
			return ""
		}
	}
	if kind == "text/html" || kind == "application/xhtml+xml" {
		return unmarked(body)
	}
	return strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
}

func sectionTexts(all []fhir.Section, out []Part) []Part {
	for _, s := range all {
		part := Part{Title: or(squash(s.Title), title(s.Code)), Format: "text/html"}
		if s.Text != nil {
			part.Text = unmarked(s.Text.Div)
		}
		out = append(out, part)
		out = sectionTexts(s.Section, out)
	}
	return out
}

// breaks are the elements after which a reader expects a new line.
var breaks = map[string]bool{"p": true, "div": true, "br": true, "li": true, "tr": true, "h1": true, "h2": true, "h3": true, "h4": true, "table": true, "ul": true, "ol": true}

// unmarked is the text of a narrative: marks of a feed never reach a page.
func unmarked(markup string) string {
	var b strings.Builder
	skip := 0
	tokens := html.NewTokenizer(strings.NewReader(markup))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return tidy(b.String())
		case html.TextToken:
			if skip == 0 {
				b.WriteString(string(tokens.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			t := tokens.Token()
			if t.Data == "script" || t.Data == "style" {
				skip = max(0, skip+map[html.TokenType]int{html.StartTagToken: 1, html.EndTagToken: -1}[t.Type])
			}
			switch {
			case breaks[t.Data]:
				b.WriteByte('\n')
			case t.Data == "td" || t.Data == "th":
				b.WriteByte(' ')
			}
		}
	}
}

// tidy squeezes the white space of markup and keeps single empty lines.
func tidy(s string) string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		line = squash(line)
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
