package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candour/models/fault"
	"candour/models/organisation"
)

func TestClinicalSystemsAreReadFromAFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	token := write("token", "secret\n")
	lookUp := func(ods string) (organisation.Organisation, error) {
		if ods != "E89901" {
			return organisation.Organisation{}, fault.NotFound
		}
		return organisation.Organisation{ID: "riverside"}, nil
	}
	system := "[[system]]\nods = \"E89901\"\nsource = \"gp-riverside\"\nwrite = \"https://gp.example/fhir\"\nfeed = \"https://gp.example/feed\"\ntoken_file = \"" + token + "\"\n"
	all, err := clinicalSystems(write("good", system), lookUp)
	if err != nil || len(all) != 1 || all[0].Organisation != "riverside" || all[0].Token != "secret" || all[0].Write != "https://gp.example/fhir" || all[0].Source != "gp-riverside" {
		t.Errorf("%+v %v", all, err)
	}
	if all, err := clinicalSystems("", lookUp); all != nil || err != nil {
		t.Errorf("%v %v", all, err)
	}
	for name, text := range map[string]string{
		"another provider": strings.Replace(system, "E89901", "X1", 1), "no source": strings.Replace(system, `source = "gp-riverside"`, "", 1),
		"no token": strings.Replace(system, token, token+"2", 1), "a key nobody knows": system + "port = 1\n", "no TOML": "[[",
	} {
		if _, err := clinicalSystems(write("bad", text), lookUp); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
