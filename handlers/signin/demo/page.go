package demo

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"candour/locales"
)

// pageView is what the page of personas shows.
type pageView struct {
	Title       string
	Heading     string
	Stylesheets []string
	Groups      []personaGroup
}

type personaGroup struct {
	ID      string
	Heading string
	People  []personaLink
}

type personaLink struct{ Key, Href, Name, Story string }

func (i *issuer) view(r *http.Request) pageView {
	ctx := r.Context()
	return pageView{Title: locales.T(ctx, "demo.title"), Heading: locales.T(ctx, "demo.heading."+i.name), Stylesheets: i.conf.Stylesheets}
}

// showPersonas lists everybody of this issuer, by group, in the order given.
func (i *issuer) showPersonas(w http.ResponseWriter, r *http.Request, id string) {
	v := i.view(r)
	place := map[string]int{}
	for _, p := range i.conf.Personas {
		if p.Issuer != i.name {
			continue
		}
		at, ok := place[p.Group]
		if !ok {
			at = len(v.Groups)
			place[p.Group] = at
			v.Groups = append(v.Groups, personaGroup{ID: strconv.Itoa(at + 1), Heading: locales.T(r.Context(), p.Group)})
		}
		v.Groups[at].People = append(v.Groups[at].People, personaLink{
			Key: p.Key, Name: p.Name, Story: locales.T(r.Context(), p.Story),
			Href: i.url + "/choice?" + url.Values{"request": {id}, "persona": {p.Key}}.Encode(),
		})
	}
	i.show(w, r, http.StatusOK, v, personas(v))
}

// fail answers what cannot be sent back to a client.
func (i *issuer) fail(w http.ResponseWriter, r *http.Request, status int, message string) {
	v := i.view(r)
	i.show(w, r, status, v, failure(message))
}

// show writes a page whole or not at all, in the portal's frame when there is one.
func (i *issuer) show(w http.ResponseWriter, r *http.Request, status int, v pageView, main templ.Component) {
	var body bytes.Buffer
	if err := i.write(&body, r, v, main); err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // the browser is gone: nobody to tell
}

func (i *issuer) write(body *bytes.Buffer, r *http.Request, v pageView, main templ.Component) error {
	if i.conf.Frame == nil {
		return signInPage(v, main).Render(r.Context(), body)
	}
	head, tail, err := i.conf.Frame(r, v.Title)
	if err != nil {
		return err
	}
	body.Write(head)
	if err := main.Render(r.Context(), body); err != nil {
		return err
	}
	body.Write(tail)
	return nil
}
