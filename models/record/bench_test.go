package record_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/record"
)

// entries is about how many items the bar of performance.md P5 speaks of.
const entries = 500

// someone is the input of a person with about 500 entries of five sources.
func someone(b testing.TB) record.Input {
	in := record.Input{}
	for id, kind := range kinds {
		in.Feeds = append(in.Feeds, feed(id, kind))
	}
	files, _ := filepath.Glob(filepath.Join(dataDir(b), "multi-source", "02-dissent_reversed", "[0-9]*"))
	for _, f := range files {
		loadBundle(b, &in, feedOf(f), readFile(b, f), nil)
	}
	in.Items = in.Items[len(in.Items)-min(entries, len(in.Items)):]
	return in
}

func BenchmarkMerge(b *testing.B) {
	in := someone(b)
	b.ReportMetric(float64(len(in.Items)), "items")
	b.ReportAllocs()
	for b.Loop() {
		fresh := in
		fresh.Items = make([]record.Item, len(in.Items))
		for i, x := range in.Items {
			fresh.Items[i] = record.Item{Ref: x.Ref, Source: x.Source, Type: x.Type, LocalID: x.LocalID, Raw: x.Raw}
		}
		record.Merge(fresh)
	}
}

// BenchmarkCold is the first view after intake: read, merge, render, store, log, show.
func BenchmarkCold(b *testing.B) {
	c := newClinic(b, dbtest.SQLite(b))
	for _, x := range someone(b).Items {
		source := map[bool]string{true: "gp", false: "acute"}[x.Source == "gp"]
		c.put(b, source, x.Type, x.LocalID+x.Source, string(x.Raw), "", false)
	}
	for b.Loop() {
		b.StopTimer()
		c.touch(b)
		b.StartTimer()
		c.open(b, "page", record.Filter{})
	}
}

// BenchmarkHot is the unfiltered page when its rendering is ready.
func BenchmarkHot(b *testing.B) { ready(b, record.Filter{}) }

// BenchmarkFiltered is a view that decodes the stored sheet.
func BenchmarkFiltered(b *testing.B) { ready(b, record.Filter{Source: "gp"}) }

func ready(b *testing.B, f record.Filter) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			c := newClinic(b, open(b))
			for i := range entries {
				c.put(b, "gp", "AllergyIntolerance", fmt.Sprint(i), allergy(fmt.Sprint(i), "Allergy", "active"), "", false)
			}
			must(b, c.records.Prepare(context.Background(), c.person))
			for b.Loop() {
				c.open(b, "page", f)
			}
		})
	}
}
