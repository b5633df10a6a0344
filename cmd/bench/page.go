package main

import (
	"io"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// page is what a browser without JavaScript sees of a response: where it is, its
// links and its forms.
type page struct {
	url    *url.URL
	status int
	body   string
	links  []anchor
	forms  []form
}

type anchor struct{ href, text, persona, rel string }

type form struct {
	action, method string
	fields         []field
}

type field struct {
	name, value, kind string // kind: the input's type, textarea or select
	checked           bool
}

func parsePage(u *url.URL, status int, r io.Reader) (*page, error) {
	body, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	doc, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		return nil, err
	}
	p := &page{url: u, status: status, body: string(body)}
	var in *form
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		outer := in
		if n.Type == html.ElementNode {
			in = p.element(n, in)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if n.Type == html.ElementNode && n.Data == "form" {
			p.forms = append(p.forms, *in)
			in = outer
		}
	}
	walk(doc)
	return p, nil
}

// element notes one element and gives the form that its children are in.
func (p *page) element(n *html.Node, in *form) *form {
	switch n.Data {
	case "a":
		p.links = append(p.links, anchor{href: attr(n, "href"), text: strings.TrimSpace(words(n)), persona: attr(n, "data-persona"), rel: attr(n, "rel")})
	case "form":
		return &form{action: attr(n, "action"), method: strings.ToLower(attr(n, "method"))}
	case "input", "textarea", "select", "button":
		if in != nil && attr(n, "name") != "" {
			in.fields = append(in.fields, readField(n))
		}
	}
	return in
}

func readField(n *html.Node) field {
	f := field{name: attr(n, "name"), value: attr(n, "value"), kind: n.Data, checked: has(n, "checked")}
	switch n.Data {
	case "input":
		f.kind = attr(n, "type")
	case "textarea":
		f.value = words(n)
	case "select":
		f.value = chosen(n)
	}
	return f
}

// chosen is a select's value: the option marked, or else the first.
func chosen(n *html.Node) string {
	value, found := "", false
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == "option" && (!found || has(n, "selected")) {
			value, found = attr(n, "value"), true
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return value
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func words(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(words(c))
	}
	return b.String()
}

// formTo is the form that is sent to a path with this end.
func (p *page) formTo(end string) (form, bool) {
	for _, f := range p.forms {
		action := f.action
		if action == "" {
			action = p.url.Path
		}
		if strings.HasSuffix(strings.SplitN(action, "?", 2)[0], end) {
			return f, true
		}
	}
	return form{}, false
}

// next is where the pagination leads on to.
func (p *page) next() (string, bool) {
	for _, a := range p.links {
		if a.rel == "next" {
			return a.href, true
		}
	}
	return "", false
}

// fill gives the values a browser would send after choosing the first of each
// group of radios; answers overrides by name.
func (f form) fill(answers map[string]string) url.Values {
	v := url.Values{}
	for _, fd := range f.fields {
		switch fd.kind {
		case "submit", "button":
			continue
		case "radio":
			if v.Get(fd.name) == "" || fd.checked {
				v.Set(fd.name, fd.value)
			}
		case "checkbox":
			if fd.checked {
				v.Add(fd.name, fd.value)
			}
		default:
			v.Set(fd.name, fd.value)
		}
	}
	for name, value := range answers {
		if _, ok := v[name]; ok {
			v.Set(name, value)
		}
	}
	return v
}
