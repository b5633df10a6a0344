package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"

	"candour/models/fhir"
)

// chunk is some lines of a stream.
type chunk struct {
	parcels []*parcel
	bundle  *fhir.Bundle // a line that is a Bundle: a message of its own
	err     error
}

// lines takes in NDJSON: batch by batch, each in a transaction of its own, while
// the next ones are being read and decoded.
func (r *run) lines(ctx context.Context, in *bufio.Reader) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	chunks := make(chan chunk, ahead)
	s := splitter{run: r, source: r.source.id, ctx: ctx, in: in, out: chunks}
	go func() {
		defer close(chunks)
		s.split()
	}()
	for c := range chunks {
		switch {
		case c.err != nil:
			return r.broken(c.err)
		case c.bundle != nil:
			before := r.receipt.Refused
			if err := r.bundle(ctx, c.bundle); err != nil {
				return err
			}
			if r.receipt.Refused != before { // one message of many: the rest goes on
				r.receipt.problem(Problem{Reason: r.receipt.Refused, Detail: r.receipt.Detail, Type: "Bundle"})
				r.receipt.count("Bundle").Read++
				r.receipt.count("Bundle").Quarantined++
				r.receipt.Refused, r.receipt.Detail, r.unsure = "", "", true
			}
		default:
			if err := r.apply(ctx, 0, c.parcels); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// splitter cuts a stream into lines and lines into batches.
type splitter struct {
	run    *run
	source string // its id; the rest of what is known of it changes while batches are written
	ctx    context.Context
	in     *bufio.Reader
	out    chan<- chunk
	pieces []piece
	size   int
	line   int64
}

func (s *splitter) split() {
	for {
		raw, err := s.next()
		if len(raw) > 0 && !s.add(raw) {
			return
		}
		if errors.Is(err, io.EOF) {
			s.flush()
			return
		}
		if err != nil {
			s.send(chunk{err: err})
			return
		}
	}
}

// next is the next line without its end, in memory of its own. A line that is too
// long is passed over to its end and comes out as a single byte that is no JSON.
func (s *splitter) next() ([]byte, error) {
	s.line++
	var raw []byte
	tooLong := false
	for {
		part, err := s.in.ReadSlice('\n')
		if !tooLong {
			raw = append(raw, part...)
		}
		if len(raw) > maxLine {
			raw, tooLong = nil, true
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if tooLong {
			return []byte{tooLongMark}, err
		}
		if s.line == 1 {
			raw = fhir.TrimBOM(raw)
		}
		return bytes.TrimSpace(raw), err
	}
}

// tooLongMark stands for a line beyond maxLine.
const tooLongMark = 0

// add puts a line into the batch; false when nobody wants more.
func (s *splitter) add(raw []byte) bool {
	kind := fhir.LeadingType(raw)
	if kind == "" {
		kind, _ = peek(raw)
	}
	if kind == "Bundle" {
		b, err := fhir.Whole(raw, maxEntries)
		if err == nil {
			return s.flush() && s.send(chunk{bundle: b})
		}
	}
	s.pieces = append(s.pieces, piece{place: s.run.prefix + fmt.Sprintf("line %d", s.line), number: s.line, raw: raw})
	if s.size += len(raw); len(s.pieces) < batchLines && s.size < batchBytes {
		return true
	}
	return s.flush()
}

// flush decodes the batch and hands it on. One processor is left to who writes: each
// answer of the database would have to wait for one otherwise.
func (s *splitter) flush() bool {
	if len(s.pieces) == 0 {
		return true
	}
	m := message{source: s.source, at: s.run.clock()}
	parcels := s.run.prepareAll(m, s.pieces, runtime.GOMAXPROCS(0)-1)
	s.pieces, s.size = s.pieces[:0], 0
	return s.send(chunk{parcels: parcels})
}

func (s *splitter) send(c chunk) bool {
	select {
	case s.out <- c:
		return true
	case <-s.ctx.Done():
		return false
	}
}
