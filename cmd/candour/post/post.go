// Package post takes letters out of the house: by e-mail over SMTP, by a service
// shaped like GOV.UK Notify, and into a folder, from which somebody prints and posts
// them. What a channel may say is decided in models/letter; the words come from
// locales through Words. Every sender knows a letter by its id, so that one that is
// sent twice can be told by who receives it.
package post

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"

	"candour/models/clock"
	"candour/models/letter"
	"candour/models/organisation"
	view "candour/views/letter"
	"candour/views/link"
)

// Ways are the channels that are set up; what is nil is not.
type Ways struct {
	SMTP   *SMTP
	Notify *Notify
	Folder *Folder
}

// Senders is what models/letter sends by. A folder takes paper, and whatever has no
// way of its own where everything is to be put there (the demonstration).
func (w Ways) Senders(words Words) map[letter.Channel]letter.Sender {
	out := map[letter.Channel]letter.Sender{}
	if f := w.Folder; f != nil {
		f.words = words
		out[letter.Paper] = f
		if f.All {
			out[letter.Email], out[letter.Notify] = f, f
		}
	}
	if n := w.Notify; n != nil {
		n.words = words
		n.client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		if n.TextTemplate != "" {
			out[letter.Notify] = n
		}
		if n.EmailTemplate != "" {
			out[letter.Email] = n
		}
	}
	if s := w.SMTP; s != nil {
		s.words = words
		out[letter.Email] = s
	}
	return out
}

// Words puts letters into words.
type Words struct {
	Organisations *organisation.Store
	PublicURL     string
	Clock         clock.Clock
}

// outside are the subject and the text of what passes through others' hands.
func (w Words) outside(ctx context.Context, m letter.Message) (subject, text string) {
	return view.Outside(ctx, m, strings.TrimRight(w.PublicURL, "/")+link.MyMessages())
}

// sheet is a letter on paper.
func (w Words) sheet(ctx context.Context, m letter.Message) (view.Sheet, error) {
	all, err := w.Organisations.All(ctx)
	if err != nil {
		return view.Sheet{}, fmt.Errorf("post: %w", err)
	}
	names := map[string]string{}
	for _, o := range all {
		names[o.ID] = o.Name
	}
	return view.Sheet{Template: m.Template, Version: m.Version, Fields: m.Fields, As: m.As, Language: m.Language, Format: m.Format,
		From: names[m.Organisation], Names: names, On: w.Clock(), To: strings.Split(m.To.Post, "\n"), Level: 1}, nil
}

// digest is by what a message can be proven to be the one that was sent.
func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
