package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"candour/cmd/candour/app"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/organisation"
)

const register = `
[[partner]]
id = "moat-lane"
ods = "E81999"
name = "Moat Lane Surgery"
kind = "practice"
state = "connected"
connected_on = "2024-05-01"
phone = "01632 960001"
[[partner.source]]
id = "gp-moat-lane"
system = "gp"
categories = ["AllergyIntolerance", "Condition"]
fresh_hours = 26
[partner.contacts.copies]
email = "copies@moat.example"
page = "https://moat.example/copies"

[[partner]]
id = "old-trust"
name = "Old Trust"
kind = "community"
state = "left"
connected_on = "2022-01-01"
left_on = "2026-03-31"
successor = "moat-lane"
`

func TestPartnersAreLoadedFromAFile(t *testing.T) {
	ctx := context.Background()
	stores, err := app.Open(ctx, filepath.Join(t.TempDir(), "candour.db"), clock.System, slog.New(slog.DiscardHandler), true)
	if err != nil {
		t.Fatal(err)
	}
	defer stores.Close()
	for range 2 { // the second time changes nothing
		file, err := readRegister(strings.NewReader(register))
		if err != nil {
			t.Fatal(err)
		}
		if err := file.load(ctx, stores); err != nil {
			t.Fatal(err)
		}
	}
	o, err := stores.Organisations.ByODS(ctx, "E81999")
	if err != nil || o.Name != "Moat Lane Surgery" || !o.InRegion || o.ConnectedOn != "2024-05-01" {
		t.Errorf("%+v %v", o, err)
	}
	if s, err := stores.Organisations.Source(ctx, "gp-moat-lane"); err != nil || s.State != organisation.Connected || s.FreshHours != 26 || len(s.Categories) != 2 {
		t.Errorf("%+v %v", s, err)
	}
	if c, err := stores.Organisations.Contacts(ctx, "moat-lane"); err != nil || len(c) != 1 || c[0].Email != "copies@moat.example" {
		t.Errorf("%+v %v", c, err)
	}
	if old, err := stores.Organisations.ByID(ctx, "old-trust"); err != nil || old.SuccessorID != "moat-lane" {
		t.Errorf("%+v %v", old, err)
	}

	renamed := strings.ReplaceAll(register, `name = "Moat Lane Surgery"`, "name = \"Renamed\"\nnamed_from = \"2026-06-01\"\nphone = \"01632 960002\"")
	renamed = strings.ReplaceAll(renamed, "phone = \"01632 960001\"\n", "")
	file, err := readRegister(strings.NewReader(renamed + "\n[[partner]]\nid = \"c\"\nname = \"C\"\nkind = \"acute\"\nstate = \"left\"\nsuccessor = \"nobody\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := file.load(ctx, stores); err == nil || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("a successor that nobody knows: %v", err)
	}
	if o, err := stores.Organisations.ByODS(ctx, "E81999"); err != nil || o.Name != "Moat Lane Surgery" {
		t.Errorf("half a file was loaded: %+v %v", o, err)
	}
}

// What a file no longer says of contacts goes; what it says of names is added to.
func TestPartnersAreBroughtUpToDateFromAFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		stores := &app.Stores{DB: d, Organisations: organisation.NewStore(d)}
		load := func(text string) error {
			file, err := readRegister(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			return file.load(ctx, stores)
		}
		if err := load(register + "[partner.contacts.complaints]\nphone = \"01632 960003\"\n"); err != nil {
			t.Fatal(err)
		}
		renamed := strings.Replace(strings.Replace(register, "Old Trust", "Older Trust", 1), "01632 960001", "01632 960002", 1)
		if err := load(renamed); err == nil || !strings.Contains(err.Error(), "nothing was loaded") || !strings.Contains(err.Error(), "old-trust") || !strings.Contains(err.Error(), "named_from") {
			t.Errorf("a new name without named_from: %v", err)
		}
		o, err := stores.Organisations.ByID(ctx, "moat-lane")
		c, cErr := stores.Organisations.Contacts(ctx, "old-trust")
		if err := errors.Join(err, cErr); err != nil || o.Phone != "01632 960001" || len(c) != 1 {
			t.Errorf("half a file was loaded: %+v %v %v", o, c, err)
		}
		if err := load(strings.Replace(renamed, `name = "Older Trust"`, "name = \"Older Trust\"\nnamed_from = \"2025-05-01\"", 1)); err != nil {
			t.Error(err)
		}
		for day, want := range map[string]string{"2025-04-30": "Old Trust", "2025-05-01": "Older Trust"} {
			if got, err := stores.Organisations.NameAt(ctx, "old-trust", day); err != nil || got != want {
				t.Errorf("on %s: %q %v", day, got, err)
			}
		}
		if c, err := stores.Organisations.Contacts(ctx, "old-trust"); err != nil || len(c) != 0 {
			t.Errorf("a contact that the file no longer names: %v %v", c, err)
		}
	})
}

func TestRegisterFileIsCheckedWhole(t *testing.T) {
	for from, to := range map[string]string{
		`id = "moat-lane"`: `id = "Moat Lane"`, `name = "Moat Lane Surgery"`: `name = ""`, `kind = "practice"`: `kind = "shop"`, `state = "connected"`: `state = "on"`,
		`connected_on = "2024-05-01"`: `connected_on = "1 May 2024"`, `fresh_hours = 26`: `fresh_hours = -1`, `id = "gp-moat-lane"`: `id = ""`,
		`[partner.contacts.copies]`: `[partner.contacts.advertising]`, `https://moat.example/copies`: `javascript:alert(1)`, `copies@moat.example`: `copies@moat.example?bcc=x@y`,
		`id = "old-trust"`: `id = "moat-lane"`, `successor = "moat-lane"`: `successor = "old-trust"`, `ods = "E81999"`: `odes = "E81999"`, `[[partner.source]]`: `[[partner.sauce]]`,
	} {
		if _, err := readRegister(strings.NewReader(strings.Replace(register, from, to, 1))); err == nil {
			t.Errorf("%s was taken", to)
		}
	}
	_, err := readRegister(strings.NewReader(strings.Replace(strings.Replace(register, `kind = "practice"`, `kind = "shop"`, 1), `state = "left"`, `state = "gone"`, 1)))
	if err == nil || !strings.Contains(err.Error(), "shop") || !strings.Contains(err.Error(), "gone") {
		t.Errorf("every mistake is told at once: %v", err)
	}
}
