package record

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"strconv"

	"golang.org/x/sync/errgroup"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/fhir"
	"candour/models/opaque"
)

//go:embed sample.ndjson
var sampleText []byte

// nobody is the person whom the questions below are put for; no id looks like this.
const nobody = "-"

// ways is how many of the pool's connections one reader goes by: the session's and the
// one that reads the items. On PostgreSQL each connection has to learn the questions.
const ways = 2

// Warm does what the first reader after a start would otherwise wait for: a made-up
// record is decoded, laid out, drawn and packed, and the questions of a record are
// prepared by asking them of nobody. On PostgreSQL what a first view writes is rehearsed
// as well, and given up. Nothing stays and nothing is disclosed.
func (s *Store) Warm(ctx context.Context) error {
	var all errgroup.Group
	all.Go(func() error {
		_, err := s.draw(ctx, Merge(sample()))
		return err
	})
	if s.db.Dialect == db.SQLite {
		all.Go(func() error { return s.ask(ctx) })
		return all.Wait()
	}
	for range ways {
		all.Go(func() error { return s.db.Do(ctx, s.ask) }) // a transaction holds its connection
	}
	all.Go(func() error { return s.gate.Warm(ctx) })
	all.Go(func() error { return s.db.Rehearse(ctx, s.rehearse) })
	return all.Wait()
}

// rehearse reads and writes for nobody all that the first view of a record does where the
// gate stands.
func (s *Store) rehearse(ctx context.Context) error {
	if err := s.ask(ctx); err != nil {
		return err
	}
	d := drawing{refs: []audit.ItemRef{{ID: nobody, Version: 1}}, page: []byte{}, sheet: []byte{}}
	s.store(ctx, nobody, &made{drawing: d, class: classClinician})
	s.log.Append(ctx, audit.Entry{Kind: audit.KindRecord, Outcome: audit.Nothing, Person: nobody, Viewer: audit.Viewer{ID: nobody, Kind: string(access.System)}})
	return nil
}

// ask puts the questions of a record for nobody.
func (s *Store) ask(ctx context.Context) error {
	if err := s.Prepare(ctx, nobody); !errors.Is(err, fault.NotFound) {
		return err
	}
	if _, err := s.gate.Stands(ctx, access.Viewer{}, nobody); err != nil {
		return err
	}
	feeds, err := s.readFeeds(ctx)
	if err != nil {
		return err
	}
	if _, err := s.person(ctx, nobody); !errors.Is(err, fault.NotFound) {
		return err
	}
	in, err := s.load(ctx, personRow{ID: nobody}, classClinician, feeds.byID, "")
	if err != nil {
		return err
	}
	_, err = s.fetch(ctx, &in, &asks{places: map[place]bool{{nobody, nobody, nobody}: true}, names: map[alias]bool{{nobody, nobody}: true}})
	return err
}

// sampleSources is from how many sources the made-up record is: as long a one as most that
// are read, so that its memory is there for the first of them.
const sampleSources = 16

// sample is a record that has every kind of line, from each source.
func sample() Input {
	var in Input
	for from := range sampleSources {
		source := strconv.Itoa(from)
		in.Feeds = append(in.Feeds, Feed{ID: source, Organisation: source, Kind: "practice", State: "connected"})
		for n, raw := range bytes.Split(bytes.TrimSpace(sampleText), []byte("\n")) {
			ref := audit.ItemRef{ID: opaque.ID(source + "-" + strconv.Itoa(n)), Version: 1}
			in.Items = append(in.Items, Item{Ref: ref, Source: source, Type: fhir.LeadingType(raw), LocalID: strconv.Itoa(n), Raw: raw})
		}
	}
	return in
}
