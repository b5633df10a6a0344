package record

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"candour/models/db"
	"candour/models/opaque"
)

// WhenOf is whenOf, for tests.
func WhenOf(sent string) When { return whenOf(sent) }

// Cited is what a line refers to, wherever it stands.
var Cited = (*Line).cited

// Apply is the filter itself.
func (f Filter) Apply(s *Sheet) *Sheet { return f.apply(s) }

// SheetOf is the record as it would be made, without a viewer: tests compare it
// for people whom the gate shows to nobody (children).
func (s *Store) SheetOf(ctx context.Context, person opaque.ID) (*Sheet, error) {
	row, err := s.person(ctx, person)
	if err != nil {
		return nil, err
	}
	feeds, err := s.readFeeds(ctx)
	if err != nil {
		return nil, err
	}
	in, err := s.load(ctx, row, classClinician, feeds.byID, "")
	return Merge(in), err
}

// RememberedSize is how much is remembered after bodies of a size were shown.
func RememberedSize(count, size int) (kept, bytes int) {
	var m remembered
	for n := range count {
		m.put(opaque.Of("person", strconv.Itoa(n)), classClinician, bodyOf{key: "k", data: make([]byte, size)})
	}
	for _, b := range m.bodies {
		bytes += len(b.data)
	}
	return len(m.bodies), bytes
}

// Sample is the made-up record that a start is warmed with.
var Sample = sample

// Deflated is how a body is packed.
var Deflated = deflated

// LaidTypes are the FHIR types that are lines of a record.
func LaidTypes() []string { return slices.Sorted(maps.Keys(layouts)) }

// Together is how many items are decoded at once.
const Together = together

// Imprint is that of the sources as they are.
func Imprint(ctx context.Context, d *db.DB) (imprint string, err error) {
	query := "SELECT " + imprintSQLite
	if d.Dialect == db.Postgres {
		query = "SELECT " + imprintPostgres
	}
	err = d.Writer().QueryRowContext(ctx, query).Scan(&imprint)
	return imprint, err
}
