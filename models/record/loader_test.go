package record_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"candour/models/audit"
	"candour/models/opaque"
	"candour/models/record"
)

var sharedTypes = map[string]bool{"Organization": true, "Practitioner": true, "PractitionerRole": true, "Location": true,
	"Medication": true, "Binary": true, "HealthcareService": true}

// loadBundle adds the resources of one bundle to an input as they are: the pure
// half of the comparison, without intake and database.
func loadBundle(t testing.TB, in *record.Input, source string, body []byte, skip map[string]bool) {
	t.Helper()
	var b struct {
		Entry []struct {
			FullURL  string          `json:"fullUrl"`
			Resource json.RawMessage `json:"resource"`
		} `json:"entry"`
	}
	if err := json.Unmarshal(body, &b); err != nil {
		t.Fatal(err)
	}
	for _, e := range b.Entry {
		loadResource(t, in, source, e.FullURL, e.Resource, skip)
	}
}

func loadResource(t testing.TB, in *record.Input, source, url string, raw []byte, skip map[string]bool) {
	t.Helper()
	var r struct {
		Type       string `json:"resourceType"`
		ID         string `json:"id"`
		Identifier any    `json:"identifier"`
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	if skip[r.Type+"/"+r.ID] {
		return
	}
	if url != "" {
		in.Aliases = append(in.Aliases, record.Alias{Source: source, Name: url, Type: r.Type, LocalID: r.ID})
	}
	switch {
	case r.Type == "Patient":
		in.Patients = append(in.Patients, record.Patient{Source: source, LocalID: r.ID, Raw: raw})
	case sharedTypes[r.Type]:
		in.Shared = append(in.Shared, record.Shared{Source: source, Type: r.Type, LocalID: r.ID, Raw: raw})
	default:
		in.Items = append(in.Items, record.Item{Ref: audit.ItemRef{ID: opaque.Of(source, r.Type, r.ID), Version: 1},
			Source: source, Type: r.Type, LocalID: r.ID, Raw: raw})
	}
}

func feed(id, kind string) record.Feed {
	return record.Feed{ID: id, Organisation: "Organisation " + id, Kind: kind, State: "connected"}
}

// filesOf are the messages of one feed of a multi-source person, without the deltas.
func filesOf(dir, id string) []string {
	files, _ := filepath.Glob(filepath.Join(dir, "[0-9]*"))
	return slices.DeleteFunc(files, func(f string) bool { return feedOf(f) != id || strings.Contains(f, "delta") })
}
