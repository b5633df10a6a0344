package evidence_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/casework"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/evidence"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/patient"
)

var (
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ctx  = context.Background()
	req  = casework.Request{Route: "/test"}
)

// house is a surgery with its manager, another with its own, and a mother who objects
// for a child.
type house struct {
	*evidence.Store
	t                         testing.TB
	d                         *db.DB
	now                       time.Time
	objections                *objection.Store
	mother, father, child     access.Viewer
	manager, gp, other, clerk access.Viewer
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{t: t, d: d, now: noon}
	var c clock.Clock = func() time.Time { return h.now }
	gate := access.NewGate(access.Deps{DB: d, Log: audit.New(d, c), Clock: c, Policy: access.PolicyFacts{Version: "test-1", MinAge: 18, ClaimFor: 24 * time.Hour}})
	cases := casework.NewStore(casework.Deps{DB: d, Gate: gate, Clock: c})
	h.objections = objection.NewStore(objection.Deps{DB: d, Gate: gate, Clock: c, Cases: cases, Sharing: patient.NewSharing(d, c, patient.SharingPolicy{}),
		Reps: patient.NewRepresentatives(d, c), Settings: objection.Settings{MinAge: 18, CodeAlarm: time.Hour}})
	keys, err := evidence.ReadKeys(filepath.Join(t.TempDir(), "evidence.key"), true)
	h.must(err)
	h.Store = evidence.NewStore(evidence.Deps{DB: d, Gate: gate, Clock: c, Cases: cases, Keys: keys})
	orgs := organisation.NewStore(d)
	for id, code := range map[string]string{"surgery": "E81999", "other": "E81998"} {
		h.must(orgs.Register(ctx, organisation.Organisation{ID: id, ODSCode: code, Name: id, Kind: organisation.Practice, InRegion: true, State: organisation.Connected}))
	}
	staff := func(id, org string, can ...access.Capability) access.Viewer {
		h.exec("INSERT INTO staff (id, issuer, subject, name, training_until) VALUES (?, 'i', ?, ?, ?)", id, id, id, noon.AddDate(1, 0, 0).UnixMilli())
		return access.Viewer{Kind: access.Staff, ID: id, Name: id, Organisation: org, Capabilities: can}
	}
	h.manager, h.gp = staff("manager", "surgery", access.ManageRequests), staff("gp", "surgery", access.ViewRecord)
	h.other, h.clerk = staff("elsewhere", "other", access.ManageRequests), staff("clerk", "surgery", access.ViewDemographics)
	one := func(key string) access.Viewer {
		id := opaque.Of("person", key)
		h.exec(`INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key,
 phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
 VALUES (?, ?, '1980-01-01', ?, ?, 'G', '', '', 'female', '', '', '', '', '', 'E81999', '', ?, ?, 0, 1, 0)`, string(id), "nhs-"+key, key, key, false, false)
		return access.Viewer{Kind: access.Patient, ID: "account-" + key, Name: key, Person: id, Level: "P9"}
	}
	h.mother, h.father, h.child = one("mother"), one("father"), one("child")
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) exec(query string, args ...any) {
	h.t.Helper()
	h.must(h.d.Do(ctx, func(ctx context.Context) error { _, err := h.d.Exec(ctx, query, args...); return err }))
}

func (h *house) count(query string, args ...any) int {
	h.t.Helper()
	row, err := h.d.QueryRow(ctx, query, args...)
	h.must(err)
	var n int
	h.must(row.Scan(&n))
	return n
}

func (h *house) draft() objection.Started {
	h.t.Helper()
	d, err := h.objections.Start(ctx, h.mother, objection.Answers{Subject: objection.Child, Given: "Leo", Family: "Khan", BirthDate: "2017-05-06", Ground: patient.BirthMother,
		Agrees: objection.CannotSay, Provider: "surgery", Contact: objection.Contact{Ways: []string{"app"}}}, req)
	h.must(err)
	return d
}

var picture = func() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20))) // to memory: it cannot fail
	return b.Bytes()
}()

func scan(name string) evidence.Upload {
	return evidence.Upload{Name: name, Declared: "image/png", Body: picture}
}

func (h *house) send(d objection.Started) objection.Ref {
	h.t.Helper()
	c, err := h.objections.Raise(ctx, h.mother, d.ID, req)
	h.must(err)
	return c.ID
}

// Who may list and open the file of a case, and who not; every look is in the log.
func TestWhoOpensEvidence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		draft := h.draft()
		f, err := h.Add(ctx, h.mother, draft.ID, scan("certificate.png"), req)
		h.must(err)
		ref := h.send(draft)
		h.exec("UPDATE cases SET person_id = ? WHERE id = ?", string(h.child.Person), string(ref))
		h.exec("INSERT INTO case_parties (case_id, account_id, role, name) VALUES (?, ?, 'representative', 'father')", string(ref), h.father.ID)
		for name, c := range map[string]struct {
			by   access.Viewer
			sees bool
		}{"who sent it": {h.mother, true}, "who handles requests there": {h.manager, true}, "a doctor there": {h.gp, true},
			"the other parent, a party": {h.father, false}, "whom it is about": {h.child, false}, "staff elsewhere": {h.other, false},
			"staff without that work": {h.clerk, false}, "nobody": {access.Viewer{}, false}} {
			logged := h.count("SELECT COUNT(*) FROM audit_entries")
			list, _ := h.OfCase(ctx, c.by, ref, req)
			got, body, err := h.Open(ctx, c.by, ref, f.ID, req)
			if c.sees != (len(list) == 1) || c.sees != (err == nil && bytes.Equal(body, picture) && got.Name == "certificate.png") {
				t.Errorf("%s: %d listed, %v", name, len(list), err)
			}
			if n := h.count("SELECT COUNT(*) FROM audit_entries"); n != logged+2 {
				t.Errorf("%s: %d entries, want 2", name, n-logged)
			}
		}
		if _, _, err := h.Own(ctx, h.father, draft.ID, f.ID, req); !errors.Is(err, fault.NotFound) {
			t.Errorf("another's draft: %v", err)
		}
		if got, _, err := h.Own(ctx, h.mother, draft.ID, f.ID, req); err != nil || !got.Mine {
			t.Errorf("one's own: %v", err)
		}
		if err := h.Remove(ctx, h.mother, draft.ID, f.ID, req); !errors.Is(err, fault.Conflict) {
			t.Errorf("removed after it was sent: %v", err)
		}
		if _, err := h.Add(ctx, h.mother, draft.ID, scan("late.png"), req); !errors.Is(err, fault.Conflict) {
			t.Errorf("added after it was sent: %v", err)
		}
	})
}

// A file goes when its sender takes it away, with its draft, and never otherwise.
func TestEvidenceGoesWithItsDraft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		kept, gone, over := h.draft(), h.draft(), h.draft()
		for _, draft := range []objection.Started{kept, gone, over} {
			_, err := h.Add(ctx, h.mother, draft.ID, scan("a.png"), req)
			h.must(err)
		}
		second, err := h.Add(ctx, h.mother, kept.ID, scan("b.png"), req)
		h.must(err)
		if err := h.Remove(ctx, h.father, kept.ID, second.ID, req); !errors.Is(err, fault.NotFound) {
			t.Errorf("somebody else's: %v", err)
		}
		h.must(h.Remove(ctx, h.mother, kept.ID, second.ID, req))
		h.must(h.Remove(ctx, h.mother, kept.ID, second.ID, req)) // away already
		h.send(kept)
		h.must(h.objections.Discard(ctx, h.mother, gone.ID, req))
		if n := h.count("SELECT COUNT(*) FROM evidence"); n != 2 {
			t.Errorf("%d files after a draft was thrown away, want 2", n)
		}
		h.now = noon.AddDate(0, 0, 31)
		h.must(h.objections.Sweep(ctx, access.ForSystem("test")))
		if n, bodies := h.count("SELECT COUNT(*) FROM evidence"), h.count("SELECT COUNT(*) FROM evidence_bodies"); n != 1 || bodies != 1 {
			t.Errorf("%d files and %d bodies after 30 days, want the one that was sent", n, bodies)
		}
	})
}

func TestLimitsOfEvidence(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	draft := h.draft()
	for i := range evidence.MaxFiles {
		_, err := h.Add(ctx, h.mother, draft.ID, scan(fmt.Sprint(i, ".png")), req)
		h.must(err)
	}
	var f invalid.Fields
	if _, err := h.Add(ctx, h.mother, draft.ID, scan("6.png"), req); !errors.As(err, &f) || f.For("file") != "objection.file.too_many" {
		t.Errorf("a sixth file: %v", err)
	}
	full := false
	for range 5 {
		other := h.draft()
		for i := range evidence.MaxFiles {
			_, err := h.Add(ctx, h.mother, other.ID, scan(fmt.Sprint(i, ".png")), req)
			full = full || errors.As(err, &f)
		}
	}
	if n := h.count("SELECT COUNT(*) FROM evidence"); !full || n != 5*evidence.MaxFiles {
		t.Errorf("%d files in the drafts of one account", n)
	}
	if _, err := h.Add(ctx, h.father, draft.ID, scan("7.png"), req); !errors.Is(err, fault.NotFound) {
		t.Errorf("into another's draft: %v", err)
	}
	if all, err := h.Mine(ctx, h.father, draft.ID, req); err != nil || len(all) != 0 {
		t.Errorf("another's draft listed: %v %v", all, err)
	}
	unproven := h.mother
	unproven.Level = "P5"
	var refusal *access.Refusal
	if _, err := h.Mine(ctx, unproven, draft.ID, req); !errors.As(err, &refusal) {
		t.Errorf("an unproven sign-in: %v", err)
	}
	none := evidence.NewStore(evidence.Deps{DB: h.d, Gate: h.Gate, Clock: h.Clock, Cases: h.Cases})
	if _, err := none.Add(ctx, h.mother, draft.ID, scan("a.png"), req); none.Takes() || !errors.Is(err, fault.Unavailable) {
		t.Errorf("without a key: %v", err)
	}
}

// What is stored says nothing without the key, and opens in its own place alone.
func TestEvidenceIsSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		draft := h.draft()
		a, err := h.Add(ctx, h.mother, draft.ID, scan("a.png"), req)
		h.must(err)
		b, err := h.Add(ctx, h.mother, draft.ID, scan("b.png"), req)
		h.must(err)
		row, err := d.QueryRow(ctx, "SELECT sealed FROM evidence_bodies WHERE evidence_id = ?", string(a.ID))
		h.must(err)
		var sealed []byte
		h.must(row.Scan(&sealed))
		if bytes.Contains(sealed, picture[:16]) || bytes.Contains(sealed, []byte("IDAT")) {
			t.Error("the file stands in the database as it is")
		}
		h.exec("DELETE FROM evidence_bodies WHERE evidence_id = ?", string(b.ID))
		h.exec("UPDATE evidence_bodies SET evidence_id = ? WHERE evidence_id = ?", string(b.ID), string(a.ID))
		if _, _, err := h.Own(ctx, h.mother, draft.ID, b.ID, req); err == nil {
			t.Error("one file opens in the place of another")
		}
		if err := h.d.Do(ctx, func(ctx context.Context) error {
			_, err := d.Exec(ctx, "UPDATE evidence SET account_id = 'x' WHERE id = ?", string(a.ID))
			return err
		}); err == nil {
			t.Error("whose a file is can be changed")
		}
	})
}

func TestTheKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "evidence.key")
	if _, err := evidence.ReadKeys(path, false); err == nil {
		t.Error("a key file that is not there was read")
	}
	if _, err := evidence.ReadKeys(path, true); err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if _, err := evidence.ReadKeys(path, true); err != nil {
		t.Error(err)
	}
	if again, _ := os.ReadFile(path); !bytes.Equal(again, made) {
		t.Error("the key was replaced at the second start")
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := evidence.ReadKeys(path, true); err == nil {
		t.Error("a key that everybody reads was taken")
	}
	if err := os.WriteFile(path+"2", []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := evidence.ReadKeys(path+"2", true); err == nil {
		t.Error("a short key was taken")
	}
}
