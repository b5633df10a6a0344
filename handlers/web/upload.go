package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"candour/models/access"
)

// A form with a file is the one body that may be large, and only where a route says so,
// for somebody who is signed in: everybody else is cut off at the limit of all forms
// before the body is read. A body is held in memory and never put on disk in clear.
const (
	uploadTimeout = 3 * time.Minute // for a slow line
	uploadsAtOnce = 8
	uploadsOfOne  = 2 // of one account: nobody takes all the places
	uploadParts   = 32
)

var multipartForm = []byte("multipart/form-data")

// Received is a file as a browser sent it.
type Received struct {
	Name     string
	Declared string // media type
	Body     []byte
}

// uploaded is a form with files, taken apart once.
type uploaded struct {
	args  fasthttp.Args
	files map[string]Received
	err   error
}

// Upload reads a posted form with one file: exactly the named fields beside it, as Form
// does. The file is nil when none was chosen.
func Upload(c *fiber.Ctx, field string, allowed ...string) (Values, *Received, error) {
	u := takeApart(c)
	if u.err != nil {
		return nil, nil, errForm
	}
	values, err := pick(&u.args, append(allowed[:len(allowed):len(allowed)], TokenField), true)
	if err != nil {
		return nil, nil, err
	}
	for name := range u.files {
		if name != field {
			return nil, nil, errForm
		}
	}
	if f, sent := u.files[field]; sent && (f.Name != "" || len(f.Body) > 0) {
		return values, &f, nil
	}
	return values, nil, nil
}

// takeApart reads the parts of the body, the first time it is asked to.
func takeApart(c *fiber.Ctx) *uploaded {
	state := of(c)
	if state.uploaded == nil {
		state.uploaded = &uploaded{files: map[string]Received{}}
		state.uploaded.err = state.uploaded.read(c.Get(fiber.HeaderContentType), c.Request().Body())
	}
	return state.uploaded
}

func (u *uploaded) read(contentType string, body []byte) error {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for range uploadParts {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		name := part.FormName()
		_, about, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		if err != nil {
			return err
		}
		if fileName, is := about["filename"]; is {
			if _, twice := u.files[name]; twice {
				return errForm
			}
			u.files[name] = Received{Name: fileName, Declared: part.Header.Get("Content-Type"), Body: content}
			continue
		}
		u.args.AddBytesV(name, content)
	}
	return errForm
}

// grant says, when the head of a request is there, how large its body may be and how
// long it may take. Zero values are what holds for every form.
func (a *App) grant(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	none := fasthttp.RequestConfig{}
	if !h.IsPost() || !bytes.HasPrefix(h.ContentType(), multipartForm) {
		return none
	}
	path, _, _ := bytes.Cut(h.RequestURI(), []byte{'?'})
	limit := 0
	for i := range a.routes {
		if r := &a.routes[i]; r.Upload > 0 && fiber.RoutePatternMatch(string(path), r.Pattern) {
			limit = r.Upload
		}
	}
	if limit == 0 {
		return none
	}
	account, known := a.knows(h)
	if !known && !a.config.off.uploads || !a.uploads.begin(h, account, a.config.Ticks()) {
		return none
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: limit, ReadTimeout: uploadTimeout}
}

// knows tells whose the cookie is, if it is that of somebody signed in.
func (a *App) knows(h *fasthttp.RequestHeader) (account string, known bool) {
	ctx, cancel := context.WithTimeout(context.Background(), workTimeout)
	defer cancel()
	s, err := a.Sessions.load(ctx, string(h.Cookie(a.Sessions.scs.Cookie.Name)), "", false)
	if err != nil || s.viewer().Kind == access.Nobody {
		return "", false
	}
	return s.viewer().ID, true
}

// slots bounds how many large bodies are on their way at once, in all and of one
// account. A place belongs to the request that got it and ends with that one alone,
// whatever else comes by the same route. One whose sender went away gives its place
// back when its time is over.
type slots struct {
	mu    sync.Mutex
	taken map[*fasthttp.RequestHeader]slot
}

type slot struct {
	account string
	since   time.Time
}

func (s *slots) begin(h *fasthttp.RequestHeader, account string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.taken, h) // the server uses this header anew: what it was used for is over
	of := 0
	for other, t := range s.taken {
		switch {
		case now.Sub(t.since) > uploadTimeout+workTimeout:
			delete(s.taken, other)
		case t.account == account:
			of++
		}
	}
	if len(s.taken) >= uploadsAtOnce || of >= uploadsOfOne {
		return false
	}
	if s.taken == nil {
		s.taken = map[*fasthttp.RequestHeader]slot{}
	}
	s.taken[h] = slot{account, now}
	return true
}

// end gives back the place of this request, if it got one.
func (s *slots) end(h *fasthttp.RequestHeader) {
	if !h.IsPost() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.taken, h)
}
