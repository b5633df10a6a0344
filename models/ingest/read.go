package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"candour/models/fhir"
)

// Limits of one delivery (trust.md T53). A line or document beyond them is
// refused; a stream of lines may be as long as it likes, for it is never held.
const (
	maxDocument = 160 << 20
	maxEntries  = 100_000
	maxLine     = 32 << 20
	headSize    = 64 << 10
	batchLines  = 1500
	batchBytes  = 8 << 20
	ahead       = 2 // batches read ahead of the one being written
)

// read takes the input apart: gzip or plain, lines or one document.
func (r *run) read(ctx context.Context, in io.Reader, name string) error {
	head := bufio.NewReaderSize(in, headSize)
	if magic, _ := head.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b { // an error shows again when reading on
		z, err := gzip.NewReader(head)
		if err != nil {
			return r.refuse(fhir.Archive, "not a readable gzip file")
		}
		defer z.Close()
		head, name = bufio.NewReaderSize(z, headSize), strings.TrimSuffix(name, ".gz")
	}
	start, err := head.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return r.broken(err)
	}
	if refusal := fhir.Sniff(start); refusal != nil {
		return r.refuse(refusal.Reason, refusal.Detail)
	}
	if lines(name, start) {
		return r.lines(ctx, head)
	}
	raw, err := io.ReadAll(io.LimitReader(head, maxDocument+1))
	if err != nil {
		return r.broken(err)
	}
	if lines("", raw) { // the first line was longer than what was looked at
		return r.lines(ctx, bufio.NewReaderSize(io.MultiReader(bytes.NewReader(raw), head), headSize))
	}
	if len(raw) > maxDocument {
		return r.refuse(fhir.TooLarge, "a document this long must be sent as NDJSON")
	}
	return r.document(ctx, raw)
}

// broken is an input that cannot be read to its end.
func (r *run) broken(err error) error {
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.refuse(fhir.Archive, "the gzip data is damaged")
	}
	return &brokenInput{err}
}

func (r *run) refuse(reason, detail string) error {
	r.receipt.Refused, r.receipt.Detail = reason, detail
	return nil
}

// lines tells NDJSON from one document: by its name, or because the first line
// is a whole resource and another begins after it.
func lines(name string, start []byte) bool {
	start = bytes.TrimLeft(fhir.TrimBOM(start), " \t\r\n")
	line, rest, more := bytes.Cut(start, []byte("\n"))
	line = bytes.TrimSpace(line)
	if strings.HasSuffix(name, ".ndjson") || strings.HasSuffix(name, ".jsonl") {
		return !bytes.Equal(line, []byte("{")) && !bytes.HasPrefix(line, []byte("["))
	}
	rest = bytes.TrimLeft(rest, " \t\r\n")
	if !more || len(rest) == 0 || rest[0] != '{' || fhir.CheckSyntax(line) != nil {
		return false
	}
	kind, _ := peek(line)
	return kind != "Bundle"
}

// document takes in one Bundle or one resource, in one transaction.
func (r *run) document(ctx context.Context, raw []byte) error {
	b, err := fhir.Whole(raw, maxEntries)
	var refusal *fhir.Refusal
	if errors.As(err, &refusal) {
		return r.refuse(refusal.Reason, refusal.Detail)
	}
	if err != nil {
		return err
	}
	r.ends = r.alone
	return r.bundle(ctx, b)
}

// standing are the kinds of Bundle that stand for themselves: nothing that they
// refer to is to come later.
var standing = map[string]bool{"collection": true, "document": true, "message": true, "searchset": true}

func (r *run) bundle(ctx context.Context, b *fhir.Bundle) error {
	m := message{source: r.source.id, at: r.clock(), closed: standing[b.Type]}
	for _, t := range []string{b.Timestamp, b.Updated} {
		if at := fhir.ParseDate(t); m.time == 0 && at.Precision >= fhir.Day {
			m.time = at.Millis()
		}
	}
	if latest := m.at.UnixMilli(); m.time > latest {
		m.time = latest
	}
	pieces := make([]piece, len(b.Entries))
	for i, e := range b.Entries {
		pieces[i] = piece{place: r.prefix + fmt.Sprintf("entry %d", i+1), number: int64(i + 1), fullURL: e.FullURL, method: e.Method, url: e.URL, raw: e.Raw}
	}
	parcels := r.prepareAll(m, pieces, runtime.GOMAXPROCS(0))
	if reason := whole(parcels); reason != nil {
		return r.refuse(reason.Reason, reason.Detail)
	}
	if m.closed {
		tied, err := r.tied(ctx, parcels)
		if err != nil {
			return err
		}
		if !tied {
			return r.refuse(NothingToTie, "")
		}
	}
	return r.apply(ctx, m.time, inOrder(parcels)...)
}

// whole refuses a bundle of which a part shows that all of it is another standard.
func whole(parcels []*parcel) *fhir.Refusal {
	for _, p := range parcels {
		if p.refused != nil && (p.refused.Reason == fhir.STU3 || p.refused.Reason == fhir.DSTU2) {
			return p.refused
		}
	}
	return nil
}

// tied says whether a bundle that stands for itself has a patient to tie its items
// to: one of its own, or one that the source has sent before.
func (r *run) tied(ctx context.Context, parcels []*parcel) (bool, error) {
	var wanted []string
	for _, p := range parcels {
		if p.kind == "Patient" || p.inner != nil {
			return true, nil
		}
		for _, ref := range p.about {
			wanted = append(wanted, waitingKey(ref, aliasOf(ref)))
		}
	}
	if len(wanted) == 0 {
		return true, nil // nothing that needs a patient
	}
	found := false
	err := r.each(ctx, "SELECT 1 FROM source_patients WHERE source_id = ? AND local_id"+among(r.db)+
		" UNION ALL SELECT 1 FROM aliases WHERE source_id = ? AND type = 'Patient' AND alias"+among(r.db), func(scan func(...any) error) error {
		var n int
		found = true
		return scan(&n)
	}, r.source.id, list(r.db, wanted), r.source.id, list(r.db, wanted))
	return found, err
}

// inOrder cuts a bundle into batches: what others lean on and people first.
func inOrder(parcels []*parcel) [][]*parcel {
	var first, rest []*parcel
	for _, p := range parcels {
		if p.kind == "Patient" || len(p.about) == 0 && !p.gone {
			first = append(first, p)
		} else {
			rest = append(rest, p)
		}
	}
	var batches [][]*parcel
	for _, part := range [][]*parcel{first, rest} {
		for len(part) > 0 {
			n := min(len(part), batchLines)
			batches = append(batches, part[:n])
			part = part[n:]
		}
	}
	return batches
}

// prepareAll reads pieces on some processors, keeping their order.
func (r *run) prepareAll(m message, pieces []piece, processors int) []*parcel {
	out := make([]*parcel, len(pieces))
	workers := max(1, min(processors, 1+len(pieces)/64))
	var done sync.WaitGroup
	for w := range workers {
		done.Add(1)
		go func() {
			defer done.Done()
			for i := w; i < len(pieces); i += workers {
				out[i] = r.rules.prepare(m, pieces[i])
			}
		}()
	}
	done.Wait()
	return out
}
