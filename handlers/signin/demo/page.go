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
	Ways        []wayOut
	Sessions    string // staff: address of the page of who is logged in
}

// wayOut is a way of not going through with it.
type wayOut struct{ Key, Href string }

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
	ways := []string{"cancel", "down"}
	if i.name == PatientIssuer {
		ways = []string{"share", "again", "down"}
	} else {
		v.Sessions = i.url + "/sessions"
	}
	v.Ways = i.waysOut(id, ways...)
	i.show(w, r, http.StatusOK, v, personas(v))
}

func (i *issuer) waysOut(id string, keys ...string) []wayOut {
	out := make([]wayOut, len(keys))
	for n, key := range keys {
		out[n] = wayOut{key, i.url + "/refusal?" + url.Values{"request": {id}, "how": {key}}.Encode()}
	}
	return out
}

// showCheck stands for the check of a face against photo identification.
func (i *issuer) showCheck(w http.ResponseWriter, r *http.Request, id string, p Persona) {
	passed := i.url + "/choice?" + url.Values{"request": {id}, "persona": {p.Key}, "check": {"passed"}}.Encode()
	v := i.view(r)
	i.show(w, r, http.StatusOK, v, checkPage(p.Name, passed, i.waysOut(id, "cancel", "share")))
}

// showRoles asks which role to work in, for clients that leave it to the provider.
func (i *issuer) showRoles(w http.ResponseWriter, r *http.Request, id string, p Persona) {
	links := make([]personaLink, len(p.Roles))
	for n, role := range p.Roles {
		links[n] = personaLink{Key: strconv.Itoa(n), Name: role.RoleName, Story: role.OrgName,
			Href: i.url + "/choice?" + url.Values{"request": {id}, "persona": {p.Key}, "role": {strconv.Itoa(n)}}.Encode()}
	}
	i.show(w, r, http.StatusOK, i.view(r), rolesPage(links))
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
