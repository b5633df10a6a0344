package record

import (
	"strings"
)

// identities names the fields in which a source's idea of the person differs from
// the person's own entry (requirements R-01): a reader must know before reading
// that a letter went to another address, or that a surname is an old one.
func identities(in Input, feeds map[string]*Feed) []Warning {
	var out []Warning
	for _, p := range in.Patients {
		res := &resource{}
		if decode(p.Raw, res) != nil {
			continue
		}
		fields := differing(in, res)
		feed := feeds[p.Source]
		if len(fields) == 0 || feed == nil {
			continue
		}
		out = append(out, Warning{Key: "identity_differs", Args: map[string]string{
			"source": p.Source, "organisation": feed.Organisation, "fields": strings.Join(fields, ",")}})
	}
	return out
}

func differing(in Input, res *resource) []string {
	var out []string
	family, given := usualName(res.Name)
	if family != "" && !alike(family, in.Person.Family) {
		out = append(out, "family")
	}
	if given != "" && !alike(given, in.Person.Given) {
		out = append(out, "given")
	}
	if b := string(res.BirthDate); b != "" && b != in.Person.BirthDate {
		out = append(out, "birth_date")
	}
	if g := string(res.Gender); g != "" && g != in.Person.Gender {
		out = append(out, "gender")
	}
	if len(res.Address) > 0 && in.Postcode != "" {
		seen := false
		for _, a := range res.Address {
			seen = seen || a.Postcode == "" || alike(string(a.Postcode), in.Postcode)
		}
		if !seen {
			out = append(out, "address")
		}
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
