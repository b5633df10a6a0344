package ingest

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fhir"
	"candour/models/opaque"
)

func TestUnknownSourceSaysHowToRegister(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, err := h.Take(context.Background(), "nobody", strings.NewReader("{}"), "x", Options{})
	var unknown *UnknownSource
	if !errors.As(err, &unknown) || !strings.Contains(err.Error(), "regist") {
		t.Fatal(err)
	}
}

func TestPoisonIsQuarantinedAndTheRestGoesOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		lines := []string{aPatient("1", nhs(1), "1970-01-01", "Smith")}
		for i := range 999 {
			lines = append(lines, anObservation(fmt.Sprint("o", i), "1", "27113001", "70"))
		}
		bad := `{"resourceType":"Observation","id":"bad","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/1"},"valueQuantity":{"value":"70"}}`
		lines = append(lines[:500], append([]string{bad}, lines[500:]...)...)
		for range 3 {
			r := h.take("gp", strings.Join(lines, "\n"))
			if r.Counts["Observation"].Quarantined != 1 || r.Verdict() != Part {
				t.Fatalf("%+v", r.Counts["Observation"])
			}
		}
		if n := h.count("SELECT count(*) FROM items"); n != 999 {
			t.Fatalf("%d items", n)
		}
		if got := h.rows("SELECT local_id, reason, place FROM quarantine"); len(got) != 1 || got[0] != "bad | wrong_json_type | line 501" {
			t.Fatal(got)
		}
		h.take("gp", strings.Replace(bad, `"70"`, `70`, 1)) // put right at the source
		if n := h.count("SELECT count(*) FROM quarantine WHERE resolved_at = 0"); n != 0 {
			t.Fatal("still open after it came in well")
		}
	})
}

func TestRawIsKeptAsItCame(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	o := anObservation("o", "1", "27113001", "98.20")
	h.take("gp", aBundle("collection", "", aPatient("1", nhs(1), "1970-01-01", "Smith"), o))
	if got := h.rows("SELECT raw FROM items"); len(got) != 1 || got[0] != o {
		t.Fatal(got)
	}
}

func TestSameContentIsUnchangedHoweverItIsWritten(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.take("gp", aBundle("collection", "2024-01-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), anObservation("o", "1", "27113001", "70")))
	before := h.rows("SELECT record_version FROM persons")
	again := strings.ReplaceAll(aBundle("collection", "2024-02-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), anObservation("o", "1", "27113001", "70")), `,"`, ",\n  \"")
	r := h.take("gp", again)
	if c := r.Total(); c.Unchanged != 2 || c.Stored != 0 {
		t.Fatalf("%+v", c)
	}
	if got := h.rows("SELECT version FROM items"); got[0] != "1" {
		t.Fatal(got)
	}
	if after := h.rows("SELECT record_version FROM persons"); after[0] != before[0] {
		t.Fatal("a replay changed the record")
	}
}

func TestVersionNumberDecidesWithoutATime(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	v := func(n, value string) string {
		return anObservation("o", "1", "27113001", value, `"meta":{"versionId":"`+n+`"},`)
	}
	h.take("gp", aPatient("1", nhs(1), "1970-01-01", "Smith"))
	h.take("gp", v("3", "73"))
	h.take("gp", v("2", "72"))
	if got := h.rows("SELECT raw FROM items"); !strings.Contains(got[0], "73") {
		t.Fatal("an old version came over a new one")
	}
	h.take("gp", v("4", "74"))
	if got := h.rows("SELECT raw FROM items"); !strings.Contains(got[0], "74") {
		t.Fatal("the new version did not come in")
	}
	if got := h.rows("SELECT version, gone, raw FROM item_versions"); len(got) != 1 || !strings.Contains(got[0], "73") {
		t.Fatal("what was shown before is not kept", got)
	}
}

func TestCompleteExtractTakesAwayWhatIsGone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		who, other := aPatient("1", nhs(1), "1970-01-01", "Smith"), aPatient("2", nhs(2), "1970-01-01", "Brown")
		january := aBundle("collection", "2024-01-01T00:00:00Z", who, anObservation("a", "1", "27113001", "70"), anObservation("b", "1", "27113001", "71"), other, anObservation("c", "2", "27113001", "72"))
		june := aBundle("collection", "2024-06-01T00:00:00Z", who, anObservation("a", "1", "27113001", "70"))
		h.take("gp", january)
		h.take("acute", aBundle("collection", "2024-01-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), anObservation("b", "1", "27113001", "80")))
		if r := h.take("gp", june, Options{Complete: true}); r.Counts["Observation"].Gone != 1 {
			t.Fatalf("%+v", r.Counts["Observation"])
		}
		want := []string{"acute | b", "gp | a", "gp | c"} // another patient, another source: untouched
		if got := h.rows("SELECT source_id, local_id FROM items"); strings.Join(got, ",") != strings.Join(want, ",") {
			t.Fatal(got)
		}
		if got := h.rows("SELECT gone, raw FROM item_versions"); len(got) != 1 || !strings.Contains(got[0], `"value":71`) {
			t.Fatal("what is gone is not kept for the log", got)
		}
		h.take("gp", january) // the older extract, late: nothing comes back
		if got := h.rows("SELECT source_id, local_id FROM items"); strings.Join(got, ",") != strings.Join(want, ",") {
			t.Fatal("an old extract brought back what is gone: ", got)
		}
		h.take("gp", aBundle("collection", "2024-07-01T00:00:00Z", who, anObservation("b", "1", "27113001", "71")))
		if n := h.count("SELECT count(*) FROM items WHERE source_id = 'gp' AND local_id = 'b' AND version > 1"); n != 1 {
			t.Fatal("what a newer message says is there again did not come back")
		}
	})
}

func TestCompleteExtractInTheOtherOrder(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	who := aPatient("1", nhs(1), "1970-01-01", "Smith")
	h.take("gp", aBundle("collection", "2024-06-01T00:00:00Z", who, anObservation("a", "1", "27113001", "70")), Options{Complete: true})
	h.take("gp", aBundle("collection", "2024-01-01T00:00:00Z", who, anObservation("a", "1", "27113001", "70"), anObservation("b", "1", "27113001", "71")))
	if got := h.rows("SELECT local_id FROM items"); strings.Join(got, ",") != "a" {
		t.Fatal(got)
	}
}

func TestCompleteIsNotDoneWhenSomethingCouldNotBeRead(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	who := aPatient("1", nhs(1), "1970-01-01", "Smith")
	h.take("gp", who+"\n"+anObservation("a", "1", "27113001", "70"))
	r := h.take("gp", who+"\n"+`{"resourceType":"Observation", broken`, Options{Complete: true})
	if n := h.count("SELECT count(*) FROM items"); n != 1 || r.Problems[len(r.Problems)-1].Reason != NotRemoved {
		t.Fatalf("%d items, %+v", n, r.Problems)
	}
}

func TestCompleteOverSeveralFilesIsOneDelivery(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	who, a, b := aPatient("1", nhs(1), "1970-01-01", "Smith"), anObservation("a", "1", "27113001", "70"), anObservation("b", "1", "27113001", "71")
	h.take("gp", who+"\n"+a+"\n"+b)
	r, err := h.TakeAll(context.Background(), "gp", []Input{asInput("Patient.ndjson", who), asInput("Observation.ndjson", a)}, Options{Complete: true})
	if err != nil || r.Total().Gone != 1 {
		t.Fatalf("%v %+v", err, r)
	}
	if got := h.rows("SELECT local_id FROM items"); strings.Join(got, ",") != "a" {
		t.Fatal(got)
	}
}

func TestDeletionInABundle(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.take("gp", aBundle("collection", "2024-01-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), anObservation("a", "1", "27113001", "70")))
	r := h.take("gp", `{"resourceType":"Bundle","type":"transaction","timestamp":"2024-02-01T00:00:00Z","entry":[{"request":{"method":"DELETE","url":"Observation/a"}}]}`)
	if h.count("SELECT count(*) FROM items") != 0 || r.Total().Gone != 1 {
		t.Fatalf("%+v", r)
	}
	h.take("gp", aBundle("collection", "2024-01-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), anObservation("a", "1", "27113001", "70")))
	if h.count("SELECT count(*) FROM items") != 0 {
		t.Fatal("an old message brought a deleted item back")
	}
}

func TestReferencesByEveryName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		n := 0
		about := func(ref string) string {
			n++
			return strings.Replace(anObservation(fmt.Sprint("o", n), "X", "27113001", "70"), `{"reference":"Patient/X"}`, ref, 1)
		}
		body := `{"resourceType":"Bundle","type":"transaction","timestamp":"2024-01-01T00:00:00Z","entry":[` + strings.Join([]string{
			`{"resource":` + about(`{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"}`) + `}`,
			`{"resource":` + about(`{"reference":"https://feed.example/fhir/Patient/1"}`) + `}`,
			`{"resource":` + about(`{"reference":"https://feed.example/fhir/Patient/1/_history/3"}`) + `}`,
			`{"resource":` + about(`{"reference":"Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|`+nhs(1)+`"}`) + `}`,
			`{"resource":` + about(`{"identifier":{"system":"https://fhir.nhs.net/Id/nhs-number","value":"`+nhs(1)+`"}}`) + `}`,
			`{"resource":` + about(`{"reference":"Patient/1"}`) + `}`,
			`{"fullUrl":"urn:uuid:11111111-1111-4111-8111-111111111111","resource":` + aPatient("1", nhs(1), "1970-01-01", "Smith") + `}`,
		}, ",") + `]}`
		if r := h.take("gp", body); r.Counts["Observation"].Stored != 6 {
			t.Fatalf("%+v %+v", r.Counts["Observation"], r.Problems)
		}
		late := strings.ReplaceAll(body, `"id":"o`, `"id":"late`) // the same, item by item, before the patient
		var lines []string
		b, err := fhir.Whole([]byte(late), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range b.Entries[:6] {
			lines = append(lines, string(e.Raw))
		}
		if r := h.take("acute", strings.Join(lines, "\n")); r.Counts["Observation"].Held != 6 {
			t.Fatalf("%+v", r.Counts["Observation"])
		}
		h.take("acute", `{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:11111111-1111-4111-8111-111111111111","resource":`+aPatient("1", nhs(1), "1970-01-01", "Smith")+`}]}`)
		if n := h.count("SELECT count(*) FROM items WHERE source_id = 'acute'"); n != 6 || h.count("SELECT count(*) FROM held_resources") != 0 {
			t.Fatalf("%d of 6 released; still held: %v", n, h.rows("SELECT patient_local, local_id FROM held_resources"))
		}
	})
}

func TestEvidenceOfInvolvement(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	stay := `{"resourceType":"Encounter","id":"e","status":"in-progress","class":{"code":"IMP"},"subject":{"reference":"Patient/1"},"period":{"start":"2026-11-18T10:00:00Z"},"serviceProvider":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Z9H"}}}`
	visit := `{"resourceType":"Appointment","id":"a","status":"booked","start":"2026-12-01T10:00:00Z","end":"2026-12-01T10:20:00Z","participant":[{"actor":{"reference":"Patient/1"}},{"actor":{"reference":"Organization/9"}}]}`
	old := `{"resourceType":"Encounter","id":"old","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/1"},"period":{"start":"2001-01-01","end":"2001-01-01"}}`
	cancelled := strings.Replace(strings.Replace(visit, `"id":"a"`, `"id":"x"`, 1), "booked", "cancelled", 1)
	org := `{"resourceType":"Organization","id":"9","identifier":[{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Z9C"}],"name":"Community"}`
	h.take("gp", aBundle("collection", "2026-11-19T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), stay, visit, old, cancelled, org))
	got := h.rows("SELECT organisation_id, kind, until_at FROM relationships")
	want := []string{"org-acute | admission | 253402214400000", "org-community | appointment | 1798712400000", "org-gp | admission | 253402214400000", "org-gp | appointment | 1798712400000"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Fatalf("%v", strings.Join(got, "\n"))
	}
	day := func(ms int) time.Time { return time.UnixMilli(int64(ms)).UTC() }
	begins := day(h.count("SELECT at FROM relationships WHERE kind = 'appointment' AND organisation_id = 'org-gp'"))
	counts := day(h.count("SELECT from_at FROM relationships WHERE kind = 'appointment' AND organisation_id = 'org-gp'"))
	if want := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC); !begins.Equal(want) || !counts.Equal(want.AddDate(0, 0, -14)) {
		t.Errorf("the appointment is of %v and counts from %v", begins, counts)
	}
	h.take("gp", aBundle("collection", "2026-11-20T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), strings.Replace(visit, "booked", "cancelled", 1)))
	if n := h.count("SELECT count(*) FROM relationships WHERE kind = 'appointment'"); n != 0 {
		t.Fatal("a cancelled appointment is still evidence")
	}
}

func TestPersonIsDescribedByThePracticeFirst(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	address := func(code string) string {
		return `"address":[{"line":["1 Street"],"city":"Town","postalCode":"` + code + `"}],`
	}
	h.take("acute", aBundle("collection", "2024-06-01T00:00:00Z", aPatient("9", nhs(1), "1970-01-01", "Smith", address("AA1 1AA"), `"meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},`)))
	h.take("gp", aBundle("collection", "2024-01-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "SMITH", address("BB2 2BB"))))
	got := h.rows("SELECT family, postcode_key, practice_ods, restricted FROM persons")
	if len(got) != 1 || (got[0] != "SMITH | BB22BB | Z9G01 | 1" && got[0] != "SMITH | BB22BB | Z9G01 | true") {
		t.Fatal(got)
	}
}

func TestGzipOfLinesAndNothingNested(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	zip := func(s string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	body := aPatient("1", nhs(1), "1970-01-01", "Smith") + "\n" + anObservation("a", "1", "27113001", "70")
	if r := h.take("gp", zip(body)); r.Verdict() != AllIn {
		t.Fatalf("%+v", r)
	}
	if r := h.take("gp", zip(zip(body))); r.Refused != fhir.Archive {
		t.Fatalf("%+v", r)
	}
	if r := h.take("gp", zip(body)[:60]); r.Refused == "" && r.Total().Stored > 0 {
		t.Fatalf("%+v", r)
	}
}

func TestLineBeyondTheLimitIsPassedOver(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	long := `{"resourceType":"Observation","id":"x","note":[{"text":"` + strings.Repeat("a", maxLine) + `"}]}`
	r := h.take("gp", aPatient("1", nhs(1), "1970-01-01", "Smith")+"\n"+long+"\n"+anObservation("a", "1", "27113001", "70"))
	if r.Counts["Observation"].Stored != 1 || r.Total().Quarantined != 1 {
		t.Fatalf("%+v", r)
	}
}

func TestReplaysLeaveTheSameRows(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	body := aBundle("collection", "2024-01-01T00:00:00Z", aPatient("1", nhs(1), "1970-01-01", "Smith"), anObservation("a", "1", "27113001", "70"), `{"resourceType":"Teapot","id":"t"}`, anObservation("b", "404", "27113001", "70"))
	count := func() string {
		var all []string
		for _, n := range []string{"persons", "source_patients", "items", "item_versions", "held_resources", "aliases", "quarantine"} {
			all = append(all, fmt.Sprint(n, " ", h.count("SELECT count(*) FROM "+n)))
		}
		return strings.Join(all, ", ")
	}
	h.take("gp", body)
	want := count()
	for range 3 {
		h.take("gp", body)
		if got := count(); got != want {
			t.Fatalf("%s, before %s", got, want)
		}
	}
}

func TestItemIDsAreTheSourcesOwn(t *testing.T) {
	if itemID("gp", "Observation", "1") != string(opaque.Of("gp", "Observation", "1")) || itemID("gp", "Observation", "1") == itemID("acute", "Observation", "1") {
		t.Fatal("ids must belong to their source")
	}
}

func TestPatientInsideAnItem(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	inside := func(patients string) string {
		return `{"resourceType":"Immunization","id":"i","status":"completed","contained":[` + patients + `],"vaccineCode":{"text":"x"},"patient":{"reference":"#p"},"occurrenceDateTime":"2024-01-01"}`
	}
	if r := h.take("gp", inside(aPatient("p", nhs(1), "1970-01-01", "Smith"))); r.Verdict() != AllIn || r.Total().Read != 1 || h.count("SELECT count(*) FROM items") != 1 {
		t.Fatalf("%+v", r)
	}
	if r := h.take("acute", inside(aPatient("p", nhs(1), "1970-01-02", "Smith"))); r.Counts["Immunization"].Held != 1 {
		t.Fatalf("%+v", r.Counts)
	}
	if r := h.take("social", inside(aPatient("p", nhs(1), "1970-01-01", "Smith")+","+aPatient("q", nhs(2), "1970-01-01", "Brown"))); r.Total().Quarantined != 1 {
		t.Fatalf("%+v", r.Counts)
	}
}

func BenchmarkOneChange(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			h := newHouse(b, open(b))
			if _, err := h.Take(context.Background(), "gp", &feed{source: "gp", people: 20, items: 500, first: 1}, "gp.ndjson", Options{}); err != nil {
				b.Fatal(err)
			}
			n := 0
			for b.Loop() {
				n++
				if r := h.take("gp", anObservation("p7-499", "p7", "27113001", fmt.Sprint(n))); r.Total().Stored != 1 {
					b.Fatalf("%+v", r)
				}
			}
		})
	}
}

func TestHeldPatientUnderANewNameStaysHeld(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.take("gp", strings.Replace(anObservation("o", "X", "27113001", "70"), "Patient/X", "urn:uuid:22222222-2222-4222-8222-222222222222", 1))
	named := func(url string) string {
		return `{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"` + url + `","resource":` + aPatient("1", "", "1970-01-01", "Smith") + `}]}`
	}
	h.take("gp", named("urn:uuid:33333333-3333-4333-8333-333333333333"))
	h.take("gp", named("urn:uuid:22222222-2222-4222-8222-222222222222"))
	if got := h.rows("SELECT patient_local, local_id FROM held_resources"); len(got) != 1 || got[0] != "1 | o" {
		t.Fatal(got)
	}
}

func TestLinesThatBeginWithALongOne(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	long := anObservation("long", "1", "27113001", "70", `"note":[{"text":"`+strings.Repeat("a", 2*headSize)+`"}],`)
	if r := h.take("gp", long+"\n"+aPatient("1", nhs(1), "1970-01-01", "Smith")); r.Refused != "" || r.Total().Read != 2 || h.count("SELECT count(*) FROM items") != 1 {
		t.Fatalf("%+v", r)
	}
}
