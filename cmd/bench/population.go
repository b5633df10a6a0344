package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"candour/models/nhsnumber"
)

// feed is one of the five sources that the population comes from.
type feed struct {
	kind     string // practice, acute, community, mental, social
	source   string // source id of the demo world
	practice string // ODS code of the practice everybody is registered with
}

var feedKinds = []string{"practice", "acute", "community", "mental", "social"}

// plan says how many resources of each type one person has in one feed.
type plan struct {
	typ   string
	big   int // people with a long record
	small int // everybody else, where the feed knows them at all
}

// The types of each feed in the order of a bulk export. A long record is 536
// items of five sources; the mean of the others is about 20 resources.
var plans = map[string][]plan{
	"practice":  {{"Encounter", 40, 3}, {"Condition", 25, 2}, {"MedicationRequest", 45, 3}, {"AllergyIntolerance", 4, 1}, {"Observation", 110, 5}, {"Immunization", 16, 1}},
	"acute":     {{"Encounter", 25, 1}, {"Condition", 12, 0}, {"Observation", 80, 2}, {"DiagnosticReport", 20, 1}, {"Procedure", 12, 0}, {"DocumentReference", 15, 1}, {"Appointment", 12, 1}},
	"community": {{"Encounter", 25, 1}, {"Observation", 30, 1}, {"CarePlan", 5, 1}},
	"mental":    {{"Encounter", 20, 1}, {"MedicationRequest", 4, 0}, {"DocumentReference", 8, 0}, {"CarePlan", 4, 1}},
	"social":    {{"CarePlan", 10, 1}, {"ServiceRequest", 10, 1}, {"Flag", 4, 0}},
}

// person is one made-up person. The same number is the same person on every
// machine and in every run.
type person struct {
	n      int
	nhs    string
	family string
	given  string
	birth  string
	big    bool
}

// population are people number first to first+people; the first big of them have
// a long record.
type population struct {
	people []person
	today  time.Time
}

func newPopulation(first, people, big int, today time.Time) *population {
	p := &population{people: make([]person, 0, people), today: today.UTC().Truncate(24 * time.Hour)}
	n := 0
	for base := 999500000; len(p.people) < people; base++ { // 999: the range that is never issued
		nhs, ok := withCheckDigit(base)
		if !ok {
			continue
		}
		if n >= first {
			p.people = append(p.people, makePerson(n, nhs, n-first < big))
		}
		n++
	}
	return p
}

func withCheckDigit(base int) (string, bool) {
	for d := 0; d < 10; d++ {
		s := fmt.Sprintf("%09d%d", base, d)
		if _, err := nhsnumber.Parse(s); err == nil {
			return s, true
		}
	}
	return "", false // one in eleven has no check digit
}

func makePerson(n int, nhs string, big bool) person {
	h := mix(n, 0)
	born := time.Date(1930+int(h%70), time.Month(1+h/70%12), 1+int(h/840%28), 0, 0, 0, 0, time.UTC)
	return person{n: n, nhs: nhs, big: big, birth: born.Format(time.DateOnly),
		family: families[h/32%uint64(len(families))], given: givens[h/1024%uint64(len(givens))]}
}

// mix is a small hash (SplitMix64): the choices of one person's k-th thing.
func mix(n, k int) uint64 {
	x := uint64(n)*0x9e3779b97f4a7c15 + uint64(k)*0xbf58476d1ce4e5b9 + 1
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// known tells whether the feed has ever heard of the person: the practice of
// everybody, the hospital of two in five, the others of one in eight.
func (p person) known(kind string) bool {
	switch {
	case p.big || kind == "practice":
		return true
	case kind == "acute":
		return mix(p.n, 1)%5 < 2
	}
	return mix(p.n, len(kind))%8 == 0
}

func (p person) count(pl plan) int {
	if p.big {
		return pl.big
	}
	return pl.small
}

// writeByPerson writes a feed as NDJSON, each person's resources together, and
// gives the number of resources.
func (pop *population) writeByPerson(w io.Writer, f feed) (int, error) {
	out := bufio.NewWriterSize(w, 1<<16)
	buf, n := appendShared(nil, f, pop.today)
	for _, p := range pop.people {
		if !p.known(f.kind) {
			continue
		}
		buf = appendPatient(buf, f, p, pop.today)
		n++
		for _, pl := range plans[f.kind] {
			for k := range p.count(pl) {
				buf = appendResource(buf, f, p, pl.typ, k, pop.today)
				n++
			}
		}
		if _, err := out.Write(buf); err != nil {
			return n, err
		}
		buf = buf[:0]
	}
	return n, out.Flush()
}

// writeByType writes a feed in the order of a bulk export, all patients, then
// all of each type, and stops after limit resources.
func (pop *population) writeByType(w io.Writer, f feed, limit int) (int, error) {
	out := bufio.NewWriterSize(w, 1<<16)
	buf, n := appendShared(nil, f, pop.today)
	emit := func() error {
		n++
		_, err := out.Write(buf)
		buf = buf[:0]
		return err
	}
	for _, p := range pop.people {
		buf = appendPatient(buf, f, p, pop.today)
		if err := emit(); err != nil {
			return n, err
		}
	}
	for _, pl := range plans[f.kind] {
		for _, p := range pop.people {
			for k := range p.count(pl) {
				if n >= limit {
					return n, out.Flush()
				}
				buf = appendResource(buf, f, p, pl.typ, k, pop.today)
				if err := emit(); err != nil {
					return n, err
				}
			}
		}
	}
	return n, out.Flush()
}

// extract is one feed's NDJSON on disk.
type extract struct {
	feed
	path      string
	resources int
}

// writeExtracts makes a file for each feed before anything is timed.
func (pop *population) writeExtracts(dir string, feeds []feed) ([]extract, error) {
	var all []extract
	for _, f := range feeds {
		path := filepath.Join(dir, f.kind+".ndjson")
		file, err := os.Create(path)
		if err != nil {
			return nil, err
		}
		n, err := pop.writeByPerson(file, f)
		if err == nil {
			err = file.Close()
		}
		if err != nil {
			return nil, err
		}
		all = append(all, extract{feed: f, path: path, resources: n})
	}
	return all, nil
}

// expected is how many items (patients apart) the person has in all feeds.
func (p person) expected() int {
	n := 0
	for kind, all := range plans {
		if p.known(kind) {
			for _, pl := range all {
				n += p.count(pl)
			}
		}
	}
	return n
}
