package record_test

import (
	"bytes"
	"context"
	"hash/crc32"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"

	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/record"
)

// What is warmed is what readers need: a type that the sample lacks is decoded and laid
// out for the first time while somebody waits.
func TestTheSampleHasEveryKindOfLine(t *testing.T) {
	in := record.Sample()
	sent := map[string]bool{}
	for _, i := range in.Items {
		sent[i.Type] = true
	}
	for _, kind := range record.LaidTypes() {
		if !sent[kind] {
			t.Errorf("no %s", kind)
		}
	}
	filled := map[record.SectionKind]bool{}
	for _, section := range record.Merge(in).Sections {
		for _, l := range section.Lines {
			filled[section.Kind] = true
			if l.Status == "unreadable" || l.Title == l.Type {
				t.Errorf("%s: %+v says nothing", section.Kind, l)
			}
		}
	}
	for _, kind := range record.SectionOrder {
		if !filled[kind] {
			t.Errorf("nothing under %s; sent: %v", kind, slices.Sorted(maps.Keys(sent)))
		}
	}
}

func TestWarmingStoresAndDisclosesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		rows := func() (n int) {
			row, err := d.QueryRow(context.Background(), "SELECT (SELECT count(*) FROM renderings) + (SELECT count(*) FROM audit_entries) + (SELECT count(*) FROM audit_sets) + (SELECT count(*) FROM audit_days) + (SELECT seq FROM audit_head)")
			must(t, err)
			must(t, row.Scan(&n))
			return n
		}
		before := rows()
		must(t, c.records.Warm(context.Background()))
		if c.renders.Load() != 1 {
			t.Errorf("%d pages drawn, want that of the sample", c.renders.Load())
		}
		if now := rows(); now != before {
			t.Errorf("%d rows were written", now-before)
		}
		c.put(t, "gp", "AllergyIntolerance", "1", allergy("1", "Penicillin", "active"), "", false)
		c.open(t, "page", record.Filter{})
	})
}

// A long body is packed in halves; put between a head and a tail it is one stream.
func TestHalvesAreOneStream(t *testing.T) {
	for _, size := range []int{0, 1, 1000, 64<<10 - 1, 64 << 10, 64<<10 + 1, 500_000} {
		body := []byte(strings.Repeat("<li data-item=\"x\">Serum sodium level</li>\n", size/40+1)[:size])
		r, err := record.Deflated(body)
		must(t, err)
		// What follows is an empty last block.
		got, err := io.ReadAll(flate.NewReader(bytes.NewReader(append(slices.Clone(r.Deflated), 3, 0))))
		if err != nil || !bytes.Equal(got, body) || r.CRC != crc32.ChecksumIEEE(body) || int(r.Length) != size {
			t.Errorf("%d bytes: %d came back, %v", size, len(got), err)
		}
	}
}
