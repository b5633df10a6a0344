package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/BurntSushi/toml"

	"candour/cmd/candour/app"
	"candour/models/clock"
	"candour/models/organisation"
)

// PartnersCmd is `candour partners`: the register of who takes part.
type PartnersCmd struct {
	Load PartnersLoadCmd `cmd:"" help:"Add or change partners, their sources and their contacts, from a register file (TOML)."`
	List PartnersListCmd `cmd:"" help:"List the partners."`
}

// PartnersLoadCmd takes a register file in, all of it or nothing.
type PartnersLoadCmd struct {
	File string `arg:"" help:"Register file; - is standard input." placeholder:"FILE"`
	Storage
}

// registerFile is a file of partners. Who is not in it stays as they are.
type registerFile struct {
	Partner []registered `toml:"partner"`
}

type registered struct {
	ID          string                   `toml:"id"`
	ODS         string                   `toml:"ods"`
	Name        string                   `toml:"name"`
	NamedFrom   string                   `toml:"named_from"` // the day from which it has this name; a new name needs one
	Kind        string                   `toml:"kind"`
	OutOfRegion bool                     `toml:"out_of_region"`
	State       string                   `toml:"state"`
	ConnectedOn string                   `toml:"connected_on"`
	LeftOn      string                   `toml:"left_on"`
	Successor   string                   `toml:"successor"`
	Phone       string                   `toml:"phone"`
	Source      []registeredSource       `toml:"source"`
	Contacts    map[string]registeredWay `toml:"contacts"`
}

type registeredSource struct {
	ID         string   `toml:"id"`
	System     string   `toml:"system"`
	Categories []string `toml:"categories"`
	State      string   `toml:"state"` // the partner's when not given
	FreshHours int      `toml:"fresh_hours"`
}

type registeredWay struct {
	Phone string `toml:"phone"`
	Email string `toml:"email"`
	Page  string `toml:"page"`
}

// Run reads, checks and loads.
func (c PartnersLoadCmd) Run(ctx context.Context, cli *CLI) error {
	in := io.Reader(os.Stdin)
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return fmt.Errorf("register file: %w", err)
		}
		defer f.Close()
		in = f
	}
	file, err := readRegister(in)
	if err != nil {
		return err
	}
	stores, err := app.Open(ctx, c.DSN("data"), clock.System, cli.logger(), false)
	if err != nil {
		return err
	}
	defer stores.Close()
	if err := file.load(ctx, stores); err != nil {
		return err
	}
	fmt.Printf("%d partners loaded\n", len(file.Partner))
	return nil
}

func readRegister(in io.Reader) (*registerFile, error) {
	var file registerFile
	meta, err := toml.NewDecoder(in).Decode(&file)
	if err != nil {
		return nil, fmt.Errorf("register file: %w", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("register file: %s is no key of it", unknown[0])
	}
	var all []error
	seen := map[string]bool{}
	for i := range file.Partner {
		p := &file.Partner[i]
		if seen[p.ID] {
			all = append(all, fmt.Errorf("partner %q stands twice", p.ID))
		}
		seen[p.ID] = true
		for _, wrong := range p.wrong() {
			all = append(all, fmt.Errorf("partner %q: %s", p.ID, wrong))
		}
	}
	if err := errors.Join(all...); err != nil {
		return nil, fmt.Errorf("register file: nothing was loaded:\n%w", err)
	}
	return &file, nil
}

// wrong lists what cannot be right about a partner.
func (p *registered) wrong() []string {
	var out []string
	say := func(wrong bool, format string, args ...any) {
		if wrong {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	say(p.ID == "" || strings.Trim(p.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "", "an id of small letters, digits and dashes is needed")
	say(p.Name == "", "the name is missing")
	say(!slices.Contains(organisation.Kinds(), organisation.Kind(p.Kind)), "kind %q is none of %v", p.Kind, organisation.Kinds())
	say(!slices.Contains(organisation.States(), organisation.State(p.State)), "state %q is none of %v", p.State, organisation.States())
	for name, day := range map[string]string{"named_from": p.NamedFrom, "connected_on": p.ConnectedOn, "left_on": p.LeftOn} {
		_, err := time.Parse(time.DateOnly, day)
		say(day != "" && err != nil, "%s %q is not a date as in 2026-11-23", name, day)
	}
	say(p.Successor == p.ID && p.ID != "", "it cannot follow itself")
	for _, s := range p.Source {
		say(s.ID == "", "a source has no id")
		say(s.FreshHours < 0, "source %s: fresh_hours is negative", s.ID)
		say(s.State != "" && !slices.Contains(organisation.States(), organisation.State(s.State)), "source %s: state %q is none of %v", s.ID, s.State, organisation.States())
	}
	for purpose, way := range p.Contacts {
		u, err := url.Parse(way.Page)
		say(!slices.Contains(organisation.Purposes(), organisation.Purpose(purpose)), "contacts for %q: none of %v", purpose, organisation.Purposes())
		say(way.Page != "" && (err != nil || u.Scheme != "https" || u.Host == ""), "contacts for %s: the page %q is no https address", purpose, way.Page)
		say(way.Email != "" && (strings.Count(way.Email, "@") != 1 || strings.ContainsAny(way.Email, " \t\r\n?&")), "contacts for %s: %q is no email address", purpose, way.Email)
	}
	return out
}

// load writes all of it in one transaction.
func (f *registerFile) load(ctx context.Context, stores *app.Stores) error {
	orgs := stores.Organisations
	return stores.DB.Do(ctx, func(ctx context.Context) error {
		for _, p := range f.Partner {
			if err := orgs.Register(ctx, organisation.Organisation{ID: p.ID, ODSCode: p.ODS, Name: p.Name, NamedFrom: p.NamedFrom, Kind: organisation.Kind(p.Kind), InRegion: !p.OutOfRegion,
				State: organisation.State(p.State), ConnectedOn: p.ConnectedOn, LeftOn: p.LeftOn, SuccessorID: p.Successor, Phone: p.Phone}); err != nil {
				return notLoaded(p.ID, err)
			}
			var contacts []organisation.Contact
			for purpose, way := range p.Contacts {
				contacts = append(contacts, organisation.Contact{Purpose: organisation.Purpose(purpose), Phone: way.Phone, Email: way.Email, Page: way.Page})
			}
			if err := orgs.RegisterContacts(ctx, p.ID, contacts...); err != nil {
				return err
			}
			if err := p.loadSources(ctx, orgs); err != nil {
				return err
			}
		}
		for _, p := range f.Partner { // now that all are in
			if p.Successor == "" {
				continue
			}
			if _, err := orgs.ByID(ctx, p.Successor); err != nil {
				return notLoaded(p.ID, fmt.Errorf("its successor %q: %w", p.Successor, err))
			}
		}
		return nil
	})
}

func notLoaded(id string, err error) error {
	return fmt.Errorf("register file: nothing was loaded: partner %q: %w", id, err)
}

func (p *registered) loadSources(ctx context.Context, orgs *organisation.Store) error {
	for _, s := range p.Source {
		state, hours := s.State, s.FreshHours
		if state == "" {
			state = p.State
		}
		if hours == 0 {
			hours = 24
		}
		if err := orgs.RegisterSource(ctx, organisation.Source{ID: s.ID, OrganisationID: p.ID, SystemKind: s.System, Categories: s.Categories,
			State: organisation.State(state), FreshHours: hours}); err != nil {
			return err
		}
	}
	return nil
}

// PartnersListCmd lists the register.
type PartnersListCmd struct{ Storage }

// Run prints a line a partner.
func (c PartnersListCmd) Run(ctx context.Context, cli *CLI) error {
	stores, err := app.Open(ctx, c.DSN("data"), clock.System, cli.logger(), false)
	if err != nil {
		return err
	}
	defer stores.Close()
	all, err := stores.Organisations.All(ctx)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(os.Stdout, 2, 4, 2, ' ', 0)
	fmt.Fprintln(t, "id\tcode\tkind\tstate\tsince\tname")
	for _, o := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", o.ID, o.ODSCode, o.Kind, o.State, o.ConnectedOn, o.Name)
	}
	return t.Flush()
}
