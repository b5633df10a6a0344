// Package signin holds the pages around signing in: where it starts, the choice of
// a role, and the dead ends that name what to ask for.
package signin

import (
	"context"

	"candour/locales"
	"candour/views/component"
	"candour/views/link"
)

// Provider is one identity provider to continue to.
type Provider struct {
	Audience string // patient or staff
	Href     string
	Demo     bool // the demonstration's own
}

// Start is the start page. For narrows it to one audience; Problem is the key of
// why the person is here again (signin.problem.<key>), or "".
type Start struct {
	For       string
	Providers []Provider
	Problem   string
}

func (s Start) of(audience string) []Provider {
	var found []Provider
	for _, p := range s.Providers {
		if p.Audience == audience && (s.For == "" || s.For == audience) {
			found = append(found, p)
		}
	}
	return found
}

// RoleOption is one role that a member of staff may work in now.
type RoleOption struct {
	Value            string // opaque
	Role             string
	Organisation     string
	OrganisationCode string
	CanDo            []string // keys of signin.can.<capability>
	Selected         bool
}

// RoleChoice is the page that asks which role to work in.
type RoleChoice struct {
	Options []RoleOption
	Action  string
	Problem string // key of what is wrong, or ""
}

func (r RoleChoice) group(ctx context.Context) component.Group {
	g := component.Group{ID: "role", Legend: locales.T(ctx, "signin.role.title"), Size: "l", Heading: true,
		Hint: locales.T(ctx, "signin.role.hint")}
	if r.Problem != "" {
		g.Error = locales.T(ctx, r.Problem)
	}
	for _, o := range r.Options {
		g.Options = append(g.Options, component.Option{Value: o.Value, Selected: o.Selected,
			Text: locales.T(ctx, "signin.role.option", "role", o.Role, "organisation", o.Organisation),
			Hint: o.hint(ctx)})
	}
	return g
}

func (o RoleOption) hint(ctx context.Context) string {
	hint := locales.T(ctx, "signin.role.code", "code", o.OrganisationCode)
	for _, can := range o.CanDo {
		if words, ok := locales.Lookup(ctx, "signin.can."+can); ok {
			hint += " · " + words
		}
	}
	return hint
}

// DeadEnd is a page for somebody who proved who they are and still cannot come in.
// Key chooses the words: signin.dead_end.<key>.*
type DeadEnd struct {
	Key              string
	Organisation     string
	OrganisationCode string
	Reference        string
}

func (d DeadEnd) key(ctx context.Context) string {
	if _, ok := locales.Lookup(ctx, "signin.dead_end."+d.Key+".title"); ok {
		return d.Key
	}
	return "refused"
}

func roleAction(r RoleChoice) string {
	if r.Action != "" {
		return r.Action
	}
	return link.Role()
}

func deadEndRows(ctx context.Context, d DeadEnd) []component.Row {
	var rows []component.Row
	if d.Organisation != "" {
		rows = append(rows, component.Row{Key: locales.T(ctx, "signin.dead_end.organisation"), Value: d.Organisation})
	}
	if d.OrganisationCode != "" {
		rows = append(rows, component.Row{Key: locales.T(ctx, "signin.dead_end.code"), Part: component.Digits(d.OrganisationCode)})
	}
	return rows
}
