package record

import (
	"context"
	"errors"
	"fmt"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/opaque"
)

// Request is how the record is asked for.
type Request struct {
	Purpose   access.Purpose
	Route     string // pattern
	Shape     string // page, fragment, print, csv
	RequestID string
	Filter    Filter
	While     *access.While
	Laid      bool // the page will be laid out by the caller, in another language than the stored ones
}

// ask is what the gate hears.
func (r Request) ask(by access.Viewer, person opaque.ID) access.Ask {
	return access.Ask{By: by, Person: person, What: access.WhatRecord, Purpose: r.Purpose, Route: r.Route, Shape: r.Shape, RequestID: r.RequestID, While: r.While}
}

// tries is how often a rendering may go stale between making it and showing it.
const tries = 3

// Open is the only reader of the record. What it returns has been decided, logged
// with every item in it and committed before this function returns; without that
// there is nothing (trust.md R-1).
func (s *Store) Open(ctx context.Context, by access.Viewer, person opaque.ID, req Request) (Disclosure, error) {
	var class string
	var fresh *made // because there was nothing ready
	for turn := range tries {
		if turn > 0 {
			var err error
			if fresh, err = s.make(ctx, person, class); err != nil {
				return Disclosure{}, fmt.Errorf("%w: %w", fault.Unavailable, err)
			}
		}
		var d Disclosure
		ahead := s.rendering(req.wholePage(), classFor(by), person) // what the gate will most likely grant
		pass, err := s.gate.Pass(ctx, req.ask(by, person), func(ctx context.Context, p access.Pass) (access.Shown, error) {
			r := ahead
			if class = classOf(p); class != r.class {
				r = s.rendering(r.body, class, person)
			}
			if fresh != nil && fresh.class == class {
				r.fresh = fresh
			}
			var shown access.Shown
			var err error
			d, shown, err = s.read(ctx, r, req)
			return shown, err
		}, ahead.question)
		switch {
		case err == nil:
			d.by, d.person, d.pass, d.filter = by, person, pass, req.Filter
			return d, nil
		case !errors.Is(err, access.ErrAgain):
			return Disclosure{}, err
		}
	}
	return Disclosure{}, fmt.Errorf("record: it changes faster than it can be shown: %w", fault.Unavailable)
}

// classOf is the visibility class that the gate grants.
func classOf(p interface{ May(access.Category) bool }) string {
	if p.May(access.NotForPatient) {
		return classClinician
	}
	return classPatient
}

// classFor is the class that a viewer of this kind is granted, if any.
func classFor(by access.Viewer) string {
	if by.Kind == access.Patient {
		return classPatient
	}
	return classClinician
}

// wholePage says that the page body may be sent as it is stored.
func (r Request) wholePage() bool { return r.Shape == "page" && r.Filter.IsZero() && !r.Laid }

// read takes what is shown from the stored rendering: the page body itself, or
// the sheet for a view that leaves something out.
func (s *Store) read(ctx context.Context, r *reading, req Request) (Disclosure, access.Shown, error) {
	holding, feeds, err := s.ready(ctx, r)
	if err != nil {
		return Disclosure{}, access.Shown{}, err
	}
	if r.body {
		return s.readPage(r, holding, feeds)
	}
	whole, err := unpackSheet(r.data)
	if err != nil {
		return Disclosure{}, access.Shown{}, access.ErrAgain // damaged: made anew, like a stale one
	}
	sheet := req.Filter.apply(whole)
	refs := Refs(sheet)
	d := Disclosure{sheet: sheet, sources: feeds.statuses(holding), items: refs, banner: sheet.Person}
	return d, access.Shown{Items: refs, Count: len(refs), Sections: sheet.sections()}, nil
}

func (s *Store) readPage(r *reading, holding []string, feeds *feedsRead) (Disclosure, access.Shown, error) {
	banner, body, err := unpack(r.data)
	if err != nil {
		return Disclosure{}, access.Shown{}, access.ErrAgain // damaged: made anew, like a stale one
	}
	s.shown.put(r.person, r.class, bodyOf{key: r.key, crc: r.crc, data: r.data})
	d := Disclosure{ready: &Ready{Deflated: body, CRC: uint32(r.crc), Length: uint32(r.length)},
		sources: feeds.statuses(holding), banner: banner}
	return d, access.Shown{Set: r.set, Count: r.items, Sections: allSections}, nil
}

var allSections = func() []string {
	var out []string
	for _, k := range SectionOrder {
		out = append(out, string(k))
	}
	return out
}()

// sections are the kinds on a sheet, for the log.
func (s *Sheet) sections() []string {
	out := make([]string, 0, len(s.Sections))
	for _, section := range s.Sections {
		out = append(out, string(section.Kind))
	}
	return out
}
