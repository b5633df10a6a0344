package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"sort"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"
)

// CLI is every command and every setting. A setting comes from its flag, else
// from its environment variable, else from the settings file, else from its
// default; `candour config` prints which. This file is the only reader of the
// environment.
type CLI struct {
	Config    kong.ConfigFlag `name:"config" env:"CANDOUR_CONFIG" help:"Settings file (TOML, keys as the long flags)." placeholder:"FILE"`
	LogFormat string          `env:"CANDOUR_LOG_FORMAT" enum:"text,json" default:"text" help:"How log lines are written: text or json."`
	LogLevel  string          `env:"CANDOUR_LOG_LEVEL" enum:"debug,info,warn,error" default:"info" help:"The least important level to log."`

	Demo        DemoCmd        `cmd:"" help:"Run the portal with a demo world, demo sign-in and made-up people."`
	Serve       ServeCmd       `cmd:"" help:"Run the portal."`
	Migrate     MigrateCmd     `cmd:"" help:"Bring the database schema up to date, or show where it is."`
	Ingest      IngestCmd      `cmd:"" help:"Take in FHIR R4 feeds: bundles, NDJSON, folders, standard input."`
	Audit       AuditCmd       `cmd:"" help:"Export or verify the access log."`
	Locale      LocaleCmd      `cmd:"" help:"Check the words: house style, other languages, reading age."`
	Doctor      DoctorCmd      `cmd:"" help:"Check durability settings, database roles and guards, and print them."`
	Questions   QuestionsCmd   `cmd:"" help:"List the public answers: when each was checked, and how many found it useful."`
	Partners    PartnersCmd    `cmd:"" help:"Load or list the partner register: who takes part, since when, whom to ask there."`
	Sessions    SessionsCmd    `cmd:"" help:"Log a person out everywhere."`
	Jobs        JobsCmd        `cmd:"" help:"List the work that no person starts, or have some of it tried again."`
	Routes      RoutesCmd      `cmd:"" help:"List every route: method, pattern, audience, whether it discloses."`
	Settings    SettingsCmd    `cmd:"" name:"config" help:"Print the effective settings, where each comes from, secrets masked."`
	Healthcheck HealthcheckCmd `cmd:"" help:"Ask a running portal whether it is ready (for container probes)."`
	Version     VersionCmd     `cmd:"" help:"Print the version."`
	Completion  CompletionCmd  `cmd:"" help:"Print a completion script for bash, zsh or fish."`
}

// Storage says where the data is: a folder (SQLite) or a PostgreSQL URL.
type Storage struct {
	Data     string `env:"CANDOUR_DATA_DIR" help:"Folder of the embedded SQLite database." placeholder:"DIR"`
	Database string `env:"CANDOUR_DATABASE" help:"PostgreSQL URL; wins over --data." placeholder:"URL" secret:"true"`
}

// DSN is what db.Open takes; fallback is the folder when neither is given.
func (s Storage) DSN(fallback string) string {
	if s.Database != "" {
		return s.Database
	}
	dir := s.Data
	if dir == "" {
		dir = fallback
	}
	return strings.TrimRight(dir, "/") + "/candour.db"
}

// place is what somebody would delete to start anew.
func (s Storage) place(fallback string) string {
	if s.Database != "" {
		return "what is in the database"
	}
	return strings.TrimSuffix(s.DSN(fallback), "/candour.db")
}

// Issuers are the real identity providers.
type Issuers struct {
	NHSLoginIssuer   string `name:"nhs-login-issuer" env:"CANDOUR_NHS_LOGIN_ISSUER" help:"Issuer URL of NHS login." placeholder:"URL"`
	NHSLoginClientID string `name:"nhs-login-client-id" env:"CANDOUR_NHS_LOGIN_CLIENT_ID" help:"Client id at NHS login."`
	NHSLoginKey      string `name:"nhs-login-key" env:"CANDOUR_NHS_LOGIN_KEY" help:"File with the PEM private key that signs client assertions." placeholder:"FILE"`
	NHSLoginKeyID    string `name:"nhs-login-key-id" env:"CANDOUR_NHS_LOGIN_KEY_ID" help:"Key id under which NHS login knows the key."`
	StaffIssuer      string `name:"staff-issuer" env:"CANDOUR_STAFF_ISSUER" help:"Issuer URL of the staff identity provider (CIS2)." placeholder:"URL"`
	StaffClientID    string `name:"staff-client-id" env:"CANDOUR_STAFF_CLIENT_ID" help:"Client id at the staff identity provider."`
	StaffKey         string `name:"staff-key" env:"CANDOUR_STAFF_KEY" help:"File with the PEM private key for the staff identity provider." placeholder:"FILE"`
	StaffKeyID       string `name:"staff-key-id" env:"CANDOUR_STAFF_KEY_ID" help:"Key id under which the staff identity provider knows the key."`
	StaffSecret      string `name:"staff-secret-file" env:"CANDOUR_STAFF_SECRET_FILE" help:"File with the client secret, where the staff identity provider takes no signed assertion." placeholder:"FILE"`
	StaffRoleThere   bool   `name:"staff-role-at-provider" env:"CANDOUR_STAFF_ROLE_AT_PROVIDER" help:"Staff select their role at CIS2 (scope selectedrole), not on the portal's page."`

	NHSLoginLowest   string   `name:"nhs-login-lowest" env:"CANDOUR_NHS_LOGIN_LOWEST" enum:"P0,P5,P9" default:"P5" help:"Identity level that the first call to NHS login asks for: P0, P5 or P9. Records need P9 in any case."`
	NHSLoginSettings string   `name:"nhs-login-settings" env:"CANDOUR_NHS_LOGIN_SETTINGS" help:"Address of the NHS login settings page; found from the issuer when empty." placeholder:"URL"`
	FurtherIssuers   []string `name:"further-issuer" env:"CANDOUR_FURTHER_ISSUERS" help:"File (TOML) with the terms of a further staff identity provider, of a council for instance; may be given more than once." placeholder:"FILE"`
}

// Real tells whether a real issuer is configured.
func (i Issuers) Real() bool {
	return i.NHSLoginIssuer != "" || i.StaffIssuer != "" || len(i.FurtherIssuers) > 0
}

// realIssuer is how the demo, which has no such flags, knows that this machine is
// set up for real people: by the environment or by the settings file.
func realIssuer(cli *CLI) (bool, error) {
	file, err := settingsIn(string(cli.Config))
	if err != nil {
		return false, err
	}
	for _, key := range []string{"nhs-login-issuer", "staff-issuer", "further-issuer"} {
		if file.text(key) != "" {
			return true, nil
		}
	}
	return os.Getenv("CANDOUR_NHS_LOGIN_ISSUER") != "" || os.Getenv("CANDOUR_STAFF_ISSUER") != "" || os.Getenv("CANDOUR_FURTHER_ISSUERS") != "", nil
}

func newParser(cli *CLI) (*kong.Kong, error) {
	return kong.New(cli,
		kong.Name("candour"),
		kong.Description("The shared health and care record that shows who looked."),
		kong.UsageOnError(),
		kong.Configuration(settingsFile),
		kong.Bind(cli),
	)
}

// settingsFile reads the TOML file and refuses keys that no flag has.
func settingsFile(r io.Reader) (kong.Resolver, error) {
	values := map[string]any{}
	if _, err := toml.NewDecoder(r).Decode(&values); err != nil {
		return nil, fmt.Errorf("settings file: %w", err)
	}
	return &fileResolver{values}, nil
}

type fileResolver struct{ values map[string]any }

// settingsIn reads the settings file for a command that prints or checks it.
func settingsIn(path string) (*fileResolver, error) {
	f := &fileResolver{}
	if path == "" {
		return f, nil
	}
	if _, err := toml.DecodeFile(path, &f.values); err != nil {
		return nil, fmt.Errorf("settings file: %w", err)
	}
	return f, nil
}

// text is a value as kong takes it; a list is its parts with commas.
func (f *fileResolver) text(key string) string {
	switch v := f.values[key].(type) {
	case nil:
		return ""
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = fmt.Sprint(v[i])
		}
		return strings.Join(parts, ",")
	default:
		return fmt.Sprint(v)
	}
}

// Validate refuses unknown keys, so that a misspelt setting is never silently its default.
func (f *fileResolver) Validate(app *kong.Application) error {
	known := map[string]bool{}
	for _, flag := range allFlags(app) {
		known[flag.Name] = true
	}
	for _, key := range sortedKeys(f.values) {
		if !known[key] {
			return fmt.Errorf("settings file: unknown key %q; `candour config` lists the keys", key)
		}
	}
	return nil
}

// Resolve gives kong the value of a flag from the file.
func (f *fileResolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if _, ok := f.values[flag.Name]; !ok || os.Getenv(firstEnv(flag)) != "" && firstEnv(flag) != "" {
		return nil, nil
	}
	return f.text(flag.Name), nil
}

func firstEnv(flag *kong.Flag) string {
	if len(flag.Envs) == 0 {
		return ""
	}
	return flag.Envs[0]
}

// refuseUnknownEnvironment stops on CANDOUR_… variables that nothing reads.
func refuseUnknownEnvironment(app *kong.Application) error {
	known := map[string]bool{}
	for _, flag := range allFlags(app) {
		for _, e := range flag.Envs {
			known[e] = true
		}
	}
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "CANDOUR_") && !known[name] && !forTests[name] {
			return fmt.Errorf("unknown environment variable %s; `candour config` lists the settings", name)
		}
	}
	return nil
}

// forTests are variables that only the tests and tools read.
var forTests = map[string]bool{"CANDOUR_NEED_POSTGRES": true, "CANDOUR_DATA": true, "CANDOUR_E2E": true, "CANDOUR_LONG_TESTS": true, "CANDOUR_BENCH_RESOURCES": true}

// allFlags are the flags of every command; commands may share a name.
func allFlags(app *kong.Application) []*kong.Flag {
	var out []*kong.Flag
	var walk func(n *kong.Node)
	walk = func(n *kong.Node) {
		for _, f := range n.Flags {
			if f.Name != "help" {
				out = append(out, f)
			}
		}
		for _, c := range n.Children {
			walk(c)
		}
	}
	walk(app.Node)
	return out
}

// settings are the flags that a deployment sets: those with a variable of their
// own, each name once, and those in the file. The rest are one command's arguments.
func settings(app *kong.Application, file *fileResolver) []*kong.Flag {
	var out []*kong.Flag
	seen := map[string]bool{}
	for _, named := range []bool{true, false} {
		for _, f := range allFlags(app) {
			_, inFile := file.values[f.Name]
			if !seen[f.Name] && (named && firstEnv(f) != "" || !named && inFile) {
				seen[f.Name] = true
				out = append(out, f)
			}
		}
	}
	return out
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// SettingsCmd is `candour config`.
type SettingsCmd struct{}

// Run prints name, value and origin of each setting; values of flags tagged
// secret are masked.
func (SettingsCmd) Run(cli *CLI, parser *kong.Kong, k *kong.Context) error {
	file, err := settingsIn(string(cli.Config))
	if err != nil {
		return err
	}
	given := map[string]string{}
	for _, p := range k.Path {
		if p.Flag != nil && !p.Resolved {
			given[p.Flag.Name] = fmt.Sprint(k.FlagValue(p.Flag))
		}
	}
	fmt.Printf("%-24s %-12s %s\n", "setting", "origin", "value")
	for _, f := range settings(parser.Model, file) {
		value, origin := f.Default, "default"
		if _, ok := file.values[f.Name]; ok {
			value, origin = file.text(f.Name), "file"
		}
		if env := firstEnv(f); env != "" {
			if v, ok := os.LookupEnv(env); ok {
				value, origin = v, "environment"
			}
		}
		if v, ok := given[f.Name]; ok {
			value, origin = v, "flag"
		}
		if f.Tag.Has("secret") && value != "" {
			value = "(masked)"
		}
		if value == "" {
			value = "-"
		}
		fmt.Printf("%-24s %-12s %s\n", f.Name, origin, value)
	}
	return nil
}

// logger writes to standard error, so that standard output stays for answers.
func (c *CLI) logger() *slog.Logger {
	level := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}[c.LogLevel]
	opt := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, opt))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, opt))
}
