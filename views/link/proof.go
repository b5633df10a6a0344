package link

import (
	"net/url"

	"candour/models/opaque"
)

// What an objection changes, before and after.

// AsTheySee is the outline of one's record as somebody else would get it; as says
// whose eyes: job and organisation.
func AsTheySee(as url.Values) string { return query("/my/as-they-see-you", as) }

// RecordStanding answers whether an open record may go on being shown.
func RecordStanding(ref opaque.ID) string { return "/patients/" + string(ref) + "/standing" }

// Numbers are how long objections took to have effect, for everybody to see.
func Numbers() string     { return "/numbers" }
func NumbersCSV() string  { return "/numbers.csv" }
func NumbersJSON() string { return "/numbers.json" }
