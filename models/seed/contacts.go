package seed

import "candour/models/organisation"

// contacts are whom to ask at a made-up partner. A surgery has one desk for
// everything; the others have one for each purpose. Whoever is no partner here has
// none: people are told to ask there in person.
func contacts(o organisation.Organisation) []organisation.Contact {
	if !o.InRegion && o.State == organisation.Planned {
		return nil
	}
	var out []organisation.Contact
	for _, p := range organisation.Purposes() {
		desk := string(p)
		if o.Kind == organisation.Practice {
			desk = "reception"
		}
		out = append(out, organisation.Contact{Purpose: p, Phone: o.Phone, Email: desk + "@" + o.ID + ".example", Page: "https://" + o.ID + ".example/" + string(p)})
	}
	return out
}
