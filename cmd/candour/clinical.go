package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/BurntSushi/toml"

	"candour/cmd/candour/app"
	"candour/models/organisation"
)

// clinicalFile is the file of --clinical-systems: for each provider where its system
// takes codes, and where its feed is fetched.
type clinicalFile struct {
	Systems []struct {
		ODS    string `toml:"ods"`    // code of the provider
		Source string `toml:"source"` // its feed, as it is registered
		Write  string `toml:"write"`  // base URL of its FHIR R4 interface
		Feed   string `toml:"feed"`   // URL of its feed
		Token  string `toml:"token_file"`
	} `toml:"system"`
}

// clinicalSystems reads the file and finds the providers in the register.
func clinicalSystems(path string, lookUp func(ods string) (organisation.Organisation, error)) ([]app.Clinical, error) {
	if path == "" {
		return nil, nil
	}
	var f clinicalFile
	read, err := toml.DecodeFile(path, &f)
	if err != nil {
		return nil, fmt.Errorf("--clinical-systems %s: %w", path, err)
	}
	if unknown := read.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("--clinical-systems %s: unknown key %q", path, unknown[0].String())
	}
	var out []app.Clinical
	for _, s := range f.Systems {
		o, err := lookUp(s.ODS)
		if err != nil {
			return nil, fmt.Errorf("--clinical-systems %s: no provider with ODS code %q", path, s.ODS)
		}
		one := app.Clinical{Organisation: o.ID, Source: s.Source, Write: s.Write, Feed: s.Feed}
		if s.Token != "" {
			text, err := os.ReadFile(s.Token)
			if err != nil {
				return nil, fmt.Errorf("--clinical-systems %s: %w", path, err)
			}
			one.Token = strings.TrimSpace(string(text))
		}
		if one.Feed != "" && one.Source == "" {
			return nil, fmt.Errorf("--clinical-systems %s: the feed of %s has no source", path, s.ODS)
		}
		out = append(out, one)
	}
	return out, nil
}

// connect tells a portal of the clinical systems in a file.
func connect(ctx context.Context, a *app.App, path string) error {
	all, err := clinicalSystems(path, func(ods string) (organisation.Organisation, error) { return a.Organisations.ByODS(ctx, ods) })
	if err != nil {
		return err
	}
	return a.ConnectClinical(all)
}
