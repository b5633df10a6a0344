package ingest

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
)

// feed writes NDJSON of one source: people, each with items of the usual types in
// the usual sizes (about 1 kB).
type feed struct {
	source        string
	people, items int
	first         int
	person, item  int
	buf           []byte
}

func (f *feed) Read(p []byte) (int, error) {
	for len(f.buf) < len(p) && f.person < f.people {
		f.buf = append(f.buf, f.line()...)
		f.buf = append(f.buf, '\n')
		if f.item++; f.item > f.items {
			f.person, f.item = f.person+1, 0
		}
	}
	n := copy(p, f.buf)
	f.buf = f.buf[:copy(f.buf, f.buf[n:])]
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (f *feed) line() string {
	n := f.first + f.person
	who := fmt.Sprintf("p%d", n)
	if f.item == 0 {
		return aPatient(who, nhs(n), fmt.Sprintf("19%02d-03-%02d", n%90, 1+n%28), "Family"+strconv.Itoa(n%1000),
			`"generalPractitioner":[{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Z9G01"}}],"address":[{"line":["1 Any Street"],"city":"Anytown","postalCode":"ZZ1 1ZZ"}],`)
	}
	id, day := fmt.Sprintf("%s-%d", who, f.item), fmt.Sprintf("20%02d-%02d-%02d", 10+f.item%14, 1+f.item%12, 1+f.item%28)
	tail := `,"note":[{"text":"` + strings.Repeat("as discussed with the patient and their carer ", 7) + `"}]}`
	switch f.item % 10 {
	case 0:
		return fmt.Sprintf(`{"resourceType":"Encounter","id":"%s","meta":{"lastUpdated":"%sT10:00:00Z"},"status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"type":[{"coding":[{"system":"http://snomed.info/sct","code":"185347001","display":"Encounter for problem"}],"text":"Encounter for problem"}],"subject":{"reference":"Patient/%s"},"participant":[{"individual":{"reference":"Practitioner/d1","display":"Dr A Doctor"}}],"period":{"start":"%sT09:00:00Z","end":"%sT09:15:00Z"},"serviceProvider":{"display":"%s"}}`, id, day, who, day, day, strings.Repeat("Any organisation ", 20))
	case 1, 2:
		return fmt.Sprintf(`{"resourceType":"MedicationRequest","id":"%s","meta":{"lastUpdated":"%sT10:00:00Z"},"status":"stopped","intent":"order","medicationCodeableConcept":{"coding":[{"system":"https://dmd.nhs.uk","code":"%d","display":"A tablet 500mg"}],"text":"A tablet 500mg"},"subject":{"reference":"Patient/%s"},"encounter":{"reference":"Encounter/%s-10"},"authoredOn":"%s","dosageInstruction":[{"text":"one twice a day","timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d"}},"doseAndRate":[{"doseQuantity":{"value":1.0,"unit":"tablet"}}]}]%s`, id, day, 1000+f.item, who, who, day, tail)
	case 3:
		return fmt.Sprintf(`{"resourceType":"Condition","id":"%s","meta":{"lastUpdated":"%sT10:00:00Z"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"code":{"coding":[{"system":"http://snomed.info/sct","code":"%d","display":"A condition"}],"text":"A condition"},"subject":{"reference":"Patient/%s"},"encounter":{"reference":"Encounter/%s-10"},"onsetDateTime":"%s"%s`, id, day, 44000+f.item, who, who, day, tail)
	}
	return fmt.Sprintf(`{"resourceType":"Observation","id":"%s","meta":{"lastUpdated":"%sT10:00:00Z"},"status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"coding":[{"system":"http://snomed.info/sct","code":"%d","display":"A measurement of something in blood"},{"system":"http://loinc.org","code":"2339-0"}],"text":"A measurement"},"subject":{"reference":"Patient/%s"},"encounter":{"reference":"Encounter/%s-10"},"effectiveDateTime":"%sT09:10:00Z","issued":"%sT12:00:00Z","valueQuantity":{"value":%d.40,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},"referenceRange":[{"low":{"value":3.5,"unit":"mmol/L"},"high":{"value":5.30,"unit":"mmol/L"}}]%s`,
		id, day, 271000+f.item, who, who, day, day, f.item%9, tail)
}

// resources is how many resources a benchmark takes in; CANDOUR_BENCH_RESOURCES
// sets another number.
func resources() int {
	if n, err := strconv.Atoi(os.Getenv("CANDOUR_BENCH_RESOURCES")); err == nil && n > 0 {
		return n
	}
	return 50_000
}

func benchmarkTake(b *testing.B, open func(testing.TB) *db.DB) {
	const each = 100
	sources := []string{"gp", "acute", "mental", "community", "social"}
	people := max(resources()/(len(sources)*(each+1)), 1)
	for b.Loop() {
		b.StopTimer()
		h := newHouse(b, open(b))
		b.StartTimer()
		total, watch := 0, clock.Stopwatch()
		for _, s := range sources {
			r, err := h.Take(context.Background(), s, &feed{source: s, people: people, items: each, first: 1}, s+".ndjson", Options{})
			if err != nil || r.Verdict() != AllIn {
				b.Fatal(err, r.Verdict(), r.Refused, r.Problems[:min(len(r.Problems), 3)])
			}
			total += r.Total().Stored
		}
		b.ReportMetric(float64(total)/watch().Seconds(), "resources/s")
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.Sys)/(1<<20), "MiB")
	}
}

func BenchmarkTakeSQLite(b *testing.B)   { benchmarkTake(b, dbtest.SQLite) }
func BenchmarkTakePostgres(b *testing.B) { benchmarkTake(b, dbtest.Postgres) }
func BenchmarkPrepare(b *testing.B) {
	h := New(Deps{Clock: clock.Fixed(noon)})
	f := &feed{source: "gp", people: 1, items: 100, first: 1}
	var pieces []piece
	size := 0
	for ; f.item <= 100; f.item++ {
		pieces = append(pieces, piece{raw: []byte(f.line())})
		size += len(pieces[len(pieces)-1].raw)
	}
	b.SetBytes(int64(size / len(pieces)))
	n := 0
	for b.Loop() {
		h.rules.prepare(message{source: "gp", at: noon}, pieces[n%len(pieces)])
		n++
	}
}
