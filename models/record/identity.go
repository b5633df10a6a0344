package record

import (
	"strings"
)

// identities names the fields in which a source's idea of the person differs from
// the person's own entry (requirements R-01): a reader must know before reading
// that a surname is an old one or that letters went to another address.
func identities(in Input, feeds map[string]*Feed) []Warning {
	var out []Warning
	for _, p := range in.Patients {
		res := &resource{}
		feed := feeds[p.Source]
		if feed == nil || decode(p.Raw, res) != nil {
			continue
		}
		for _, d := range differing(in, res) {
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
func differing(in Input, res *resource) []Detail {
	var out []Detail
	check := func(field, own, theirs string, same bool) {
		if theirs != "" && own != "" && !same {
			out = append(out, Detail{Label: field, Value: own + " / " + theirs})
		}
	}
	family, given := usualName(res.Name)
	check("family", in.Person.Family, family, alike(family, in.Person.Family))
	check("given", in.Person.Given, given, alike(given, in.Person.Given))
	check("birth_date", in.Person.BirthDate, string(res.BirthDate), string(res.BirthDate) == in.Person.BirthDate)
	check("gender", in.Person.Gender, string(res.Gender), string(res.Gender) == in.Person.Gender)
	for _, a := range res.Address {
		if a.Use == "old" || a.Use == "temp" {
			continue
		}
		check("address", in.Postcode, string(a.Postcode), alike(string(a.Postcode), in.Postcode))
		break
	}
	return out
}

func usualName(all many[name]) (family, given string) {
	for _, n := range all {
		if n.Use == "old" || n.Use == "maiden" || n.Family == "" {
			continue
		}
		var parts []string
		for _, g := range n.Given {
			parts = append(parts, string(g))
		}
		return string(n.Family), strings.Join(parts, " ")
	}
	return "", ""
}

func alike(a, b string) bool {
	strip := func(s string) string { return strings.ToLower(strings.ReplaceAll(squash(s), " ", "")) }
	return strip(a) == strip(b)
}
