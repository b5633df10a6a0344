package record

import (
	"context"

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
