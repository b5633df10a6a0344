// Package organisation is the partner register: who takes part in the shared
// record, since when, under which name, and which feeds (sources) each one sends.
// Names change and organisations are absorbed, so that a name has a date and an
// organisation may have a successor: an access of 2024 prints the name of 2024.
package organisation

import "time"

// Kind of partner, as patients know them.
type Kind string

const (
	Practice  Kind = "practice"
	Acute     Kind = "acute"
	Community Kind = "community"
	Mental    Kind = "mental"
	Social    Kind = "social"
	Ambulance Kind = "ambulance"
	Board     Kind = "board"
)

// State of an organisation or of a source.
type State string

const (
	Planned   State = "planned"
	Connected State = "connected"
	Suspended State = "suspended"
	Left      State = "left"
)

// Organisation is one partner.
type Organisation struct {
	ID          string
	ODSCode     string // empty where there is none (councils)
	Name        string
	NamedFrom   string // YYYY-MM-DD since when it has this name; empty = from the beginning
	Kind        Kind
	InRegion    bool
	State       State
	ConnectedOn string // YYYY-MM-DD
	LeftOn      string // the last day on which it took part
	SuccessorID string // who took over its work
	Phone       string
	Contact     string
}

// GoneOn is the day on which it left, was absorbed or closed: the one after the
// last on which it took part; "" while there is none.
func (o Organisation) GoneOn() string {
	last, err := time.Parse(time.DateOnly, o.LeftOn)
	if err != nil {
		return o.LeftOn
	}
	return last.AddDate(0, 0, 1).Format(time.DateOnly)
}

// Source is one feed of one organisation.
type Source struct {
	ID             string
	OrganisationID string
	SystemKind     string   // gp, pas, community, mental, social, ...
	Categories     []string // FHIR types that it sends
	State          State
	FreshHours     int       // older than this is stale
	LastReceived   time.Time // kept by ingest
	LastFailed     time.Time // kept by ingest
	LastError      string    // kept by ingest
	SharedVersion  int64     // counts every change of what its items lean on
}

// Stale tells whether the source has been silent for longer than it promised.
func (s Source) Stale(now time.Time) bool {
	return s.State == Connected && (s.LastReceived.IsZero() || now.Sub(s.LastReceived) > time.Duration(s.FreshHours)*time.Hour)
}

// Kinds lists every kind, in the order in which people meet them.
func Kinds() []Kind { return []Kind{Practice, Acute, Community, Mental, Social, Ambulance, Board} }

// States lists every state.
func States() []State { return []State{Connected, Planned, Suspended, Left} }
