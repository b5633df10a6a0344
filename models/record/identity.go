package record

import (
	"strings"

	"candour/models/fhir"
)

// identities names the fields in which a source's idea of the person differs from
// the person's own entry (requirements R-01): a reader must know before reading
// that a surname is an old one or that letters went to another address.
func identities(in Input, feeds map[string]*Feed) []Warning {
	var out []Warning
	for _, p := range in.Patients {
		feed := feeds[p.Source]
		res, err := fhir.DecodeAs("Patient", p.Raw)
		patient, ok := res.(*fhir.Patient)
		if feed == nil || err != nil || !ok {
			continue
		}
		for _, d := range differing(in, patient) {
			out = append(out, Warning{Key: "identity", Args: map[string]string{"field": d.Label, "source": p.Source,
				"values": d.Value + " (" + feed.Organisation + ")"}})
		}
	}
	for _, h := range in.Held {
		out = append(out, Warning{Key: "held", Args: map[string]string{"source": h}})
	}
	return out
}

// differing are the fields, each with the two values side by side.
func differing(in Input, res *fhir.Patient) []Detail {
	var out []Detail
	check := func(field, own, theirs string, same bool) {
		if theirs != "" && own != "" && !same {
			out = append(out, Detail{Label: field, Value: own + " / " + theirs})
		}
	}
	family, given := usualName(res.Name)
	check("family", in.Person.Family, family, alike(family, in.Person.Family))
	check("given", in.Person.Given, given, alike(given, in.Person.Given))
	check("birth_date", in.Person.BirthDate, res.BirthDate, res.BirthDate == in.Person.BirthDate)
	check("gender", in.Person.Gender, res.Gender, res.Gender == in.Person.Gender)
	for _, a := range res.Address {
		if a.Use == "old" || a.Use == "temp" {
			continue
		}
		check("address", in.Postcode, a.PostalCode, alike(a.PostalCode, in.Postcode))
		break
	}
	return out
}

func usualName(all []fhir.HumanName) (family, given string) {
	for _, n := range all {
		if n.Use != "old" && n.Use != "maiden" && n.Family != "" {
			return n.Family, strings.Join(n.Given, " ")
		}
	}
	return "", ""
}

func alike(a, b string) bool {
	strip := func(s string) string { return strings.ToLower(strings.ReplaceAll(squash(s), " ", "")) }
	return strip(a) == strip(b)
}
