package record

import (
	"candour/models/audit"
	"candour/models/fhir"
)

// Item is one resource of the person as the feed stored it.
type Item struct {
	Ref     audit.ItemRef
	Source  string
	Type    string
	LocalID string
	Raw     []byte
	res     fhir.Resource // Raw decoded; nil when it cannot be read
	read    bool
}

// Feed is a source as far as the merge needs it.
type Feed struct {
	ID           string
	Organisation string   // name
	Kind         string   // organisation kind
	System       string   // kind of system
	Categories   []string // section kinds or FHIR types that it sends; empty = not said
	State        string
	Failing      bool // its last message could not be read
}

// Shared is a resource that items lean on: a practitioner, a place, a medicine.
type Shared struct {
	Source  string
	Type    string
	LocalID string
	Raw     []byte
}

// Alias is another name by which a source refers to a resource.
type Alias struct {
	Source  string
	Name    string
	Type    string
	LocalID string
}

// Patient is what one source says of the person.
type Patient struct {
	Source  string
	LocalID string
	Raw     []byte
}

// Input is all that the merged record is made of. It holds no withheld item.
type Input struct {
	Person   Banner
	Postcode string // of the person, for the comparison of identities
	Items    []Item
	Patients []Patient
	Shared   []Shared
	Aliases  []Alias
	Feeds    []Feed
	// Held are the organisations that hold somebody under the same NHS number whose
	// name or birth date does not agree: not merged, and not passed over in silence.
	Held []string
	// Hidden are the withheld resources of the person's sources, by place alone: a
	// reference that leads to one prints nothing, not even its display.
	Hidden []Alias
}

// parse decodes every item that is laid out, once.
func parse(items []Item) {
	for i := range items {
		item := &items[i]
		if item.read || !item.understood() {
			continue
		}
		item.read = true
		if res, err := fhir.DecodeAs(item.Type, item.Raw); err == nil {
			item.res = res
		}
	}
}

// understood: it is a line of the record, or a medicine that a line leans on.
func (i *Item) understood() bool { return layouts[i.Type] != nil || i.Type == "Medication" }

func (i *Item) place() place { return place{i.Source, i.Type, i.LocalID} }
