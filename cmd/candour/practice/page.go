package practice

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"candour/locales"
	"candour/static"
	"candour/views/component"
)

// view is what the page of a practice shows.
type view struct {
	List
	All     []List
	Entries []line
	Fault   Fault
}

type line struct {
	entry
	Patient Patient
}

// code is an entry's codes as one would search for them.
func (l line) code() string {
	c := l.codes()
	return c.SNOMED + " · " + c.ReadV2 + " · " + c.CTV3
}

func (l line) kind() string {
	if l.Refused {
		return "refused"
	}
	return "given"
}

func (l line) at(ctx context.Context) string { return component.DayTime(ctx, l.Stated) }

// Handler is the whole server. Forms are taken from its own pages only.
func (s *System) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /practices/{practice}/fhir/Consent/{id}", s.takeConsent)
	mux.HandleFunc("GET /practices/{practice}/feed", s.feed)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/practices/"+s.Lists[0].ID, http.StatusSeeOther)
	})
	mux.HandleFunc("GET /practices/{practice}", s.show)
	mux.HandleFunc("POST /practices/{practice}/entries", s.form(func(r *http.Request, practice string) error {
		return s.enter(practice, r.PostForm.Get("patient"), r.PostForm.Get("code") != "given")
	}))
	mux.HandleFunc("POST /practices/{practice}/errors", s.form(func(r *http.Request, practice string) error { return s.strike(practice, r.PostForm.Get("entry")) }))
	mux.HandleFunc("POST /practices/{practice}/fault", s.form(func(r *http.Request, _ string) error {
		f := Fault(r.PostForm.Get("fault"))
		if !slices.Contains(Faults(), f) {
			return os.ErrNotExist
		}
		s.Break(f)
		return nil
	}))
	mux.HandleFunc("GET /static/{name}", asset)
	return guarded(mux)
}

// guarded gives every answer its headers, and refuses a browser that was led here
// under another name.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin") // none at all would take the origin from the forms too
		h.Set("Cache-Control", "no-store")
		if host, _, _ := strings.Cut(r.Host, ":"); host != "127.0.0.1" && host != "localhost" {
			http.Error(w, http.StatusText(http.StatusMisdirectedRequest), http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r.WithContext(locales.With(r.Context(), locales.Default)))
	})
}

// form takes a form from the system's own page and goes back to it.
func (s *System) form(do func(r *http.Request, practice string) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if from, err := url.Parse(r.Header.Get("Origin")); err != nil || from.Host != r.Host {
			http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
		if err := r.ParseForm(); err != nil {
			http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
			return
		}
		practice := r.PathValue("practice")
		if _, ok := s.list(practice); !ok {
			http.NotFound(w, r)
			return
		}
		switch err := do(r, practice); {
		case errors.Is(err, os.ErrNotExist):
			http.NotFound(w, r)
		case err != nil:
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		default:
			http.Redirect(w, r, "/practices/"+practice, http.StatusSeeOther)
		}
	}
}

func (s *System) show(w http.ResponseWriter, r *http.Request) {
	l, ok := s.list(r.PathValue("practice"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	fault, _ := s.broken()
	v := view{List: l, All: s.Lists, Fault: fault}
	for _, e := range s.held(l.ID) {
		p, _ := l.find(func(p Patient) bool { return p.Local == e.Local })
		v.Entries = append(v.Entries, line{e, p})
	}
	templ.Handler(page(v)).ServeHTTP(w, r)
}

// asset serves the portal's style sheets: the page looks like one of a family.
func asset(w http.ResponseWriter, r *http.Request) {
	a, ok := static.Find(r.PathValue("name"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", a.ContentType)
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, _ = w.Write(a.Body) // the client is gone, or not
}

// Server listens for it.
func (s *System) Server() *http.Server {
	return &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10}
}
