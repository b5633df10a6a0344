package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"candour/models/access"
)

// takesFile is a route that takes a file.
func (s *stage) takesFile(c *fiber.Ctx, _ access.Viewer) error {
	values, file, err := Upload(c, "file", "note")
	if err != nil {
		return err
	}
	if file == nil {
		return c.SendString("no file, " + values.Get("note"))
	}
	return c.SendString(fmt.Sprintf("%d bytes of %s called %s, %s", len(file.Body), file.Declared, file.Name, values.Get("note")))
}

// formWith is a form with files, as a browser sends it.
func formWith(token string, body []byte, fields ...string) (string, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField(TokenField, token) // to memory
	for i := 0; i+1 < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1])
	}
	if body != nil {
		part, _ := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="a.pdf"`}, "Content-Type": {"application/pdf"}})
		_, _ = part.Write(body)
	}
	_ = w.Close()
	return b.String(), w.FormDataContentType()
}

func (b *browser) file(path, token string, body []byte, fields ...string) answer {
	form, kind := formWith(token, body, fields...)
	return b.do("POST", path, form, "Content-Type", kind)
}

func TestAFormWithAFile(t *testing.T) {
	s := onSQLite(t, nil)
	b := s.signedIn("/enter")
	token := b.get("/token").body
	large := bytes.Repeat([]byte("x"), 900_000) // more than any other form may have
	if got := b.file("/file", token, large, "note", " hello "); got.StatusCode != 200 || got.body != "900000 bytes of application/pdf called a.pdf, hello" {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
	if got := b.file("/file", token, nil, "note", "alone"); got.body != "no file, alone" {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
	for name, got := range map[string]answer{
		"no token":           b.file("/file", "", large),
		"another's token":    b.file("/file", s.signedIn("/enter").get("/token").body, large),
		"a field too many":   b.file("/file", token, large, "admin", "1"),
		"a field twice":      b.file("/file", token, large, "note", "a", "note", "b"),
		"a long field":       b.file("/file", token, large, "note", strings.Repeat("x", fieldLimit+1)),
		"where none is":      b.file("/act", token, []byte("x")),
		"without a boundary": b.do("POST", "/file", "--x", "Content-Type", "multipart/form-data", TokenHeader, token),
	} {
		if got.StatusCode != 403 && got.StatusCode != 400 && got.StatusCode != 415 {
			t.Errorf("%s: %d %s", name, got.StatusCode, got.body)
		}
	}
	form, kind := formWith(token, []byte("x"))
	twice := strings.Replace(form, "\r\n--"+kind[strings.Index(kind, "=")+1:]+"--", "\r\n"+form[strings.Index(form, "--"):], 1)
	if got := b.do("POST", "/file", twice, "Content-Type", kind, TokenHeader, token); got.StatusCode != 400 {
		t.Errorf("two files: %d %s", got.StatusCode, got.body)
	}
	if len(s.uploads.taken) != 0 {
		t.Errorf("%d places for large bodies are still taken", len(s.uploads.taken))
	}
}

// boundsFiles: a large body is read for somebody who is signed in, where a file is
// asked for, and for nobody else.
func boundsFiles(s *stage) error {
	announce := func(path, cookie string) string {
		return rawAnswer(s, "POST "+path+" HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nOrigin: "+s.url+"\r\nCookie: candour="+cookie+
			"\r\nContent-Length: 900000\r\n\r\n--b", time.Second)
	}
	if got := announce("/act", s.signedIn("/enter").cookie()); !strings.HasPrefix(got, "HTTP/1.1 413") {
		s.t.Errorf("where no file is asked for: %.60q", got)
	}
	if got := announce("/file", s.signedIn("/enter").cookie()); got != "still open" {
		s.t.Errorf("somebody signed in: %.60q", got)
	}
	for _, cookie := range []string{"", "nonsense"} {
		if got := announce("/file", cookie); !strings.HasPrefix(got, "HTTP/1.1 413") {
			return fmt.Errorf("nobody, with the cookie %q: %.60q", cookie, got)
		}
	}
	return nil
}

// A few large bodies at a time, and fewer of one account; one that never comes gives
// its place back, and nobody gives back what is another's.
func TestPlacesForLargeBodies(t *testing.T) {
	var s slots
	at := time.Unix(1_000_000, 0)
	var posts [uploadsAtOnce + 2]*fasthttp.RequestHeader
	for i := range posts {
		posts[i] = &fasthttp.RequestHeader{}
		posts[i].SetMethod("POST")
	}
	one, other, last := posts[0], posts[uploadsAtOnce], posts[uploadsAtOnce+1]
	for i := range uploadsOfOne {
		if !s.begin(posts[i], "a", at) {
			t.Fatal("no place while there are some")
		}
	}
	if s.begin(other, "a", at) {
		t.Error("one account has more places than are one's")
	}
	for i := uploadsOfOne; i < uploadsAtOnce; i++ {
		if !s.begin(posts[i], fmt.Sprint(i), at) {
			t.Fatal("no place while there are some")
		}
	}
	if s.begin(other, "b", at) {
		t.Error("one more than there are places")
	}
	s.end(other)
	if s.begin(last, "b", at) {
		t.Error("a request that got no place gave one back")
	}
	s.end(one)
	if !s.begin(other, "b", at) || s.begin(last, "c", at) {
		t.Error("a place that was given back is taken once")
	}
	if !s.begin(last, "a", at.Add(uploadTimeout+workTimeout+time.Second)) || len(s.taken) != 1 {
		t.Error("senders that went away keep their places")
	}
}

// Who is not signed in, and forms that got no place, give back none of another's.
func TestNobodyEmptiesThePlacesForLargeBodies(t *testing.T) {
	s := onSQLite(t, nil)
	b := s.signedIn("/enter")
	held := &fasthttp.RequestHeader{}
	held.SetMethod("POST")
	if !s.uploads.begin(held, "somebody", s.config.Ticks()) {
		t.Fatal("no place")
	}
	s.browser().do("POST", "/file", "a=b", "Content-Type", "application/x-www-form-urlencoded")
	s.browser().file("/file", "", []byte("x"))
	b.do("POST", "/file", "a=b", "Content-Type", "application/x-www-form-urlencoded")
	b.file("/file", b.get("/token").body, []byte("x"))
	if _, there := s.uploads.taken[held]; !there || len(s.uploads.taken) != 1 {
		t.Errorf("%d places are taken, want the one that is held", len(s.uploads.taken))
	}
}
