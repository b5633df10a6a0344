// Package signin holds the pages around signing in: where it starts, the choice of
// a role, how to prove more, and the dead ends that name what to ask for.
package signin

import (
	"context"
	"strings"

	"candour/locales"
	"candour/views/component"
	"candour/views/link"
)

// Provider is one identity provider to continue to.
type Provider struct {
	Audience string // patient or staff
	Title    string // of a further organisation; empty for the national ones
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

func (p Provider) button(ctx context.Context) string {
	switch {
	case p.Title != "":
		return locales.T(ctx, "signin.start.council_button", "name", p.Title)
	case p.Audience == "patient":
		return locales.T(ctx, "signin.start.patient_button")
	}
	return locales.T(ctx, "signin.start.staff_button")
}

// RoleOption is one role that a member of staff holds.
type RoleOption struct {
	Value            string // its place in the list
	Role             string
	Organisation     string
	OrganisationCode string
	CanDo            []string // keys of signin.can.<capability>
	Closed           string   // why it cannot be worked in here: key of signin.closed.<key>; "" when it can
	Selected         bool
}

// RoleChoice is the page that asks which role to work in.
type RoleChoice struct {
	Options []RoleOption
	Action  string
	Problem string // key of what is wrong, or ""
}

// Open are the roles that can be worked in.
func (r RoleChoice) Open() []RoleOption { return filter(r.Options, true) }

func filter(options []RoleOption, open bool) []RoleOption {
	var out []RoleOption
	for _, o := range options {
		if (o.Closed == "") == open {
			out = append(out, o)
		}
	}
	return out
}

func (r RoleChoice) group(ctx context.Context) component.Group {
	g := component.Group{ID: "role", Legend: locales.T(ctx, "signin.role.title"), Size: "l", Heading: true,
		Hint: locales.T(ctx, "signin.role.hint")}
	if r.Problem != "" {
		g.Error = locales.T(ctx, r.Problem)
	}
	for _, o := range r.Open() {
		g.Options = append(g.Options, component.Option{Value: o.Value, Selected: o.Selected, Text: o.name(ctx), Hint: o.hint(ctx)})
	}
	return g
}

// name is a role as its holder knows it.
func (o RoleOption) name(ctx context.Context) string {
	role, organisation := o.Role, o.Organisation
	if role == "" {
		role = locales.T(ctx, "signin.role.unnamed")
	}
	if organisation == "" {
		organisation = o.OrganisationCode
	}
	return locales.T(ctx, "signin.role.option", "role", role, "organisation", organisation)
}

func (o RoleOption) hint(ctx context.Context) string {
	parts := []string{locales.T(ctx, "signin.role.code", "code", o.OrganisationCode)}
	for _, can := range o.CanDo {
		if words, ok := locales.Lookup(ctx, "signin.can."+can); ok {
			parts = append(parts, words)
		}
	}
	return strings.Join(parts, " · ")
}

func (o RoleOption) why(ctx context.Context) string { return locales.T(ctx, "signin.closed."+o.Closed) }

// Belonging is an organisation that an account says its holder belongs to.
type Belonging struct{ Name, Code string }

// DeadEnd is a page for somebody who proved who they are and still cannot come in.
// Key chooses the words: signin.dead_end.<key>.*
type DeadEnd struct {
	Key              string
	Organisation     string
	OrganisationCode string
	Role             string
	RoleCode         string
	Successor        string // who took over the organisation's work
	SuccessorCode    string
	Belongs          []Belonging
	Roles            []RoleOption // all that somebody holds, none of use here
	Needs            bool         // say what to ask the registration authority for
	OtherRoles       bool         // there are others to choose from
	SignedIn         bool         // the session of before goes on
	Nothing          bool         // there is nothing to go on to: the home page is what is left
	Reference        string
}

func (d DeadEnd) key(ctx context.Context) string {
	if _, ok := locales.Lookup(ctx, "signin.dead_end."+d.Key+".title"); ok {
		return d.Key
	}
	return "refused"
}

// needs are the roles that open something here, with their national codes.
var needs = []string{"record", "find", "requests", "review"}

func roleAction(r RoleChoice) string {
	if r.Action != "" {
		return r.Action
	}
	return link.Role()
}

func deadEndRows(ctx context.Context, d DeadEnd) []component.Row {
	var rows []component.Row
	row := func(key, value string) {
		if value != "" {
			rows = append(rows, component.Row{Key: locales.T(ctx, "signin.dead_end."+key), Part: component.Name(value)})
		}
	}
	code := func(key, value string) {
		if value != "" {
			rows = append(rows, component.Row{Key: locales.T(ctx, "signin.dead_end."+key), Part: component.Digits(value)})
		}
	}
	row("role", d.Role)
	code("role_code", d.RoleCode)
	row("organisation", d.Organisation)
	code("code", d.OrganisationCode)
	row("successor", d.Successor)
	code("successor_code", d.SuccessorCode)
	return rows
}

// MoreProof is the page for a patient who proved too little for what they asked for.
type MoreProof struct {
	Level     string // P0 or P5
	Prove     string // address of the second call; empty when there is none
	Settings  string // where people see to their NHS login
	Demo      bool
	Reference string
}

func (m MoreProof) key() string {
	if m.Level == "P0" {
		return "p0"
	}
	return "p5"
}

// Unshared is the page for somebody who did not agree to share their details.
type Unshared struct {
	Again   string // to go back and agree
	StillIn bool   // signed in as before, with less
	App     bool   // inside the NHS App
}
