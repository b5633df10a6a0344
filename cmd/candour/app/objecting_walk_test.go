package app

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"maps"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/evidence"
	"candour/models/opaque"
)

// fill sends the form of a page that posts to the page's own address, with what stands
// in its hidden fields.
func (b *browser) fill(page answer, fields url.Values) answer {
	b.t.Helper()
	return b.send(page, page.URL.Path, hidden(b.t, page, fields))
}

func hidden(t testing.TB, page answer, fields url.Values) url.Values {
	t.Helper()
	all := url.Values{}
	maps.Copy(all, fields)
	found := false
	walk(t, page.Body, func(n *html.Node) {
		if n.Data != "form" || attr(n, "action") != page.URL.Path {
			return
		}
		found = true
		for c := range n.Descendants() {
			if c.Type == html.ElementNode && c.Data == "input" && attr(c, "type") == "hidden" && attr(c, "name") != "csrf" {
				all.Set(attr(c, "name"), attr(c, "value"))
			}
		}
	})
	if !found {
		t.Fatalf("%s: no form posts to it: %s", page.URL.Path, text(page.Body))
	}
	return all
}

// step tells on which page of the journey an answer is.
func (a answer) step() string { return a.URL.Path[strings.LastIndex(a.URL.Path, "/")+1:] }

// What somebody fills in, page by page.
var (
	forMe    = map[string]url.Values{"whom": {"subject": {"self"}}, "contact": {"ways": {"app", "letter"}, "language": {"ro"}, "help": {"interpreter"}}}
	forChild = map[string]url.Values{"whom": {"subject": {"child"}}, "details": {"given": {"Leo"}, "family": {"Bright"}, "birth_date-day": {"14"}, "birth_date-month": {"10"}, "birth_date-year": {"2017"}},
		"relation": {"relation": {"mother"}, "ground": {"birth_mother"}}, "evidence": {"evidence": {"birth_certificate"}}, "child": {"understands": {"yes"}, "agrees": {"agrees"}},
		"contact": {"ways": {"app"}, "language": {"en"}}}
)

// goOn walks from a page to another, and gives back the last and the names of all.
func (b *browser) goOn(page answer, said map[string]url.Values, until string) (answer, []string) {
	b.t.Helper()
	var steps []string
	for page.step() != until {
		if page.Status != http.StatusOK || len(steps) > 20 {
			b.t.Fatalf("%v: %d at %s: %s", steps, page.Status, page.URL.Path, text(page.Body))
		}
		steps = append(steps, page.step())
		if page.step() == "files" {
			page = b.upload(page, "continue", "", "", nil)
			continue
		}
		fields := url.Values{}
		maps.Copy(fields, said[page.step()])
		page = b.fill(page, fields)
	}
	return page, steps
}

// begin starts a draft of one's own.
func (b *browser) begin() answer {
	b.t.Helper()
	return b.fill(b.get("/my/objection"), nil)
}

// upload sends the form with a file.
func (b *browser) upload(page answer, do, name, kind string, body []byte) answer {
	b.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	fields := hidden(b.t, page, url.Values{"do": {do}})
	fields.Set("csrf", field(b.t, page.Body, "csrf"))
	for k, v := range fields {
		_ = w.WriteField(k, v[0]) // to memory
	}
	h := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename="%s"`, name)}, "Content-Type": {kind}}
	part, err := w.CreatePart(h)
	if err != nil {
		b.t.Fatal(err)
	}
	_, _ = part.Write(body)
	_ = w.Close()
	req, err := http.NewRequest(http.MethodPost, b.p.url+page.URL.Path, &form)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Origin", b.p.url)
	return b.do(req)
}

func png10() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 10, 10))) // to memory
	return b.Bytes()
}

// worker is somebody who handles requests where a request is held.
func (p *portal) worker(t testing.TB, ref string) access.Viewer {
	t.Helper()
	var org string
	row, err := p.DB.QueryRow(t.Context(), "SELECT organisation_id FROM cases WHERE id = ?", ref)
	if err == nil {
		err = row.Scan(&org)
	}
	if err == nil {
		err = p.DB.Do(t.Context(), func(ctx context.Context) error {
			_, err := p.DB.Exec(ctx, "INSERT INTO staff (id, issuer, subject, name, training_until) VALUES (?, 'test', ?, 'Jo Reid', ?) ON CONFLICT DO NOTHING", "worker-"+org, "worker-"+org, today.AddDate(1, 0, 0).UnixMilli())
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return access.Viewer{Kind: access.Staff, ID: "worker-" + org, Name: "Jo Reid", Organisation: org, Capabilities: []access.Capability{access.ManageRequests}}
}

func (p *portal) evidence(t testing.TB, ref string) []evidence.File {
	t.Helper()
	all, err := p.Evidence.OfCase(t.Context(), p.worker(t, ref), opaque.ID(ref), casework.Request{Route: "/cases/:ref"})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func demonstration(t *testing.T) *portal {
	t.Helper()
	return start(t, filepath.Join(t.TempDir(), "candour.db"))
}

// whole is all that stands in the main part of a page, with single spaces.
func whole(t *testing.T, a answer) (said string) {
	t.Helper()
	walk(t, a.Body, func(n *html.Node) {
		if n.Data == "main" {
			said = strings.Join(strings.Fields(inner(n)), " ")
		}
	})
	return said
}

func says(t *testing.T, a answer, status int, words ...string) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("%s: %d, want %d: %s", a.URL.Path, a.Status, status, text(a.Body))
	}
	said := whole(t, a)
	for _, w := range words {
		if !strings.Contains(said, w) {
			t.Errorf("%s does not say %q: %s", a.URL.Path, w, said)
		}
	}
}
