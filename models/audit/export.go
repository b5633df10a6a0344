package audit

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"

	"candour/models/opaque"
)

const exportChunk = 1000

// Export writes the entries of a span (from inclusive, to exclusive, zero = open)
// as FHIR R4 AuditEvents, one a line, and says how many. Taking the log out is an
// access of its own: it is in the log, durably, before the first line is written.
func (l *Log) Export(ctx context.Context, w io.Writer, from, to time.Time) (int64, error) {
	row, err := l.db.QueryRow(ctx, "SELECT seq, chain FROM audit_head WHERE id = 1")
	if err != nil {
		return 0, fmt.Errorf("audit: export: %w", err)
	}
	last, err := scanHead(row)
	if err != nil {
		return 0, fmt.Errorf("audit: export: %w", err)
	}
	err = l.db.Group(ctx, func(ctx context.Context) error {
		l.Append(ctx, Entry{Kind: KindExport, Outcome: Done, Reason: "export", Purpose: "HOPERAT", Route: "audit export", Shape: "ndjson",
			RequestID: string(opaque.New()), Viewer: Viewer{ID: "system", Kind: "system", Name: "audit export"}})
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("audit: export: %w", err)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	x := exporter{log: l, out: out, sets: map[string][]ItemRef{}, from: from, to: to}
	for x.seq < last.seq {
		if err := x.chunk(ctx, last.seq); err != nil {
			return x.written, fmt.Errorf("audit: export: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return x.written, fmt.Errorf("audit: export: %w", err)
	}
	return x.written, nil
}

type exporter struct {
	log      *Log
	out      *bufio.Writer
	sets     map[string][]ItemRef // of late
	from, to time.Time
	seq      int64
	written  int64
}

// chunk writes the next rows. Rows are read before sets are asked for, so that one
// connection is enough.
func (x *exporter) chunk(ctx context.Context, last int64) error {
	upto := min(x.seq+exportChunk, last)
	lines, leaves, err := x.read(ctx, upto)
	if err != nil {
		return err
	}
	for i, line := range lines {
		items, err := x.items(ctx, line.Set)
		if err != nil {
			return fmt.Errorf("entry %d: %w", line.Seq, err)
		}
		if err := json.MarshalWrite(x.out, auditEvent(line, items, leaves[i])); err != nil {
			return fmt.Errorf("entry %d: %w", line.Seq, err)
		}
		if err := x.out.WriteByte('\n'); err != nil {
			return err
		}
		x.written++
	}
	x.seq = upto
	return nil
}

func (x *exporter) read(ctx context.Context, upto int64) (lines []Line, leaves []string, err error) {
	rows, err := x.log.db.Query(ctx, "SELECT seq, body, leaf FROM audit_entries WHERE seq > ? AND seq <= ? ORDER BY seq", x.seq, upto)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var text, leaf sql.RawBytes
		if err := rows.Scan(&seq, &text, &leaf); err != nil {
			return nil, nil, err
		}
		e, err := decodeBody(text)
		if err != nil {
			return nil, nil, fmt.Errorf("entry %d: %w", seq, err)
		}
		if e.At.Before(x.from) || !x.to.IsZero() && !e.At.Before(x.to) {
			continue
		}
		lines, leaves = append(lines, Line{seq, e}), append(leaves, hex.EncodeToString(leaf))
	}
	return lines, leaves, rows.Err()
}

func (x *exporter) items(ctx context.Context, set []byte) ([]ItemRef, error) {
	if len(set) == 0 {
		return nil, nil
	}
	if items, ok := x.sets[string(set)]; ok {
		return items, nil
	}
	items, err := x.log.Set(ctx, set)
	if err != nil {
		return nil, err
	}
	if len(x.sets) >= 200 {
		clear(x.sets)
	}
	x.sets[string(set)] = items
	return items, nil
}
