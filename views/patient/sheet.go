package patient

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"time"

	"candour/locales"
	"candour/models/access"
	"candour/views/component"
)

// Sheet is the list of accesses as a spreadsheet (RFC 4180, UTF-8). Its times are
// London's, written so that every program sorts them.
type Sheet struct {
	ctx  context.Context
	out  bytes.Buffer
	rows *csv.Writer
	err  error
}

// NewSheet starts a spreadsheet with its heads.
func NewSheet(ctx context.Context) *Sheet {
	s := &Sheet{ctx: ctx}
	s.rows = csv.NewWriter(&s.out)
	s.rows.UseCRLF = true
	col := func(name string) string { return locales.T(ctx, "history.col."+name) }
	s.write([]string{col("when"), col("who"), col("role"), col("organisation"), col("why"), col("related"), col("seen"), col("number")})
	return s
}

// Add appends the single accesses of a disclosed list.
func (s *Sheet) Add(h access.History) {
	for _, e := range h.Entries() {
		s.write([]string{e.At.In(component.London).Format(time.DateTime), whoOrRole(s.ctx, e), role(s.ctx, e),
			place(s.ctx, e.Fold, e.Viewer.OrganisationName), why(s.ctx, e), related(s.ctx, e), seenLine(s.ctx, e),
			strconv.FormatInt(e.Seq, 10)})
	}
}

func (s *Sheet) write(cells []string) {
	for i := range cells {
		cells[i] = plain(cells[i])
	}
	if err := s.rows.Write(cells); err != nil && s.err == nil {
		s.err = err
	}
}

// Bytes is the finished file.
func (s *Sheet) Bytes() ([]byte, error) {
	s.rows.Flush()
	if s.err == nil {
		s.err = s.rows.Error()
	}
	if s.err != nil {
		return nil, fmt.Errorf("patient: sheet: %w", s.err)
	}
	return s.out.Bytes(), nil
}

// plain keeps a cell from being read as a formula: names come from other people's
// systems.
func plain(cell string) string {
	if cell == "" {
		return cell
	}
	switch cell[0] {
	case '=', '+', '-', '@', '\t', '\r':
		return "'" + cell
	}
	return cell
}

func whoOrRole(ctx context.Context, e access.HistoryEntry) string {
	if name := who(ctx, e); name != "" {
		return name
	}
	return role(ctx, e)
}
