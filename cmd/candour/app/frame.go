package app

import (
	"net/http"

	"candour/locales"
	"candour/models/opaque"
	"candour/views/layout"
)

// demoFrame puts the demonstration's sign-in page into the portal's own frame, so
// that it has the same first control and the same badge as every page.
func demoFrame(region string) func(r *http.Request, title string) (head, tail []byte, err error) {
	return func(r *http.Request, title string) ([]byte, []byte, error) {
		shell := layout.Shell{Region: region, Demo: true, Return: r.URL.RequestURI()}
		if c, err := r.Cookie("contrast"); err == nil {
			shell.Contrast = c.Value
		}
		return layout.Frame(layout.WithShell(r.Context(), shell), layout.Meta{Title: title})
	}
}

// inLanguage gives the demonstration's own pages the language that the browser
// remembers; an unknown one is English.
func inLanguage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := locales.Default
		if c, err := r.Cookie("language"); err == nil {
			lang = c.Value
		}
		next.ServeHTTP(w, r.WithContext(locales.With(r.Context(), lang)))
	})
}

// Person is the id of somebody of the demo world by key, for commands and tests.
func (d *Demo) Person(key string) opaque.ID { return d.World.People[key] }
