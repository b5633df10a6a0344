package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

var today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func TestPopulationIsValidAndTheSameEachTime(t *testing.T) {
	total, bytesTotal := 0, 0
	for _, kind := range feedKinds {
		f := feed{kind: kind, source: kind, practice: "Z9G01"}
		var first, second bytes.Buffer
		n, err := newPopulation(0, 300, 3, today).writeByPerson(&first, f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := newPopulation(0, 300, 3, today).writeByPerson(&second, f); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("%s: two runs made different populations", kind)
		}
		lines := bytes.Split(bytes.TrimSpace(first.Bytes()), []byte("\n"))
		if len(lines) != n {
			t.Fatalf("%s: %d lines, told %d", kind, len(lines), n)
		}
		ids := map[string]bool{}
		for _, l := range lines {
			var r struct{ ResourceType, ID string }
			if err := json.Unmarshal(l, &r); err != nil {
				t.Fatalf("%s: %v in %s", kind, err, l)
			}
			if ids[r.ResourceType+"/"+r.ID] {
				t.Fatalf("%s: %s/%s twice", kind, r.ResourceType, r.ID)
			}
			ids[r.ResourceType+"/"+r.ID] = true
		}
		total += n
		bytesTotal += first.Len()
	}
	small := float64(total-3*541-5*len(surgeries)) / 297
	if small < 18 || small > 23 {
		t.Errorf("a person has %.1f resources on average, wanted about 20", small)
	}
	if mean := bytesTotal / total; mean < 780 || mean > 1000 {
		t.Errorf("a resource has %d bytes on average, wanted about 900", mean)
	}
	t.Logf("mean %.1f resources a person, %d bytes each", small, bytesTotal/total)
}

func TestLongRecordHasMoreThan500Items(t *testing.T) {
	pop := newPopulation(0, 3, 2, today)
	if n := pop.people[1].expected(); n < 500 {
		t.Errorf("a long record has %d items", n)
	}
	if pop.people[2].big {
		t.Error("the third is not meant to be long")
	}
}

func TestByTypeIsTheSameFeedInAnotherOrder(t *testing.T) {
	f := feed{kind: "practice", source: "s", practice: "Z9G01"}
	pop := newPopulation(50, 20, 0, today)
	var a, b bytes.Buffer
	n, err := pop.writeByPerson(&a, f)
	if err != nil {
		t.Fatal(err)
	}
	m, err := pop.writeByType(&b, f, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	if n != m || a.Len() != b.Len() {
		t.Errorf("%d resources in %d bytes by person, %d in %d by type", n, a.Len(), m, b.Len())
	}
	if n, err = pop.writeByType(&b, f, 100); err != nil || n != 100 {
		t.Errorf("a limit of 100 gave %d, %v", n, err)
	}
}
