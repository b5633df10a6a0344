package patient

import (
	"context"
	"fmt"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/patient"
)

var noon = time.Date(2026, 11, 23, 12, 4, 0, 0, time.UTC)

// house is one patient with a real gate and log, so that the pages are made from
// real disclosures.
type house struct {
	t        testing.TB
	db       *db.DB
	now      time.Time
	log      *audit.Log
	gate     *access.Gate
	patients *patient.Store
	me       access.Viewer
	items    []audit.ItemRef
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, db: dbtest.SQLite(t), now: noon}
	var c clock.Clock = func() time.Time { return h.now }
	h.log = audit.New(h.db, c)
	title := func(fhirType string, _ []byte) string { return "Titled " + fhirType }
	h.gate = access.NewGate(access.Deps{DB: h.db, Log: h.log, Clock: c, Title: title,
		Policy: access.PolicyFacts{Version: "test-1", MinAge: 18, ClaimFor: 12 * time.Hour}})
	h.patients = patient.NewStore(h.db, h.gate, c)
	orgs := organisation.NewStore(h.db)
	for _, o := range []organisation.Organisation{
		{ID: "hospital", ODSCode: "RC9", Name: "Northgate Hospital", Kind: organisation.Acute, InRegion: true, State: organisation.Connected},
		{ID: "surgery", ODSCode: "E81999", Name: "Mill Street Surgery", Kind: organisation.Practice, InRegion: true, State: organisation.Connected}} {
		h.must(orgs.Register(context.Background(), o))
	}
	h.me = access.Viewer{Kind: access.Patient, ID: "account", Name: "Amina Khan", Person: opaque.Of("person"), Level: "P9"}
	h.do("INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key, phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at) VALUES (?, '9990000018', '1978-08-06', 'Khan', 'khan', 'Amina', '', '', 'female', '', '', '', '', '', 'E81999', '', ?, ?, 0, 1, 0)", string(h.me.Person), false, false)
	for i, fhirType := range []string{"AllergyIntolerance", "MedicationRequest", "MedicationRequest"} {
		id := opaque.Of("item", fmt.Sprint(i))
		h.items = append(h.items, audit.ItemRef{ID: id, Version: 1})
		h.do("INSERT INTO items (person_id, item_id, source_id, type, local_id, version, hash, updated_at, received_at, withheld, not_for_patient, raw) VALUES (?, ?, 'none', ?, ?, 1, ?, 0, 0, '', ?, ?)",
			string(h.me.Person), string(id), fhirType, fmt.Sprint(i), []byte{1}, false, []byte(`{}`))
	}
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) do(query string, args ...any) {
	h.t.Helper()
	h.must(h.db.Do(context.Background(), func(ctx context.Context) error {
		_, err := h.db.Exec(ctx, query, args...)
		return err
	}))
}

// looked writes an access into the log.
func (h *house) looked(at time.Time, change func(*audit.Entry)) {
	h.t.Helper()
	e := audit.Entry{At: at, Kind: audit.KindRecord, Outcome: audit.Shown, Reason: string(access.ReasonEvidence), Person: h.me.Person,
		Viewer: audit.Viewer{ID: "doctor", Kind: "staff", Name: "Dr Joan Reid", Role: "R8000", RoleName: "Clinical Practitioner",
			Organisation: "hospital", OrganisationName: "Northgate Hospital"},
		Purpose: "TREAT", Relation: audit.Relation{Kind: "appointment", Basis: access.BasisEvidence}, Route: "/patients/:ref/record", Shape: "page",
		RequestID: "r", Policy: "test-1", Sections: []string{"allergies", "medicines"}, Items: h.items, Count: len(h.items)}
	if change != nil {
		change(&e)
	}
	h.must(h.db.Do(context.Background(), func(ctx context.Context) error {
		h.log.Append(ctx, e)
		return nil
	}))
}

func (h *house) history(req access.HistoryRequest) access.History {
	h.t.Helper()
	list, err := h.gate.History(context.Background(), h.me, h.me.Person, req)
	h.must(err)
	return list
}

func (h *house) page(f access.HistoryFilter, single bool) HistoryPage {
	h.t.Helper()
	return HistoryPage{Filter: f, Single: single, From: PartsOf(f.From), To: PartsOf(f.To),
		History: h.history(access.HistoryRequest{Filter: f, Flat: single, Latest: 10})}
}

// year fills a history with visits of every kind.
func (h *house) year() {
	refused := func(e *audit.Entry) {
		e.Outcome, e.Reason, e.Sections, e.Items, e.Count = audit.Refused, string(access.ReasonTraining), nil, nil, 0
		e.Relation = audit.Relation{}
	}
	h.looked(noon.AddDate(0, -3, 0), nil)
	h.looked(noon.AddDate(0, -1, 0), func(e *audit.Entry) {
		e.Viewer = audit.Viewer{ID: "gp", Kind: "staff", Name: "Dr Tom Brook", Role: "R0260", Organisation: "surgery", OrganisationName: "Mill Street Surgery"}
		e.Relation.Kind = "practice"
	})
	h.looked(noon.Add(-31*time.Hour), func(e *audit.Entry) { refused(e); e.Reason = string(access.ReasonNoRelationship) })
	h.looked(noon.Add(-30*time.Hour), refused)
	h.looked(noon.Add(-29*time.Hour), func(e *audit.Entry) {
		e.Reason, e.Relation = string(access.ReasonDeclared), audit.Relation{Kind: "declared", Basis: access.BasisDeclared, Reason: "advice", Note: "her sister rang"}
	})
	for i := range 12 {
		h.looked(noon.Add(-time.Duration(i)*time.Minute), func(e *audit.Entry) {
			e.Viewer.ID, e.Viewer.Name = fmt.Sprint("n", i%4), fmt.Sprintf("Nurse %d Bell", i%4)
		})
	}
	h.looked(noon, func(e *audit.Entry) {
		e.Viewer, e.Reason, e.Kind = audit.Viewer{ID: "system", Kind: "system", Name: "extract"}, string(access.ReasonSystem), audit.KindOwn
	})
}
