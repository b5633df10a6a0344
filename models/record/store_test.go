package record_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/policy"
	"candour/models/record"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// clinic is one hospital and one practice, a doctor with a claim, and one person.
type clinic struct {
	d       *db.DB
	log     *audit.Log
	gate    *access.Gate
	records *record.Store
	doctor  access.Viewer
	patient access.Viewer
	person  opaque.ID
	renders atomic.Int32
	drawing func() // called while a page is made
}

func newClinic(t testing.TB, d *db.DB) *clinic {
	t.Helper()
	ctx := context.Background()
	c := &clinic{d: d, person: opaque.Of("person", "1")}
	now := clock.Fixed(noon)
	c.log = audit.New(d, now)
	p := policy.Default()
	c.gate = access.NewGate(access.Deps{DB: d, Log: c.log, Clock: now, Policy: access.PolicyFacts{Version: p.Version, MinAge: p.MinAge, ClaimFor: time.Hour}})
	c.records = record.New(record.Deps{DB: d, Gate: c.gate, Log: c.log, Clock: now, Policy: p, Render: c.render, Version: "t1"})
	orgs := organisation.NewStore(d)
	for _, o := range []organisation.Organisation{
		{ID: "o-gp", ODSCode: "Z9G01", Name: "Fenwick Road Surgery", Kind: organisation.Practice, InRegion: true, State: organisation.Connected},
		{ID: "o-acute", ODSCode: "Z9H", Name: "Ousebank General Hospital", Kind: organisation.Acute, InRegion: true, State: organisation.Connected},
	} {
		must(t, orgs.Register(ctx, o))
	}
	for id, org := range map[string]string{"gp": "o-gp", "acute": "o-acute"} {
		must(t, orgs.RegisterSource(ctx, organisation.Source{ID: id, OrganisationID: org, SystemKind: "pas", State: organisation.Connected, FreshHours: 24, LastReceived: noon}))
	}
	c.doctor = access.Viewer{Kind: access.Staff, ID: "doctor", Name: "Dr Ann Other", Role: "R8000", Organisation: "o-acute",
		Capabilities: []access.Capability{access.ViewRecord}}
	c.patient = access.Viewer{Kind: access.Patient, ID: "account", Person: c.person, Level: "P9"}
	c.exec(t, "INSERT INTO staff (id, issuer, subject, name, training_until) VALUES ('doctor', 'i', 's', 'n', ?)", noon.AddDate(1, 0, 0).UnixMilli())
	c.exec(t, `INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key,
 phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
 VALUES (?, '9992000007', '1944-02-01', 'Langworth', 'langworth', 'Lavera', 'Mrs', '', 'female', '1 Test Street, Bedford', 'MK40 9ZZ', 'mk409zz', '', '', 'Z9G01', '', ?, ?, 0, 1, 0)`,
		string(c.person), false, false)
	c.exec(t, "INSERT INTO relationships (person_id, organisation_id, kind, item_id, from_at, until_at) VALUES (?, 'o-acute', 'appointment', 'x', ?, ?)",
		string(c.person), noon.AddDate(0, 0, -1).UnixMilli(), noon.AddDate(0, 0, 9).UnixMilli())
	must(t, c.gate.Claim(ctx, c.doctor, c.person, access.Claim{Basis: access.BasisEvidence, Kind: "appointment", Evidence: "x"}))
	return c
}

// render prints every item token of the sheet, as the real templates do.
func (c *clinic) render(_ context.Context, s *record.Sheet) ([]byte, error) {
	c.renders.Add(1)
	if c.drawing != nil {
		c.drawing()
	}
	return page(s), nil
}

func page(s *record.Sheet) []byte {
	var b bytes.Buffer
	for _, section := range s.Sections {
		for _, l := range section.Lines {
			for _, r := range record.Cited(&l) {
				fmt.Fprintf(&b, "<li data-item=%q>%s</li>\n", fmt.Sprint(r.ID, ".", r.Version), l.Title)
			}
		}
	}
	for _, m := range s.Timeline {
		fmt.Fprintf(&b, "<li data-item=%q>%s</li>\n", fmt.Sprint(m.Ref.ID, ".", m.Ref.Version), m.Title)
	}
	return b.Bytes()
}

var token = regexp.MustCompile(`data-item="([a-z2-7]{26})\.(\d+)"`)

func tokens(html []byte) []string {
	var out []string
	for _, m := range token.FindAllSubmatch(html, -1) {
		out = append(out, string(m[1])+"."+string(m[2]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func names(refs []audit.ItemRef) []string {
	var out []string
	for _, r := range refs {
		out = append(out, fmt.Sprint(r.ID, ".", r.Version))
	}
	slices.Sort(out)
	return out
}

// second is another server's store on the same database.
func (c *clinic) second(t testing.TB) *record.Store {
	t.Helper()
	now := clock.Fixed(noon)
	p := policy.Default()
	log := audit.New(c.d, now)
	gate := access.NewGate(access.Deps{DB: c.d, Log: log, Clock: now, Policy: access.PolicyFacts{Version: p.Version, MinAge: p.MinAge, ClaimFor: time.Hour}})
	return record.New(record.Deps{DB: c.d, Gate: gate, Log: log, Clock: now, Policy: p, Render: c.render, Version: "t1"})
}

func (c *clinic) exec(t testing.TB, query string, args ...any) {
	t.Helper()
	must(t, c.d.Do(context.Background(), func(ctx context.Context) error { _, err := c.d.Exec(ctx, query, args...); return err }))
}

// put stores an item as intake does: raw JSON, a version, the mark of what is withheld.
func (c *clinic) put(t testing.TB, source, kind, local, raw, withheld string, notForPatient bool) audit.ItemRef {
	t.Helper()
	id := opaque.Of(source, kind, local)
	c.exec(t, `INSERT INTO items (person_id, item_id, source_id, type, local_id, version, hash, updated_at, received_at, withheld, not_for_patient, raw)
 VALUES (?, ?, ?, ?, ?, 1, ?, 0, 0, ?, ?, ?)`, string(c.person), string(id), source, kind, local, []byte{1}, withheld, notForPatient, []byte(raw))
	c.touch(t)
	return audit.ItemRef{ID: id, Version: 1}
}

func (c *clinic) touch(t testing.TB) {
	t.Helper()
	c.exec(t, "UPDATE persons SET record_version = record_version + 1 WHERE id = ?", string(c.person))
}

func (c *clinic) open(t testing.TB, shape string, f record.Filter) record.Disclosure {
	t.Helper()
	d, err := c.records.Open(context.Background(), c.doctor, c.person, record.Request{Purpose: access.Treat, Route: "/r", Shape: shape, RequestID: "q", Filter: f})
	must(t, err)
	return d
}

// logged is the set of the newest entry.
func (c *clinic) logged(t testing.TB, d record.Disclosure) []string {
	t.Helper()
	return c.entry(t, d.Pass())
}

func (c *clinic) entry(t testing.TB, p access.Pass) []string {
	t.Helper()
	e, err := c.log.Entry(context.Background(), c.person, p.Entry())
	must(t, err)
	items, err := c.log.Set(context.Background(), e.Set)
	must(t, err)
	return names(items)
}

func inflate(t testing.TB, r *record.Ready) []byte {
	t.Helper()
	// A final empty block ends the stream, as the tail of a page would.
	body, err := io.ReadAll(flate.NewReader(io.MultiReader(bytes.NewReader(r.Deflated), bytes.NewReader([]byte{1, 0, 0, 0xff, 0xff}))))
	must(t, err)
	if crc32.ChecksumIEEE(body) != r.CRC || uint32(len(body)) != r.Length {
		t.Fatal("checksum or length of the ready body is wrong")
	}
	return body
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func allergy(code, name, status string) string {
	return fmt.Sprintf(`{"resourceType":"AllergyIntolerance","id":"a","clinicalStatus":{"coding":[{"code":%q}]},"code":{"coding":[{"system":"http://snomed.info/sct","code":%q}],"text":%q},"recordedDate":"2020-01-02","recorder":{"reference":"PractitionerRole/r1"}}`, status, code, name)
}

func TestOpenShowsWhatItLogs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		penicillin := c.put(t, "gp", "AllergyIntolerance", "1", allergy("91936005", "Allergy to penicillin", "active"), "", false)
		again := c.put(t, "acute", "AllergyIntolerance", "1", allergy("91936005", "Penicillin allergy", "active"), "", false)
		c.put(t, "gp", "Condition", "9", `{"resourceType":"Condition","code":{"text":"CANARY"}}`, "sexual_health", false)
		c.put(t, "gp", "Claim", "1", `{"resourceType":"Claim"}`, "", false)
		want := names([]audit.ItemRef{penicillin, again})

		first := c.open(t, "page", record.Filter{})
		body := inflate(t, first.Ready())
		if got := tokens(body); !reflect.DeepEqual(got, want) {
			t.Fatalf("page shows %v, want %v", got, want)
		}
		if got := c.logged(t, first); !reflect.DeepEqual(got, want) {
			t.Fatalf("log says %v, want %v", got, want)
		}
		if bytes.Contains(body, []byte("CANARY")) {
			t.Fatal("a withheld item is on the page")
		}
		if b := first.Banner(); b.NHSNumber != "999 200 0007" || b.Practice != "Fenwick Road Surgery" || b.AllergyTag != "known" {
			t.Fatalf("banner: %+v", b)
		}
		c.open(t, "page", record.Filter{})
		if n := c.renders.Load(); n != 1 {
			t.Fatalf("rendered %d times for two readers", n)
		}
		for _, shape := range []string{"print", "csv", "fragment"} {
			d := c.open(t, shape, record.Filter{})
			if got := c.logged(t, d); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(got, tokens(page(d.Sheet()))) {
				t.Fatalf("%s: log says %v, page shows %v", shape, got, tokens(page(d.Sheet())))
			}
		}
		d2 := c.open(t, "page", record.Filter{Text: "no such word"})
		if got := c.logged(t, d2); len(got) != 0 {
			t.Fatalf("an empty view logged %v", got)
		}
	})
}

func TestOpenMakesStalePagesAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		c.put(t, "gp", "AllergyIntolerance", "1", allergy("1", "First", "active"), "", false)
		changes := []struct {
			what   string
			change func()
			anew   bool
		}{
			{"nothing", func() {}, false},
			{"a new item", func() { c.put(t, "gp", "AllergyIntolerance", "2", allergy("2", "Second", "active"), "", false) }, true},
			{"a shared resource of its source", func() { c.exec(t, "UPDATE sources SET shared_version = shared_version + 1 WHERE id = 'gp'") }, true},
			{"its source failing", func() { c.exec(t, "UPDATE sources SET last_failed_at = last_received_at + 1 WHERE id = 'gp'") }, true},
			{"another source", func() { c.exec(t, "UPDATE sources SET shared_version = shared_version + 1 WHERE id = 'acute'") }, false},
			{"freshness alone", func() {
				c.exec(t, "UPDATE sources SET last_failed_at = 0, last_received_at = last_received_at + 9 WHERE id = 'acute'")
			}, false},
			{"damage to what is stored", func() {
				c.exec(t, "UPDATE renderings SET body = ?, sheet = ?, crc = crc + 1", []byte{0xff}, []byte{1})
			}, true},
			{"its source suspended", func() { c.exec(t, "UPDATE sources SET state = 'suspended' WHERE id = 'gp'") }, true},
		}
		c.open(t, "page", record.Filter{})
		for _, x := range changes {
			before := c.renders.Load()
			x.change()
			c.open(t, "page", record.Filter{})
			if anew := c.renders.Load() != before; anew != x.anew {
				t.Errorf("after %s: made anew %v, want %v", x.what, anew, x.anew)
			}
		}
		for _, s := range c.open(t, "page", record.Filter{}).Sources() {
			if s.ID == "acute" && (s.LastReceived.UnixMilli() != noon.UnixMilli()+9 || s.Holds) || s.ID == "gp" && (s.State != "suspended" || !s.Holds) {
				t.Errorf("the shell is told old things: %+v", s)
			}
		}
		if body := inflate(t, c.open(t, "page", record.Filter{}).Ready()); !bytes.Contains(body, []byte("Second")) {
			t.Error("the new item is not on the page")
		}
	})
}

func TestOpenShowsNothingWithoutTheGate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		letter := c.put(t, "gp", "DocumentReference", "1", `{"resourceType":"DocumentReference","status":"current","description":"Letter","content":[{"attachment":{"contentType":"text/plain","data":"aGVsbG8="}}]}`, "", false)
		req := record.Request{Route: "/r", Shape: "page"}
		c.open(t, "page", record.Filter{})
		c.exec(t, "UPDATE persons SET objected = ? WHERE id = ?", true, string(c.person))
		for _, shape := range []string{"page", "print", "csv", "fragment"} {
			req.Shape = shape
			got, err := c.records.Open(context.Background(), c.doctor, c.person, req)
			if !errors.Is(err, fault.Denied) || !reflect.DeepEqual(got, record.Disclosure{}) {
				t.Fatalf("objected, %s: %v", shape, err)
			}
		}
		if got, err := c.records.Document(context.Background(), c.doctor, c.person, letter.ID, req); !errors.Is(err, fault.Denied) || !reflect.DeepEqual(got, record.Letter{}) {
			t.Fatalf("objected, letter: %v", err)
		}
		if _, err := c.records.Open(context.Background(), c.doctor, opaque.Of("nobody"), req); !errors.Is(err, fault.NotFound) {
			t.Fatalf("unknown person: %v", err)
		}
	})
}

func TestPatientsDoNotSeeWhatIsNotForThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		open := c.put(t, "gp", "AllergyIntolerance", "1", allergy("1", "First", "active"), "", false)
		closed := c.put(t, "gp", "DocumentReference", "2", `{"resourceType":"DocumentReference","status":"current","description":"NOT FOR THEM","content":[{"attachment":{"contentType":"text/plain","data":"aGVsbG8="}}]}`, "", true)
		for viewer, want := range map[*access.Viewer][]audit.ItemRef{&c.doctor: {open, closed}, &c.patient: {open}} {
			for range 2 { // the second takes the stored rendering: of the right class
				got, err := c.records.Open(context.Background(), *viewer, c.person, record.Request{Route: "/r", Shape: "page"})
				must(t, err)
				if tokens := tokens(inflate(t, got.Ready())); !reflect.DeepEqual(tokens, names(want)) {
					t.Fatalf("%s sees %v, want %v", viewer.Kind, tokens, names(want))
				}
			}
		}
		req := record.Request{Route: "/r", Shape: "page"}
		if _, err := c.records.Document(context.Background(), c.patient, c.person, closed.ID, req); !errors.Is(err, fault.NotFound) {
			t.Fatalf("letter: %v", err)
		}
	})
}

// A source that is itself an excluded service is not named for holding somebody
// under the same number, whether by its own name or by what it sends.
func TestAnExcludedServiceIsNotNamedForHolding(t *testing.T) {
	c := newClinic(t, dbtest.SQLite(t))
	orgs := organisation.NewStore(c.d)
	for id, name := range map[string]string{"gum": "Northfield Sexual Health", "quiet": "The Willows", "known": "Willow Trust", "sh": "Brook Sexual Health"} {
		must(t, orgs.Register(context.Background(), organisation.Organisation{ID: "o-" + id, ODSCode: "Z9" + id, Name: name, Kind: organisation.Community, InRegion: true, State: organisation.Connected}))
		must(t, orgs.RegisterSource(context.Background(), organisation.Source{ID: id, OrganisationID: "o-" + id, SystemKind: "pas", State: organisation.Connected, FreshHours: 24}))
		state, person := "held", ""
		if id == "sh" {
			state, person = "matched", string(c.person)
		}
		c.exec(t, "INSERT INTO source_patients (source_id, local_id, person_id, state, reason, nhs_number, birth_date, family, hash, updated_at, received_at, raw) VALUES (?, '9', ?, ?, '', '9992000007', '', '', ?, 0, 0, ?)",
			id, person, state, []byte{1}, []byte(`{"resourceType":"Patient"}`))
	}
	c.put(t, "gp", "AllergyIntolerance", "1", allergy("1", "First", "active"), "", false)
	for _, source := range []string{"quiet", "known"} {
		set := map[string]string{"quiet": "sexual_health"}[source]
		c.exec(t, "INSERT INTO source_patients (source_id, local_id, person_id, state, reason, nhs_number, birth_date, family, hash, updated_at, received_at, raw) VALUES (?, '1', 'somebody', 'matched', '', '', '', '', ?, 0, 0, ?)",
			source, []byte{1}, []byte(`{"resourceType":"Patient"}`))
		c.exec(t, `INSERT INTO items (person_id, item_id, source_id, type, local_id, version, hash, updated_at, received_at, withheld, not_for_patient, raw)
 VALUES ('somebody', ?, ?, 'Condition', '1', 1, ?, 0, 0, ?, ?, ?)`, "x-"+source, source, []byte{1}, set, false, []byte(`{"resourceType":"Condition"}`))
	}
	var held []string
	d := c.open(t, "print", record.Filter{})
	for _, w := range d.Sheet().Warnings {
		if w.Key == "held" {
			held = append(held, w.Args["source"])
		}
	}
	if !slices.Equal(held, []string{"Willow Trust"}) {
		t.Errorf("named as holding somebody else: %q", held)
	}
	for _, s := range d.Sources() {
		if s.ID == "sh" && s.Holds {
			t.Errorf("named among the sources: %+v", s)
		}
	}
}

func TestSourcesThatHoldOnlyWithheldItemsAreNotNamed(t *testing.T) {
	c := newClinic(t, dbtest.SQLite(t))
	c.put(t, "gp", "AllergyIntolerance", "1", allergy("1", "First", "active"), "", false)
	c.put(t, "acute", "Encounter", "1", `{"resourceType":"Encounter","type":[{"text":"CANARY clinic"}]}`, "sexual_health", false)
	c.put(t, "gp", "CareTeam", "1", `{"resourceType":"CareTeam","name":"Team","managingOrganization":[{"reference":"Encounter/x"}]}`, "", false)
	c.exec(t, "INSERT INTO source_patients (source_id, local_id, person_id, state, reason, nhs_number, birth_date, family, hash, updated_at, received_at, raw) VALUES ('acute', '1', ?, 'matched', '', '', '', '', ?, 0, 0, ?)", string(c.person), []byte{1}, []byte(`{"resourceType":"Patient"}`))
	d := c.open(t, "print", record.Filter{})
	for _, s := range d.Sheet().Sections {
		for _, cov := range s.Coverage {
			if cov.Source == "acute" {
				t.Fatalf("%s: coverage names the source: %+v", s.Kind, cov)
			}
		}
	}
	for _, s := range d.Sources() {
		if s.ID == "acute" && s.Holds {
			t.Fatal("the shell says that the source holds something")
		}
	}
	if strings.Contains(string(page(d.Sheet())), "CANARY") {
		t.Fatal("withheld item shown")
	}
}
