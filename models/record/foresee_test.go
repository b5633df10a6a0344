package record_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
	"candour/models/record"
)

var preview = record.Request{Route: "/my/objection/what-changes", Shape: "preview", RequestID: "req-p"}

// imagined is a doctor of the hospital whom nobody has met.
var imagined = access.Imagine("R8000", []access.Capability{access.ViewRecord}, "o-acute")

// counted is what one real run of the gate shows, by section and source.
func counted(t *testing.T, c *clinic) (sections map[record.SectionKind]int, bySource map[string]int, refused access.Reason) {
	t.Helper()
	d, err := c.records.Open(context.Background(), c.doctor, c.person, record.Request{Route: "/test", Shape: "csv"})
	var r *access.Refusal
	if errors.As(err, &r) {
		return map[record.SectionKind]int{}, map[string]int{}, r.Decision.Reason
	}
	must(t, err)
	sections, bySource = map[record.SectionKind]int{}, map[string]int{}
	for _, s := range d.Sheet().Sections {
		for _, cover := range s.Coverage {
			sections[s.Kind] += cover.Items
			bySource[string(s.Kind)+" "+cover.Source] += cover.Items
		}
		for _, l := range s.Lines {
			if s.Kind == record.Other {
				sections[s.Kind] += max(l.Count, len(l.Refs))
			}
		}
	}
	return sections, bySource, ""
}

func foretold(p record.Prospect) (sections map[record.SectionKind]int, bySource map[string]int) {
	sections, bySource = map[record.SectionKind]int{}, map[string]int{}
	for _, piece := range p.Outline.Parts {
		sections[piece.Kind] += piece.Items
		for _, cover := range piece.Coverage {
			bySource[string(piece.Kind)+" "+cover.Source] += cover.Items
		}
	}
	return sections, bySource
}

func sum(m map[record.SectionKind]int) int {
	n := 0
	for _, v := range m {
		n += v
	}
	return n
}

// What is foretold is the difference of two runs of the gate: one as it is, one with
// an objection. What a source keeps from the person is not told, not
// even as a number.
func TestForesightIsTheDifferenceOfTwoRunsOfTheGate(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		test := func(t *testing.T, d *db.DB) {
			c := newClinic(t, d)
			c.put(t, "gp", "AllergyIntolerance", "a1", `{"resourceType":"AllergyIntolerance","id":"a1","code":{"text":"Penicillin"}}`, "", false)
			c.put(t, "acute", "AllergyIntolerance", "a2", `{"resourceType":"AllergyIntolerance","id":"a2","code":{"text":"Latex"}}`, "", false)
			c.put(t, "gp", "Condition", "c1", `{"resourceType":"Condition","id":"c1","code":{"text":"Asthma"}}`, "", hidden)
			c.put(t, "acute", "Encounter", "e1", `{"resourceType":"Encounter","id":"e1","status":"finished"}`, "", false)
			c.put(t, "acute", "Task", "x1", `{"resourceType":"Task","id":"x1"}`, "", false)
			c.put(t, "acute", "Procedure", "p1", `{"resourceType":"Procedure","id":"p1","code":{"text":"withheld"}}`, "sexual_health", false)
			c.touch(t)
			f, err := c.records.Foresee(context.Background(), c.patient, c.person, imagined, preview)
			must(t, err)
			before, beforeBy, refused := counted(t, c)
			if refused != "" || sum(before) == 0 {
				t.Fatalf("the run without: %s, %v", refused, before)
			}
			c.exec(t, "UPDATE persons SET objected = ? WHERE id = ?", true, string(c.person))
			after, afterBy, refused := counted(t, c)
			if refused != access.ReasonObjected || f.Changed().Decision.Reason != refused || f.Changed().Shown() || !f.Today().Shown() {
				t.Fatalf("the run with: %s; foretold %+v", refused, f.Changed().Decision)
			}
			now, nowBy := foretold(f.Today())
			then, thenBy := foretold(f.Changed())
			if total := f.Today().Outline.Items; total != sum(now) || hidden && (now[record.Problems] != 0 || sum(now) >= sum(before)) {
				t.Errorf("something not for the person is counted: %d, by parts %v, really %v", total, now, before)
			}
			for kind := range before {
				if kind != record.Problems || !hidden {
					if got, want := now[kind]-then[kind], before[kind]-after[kind]; got != want {
						t.Errorf("%s: %d foretold, %d really", kind, got, want)
					}
				}
			}
			if !hidden && (!reflect.DeepEqual(nowBy, beforeBy) || len(thenBy)+len(afterBy) != 0) {
				t.Errorf("by source: %v, really %v", nowBy, beforeBy)
			}
			back, err := c.records.Foresee(context.Background(), c.patient, c.person, imagined, preview)
			must(t, err)
			if !back.Objected() || back.Today().Shown() || !reflect.DeepEqual(back.Changed().Outline, f.Today().Outline) || len(back.Sources()) == 0 {
				t.Errorf("the way back: %+v", back)
			}
		}
		t.Run(fmt.Sprintf("hidden %t", hidden), func(t *testing.T) { dbtest.Each(t, test) })
	}
}

// Only the person themselves may suppose, it is logged as theirs, and no imagined
// member of staff can be let in by the gate.
func TestForesightIsTheirsAlone(t *testing.T) {
	d := dbtest.SQLite(t)
	c := newClinic(t, d)
	ctx := context.Background()
	var refused *access.Refusal
	other := c.patient
	other.Person = opaque.Of("person", "2")
	for name, by := range map[string]access.Viewer{"the doctor": c.doctor, "another": other, "a program": access.ForSystem("x"), "nobody": {}} {
		if _, err := c.records.Foresee(ctx, by, c.person, imagined, preview); !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.records.Foresee(ctx, c.patient, c.person, c.doctor, preview); !errors.As(err, &refused) {
		t.Errorf("a real member of staff was supposed: %v", err)
	}
	if _, err := c.records.Open(ctx, imagined, c.person, record.Request{Route: "/test", Shape: "csv"}); !errors.As(err, &refused) || refused.Decision.Reason != access.ReasonTraining {
		t.Errorf("the imagined one at the gate: %v", err)
	}
	before := lastSeq(t, d)
	_, err := c.records.Foresee(ctx, c.patient, c.person, imagined, preview)
	must(t, err)
	row, err := d.QueryRow(ctx, "SELECT count(*), max(kind) FROM audit_entries WHERE seq > ? AND person_id = ?", before, string(c.person))
	must(t, err)
	var n int
	var kind string
	must(t, row.Scan(&n, &kind))
	if n != 1 || kind != string(audit.KindOwn) {
		t.Errorf("%d entries, the last is %q", n, kind)
	}
}

func lastSeq(t *testing.T, d *db.DB) int64 {
	t.Helper()
	row, err := d.QueryRow(context.Background(), "SELECT coalesce(max(seq), 0) FROM audit_entries")
	must(t, err)
	var n int64
	must(t, row.Scan(&n))
	return n
}
