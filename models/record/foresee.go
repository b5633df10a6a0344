package record

import (
	"context"
	"errors"
	"fmt"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/opaque"
)

// Outline is a record without anything that it says: its parts, and how much of what
// each source supplies to them.
type Outline struct {
	Parts    []Piece
	Sources  []Source
	Timeline int
	Items    int // all that is counted
}

// Piece is one section of an outline.
type Piece struct {
	Kind          SectionKind
	Current, Past int // lines of the page
	Items         int // what the sources supply; several may be one line
	Coverage      []Coverage
}

// Prospect is what one viewer gets: a decision, and where that lets them in, the
// outline of the page.
type Prospect struct {
	Decision access.Decision
	Outline  Outline
}

// Shown tells whether they get the page.
func (p Prospect) Shown() bool { return p.Decision.Verdict == access.Allow }

// Foresight is what somebody else is shown of a person's record without an objection
// and with one. It exists only after the person's own look was logged.
type Foresight struct {
	pass          access.Pass
	without, with Prospect
	sources       []Source
}

// Pass is the decision and the log entry behind it.
func (f Foresight) Pass() access.Pass { return f.pass }

// Objected tells whether an objection hides the record at this moment.
func (f Foresight) Objected() bool { return f.pass.Facts().Objected }

// Today and Changed are how it is, and how it would be after an objection, or, where
// one stands, after it was taken back.
func (f Foresight) Today() Prospect {
	if f.Objected() {
		return f.with
	}
	return f.without
}

func (f Foresight) Changed() Prospect {
	if f.Objected() {
		return f.without
	}
	return f.with
}

// Sources are those that hold something of the person, whatever anybody is shown.
func (f Foresight) Sources() []Source { return f.sources }

// Foresee runs the decision about somebody else twice, without an objection and with
// one, and the sections of the page as often as it lets them in: what an objection
// changes is the difference. It is the person's own look at themselves, and
// logged as that.
func (s *Store) Foresee(ctx context.Context, by access.Viewer, person opaque.ID, as access.Viewer, req Request) (Foresight, error) {
	ask := access.Ask{By: by, Person: person, What: access.WhatOwn, Purpose: access.PatientRequest, Route: req.Route, Shape: req.Shape, RequestID: req.RequestID}
	for range 2 * tries { // two renderings may have to be made
		var f Foresight
		var stale string
		pass, err := s.gate.Pass(ctx, ask, func(ctx context.Context, p access.Pass) (shown access.Shown, err error) {
			f, stale, err = s.foresee(ctx, p, as)
			return shown, err
		})
		switch {
		case err == nil:
			f.pass = pass
			return f, nil
		case !errors.Is(err, access.ErrAgain):
			return Foresight{}, err
		}
		if err := s.makeReady(ctx, person, stale); err != nil {
			return Foresight{}, fmt.Errorf("%w: %w", fault.Unavailable, err)
		}
	}
	return Foresight{}, fmt.Errorf("record: it changes faster than it can be counted: %w", fault.Unavailable)
}

// foresee is what Foresee does inside the gate; stale is the rendering to be made
// when that is access.ErrAgain.
func (s *Store) foresee(ctx context.Context, p access.Pass, as access.Viewer) (f Foresight, stale string, err error) {
	own, err := s.sheetOf(ctx, classPatient, p.Ask().Person)
	if err != nil {
		return f, classPatient, err
	}
	f.sources = own.Sources
	for _, run := range []struct {
		objected bool
		into     *Prospect
	}{{false, &f.without}, {true, &f.with}} {
		supposed, err := s.gate.Suppose(ctx, p, as, run.objected)
		if err != nil {
			return f, "", err
		}
		run.into.Decision = supposed.Decision()
		if !run.into.Shown() {
			continue
		}
		run.into.Outline = outline(own)
	}
	return f, "", nil
}

func (s *Store) sheetOf(ctx context.Context, class string, person opaque.ID) (*Sheet, error) {
	r := s.rendering(readSheet, class, person)
	if _, _, err := s.ready(ctx, r); err != nil {
		return nil, err
	}
	sheet, err := unpackSheet(r.data)
	if err != nil {
		return nil, access.ErrAgain // damaged: made anew, like a stale one
	}
	return sheet, nil
}

// outline takes the parts from what the person may know of. What a source has marked
// as not to be shown to them is left out on both sides of the comparison, and its
// number with it: that there is such an entry at all may be what they must not learn.
func outline(own *Sheet) Outline {
	o := Outline{Sources: own.Sources, Timeline: len(own.Timeline)}
	for _, section := range own.Sections {
		part := section.piece()
		o.Parts = append(o.Parts, part)
		o.Items += part.Items
	}
	return o
}

// piece is a section without what it says.
func (s Section) piece() Piece {
	p := Piece{Kind: s.Kind, Coverage: s.Coverage}
	for _, c := range s.Coverage {
		p.Items += c.Items
	}
	for _, l := range s.Lines {
		if s.Kind == Other {
			p.Items += max(l.Count, len(l.Refs))
		}
		if l.Past {
			p.Past++
		} else {
			p.Current++
		}
	}
	return p
}
