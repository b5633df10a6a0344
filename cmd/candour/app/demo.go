package app

import (
	"context"
	"crypto/rand"
	"strings"

	"candour/cmd/candour/practice"
	"candour/handlers"
	"candour/handlers/signin"
	"candour/handlers/signin/demo"
	"candour/models/record"
	"candour/models/seed"
	"candour/static"
	"candour/views/clinician"
	"candour/views/link"
	"candour/views/public"
)

// demoClient is the portal's name at the demo's identity provider.
const demoClient = "candour-demo"

// Demo is what the demonstration adds to a portal: its world and its way in.
type Demo struct {
	World    *seed.World
	Practice *practice.System // the practices' clinical system; nil when it has nowhere to listen
	mode     *handlers.DemoMode
	clinical []Clinical
}

// buildDemo makes the demo world, or recognises it, and the identity provider
// that knows its people.
func buildDemo(ctx context.Context, c Config, s *Stores) (*Demo, error) {
	conf := demo.Config{BaseURL: strings.TrimRight(c.PublicURL, "/"), Clock: c.Clock, Stylesheets: []string{static.URL("app.css")}, Frame: demoFrame(c.Region)}
	world, err := seed.Build(ctx, seed.Deps{
		DB: s.DB, Clock: c.Clock, Policy: s.Policy, Render: renderSections, Version: clinician.Version(), Title: record.Title, Log: c.Log,
		PatientIssuer: conf.Issuer(demo.PatientIssuer), StaffIssuer: conf.Issuer(demo.StaffIssuer),
	})
	if err != nil {
		return nil, err
	}
	if world.New {
		if err := world.Requests(ctx, seed.Desk{DB: s.DB, Clock: c.Clock, Accounts: s.Accounts, Cases: s.Cases, Objections: s.Objections,
			PatientIssuer: conf.Issuer(demo.PatientIssuer), StaffIssuer: conf.Issuer(demo.StaffIssuer)}); err != nil {
			return nil, err
		}
	}
	client := demo.Client{ID: demoClient, AfterLogout: []string{conf.BaseURL + "/"}}
	for _, p := range signin.Demo(c.PublicURL, demoClient) {
		client.RedirectURIs = append(client.RedirectURIs, conf.BaseURL+"/sign-in/"+p.Name+"/callback")
	}
	client.BackChannel = signin.BackChannel(c.PublicURL, "staff")
	conf.Clients = []demo.Client{client}
	for _, p := range world.Personas {
		conf.Personas = append(conf.Personas, shown(p))
	}
	d := &Demo{World: world, mode: &handlers.DemoMode{Identity: inLanguage(demo.New(conf)), Scenes: scenes(world)}}
	return d, d.open(c, s)
}

// shown is a persona as the identity provider knows them.
func shown(p seed.Persona) demo.Persona {
	out := demo.Persona{Key: p.Key, Issuer: demo.PatientIssuer, Group: p.Group, Name: p.Name, Story: p.Story, Subject: p.Subject,
		Level: p.Level, NHSNumber: p.NHSNumber, BirthDate: p.BirthDate, Family: p.Family, Given: p.Given, GPPractice: p.GPPractice}
	if p.Kind == seed.StaffPersona {
		out.Issuer = demo.StaffIssuer
	}
	for _, r := range p.Roles {
		role := demo.Role{OrgCode: r.OrgCode, OrgName: r.OrgName, RoleCode: r.RoleCode, RoleName: r.RoleName}
		for _, a := range r.Activities {
			role.Activities = append(role.Activities, demo.Activity{Code: a.Code, Name: a.Name})
		}
		out.Roles = append(out.Roles, role)
	}
	for _, o := range p.Belongs {
		out.Belongs = append(out.Belongs, demo.Organisation{Code: o.Code, Name: o.Name})
	}
	return out
}

// scenes are the stops of the guided tour: whom to be, and where to go.
func scenes(w *seed.World) []public.Scene {
	record := func(key string) string { return link.Record(w.People[key], nil) }
	stops := map[string]struct{ persona, href string }{
		"record":   {"hospital-doctor", record("many-sources")},
		"seen":     {"many-sources", link.MyAccessHistory(nil)},
		"doses":    {"gp", record("conflicting-doses")},
		"allergy":  {"hospital-doctor", record("no-known-allergies")},
		"objected": {"gp", record("objected")},
		"reason":   {"out-of-area-doctor", record("holiday")},
		"excluded": {"two-roles", record("sensitive")},
		"child":    {"turning-18", link.MyInclusion()},
		"stale":    {"hospital-doctor", record("stale-feed")},
		"contrast": {"", link.Home()},
	}
	var out []public.Scene
	for _, key := range public.SceneKeys {
		stop := stops[key]
		scene := public.Scene{Key: key, Href: stop.href}
		if p, ok := w.Persona(stop.persona); ok {
			scene.Persona, scene.As, scene.Provider = p.Name, p.Key, signin.PatientsAt
			if p.Kind == seed.StaffPersona {
				scene.Provider = signin.StaffAt
			}
		}
		out = append(out, scene)
	}
	return out
}

// written are the demo's practices whose clinical system Candour can write to; in
// the others people enter the code.
var written = map[string]bool{"riverside": true, "castle-street": true, "northfield": true}

// open makes the practices' clinical system. It shares nothing with the portal but
// a token and what travels over HTTP.
func (d *Demo) open(c Config, s *Stores) error {
	if c.PracticeURL == "" {
		return nil
	}
	conf := practice.Config{Clock: c.Clock, Token: rand.Text(), File: c.PracticeFile, Ring: func(organisation string) {
		if err := s.Ring(context.Background(), organisation); err != nil {
			c.Log.Warn("a feed is fetched at its next hour", "error", err)
		}
	}}
	for _, p := range d.World.Practices {
		one := practice.List{ID: p.ID, ODS: p.ODS, Name: p.Name, Takes: written[p.ID]}
		for _, l := range p.People {
			one.Patients = append(one.Patients, practice.Patient(l))
		}
		conf.Lists = append(conf.Lists, one)
		to := Clinical{Organisation: p.ID, Source: p.Source, Feed: c.PracticeURL + "/practices/" + p.ID + "/feed", Token: conf.Token}
		if one.Takes {
			to.Write = c.PracticeURL + "/practices/" + p.ID + "/fhir"
		}
		d.clinical = append(d.clinical, to)
	}
	var err error
	d.Practice, err = practice.New(conf)
	return err
}
